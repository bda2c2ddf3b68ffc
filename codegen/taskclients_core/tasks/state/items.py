"""Finds the awaited tasks in a list of many, as text, and decodes next to nothing of the others.

So a list of megabytes costs little, and no single step of it takes long.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, Final, cast

import msgspec

from ... import codec, json_pointer
from ...codec.mismatch import Mismatch, unlike
from ...codec.text import items_of, members_of

_NOTHING: Final[Mapping[str, bytes]] = MappingProxyType({})
_UNFIT: Final = (msgspec.DecodeError, UnicodeDecodeError)
_ABSENT: Final = msgspec.Raw(b"")
_DIGITS: Final = frozenset(b"-0123456789")


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer shows of the awaited tasks."""

    found: dict[str, bytes]
    """By id, the task as it is written there; the first one, if several have that id."""

    token: str | None = None
    """Of the next page."""

    count: int = 0
    """How many items there are, awaited or not."""

    repeated: tuple[str, ...] = ()
    """Ids of awaited tasks that more than one item has."""

    keys: tuple[str, ...] = ()
    """Ids of all items that have one that can be read, in the order of the list."""

    unnamed: int = 0
    """How many items have no id that can be read. Any of them may be an awaited task: not to see one proves nothing."""


def extract(
    content: bytes,
    *,
    items: str,
    key: str,
    wanted: Collection[str],
    token: str | None = None,
    seen: Mapping[str, bytes] = _NOTHING,
) -> Page:
    """Find tasks in a list.

    Args:
        content: The answer's body.
        items: Pointer to the array.
        key: Pointer inside an item to its id. Text is compared exactly, a number as it is written.
        wanted: Ids, best as a set.
        token: Pointer to the token of the next page.
        seen: Tasks as they were seen before. One that is the same byte for byte is not checked again.

    Raises:
        DecodeError: the answer, its envelope or an awaited task is not what it must be.
    """
    ids = frozenset(wanted) if isinstance(wanted, Sequence) else wanted
    return cast("Page", codec.read_with(partial(_page, items=items, key=key, ids=ids, token=token, seen=seen), content))


def _page(
    text: bytes, *, items: str, key: str, ids: Collection[str], token: str | None, seen: Mapping[str, bytes]
) -> Page:
    answer = _Envelope(text)
    place = json_pointer.parse(items)
    array = answer.array(place)
    names = json_pointer.parse(key)
    check = codec.compiler().reader(Any)
    found: dict[str, bytes] = {}
    repeated: dict[str, None] = {}
    keys: list[str] = []
    for index, raw in enumerate(array):
        name = _id(raw, names)
        if name is None:
            continue
        keys.append(name)
        if name in ids:
            if name in found:
                repeated[name] = None
                continue
            item = bytes(raw)
            if seen.get(name) != item:
                try:
                    check(item)
                except Mismatch as mismatch:
                    raise mismatch.under(index, *reversed(place)) from None
            found[name] = item
    return Page(
        found=found,
        token=None if token is None else answer.token(json_pointer.parse(token)),
        count=len(array),
        repeated=tuple(repeated),
        keys=tuple(keys),
        unnamed=len(array) - len(keys),
    )


class _Envelope:
    """What is around the items: opened only where something is looked for, and each part once."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._objects: dict[tuple[str, ...], dict[str, msgspec.Raw]] = {}

    def array(self, place: tuple[str, ...]) -> list[msgspec.Raw]:
        """The array at a place. Raises Mismatch if it is none."""
        raw = self._at(place)
        if raw is None:
            raise Mismatch("a required member", "nothing").under(*reversed(place))
        try:
            return items_of(raw)
        except _UNFIT as error:
            raise _misfit("array", raw, error).under(*reversed(place)) from None

    def token(self, place: tuple[str, ...]) -> str | None:
        """The text at a place; None if it is missing, null or empty. Raises Mismatch if it is something else."""
        if not self._text.lstrip().startswith(b"{"):
            return None
        raw: bytes | msgspec.Raw = b""
        for depth in range(1, len(place) + 1):
            raw = self._at(place[:depth]) or b"null"
            if bytes(raw) == b"null":
                return None
        try:
            return msgspec.json.decode(raw, type=str) or None
        except _UNFIT as error:
            raise _misfit("str | null", raw, error).under(*reversed(place)) from None

    def _at(self, place: tuple[str, ...]) -> bytes | msgspec.Raw | None:
        return self._members(place[:-1]).get(place[-1]) if place else self._text

    def _members(self, place: tuple[str, ...]) -> dict[str, msgspec.Raw]:
        if place not in self._objects:
            raw = self._at(place)
            if raw is None:
                raise Mismatch("a required member", "nothing").under(*reversed(place))
            try:
                self._objects[place] = members_of(raw)
            except _UNFIT as error:
                raise _misfit("object", raw, error).under(*reversed(place)) from None
        return self._objects[place]


def _misfit(expected: str, raw: bytes | msgspec.Raw, error: Exception) -> Mismatch:
    if isinstance(error, msgspec.ValidationError):
        try:
            return unlike(expected, bytes(raw))
        except _UNFIT:  # it is not even JSON, further on
            return Mismatch("JSON", "malformed text")
    return Mismatch("JSON", "malformed text", "", str(error).removeprefix("JSON is malformed: "))


def _id(raw: msgspec.Raw, names: tuple[str, ...]) -> str | None:
    try:
        for name in names:
            raw = _member(name)(raw)
        return _text(bytes(raw))
    except _UNFIT:
        return None


@lru_cache(64)
def _member(name: str) -> Callable[[msgspec.Raw], msgspec.Raw]:
    """What takes one member out of an object, three times as quick as a dict of all."""
    if '"' in name or "\\" in name or not name.isprintable():  # names that msgspec does not take
        return lambda raw: members_of(raw).get(name, _ABSENT)
    one = msgspec.defstruct("One", [("value", msgspec.Raw, _ABSENT)], rename={"value": name})
    decode = msgspec.json.Decoder(one).decode
    return lambda raw: cast("Any", decode(raw)).value


def _text(raw: bytes) -> str | None:
    if raw[:1] == b'"':
        return msgspec.json.decode(raw, type=str) if b"\\" in raw else raw[1:-1].decode()
    return raw.decode("ascii") if raw and raw[0] in _DIGITS else None
