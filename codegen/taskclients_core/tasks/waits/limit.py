"""How long a caller waits."""

from __future__ import annotations

import math

from attrs import frozen

from ...exchange.clock import Clock
from ..poll import check_seconds


@frozen(eq=False)
class Limit:
    """How long a caller waits."""

    clock: Clock
    started: float
    at: float | None
    """On the clock's monotonic time; None: for ever."""

    @property
    def passed(self) -> bool:
        """Whether the time is over."""
        return self.at is not None and self.clock.monotonic() >= self.at

    @property
    def left(self) -> float | None:
        """Seconds until then, not less than 0; None: for ever."""
        return None if self.at is None else max(0.0, self.at - self.clock.monotonic())

    @property
    def waited(self) -> float:
        """Seconds since the wait began."""
        return self.clock.monotonic() - self.started


def limit_of(clock: Clock, timeout: float | None, name: str = "timeout") -> Limit:
    """The limit of a wait that begins now.

    Raises:
        InvalidArgument: `timeout` is neither None nor a number of seconds, 0 or more.
    """
    now = clock.monotonic()
    if timeout is None:
        return Limit(clock, now, None)
    check_seconds(name, timeout)
    try:
        at = now + timeout
    except OverflowError:
        at = math.inf
    return Limit(clock, now, None if math.isinf(at) else at)
