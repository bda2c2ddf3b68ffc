"""A `oneOf` or `anyOf` holds what no union type can hold, or its discriminator does not tell its members apart.

A choice becomes a union, whose members need names. A discriminator names the member by a value, so every member must
have the property, as a text.

Write references, scalars, lists and maps of these, and `{type: 'null'}`; with a discriminator references to objects
only, each with the property (`const` or an enumeration of strings), and a mapping from values to these references.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..problem import Problem
from ..source import Document
from .data import is_object
from .shapes import TEXT, kinds, members
from .walk import Node, nodes, report, resolve, types
from .wording import nearest, shown

ID: Final = "one-of-members"

_PREFIX: Final = "#/components/schemas/"
_FOREIGN: Final = frozenset({"properties", "oneOf", "anyOf"})
_BESIDE: Final = frozenset(
    {"type", "properties", "items", "additionalProperties", "required", "enum", "const", "format"}
)


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each fault of a choice."""
    for schema in nodes(document, "schema"):
        choices = [word for word in ("oneOf", "anyOf") if word in schema.data]
        if not choices or "$ref" in schema.data:
            continue
        yield from _beside(document, schema, choices)
        several = [each for word in choices for each in schema.children("schema", word)]
        for each in several:
            yield from _member(document, each)
        yield from _cycle(document, schema)
        discriminator = schema.child("discriminator", "discriminator")
        if discriminator:
            yield from _discriminator(document, discriminator, [m for m in several if types(m) != ("null",)])


def _beside(document: Document, schema: Node, choices: list[str]) -> Iterator[Problem]:
    if len(choices) > 1:
        where = schema.at("anyOf")
        yield report(document, ID, where, "oneOf and anyOf stand side by side", "put all members into one of them")
    for word in sorted(_BESIDE & schema.data.keys()):
        message = f"'{word}' is not supported beside {choices[0]}"
        yield report(document, ID, schema.at(word), message, "write it in each member")


def _member(document: Document, member: Node) -> Iterator[Problem]:
    if "$ref" in member.data:
        return
    foreign = sorted(_FOREIGN & member.data.keys())
    if foreign:
        what = "an object" if foreign == ["properties"] else f"{foreign[0]}"
        hint = "put it under components.schemas, and write $ref here"
        yield report(document, ID, member.pointer, f"a member of the choice is {what} written in place", hint)
    elif not types(member) and "const" not in member.data:
        hint = "write type, const or $ref"
        yield report(document, ID, member.pointer, "a member of the choice does not say its type", hint)


def _cycle(document: Document, schema: Node) -> Iterator[Problem]:
    waiting: list[Node] = [schema]
    seen: set[str] = set()
    while waiting:
        node = waiting.pop()
        for each in (child for word in ("oneOf", "anyOf") for child in node.children("schema", word)):
            whole = resolve(document, each)
            if whole and whole.pointer == schema.pointer:
                message = "the choice is a member of itself"
                yield report(document, ID, each.pointer, message, "remove it: it adds nothing")
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
            yield report(document, ID, where, f"'{mapping[value]}' is no member of the choice", hint)
    for member in several:
        whole = resolve(document, member) if member.ref else None
        if whole is None:
            hint = "write references to objects, or leave the discriminator out"
            yield report(document, ID, member.pointer, "a discriminator cannot tell this member", hint)
            continue
        values = [value for value, target in targets.items() if target == member.ref] or [whole.key]
        fault = _fault(document, whole, name, values)
        if fault:
            yield report(document, ID, member.pointer, *fault)


def _fault(document: Document, member: Node, name: str, values: list[str]) -> tuple[str, str] | None:
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
