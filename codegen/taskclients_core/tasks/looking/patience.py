"""When it is of no use to go on waiting, though the caller has time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import PollError, TaskTimeout
from .pace import chosen
from .waiter import Waiter

if TYPE_CHECKING:
    from .board import Board


def in_vain(waiter: Waiter, now: float) -> Exception | None:
    """Why somebody waits in vain; None as long as one of the boards that he waits at is of use."""
    error: Exception | None = None
    for board in waiter.boards:
        error = in_vain_at(board, waiter, now)
        if error is None:
            return None
    return error


def in_vain_at(board: Board, waiter: Waiter, now: float) -> Exception | None:
    """Why somebody waits in vain at one board: it may not look in his time, or has failed to for too long."""
    records = waiter.boards[board]
    if board.pause_until > now:
        most = chosen("retry_after_max", board.kind.timing.retry_after_max, waiter.poll, board.client)
        left = board.pause_until - now
        if left > most or (waiter.until is not None and board.pause_until > waiter.until):
            ref, last = records[0].ref, records[0].view
            message = f"{ref}: the server wants to be left alone for {left:.0f} s; the task goes on"
            return TaskTimeout(message, ref=ref, last=last, waited=now - waiter.joined)
    budget: float | None = chosen("transient_budget", None, waiter.poll, board.client)
    if budget is None:
        return None
    for record in records:
        target = board.target(record)
        since = target.failing_since
        # A look that failed before he came does not count: waiting again looks again.
        if since is not None and target.last_start > waiter.joined and now - since >= budget:
            message = f"{record.ref}: looking at it has failed for {now - since:.0f} s; the task may be well"
            error = PollError(message, ref=record.ref, last=record.view)
            error.__cause__ = target.error
            return error
    return None
