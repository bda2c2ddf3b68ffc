"""Virtual clock: `sleep` returns immediately and advances the time; and an event loop that runs by it."""

from __future__ import annotations

import asyncio
import random
import selectors
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import Any, Final, TypeVar
from weakref import WeakSet

from taskclients_core.deadline import Clock

T = TypeVar("T")

NOON: Final = 1_800_000_000.0
"""Seconds since 1970; a day in January 2027."""

_SOON: Final = 0.002
"""Real seconds to wait for a thread that was just woken."""

_IDLE_AFTER: Final = 0.1
"""Real seconds after which a thread that has not used the clock counts as waiting for something else."""


class VirtualClock(Clock):
    """Clock for clients (`clock=`): waits return immediately and advance the time.

        clock = VirtualClock()
        BoosterClient(clock=clock, …)
        clock.run(main())               # asynchronous code: use this instead of asyncio.run

    If several threads wait, the one with the nearest deadline continues first. Equal seeds give equal random numbers.
    """

    def __init__(
        self,
        *,
        now: float = NOON,
        seed: int = 0,
        rate: float = 1.0,
        resolution: float = 0.0,
        oversleep: float = 0.0,
    ) -> None:
        """Create a clock.

        Args:
            now: Start of the wall clock, in seconds since 1970.
            seed: Seed of `random`.
            rate: Speed of the monotonic clock relative to `world`: 1.01 gains 1 %.
            resolution: Seconds from one tick of `monotonic` to the next; 0 means no ticks.
            oversleep: Seconds by which each wait is longer than requested; a negative value ends waits early.
        """
        self._monotonic = 1000.0
        self._world = now
        self._off = 0.0
        self._rate = rate
        self._resolution = resolution
        self._oversleep = oversleep
        self._chance = random.Random(seed)  # noqa: S311 - must be reproducible
        self._lock = threading.Lock()
        self._threads: WeakSet[threading.Thread] = WeakSet()
        self._elsewhere: WeakSet[threading.Thread] = WeakSet()
        self._wakes: dict[threading.Thread, float] = {}
        self._uses = 0
        self._working = 0

    # -- For clients

    def monotonic(self) -> float:
        """Return the seconds since an arbitrary point; the value never decreases."""
        self._uses += 1
        self._meet(threading.current_thread())
        now = self._monotonic
        return now - now % self._resolution if self._resolution else now

    def wall(self) -> float:
        """Return the wall clock of this machine, in seconds since 1970; see `jump`."""
        return self._world + self._off

    def random(self) -> float:
        """Return a random number in [0, 1)."""
        return self._chance.random()

    def sleep(self, seconds: float) -> None:
        """Block this thread for `seconds`."""
        condition = threading.Condition()
        with condition:
            self.wait(condition, seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Suspend this asyncio task for `seconds`."""
        if isinstance(asyncio.get_running_loop(), VirtualLoop):
            await asyncio.sleep(seconds)
        else:
            self.advance(self._stretched(seconds))
            await asyncio.sleep(0)

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Block this thread, which holds the condition, until it is notified or `seconds` have passed."""
        if seconds is None:
            condition.wait(_IDLE_AFTER)
            return
        me = threading.current_thread()
        self._meet(me)
        with self._lock:
            at = self._wakes[me] = self._monotonic + self._stretched(seconds)
        try:
            while not self._is_over(me, at):
                uses, grace = self._uses, self._grace(me)
                if condition.wait(grace):
                    return
                if self._uses == uses:
                    self._advance_if_next(me, at, ignore_busy=grace == _IDLE_AFTER)
        finally:
            with self._lock:
                del self._wakes[me]

    def call_later(self, seconds: float, callback: Callable[[], Any]) -> asyncio.TimerHandle:
        """Schedule a call of `callback` in the running event loop after `seconds`.

        Raises:
            RuntimeError: The running event loop does not use this clock.
        """
        loop = asyncio.get_running_loop()
        if not isinstance(loop, VirtualLoop):
            raise RuntimeError(  # noqa: TRY004 - the caller gave no argument
                "call_later: the running event loop uses real time; start it with clock.run(…) or clock.new_event_loop"
            )
        return loop.call_later(seconds, callback)

    # -- For tests

    def world(self) -> float:
        """Return the true time, in seconds since 1970: the clock of servers."""
        return self._world

    def advance(self, seconds: float) -> None:
        """Advance the time by `seconds`."""
        with self._lock:
            self._move(seconds)

    def jump(self, seconds: float) -> None:
        """Set the wall clock of this machine forward, or back if `seconds` is negative. No time passes."""
        self._off += seconds

    def suspend(self, seconds: float) -> None:
        """Advance the true time while this machine is suspended: the monotonic clock stops."""
        self._world += seconds

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine to its end by this clock, like `asyncio.run`.

        Raises:
            RuntimeError: All tasks wait, and no timer, thread or socket can wake them.
        """
        with asyncio.Runner(loop_factory=self.new_event_loop) as runner:
            return runner.run(main)

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        """Return an event loop that uses this clock: a `loop_factory` for runners and test frameworks."""
        return VirtualLoop(lambda: self._monotonic, lambda seconds: self.advance(self._stretched(seconds)))

    @contextmanager
    def working(self) -> Generator[None]:
        """Mark this thread as busy: until the context ends, time does not pass for other threads."""
        with self._lock:
            self._working += 1
        try:
            yield
        finally:
            with self._lock:
                self._working -= 1
                self._uses += 1

    # -- Waiting threads

    def _meet(self, thread: threading.Thread) -> None:
        if thread not in self._threads or thread in self._elsewhere:
            with self._lock:
                self._threads.add(thread)
                self._elsewhere.discard(thread)

    def _stretched(self, seconds: float) -> float:
        seconds = max(0.0, seconds)
        return max(seconds + self._oversleep, seconds / 2)

    def _move(self, seconds: float) -> None:
        self._monotonic += seconds
        self._world += seconds / self._rate

    def _is_over(self, me: threading.Thread, at: float) -> bool:
        with self._lock:
            if not self._working and self._others(me) == []:
                self._move(max(0.0, at - self._monotonic))
                return True
            return self._monotonic >= at

    def _others(self, me: threading.Thread) -> list[threading.Thread]:
        return [each for each in self._threads if each is not me and each.is_alive()]

    def _grace(self, me: threading.Thread) -> float:
        """Return the real seconds to wait for other threads before the time may advance."""
        with self._lock:
            return _IDLE_AFTER if self._busy(me) else _SOON

    def _busy(self, me: threading.Thread) -> list[threading.Thread]:
        return [each for each in self._others(me) if each not in self._wakes and each not in self._elsewhere]

    def _advance_if_next(self, me: threading.Thread, at: float, *, ignore_busy: bool) -> None:
        """Advance the time to `at` if no other thread waits for an earlier moment."""
        with self._lock:
            busy = self._busy(me)
            if self._working or (busy and not ignore_busy):
                return
            # They wait for something else, such as the end of the other threads.
            self._elsewhere.update(busy)
            if at <= min(self._wakes.values()):
                self._move(max(0.0, at - self._monotonic))


_GRACE: Final = 0.02
"""Real seconds to wait for a real socket or a thread before the time advances."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Event loop that uses the time of a `VirtualClock`."""

    def __init__(self, now: Callable[[], float], advance: Callable[[float], None]) -> None:
        """Create an event loop.

        Args:
            now: Returns the time in seconds.
            advance: Advances the time by a number of seconds.
        """
        self._now = now
        self._virtual_selector = _VirtualSelector(advance)
        super().__init__(self._virtual_selector)

    def time(self) -> float:
        """Return the time of the clock."""
        return self._now()

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:  # type: ignore[override]
        """Run a function in a thread; the time does not advance until it returns."""
        future = super().run_in_executor(executor, func, *args)
        self._virtual_selector.threads += 1
        future.add_done_callback(self._done)
        return future

    async def shutdown_default_executor(self, *arguments: Any) -> None:
        """Wait for the executor's threads; the time does not advance until they end."""
        self._virtual_selector.threads += 1
        try:
            await super().shutdown_default_executor(*arguments)
        finally:
            self._done()

    def _done(self, _future: Any = None) -> None:
        self._virtual_selector.threads -= 1


class _VirtualSelector(selectors.DefaultSelector):
    """Selector that advances the clock instead of waiting, except for threads and real sockets."""

    threads = 0
    """Number of threads that work for the loop."""

    def __init__(self, advance: Callable[[float], None]) -> None:
        super().__init__()
        self._advance = advance

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        # One socket is the loop's own: threads wake the loop through it.
        if self.threads or len(self.get_map()) > 1:
            ready = super().select(_GRACE)
            if ready or self.threads:
                return ready
        if timeout is not None:
            self._advance(timeout)
            return []
        if threading.active_count() == 1 and len(self.get_map()) == 1:
            raise RuntimeError("clock.run: all tasks wait, and no timer, thread or socket can wake them")
        return super().select(_GRACE)
