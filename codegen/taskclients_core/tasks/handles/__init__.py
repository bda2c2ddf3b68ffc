"""Handles of tasks: what starting one returns. A handle is a cheap view on a task that runs elsewhere.

Dropping a handle, or being cancelled while waiting, changes nothing about the task. `timeout` has no default: it is
how long the caller waits, in seconds; None is for ever, 0 looks at nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .asynchronous import AsyncCancellable, AsyncConfirmable, AsyncSteerable, AsyncTask
from .base import REFRESH_TIMEOUT, Handle
from .sync import Cancellable, Confirmable, Steerable, Task

if TYPE_CHECKING:
    from ..async_runner import AsyncRunner
    from ..state.record import Record
    from ..station import Station
    from ..sync_runner import SyncRunner

__all__ = [
    "REFRESH_TIMEOUT",
    "AsyncCancellable",
    "AsyncConfirmable",
    "AsyncSteerable",
    "AsyncTask",
    "Cancellable",
    "Confirmable",
    "Handle",
    "Steerable",
    "Task",
    "async_handle",
    "handle",
]


def handle(station: Station, runner: SyncRunner, record: Record) -> Task[Any, Any]:
    """The handle that fits a task's kind."""
    return _TWINS[_abilities(record)][0](station, runner, record)


def async_handle(station: Station, runner: AsyncRunner, record: Record) -> AsyncTask[Any, Any]:
    """Async twin of `handle`."""
    return _TWINS[_abilities(record)][1](station, runner, record)


_TWINS: dict[tuple[bool, bool], tuple[type[Task[Any, Any]], type[AsyncTask[Any, Any]]]] = {
    (False, False): (Task, AsyncTask),
    (True, False): (Cancellable, AsyncCancellable),
    (False, True): (Confirmable, AsyncConfirmable),
    (True, True): (Steerable, AsyncSteerable),
}


def _abilities(record: Record) -> tuple[bool, bool]:
    return record.kind.cancel is not None, "confirm" in record.kind.actions
