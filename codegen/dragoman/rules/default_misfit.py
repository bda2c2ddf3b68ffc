"""A default does not fit its schema.

It becomes the default of an argument or an attribute, and would be a value of the wrong type there.

Write a value that the schema allows, in the form in which it travels: `'2022-01-01'` for a date.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .validation import of_spec
from .walk import nodes, report

ID: Final = "default-misfit"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each part of a default that does not fit."""
    schemas = [schema for schema in nodes(document, "schema") if "default" in schema.data]
    checks = of_spec(document) if schemas else None
    for schema in schemas if checks else ():
        for finding in checks(schema.pointer)(schema.data["default"]) if checks else ():
            hint = "write a default that the schema allows, or mend the schema"
            yield report(document, ID, schema.at("default") + finding.pointer, f"default: {finding}", hint)
