"""The times of a kind of task cannot be so.

Write under `timing` a `min` above zero that is at most `max` (and `first` and `retryAfterMax` that are no shorter than
an instant), under `rate` a period above zero; under `lifetime` a `retention` that is longer than `visibleWithin`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ..durations import seconds
from ..problem import Problem
from ..source import Document
from .tasks import Kind, kinds
from .walk import report

ID: Final = "task-timing"

_Fault = tuple[tuple[str, ...], str, str]


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each time that cannot be so."""
    for kind in kinds(document):
        for tokens, message, hint in (*_timing(kind), *_lifetime(kind)):
            yield report(document, ID, kind.node.at(*tokens), message, hint)


def _timing(kind: Kind) -> Iterator[_Fault]:
    timing: Mapping[str, Any] = kind.node.data["timing"]
    least, most = _seconds(timing, "min"), _seconds(timing, "max")
    if not least:
        yield ("timing", "min"), "min is no time at all", "write how long to wait between two looks, such as PT2S"
    elif least > most:
        yield ("timing", "min"), f"min ({timing['min']}) is longer than max ({timing['max']})", "exchange the two"
    for word in ("first", "retryAfterMax"):
        if word in timing and not _seconds(timing, word):
            yield ("timing", word), f"{word} is no time at all", "write a longer duration, or leave it out"
    if "rate" in timing and not _seconds(timing["rate"], "per"):
        yield ("timing", "rate", "per"), "per is no time at all", "write a longer duration, such as PT1M"


def _lifetime(kind: Kind) -> Iterator[_Fault]:
    lifetime: Mapping[str, Any] = kind.node.data.get("lifetime", {})
    if "retention" in lifetime and _seconds(lifetime, "retention") <= _seconds(lifetime, "visibleWithin"):
        message = "retention is no longer than it takes a task to appear"
        yield ("lifetime", "retention"), message, "write how long the server keeps tasks"


def _seconds(node: Mapping[str, Any], word: str) -> float:
    return (seconds(node[word]) or 0.0) if word in node else 0.0
