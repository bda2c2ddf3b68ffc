"""Failpoints: named places where tests simulate a crash. In production each costs one check of a variable."""

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
"""Names of all failpoints."""

failpoint_hook: Callable[[str], None] | None = None
"""Called with the name of each failpoint that is reached; set by tests."""


def failpoint(name: str) -> None:
    """Mark a place where a process may crash."""
    if failpoint_hook is not None:
        failpoint_hook(name)
