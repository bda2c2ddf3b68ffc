"""Shapes of the schemas of a spec after references are resolved and `allOf` is merged: properties, types, values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from taskclients_core.json_pointer import escape, parse

from ..spec.keywords import json_type
from ..spec.schema import circles, post_order
from ..spec.schema_reader import enum_type
from ..spec.yaml_document import Document
from .values import is_list
from .walk import SECTIONS, Node, nodes, resolve, types

SCALARS: Final = frozenset({"string", "integer", "number", "boolean"})
OBJECT: Final = frozenset({"object"})
TEXT: Final = frozenset({"string"})


def mapping_ref(target: str) -> str:
    """Return the reference that an entry of a discriminator's mapping means: it may be the name of a component."""
    return target if target.startswith("#") else f"#/components/{SECTIONS['schema']}/{target}"


@frozen
class Member:
    """A property of an object schema."""

    name: str
    node: Node
    required: bool


def members(document: Document, schema: Node) -> Mapping[str, Member]:
    """Return the properties of an object schema by wire name, those of its `allOf` parts first."""
    whole = plain(document, schema)
    if whole is None:
        return {}
    known: dict[str, Mapping[str, Member]] = document.notes.setdefault("members", {})
    if whole.pointer not in known:
        found: dict[str, Member] = {}
        required: set[str] = set()
        for part in parts(document, whole):
            own, names = _own(document, part)
            found |= own
            required |= names
        found |= {name: Member(name, found[name].node, required=True) for name in found if name in required}
        known[whole.pointer] = found
    return known[whole.pointer]


def _own(document: Document, part: Node) -> tuple[Mapping[str, Member], frozenset[str]]:
    """Return the properties that a part defines, and the names that it requires. Read once, for all that extend it."""
    known: dict[str, tuple[Mapping[str, Member], frozenset[str]]] = document.notes.setdefault("own", {})
    if part.pointer not in known:
        names = part.data.get("required")
        required = frozenset(name for name in names if isinstance(name, str)) if is_list(names) else frozenset[str]()
        own = {node.key: Member(node.key, node, required=False) for node in part.children("schema", "properties")}
        known[part.pointer] = own, required
    return known[part.pointer]


def parts(document: Document, schema: Node) -> tuple[Node, ...]:
    """Return the schemas that an object schema consists of, each once: the parts of its `allOf` first, itself last."""
    whole = plain(document, schema)
    if whole is None:
        return ()
    known: dict[str, tuple[Node, ...]] = document.notes.setdefault("parts", {})
    if whole.pointer not in known:
        found = {whole.pointer: whole}

        def below(pointer: str) -> Iterator[str]:
            for part in _below(document, found[pointer]) if pointer not in known else ():
                found[part.pointer] = part
                yield part.pointer

        for pointer in post_order([whole.pointer], below):
            if pointer not in known:
                inner = [each for part in _below(document, found[pointer]) for each in known.get(part.pointer, ())]
                # Of a part that occurs several times the last counts, as it overrides what is between.
                once = {each.pointer: each for each in (found[pointer], *reversed(inner))}
                known[pointer] = tuple(reversed(once.values()))
    return known[whole.pointer]


def is_circular(document: Document, schema: Node, part: Node) -> bool:
    """Return True if a part of the `allOf` of a schema leads back to the schema."""
    found = document.notes.get("circles")
    if found is None:
        wholes = [plain(document, each) for each in nodes(document, "schema") if "allOf" in each.data]
        found = document.notes["circles"] = circles(
            {each.pointer: {part.pointer for part in _below(document, each)} for each in wholes if each}
        )
    whole = plain(document, part)
    return whole is not None and schema.pointer in found and found[schema.pointer] == found.get(whole.pointer)


def _below(document: Document, whole: Node) -> list[Node]:
    """Return the parts of the `allOf` of a schema, without references."""
    several = (plain(document, part) for part in whole.children("schema", "allOf"))
    return [each for each in several if each is not None]


def plain(document: Document, schema: Node | None) -> Node | None:
    """Return a schema without its reference and its `null`; None if it is a union or a reference has no target."""
    known: dict[str, Node | None] = document.notes.setdefault("plain", {})
    seen: set[str] = set()
    found = _plain(document, schema, known, seen)
    known.update(dict.fromkeys(seen, found))
    return found


def _plain(document: Document, schema: Node | None, known: Mapping[str, Node | None], seen: set[str]) -> Node | None:
    while schema is not None and schema.pointer not in seen:
        if schema.pointer in known:
            return known[schema.pointer]
        seen.add(schema.pointer)
        whole = resolve(document, schema)
        if whole is None or not {"oneOf", "anyOf", "allOf"} & whole.data.keys():
            return whole
        if "allOf" in whole.data:
            renamed = resolve(document, only) if (only := only_part(whole)) else None
            if renamed is None or {"properties", "allOf"} & renamed.data.keys():
                return whole
            schema = renamed
            continue
        several = [each for word in ("oneOf", "anyOf") for each in whole.children("schema", word)]
        several = [each for each in several if types(each) != ("null",)]
        schema = several[0] if len(several) == 1 else None
    return None


def only_part(schema: Node) -> Node | None:
    """Return the reference that is all of an `allOf` besides a description; None if there is more."""
    several = list(schema.children("schema", "allOf"))
    more = {"properties", "required", "additionalProperties"} & schema.data.keys()
    return several[0] if len(several) == 1 and several[0].ref and not more else None


def kinds(document: Document, schema: Node | None) -> frozenset[str]:
    """Return the JSON types that a value of a schema can have, including 'null'; empty if the schema states none."""
    return frozenset(_kinds(document, schema))


def narrows(document: Document, schema: Node, other: Node) -> bool:
    """Return True if values of `other`, which has no other JSON types, keep all that `schema` says about them.

    An object or array of its own schema would lose what the other schema says about its parts.
    """
    two = plain(document, other)
    above = {each.pointer for each in parts(document, two)} if two else set[str]()
    one = plain(document, schema)
    return same_parts(document, schema, other) or (one is not None and one.pointer in above)


def same_parts(document: Document, schema: Node, other: Node) -> bool:
    """Return True if the objects and arrays that two schemas have in common are of one schema."""
    if not (kinds(document, schema) & kinds(document, other) & {"object", "array"}):
        return True
    one, two = (plain(document, each) or resolve(document, each) for each in (schema, other))
    return one is not None and two is not None and (one.pointer == two.pointer or _bare(one) == _bare(two))


def _bare(schema: Node) -> dict[str, Any]:
    """Return the keywords of a schema that say something about values."""
    said = {"description", "title", "default", "example", "examples", "deprecated", "readOnly", "writeOnly"}
    return {key: each for key, each in schema.data.items() if key not in said and not key.startswith("x-")}


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
        only = only_part(whole)
        if only:
            waiting.append(only)
        elif "allOf" in whole.data or "properties" in whole.data:
            yield "object"
