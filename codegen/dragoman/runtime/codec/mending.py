"""Reads what breaks the API's promise where it is plain what was meant, and says each place where it did.

Three things are forgiven: null where a value is promised, a required member that is not there (both are None), and a
number or truth value sent as text, or a number where text is promised. What fits is read as ever; only a text that
does not is walked through, once, so nothing gets slower where nothing is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import msgspec
from attrs import define, frozen

from ..model import OpenStr
from .mismatch import Mismatch, Step
from .node import Items, Model, Node, Tagged
from .reader import Reader
from .text import items_of, kind_of, members_of

Way: TypeAlias = tuple[Step, ...]
"""From the root to a place, outermost first."""

INT: Final = re.compile(r"-?(?:0|[1-9][0-9]*)")
NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_TRUTHS: Final = {"true": b"true", "false": b"false"}


@frozen
class Oddity:
    """A place where an answer broke a promise and was read all the same. It holds no value."""

    path: str
    detail: str


Note: TypeAlias = Callable[[Oddity], None]


def ignored(_: Oddity) -> None:
    """Note nothing."""


class Mender:
    """A reader that forgives."""

    def __init__(self, strict: Reader, lenient: Reader) -> None:
        self._strict = strict
        self._lenient = lenient

    def __call__(self, data: bytes, note: Note) -> Any:
        """The value that the text says, or must mean. Raises Mismatch where that is not plain."""
        try:
            return self._strict(data)
        except Mismatch as mismatch:
            if mismatch.kind == "malformed text":
                raise
        walk = _Walk([])
        try:
            mended = walk.mend(self._strict.node, data, ())
        except (msgspec.DecodeError, UnicodeDecodeError):
            mended = data  # malformed further on: whoever reads it will say where
        value = self._lenient(mended)
        for oddity in walk.found:
            note(oddity)
        return value


@define
class _Walk:
    found: list[Oddity]

    def mend(self, node: Node, raw: bytes | msgspec.Raw, way: Way) -> bytes | msgspec.Raw:
        """What was meant, as JSON: the same text where it fits."""
        text = bytes(raw)
        kind = kind_of(text)
        if kind in node.kinds or (kind == "int" and "float" in node.kinds):
            return self._inside(node, raw, kind, way)
        if kind == "null":
            self._note(way, node, "null")
            return raw
        plain = _meant(node, text, kind)
        if plain is None:
            return raw
        self._note(way, node, "text" if kind == "str" else "number")
        return plain

    def _inside(self, node: Node, raw: bytes | msgspec.Raw, kind: str, way: Way) -> bytes | msgspec.Raw:
        shape = node.shape
        if kind == "array" and isinstance(shape, Items):
            items = items_of(raw)
            mended = [self.mend(shape.node, item, (*way, at)) for at, item in enumerate(items)]
            return _whole(mended) if any(map(_differs, mended, items)) else raw
        if kind != "object" or not isinstance(shape, (Items, Model, Tagged)):
            return raw
        members = members_of(raw)
        model = shape.model_of(members) if isinstance(shape, Tagged) else shape
        if model is None:
            return raw
        changed = {name: self._member(model, name, member, (*way, name)) for name, member in members.items()}
        if isinstance(model, Model):
            for name in sorted(model.required - members.keys()):
                self.found.append(Oddity(_path((*way, name)), "expected a required member, found nothing"))
        return _whole(changed) if any(changed[name] is not members[name] for name in changed) else raw

    def _member(self, owner: Model | Items, name: str, raw: msgspec.Raw, way: Way) -> bytes | msgspec.Raw:
        if isinstance(owner, Items):
            return self.mend(owner.node, raw, way)
        node = owner.nodes.get(name) or (owner.extra_node if name not in owner.known else None)
        nullable = any(member.nullable for member in owner.members if member.name == name)
        if node is None or (nullable and bytes(raw) == b"null"):
            return raw
        return self.mend(node, raw, way)

    def _note(self, way: Way, node: Node, found: str) -> None:
        self.found.append(Oddity(_path(way), f"expected {node.label}, found {found}"))


def _meant(node: Node, text: bytes, kind: str) -> bytes | None:
    if kind == "str":
        said = msgspec.json.decode(text, type=str).strip()
        if "float" in node.kinds and NUMBER.fullmatch(said):
            return said.encode()
        if "int" in node.kinds and INT.fullmatch(said):
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


def _path(way: Way) -> str:
    return Mismatch("", "").under(*reversed(way)).path
