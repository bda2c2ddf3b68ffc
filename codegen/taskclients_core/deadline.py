"""Clocks and deadlines. Everything that waits or measures asks the clock of its client, so that tests control time."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from attrs import field

from .lazy_attrs import frozen

if TYPE_CHECKING:
    import threading


class Timer(Protocol):
    """Something that will happen."""

    def cancel(self) -> None:
        """It will not happen; again, or later, changes nothing."""
        ...


class Clock:
    """The real one. Others override its methods."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary point; it never goes back."""
        return time.monotonic()

    def wall(self) -> float:
        """Seconds since 1970 (UTC), which somebody may set anew at any time: for dates of servers only."""
        return time.time()

    def random(self) -> float:
        """A number in [0, 1), different in every process."""
        from random import random  # slow to import, and seldom wanted

        return random()  # noqa: S311 - it spreads load, it hides nothing

    def sleep(self, seconds: float) -> None:
        """Wait on this thread."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Wait in this task."""
        import asyncio  # slow to import, and seldom wanted here

        await asyncio.sleep(seconds)

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Wait on this thread, which holds the condition, until it is notified or so many seconds are over.

        It may come back earlier; None: there is no bound.
        """
        import threading

        condition.wait(None if seconds is None else min(max(0.0, seconds), threading.TIMEOUT_MAX))

    def call_later(self, seconds: float, callback: Callable[[], Any]) -> Timer:
        """Have the running event loop call a function in so many seconds."""
        import asyncio

        return asyncio.get_running_loop().call_later(seconds, callback)


@frozen(eq=False)
class Deadline:
    """The time that a call or a wait may take, on a monotonic clock."""

    started: float
    at: float | None
    """The moment at which the time is over; None: never."""

    now: Callable[[], float] = field(default=time.monotonic, repr=False)
    """The clock, in seconds."""

    @property
    def expired(self) -> bool:
        """True once the time is over."""
        return self.at is not None and self.now() >= self.at

    @property
    def remaining(self) -> float:
        """Seconds until then, not less than 0; infinite if that is never."""
        return math.inf if self.at is None else max(0.0, self.at - self.now())

    @property
    def waited(self) -> float:
        """Seconds since the start."""
        return self.now() - self.started

    @property
    def seconds(self) -> float:
        """Seconds from the start to the end, for messages; infinite if there is no end."""
        return math.inf if self.at is None else self.at - self.started

    @property
    def bounded(self) -> Deadline | None:
        """Itself, or None if it never passes: a call that has all the time in the world has no deadline."""
        return None if self.at is None else self


def deadline_after(seconds: float | None, now: Callable[[], float] = time.monotonic) -> Deadline:
    """Return the deadline of what starts now; it never passes if `seconds` is None or exceeds what a float can hold."""
    started = now()
    if seconds is None:
        return Deadline(started, None, now)
    try:
        at = started + seconds
    except OverflowError:
        at = math.inf
    return Deadline(started, None if math.isinf(at) else at, now)


class DeadlineTimeouts(dict[str, float | None]):
    """Timeouts of steps as httpx gives them to transports, each cut to what is left when its step begins."""

    def __init__(self, timeouts: Mapping[str, float | None], deadline: Deadline) -> None:
        super().__init__(timeouts)
        self._deadline = deadline

    def __getitem__(self, step: str) -> float | None:
        return self._cut(super().__getitem__(step))

    def get(self, step: str, default: Any = None) -> Any:
        """The same; `default` is cut, too, as None is for ever."""
        return self._cut(super().get(step, default))

    def _cut(self, timeout: float | None) -> float | None:
        # Not less than a moment: zero means "do not wait at all" to a socket, and is an error of another kind.
        left = max(self._deadline.remaining, 0.001)
        return left if timeout is None else min(timeout, left)
