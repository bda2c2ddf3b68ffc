"""Everything in specs that no page states, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from taskclients_core.json_pointer import escape

from .source import Document

WORD = "x-assumed"


def assumptions(document: Document) -> Iterator[tuple[str, str]]:
    """Yield each assumed thing as its pointer and the reason why it is believed, in file order."""
    yield from _walk(document.data, "")


def table(documents: Iterable[Document]) -> str:
    """Return the assumptions of documents, one a line: place, what is assumed, why."""
    rows = [
        (str(document.where(pointer)), pointer or "/", " ".join(reason.split()))
        for document in documents
        for pointer, reason in assumptions(document)
    ]
    widths = [max((len(row[i]) for row in rows), default=0) for i in (0, 1)]
    lines = (f"{place:<{widths[0]}}  {pointer:<{widths[1]}}  {reason}" for place, pointer, reason in rows)
    return "".join(f"{line}\n" for line in lines) + f"{len(rows)} assumptions\n"


def _walk(node: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        if isinstance(reason := node.get(WORD), str):
            yield pointer, reason
        for key, value in node.items():
            yield from _walk(value, f"{pointer}/{escape(key)}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _walk(value, f"{pointer}/{index}")
