"""Named places at which a process may die: tests make it die there. Elsewhere they cost the look at one variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_JOURNAL_EVENTS: Final = ("intend", "accept", "resolve", "mark_unknown", "settle", "discard", "lease")

FAILPOINTS: Final = (
    *(
        "submit.checked",
        "submit.baseline",
        "submit.intended",
        "submit.sending",
        "submit.responded",
        "submit.identified",
    ),
    *(
        "submit.accepted",
        "submit.unsent",
        "submit.refused",
        "submit.unknown",
        "submit.reconciling",
        "submit.reconciled",
    ),
    *("submit.resolved", "submit.unresolved"),
    *(f"journal.{event}.{moment}" for event in _JOURNAL_EVENTS for moment in ("begin", "written", "kept")),
    *("recover.held", "recover.reconciled", "recover.resolved", "recover.end"),
)
"""All of them."""

failpoint_hook: Callable[[str], None] | None = None
"""What is told of each place that is reached; for tests."""


def failpoint(name: str) -> None:
    """Here a process may die."""
    if failpoint_hook is not None:
        failpoint_hook(name)
