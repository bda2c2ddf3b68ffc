"""A schema uses a keyword that code cannot be generated from, or that does not exist.

A keyword that is passed over would give a type that is wrong without saying so.

Write what the hint says; limits that types cannot express belong in the description.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..problem import Problem
from ..source import Document
from .data import is_list, is_object
from .grammar import GRAMMAR
from .keywords import SUPPORTED, UNSUPPORTED
from .walk import Node, nodes, report
from .wording import nearest

ID: Final = "unsupported-keyword"

_BESIDE_REF: Final = frozenset(
    {
        "$ref",
        "$comment",
        "default",
        "deprecated",
        "description",
        "example",
        "examples",
        "readOnly",
        "title",
        "writeOnly",
    }
)


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each keyword of a schema that is not supported where it stands."""
    for schema in nodes(document, "schema"):
        for keyword in schema.data:
            if not keyword.startswith("x-"):
                yield from _keyword(document, schema, keyword)


def _keyword(document: Document, schema: Node, keyword: str) -> Iterator[Problem]:
    where = schema.at(keyword)
    if keyword in UNSUPPORTED:
        yield report(document, ID, where, f"'{keyword}' is not supported", UNSUPPORTED[keyword])
    elif keyword not in SUPPORTED:
        hint = nearest(keyword, SUPPORTED, "remove it")
        yield report(document, ID, where, f"'{keyword}' is no keyword of JSON Schema", hint)
    elif "$ref" in schema.data and keyword not in _BESIDE_REF:
        hint = "write it in the component, or make another component with allOf"
        yield report(document, ID, where, f"'{keyword}' is not supported beside $ref", hint)
    elif keyword == "discriminator" and not {"oneOf", "anyOf"} & schema.data.keys():
        hint = "write a component with oneOf and the discriminator, and use that one"
        yield report(document, ID, where, "a discriminator is not supported without oneOf", hint)
    elif keyword in GRAMMAR["schema"] and keyword != "additionalProperties" and _allows_nothing(schema.data[keyword]):
        yield report(document, ID, where, "a schema that allows nothing is not supported", "remove it")


def _allows_nothing(part: Any) -> bool:
    inner = part.values() if is_object(part) else part if is_list(part) else [part]
    return any(each is False for each in inner)
