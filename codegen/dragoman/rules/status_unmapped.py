"""A value that a status can have is not mapped to a phase.

A task with such a word would count as running for ever, though its page says what the word means. The same holds for
the words of its steps, and for the words that give messages their level.

Write every value of the enumeration in the map: under `state.phases` with the phase that it stands for, under
`steps.state.phases` likewise, under `level.levels` with `info`, `warning` or `error`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..problem import Problem
from ..source import Document
from .task_words import maps
from .walk import report

ID: Final = "status-unmapped"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each value that is missing in a map."""
    for each in maps(document):
        mapped = {each.same(word) for word in each.map}
        what = "level" if each.told == "level.levels" else "phase"
        for value in each.values:
            if each.same(value) not in mapped:
                message = f"'{value}' has no {what} in {each.told}"
                yield report(document, ID, each.pointer, message, f"write {value}: and its {what}")
