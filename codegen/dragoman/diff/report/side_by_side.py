"""Lines of two files beside each other: all that differ, and those of one part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Final, TypeAlias

from attrs import frozen

CONTEXT: Final = 3
"""Number of equal lines that are shown around those that differ."""

MAX_PART: Final = 24
"""Number of lines of a part up to which all are shown; of a longer one, its first lines and those that differ."""


@frozen
class Row:
    """Line of the old file beside that of the new file; None where one file has no such line. Numbers count from 1."""

    old: int | None
    new: int | None
    differs: bool


Rows: TypeAlias = list[Row]


@frozen
class Aligned:
    """All lines of two files, the equal ones beside each other."""

    rows: Rows
    of_old: list[int]
    """Index of the row of each line of the old file."""

    of_new: list[int]
    """Index of the row of each line of the new file."""


def align(old: Sequence[str], new: Sequence[str]) -> Aligned:
    """Return the lines of two files beside each other."""
    found: Rows = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new).get_opcodes():
        found += [
            Row(a, b, differs=tag != "equal")
            for a, b in zip_longest(range(old_from + 1, old_to + 1), range(new_from + 1, new_to + 1))
        ]
    return Aligned(
        found,
        [index for index, row in enumerate(found) if row.old],
        [index for index, row in enumerate(found) if row.new],
    )


def hunks(all_rows: Rows) -> Iterator[Rows]:
    """Yield the rows that differ with their context; hunks whose context would overlap are one."""
    start = end = 0
    for index, row in enumerate(all_rows):
        if not row.differs:
            continue
        if index - CONTEXT > end and end:
            yield all_rows[start:end]
        if index - CONTEXT > end or not end:
            start = max(index - CONTEXT, 0)
        end = index + CONTEXT + 1
    if end:
        yield all_rows[start:end]


def part(aligned: Aligned, lines: Sequence[str], line: int, column: int, *, gone: bool) -> list[Rows]:
    """Return the rows of the part that begins at a place of one file, with their context, in pieces.

    Args:
        aligned: Both files.
        lines: Lines of the file that has the place.
        line: Number of the line at which the part begins.
        column: Column at which it begins.
        gone: True if this file is the old one.
    """
    if not 1 <= line <= len(lines):
        return []
    of_line = aligned.of_old if gone else aligned.of_new
    first, last = of_line[line - 1], of_line[last_line(lines, line, column) - 1]
    start, end = max(first - CONTEXT, 0), last + 1
    if end - start <= MAX_PART:
        return [aligned.rows[start : end + CONTEXT]]
    return [aligned.rows[start : first + CONTEXT], *hunks(aligned.rows[first + CONTEXT : end])]


def last_line(lines: Sequence[str], line: int, column: int) -> int:
    """Return the number of the last line of the block that begins at a place of a YAML file."""
    own = lines[line - 1] if line <= len(lines) else ""
    item = own[: column - 1].strip() == "-"
    last = line
    for number in range(line + 1, len(lines) + 1):
        text = lines[number - 1]
        indent = len(text) - len(text.lstrip())
        inside = indent >= column if not item else indent >= column - 1
        # The items of a list may stand at the column of its key.
        inside = inside or (not item and indent == column - 1 and text.lstrip().startswith("- "))
        if text.strip() and not inside:
            break
        if text.strip():
            last = number
    return last


def middle(old: str, new: str) -> tuple[int, int]:
    """Return the number of equal characters at the beginning and at the end of two lines."""
    limit = min(len(old), len(new))
    head = next((index for index in range(limit) if old[index] != new[index]), limit)
    limit -= head
    tail = next((index for index in range(limit) if old[-1 - index] != new[-1 - index]), limit)
    return head, tail
