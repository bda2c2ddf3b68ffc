"""Runners of task flows, on the calling thread and in the event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from inspect import isawaitable
from math import inf
from typing import Any, TypeVar, cast

from ..deadline import Timer
from ..effects import (
    Callback,
    CloseResponse,
    OpenUrl,
    ReadChunk,
    RunBlocking,
    TaskFlow,
    WaitForChange,
    run_flow,
    run_flow_async,
)
from ..errors import ClientClosedError
from ..transport.async_driver import AsyncDriver
from ..transport.download_transport import AsyncDownloadTransport, SyncDownloadTransport
from ..transport.sync_driver import SyncDriver
from .polling.poll_request import poll_tasks
from .polling.scheduler import BATCH, InFlightPoll, PollScheduler, PollTarget, Waiter
from .task_registry import TaskRegistry

T = TypeVar("T")


class SyncRunner:
    """Does effects. Safe for many threads."""

    def __init__(self, driver: SyncDriver, station: TaskRegistry, outside: SyncDownloadTransport) -> None:
        self._driver = driver
        self._station = station
        self._outside = outside
        self._clock = station.config.clock

    def run(self, flow: TaskFlow[T]) -> T:
        """Run a flow to its end. Raises whatever the flow raises."""
        return run_flow(flow, self._do)

    def _do(self, effect: Any) -> Any:
        if isinstance(effect, WaitForChange):
            return self._news(effect)
        if isinstance(effect, RunBlocking):
            return effect.function()
        if isinstance(effect, Callback):
            effect.function(effect.value)
            return None
        if isinstance(effect, ReadChunk):
            return next(cast("Any", effect.response.chunks), None)
        if isinstance(effect, CloseResponse):
            effect.response.close()
            return None
        if isinstance(effect, OpenUrl):
            return self._outside.open(effect)
        return self._driver.perform(effect)

    def close(self) -> None:
        """Whoever waits gets ClientClosed."""
        with self._station.lock:
            for waiter in self._station.close():
                waiter.wake()
        try:
            self._outside.close()
        finally:
            if self._station.closes_journal:
                self._station.journal.close()

    # -- News

    def _news(self, effect: WaitForChange) -> None:
        station = self._station
        station.check_open()
        if effect.until is not None and effect.until <= station.now():
            return
        condition = threading.Condition(station.lock)
        waiter = Waiter(effect.seen, effect.until, effect.heartbeat, effect.fresh, effect.poll, condition.notify)
        try:
            self._wait(waiter, condition)
        finally:
            try:
                self._leave(waiter)
            except BaseException:  # interrupted while leaving; to leave again changes nothing
                self._leave(waiter)
                raise
        if waiter.error is not None:
            raise waiter.error

    def _wait(self, waiter: Waiter, condition: threading.Condition) -> None:
        station = self._station
        with station.lock:
            station.add_waiter(waiter)
            for board in waiter.schedulers if not waiter.done else ():
                self._apply(waiter, board)
        while True:
            with station.lock:
                found = self._next_look(waiter, condition)
            if found is None:
                return
            self._look(*found)

    def _next_look(self, waiter: Waiter, condition: threading.Condition) -> tuple[PollScheduler, InFlightPoll] | None:
        """Sleep until there is a look to make; None when the wait is over."""
        while not waiter.done:
            now = self._clock.monotonic()
            back = inf if waiter.wake_at is None else waiter.wake_at
            if back <= now:
                return None
            at, board = self._step(waiter)
            if board is not None and at <= now:
                asked = self._begin(waiter, board, now)
                if asked is not None:
                    return board, asked
            waiter.sleeping_until = at
            wake_at = min(at, back)
            self._clock.wait(condition, None if wake_at == inf else max(0.0, wake_at - now))
        return None

    def _apply(self, waiter: Waiter, board: PollScheduler) -> None:
        """Take the lead if nobody has it."""
        if board.leader is None:
            board.leader = waiter
        else:
            self._hasten(board)

    def _hasten(self, board: PollScheduler) -> None:
        """What has changed may make the leader look sooner."""
        step = None if board.leader is None else board.next_poll()
        if board.leader is not None and step is not None and step[0] < board.leader.sleeping_until:
            board.leader.wake()

    def _step(self, waiter: Waiter) -> tuple[float, PollScheduler | None]:
        """When to look next, among the boards that it leads."""
        found: tuple[float, PollScheduler | None] = (inf, None)
        for board in waiter.schedulers:
            step = board.next_poll() if board.leader is waiter else None
            if step is not None and step[0] < found[0]:
                found = (step[0], board)
        return found

    def _begin(self, waiter: Waiter, board: PollScheduler, now: float) -> InFlightPoll | None:
        for other in waiter.schedulers:
            # Others need not wait for this look.
            if other is not board and other.leader is waiter and other.next_leader is not None:
                self._hand_over(other)
        step = board.next_poll()
        return None if step is None else board.start_poll(step[1], now, waiter)

    def _look(self, board: PollScheduler, asked: InFlightPoll) -> None:
        station = self._station
        found = self.run(poll_tasks(station.config, asked.request))
        with station.lock:
            for over in board.finish_poll(asked, found, self._clock.monotonic()):
                for waiter in over:
                    waiter.wake()
        while station.emit_poll_events(board):
            pass

    def _hand_over(self, board: PollScheduler) -> None:
        board.leader = heir = board.next_leader
        if heir is not None:
            heir.wake()

    def _leave(self, waiter: Waiter) -> None:
        with self._station.lock:
            waiter.done = True
            for board in waiter.schedulers:
                if board.in_flight is not None and board.in_flight.leader is waiter:
                    board.cancel_poll(board.in_flight)
                board.remove_waiter(waiter)
                if board.leader is waiter:
                    self._hand_over(board)
                else:
                    self._hasten(board)


class AsyncRunner:
    """Does effects. For many tasks of one event loop."""

    def __init__(self, driver: AsyncDriver, station: TaskRegistry, outside: AsyncDownloadTransport) -> None:
        self._driver = driver
        self._station = station
        self._outside = outside
        self._desks: dict[PollScheduler, _PollLoop] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, flow: TaskFlow[T]) -> T:
        """Run a flow to its end. Raises whatever the flow raises."""
        return await run_flow_async(flow, self._do)

    async def _do(self, effect: Any) -> Any:
        if isinstance(effect, WaitForChange):
            return await self._news(effect)
        if isinstance(effect, RunBlocking):
            return await asyncio.to_thread(effect.function) if effect.heavy else effect.function()
        if isinstance(effect, Callback):
            told = effect.function(effect.value)
            if isawaitable(told):
                await told
            return None
        if isinstance(effect, ReadChunk):
            return await anext(cast("Any", effect.response.chunks), None)
        if isinstance(effect, CloseResponse):
            closing = effect.response.close()
            if closing is not None:
                await closing
            return None
        if isinstance(effect, OpenUrl):
            return await self._outside.open(effect)
        return await self._driver.perform(effect)

    async def aclose(self) -> None:
        """Whoever waits gets ClientClosed; looks under way are given up."""
        for waiter in self._station.close():
            waiter.wake()
        tasks = [task for desk in self._desks.values() if (task := desk.stop()) is not None]
        try:
            if tasks:
                await asyncio.wait(tasks)
            await self._outside.aclose()
        finally:
            if self._station.closes_journal:
                await asyncio.to_thread(self._station.journal.close)

    # -- News

    async def _news(self, effect: WaitForChange) -> None:
        station = self._station
        station.check_open()
        loop = self._own_loop()
        if effect.until is not None and effect.until <= station.now():
            return
        future: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            if not future.done():
                future.set_result(None)

        waiter = Waiter(effect.seen, effect.until, effect.heartbeat, effect.fresh, effect.poll, wake)
        timer: Timer | None = None
        try:
            station.add_waiter(waiter)
            if not waiter.done:
                if waiter.wake_at is not None and waiter.wake_at < inf:
                    timer = station.config.clock.call_later(waiter.wake_at - waiter.joined, wake)
                for board in waiter.schedulers:
                    self._desk(board).arm()
                await future
        finally:
            if timer is not None:
                timer.cancel()
            waiter.done = True
            for board in waiter.schedulers:
                board.remove_waiter(waiter)
                desk = self._desks.get(board)
                if desk is not None:
                    desk.arm() if board.waiters else desk.rest()  # another's deadline may come first now
        if waiter.error is not None:
            raise waiter.error

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.get_running_loop()
        if self._loop is None:
            self._loop = loop
        elif self._loop is not loop:
            raise ClientClosedError("the client is at home in another event loop; make one in each")
        return loop

    def _desk(self, board: PollScheduler) -> _PollLoop:
        desk = self._desks.get(board)
        if desk is None:
            desk = self._desks[board] = _PollLoop(self, self._station, board)
        return desk


class _PollLoop:
    """Where one board's looks are made."""

    def __init__(self, runner: AsyncRunner, station: TaskRegistry, board: PollScheduler) -> None:
        self._runner = runner
        self._station = station
        self._clock = station.config.clock
        self._board = board
        self._at = inf
        self._timer: Timer | None = None
        self._task: asyncio.Task[None] | None = None

    def arm(self) -> None:
        """See to it that the next look is made in time."""
        step = None if self._task is not None or self._station.closed else self._board.next_poll()
        if step is None or (self._timer is not None and self._at <= step[0]):
            return  # a timer that is early does no harm
        self.rest()
        self._at = step[0]
        wait = self._at - self._clock.monotonic()
        # Not at once: others may be about to wait in this very turn, and one look serves all.
        loop = asyncio.get_running_loop()
        self._timer = loop.call_soon(self._ring) if wait <= 0 else self._clock.call_later(wait, self._ring)

    def rest(self) -> None:
        """Nobody waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def stop(self) -> asyncio.Task[None] | None:
        """No look is made any more; the one that is under way, given up."""
        self.rest()
        if self._task is not None:
            self._task.cancel()
        return self._task

    def _ring(self) -> None:
        self._timer = None
        step = None if self._task is not None else self._board.next_poll()
        if step is None:
            return
        if step[0] > self._clock.monotonic():
            self.arm()
            return
        self._task = asyncio.get_running_loop().create_task(self._look(step[1]))
        self._task.add_done_callback(self._looked)

    def _looked(self, task: asyncio.Task[None]) -> None:
        self._task = None
        board = self._board
        board.cancel_poll(board.in_flight)
        error = None if task.cancelled() else task.exception()
        if error is not None:  # a bug of ours: nobody may wait for ever because of it
            for waiter in tuple(board.waiters):
                told = RuntimeError("looking at tasks failed")
                told.__cause__ = error
                if waiter.finish(told):
                    waiter.wake()
        self.arm()

    async def _look(self, target: PollTarget) -> None:
        board = self._board
        # Whoever wanted it may have left in the meantime, and nothing is sent for nobody.
        if not target.waiters or self._station.closed:
            return
        asked = board.start_poll(target, self._clock.monotonic())
        found = await self._runner.run(poll_tasks(self._station.config, asked.request))
        for over in board.finish_poll(asked, found, self._clock.monotonic()):
            await _wake(over)
        while self._station.emit_poll_events(board):
            await asyncio.sleep(0)


async def _wake(waiters: Sequence[Waiter]) -> None:
    """In batches, so that the loop gets its turn."""
    left = iter(waiters)
    try:
        for number, waiter in enumerate(left):
            waiter.wake()
            if number % BATCH == BATCH - 1:
                await asyncio.sleep(0)
        if not waiters:
            await asyncio.sleep(0)
    finally:
        for waiter in left:
            waiter.wake()
