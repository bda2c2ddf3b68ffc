"""Somebody who waits for news of tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import TYPE_CHECKING, Any

from attrs import define, field

from ..poll import Poll

if TYPE_CHECKING:
    from ..state.record import Record
    from .board import Board


@define(eq=False)
class Waiter:
    """One wait, from asking for news to getting some."""

    seen: Mapping[Record, int]
    """The tasks, each with the version that is known."""

    until: float | None
    """When it gives up, by the monotonic clock."""

    beat: float | None
    """When it wants to come back, with or without news."""

    fresh: bool
    poll: Poll | None
    wake: Callable[[], Any] = field(repr=False)
    """Called once, when it is over. It must be quick, and not call back."""

    joined: float = 0.0
    boards: dict[Board, list[Record]] = field(factory=dict["Board", "list[Record]"])
    """Where they are looked at."""

    planned: float = inf
    """Until when it sleeps, if it is the one who looks for all."""

    done: bool = False
    error: Exception | None = None

    @property
    def back(self) -> float | None:
        """When it comes back, whatever happens."""
        return min((at for at in (self.until, self.beat) if at is not None), default=None)

    def news(self) -> bool:
        """Whether one of the tasks shows something that it does not know."""
        return any(record.version != version for record, version in self.seen.items())

    def finish(self, error: Exception | None = None) -> bool:
        """It is over; whether it was not before. Waking it up is left to the caller."""
        if self.done:
            return False
        self.done = True
        self.error = error
        return True
