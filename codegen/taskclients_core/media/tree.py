"""The grammar of JSV: from text to trees of texts.

    {id:7,name:"Smith, J.",tags:[a,b]}

A text stands without quotes unless it has one of `[]{},":` or a line break; a quote within quotes is doubled. Nothing
says what is a number: that is the reader's to know, so `parse` gives texts, and says which of them had quotes. Null
members are left out; a null in a list is `null`, and so the text "null" is quoted.

A list of texts is cut in one go: a body may have millions of them, and none of its bytes may cost much more than it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from ..codec.mismatch import Mismatch


class Quoted(str):
    """A text that stood in quotes: it is text, whatever it looks like."""

    __slots__ = ()


Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"
"""What was written; what a text that stood without quotes is depends on who reads it."""

_BATCH: Final = 64 * 1024
"""Characters of a list that are parsed at a time."""
_BARE: Final = re.compile(r'[^]\[{}",]*+')
_RUN: Final = re.compile(r'(?:[^]\[{}",]*+,){1,4096}+')
"""Texts without quotes, each with its comma."""
_KEY: Final = re.compile(r'[^]\[{}",:]*+')
_QUOTED: Final = re.compile(r'"((?:[^"]++|"")*+)"')
_CONTAINERS: Final = ("{", "[")
_EMPTY: Final = Quoted()


def parse(text: str) -> Tree:
    """What a text says.

    Raises:
        Mismatch: it is no JSV.
        RecursionError: it nests too deeply.
    """
    if text[:1] not in _CONTAINERS:
        if text[:1] != '"':
            return text
    else:
        text = text.rstrip("\r\n")
    found, end = _value(text, 0)
    _ends(text, end)
    return found


def batches(text: str) -> Iterator[list[Tree]]:
    """The items of a list, some at a time. Raises like `parse`, once it comes to what is wrong."""
    text = text.rstrip("\r\n")
    at, ended = 1, False
    while not ended:
        items, at, ended = _some(text, at, at + _BATCH)
        if ended:
            _ends(text, at)
        yield items


def _ends(text: str, at: int) -> None:
    if at < len(text):
        raise _malformed("trailing text", at)


def _value(text: str, at: int) -> tuple[Tree, int]:
    match text[at : at + 1]:
        case "{":
            return _members(text, at + 1)
        case "[":
            items, at, _ = _some(text, at + 1, len(text))
            return items, at
        case '"':
            return _quoted(text, at)
        case _:
            found = _BARE.match(text, at)
            return (found[0], found.end()) if found else ("", at)


def _some(text: str, at: int, enough: int) -> tuple[list[Tree], int, bool]:
    """Items of a list, to its end or to the first one that ends beyond `enough`; and whether it was the last."""
    items: list[Tree] = []
    if text.startswith("[]", at - 1):
        return items, at + 1, True
    while at <= enough:
        run = _RUN.match(text, at)
        if run:
            items += run[0].split(",")
            items.pop()  # what follows the last comma
            at = run.end()
            continue
        item, at = _value(text, at)
        items.append(item)
        if text.startswith("]", at):
            return items, at + 1, True
        at = _after(",", text, at, "an unclosed list")
    return items, at, False


def _members(text: str, at: int) -> tuple[Tree, int]:
    members: dict[str, Tree] = {}
    if text.startswith("}", at):
        return members, at + 1
    while True:
        if text.startswith('"', at):
            quoted, end = _quoted(text, at)
            name = str(quoted)
        else:
            found = _KEY.match(text, at)
            name, end = (found[0], found.end()) if found else ("", at)
        members.pop(name, None)  # the last one counts, and has the last place
        members[name], at = _value(text, _after(":", text, end, "a member without a value"))
        if text.startswith("}", at):
            return members, at + 1
        at = _after(",", text, at, "an unclosed object")


def _quoted(text: str, at: int) -> tuple[Quoted, int]:
    found = _QUOTED.match(text, at)
    if found is None:
        raise _malformed("an unclosed quote", at)
    return Quoted(found[1].replace('""', '"')) if found[1] else _EMPTY, found.end()


def _after(mark: str, text: str, at: int, otherwise: str) -> int:
    if not text.startswith(mark, at):
        raise _malformed(otherwise if at >= len(text) else f"no {mark!r} where one is due", at)
    return at + 1


def _malformed(reason: str, at: int) -> Mismatch:
    return Mismatch("JSV", "malformed text", "", f"{reason}, character {at + 1}")
