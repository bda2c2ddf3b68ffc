"""Named places at which a process may die: tests make it die there. Elsewhere they cost the look at one variable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_EVENTS: Final = ("intend", "accept", "resolve", "mark_unknown", "settle", "discard", "lease")

POINTS: Final = (
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
    *(f"journal.{event}.{moment}" for event in _EVENTS for moment in ("begin", "written", "kept")),
    *("recover.held", "recover.reconciled", "recover.resolved", "recover.end"),
)
"""All of them."""

hook: Callable[[str], None] | None = None
"""What is told of each place that is reached; for tests."""


def crashpoint(name: str) -> None:
    """Here a process may die."""
    if hook is not None:
        hook(name)
