"""An `allOf` is not a class with its base and its own properties.

The first reference becomes the base class; the members of further references, and of the one object in place, become
the class's own. Anything else that `allOf` can say has no counterpart in a class.

Write `allOf: [{$ref: …}, {type: object, properties: {…}}]`: references to objects, and at most one object in place. A
property that is repeated keeps its type.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .shapes import OBJECT, Member, kinds, members, plain
from .walk import Node, nodes, report, resolve
from .wording import listed

ID: Final = "all-of-shape"

_OWN: Final = frozenset({"properties", "required", "additionalProperties"})
_FOREIGN: Final = frozenset({"allOf", "oneOf", "anyOf", "enum", "const", "items"})


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each fault of an `allOf`."""
    for schema in nodes(document, "schema"):
        if "allOf" in schema.data and "$ref" not in schema.data:
            yield from _parts(document, schema)
            yield from _conflicts(document, schema)


def _parts(document: Document, schema: Node) -> Iterator[Problem]:
    own = [schema] if "properties" in schema.data else []
    for part in schema.children("schema", "allOf"):
        if part.ref is not None:
            yield from _base(document, schema, part)
            continue
        own.append(part)
        foreign = sorted(_FOREIGN & part.data.keys())
        if foreign or not _OWN & part.data.keys():
            message = f"a part with {listed(foreign)} is not supported" if foreign else "a part adds no properties"
            yield report(document, ID, part.pointer, message, "write a reference, or an object with properties")
    if len(own) > 1:
        message = "several objects are written in place"
        yield report(document, ID, own[1].pointer, message, "put their properties into one")
    for word in sorted((_FOREIGN - {"allOf"}) & schema.data.keys()):
        yield report(document, ID, schema.at(word), f"'{word}' is not supported beside allOf", "choose one of the two")


def _base(document: Document, schema: Node, part: Node) -> Iterator[Problem]:
    base = resolve(document, part)
    if base is None:
        return
    if schema.pointer in _ancestors(document, base):
        message = "the schema is a part of itself"
        yield report(document, ID, part.pointer, message, "remove the reference that leads back")
    elif plain(document, base) is not base or kinds(document, base) != OBJECT or _is_map(base):
        message = f"'{base.key}' is no object with properties"
        yield report(document, ID, part.pointer, message, "refer to objects; for a choice write oneOf")


def _conflicts(document: Document, schema: Node) -> Iterator[Problem]:
    known: dict[str, Member] = {}
    for part in [*schema.children("schema", "allOf"), schema]:
        fresh = members(document, part) if part is not schema else _own(part)
        for name, member in fresh.items():
            before = known.setdefault(name, member)
            if before.node.pointer == member.node.pointer:
                continue
            one, other = kinds(document, before.node), kinds(document, member.node)
            if one and other and not other <= one:
                message = f"'{name}' is {listed(sorted(one))} in one part, {listed(sorted(other))} in another"
                inside = member.node.pointer.startswith(schema.pointer + "/")
                where = member.node.pointer if inside else part.pointer
                yield report(document, ID, where, message, "give it one type")


def _own(schema: Node) -> dict[str, Member]:
    return {node.key: Member(node.key, node, required=False) for node in schema.children("schema", "properties")}


def _is_map(schema: Node) -> bool:
    return "additionalProperties" in schema.data and not {"properties", "allOf"} & schema.data.keys()


def _ancestors(document: Document, schema: Node) -> set[str]:
    waiting, seen = [schema], set[str]()
    while waiting:
        whole = resolve(document, waiting.pop())
        if whole and whole.pointer not in seen:
            seen.add(whole.pointer)
            waiting += whole.children("schema", "allOf")
    return seen
