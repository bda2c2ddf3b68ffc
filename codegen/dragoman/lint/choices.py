"""Checks of unions and enums."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..diagnostics import Problem
from ..spec import naming
from ..spec.keywords import json_type
from ..spec.schema_reader import enum_type
from ..spec.yaml_document import Document
from .shapes import SCALARS, TEXT, kinds, mapping_ref, members, plain
from .values import is_list, is_object, listed, nearest, preview
from .walk import Node, nodes, report, resolve, types

ONE_OF_MEMBERS: Final = "one-of-members"

_PREFIX: Final = "#/components/schemas/"
_FOREIGN: Final = frozenset({"properties", "oneOf", "anyOf"})
_BESIDE: Final = frozenset(
    {"type", "properties", "items", "additionalProperties", "required", "enum", "const", "format"}
)


def check_one_of_members(document: Document) -> Iterator[Problem]:
    """A `oneOf` or `anyOf` cannot become a union type, or its discriminator does not distinguish its members.

    A union needs a name for each of its classes. A discriminator selects the member by the value of a property, so
    every member must have that property as a string.

    Write as members references, scalars, lists and maps of these, and `{type: 'null'}`. With a discriminator, write
    references to objects only, each with the property (`const` or `type: string`), or to unions of such objects with a
    discriminator, and a `mapping` from values to these references.
    """
    tangled = _tangled(document)
    for schema in nodes(document, "schema"):
        unions = [word for word in ("oneOf", "anyOf") if word in schema.data]
        if not unions or "$ref" in schema.data:
            continue
        yield from _one_of_members_beside(document, schema, unions)
        several = [each for word in unions for each in schema.children("schema", word)]
        for each in several:
            yield from _member(document, each)
        if schema.pointer in tangled:
            yield from _cycle(document, schema)
        discriminator = schema.child("discriminator", "discriminator")
        if discriminator:
            yield from _discriminator(document, discriminator, [m for m in several if types(m) != ("null",)])


def _one_of_members_beside(document: Document, schema: Node, unions: list[str]) -> Iterator[Problem]:
    if len(unions) > 1:
        where = schema.at("anyOf")
        yield report(
            document, ONE_OF_MEMBERS, where, "oneOf and anyOf are used together", "move all members into one of them"
        )
    for word in sorted(_BESIDE & schema.data.keys()):
        message = f"'{word}' is not supported beside {unions[0]}"
        yield report(document, ONE_OF_MEMBERS, schema.at(word), message, "move it to each member")


def _member(document: Document, member: Node) -> Iterator[Problem]:
    if "$ref" in member.data:
        return
    foreign = sorted(_FOREIGN & member.data.keys())
    if foreign:
        form = "an object" if foreign == ["properties"] else foreign[0]
        hint = "move it to components.schemas, and write $ref: '#/components/schemas/<Name>' here"
        yield report(document, ONE_OF_MEMBERS, member.pointer, f"a member of the union is {form} without a name", hint)
    elif not types(member) and "const" not in member.data:
        hint = "add type, const or $ref"
        yield report(document, ONE_OF_MEMBERS, member.pointer, "a member of the union has no type", hint)


def _tangled(document: Document) -> set[str]:
    """Return the pointers of the unions that are or contain a member of themselves; found in linear time."""
    members: dict[str, set[str]] = {}
    owners: dict[str, list[str]] = {}
    for schema in nodes(document, "schema"):
        found = {
            whole.pointer
            for word in ("oneOf", "anyOf")
            for each in schema.children("schema", word)
            if (whole := resolve(document, each))
        }
        if found:
            members[schema.pointer] = found
            for pointer in found:
                owners.setdefault(pointer, []).append(schema.pointer)
    waiting = [pointer for pointer in owners if pointer not in members]
    while waiting:
        pointer = waiting.pop()
        for owner in owners.get(pointer, ()):
            members[owner].discard(pointer)
            if not members[owner]:
                waiting.append(owner)
    return {pointer for pointer, left in members.items() if left}


def _cycle(document: Document, schema: Node) -> Iterator[Problem]:
    waiting: list[Node] = [schema]
    seen: set[str] = set()
    while waiting:
        node = waiting.pop()
        for each in (child for word in ("oneOf", "anyOf") for child in node.children("schema", word)):
            whole = resolve(document, each)
            if whole and whole.pointer == schema.pointer:
                message = "the union is a member of itself"
                yield report(document, ONE_OF_MEMBERS, each.pointer, message, "remove this member")
            elif whole and whole.pointer not in seen:
                seen.add(whole.pointer)
                waiting.append(whole)


def _discriminator(document: Document, discriminator: Node, several: list[Node]) -> Iterator[Problem]:
    name = discriminator.data.get("propertyName")
    mapping = discriminator.data.get("mapping", {})
    if not isinstance(name, str) or not is_object(mapping):
        return
    targets = {value: mapping_ref(target) for value, target in mapping.items() if isinstance(target, str)}
    present = [each.ref for each in several if each.ref]
    if not several:
        hint = "add $ref to the objects that it selects, or remove the discriminator"
        yield report(document, ONE_OF_MEMBERS, discriminator.pointer, "the discriminator has nothing to select", hint)
    for value, target in targets.items():
        if target not in present:
            names = [ref.removeprefix(_PREFIX) for ref in present]
            hint = nearest(target.removeprefix(_PREFIX), names, f"write {listed(names)}")
            where = discriminator.at("mapping", value)
            yield report(document, ONE_OF_MEMBERS, where, f"'{mapping[value]}' is not a member of the union", hint)
    for member in several:
        whole = (plain(document, member) or resolve(document, member)) if member.ref else None
        if whole is None:
            hint = "write $ref to an object, or remove the discriminator"
            yield report(
                document,
                ONE_OF_MEMBERS,
                member.pointer,
                "a discriminator cannot select this member: it is not a reference to an object",
                hint,
            )
            continue
        values = [value for value, target in targets.items() if target == member.ref] or [whole.key]
        fault = _one_of_members_fault(document, whole, name, values)
        if fault:
            yield report(document, ONE_OF_MEMBERS, member.pointer, *fault)


def _nested(document: Document, member: Node, name: str, values: list[str]) -> tuple[str, str] | None:
    """Return the fault of a union that is a member of a union with a discriminator; None without one."""
    waiting, seen = [member], {member.pointer}
    while waiting:
        union = waiting.pop()
        if "discriminator" not in union.data:
            hint = "add a discriminator to it, or write its members in its place"
            return f"'{union.key}' is a union without a discriminator", hint
        for each in (part for word in ("oneOf", "anyOf") for part in union.children("schema", word)):
            whole = plain(document, each) or resolve(document, each)
            if whole is None or types(each) == ("null",) or whole.pointer in seen:
                continue
            seen.add(whole.pointer)
            if {"oneOf", "anyOf"} & whole.data.keys():
                waiting.append(whole)
                continue
            found = members(document, whole).get(name)
            fixed = plain(document, found.node) if found else None
            if found is None or kinds(document, found.node) != TEXT:
                return _one_of_members_fault(document, whole, name, [])
            if fixed and "const" in fixed.data and fixed.data["const"] not in values:
                message = f"'{name}' of '{whole.key}' is {preview(fixed.data['const'])}, not {listed(values)}"
                return message, "correct the mapping or the const"
    return None


def _one_of_members_fault(document: Document, member: Node, name: str, values: list[str]) -> tuple[str, str] | None:
    if {"oneOf", "anyOf"} & member.data.keys():
        return _nested(document, member, name, values)
    found = members(document, member).get(name)
    if found is None:
        return f"'{member.key}' has no property '{name}' for the discriminator", f"add {name}: {{type: string}} to it"
    if kinds(document, found.node) != TEXT:
        return f"'{name}' of '{member.key}' is not a string", f"write {name}: {{type: string}}"
    whole = resolve(document, found.node)
    allowed: list[Any] = [whole.data["const"]] if whole and "const" in whole.data else []
    for value in values:
        if allowed and value not in allowed:
            return (
                f"'{name}' of '{member.key}' is {preview(allowed[0])}, not {preview(value)}",
                "correct the mapping or the const",
            )
    return None


ENUM_VALUES: Final = "enum-values"


def check_enum_values(document: Document) -> Iterator[Problem]:
    """The values of an enum are invalid, or do not match `x-enum-varnames` or `x-enum-descriptions`.

    Strings, integers or numbers become a class with one member per value. Booleans and values of several types become
    the union of their types, and the docstring lists them.

    Write distinct scalars. In `x-enum-varnames` (UPPER_CASE) and `x-enum-descriptions`, write one entry per value, in
    the same order.
    """
    for schema in nodes(document, "schema"):
        values = schema.data.get("enum")
        if is_list(values):
            yield from _values(document, schema, values)
        for word in ("x-enum-varnames", "x-enum-descriptions"):
            if word in schema.data:
                yield from _enum_values_beside(document, schema, word, len(values) if is_list(values) else None)


def _values(document: Document, schema: Node, values: list[Any]) -> Iterator[Problem]:
    seen: set[tuple[bool, object]] = set()
    for index, value in enumerate(values):
        where = schema.at("enum", index)
        if is_list(value) or is_object(value):
            hint = "write strings, numbers, booleans or null; or oneOf: with a $ref to one component per case"
            yield report(document, ENUM_VALUES, where, f"{preview(value)} is not a scalar", hint)
            continue
        key = (isinstance(value, bool), value)  # 1 and 1.0 are equal in JSON, 1 and true are not
        if key in seen:
            yield report(document, ENUM_VALUES, where, f"{preview(value)} is listed twice", "remove one of the two")
        seen.add(key)
    if "x-enum-varnames" in schema.data and not enum_type(schema.data):
        message = "an enum of booleans or of several types has no members to name"
        hint = "remove x-enum-varnames; x-enum-descriptions may say what the values mean"
        yield report(document, ENUM_VALUES, schema.at("x-enum-varnames"), message, hint)


ENUM_TYPE: Final = "enum-type"


def check_enum_type(document: Document) -> Iterator[Problem]:
    """Warning: the values of an enum or a `const` are not of the type beside them.

    The values count: they are what the page lists, and a type of their own. A quoted number is a string.

    Write the type of the values, or the values in the form that they have on the wire.
    """
    for schema in nodes(document, "schema"):
        listed_values = schema.data.get("enum", [schema.data["const"]] if "const" in schema.data else [])
        stated = types(schema)
        for value in listed_values if stated and is_list(listed_values) else ():
            found = json_type(value)
            if found not in stated and not (found == "integer" and "number" in stated):
                message = f"{preview(value)} is not of type {listed(stated)}; the value counts"
                yield report(document, ENUM_TYPE, schema.at("type"), message, _type_hint(value, stated))
                break


def _type_hint(value: Any, stated: tuple[str, ...]) -> str:
    if value is None:
        return f"write type: [{', '.join(stated)}, 'null']"
    quoted = f", or quote it: '{preview(value)}'" if "string" in stated and json_type(value) in SCALARS else ""
    return f"write type: {json_type(value)}{quoted}"


def _enum_values_beside(document: Document, schema: Node, word: str, count: int | None) -> Iterator[Problem]:
    entries = schema.data[word]
    if count is None:
        yield report(
            document, ENUM_VALUES, schema.at(word), f"{word} needs an enum beside it", "add enum, or remove it"
        )
    elif not is_list(entries) or len(entries) != count:
        given = f"{len(entries)} entries" if is_list(entries) else preview(entries)
        message = f"{word} has {given}, but enum has {count} values"
        yield report(document, ENUM_VALUES, schema.at(word), message, "write one entry per value")
    else:
        for index, entry in enumerate(entries):
            fault = _enum_values_fault(word, entry)
            if fault:
                yield report(document, ENUM_VALUES, schema.at(word, index), *fault)


def _enum_values_fault(word: str, entry: Any) -> tuple[str, str] | None:
    if not isinstance(entry, str):
        return f"{preview(entry)} is not a string", f"write '{entry}'" if json_type(
            entry
        ) in SCALARS else "write a string"
    if word == "x-enum-varnames" and not naming.is_member(entry):
        return f"{preview(entry)} is not a valid name for a member", f"write {naming.upper(entry) or 'UPPER_CASE'}"
    return None
