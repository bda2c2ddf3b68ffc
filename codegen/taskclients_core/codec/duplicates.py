"""Refuses JSON texts in which an object has two members of one name: no guess is made which of them is meant.

msgspec takes the last one and says nothing. So a proof is tried that there are no such members, which is quick and
works for nearly every text; only a text without proof is walked through, slowly, to find the place.

The proof: what msgspec made of a text, written again, lacks a comma for each member that was dropped. Commas in strings
are on both sides, unless the text spells one as an escape; that is no proof then. Most servers write JSON as msgspec
does, and then not even the commas need be counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar

import msgspec
from attrs import define

from .mismatch import Key, Mismatch
from .node import Choices, Items, Model, Node, Tagged
from .reader import Reader

T = TypeVar("T")

_LONG: Final = 16 * 1024
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[][{}:,]', re.DOTALL)
_NAME: Final = re.compile(r"[^\W\d][\w$-]{,60}")
_ESCAPED_COMMA: Final = re.compile(rb"\\u002[cC]")
_decode: Final = msgspec.json.Decoder().decode
_encode: Final = msgspec.json.Encoder().encode
_encode_undashed: Final = msgspec.json.Encoder(uuid_format="hex").encode
# A number or a string that msgspec does not hold may well be where the type does not look.
_UNHELD: Final = (msgspec.MsgspecError, ValueError, OverflowError, RecursionError)


def once(read: Callable[[bytes], T]) -> Callable[[bytes], T]:
    """What reads a JSON text, taught to raise Mismatch where an object has two members of one name."""
    if isinstance(read, Reader):
        return _Once(read)
    return partial(_read_once, read)


def _read_once(read: Callable[[bytes], T], text: bytes) -> T:
    # Looked at before it is read, so that what that takes is gone when the models are made; walked through afterwards,
    # as only then it is known to be JSON.
    distinct = _distinct(text)
    value = read(text)
    if not distinct:
        _walk(text)
    return value


@define(eq=False)
class _Once:
    """The same for a Reader. From a long text the proof is made of the mirrors, which are there already."""

    _reader: Reader
    _proves: bool | None = None
    """Whether the mirrors are of use; None while nobody has asked."""
    _write: Callable[[Any], bytes] = _encode
    """Writes GUIDs as the server does, if the last text is anything to go by."""

    def __call__(self, text: bytes) -> Any:
        if len(text) < _LONG or not self._mirrors_prove():
            return _read_once(self._reader, text)
        proofs: list[bool] = []
        value = self._reader(text, lambda mirrors: proofs.append(self._proved(mirrors, text)))
        if not proofs[0]:
            if not _distinct(text):
                _walk(text)
            # Members that the type does not know, or null where it is left out: the next text will have them too.
            self._proves = False
        return value

    def _proved(self, mirrors: Any, text: bytes) -> bool:
        try:
            again = self._write(mirrors)
        except _UNHELD:
            return False
        if again == text:
            return True
        self._write = _encode if self._write is _encode_undashed else _encode_undashed
        return _lacks_no_comma(again, text)

    def _mirrors_prove(self) -> bool:
        if self._proves is None:
            self._proves = _mirrored(self._reader.node, set())
        return self._proves


def _mirrored(node: Node, above: set[str]) -> bool:
    """Whether mirrors hold each member that was read, once, and write none that was not there."""
    if "Raw" in node.wire:  # text as it came
        return False
    match node.shape:
        case Items(inner):
            return _mirrored(inner, above)
        case Choices(nodes):
            return all(_mirrored(each, above) for each in nodes)
        case Tagged():  # a tag is written even if it was absent
            return False
        case Model():
            model = node.shape
            if model.struct in above:
                return True
            above.add(model.struct)
            return all(_mirrored(each, above) for each in model.nodes.values())
        case None:
            return True


def _distinct(text: bytes) -> bool:
    """Whether it is certain that no member is given twice."""
    if b"{" not in text:
        return True
    try:
        again = _encode(_decode(text))
    except _UNHELD:
        return False
    return again == text or _lacks_no_comma(again, text)


def _lacks_no_comma(again: bytes, text: bytes) -> bool:
    escaped = b"\\" in text and _ESCAPED_COMMA.search(text) is not None
    return not escaped and again.count(b",") == text.count(b",")


@define
class _Place:
    """An object or array that is open at some point of a text."""

    names: set[bytes] | None
    """Of the members so far; None for an array."""
    at: int = 0
    """The index in the array."""
    name: bytes = b""
    """The member, as it is written."""
    due: bool = False
    """Whether the next string is a member's name."""


def _walk(text: bytes) -> None:
    """Raises Mismatch at the first member that is given twice. The text must be well-formed JSON."""
    places: list[_Place] = []
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token == b"{":
            places.append(_Place(set(), due=True))
        elif token == b"[":
            places.append(_Place(None))
        elif token in (b"}", b"]"):
            places.pop()
        elif places:
            place = places[-1]
            if place.names is None:
                place.at += token == b","
            elif token == b",":
                place.due = True
            elif place.due and token != b":":
                place.due = False
                place.name = token
                name = _unescaped(token)
                if name in place.names:
                    raise _twice(places)
                place.names.add(name)


def _twice(places: list[_Place]) -> Mismatch:
    steps = [place.at if place.names is None else _shown(place.name) for place in places]
    return Mismatch("one member of each name", "a member given twice").under(*reversed(steps))


def _unescaped(name: bytes) -> bytes:
    if b"\\" not in name:
        return name
    try:
        return b'"%b"' % _text(name).encode("utf-8", "surrogatepass")
    except ValueError:  # no JSON string: where the type does not look, nobody has checked
        return name


def _shown(name: bytes) -> str:
    # Which names are the API's is not known here. One that is none by its looks may be anything, an e-mail address too.
    try:
        text = _text(name)
    except ValueError:
        return Key()
    return text if _NAME.fullmatch(text) else Key()


def _text(name: bytes) -> str:
    found: str = json.loads(name.decode(), strict=False)
    return found
