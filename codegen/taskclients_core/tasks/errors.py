"""What goes wrong with tasks, in one tree beside that of calls: both under `ClientError`.

TaskError                      carries `ref`, `last` (the last view) and `token`: the task can be found again
├── TaskTimeout                the caller's time is over; the task goes on (also a TimeoutError)
├── TaskFailed                 the task ended in failure
├── TaskPartial                it succeeded, with errors; accepted with `partial="accept"`
├── TaskCancelled              somebody cancelled the task at the vendor's
├── TaskNeedsInput             it waits for an answer from a person or a program
├── TaskLost                   the server does not show it any more
├── UnknownStatus              its status word is one that the spec does not know, for too long
├── PollError                  looking at it is refused; the task itself may be well
├── SubmitUnknown              whether it was begun is not known; nothing was sent twice
├── DownloadError              its file could not be fetched
└── JournalError               what must be kept could not be written
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..errors import ClientError
from .snapshot import TaskRef

if TYPE_CHECKING:
    from .snapshot import Message, TaskSnapshot


class TaskError(ClientError):
    """Base of what goes wrong with tasks."""

    ref: TaskRef | None
    """The task; None while it has no id."""

    last: TaskSnapshot[Any] | None
    """The last look at it, if there was one. A pickle leaves it behind."""

    def __init__(self, message: str, *, ref: TaskRef | None = None, last: TaskSnapshot[Any] | None = None) -> None:
        super().__init__(message)
        self.ref = ref
        self.last = last

    def __reduce__(self) -> tuple[Any, ...]:
        restore, arguments, *rest = super().__reduce__()
        kind, args, state = arguments
        return (restore, (kind, args, {**state, "last": None}), *rest)

    @property
    def resume_token(self) -> str | None:
        """The task's token, for `resume`."""
        return None if self.ref is None else self.ref.resume_token()


class TaskTimeoutError(TaskError, TimeoutError):
    """The caller's time is over; the task goes on."""

    waited: float
    """Seconds."""

    def __init__(
        self, message: str, *, ref: TaskRef | None = None, last: TaskSnapshot[Any] | None = None, waited: float = 0.0
    ) -> None:
        super().__init__(message, ref=ref, last=last)
        self.waited = waited


class _TaskEndedError(TaskError):
    """An end about which the vendor may have something to say."""

    messages: Sequence[Message]
    """What the vendor says about it."""

    def __init__(
        self,
        message: str,
        *,
        ref: TaskRef | None = None,
        last: TaskSnapshot[Any] | None = None,
        messages: Sequence[Message] = (),
    ) -> None:
        super().__init__(message, ref=ref, last=last)
        self.messages = tuple(messages)


class TaskFailedError(_TaskEndedError):
    """The task ended in failure."""


class TaskPartialError(_TaskEndedError):
    """The task succeeded, with errors."""


class TaskCancelledError(TaskError):
    """Somebody cancelled the task at the vendor's. Never what Python raises in a task that is cancelled here."""


class TaskInputRequiredError(TaskError):
    """The task waits for an answer from a person or a program."""

    actions: Sequence[str]
    """Names of the handle's methods that give one; empty if no page documents any."""

    def __init__(
        self,
        message: str,
        *,
        ref: TaskRef | None = None,
        last: TaskSnapshot[Any] | None = None,
        actions: Sequence[str] = (),
    ) -> None:
        super().__init__(message, ref=ref, last=last)
        self.actions = tuple(actions)


class TaskLostError(TaskError):
    """The server does not show the task any more."""

    polls: int
    """How many complete looks did not find it."""

    def __init__(
        self, message: str, *, ref: TaskRef | None = None, last: TaskSnapshot[Any] | None = None, polls: int = 0
    ) -> None:
        super().__init__(message, ref=ref, last=last)
        self.polls = polls


class UnknownStatusError(TaskError):
    """The task's status word is one that the spec does not know. Waiting again goes on."""

    status: str | None

    def __init__(
        self,
        message: str,
        *,
        ref: TaskRef | None = None,
        last: TaskSnapshot[Any] | None = None,
        status: str | None = None,
    ) -> None:
        super().__init__(message, ref=ref, last=last)
        self.status = status


class PollingError(TaskError):
    """Looking at the task is refused, or has failed for too long; its cause says why. Waiting again looks again."""


class SubmissionUnknownError(TaskError):
    """Whether the task was begun is not known. Nothing was sent twice: the caller decides."""

    candidates: Sequence[TaskRef]
    """Tasks that may be it, the latest first; at most 20. The message says whether older tasks were left out."""

    total: int | None
    """Number of tasks that may be it; None if the list could not be read."""

    sent_at: datetime

    key: str
    """Under which the journal keeps it, if there is one; for `tasks.resolve` and `tasks.discard`."""

    def __init__(
        self, message: str, *, key: str, sent_at: datetime, candidates: Sequence[TaskRef] = (), total: int | None = None
    ) -> None:
        super().__init__(message)
        self.total = total
        self.key = key
        self.sent_at = sent_at
        self.candidates = tuple(candidates)


class DownloadError(TaskError):
    """The task's file could not be fetched."""

    written: int
    """Bytes that are kept, in the `.part` file."""

    resumable: bool
    """Whether another `download` goes on from there."""

    def __init__(
        self,
        message: str,
        *,
        ref: TaskRef | None = None,
        last: TaskSnapshot[Any] | None = None,
        written: int = 0,
        resumable: bool = False,
    ) -> None:
        super().__init__(message, ref=ref, last=last)
        self.written = written
        self.resumable = resumable


class JournalError(TaskError):
    """What must be kept could not be written or read. Before a request: nothing was sent. After it: see `token`."""
