"""Rows in texts of Docusaurus's OpenAPI theme: told from prose, which may have their form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from attrs import frozen

from .docusaurus_rows import CONSTANT, POSSIBLE_VALUES, Flag, flags, is_name, split_flags, type_of

_MARKED: Final = re.compile(r"[_$\d-]|[a-z][A-Z]")
_ARTICLES: Final = frozenset(
    {"a", "an", "any", "the", "some", "this", "each", "every", "one", "optional", "utc", "iso"}
)
_WORDS: Final = frozenset(
    {
        "any",
        "array",
        "date",
        "duration",
        "email",
        "number",
        "object",
        "password",
        "phone",
        "string",
        "time",
        "uri",
        "url",
    }
)
"""Types that are words of prose too."""


@frozen
class Row:
    """Row of a parameter or member."""

    name: str
    type: str
    flags: frozenset[Flag]
    taken: int


def row_at(texts: Sequence[str], at: int, expected: frozenset[str], *, capitals: bool) -> Row | None:
    """Return the row at a line, which may take up to three lines.

    Args:
        texts: Lines of the section.
        at: Index of the line.
        expected: Names that are certain.
        capitals: True if names on the page begin with capitals, as the first word of prose does.
    """
    text = texts[at]
    name, _, rest = text.partition(" ")
    if rest and is_name(name):
        printed, words = split_flags(rest)
        kind = type_of(printed)
        following = texts[at + 1] if at + 1 < len(texts) else ""
        has_values = following.startswith(POSSIBLE_VALUES) and (capitals or not name[0].isupper())
        if kind is None or not (
            name in expected
            or bool(words)
            or has_values
            or (_is_certain(name, printed, capitals=capitals) if kind.is_sure else _is_row(name, printed))
        ):
            return None
        further = flags(following) if not words else None
        return Row(name, printed, words | (further or frozenset()), 2 if further else 1)
    if rest or not is_name(text) or at + 1 >= len(texts):
        return None
    printed, words = split_flags(texts[at + 1])
    kind = type_of(printed)
    if kind is None or not kind.is_sure:
        return None
    further = flags(texts[at + 2]) if not words and at + 2 < len(texts) else None
    return Row(text, printed, words | (further or frozenset()), 3 if further else 2)


def _is_named(name: str) -> bool:
    return name.lower() not in _ARTICLES


def _is_row(name: str, printed: str) -> bool:
    """Return True for a row with a type that may be prose: "Bad Request" has the form of a row too."""
    return bool(_MARKED.search(name)) or (
        name.islower() and _is_named(name) and (printed[0].isupper() or bool(_MARKED.search(printed)))
    )


def _is_certain(name: str, printed: str, *, capitals: bool) -> bool:
    """Return True for a row with a certain type; "Serial number" is prose where other names have no capitals."""
    return _is_named(name) and (capitals or not _is_capital(name) or printed not in _WORDS)


def _is_capital(name: str) -> bool:
    return name[0].isupper() and name[1:].islower() and not _MARKED.search(name)


def has_capitals(texts: Iterable[str]) -> bool:
    """Return True if most names of a page begin with capitals, as the first word of prose does."""
    capitals = rows = 0
    for text in texts:
        name, _, rest = text.partition(" ")
        kind = type_of(split_flags(rest)[0]) if rest and is_name(name) else None
        if kind is not None and kind.is_sure:
            rows += 1
            capitals += _is_capital(name)
    return capitals * 2 > rows


def is_prose(text: str) -> bool:
    """Return True for a line that states nothing: it has no part of a row."""
    if text.startswith((POSSIBLE_VALUES, CONSTANT)) or flags(text):
        return False
    kind = type_of(text)
    rest, words = split_flags(text)
    glued = bool(words) and rest != text and not text[: len(rest) + 1].endswith(" ")
    return not glued and not (kind is not None and kind.is_sure)
