"""`required` names a property that the schema does not have.

Nothing could be generated for it, and most often one of the two names is a slip.

Write the property under `properties`, or take the name out of `required`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from taskclients_core.json_pointer import parse

from ..problem import Problem
from ..source import Document
from .data import is_list
from .shapes import members
from .walk import Node, nodes, report, root
from .wording import nearest

ID: Final = "required-undeclared"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each required name without a property."""
    for schema in nodes(document, "schema"):
        names = schema.data.get("required")
        if not is_list(names) or "$ref" in schema.data:
            continue
        known = members(document, _whole(document, schema))
        for index, name in enumerate(names):
            if isinstance(name, str) and name not in known:
                hint = nearest(name, known, "add it to properties, or remove it here")
                yield report(document, ID, schema.at("required", index), f"there is no property '{name}'", hint)


def _whole(document: Document, schema: Node) -> Node:
    """Return the schema that this one is a part of, if it is a part of an `allOf`."""
    names = parse(schema.pointer)
    if names[-2] != "allOf":
        return schema
    return root(document).child("schema", *names[:-2]) or schema
