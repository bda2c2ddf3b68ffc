"""Does what the flows of tasks ask for, in the calling task.

Whoever waits has a future and a timer, and owns no connection, so that cancelling a wait harms nothing. A look is made
by a task of its own, which lives only as long as the look; between two of them a board is nothing but a timer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from inspect import isawaitable
from math import inf
from typing import Any, TypeVar, cast

from ..errors import ClientClosed
from ..exchange.async_driver import AsyncDriver
from ..exchange.clock import Timer
from ..exchange.driving import drive_async
from ..exchange.outside import AsyncOutside
from .effects import Chunk, Close, Download, Flow, News, Tell, Work
from .looking.board import BATCH, Board
from .looking.sweep import sweep
from .looking.target import Target
from .looking.waiter import Waiter
from .station import Station

T = TypeVar("T")


class AsyncRunner:
    """Does effects. For many tasks of one event loop."""

    def __init__(self, driver: AsyncDriver, station: Station, outside: AsyncOutside) -> None:
        self._driver = driver
        self._station = station
        self._outside = outside
        self._desks: dict[Board, _Desk] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end. Raises whatever the flow raises."""
        return await drive_async(flow, self._do)

    async def _do(self, effect: Any) -> Any:
        if isinstance(effect, News):
            return await self._news(effect)
        if isinstance(effect, Work):
            return await asyncio.to_thread(effect.function) if effect.heavy else effect.function()
        if isinstance(effect, Tell):
            told = effect.function(effect.value)
            if isawaitable(told):
                await told
            return None
        if isinstance(effect, Chunk):
            return await anext(cast("Any", effect.answer.chunks), None)
        if isinstance(effect, Close):
            closing = effect.answer.close()
            if closing is not None:
                await closing
            return None
        if isinstance(effect, Download):
            return await self._outside.open(effect)
        return await self._driver.do(effect)

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

    async def _news(self, effect: News) -> None:
        station = self._station
        station.check_open()
        loop = self._own_loop()
        if effect.until is not None and effect.until <= station.now():
            return
        future: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            if not future.done():
                future.set_result(None)

        waiter = Waiter(effect.seen, effect.until, effect.beat, effect.fresh, effect.poll, wake)
        timer: Timer | None = None
        try:
            station.join(waiter)
            if not waiter.done:
                if waiter.back is not None and waiter.back < inf:
                    timer = station.setting.clock.later(waiter.back - waiter.joined, wake)
                for board in waiter.boards:
                    self._desk(board).arm()
                await future
        finally:
            if timer is not None:
                timer.cancel()
            waiter.done = True
            for board in waiter.boards:
                board.leave(waiter)
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
            raise ClientClosed("the client is at home in another event loop; make one in each")
        return loop

    def _desk(self, board: Board) -> _Desk:
        desk = self._desks.get(board)
        if desk is None:
            desk = self._desks[board] = _Desk(self, self._station, board)
        return desk


class _Desk:
    """Where one board's looks are made."""

    def __init__(self, runner: AsyncRunner, station: Station, board: Board) -> None:
        self._runner = runner
        self._station = station
        self._clock = station.setting.clock
        self._board = board
        self._at = inf
        self._timer: Timer | None = None
        self._task: asyncio.Task[None] | None = None

    def arm(self) -> None:
        """See to it that the next look is made in time."""
        step = None if self._task is not None or self._station.closed else self._board.next()
        if step is None or (self._timer is not None and self._at <= step[0]):
            return  # a timer that is early does no harm
        self.rest()
        self._at = step[0]
        wait = self._at - self._clock.monotonic()
        # Not at once: others may be about to wait in this very turn, and one look serves all.
        loop = asyncio.get_running_loop()
        self._timer = loop.call_soon(self._ring) if wait <= 0 else self._clock.later(wait, self._ring)

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
        step = None if self._task is not None else self._board.next()
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
        board.abandon(board.asked)
        error = None if task.cancelled() else task.exception()
        if error is not None:  # a bug of ours: nobody may wait for ever because of it
            for waiter in tuple(board.waiters):
                told = RuntimeError("looking at tasks failed")
                told.__cause__ = error
                if waiter.finish(told):
                    waiter.wake()
        self.arm()

    async def _look(self, target: Target) -> None:
        board = self._board
        # Whoever wanted it may have left in the meantime, and nothing is sent for nobody.
        if not target.waiters or self._station.closed:
            return
        asked = board.begin(target, self._clock.monotonic())
        found = await self._runner.run(sweep(self._station.setting, asked.look))
        for over in board.settle(asked, found, self._clock.monotonic()):
            await _wake(over)
        while self._station.report(board):
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
