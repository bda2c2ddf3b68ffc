"""Lenient decoding of responses that deviate from the spec, with a report of each deviation.

Accepted deviations: null for a value that is not nullable and a missing required member (both become None), a number
or boolean sent as text, and a number sent for text. A text is decoded strictly first; only one that fails is walked
through and coerced, so valid responses cost nothing extra.

The member of a union is chosen as in strict decoding, by the members that an object has, null or not. If required
members are missing, it is the class that lacks the fewest, provided that there is exactly one. An object without any
required member of its class is refused, because it may be an error body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from operator import is_not
from typing import Any, Final, TypeAlias

import msgspec
from attrs import define, field, frozen

from ..model import OpenStr
from .compiler import Compiler
from .mismatch import Deviation, Mismatch, OnDeviation, PathStep, items_of, joined, kind_of, member_step, members_of
from .node import Items, Model, Namespace, Node, Recursion, Shape, TaggedUnion, UntaggedUnion
from .reader import Reader
from .union import closest_match, preselected, rank_matches

JsonPath: TypeAlias = tuple[PathStep, ...]
"""Path from the root, outermost step first."""

INT_PATTERN: Final = re.compile(r"-?(?:0|[1-9][0-9]*)")
NUMBER_PATTERN: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_BOOLEANS: Final = {"true": b"true", "false": b"false"}


COMPILER: Final = Compiler(f"{__package__}.lenient_wire_structs", lenient=True)
"""Compiler of nodes that accept null for every value and the absence of every member."""


class LenientReader:
    """Reader of one type that accepts deviations."""

    def __init__(self, strict: Reader, lenient: Reader) -> None:
        self._strict = strict
        self._lenient = lenient
        self._readers = _Readers(strict.namespace, lenient.namespace)

    def __call__(self, data: bytes, note: OnDeviation) -> Any:
        """Decode a text and call `note` with each deviation.

        Raises:
            Mismatch: The text deviates in a way that is not accepted.
        """
        try:
            return self._strict(data)
        except Mismatch as mismatch:
            if mismatch.kind == "malformed text":
                raise
        walk = _Walk(self._readers)
        try:
            coerced = walk.coerce(_Pair(self._strict.node, self._lenient.node), data, ())
        except (msgspec.DecodeError, UnicodeDecodeError):
            coerced = data  # malformed later in the text: the reader raises the error with its path
        with preselected(walk.decided):
            value = self._lenient(coerced)
        for deviation in walk.found:
            note(deviation)
        return value


@frozen(eq=False)
class _Pair:
    """Strict and lenient node of the same type."""

    strict: Node
    lenient: Node


@define(eq=False)
class _Readers:
    """Readers of the members of unions, created at first use."""

    _strict: Namespace
    _lenient: Namespace
    _cache: dict[int, Reader] = field(factory=dict[int, Reader])

    def strict(self, pair: _Pair) -> Reader:
        return self._of(self._strict, pair.strict)

    def lenient(self, pair: _Pair) -> Reader:
        return self._of(self._lenient, pair.lenient)

    def _of(self, namespace: Namespace, node: Node) -> Reader:
        if id(node) not in self._cache:
            self._cache[id(node)] = Reader(namespace, node)
        return self._cache[id(node)]


@define(eq=False)
class _Walk:
    """One pass through a text: coerces values and collects deviations."""

    readers: _Readers
    found: list[Deviation] = field(factory=list[Deviation])
    decided: set[tuple[int, bytes]] = field(factory=set[tuple[int, bytes]])
    """Chosen members of unions: pairs of a lenient node's identity and a text."""

    def coerce(self, pair: _Pair, raw: bytes | msgspec.Raw, path: JsonPath) -> bytes | msgspec.Raw:
        """Return a JSON text that fits the node; the same object if nothing changes."""
        outer, inner = pair.strict.shape, pair.lenient.shape
        if isinstance(outer, Recursion) and isinstance(inner, Recursion) and outer.node and inner.node:
            pair = _Pair(outer.node, inner.node)
        text, node = bytes(raw), pair.strict
        kind = kind_of(text)
        if kind in node.kinds or (kind == "int" and "float" in node.kinds):
            return self._coerce_parts(pair, raw, kind, path)
        if kind == "null":
            self._note(path, node, "null")
            return raw
        scalar = _coerce_scalar(node, text, kind)
        if scalar is None:
            return raw
        self._note(path, node, "text" if kind == "str" else "number")
        return scalar

    def _coerce_parts(self, pair: _Pair, raw: bytes | msgspec.Raw, kind: str, path: JsonPath) -> bytes | msgspec.Raw:
        shape, lenient = pair.strict.shape, pair.lenient.shape
        if isinstance(shape, UntaggedUnion) and isinstance(lenient, UntaggedUnion) and kind in ("object", "array"):
            pairs = [_Pair(*nodes) for nodes in zip(shape.nodes, lenient.nodes, strict=True)]
            return self._choose_member(pair, [each for each in pairs if kind in each.strict.kinds], raw, path)
        if kind == "array" and isinstance(shape, Items) and isinstance(lenient, Items):
            items, inner = items_of(raw), _Pair(shape.node, lenient.node)
            coerced = [self.coerce(inner, item, (*path, at)) for at, item in enumerate(items)]
            return joined(coerced) if any(map(is_not, coerced, items)) else raw
        if kind != "object" or not isinstance(shape, (Items, Model, TaggedUnion)):
            return raw
        members = members_of(raw)
        owner, other = _owner(shape, members), _owner(lenient, members)
        if owner is None or other is None:
            return raw
        if isinstance(owner, Model):
            self._note_missing(owner, members, path, tagged=owner is not shape)
        changed = {
            name: self._coerce_member(owner, other, name, part, (*path, member_step(owner, name)))
            for name, part in members.items()
        }
        return joined(changed) if any(changed[name] is not members[name] for name in changed) else raw

    def _note_missing(self, model: Model, members: Mapping[str, msgspec.Raw], path: JsonPath, *, tagged: bool) -> None:
        missing = sorted(model.required - members.keys())
        if missing and len(missing) == len(model.required) and not tagged:
            raise Mismatch("a required member", "nothing").under(*reversed((*path, missing[0])))
        for name in missing:
            self.found.append(Deviation(_format_path((*path, name)), "expected a required member, found nothing"))

    def _coerce_member(
        self, owner: Model | Items, other: Model | Items, name: str, raw: msgspec.Raw, path: JsonPath
    ) -> bytes | msgspec.Raw:
        strict, lenient = _node_of(owner, name), _node_of(other, name)
        if strict is None or lenient is None or (bytes(raw) == b"null" and _nullable(owner, name)):
            return raw
        return self.coerce(_Pair(strict, lenient), raw, path)

    def _choose_member(
        self, union: _Pair, pairs: list[_Pair], raw: bytes | msgspec.Raw, path: JsonPath
    ) -> bytes | msgspec.Raw:
        """Choose a member of a union, record the choice, and coerce the text to it."""
        text = bytes(raw)
        nodes = [pair.strict for pair in pairs]
        order = [0] if len(pairs) == 1 else rank_matches(nodes, text)
        if not order and (closest := closest_match(nodes, text)) is not None:
            order = [closest]
        if not order:
            self._raise_mismatch(union, raw, path)
        for at in order if len(order) > 1 else ():
            if self._reads(self.readers.strict(pairs[at]), raw):
                return self._decide(pairs[at], raw)
        last: Mismatch | None = None
        for at in order:
            inner = _Walk(self.readers)
            try:
                coerced = inner.coerce(pairs[at], raw, path)
            except Mismatch as mismatch:
                last = last or mismatch
                continue
            with preselected(inner.decided):
                if len(order) > 1 and not self._reads(self.readers.lenient(pairs[at]), coerced):
                    continue
            self.found += inner.found
            self.decided |= inner.decided
            return self._decide(pairs[at], coerced)
        if last is not None:
            raise last
        self._raise_mismatch(union, raw, path)
        return raw

    def _decide(self, pair: _Pair, raw: bytes | msgspec.Raw) -> bytes | msgspec.Raw:
        self.decided.add((id(pair.lenient), bytes(raw).strip()))
        return raw

    def _raise_mismatch(self, pair: _Pair, raw: bytes | msgspec.Raw, path: JsonPath) -> None:
        """Raise the Mismatch of a text that fits no member of a union."""
        try:
            self.readers.strict(pair)(raw)
        except Mismatch as mismatch:
            mismatch.under(*reversed(path))
            raise

    def _reads(self, reader: Reader, raw: bytes | msgspec.Raw) -> bool:
        try:
            reader(raw)
        except Mismatch:
            return False
        return True

    def _note(self, path: JsonPath, node: Node, found: str) -> None:
        self.found.append(Deviation(_format_path(path), f"expected {node.label}, found {found}"))


def _owner(shape: Shape, members: Mapping[str, msgspec.Raw]) -> Model | Items | None:
    """Return the shape that declares the types of an object's members."""
    if isinstance(shape, TaggedUnion):
        return shape.model_of(members)
    return shape if isinstance(shape, (Model, Items)) else None


def _node_of(owner: Model | Items, name: str) -> Node | None:
    if isinstance(owner, Items):
        return owner.node
    return owner.nodes.get(name) or (owner.extra_node if name not in owner.known else None)


def _nullable(owner: Model | Items, name: str) -> bool:
    return isinstance(owner, Model) and any(member.nullable for member in owner.members if member.name == name)


def _coerce_scalar(node: Node, text: bytes, kind: str) -> bytes | None:
    if kind == "str":
        content = msgspec.json.decode(text, type=str).strip()
        if "float" in node.kinds and NUMBER_PATTERN.fullmatch(content):
            return content.encode()
        if "int" in node.kinds and INT_PATTERN.fullmatch(content):
            return content.encode()
        return _BOOLEANS.get(content.lower()) if "bool" in node.kinds else None
    takes_text = any(issubclass(cls, (str, OpenStr)) for cls in node.python)
    return b'"%b"' % text if takes_text and kind in ("int", "float") else None


def _format_path(path: JsonPath) -> str:
    return Mismatch("", "").under(*reversed(path)).path
