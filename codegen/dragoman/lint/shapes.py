"""Shapes of the schemas of a spec after references are resolved and `allOf` is merged: properties, types, values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from attrs import frozen

from taskclients_core.json_pointer import escape, parse

from ..spec.schema_reader import enum_type
from ..spec.yaml_document import Document
from .values import is_list, json_type
from .walk import Node, resolve, types

SCALARS: Final = frozenset({"string", "integer", "number", "boolean"})
OBJECT: Final = frozenset({"object"})
TEXT: Final = frozenset({"string"})


@frozen
class Member:
    """A property of an object schema."""

    name: str
    node: Node
    required: bool


def members(document: Document, schema: Node) -> dict[str, Member]:
    """Return the properties of an object schema by wire name, those of its `allOf` parts first."""
    found: dict[str, Member] = {}
    required: set[str] = set()
    for part in parts(document, schema):
        names = part.data.get("required")
        required.update(name for name in names if isinstance(name, str)) if is_list(names) else None
        for node in part.children("schema", "properties"):
            found[node.key] = Member(node.key, node, required=False)
    return {name: Member(name, each.node, name in required) for name, each in found.items()}


def parts(document: Document, schema: Node, _open: frozenset[str] = frozenset()) -> Iterator[Node]:
    """Yield the schemas that an object schema consists of: the parts of its `allOf` first, itself last."""
    whole = resolve(document, schema)
    if whole is None or whole.pointer in _open:
        return
    for part in whole.children("schema", "allOf"):
        yield from parts(document, part, _open | {whole.pointer})
    yield whole


def plain(document: Document, schema: Node | None) -> Node | None:
    """Return a schema without its reference and its `null`; None if it is a union or a reference has no target."""
    for _ in range(32):
        whole = resolve(document, schema) if schema else None
        union = next((keyword for keyword in ("oneOf", "anyOf") if whole and keyword in whole.data), None)
        if whole is None or union is None:
            return whole
        several = [each for each in whole.children("schema", union) if types(each) != ("null",)]
        schema = several[0] if len(several) == 1 else None
    return None


def kinds(document: Document, schema: Node | None) -> frozenset[str]:
    """Return the JSON types that a value of a schema can have, including 'null'; empty if the schema states none."""
    return frozenset(_kinds(document, schema))


def find(document: Document, schema: Node | None, pointer: str) -> Member | None:
    """Return the property that a JSON Pointer selects in a value of `schema`; None if it selects none."""
    found: Member | None = None
    for name in parse(pointer):
        whole = plain(document, schema)
        found = members(document, whole).get(name) if whole else None
        schema = found.node if found else None
    return found


def at(document: Document, schema: Node | None, pointer: str) -> Node | None:
    """Return the schema of what a JSON Pointer selects in a value of `schema`; None if it selects nothing."""
    if not pointer:
        return schema
    found = find(document, schema, pointer)
    return found.node if found else None


def items(document: Document, schema: Node | None) -> Node | None:
    """Return the schema of the items of an array; None if `schema` is not an array."""
    whole = plain(document, schema)
    return whole.child("schema", "items") if whole else None


def values(document: Document, schema: Node | None) -> list[Any]:
    """Return the values under `enum` or `const` of a schema except null; empty if it has neither."""
    whole = plain(document, schema)
    listed = whole.data.get("enum") if whole else None
    if whole and "const" in whole.data:
        listed = [whole.data["const"]]
    return [value for value in listed if value is not None] if is_list(listed) else []


def near(document: Document, schema: Node | None, pointer: str) -> list[str]:
    """Return the valid pointers beside `pointer`: its longest valid prefix, extended by each member found there."""
    way = ""
    for name in parse(pointer):
        longer = f"{way}/{escape(name)}"
        if at(document, schema, longer) is None:
            break
        way = longer
    whole = plain(document, at(document, schema, way))
    return [f"{way}/{escape(name)}" for name in members(document, whole)] if whole else []


def _kinds(document: Document, schema: Node | None) -> Iterator[str]:
    waiting, seen = [schema], set[str]()
    while waiting:
        node = waiting.pop()
        whole = resolve(document, node) if node else None
        if whole is None or whole.pointer in seen:
            continue
        seen.add(whole.pointer)
        listed = whole.data.get("enum")
        if "const" in whole.data:
            yield json_type(whole.data["const"])
        elif is_list(listed):
            named = enum_type(whole.data)
            yield from (named if named and value is not None else json_type(value) for value in listed)
        else:
            yield from types(whole)
        for keyword in ("oneOf", "anyOf"):
            waiting += whole.children("schema", keyword)
        if "allOf" in whole.data or "properties" in whole.data:
            yield "object"
