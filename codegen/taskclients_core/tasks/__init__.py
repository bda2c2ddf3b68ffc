"""Tasks that run at a vendor's: started, waited for, found again after a crash, and their files fetched.

    with BoosterClient(auth=…, journal="booster.journal") as client:
        task = client.begin_export_customer(ExportCustomer(…), key="2026-11-22")
        task.wait(timeout=900)
        task.download("customers.csv", timeout=3600)

`definition` and `phases` are what generated code is made of; `handles` and `group` are what callers hold. Behind them,
flows say what happens and yield effects (`waits`, `submission`, `download`), and two runners do those. `looking`
decides when to look at tasks on behalf of everybody who waits, `state` is what a look showed, `journal` what outlives
the process.

Names are imported when they are first used: a client is imported far more often than it waits.
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
        AsyncCancellableConfirmableTaskHandle,
        AsyncCancellableTaskHandle,
        AsyncConfirmableTaskHandle,
        AsyncTaskHandle,
        CancellableConfirmableTaskHandle,
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
        "AsyncCancellableConfirmableTaskHandle",
        "AsyncCancellableTaskHandle",
        "AsyncConfirmableTaskHandle",
        "AsyncTaskHandle",
        "CancellableConfirmableTaskHandle",
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
    "AsyncCancellableConfirmableTaskHandle",
    "AsyncCancellableTaskHandle",
    "AsyncConfirmableTaskHandle",
    "AsyncTaskHandle",
    "AsyncTasks",
    "CancellableConfirmableTaskHandle",
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
