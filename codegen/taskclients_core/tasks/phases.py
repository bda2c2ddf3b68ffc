"""The phases of a task: few words of ours for the many of the vendors."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Phase(StrEnum):
    """Where a task stands."""

    UNKNOWN_SUBMIT = "unknown-submit"
    """Whether the server ever began it is not known."""

    QUEUED = "queued"
    RUNNING = "running"
    NEEDS_INPUT = "needs-input"
    """It waits for a person or a program to answer."""

    SUCCEEDED = "succeeded"
    SKIPPED = "skipped"
    """It ended without having anything to do."""

    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    """The server has stopped showing it."""

    @property
    def terminal(self) -> bool:
        """Whether a task in this phase moves no more. A lost one may be shown again."""
        return self in TERMINAL


TERMINAL: Final = frozenset({Phase.SUCCEEDED, Phase.SKIPPED, Phase.FAILED, Phase.CANCELLED})
