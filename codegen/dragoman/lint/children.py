"""Check of discriminators on objects, whose children extend them by `allOf`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import frozen

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from .shapes import TEXT, kinds, mapping_ref, members, parts, plain, same_parts, values
from .values import is_object, preview
from .walk import SECTIONS, Node, report, resolve, root

DISCRIMINATOR_BASE: Final = "discriminator-base"

_PREFIX: Final = f"#/components/{SECTIONS['schema']}/"


def check_discriminator_base(document: Document) -> Iterator[Problem]:
    """A discriminator on an object does not select one of the objects that extend it.

    A value of the object's type is read as the child that a property names, or as the object itself for a value that
    is not known. A child is a subclass, so it cannot change the type of a list, a map or an object of its base.

    Write the property as a required string (or an enum) of the object. Each child has `allOf` with a `$ref` to it. In
    `mapping`, write the children by value; a child without a value is selected by the name of its schema.
    """
    bases = _discriminated(document)
    tagged = {*bases, *(each.pointer for base in bases.values() for each in base.below)}
    for base in bases.values():
        yield from _own_property(document, base.schema, base.name)
        yield from _mapping(document, base)
        for each in base.below:
            yield from _narrowed(document, base.schema, each, base.name)
    for schema in root(document).children("schema", "components", "schemas"):
        several = [each for each in _bases(document, schema) if each.pointer in tagged]
        if len(several) > 1:
            message = f"'{several[0].key}' and '{several[1].key}' both have a discriminator"
            hint = "remove one of the references, and write its properties here"
            yield report(document, DISCRIMINATOR_BASE, schema.at("allOf"), message, hint)


def selected(document: Document, schema: Node, value: object) -> Node | None:
    """Return the child as which a value of an object is read; None for the object itself."""
    base = _discriminated(document).get(schema.pointer)
    tag = value.get(base.name) if base is not None and is_object(value) else None
    return base.by_value.get(tag) if base is not None and isinstance(tag, str) else None


def children(document: Document, schema: Node) -> tuple[Node, ...]:
    """Return the objects that the discriminator of an object selects; none for a schema without one."""
    base = _discriminated(document).get(schema.pointer)
    return base.below if base is not None else ()


@frozen
class _Base:
    """Object with a discriminator, and the children that it selects."""

    schema: Node
    name: str
    """Name of the property."""

    below: tuple[Node, ...]
    by_value: Mapping[str, Node]
    """Children by the values of the property."""


def _discriminated(document: Document) -> Mapping[str, _Base]:
    """Return the objects with a discriminator, by their pointers."""
    known: Mapping[str, _Base] | None = document.notes.get("discriminated")
    if known is None:
        schemas = {each.pointer: each for each in root(document).children("schema", "components", "schemas")}
        extending = _children(document, schemas)
        found: dict[str, _Base] = {}
        for pointer, schema in schemas.items():
            name = _property(schema)
            if name is not None:
                below = tuple(_below(schema, extending, name))
                found[pointer] = _Base(schema, name, below, _by_value(document, schema, below))
        known = document.notes["discriminated"] = found
    return known


def _children(document: Document, schemas: Mapping[str, Node]) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for each in schemas.values():
        for base in _bases(document, each):
            found.setdefault(base.pointer, []).append(each)
    return found


def _by_value(document: Document, schema: Node, below: Sequence[Node]) -> Mapping[str, Node]:
    children = {each.pointer: each for each in below}
    mapping = schema.data["discriminator"].get("mapping", {})
    targets = {value: _mapped(document, schema, value, target) for value, target in mapping.items()}
    found = {value: each for value, each in targets.items() if each is not None and each.pointer in children}
    mapped = {each.pointer for each in found.values()}
    return {each.key: each for each in below if each.pointer not in mapped} | found


def _mapped(document: Document, schema: Node, value: str, target: object) -> Node | None:
    """Return the object that an entry of a mapping names, by a reference or by its name."""
    if not isinstance(target, str):
        return None
    where = schema.at("discriminator", "mapping", value)
    return plain(document, Node("schema", where, {"$ref": mapping_ref(target)}))


def _bases(document: Document, schema: Node) -> Iterator[Node]:
    for part in schema.children("schema", "allOf"):
        base = plain(document, part) if part.ref else None
        if base is not None and base.pointer != schema.pointer:
            yield base


def _property(schema: Node) -> str | None:
    """Return the property of the discriminator of an object; None for a union or without one."""
    found = schema.child("discriminator", "discriminator")
    if found is None or not {"properties", "allOf"} & schema.data.keys():
        return None
    name = found.data.get("propertyName")
    return name if isinstance(name, str) and is_object(found.data.get("mapping", {})) else None


def _below(schema: Node, children: Mapping[str, list[Node]], name: str) -> Iterator[Node]:
    """Yield the objects that a discriminator selects: not those below a child with another one."""
    waiting, seen = list(children.get(schema.pointer, ())), {schema.pointer}
    while waiting:
        child = waiting.pop(0)
        if child.pointer not in seen:
            seen.add(child.pointer)
            yield child
            waiting += children.get(child.pointer, ()) if _property(child) in (None, name) else ()


def _own_property(document: Document, schema: Node, name: str) -> Iterator[Problem]:
    found = members(document, schema).get(name)
    where = schema.at("discriminator")
    if found is None:
        message, hint = f"the object has no property '{name}'", f"add {name}: {{type: string}}, and list it in required"
        yield report(document, DISCRIMINATOR_BASE, where, message, hint)
    elif kinds(document, found.node) != TEXT:
        yield report(
            document, DISCRIMINATOR_BASE, where, f"'{name}' is not a string", f"write {name}: {{type: string}}"
        )
    elif not found.required:
        message = f"'{name}' is not required"
        yield report(document, DISCRIMINATOR_BASE, where, message, f"write required: [{name}]")


def _mapping(document: Document, base: _Base) -> Iterator[Problem]:
    schema, name, below = base.schema, base.name, base.below
    by_value: dict[str, str] = {}
    values_of: dict[str, list[str]] = {}
    known_below = {each.pointer for each in (*below, schema)}
    mapping = schema.data["discriminator"].get("mapping", {})
    for value, target in mapping.items():
        if not isinstance(target, str):
            continue
        where = schema.at("discriminator", "mapping", value)
        found = _mapped(document, schema, value, target)
        if found is None or found.pointer not in known_below:
            message = f"'{target}' does not extend '{schema.key}'"
            hint = f"write allOf: [{{$ref: '{_PREFIX}{schema.key}'}}, …] in it, or remove the entry"
            yield report(document, DISCRIMINATOR_BASE, where, message, hint)
        else:
            by_value[value] = found.pointer
            values_of.setdefault(found.pointer, []).append(value)
    selector = members(document, schema).get(name)
    known = values(document, selector.node) if selector else []
    for child in below:
        tags = values_of.get(child.pointer, [])
        if not tags and by_value.setdefault(child.key, child.pointer) != child.pointer:
            message = f"'{child.key}' selects another child by the mapping of '{schema.key}'"
            yield report(document, DISCRIMINATOR_BASE, child.pointer, message, f"add a value for {child.key} to it")
        tags = tags or [child.key]
        yield from _values(document, child, name, tags, known)


def _values(document: Document, child: Node, name: str, tags: list[str], known: list[object]) -> Iterator[Problem]:
    for tag in tags:
        if known and tag not in known:
            message = f"{preview(tag)} is not a value of '{name}', so nothing selects the child"
            hint = f"add it to the enum, or a value for {child.key} to the mapping of the discriminator"
            yield report(document, DISCRIMINATOR_BASE, child.pointer, message, hint)
    for part in (child, *child.children("schema", "allOf")):
        own = part.child("schema", "properties", name)
        whole = resolve(document, own) if own else None
        if whole and "const" in whole.data and tags != [whole.data["const"]]:
            message = (
                f"'{name}' is {preview(whole.data['const'])}, but {' or '.join(map(preview, tags))} selects the child"
            )
            hint = "correct the const, or the mapping of the discriminator"
            yield report(document, DISCRIMINATOR_BASE, whole.pointer, message, hint)


def _may_be_null(document: Document, schema: Node) -> bool:
    found = kinds(document, schema)
    return "null" in found or not found


def _narrowed(document: Document, base: Node, child: Node, name: str) -> Iterator[Problem]:
    inherited = members(document, base)
    for key, member in members(document, child).items():
        before = inherited.get(key)
        if before and member.required and not before.required and _may_be_null(document, before.node):
            message = (
                f"'{key}', which may be null, is required here and optional in '{base.key}': its null would be left out"
            )
            hint = f"add {key} to required of '{base.key}', or write oneOf: with a discriminator instead of the base"
            yield report(document, DISCRIMINATOR_BASE, child.pointer, message, hint)
    own_parts = [child, *(each for each in child.children("schema", "allOf") if each.ref is None)]
    own_pointers = {each.pointer for each in own_parts}
    above = [each for each in parts(document, child) if each.pointer not in own_pointers]
    kept = [each.child("schema", "additionalProperties") for each in above]
    for part in own_parts:
        others = part.child("schema", "additionalProperties")
        if (
            others
            and others.data
            and any(each and not (each.data and same_parts(document, each, others)) for each in kept)
        ):
            message = "additionalProperties change their type in a child that a discriminator selects"
            hint = "write the additionalProperties of the base, or oneOf: with a discriminator instead of the base"
            yield report(document, DISCRIMINATOR_BASE, others.pointer, message, hint)
        for own in part.children("schema", "properties"):
            before = inherited.get(own.key)
            if before and own.key != name and not same_parts(document, before.node, own):
                message = f"'{own.key}' changes its type in a child that a discriminator selects"
                hint = "write the schema of the base, or oneOf: with a discriminator instead of the base"
                yield report(document, DISCRIMINATOR_BASE, own.pointer, message, hint)
