"""Time and chance, in one place: what waits, measures or draws asks the clock of its client, so that tests own both."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

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

    def later(self, seconds: float, callback: Callable[[], Any]) -> Timer:
        """Have the running event loop call a function in so many seconds."""
        import asyncio

        return asyncio.get_running_loop().call_later(seconds, callback)
