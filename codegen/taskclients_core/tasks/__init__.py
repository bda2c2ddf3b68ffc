"""Tasks that run at a vendor's: started, waited for, found again after a crash, and their files fetched.

    with BoosterClient(auth=…, journal="booster.journal") as client:
        task = client.start_export_customer(ExportCustomer(…), key="2026-11-22")
        task.wait(timeout=900)
        task.download("customers.csv", timeout=3600)

`definition` and `phases` are what generated code is made of; `handles` and `group` are what callers hold. Behind them,
flows say what happens and yield effects (`waits`, `starting`, `download`), and two runners do those. `looking` decides
when to look at tasks on behalf of everybody who waits, `state` is what a look showed, `journal` what outlives the
process.

Names are imported when they are first used: a client is imported far more often than it waits.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .download.file import Download, DownloadableFile
    from .errors import (
        DownloadError,
        JournalError,
        PollError,
        SubmitUnknown,
        TaskCancelled,
        TaskError,
        TaskFailed,
        TaskLost,
        TaskNeedsInput,
        TaskPartial,
        TaskTimeout,
        UnknownStatus,
    )
    from .group import AsyncTasks, Batch, Tasks
    from .handles import (
        AsyncCancellable,
        AsyncConfirmable,
        AsyncSteerable,
        AsyncTask,
        Cancellable,
        Confirmable,
        Steerable,
        Task,
    )
    from .journal.journal import Journal
    from .phases import Phase
    from .poll import Poll
    from .ref import Ref
    from .views import Message, Progress, Step, View

_HOMES = {
    "download.file": ("Download", "DownloadableFile"),
    "errors": (
        "DownloadError",
        "JournalError",
        "PollError",
        "SubmitUnknown",
        "TaskCancelled",
        "TaskError",
        "TaskFailed",
        "TaskLost",
        "TaskNeedsInput",
        "TaskPartial",
        "TaskTimeout",
        "UnknownStatus",
    ),
    "group": ("AsyncTasks", "Batch", "Tasks"),
    "handles": (
        "AsyncCancellable",
        "AsyncConfirmable",
        "AsyncSteerable",
        "AsyncTask",
        "Cancellable",
        "Confirmable",
        "Steerable",
        "Task",
    ),
    "journal.journal": ("Journal",),
    "phases": ("Phase",),
    "poll": ("Poll",),
    "ref": ("Ref",),
    "views": ("Message", "Progress", "Step", "View"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "AsyncCancellable",
    "AsyncConfirmable",
    "AsyncSteerable",
    "AsyncTask",
    "AsyncTasks",
    "Batch",
    "Cancellable",
    "Confirmable",
    "Download",
    "DownloadError",
    "DownloadableFile",
    "Journal",
    "JournalError",
    "Message",
    "Phase",
    "Poll",
    "PollError",
    "Progress",
    "Ref",
    "Steerable",
    "Step",
    "SubmitUnknown",
    "Task",
    "TaskCancelled",
    "TaskError",
    "TaskFailed",
    "TaskLost",
    "TaskNeedsInput",
    "TaskPartial",
    "TaskTimeout",
    "Tasks",
    "UnknownStatus",
    "View",
]


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{home}", __name__), name)
