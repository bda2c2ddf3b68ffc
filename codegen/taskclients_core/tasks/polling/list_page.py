"""Search for awaited tasks in one page of a list, without decoding the other ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, Final, cast

import msgspec

from ... import codec, json_pointer
from ...codec.mismatch import Mismatch, items_of, json_mismatch, members_of
from ...errors import DecodeError

_NO_TASKS: Final[Mapping[str, bytes]] = MappingProxyType({})
_DECODE_ERRORS: Final = (msgspec.DecodeError, UnicodeDecodeError)
_ABSENT: Final = msgspec.Raw(b"")
_DIGITS: Final = frozenset(b"-0123456789")


class ListPage(msgspec.Struct, frozen=True, kw_only=True):
    """Awaited tasks in one response of a list."""

    found: dict[str, bytes]
    """JSON text of each task by id; the first one if several have the same id."""

    token: str | None = None
    """Token of the next page; None at the end."""

    count: int = 0
    """Number of items, awaited or not."""

    repeated: tuple[str, ...] = ()
    """Ids of awaited tasks that occur more than once."""

    keys: tuple[str, ...] = ()
    """Ids of all items with a readable id, in list order."""

    unnamed: int = 0
    """Number of items without a readable id. Each may be an awaited task, so the page cannot prove a task missing."""


def scan_list_page(
    content: bytes,
    *,
    items: str,
    key: str,
    wanted: Collection[str],
    token: str | None = None,
    seen: Mapping[str, bytes] = _NO_TASKS,
    id_text: Callable[[str], str] = str,
) -> ListPage:
    """Find tasks in a list.

    Args:
        content: Body of the response.
        items: Pointer to the array.
        key: Pointer inside an item to its id. A number is compared as it is written.
        wanted: Ids to find, preferably a set.
        token: Pointer to the token of the next page.
        seen: Tasks as they were last found. A task with the same bytes is not validated again.
        id_text: Function that returns an id in the form in which ids are compared.

    Raises:
        DecodeError: the response, its envelope or an awaited task is invalid.
    """
    ids = frozenset(wanted) if isinstance(wanted, Sequence) else wanted
    scan = partial(_scan_page, items=items, key=key, ids=ids, token=token, seen=seen, id_text=id_text)
    try:
        return cast("ListPage", codec.decode_with(scan, content))
    except DecodeError:
        marked = _SCALARS.sub(_mark_invalid, content)
        if marked == content:
            raise
        # Other tasks may have values that are not JSON, such as NaN. An awaited one may not, and if none is
        # found, no id may be invalid.
        with suppress(DecodeError):
            page = cast("ListPage", codec.decode_with(scan, marked))
            if (page.found or not page.unnamed) and not any(_INVALID in item for item in page.found.values()):
                return page
        raise


_INVALID: Final = b'{"\\u0000":0}'
"""Value in place of one that is not JSON. As an object, it is never an id."""

_SCALARS: Final = re.compile(
    rb'(?P<valid>(?:"[^"\\\x00-\x1f]*+"|[][{},:\s]++|'
    rb"(?:true|false|null|-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?)(?![^][{},:\s]))++)"
    rb'|"(?:[^"\\]++|\\.)*+"|[^][{},:\s"]++',
    re.DOTALL,
)


def _mark_invalid(found: re.Match[bytes]) -> bytes:
    """Return a scalar, or what stands in its place if it is not JSON."""
    if found["valid"] is None:
        try:
            msgspec.json.decode(found[0])
        except _DECODE_ERRORS:
            return _INVALID
    return found[0]


def _scan_page(
    text: bytes,
    *,
    items: str,
    key: str,
    ids: Collection[str],
    token: str | None,
    seen: Mapping[str, bytes],
    id_text: Callable[[str], str],
) -> ListPage:
    response = _Envelope(text)
    path = json_pointer.parse(items)
    array = response.array(path)
    names = json_pointer.parse(key)
    check = codec.get_compiler().reader(Any)
    found: dict[str, bytes] = {}
    repeated: dict[str, None] = {}
    keys: list[str] = []
    for index, raw in enumerate(array):
        name = _id(raw, names)
        if name is None:
            continue
        name = id_text(name)
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
                    raise mismatch.under(index, *reversed(path)) from None
            found[name] = item
    return ListPage(
        found=found,
        token=None if token is None else response.token(json_pointer.parse(token)),
        count=len(array),
        repeated=tuple(repeated),
        keys=tuple(keys),
        unnamed=len(array) - len(keys),
    )


class _Envelope:
    """Objects around the items, parsed on demand and once each."""

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._objects: dict[tuple[str, ...], dict[str, msgspec.Raw]] = {}

    def array(self, path: tuple[str, ...]) -> list[msgspec.Raw]:
        """Return the array at a path. Raises Mismatch if there is none."""
        raw = self._at(path)
        if raw is None:
            raise Mismatch("a required member", "nothing").under(*reversed(path))
        try:
            return items_of(raw)
        except _DECODE_ERRORS as error:
            raise _mismatch("array", raw, error).under(*reversed(path)) from None

    def token(self, path: tuple[str, ...]) -> str | None:
        """Return the text at a path; None if it is missing, null or empty. Raises Mismatch for another type."""
        if not self._text.lstrip().startswith(b"{"):
            return None
        raw: bytes | msgspec.Raw = b""
        for depth in range(1, len(path) + 1):
            raw = self._at(path[:depth]) or b"null"
            if bytes(raw) == b"null":
                return None
        try:
            return msgspec.json.decode(raw, type=str) or None
        except _DECODE_ERRORS as error:
            raise _mismatch("str | null", raw, error).under(*reversed(path)) from None

    def _at(self, path: tuple[str, ...]) -> bytes | msgspec.Raw | None:
        return self._members(path[:-1]).get(path[-1]) if path else self._text

    def _members(self, path: tuple[str, ...]) -> dict[str, msgspec.Raw]:
        if path not in self._objects:
            raw = self._at(path)
            if raw is None:
                raise Mismatch("a required member", "nothing").under(*reversed(path))
            try:
                self._objects[path] = members_of(raw)
            except _DECODE_ERRORS as error:
                raise _mismatch("object", raw, error).under(*reversed(path)) from None
        return self._objects[path]


def _mismatch(expected: str, raw: bytes | msgspec.Raw, error: Exception) -> Mismatch:
    if isinstance(error, msgspec.ValidationError):
        try:
            return json_mismatch(expected, bytes(raw))
        except _DECODE_ERRORS:  # the rest of the text is not JSON
            return Mismatch("JSON", "malformed text")
    return Mismatch("JSON", "malformed text", "", str(error).removeprefix("JSON is malformed: "))


def _id(raw: msgspec.Raw, names: tuple[str, ...]) -> str | None:
    try:
        for name in names:
            raw = _member(name)(raw)
        return _text(bytes(raw))
    except _DECODE_ERRORS:
        return None


@lru_cache(64)
def _member(name: str) -> Callable[[msgspec.Raw], msgspec.Raw]:
    """Return a function that extracts one member of an object, three times as fast as decoding all members."""
    if '"' in name or "\\" in name or not name.isprintable():  # names that msgspec does not accept
        return lambda raw: members_of(raw).get(name, _ABSENT)
    one = msgspec.defstruct("One", [("value", msgspec.Raw, _ABSENT)], rename={"value": name})
    decode = msgspec.json.Decoder(one).decode
    return lambda raw: cast("Any", decode(raw)).value


def _text(raw: bytes) -> str | None:
    if raw[:1] == b'"':
        return msgspec.json.decode(raw, type=str) if b"\\" in raw else raw[1:-1].decode()
    return raw.decode("ascii") if raw and raw[0] in _DIGITS else None
