"""Example of a body on a page: its members with their lines, read from JSON that may be cut off."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from attrs import define, frozen

from .facts import ITEMS, Part, Place, Stated

_PIECE: Final = re.compile(r'"(?:[^"\\]|\\.|\\$)*(?:"|$)|[{}\[\],:]|[^\s{}\[\],:"]+')
_MAX_DEPTH: Final = 100
_NUMBER: Final = re.compile(r"-?\d+(?P<real>[.eE].*)?")


@frozen
class Example:
    """Members of an example, each before its own members; of a list only its first item is read."""

    members: Mapping[Place, Part]
    """Members, and the items of lists. Each states its JSON type, except for null."""

    texts: Mapping[Place, str]
    """Values of the members and items that are texts."""

    root: Place
    """Place of the outermost object, which may be inside of lists."""

    complete: bool
    """False if the example is cut off."""


@define
class _Open:
    """Object or list that is being read."""

    place: Place
    is_list: bool
    items: int = 0
    key: str | None = None


def parse(lines: Iterable[tuple[int, str]], section: str) -> Example | None:
    """Read the lines of an example, each with its number; None if they are no JSON object or list of objects.

    Nor is an example read that is nested more than 100 levels deep.
    """
    reading = _Reading(Place(section))
    for line, piece in _pieces(lines):
        if not reading.read(line, piece):
            return None
    return reading.example()


def _pieces(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    return ((number, each[0]) for number, text in lines for each in _PIECE.finditer(text))


class _Reading:
    """State while the pieces of an example are read, without recursion: examples may be nested deeply."""

    def __init__(self, place: Place) -> None:
        self.root = place
        self.members: dict[Place, Part] = {}
        self.texts: dict[Place, str] = {}
        self.stack: list[_Open] = []
        self.skipped = 0
        """Number of open objects and lists inside of a list's further items."""
        self.begun = False

    def read(self, line: int, piece: str) -> bool:
        """Read a bracket, comma, colon or value; return False if it cannot stand here."""
        if self.begun and not self.stack:
            return False
        if piece in "}]":
            return self._close(piece)
        if self.skipped or piece in ",:":
            self.skipped += piece in "{["
            if piece == "," and not self.skipped and self.stack:
                self.stack[-1].key = None
            return bool(self.stack)
        top = self.stack[-1] if self.stack else None
        if top is not None and not top.is_list and top.key is None:
            top.key = _text(piece)
            return piece[0] == '"'
        return self._value(line, piece, top)

    def _close(self, piece: str) -> bool:
        if self.skipped:
            self.skipped -= 1
            return True
        return bool(self.stack) and self.stack.pop().is_list == (piece == "]")

    def _value(self, line: int, piece: str, top: _Open | None) -> bool:
        opens = piece in "{["
        if len(self.stack) > _MAX_DEPTH:
            return False
        if top is None:
            self.begun = True
            if opens:
                self.stack.append(_Open(self.root, piece == "["))
            return opens
        if top.is_list:
            top.items += 1
            if top.items > 1:
                self.skipped += opens
                return True
            place = top.place.inside(ITEMS)
            self._state(place, line, piece)
            if place.names == (*self.root.names, ITEMS) and piece == "{":
                self.root = place
        else:
            place = top.place.inside(top.key or "")
            self._state(place, line, piece)
        if opens:
            self.stack.append(_Open(place, piece == "["))
        return True

    def _state(self, place: Place, line: int, piece: str) -> None:
        kinds = _kinds(piece)
        stated = {"type": Stated(kinds, line)} if kinds else {}
        self.members.setdefault(place, Part(place=place, line=line, stated=stated))  # type: ignore[arg-type]
        if piece[0] == '"':
            self.texts.setdefault(place, _text(piece))

    def example(self) -> Example | None:
        """Return what was read."""
        if not self.members:
            return None
        return Example(self.members, self.texts, self.root, not self.stack)


def _text(piece: str) -> str:
    """Return the text in quotes; as it is printed, if the copy ends inside of it."""
    try:
        return str(json.loads(piece))
    except ValueError:
        return piece.strip('"')


def _kinds(piece: str) -> tuple[str, ...]:
    """Return the JSON types that a value may have."""
    if piece in "{[":
        return ("object",) if piece == "{" else ("array",)
    if piece[0] == '"':
        return ("string",)
    if piece in ("true", "false"):
        return ("boolean",)
    number = _NUMBER.fullmatch(piece)
    return (("number",) if number["real"] else ("integer", "number")) if number else ()
