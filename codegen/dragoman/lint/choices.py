"""Checks of unions and enumerations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..diagnostics import Problem
from ..spec import naming
from ..spec.yaml_document import Document
from .shapes import TEXT, kinds, members
from .values import is_list, is_object, json_type, listed, nearest, shown
from .walk import Node, nodes, report, resolve, types

ONE_OF_MEMBERS: Final = "one-of-members"

_PREFIX: Final = "#/components/schemas/"
_FOREIGN: Final = frozenset({"properties", "oneOf", "anyOf"})
_BESIDE: Final = frozenset(
    {"type", "properties", "items", "additionalProperties", "required", "enum", "const", "format"}
)


def check_one_of_members(document: Document) -> Iterator[Problem]:
    """A `oneOf` or `anyOf` holds what no union type can hold, or its discriminator does not tell its members apart.

    A choice becomes a union, whose members need names. A discriminator names the member by a value, so every member
    must have the property, as a text.

    Write references, scalars, lists and maps of these, and `{type: 'null'}`; with a discriminator references to objects
    only, each with the property (`const` or an enumeration of strings), and a mapping from values to these references.
    """
    for schema in nodes(document, "schema"):
        choices = [word for word in ("oneOf", "anyOf") if word in schema.data]
        if not choices or "$ref" in schema.data:
            continue
        yield from _one_of_members_beside(document, schema, choices)
        several = [each for word in choices for each in schema.children("schema", word)]
        for each in several:
            yield from _member(document, each)
        yield from _cycle(document, schema)
        discriminator = schema.child("discriminator", "discriminator")
        if discriminator:
            yield from _discriminator(document, discriminator, [m for m in several if types(m) != ("null",)])


def _one_of_members_beside(document: Document, schema: Node, choices: list[str]) -> Iterator[Problem]:
    if len(choices) > 1:
        where = schema.at("anyOf")
        yield report(
            document, ONE_OF_MEMBERS, where, "oneOf and anyOf stand side by side", "put all members into one of them"
        )
    for word in sorted(_BESIDE & schema.data.keys()):
        message = f"'{word}' is not supported beside {choices[0]}"
        yield report(document, ONE_OF_MEMBERS, schema.at(word), message, "write it in each member")


def _member(document: Document, member: Node) -> Iterator[Problem]:
    if "$ref" in member.data:
        return
    foreign = sorted(_FOREIGN & member.data.keys())
    if foreign:
        what = "an object" if foreign == ["properties"] else f"{foreign[0]}"
        hint = "put it under components.schemas, and write $ref here"
        yield report(
            document, ONE_OF_MEMBERS, member.pointer, f"a member of the choice is {what} written in place", hint
        )
    elif not types(member) and "const" not in member.data:
        hint = "write type, const or $ref"
        yield report(document, ONE_OF_MEMBERS, member.pointer, "a member of the choice does not say its type", hint)


def _cycle(document: Document, schema: Node) -> Iterator[Problem]:
    waiting: list[Node] = [schema]
    seen: set[str] = set()
    while waiting:
        node = waiting.pop()
        for each in (child for word in ("oneOf", "anyOf") for child in node.children("schema", word)):
            whole = resolve(document, each)
            if whole and whole.pointer == schema.pointer:
                message = "the choice is a member of itself"
                yield report(document, ONE_OF_MEMBERS, each.pointer, message, "remove it: it adds nothing")
            elif whole and whole.pointer not in seen:
                seen.add(whole.pointer)
                waiting.append(whole)


def _discriminator(document: Document, discriminator: Node, several: list[Node]) -> Iterator[Problem]:
    name = discriminator.data.get("propertyName")
    mapping = discriminator.data.get("mapping", {})
    if not isinstance(name, str) or not is_object(mapping):
        return
    targets = {value: _target(target) for value, target in mapping.items() if isinstance(target, str)}
    present = [each.ref for each in several if each.ref]
    for value, target in targets.items():
        if target not in present:
            names = [ref.removeprefix(_PREFIX) for ref in present]
            hint = nearest(target.removeprefix(_PREFIX), names, "write one of the members")
            where = discriminator.at("mapping", value)
            yield report(document, ONE_OF_MEMBERS, where, f"'{mapping[value]}' is no member of the choice", hint)
    for member in several:
        whole = resolve(document, member) if member.ref else None
        if whole is None:
            hint = "write references to objects, or leave the discriminator out"
            yield report(document, ONE_OF_MEMBERS, member.pointer, "a discriminator cannot tell this member", hint)
            continue
        values = [value for value, target in targets.items() if target == member.ref] or [whole.key]
        fault = _one_of_members_fault(document, whole, name, values)
        if fault:
            yield report(document, ONE_OF_MEMBERS, member.pointer, *fault)


def _one_of_members_fault(document: Document, member: Node, name: str, values: list[str]) -> tuple[str, str] | None:
    found = members(document, member).get(name)
    if found is None:
        return f"'{member.key}' has no property '{name}', which the discriminator reads", "add it to the schema"
    if kinds(document, found.node) != TEXT:
        return f"'{name}' of '{member.key}' is not a text", "write type: string, or const"
    whole = resolve(document, found.node)
    allowed: list[Any] = [whole.data["const"]] if whole and "const" in whole.data else []
    for value in values:
        if allowed and value not in allowed:
            return (
                f"'{name}' of '{member.key}' is {shown(allowed[0])}, not {shown(value)}",
                "mend the mapping or the const",
            )
    return None


def _target(target: str) -> str:
    return target if target.startswith("#") else _PREFIX + target


ENUM_VALUES: Final = "enum-values"


def check_enum_values(document: Document) -> Iterator[Problem]:
    """The values of an enumeration, or the names and texts beside them, do not belong together.

    An enumeration becomes a class of strings or of integers with one member for each value.

    Write values of one type (`type: string` or `type: integer`), each once; and in `x-enum-varnames` (UPPER_CASE) and
    `x-enum-descriptions` one entry for each value, in the same order.
    """
    for schema in nodes(document, "schema"):
        values = schema.data.get("enum")
        if is_list(values):
            yield from _values(document, schema, values)
        for word in ("x-enum-varnames", "x-enum-descriptions"):
            if word in schema.data:
                yield from _enum_values_beside(document, schema, word, len(values) if is_list(values) else None)


def _values(document: Document, schema: Node, values: list[Any]) -> Iterator[Problem]:
    allowed = [each for each in types(schema) if each in ("string", "integer", "null")]
    if types(schema) and not {"string", "integer"} & set(allowed):
        message = f"an enumeration of type {listed(types(schema))} is not supported"
        yield report(document, ENUM_VALUES, schema.at("type"), message, "write type: string or type: integer")
        return
    seen: set[tuple[str, str]] = set()
    for index, value in enumerate(values):
        where, kind = schema.at("enum", index), json_type(value)
        if kind not in (allowed or ("string", "integer")):
            hint = "quote it" if allowed == ["string"] else f"write values of type {listed(allowed or ['string'])}"
            yield report(
                document, ENUM_VALUES, where, f"{shown(value)} is not of type {listed(allowed or ['string'])}", hint
            )
        elif (kind, str(value)) in seen:
            yield report(document, ENUM_VALUES, where, f"{shown(value)} is written twice", "remove one of the two")
        seen.add((kind, str(value)))


def _enum_values_beside(document: Document, schema: Node, word: str, count: int | None) -> Iterator[Problem]:
    entries = schema.data[word]
    if count is None:
        yield report(document, ENUM_VALUES, schema.at(word), f"{word} stands without enum", "write enum, or remove it")
    elif not is_list(entries) or len(entries) != count:
        given = f"{len(entries)} entries" if is_list(entries) else shown(entries)
        message = f"{word} has {given}, enum has {count}"
        yield report(document, ENUM_VALUES, schema.at(word), message, "write one entry for each value")
    else:
        for index, entry in enumerate(entries):
            fault = _enum_values_fault(word, entry)
            if fault:
                yield report(document, ENUM_VALUES, schema.at(word, index), *fault)


def _enum_values_fault(word: str, entry: Any) -> tuple[str, str] | None:
    if not isinstance(entry, str):
        return f"{shown(entry)} is not a text", "quote it"
    if word == "x-enum-varnames" and not naming.is_member(entry):
        return f"{shown(entry)} is no name of a member", f"write {naming.upper(entry) or 'UPPER_CASE'}"
    return None
