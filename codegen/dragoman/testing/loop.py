"""An event loop that goes by a virtual clock: where nothing is left to do now, the next timer is due."""

from __future__ import annotations

import asyncio
import selectors
import threading
from collections.abc import Callable
from typing import Any, Final

_GRACE: Final = 0.02
"""Real seconds in which a real socket, or a thread, may yet say something."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is that of a clock."""

    def __init__(self, now: Callable[[], float], advance: Callable[[float], None]) -> None:
        """Take the clock: what tells its time, and what moves it."""
        self._now = now
        self._waiting = _Waiting(advance)
        super().__init__(self._waiting)

    def time(self) -> float:
        """Return the time of the clock."""
        return self._now()

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:  # type: ignore[override]
        """Have a thread do something; time stands still until it has."""
        future = super().run_in_executor(executor, func, *args)
        self._waiting.threads += 1
        future.add_done_callback(self._done)
        return future

    async def shutdown_default_executor(self, *arguments: Any) -> None:
        """Wait for the threads; time stands still until they are gone."""
        self._waiting.threads += 1
        try:
            await super().shutdown_default_executor(*arguments)
        finally:
            self._done()

    def _done(self, _future: Any = None) -> None:
        self._waiting.threads -= 1


class _Waiting(selectors.DefaultSelector):
    """Waits for nothing but threads and real sockets."""

    threads = 0
    """How many are at work for the loop."""

    def __init__(self, advance: Callable[[float], None]) -> None:
        super().__init__()
        self._advance = advance

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        # The loop itself listens to one socket, by which threads wake it.
        if self.threads or len(self.get_map()) > 1:
            ready = super().select(_GRACE)
            if ready or self.threads:
                return ready
        if timeout is not None:
            self._advance(timeout)
            return []
        if threading.active_count() == 1 and len(self.get_map()) == 1:
            raise RuntimeError("all tasks wait for something that can never happen")
        return super().select(_GRACE)
