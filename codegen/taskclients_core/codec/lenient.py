"""Reads what breaks the API's promise where it is plain what was meant, and says each place where it did.

Three things are forgiven: null where a value is promised, a required member that is not there (both are None), and a
number or truth value sent as text, or a number where text is promised. What fits is read as ever; only a text that
does not is walked through, once, so nothing gets slower where nothing is wrong.

What a union's object is meant as is told as strictly as ever: by the members that it has, null or not. One that lacks
some is the class that it lacks least of, if there is but one. An object that has nothing of what its class requires
is no such object: it may well be an error's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import msgspec
from attrs import define, field, frozen

from ..model import OpenStr
from .mismatch import Mismatch, PathStep, items_of, kind_of, member_step, members_of
from .node import Items, Model, Namespace, Node, Shape, TaggedUnion, UntaggedUnion
from .reader import Reader
from .union import closest_match, preselected, rank_matches

JsonPath: TypeAlias = tuple[PathStep, ...]
"""From the root to a place, outermost first."""

INT_PATTERN: Final = re.compile(r"-?(?:0|[1-9][0-9]*)")
NUMBER_PATTERN: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_TRUTHS: Final = {"true": b"true", "false": b"false"}


@frozen
class Deviation:
    """A place where an answer broke a promise and was read all the same. It holds no value."""

    path: str
    detail: str


OnDeviation: TypeAlias = Callable[[Deviation], None]


def ignore_deviation(_: Deviation) -> None:
    """Note nothing."""


class LenientReader:
    """A reader that forgives."""

    def __init__(self, strict: Reader, lenient: Reader) -> None:
        self._strict = strict
        self._lenient = lenient
        self._readers = _Readers(strict.space, lenient.space)

    def __call__(self, data: bytes, note: OnDeviation) -> Any:
        """The value that the text says, or must mean. Raises Mismatch where that is not plain."""
        try:
            return self._strict(data)
        except Mismatch as mismatch:
            if mismatch.kind == "malformed text":
                raise
        walk = _Walk(self._readers)
        try:
            mended = walk.mend(_Pair(self._strict.node, self._lenient.node), data, ())
        except (msgspec.DecodeError, UnicodeDecodeError):
            mended = data  # malformed further on: whoever reads it will say where
        with preselected(walk.decided):
            value = self._lenient(mended)
        for oddity in walk.found:
            note(oddity)
        return value


@frozen(eq=False)
class _Pair:
    """A node, and its twin that is lenient."""

    node: Node
    twin: Node


@define(eq=False)
class _Readers:
    """Readers of the members of unions, made when they are first needed."""

    _strict: Namespace
    _lenient: Namespace
    _made: dict[int, Reader] = field(factory=dict[int, Reader])

    def strict(self, pair: _Pair) -> Reader:
        return self._of(self._strict, pair.node)

    def lenient(self, pair: _Pair) -> Reader:
        return self._of(self._lenient, pair.twin)

    def _of(self, space: Namespace, node: Node) -> Reader:
        if id(node) not in self._made:
            self._made[id(node)] = Reader(space, node)
        return self._made[id(node)]


@define(eq=False)
class _Walk:
    readers: _Readers
    found: list[Deviation] = field(factory=list[Deviation])
    decided: set[tuple[int, bytes]] = field(factory=set[tuple[int, bytes]])
    """Of members of unions, which text is to be read as which."""

    def mend(self, pair: _Pair, raw: bytes | msgspec.Raw, way: JsonPath) -> bytes | msgspec.Raw:
        """What was meant, as JSON: the same text where it fits."""
        text, node = bytes(raw), pair.node
        kind = kind_of(text)
        if kind in node.kinds or (kind == "int" and "float" in node.kinds):
            return self._inside(pair, raw, kind, way)
        if kind == "null":
            self._note(way, node, "null")
            return raw
        plain = _meant(node, text, kind)
        if plain is None:
            return raw
        self._note(way, node, "text" if kind == "str" else "number")
        return plain

    def _inside(self, pair: _Pair, raw: bytes | msgspec.Raw, kind: str, way: JsonPath) -> bytes | msgspec.Raw:
        shape, twin = pair.node.shape, pair.twin.shape
        if isinstance(shape, UntaggedUnion) and isinstance(twin, UntaggedUnion) and kind in ("object", "array"):
            pairs = [_Pair(*nodes) for nodes in zip(shape.nodes, twin.nodes, strict=True)]
            return self._chosen(pair, [each for each in pairs if kind in each.node.kinds], raw, way)
        if kind == "array" and isinstance(shape, Items) and isinstance(twin, Items):
            items, inner = items_of(raw), _Pair(shape.node, twin.node)
            mended = [self.mend(inner, item, (*way, at)) for at, item in enumerate(items)]
            return _whole(mended) if any(map(_differs, mended, items)) else raw
        if kind != "object" or not isinstance(shape, (Items, Model, TaggedUnion)):
            return raw
        members = members_of(raw)
        owner, other = _owner(shape, members), _owner(twin, members)
        if owner is None or other is None:
            return raw
        if isinstance(owner, Model):
            self._missing(owner, members, way, tagged=owner is not shape)
        changed = {
            name: self._member(owner, other, name, part, (*way, member_step(owner, name)))
            for name, part in members.items()
        }
        return _whole(changed) if any(changed[name] is not members[name] for name in changed) else raw

    def _missing(self, model: Model, members: Mapping[str, msgspec.Raw], way: JsonPath, *, tagged: bool) -> None:
        missing = sorted(model.required - members.keys())
        if missing and len(missing) == len(model.required) and not tagged:
            raise Mismatch("a required member", "nothing").under(*reversed((*way, missing[0])))
        for name in missing:
            self.found.append(Deviation(_path((*way, name)), "expected a required member, found nothing"))

    def _member(
        self, owner: Model | Items, other: Model | Items, name: str, raw: msgspec.Raw, way: JsonPath
    ) -> bytes | msgspec.Raw:
        node, twin = _node_of(owner, name), _node_of(other, name)
        if node is None or twin is None or (bytes(raw) == b"null" and _nullable(owner, name)):
            return raw
        return self.mend(_Pair(node, twin), raw, way)

    def _chosen(self, union: _Pair, pairs: list[_Pair], raw: bytes | msgspec.Raw, way: JsonPath) -> bytes | msgspec.Raw:
        """What was meant as one of a union's members, which is decided here."""
        text = bytes(raw)
        nodes = [pair.node for pair in pairs]
        order = [0] if len(pairs) == 1 else rank_matches(nodes, text)
        if not order and (near := closest_match(nodes, text)) is not None:
            order = [near]
        if not order:
            self._told(union, raw, way)
        for at in order if len(order) > 1 else ():
            if self._reads(self.readers.strict(pairs[at]), raw):
                return self._decide(pairs[at], raw)
        last: Mismatch | None = None
        for at in order:
            inner = _Walk(self.readers)
            try:
                mended = inner.mend(pairs[at], raw, way)
            except Mismatch as mismatch:
                last = last or mismatch
                continue
            with preselected(inner.decided):
                if len(order) > 1 and not self._reads(self.readers.lenient(pairs[at]), mended):
                    continue
            self.found += inner.found
            self.decided |= inner.decided
            return self._decide(pairs[at], mended)
        if last is not None:
            raise last
        self._told(union, raw, way)
        return raw

    def _decide(self, pair: _Pair, raw: bytes | msgspec.Raw) -> bytes | msgspec.Raw:
        self.decided.add((id(pair.twin), bytes(raw).strip()))
        return raw

    def _told(self, pair: _Pair, raw: bytes | msgspec.Raw, way: JsonPath) -> None:
        """Raises the Mismatch of what fits no member of a union."""
        try:
            self.readers.strict(pair)(raw)
        except Mismatch as mismatch:
            mismatch.under(*reversed(way))
            raise

    def _reads(self, reader: Reader, raw: bytes | msgspec.Raw) -> bool:
        try:
            reader(raw)
        except Mismatch:
            return False
        return True

    def _note(self, way: JsonPath, node: Node, found: str) -> None:
        self.found.append(Deviation(_path(way), f"expected {node.label}, found {found}"))


def _owner(shape: Shape, members: Mapping[str, msgspec.Raw]) -> Model | Items | None:
    """What says of which type an object's members are."""
    if isinstance(shape, TaggedUnion):
        return shape.model_of(members)
    return shape if isinstance(shape, (Model, Items)) else None


def _node_of(owner: Model | Items, name: str) -> Node | None:
    if isinstance(owner, Items):
        return owner.node
    return owner.nodes.get(name) or (owner.extra_node if name not in owner.known else None)


def _nullable(owner: Model | Items, name: str) -> bool:
    return isinstance(owner, Model) and any(member.nullable for member in owner.members if member.name == name)


def _meant(node: Node, text: bytes, kind: str) -> bytes | None:
    if kind == "str":
        said = msgspec.json.decode(text, type=str).strip()
        if "float" in node.kinds and NUMBER_PATTERN.fullmatch(said):
            return said.encode()
        if "int" in node.kinds and INT_PATTERN.fullmatch(said):
            return said.encode()
        return _TRUTHS.get(said.lower()) if "bool" in node.kinds else None
    takes_text = any(issubclass(cls, (str, OpenStr)) for cls in node.python)
    return b'"%b"' % text if takes_text and kind in ("int", "float") else None


def _whole(parts: Mapping[str, bytes | msgspec.Raw] | list[bytes | msgspec.Raw]) -> bytes:
    raw: Any = (
        [_raw(part) for part in parts]
        if isinstance(parts, list)
        else {name: _raw(part) for name, part in parts.items()}
    )
    return msgspec.json.encode(raw)


def _raw(part: bytes | msgspec.Raw) -> msgspec.Raw:
    return part if isinstance(part, msgspec.Raw) else msgspec.Raw(part)


def _differs(one: object, other: object) -> bool:
    return one is not other


def _path(way: JsonPath) -> str:
    return Mismatch("", "").under(*reversed(way)).path
