"""How a wait can end without what it was for, as errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ..errors import (
    PollError,
    TaskCancelled,
    TaskError,
    TaskFailed,
    TaskLost,
    TaskNeedsInput,
    TaskPartial,
    TaskTimeout,
    UnknownStatus,
)
from ..phases import Phase

if TYPE_CHECKING:
    from ...exchange.deadline import Deadline
    from ..state.record import Record
    from ..views import View

Partial: TypeAlias = Literal["raise", "accept"]


def verdict(record: Record, view: View[Any], partial: Partial = "raise") -> TaskError | None:
    """Why a task has no result; None if it has one."""
    ref = record.ref
    errors = [message for message in view.messages if message.level == "error"]
    match view.phase:
        case Phase.FAILED:
            return TaskFailed(f"{ref}: it ended as {view.status}", ref=ref, last=view, messages=view.messages)
        case Phase.CANCELLED:
            return TaskCancelled(f"{ref}: it was cancelled ({view.status})", ref=ref, last=view)
        case Phase.NEEDS_INPUT:
            actions = tuple(record.kind.actions)
            how = f"answer with {' or '.join(actions)}" if actions else "answer at the vendor's"
            return TaskNeedsInput(f"{ref}: it waits for an answer ({how})", ref=ref, last=view, actions=actions)
        case Phase.SUCCEEDED if view.partial and partial == "raise":
            message = f"{ref}: it succeeded with errors ({len(errors)} messages); partial='accept' takes it so"
            return TaskPartial(message, ref=ref, last=view, messages=view.messages)
        case _:
            return None


def timed_out(record: Record, limit: Deadline) -> TaskTimeout:
    """The caller's time is over."""
    view = record.view
    seen = "it has not been seen yet" if view is None else f"it is {view.phase}"
    message = f"{record.ref}: {seen} after {limit.waited:.1f} s; it goes on, and its token finds it again"
    return TaskTimeout(message, ref=record.ref, last=view, waited=limit.waited)


def refused(record: Record, trouble: Exception) -> TaskError:
    """Looking at it is refused."""
    if isinstance(trouble, TaskError):
        return trouble
    message = f"{record.ref}: looking at it failed ({trouble}); the task may be well"
    error = PollError(message, ref=record.ref, last=record.view)
    error.__cause__ = trouble
    return error


def lost(record: Record, looks: int) -> TaskLost:
    """The server does not show it any more."""
    message = f"{record.ref}: the server has not shown it in {looks} complete looks"
    return TaskLost(message, ref=record.ref, last=record.view, sweeps=looks)


def unknown(record: Record) -> UnknownStatus:
    """Its status word has been unknown for too long."""
    view = record.view
    status = None if view is None else view.status
    message = f"{record.ref}: its status is {status!r:.80}, which the spec does not know; waiting again goes on"
    return UnknownStatus(message, ref=record.ref, last=view, status=status)
