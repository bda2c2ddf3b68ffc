"""A block of records cut into columns at once, with few steps for each cell and none of them in Python.

This is for blocks that need no care; any other is left to `records`, which says the same of those that are cut here.
Cells in quotes are taken out first, so that only commas and line feeds between cells are left to cut at.
"""

from __future__ import annotations

from itertools import chain
from typing import Final

_MARK: Final = '"'
"""Stands for a cell in quotes while it is out: no other cell has a quote."""
_DOUBLED: Final = "\0"
"""Stands for a quote within quotes while text is cut at the others."""


def columns(block: bytes, width: int) -> list[list[str]] | None:
    """The cells of a block, column by column; None where that is not quick to say, or rows are not of this width."""
    try:
        text = block.decode().removesuffix("\n")
    except UnicodeDecodeError:
        return None
    quoted: list[str] = []
    if b'"' in block:
        taken = _taken(text)
        if taken is None:
            return None
        text, quoted = taken
    # Cut once, at commas alone: line feeds stay, each before the first cell of its row, and prove the width.
    cells = text.replace("\n", ",\n").split(",")
    first = "".join(cells[::width]).split("\n")
    if len(cells) != len(first) * width or len(first) != text.count("\n") + 1:
        return None
    found = [first, *(cells[place::width] for place in range(1, width))]
    if "\r" in text:
        found[-1] = [cell.removesuffix("\r") for cell in found[-1]]
    if quoted:
        _fill(found, quoted)
    return found


def _taken(text: str) -> tuple[str, list[str]] | None:
    """A text with a mark for each cell in quotes, and those cells; None unless all quotes begin or end a cell."""
    parts = text.split('"')
    doubled = "" in parts[1:-1]
    if doubled:
        if _DOUBLED in text:
            return None
        # Of three at the beginning of a cell, the first one opens it.
        text = text.replace(',"""', f',"{_DOUBLED}').replace('\n"""', f'\n"{_DOUBLED}')
        parts = text.replace('""', _DOUBLED).split('"')
    outside, inside = _MARK.join(parts[::2]), parts[1::2]
    if len(parts) % 2 == 0 or _DOUBLED in outside or not _alone(outside, len(inside)):
        return None
    return outside, [cell.replace(_DOUBLED, '"') for cell in inside] if doubled else inside


def _alone(text: str, count: int) -> bool:
    """Whether each of so many marks is all of its cell."""
    if text.count(',",') == count:  # quick to see where none of them begins or ends a row, or follows another
        return True
    begun = text.count(',"') + text.count('\n"') + text.startswith('"')
    ended = text.count('",') + text.count('"\n') + text.count('"\r\n') + text.endswith(('"', '"\r'))
    return begun == ended == count


def _fill(found: list[list[str]], quoted: list[str]) -> None:
    """Put cells in quotes where their marks are; they come row by row."""
    places = [place for place, cells in enumerate(found) if _MARK in cells]
    values = iter(quoted)
    rows = zip(*(found[place] for place in places), strict=True)
    filled = [next(values) if cell == _MARK else cell for cell in chain.from_iterable(rows)]
    for at, place in enumerate(places):
        found[place] = filled[at :: len(places)]
