"""Errors of tasks, one tree under `ClientError`.

TaskError                   has `ref`, `last` (the last snapshot) and `resume_token`, to find the task again
├── TaskTimeoutError        the timeout passed; the task continues (also a TimeoutError)
├── TaskFailedError         the task failed
├── TaskPartialError        the task succeeded with errors; pass `partial="accept"` to accept it
├── TaskCancelledError      the task was cancelled on the server
├── TaskInputRequiredError  the task waits for an answer from a person or a program
├── TaskLostError           the server no longer shows the task
├── UnknownStatusError      the task has had a status that the spec does not list for too long
├── PollingError            polls are refused or keep failing; the task itself may continue
├── SubmissionUnknownError  it is unknown if the task was begun; nothing was sent twice
├── DownloadError           the file could not be downloaded
└── JournalError            the journal could not be read or written
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
    """Base class of the errors of tasks."""

    ref: TaskRef | None
    """The task; None if its id is not known."""

    last: TaskSnapshot[Any] | None
    """The last snapshot; None before the first poll, and after unpickling."""

    def __init__(self, message: str, *, ref: TaskRef | None = None, last: TaskSnapshot[Any] | None = None) -> None:
        super().__init__(message)
        self.ref = ref
        self.last = last

    def __reduce__(self) -> tuple[Any, ...]:
        restore, arguments, *rest = super().__reduce__()
        cls, args, state = arguments
        return (restore, (cls, args, {**state, "last": None}), *rest)

    @property
    def resume_token(self) -> str | None:
        """The task's token for `client.tasks.resume`; None if its id is not known."""
        return None if self.ref is None else self.ref.resume_token()


class TaskTimeoutError(TaskError, TimeoutError):
    """The timeout passed; the task continues. Wait again, or resume it later with `resume_token`."""

    waited: float
    """Seconds since the wait began."""

    def __init__(
        self, message: str, *, ref: TaskRef | None = None, last: TaskSnapshot[Any] | None = None, waited: float = 0.0
    ) -> None:
        super().__init__(message, ref=ref, last=last)
        self.waited = waited


class _TaskEndedError(TaskError):
    """Base class of the errors that carry the vendor's messages."""

    messages: Sequence[Message]
    """Messages of the vendor about the task."""

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
    """The task failed."""


class TaskPartialError(_TaskEndedError):
    """The task succeeded with errors. Pass `partial="accept"` to accept such a success."""


class TaskCancelledError(TaskError):
    """The task was cancelled on the server. Unrelated to `asyncio.CancelledError`."""


class TaskInputRequiredError(TaskError):
    """The task waits for an answer from a person or a program."""

    actions: Sequence[str]
    """Names of the handle's methods that answer it, such as "confirm"; empty if the vendor documents none."""

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
    """The server no longer shows the task."""

    polls: int
    """Number of complete polls that did not find it."""

    def __init__(
        self, message: str, *, ref: TaskRef | None = None, last: TaskSnapshot[Any] | None = None, polls: int = 0
    ) -> None:
        super().__init__(message, ref=ref, last=last)
        self.polls = polls


class UnknownStatusError(TaskError):
    """The task has had a status that the spec does not list for too long. Another `wait` continues.

    `PollPolicy.unknown_after` sets how many seconds a wait accepts such a status.
    """

    status: str | None
    """The status as the server sent it; None if it sent none."""

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
    """Polls are refused, or have failed for `PollPolicy.error_timeout` seconds; `__cause__` is the error of the last.

    The task itself may continue. Another `wait` polls again.
    """


class SubmissionUnknownError(TaskError):
    """It is unknown if the task was begun. Nothing was sent twice.

    Pass one of `candidates` to `client.tasks.resolve(key, candidate)`, or call `client.tasks.discard(key)` if no task
    was begun.
    """

    candidates: Sequence[TaskRef]
    """Tasks that the request may have begun, newest first; at most 20.

    The message says if tasks that existed before the submission are excluded.
    """

    total: int | None
    """Number of tasks that the request may have begun; None if the list could not be read."""

    sent_at: datetime
    """Time of the submission, in UTC."""

    key: str
    """Key of the submission, for `tasks.resolve` and `tasks.discard`."""

    def __init__(
        self, message: str, *, key: str, sent_at: datetime, candidates: Sequence[TaskRef] = (), total: int | None = None
    ) -> None:
        super().__init__(message)
        self.total = total
        self.key = key
        self.sent_at = sent_at
        self.candidates = tuple(candidates)


class DownloadError(TaskError):
    """The task's file could not be downloaded."""

    written: int
    """Bytes kept in the `.part` file."""

    resumable: bool
    """True if another call may work later; `download` to a path then continues from there."""

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
    """The journal could not be read or written.

    With `ref`, the task was begun: keep `resume_token`. Without, nothing was sent.
    """
