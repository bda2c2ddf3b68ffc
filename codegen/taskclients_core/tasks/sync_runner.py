"""Does what the flows of tasks ask for, on the calling thread.

No thread is started. Of the threads that wait for tasks of one board, one looks for all, and the others sleep; when it
has what it waits for, or leaves for whatever reason, it hands over to another.
"""

from __future__ import annotations

import threading
from math import inf
from typing import Any, TypeVar, cast

from ..exchange.driving import drive
from ..exchange.outside import SyncOutside
from ..exchange.sync_driver import SyncDriver
from .effects import Chunk, Close, Download, Flow, News, Tell, Work
from .looking.asked import Asked
from .looking.board import Board
from .looking.sweep import sweep
from .looking.waiter import Waiter
from .station import Station

T = TypeVar("T")


class SyncRunner:
    """Does effects. Safe for many threads."""

    def __init__(self, driver: SyncDriver, station: Station, outside: SyncOutside) -> None:
        self._driver = driver
        self._station = station
        self._outside = outside
        self._clock = station.setting.clock

    def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end. Raises whatever the flow raises."""
        return drive(flow, self._do)

    def _do(self, effect: Any) -> Any:
        if isinstance(effect, News):
            return self._news(effect)
        if isinstance(effect, Work):
            return effect.function()
        if isinstance(effect, Tell):
            effect.function(effect.value)
            return None
        if isinstance(effect, Chunk):
            return next(cast("Any", effect.answer.chunks), None)
        if isinstance(effect, Close):
            effect.answer.close()
            return None
        if isinstance(effect, Download):
            return self._outside.open(effect)
        return self._driver.do(effect)

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

    def _news(self, effect: News) -> None:
        station = self._station
        station.check_open()
        if effect.until is not None and effect.until <= station.now():
            return
        condition = threading.Condition(station.lock)
        waiter = Waiter(effect.seen, effect.until, effect.beat, effect.fresh, effect.poll, condition.notify)
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
            station.join(waiter)
            for board in waiter.boards if not waiter.done else ():
                self._apply(waiter, board)
        while True:
            with station.lock:
                found = self._next_look(waiter, condition)
            if found is None:
                return
            self._look(*found)

    def _next_look(self, waiter: Waiter, condition: threading.Condition) -> tuple[Board, Asked] | None:
        """Sleep until there is a look to make; None when the wait is over."""
        while not waiter.done:
            now = self._clock.monotonic()
            back = inf if waiter.back is None else waiter.back
            if back <= now:
                return None
            at, board = self._step(waiter)
            if board is not None and at <= now:
                asked = self._begin(waiter, board, now)
                if asked is not None:
                    return board, asked
            waiter.planned = at
            wake_at = min(at, back)
            self._clock.wait(condition, None if wake_at == inf else max(0.0, wake_at - now))
        return None

    def _apply(self, waiter: Waiter, board: Board) -> None:
        """Take the lead if nobody has it."""
        if board.leader is None:
            board.leader = waiter
        else:
            self._hasten(board)

    def _hasten(self, board: Board) -> None:
        """What has changed may make the leader look sooner."""
        step = None if board.leader is None else board.next()
        if board.leader is not None and step is not None and step[0] < board.leader.planned:
            board.leader.wake()

    def _step(self, waiter: Waiter) -> tuple[float, Board | None]:
        """When to look next, among the boards that it leads."""
        found: tuple[float, Board | None] = (inf, None)
        for board in waiter.boards:
            step = board.next() if board.leader is waiter else None
            if step is not None and step[0] < found[0]:
                found = (step[0], board)
        return found

    def _begin(self, waiter: Waiter, board: Board, now: float) -> Asked | None:
        for other in waiter.boards:
            # Others need not wait for this look.
            if other is not board and other.leader is waiter and other.heir is not None:
                self._hand_over(other)
        step = board.next()
        return None if step is None else board.begin(step[1], now, waiter)

    def _look(self, board: Board, asked: Asked) -> None:
        station = self._station
        found = self.run(sweep(station.setting, asked.look))
        with station.lock:
            for over in board.settle(asked, found, self._clock.monotonic()):
                for waiter in over:
                    waiter.wake()
        while station.report(board):
            pass

    def _hand_over(self, board: Board) -> None:
        board.leader = heir = board.heir
        if heir is not None:
            heir.wake()

    def _leave(self, waiter: Waiter) -> None:
        with self._station.lock:
            waiter.done = True
            for board in waiter.boards:
                if board.asked is not None and board.asked.by is waiter:
                    board.abandon(board.asked)
                board.leave(waiter)
                if board.leader is waiter:
                    self._hand_over(board)
                else:
                    self._hasten(board)
