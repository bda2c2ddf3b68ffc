"""Asynchronous tasks: submit, wait, watch, recover after a crash, and download the result.

    with BoosterClient(auth=…, journal="booster.journal") as client:
        task = client.begin_export_customer(ExportCustomer(…), idempotency_key="2026-11-22")
        task.wait(timeout=900)
        task.download("customers.csv", timeout=3600)

Generated code consists of the classes in `definition`. Callers use `handles` (one task) and `collection` (all tasks
of a client, `client.tasks`). Both run flows: generators that yield effects (`waiters`, `submission`, `download`).
`runners` performs the effects, on the calling thread or in the event loop. `polling` decides when to poll for all
waiters together, `state` holds the result of the last poll of a task, `task_registry` holds the states of a client,
and `journal` keeps submissions beyond the life of the process.

Names are imported on first use, because most programs that import a client never wait for a task.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .collection import AsyncTasks, Tasks, WaitResult
    from .definition import Phase
    from .download.links import DownloadableFile, DownloadResult
    from .errors import (
        DownloadError,
        JournalError,
        PollingError,
        SubmissionUnknownError,
        TaskCancelledError,
        TaskError,
        TaskFailedError,
        TaskInputRequiredError,
        TaskLostError,
        TaskPartialError,
        TaskTimeoutError,
        UnknownStatusError,
    )
    from .handles import (
        AsyncCancellableTaskHandle,
        AsyncConfirmableTaskHandle,
        AsyncTaskHandle,
        CancellableTaskHandle,
        ConfirmableTaskHandle,
        TaskHandle,
    )
    from .journal.journal import Journal
    from .polling.policy import PollPolicy
    from .snapshot import Message, Progress, Step, TaskRef, TaskSnapshot

_HOMES = {
    "collection": ("AsyncTasks", "Tasks", "WaitResult"),
    "definition": ("Phase",),
    "download.links": ("DownloadResult", "DownloadableFile"),
    "errors": (
        "DownloadError",
        "JournalError",
        "PollingError",
        "SubmissionUnknownError",
        "TaskCancelledError",
        "TaskError",
        "TaskFailedError",
        "TaskInputRequiredError",
        "TaskLostError",
        "TaskPartialError",
        "TaskTimeoutError",
        "UnknownStatusError",
    ),
    "handles": (
        "AsyncCancellableTaskHandle",
        "AsyncConfirmableTaskHandle",
        "AsyncTaskHandle",
        "CancellableTaskHandle",
        "ConfirmableTaskHandle",
        "TaskHandle",
    ),
    "journal.journal": ("Journal",),
    "polling.policy": ("PollPolicy",),
    "snapshot": ("Message", "Progress", "Step", "TaskRef", "TaskSnapshot"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AsyncCancellableTaskHandle",
    "AsyncConfirmableTaskHandle",
    "AsyncTaskHandle",
    "AsyncTasks",
    "CancellableTaskHandle",
    "ConfirmableTaskHandle",
    "DownloadError",
    "DownloadResult",
    "DownloadableFile",
    "Journal",
    "JournalError",
    "Message",
    "Phase",
    "PollPolicy",
    "PollingError",
    "Progress",
    "Step",
    "SubmissionUnknownError",
    "TaskCancelledError",
    "TaskError",
    "TaskFailedError",
    "TaskHandle",
    "TaskInputRequiredError",
    "TaskLostError",
    "TaskPartialError",
    "TaskRef",
    "TaskSnapshot",
    "TaskTimeoutError",
    "Tasks",
    "UnknownStatusError",
    "WaitResult",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{home}", __name__), name)
