"""Lines of what a page states, for writers: a mark stands in the text where a statement is made, until it is whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from attrs import define, field, frozen

from dragoman.docs.facts import Attribute, Place
from dragoman.docs.page import Page, parse

_FIRST: Final = 0xF0000
"""Code of the first mark: characters for private use, which no page contains."""

_MARK: Final = re.compile("[\U000f0000-\U000ffffd]")


@frozen
class Written:
    """A page, and the lines that state its facts; `None` as attribute is the line that names the part."""

    page: Page
    lines: Mapping[tuple[Place, Attribute | None], int]


@define
class Marks:
    """Marks of one page."""

    silent: frozenset[Attribute] = frozenset()
    """Attributes that the page does not state although its writer marks them."""

    said: list[tuple[Place, Attribute | None]] = field(factory=list[tuple[Place, Attribute | None]])

    def __call__(self, place: Place | None, *says: Attribute | None) -> str:
        """Return marks to put into the text, on the line that says something about a place; none without a place."""
        first = len(self.said)
        if place is not None:
            self.said.extend((place, each) for each in says if each not in self.silent)
        return "".join(chr(_FIRST + index) for index in range(first, len(self.said)))

    def written(self, text: str, name: str) -> Written:
        """Return the page without its marks. Of statements that are made more than once, the first one counts."""
        lines: dict[tuple[Place, Attribute | None], int] = {}
        for number, line in enumerate(text.split("\n"), 1):
            for mark in _MARK.findall(line):
                lines.setdefault(self.said[ord(mark) - _FIRST], number)
        return Written(parse(plain(text).encode(), name), lines)


def plain(text: str) -> str:
    """Return a text without marks."""
    return _MARK.sub("", text)


def only_marks(text: str) -> str:
    """Return the marks of a text, for where it is not written as it is."""
    return "".join(_MARK.findall(text))
