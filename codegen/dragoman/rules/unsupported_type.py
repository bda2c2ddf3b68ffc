"""A schema does not say its type, or says one that Python code cannot be given.

Every schema becomes one type. `type: [string, 'null']` is a string or None; several types are a union; a list needs to
say what it lists.

Write `type` beside `properties`, `items`, `enum` and `format`; `items` beside `type: array`; and for a choice between
an object and something else `oneOf`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from taskclients_core.json_pointer import parse

from ..problem import Problem
from ..source import Document
from .shapes import SCALARS
from .walk import Node, nodes, report, types

ID: Final = "unsupported-type"

# A keyword that speaks of one type -> that type.
_OF: Final = {
    "properties": "object",
    "additionalProperties": "object",
    "minProperties": "object",
    "maxProperties": "object",
    "items": "array",
    "minItems": "array",
    "maxItems": "array",
    "uniqueItems": "array",
    "pattern": "string",
    "minLength": "string",
    "maxLength": "string",
}


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each schema whose type is missing or not supported."""
    for schema in nodes(document, "schema"):
        if "$ref" not in schema.data:
            yield from _types(document, schema)


def _types(document: Document, schema: Node) -> Iterator[Problem]:
    said = types(schema)
    where = schema.at("type") if said else schema.pointer
    rest = [each for each in said if each != "null"]
    if said and not rest and parse(schema.pointer)[-2] not in ("oneOf", "anyOf"):
        yield report(document, ID, where, "a type that is only null says nothing", "write what it is otherwise")
    elif len(rest) > 1 and not SCALARS.issuperset(rest):
        message = f"a choice between {' and '.join(rest)} is not supported"
        yield report(document, ID, where, message, "write oneOf with one member for each type")
    elif {"integer", "number"} <= set(rest):
        yield report(document, ID, where, "every integer is a number too", "write type: number")
    if "array" in said and "items" not in schema.data:
        yield report(document, ID, where, "the array does not say what it lists", "write items")
    if len(rest) > 1 and "enum" in schema.data:
        message = "an enumeration of several types is not supported"
        yield report(document, ID, where, message, "write one type, and values of that type")
    yield from _misplaced(document, schema, said)


def _misplaced(document: Document, schema: Node, said: tuple[str, ...]) -> Iterator[Problem]:
    combined = {"allOf", "oneOf", "anyOf"} & schema.data.keys()
    for keyword, type_ in _OF.items():
        if keyword not in schema.data or type_ in said:
            continue
        if said:
            message = f"'{keyword}' speaks of type {type_}, and the type is {' or '.join(said)}"
            yield report(document, ID, schema.at(keyword), message, f"write type: {type_}, or remove {keyword}")
        elif not combined:
            message = f"'{keyword}' stands without a type"
            yield report(document, ID, schema.at(keyword), message, f"write type: {type_}")
    if not said and not combined and {"enum", "format"} & schema.data.keys() and "const" not in schema.data:
        word = "enum" if "enum" in schema.data else "format"
        yield report(document, ID, schema.at(word), f"'{word}' stands without a type", "write type: string")
