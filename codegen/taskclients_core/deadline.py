"""Clocks and deadlines. All waits and measurements use the clock of the client, so that tests control the time."""

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
    """Scheduled callback."""

    def cancel(self) -> None:
        """Cancel the callback; no effect if it was called or cancelled already."""
        ...


class Clock:
    """Clock of the system. Subclasses override its methods, as the virtual clock for tests does."""

    def monotonic(self) -> float:
        """Return seconds since an arbitrary point; they never decrease."""
        return time.monotonic()

    def wall(self) -> float:
        """Return seconds since 1970 (UTC). The system's time may be changed: compare them with server dates only."""
        return time.time()

    def random(self) -> float:
        """Return a number in [0, 1), different in every process."""
        from random import random  # slow import, seldom needed

        return random()  # noqa: S311 - it spreads load and is not used for security

    def sleep(self, seconds: float) -> None:
        """Block this thread for some seconds."""
        time.sleep(seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Suspend this task for some seconds."""
        import asyncio  # slow import, seldom needed

        await asyncio.sleep(seconds)

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Wait on this thread, which holds the condition, until it is notified or the seconds have passed.

        It may return earlier. None waits without a limit.
        """
        import threading

        condition.wait(None if seconds is None else min(max(0.0, seconds), threading.TIMEOUT_MAX))

    def call_later(self, seconds: float, callback: Callable[[], Any]) -> Timer:
        """Schedule a callback on the running event loop."""
        import asyncio

        return asyncio.get_running_loop().call_later(seconds, callback)


@frozen(eq=False)
class Deadline:
    """Deadline of a call or a wait, on a monotonic clock."""

    started: float
    at: float | None
    """Time of the clock at which it expires; None: never."""

    now: Callable[[], float] = field(default=time.monotonic, repr=False)
    """Clock, in seconds."""

    @property
    def expired(self) -> bool:
        """True once the deadline has passed."""
        return self.at is not None and self.now() >= self.at

    @property
    def remaining(self) -> float:
        """Seconds until it expires, at least 0; infinite if it never does."""
        return math.inf if self.at is None else max(0.0, self.at - self.now())

    @property
    def waited(self) -> float:
        """Seconds since the start."""
        return self.now() - self.started

    @property
    def seconds(self) -> float:
        """Seconds between start and expiry, for messages; infinite if it never expires."""
        return math.inf if self.at is None else self.at - self.started

    @property
    def bounded(self) -> Deadline | None:
        """The deadline itself, or None if it never expires."""
        return None if self.at is None else self


def deadline_after(seconds: float | None, now: Callable[[], float] = time.monotonic) -> Deadline:
    """Return a deadline that starts now; it never expires if `seconds` is None or too large for a float."""
    started = now()
    if seconds is None:
        return Deadline(started, None, now)
    try:
        at = started + seconds
    except OverflowError:
        at = math.inf
    return Deadline(started, None if math.isinf(at) else at, now)


class DeadlineTimeouts(dict[str, float | None]):
    """Timeouts in the form that httpx passes to transports, each limited to the time remaining when its step begins."""

    def __init__(self, timeouts: Mapping[str, float | None], deadline: Deadline) -> None:
        super().__init__(timeouts)
        self._deadline = deadline

    def __getitem__(self, step: str) -> float | None:
        return self._limit(super().__getitem__(step))

    def get(self, step: str, default: Any = None) -> Any:
        """Return the limited timeout of a step; `default` is limited too, since None means no timeout."""
        return self._limit(super().get(step, default))

    def _limit(self, timeout: float | None) -> float | None:
        # At least 1 ms: a timeout of zero would make the socket non-blocking.
        remaining = max(self._deadline.remaining, 0.001)
        return remaining if timeout is None else min(timeout, remaining)
