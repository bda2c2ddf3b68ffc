"""The grammar of JSV: from text to trees of texts, and from plain data to text.

    {id:7,name:"Smith, J.",tags:[a,b]}

A text stands without quotes unless it has one of `[]{},":` or a line break; a quote within quotes is doubled. Nothing
says what is a number: that is the reader's to know, so `parse` gives texts. Null
members are left out; a null in a list is `null`, and so the text "null" is quoted.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeAlias, cast

from ..codec import encode
from ..codec.mismatch import Mismatch


class Bare(str):
    """A text that stood without quotes: what it is depends on who reads it."""

    __slots__ = ()


Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"
"""What was written; texts that stood without quotes are `Bare`."""

_BARE: Final = re.compile(r'[^]\[{}",]*+')
_KEY: Final = re.compile(r'[^]\[{}",:]*+')
_QUOTED: Final = re.compile(r'"((?:[^"]++|"")*+)"')
_SPECIAL: Final = re.compile(r'[]\[{},":\r\n]')
_CONTAINERS: Final = ("{", "[")


def parse(text: str) -> Tree:
    """What a text says.

    Raises:
        Mismatch: it is no JSV.
        RecursionError: it nests too deeply.
    """
    if text[:1] not in _CONTAINERS:
        if text[:1] != '"':
            return Bare(text)
    else:
        text = text.rstrip("\r\n")
    found, end = _value(text, 0)
    if end < len(text):
        raise _malformed("trailing text", end)
    return found


def _value(text: str, at: int) -> tuple[Tree, int]:
    match text[at : at + 1]:
        case "{":
            return _members(text, at + 1)
        case "[":
            return _items(text, at + 1)
        case '"':
            return _quoted(text, at)
        case _:
            found = _BARE.match(text, at)
            return (Bare(found[0]), found.end()) if found else (Bare(), at)


def _items(text: str, at: int) -> tuple[Tree, int]:
    items: list[Tree] = []
    if text.startswith("]", at):
        return items, at + 1
    while True:
        item, at = _value(text, at)
        items.append(item)
        if text.startswith("]", at):
            return items, at + 1
        at = _after(",", text, at, "an unclosed list")


def _members(text: str, at: int) -> tuple[Tree, int]:
    members: dict[str, Tree] = {}
    if text.startswith("}", at):
        return members, at + 1
    while True:
        if text.startswith('"', at):
            name, end = _quoted(text, at)
        else:
            found = _KEY.match(text, at)
            name, end = (found[0], found.end()) if found else ("", at)
        if name in members:
            raise _malformed("a member given twice", at)
        members[name], at = _value(text, _after(":", text, end, "a member without a value"))
        if text.startswith("}", at):
            return members, at + 1
        at = _after(",", text, at, "an unclosed object")


def _quoted(text: str, at: int) -> tuple[str, int]:
    found = _QUOTED.match(text, at)
    if found is None:
        raise _malformed("an unclosed quote", at)
    return found[1].replace('""', '"'), found.end()


def _after(mark: str, text: str, at: int, otherwise: str) -> int:
    if not text.startswith(mark, at):
        raise _malformed(otherwise if at >= len(text) else f"no {mark!r} where one is due", at)
    return at + 1


def _malformed(reason: str, at: int) -> Mismatch:
    return Mismatch("JSV", "malformed text", "", f"{reason}, character {at + 1}")


def write(value: Any) -> str:
    """Plain data (None, text, numbers, lists, and dicts named by text) as JSV; None is left out of dicts."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (list, tuple)):
        items: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]
        return f"[{','.join(map(write, items))}]"
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return f"{{{','.join(f'{_text(k)}:{write(v)}' for k, v in members.items() if v is not None)}}}"
    return encode(value).decode()


def _text(text: str) -> str:
    if text and text != "null" and not _SPECIAL.search(text):
        return text
    return '"{}"'.format(text.replace('"', '""'))
