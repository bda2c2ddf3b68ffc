"""A map of status words has a word that the status cannot be.

It is a slip of the pen, and the word that was meant is then missing; or the enumeration is not complete.

Write the words as the enumeration has them, each once: `Canceled` is not `Cancelled`. With `fold: case` two words that
differ in case only are one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from taskclients_core.json_pointer import escape

from ..problem import Problem
from ..source import Document
from .task_words import Words, maps
from .walk import report
from .wording import nearest

ID: Final = "status-surplus"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each word that no value is."""
    for each in maps(document):
        yield from _twice(document, each)
        known = {each.same(value) for value in each.values}
        for word in each.map:
            if known and each.same(word) not in known:
                hint = nearest(word, each.values, "add it to the enum, or remove it here")
                message = f"'{word}' in {each.told} is no value of the status"
                yield report(document, ID, f"{each.pointer}/{escape(word)}", message, hint)


def _twice(document: Document, words: Words) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for word in words.map:
        first = seen.setdefault(words.same(word), word)
        if first != word:
            message = f"'{word}' in {words.told} is '{first}' once more, as case does not count"
            yield report(document, ID, f"{words.pointer}/{escape(word)}", message, "keep one, or remove fold: case")
