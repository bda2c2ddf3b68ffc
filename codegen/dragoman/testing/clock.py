"""A clock that goes only where somebody waits, and there at once."""

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
"""Real seconds in which a thread that was woken gets going."""

_PATIENCE: Final = 0.1
"""Real seconds in which a thread that works uses the clock again; otherwise it waits for something else."""


class VirtualClock(Clock):
    """A clock for clients (`clock=`): waits are over at once, and time has passed all the same.

        clock = VirtualClock()
        BoosterClient(clock=clock, …)
        clock.run(main())               # for asynchronous code: instead of asyncio.run

    Where several threads wait, the one that waits for the nearest moment goes first. Equal seeds give equal chances.
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
        """Set it.

        Args:
            now: Seconds since 1970.
            seed: Of chance.
            rate: How fast it goes, in seconds for each second of the world.
            resolution: Seconds from one tick of `monotonic` to the next; 0: as fine as can be.
            oversleep: Seconds by which waits are longer than was asked for; below 0 they end early.
        """
        self._monotonic = 1000.0
        self._world = now
        self._off = 0.0
        self._rate = rate
        self._resolution = resolution
        self._oversleep = oversleep
        self._chance = random.Random(seed)  # noqa: S311 - it shall be the same each time
        self._lock = threading.Lock()
        self._threads: WeakSet[threading.Thread] = WeakSet()
        self._elsewhere: WeakSet[threading.Thread] = WeakSet()
        self._wakes: dict[threading.Thread, float] = {}
        self._uses = 0
        self._working = 0

    # -- What clients ask for

    def monotonic(self) -> float:
        """Seconds from an arbitrary point; it never goes back."""
        self._uses += 1
        self._meet(threading.current_thread())
        now = self._monotonic
        return now - now % self._resolution if self._resolution else now

    def wall(self) -> float:
        """Seconds since 1970, as this machine believes; see `jump`."""
        return self._world + self._off

    def random(self) -> float:
        """A number in [0, 1)."""
        return self._chance.random()

    def sleep(self, seconds: float) -> None:
        """Wait on this thread."""
        condition = threading.Condition()
        with condition:
            self.wait(condition, seconds)

    async def sleep_async(self, seconds: float) -> None:
        """Wait in this task."""
        if isinstance(asyncio.get_running_loop(), VirtualLoop):
            await asyncio.sleep(seconds)
        else:
            self.advance(self._stretched(seconds))
            await asyncio.sleep(0)

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        """Wait on this thread, which holds the condition, until it is notified or so many seconds are over."""
        if seconds is None:
            condition.wait(_PATIENCE)
            return
        me = threading.current_thread()
        self._meet(me)
        with self._lock:
            at = self._wakes[me] = self._monotonic + self._stretched(seconds)
        try:
            while not self._is_over(me, at):
                uses, patience = self._uses, self._patience(me)
                if condition.wait(patience):
                    return
                if self._uses == uses:
                    self._go(me, at, patient=patience == _PATIENCE)
        finally:
            with self._lock:
                del self._wakes[me]

    def call_later(self, seconds: float, callback: Callable[[], Any]) -> asyncio.TimerHandle:
        """Have the running event loop call a function in so many seconds.

        Raises:
            RuntimeError: the event loop is not one of this clock's.
        """
        loop = asyncio.get_running_loop()
        if not isinstance(loop, VirtualLoop):
            raise RuntimeError(  # noqa: TRY004 - the caller gave no argument
                "this event loop goes by real time: use clock.run(…), or clock.new_event_loop as factory"
            )
        return loop.call_later(seconds, callback)

    # -- What tests ask for

    def world(self) -> float:
        """Seconds since 1970, as everybody else has it: the clock of servers."""
        return self._world

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self._move(seconds)

    def jump(self, seconds: float) -> None:
        """Set the wall clock of this machine forward, or back: no time passes."""
        self._off += seconds

    def suspend(self, seconds: float) -> None:
        """Let the world go on while this machine sleeps: the monotonic clock stands still."""
        self._world += seconds

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Run asynchronous code to its end, by this clock: as `asyncio.run` does by the real one.

        Raises:
            RuntimeError: all tasks wait for something that can never happen.
        """
        with asyncio.Runner(loop_factory=self.new_event_loop) as runner:
            return runner.run(main)

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        """Return an event loop that goes by this clock: a `loop_factory` for runners and test frameworks."""
        return VirtualLoop(lambda: self._monotonic, lambda seconds: self.advance(self._stretched(seconds)))

    @contextmanager
    def working(self) -> Generator[None]:
        """While this lasts, this thread is busy, and time does not pass for the others."""
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

    def _patience(self, me: threading.Thread) -> float:
        """Return for how long another thread may yet do something."""
        with self._lock:
            return _PATIENCE if self._busy(me) else _SOON

    def _busy(self, me: threading.Thread) -> list[threading.Thread]:
        return [each for each in self._others(me) if each not in self._wakes and each not in self._elsewhere]

    def _go(self, me: threading.Thread, at: float, *, patient: bool) -> None:
        """Nobody has done anything for a while: the one that waits for the nearest moment goes there."""
        with self._lock:
            busy = self._busy(me)
            if self._working or (busy and not patient):
                return
            # Such as the one that has started the others, and waits for their end.
            self._elsewhere.update(busy)
            if at <= min(self._wakes.values()):
                self._move(max(0.0, at - self._monotonic))


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
