"""An object, or a choice between objects, is written in place instead of under `components.schemas`.

Whatever becomes a class needs a name, and the only name that nobody has to guess is that of a component.

Write the object under `components.schemas`, and `$ref: '#/components/schemas/<Name>'` in its place. In place may
stand: scalars, `const`, lists and maps of these or of references, `anyOf: [{$ref: …}, {type: 'null'}]`, and free maps
(`type: object` with `additionalProperties: true` or a schema).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from taskclients_core.json_pointer import parse

from ..problem import Problem
from ..source import Document
from .walk import Node, is_component, nodes, report, types

ID: Final = "inline-object"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each schema that needs a name and has none."""
    for schema in nodes(document, "schema"):
        if not is_component(schema) and "$ref" not in schema.data:
            yield from _in_place(document, schema)


def _in_place(document: Document, schema: Node) -> Iterator[Problem]:
    container = parse(schema.pointer)[-2]
    # Parts of allOf and members of a choice have rules of their own.
    if container == "allOf":
        return
    if "allOf" in schema.data:
        hint = "write $ref beside the description, or put the schema under components.schemas"
        yield report(document, ID, schema.at("allOf"), "allOf is written in place", hint)
    elif container not in ("oneOf", "anyOf"):
        yield from _nameless(document, schema)


def _nameless(document: Document, schema: Node) -> Iterator[Problem]:
    hint = "put it under components.schemas, and write $ref here"
    choice = next((word for word in ("oneOf", "anyOf") if word in schema.data), None)
    if "properties" in schema.data:
        yield report(document, ID, schema.pointer, "an object is written in place", hint)
    elif choice:
        several = [each for each in schema.children("schema", choice) if types(each) != ("null",)]
        if len(several) > 1 and any(_is_class(each) for each in several):
            yield report(document, ID, schema.at(choice), "a choice between components is written in place", hint)
    elif "object" in types(schema) and "additionalProperties" not in schema.data:
        message = "an object without properties is written in place"
        hint = "write additionalProperties: true for a free map, or put it under components.schemas"
        yield report(document, ID, schema.pointer, message, hint)


def _is_class(schema: Node) -> bool:
    return "$ref" in schema.data or "properties" in schema.data
