"""Sample bodies on ServiceStack pages, in JSON or JSV: what they show about names, types and formats, with lines."""

from __future__ import annotations

import re
from typing import Final

from attrs import define, field

MAX_DEPTH: Final = 100
MAX_VALUES: Final = 10_000

_GUID: Final = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DATE: Final = re.compile(r"\\?/Date\([-+0-9]{1,30}\)\\?/|0001-01-01(T.*)?")
_NUMBER: Final = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
_COLON: Final = re.compile(":")
_AFTER_VALUE: Final = re.compile(r"[,}\]]")
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')


@define
class Sample:
    """Value in a sample."""

    line: int
    types: tuple[str, ...]
    """JSON types; empty for null."""

    format: str = ""
    text: str = ""
    """The value itself, for a scalar."""

    members: dict[str, Sample] = field(factory=dict[str, "Sample"])
    items: list[Sample] = field(factory=list["Sample"])


class SampleReader:
    """Reads a sample line by line. JSV is JSON without quotes, so a value ends at `,`, `}`, `]` or the line's end."""

    def __init__(self) -> None:
        self.root: Sample | None = None
        self._count = 0
        self.open: list[Sample] = []
        self.names: list[str | None] = []
        """Name that waits for its value, for each open object."""

    @property
    def is_closed(self) -> bool:
        """True if a whole value was read."""
        return self.root is not None and not self.open

    def feed(self, number: int, text: str) -> bool:
        """Read a line. Return False if it does not fit."""
        position = 0
        while position < len(text):
            character = text[position]
            if character.isspace() or character == ",":
                position += 1
            elif character in "{[":
                if len(self.open) >= MAX_DEPTH:
                    return False
                if not self._put(Sample(number, ("object",) if character == "{" else ("array",))):
                    return False
                position += 1
            elif character in "}]":
                if not self.open or (self.open[-1].types == ("object",)) != (character == "}"):
                    return False
                self.open.pop()
                self.names.pop()
                position += 1
            else:
                position, fits = self._word(number, text, position)
                if not fits:
                    return False
        return True

    def _word(self, number: int, text: str, start: int) -> tuple[int, bool]:
        """Read a name with its colon, or a scalar value."""
        in_object = bool(self.open) and self.open[-1].types == ("object",)
        is_name = in_object and self.names[-1] is None
        quoted = _QUOTED.match(text, start)
        if quoted:
            word, end = quoted[1], quoted.end()
        else:
            end = _end(text, start, _COLON if is_name else _AFTER_VALUE)
            word = text[start:end].strip()
        if not is_name:
            return end, bool(self.open) and self._put(_scalar(number, word, quoted is not None))
        colon = _end(text, end, _COLON)
        if colon == len(text) or text[end:colon].strip():
            return end, False
        self.names[-1] = word
        return colon + 1, True

    def _put(self, value: Sample) -> bool:
        """Put a value into the innermost open one. Return False if there is no place for it."""
        self._count += 1
        if self._count > MAX_VALUES:
            return False
        if not self.open:
            if self.root is not None:
                return False
            self.root = value
        elif self.open[-1].types == ("array",):
            self.open[-1].items.append(value)
        else:
            name = self.names[-1]
            if name is None:
                return False
            self.open[-1].members[name] = value
            self.names[-1] = None
        if value.types in (("object",), ("array",)):
            self.open.append(value)
            self.names.append(None)
        return True


def _end(text: str, start: int, mark: re.Pattern[str]) -> int:
    """Return the place of a mark, or the end."""
    found = mark.search(text, start)
    return found.start() if found else len(text)


def _scalar(line: int, word: str, is_quoted: bool) -> Sample:
    if _GUID.fullmatch(word):
        return Sample(line, ("string",), "uuid", word)
    if _DATE.fullmatch(word):
        return Sample(line, ("string",), "date-time", word)
    if is_quoted:
        return Sample(line, ("string",), text=word)
    if _NUMBER.fullmatch(word):
        return Sample(line, ("integer", "number"), text=word)
    if word.lower() in ("true", "false"):
        return Sample(line, ("boolean",), text=word)
    return Sample(line, () if word in ("null", "") else ("string",), text=word)
