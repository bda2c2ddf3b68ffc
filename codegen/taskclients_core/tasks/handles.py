"""Task handles, synchronous and asynchronous: what `begin_...` returns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, TypeVar, cast

from ..deadline import Deadline
from ..effects import RunBlocking, TaskFlow
from ..errors import InvalidArgumentError
from ..events import is_sync_callable
from ..type_check import describe
from . import waiters
from .definition import Phase
from .polling.policy import PollPolicy, check_seconds, wait_deadline
from .waiters import OnPartial, run_action, wait_for_result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .download.links import DownloadResult
    from .runners import AsyncRunner, SyncRunner
    from .snapshot import TaskRef, TaskSnapshot
    from .state import TaskState
    from .task_registry import TaskRegistry

__all__ = [
    "REFRESH_TIMEOUT",
    "AsyncCancellableConfirmableTaskHandle",
    "AsyncCancellableTaskHandle",
    "AsyncConfirmableTaskHandle",
    "AsyncTaskHandle",
    "BaseTaskHandle",
    "CancellableConfirmableTaskHandle",
    "CancellableTaskHandle",
    "ConfirmableTaskHandle",
    "TaskHandle",
    "make_async_handle",
    "make_handle",
]

M_co = TypeVar("M_co", covariant=True)
R_co = TypeVar("R_co", covariant=True)

REFRESH_TIMEOUT = 30.0
"""Seconds that `refresh`, `cancel` and the like take at most, unless told otherwise."""


class BaseTaskHandle(Generic[M_co, R_co]):
    """What both twins know without asking anybody."""

    def __init__(self, station: TaskRegistry, runner: Any, record: TaskState) -> None:
        self._station = station
        self._runner = runner
        self.record = record
        """What all handles of the task share."""

    @property
    def ref(self) -> TaskRef:
        """Its name: vendor, kind, id and scope."""
        return self.record.ref

    @property
    def last(self) -> TaskSnapshot[M_co] | None:
        """The last look at it; None before the first. Sends nothing."""
        return self.record.snapshot

    def resume_token(self) -> str:
        """Its name as text, for `client.tasks.resume` in another process or on another day."""
        return self.record.ref.resume_token()

    def __repr__(self) -> str:
        phase = "not looked at" if self.record.snapshot is None else self.record.snapshot.phase
        return f"<{type(self).__name__} {self.record.ref}: {phase}>"

    def belongs_to(self, station: TaskRegistry) -> bool:
        """Whether it belongs to that client."""
        return self._station is station

    def _limit(self, timeout: float | None) -> Deadline:
        return wait_deadline(self._station.config.clock, timeout)


def check_heartbeat(heartbeat: float | None) -> None:
    """Raises InvalidArgument."""
    if heartbeat is not None:
        check_seconds("heartbeat", heartbeat)


def discard_task(station: TaskRegistry, record: TaskState) -> TaskFlow[None]:
    """Take a task out of the journal."""
    key, journal = record.journal_key, station.journal
    if key is not None:
        record.journal_key = None
        yield RunBlocking(lambda: journal.discard(key))


class TaskHandle(BaseTaskHandle[M_co, R_co]):
    """A task: `M` is the vendor's model of it, `R` what it results in."""

    _runner: SyncRunner

    def refresh(self, *, timeout: float | None = REFRESH_TIMEOUT, max_age: float = 0.0) -> TaskSnapshot[M_co]:
        """Look at it, unless the last look is at most `max_age` seconds old. Callers share looks.

        Raises:
            TaskError: whatever `wait` raises.
        """
        flow = waiters.refresh_task(self._station, self.record, self._limit(timeout), max_age=max_age)
        return self._runner.run(flow)

    def wait(
        self,
        *,
        timeout: float | None,
        until: Collection[Phase] | Callable[[TaskSnapshot[M_co]], bool] = (),
        on_change: Callable[[TaskSnapshot[M_co]], Any] | None = None,
        poll: PollPolicy | None = None,
    ) -> TaskSnapshot[M_co]:
        """Wait until it has ended or needs input, or is in a phase of `until`, or until that function says so.

        `on_change` gets each view that shows something new, once; what it raises ends this wait and no other. A task
        that is known to need input is looked at again first, as somebody may have answered. `watch` goes on past it.

        Raises:
            InvalidArgument: an argument cannot be so; nothing was sent.
            TaskTimeout: the time is over; the task goes on.
            TaskLost: the server does not show it any more.
            UnknownStatus: its status is a word that the spec does not know, for longer than the spec allows.
            PollError: looking at it is refused.
        """
        limit = self._limit(timeout)
        if on_change is not None and not is_sync_callable(on_change):
            raise InvalidArgumentError(
                f"on_change: expected a function that need not be awaited, got {describe(on_change)}"
            )
        flow = waiters.wait_for_task(self._station, self.record, limit, until=until, on_change=on_change, poll=poll)
        return self._runner.run(flow)

    def watch(self, *, timeout: float | None, heartbeat: float | None = None) -> Iterator[TaskSnapshot[M_co]]:
        """Each view that shows something new, until the one that shows the end; also past one that needs input.

        With `heartbeat`, the last view comes again after so many seconds without news. Whoever is slow misses views in
        between, never the last.

        Raises:
            TaskError: whatever `wait` raises.
        """
        limit = self._limit(timeout)
        watcher = waiters.Cursor(self.record, self._station.poll)
        check_heartbeat(heartbeat)
        return self._watch(watcher, limit, heartbeat)

    def _watch(self, watcher: waiters.Cursor, limit: Deadline, heartbeat: float | None) -> Iterator[TaskSnapshot[M_co]]:
        while True:
            view = self._runner.run(waiters.next_change(self._station, watcher, limit, heartbeat))
            if view is None:
                return
            yield view

    def result(self, *, timeout: float | None, partial: OnPartial = "raise") -> R_co:
        """Wait for its success, and return what it results in. A success with errors is one with `partial="accept"`.

        A task that had nothing to do results in None.

        Raises:
            TaskFailed: it ended in failure.
            TaskPartial: it succeeded, with errors.
            TaskCancelled: somebody cancelled it.
            TaskNeedsInput: it waits for an answer.
            TaskError: whatever else `wait` raises.
        """
        return cast(
            "R_co", self._runner.run(wait_for_result(self._station, self.record, self._limit(timeout), partial))
        )

    def download(
        self,
        to: str | PathLike[str] | BinaryIO,
        *,
        timeout: float | None,
        partial: OnPartial = "raise",
        resume: bool = True,
        sha256: str | None = None,
        max_bytes: int | None = None,
        on_bytes: Callable[[int, int | None], Any] | None = None,
    ) -> DownloadResult:
        """Wait for its success, and fetch its file to a path or into an open file.

        A path gets the file when it is complete and verified, not before; until then `<path>.part` holds what has
        come, and another call goes on from there (`resume`). `on_bytes` is told how many bytes there are, and how many
        there will be if that is known.

        Raises:
            InvalidArgument: the path is a directory, or the like; nothing was sent.
            DownloadError: the file could not be fetched or does not verify.
            TaskError: whatever `result` raises.
        """
        from .download.reader import download

        flow = download(
            self._station,
            self.record,
            to,
            self._limit(timeout),
            partial=partial,
            resume=resume,
            sha256=sha256,
            max_bytes=max_bytes,
            on_bytes=on_bytes,
        )
        return self._runner.run(flow)

    def open(self, *, timeout: float | None, partial: OnPartial = "raise") -> AbstractContextManager[BinaryIO]:
        """Wait for its success, and read its file while it comes: a context with a file open for reading.

        Raises:
            DownloadError: the file could not be fetched.
            TaskError: whatever `result` raises.
        """
        from .download.reader import open_file

        return open_file(self._runner, self._station, self.record, self._limit(timeout), partial)

    def discard(self) -> None:
        """Take it out of the journal: `recover` will not bring it back. The task itself goes on."""
        self._runner.run(discard_task(self._station, self.record))


class CancellableTaskHandle(TaskHandle[M_co, R_co]):
    """A task of a kind that can be cancelled at the vendor's."""

    def cancel(self, *, timeout: float | None = REFRESH_TIMEOUT) -> TaskSnapshot[M_co]:
        """Ask the vendor to cancel it, and look at it once more; it may take a while to end.

        Raises:
            ClientError: the request was refused or did not go through.
            TaskError: whatever `refresh` raises.
        """
        return self._runner.run(run_action(self._station, self.record, "cancel", self._limit(timeout)))


class ConfirmableTaskHandle(TaskHandle[M_co, R_co]):
    """A task of a kind that may ask to be confirmed."""

    def confirm(self, *, timeout: float | None = REFRESH_TIMEOUT) -> TaskSnapshot[M_co]:
        """Answer a task that needs input, and look at it once more; waits for it go on by themselves.

        Raises:
            ClientError: the request was refused or did not go through.
            TaskError: whatever `refresh` raises.
        """
        return self._runner.run(run_action(self._station, self.record, "confirm", self._limit(timeout)))


class CancellableConfirmableTaskHandle(CancellableTaskHandle[M_co, R_co], ConfirmableTaskHandle[M_co, R_co]):
    """A task of a kind that can be cancelled, and may ask to be confirmed."""


class AsyncTaskHandle(BaseTaskHandle[M_co, R_co]):
    """Async twin of `Task`."""

    _runner: AsyncRunner

    async def refresh(self, *, timeout: float | None = REFRESH_TIMEOUT, max_age: float = 0.0) -> TaskSnapshot[M_co]:
        """Async twin of `Task.refresh_task`."""
        flow = waiters.refresh_task(self._station, self.record, self._limit(timeout), max_age=max_age)
        return await self._runner.run(flow)

    async def wait(
        self,
        *,
        timeout: float | None,
        until: Collection[Phase] | Callable[[TaskSnapshot[M_co]], bool] = (),
        on_change: Callable[[TaskSnapshot[M_co]], Any] | None = None,
        poll: PollPolicy | None = None,
    ) -> TaskSnapshot[M_co]:
        """Async twin of `Task.wait`; `on_change` may be an `async def`."""
        limit = self._limit(timeout)
        if on_change is not None and not callable(on_change):  # pyright: ignore[reportUnnecessaryComparison]
            raise InvalidArgumentError(f"on_change: expected a function, got {describe(on_change)}")
        flow = waiters.wait_for_task(self._station, self.record, limit, until=until, on_change=on_change, poll=poll)
        return await self._runner.run(flow)

    def watch(self, *, timeout: float | None, heartbeat: float | None = None) -> AsyncIterator[TaskSnapshot[M_co]]:
        """Async twin of `Task.watch`."""
        limit = self._limit(timeout)
        watcher = waiters.Cursor(self.record, self._station.poll)
        check_heartbeat(heartbeat)
        return self._watch(watcher, limit, heartbeat)

    async def _watch(
        self, watcher: waiters.Cursor, limit: Deadline, heartbeat: float | None
    ) -> AsyncIterator[TaskSnapshot[M_co]]:
        while True:
            view = await self._runner.run(waiters.next_change(self._station, watcher, limit, heartbeat))
            if view is None:
                return
            yield view

    async def result(self, *, timeout: float | None, partial: OnPartial = "raise") -> R_co:
        """Async twin of `Task.wait_for_result`."""
        return cast(
            "R_co", await self._runner.run(wait_for_result(self._station, self.record, self._limit(timeout), partial))
        )

    async def download(
        self,
        to: str | PathLike[str] | BinaryIO,
        *,
        timeout: float | None,
        partial: OnPartial = "raise",
        resume: bool = True,
        sha256: str | None = None,
        max_bytes: int | None = None,
        on_bytes: Callable[[int, int | None], Any] | None = None,
    ) -> DownloadResult:
        """Async twin of `Task.download`; files are written in a thread, `on_bytes` may be an `async def`."""
        from .download.reader import download

        flow = download(
            self._station,
            self.record,
            to,
            self._limit(timeout),
            partial=partial,
            resume=resume,
            sha256=sha256,
            max_bytes=max_bytes,
            on_bytes=on_bytes,
        )
        return await self._runner.run(flow)

    def open(
        self, *, timeout: float | None, partial: OnPartial = "raise"
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Async twin of `Task.open`: a context with the pieces of the file, as they come."""
        from .download.reader import open_file_async

        return open_file_async(self._runner, self._station, self.record, self._limit(timeout), partial)

    async def discard(self) -> None:
        """Async twin of `Task.discard`."""
        await self._runner.run(discard_task(self._station, self.record))


class AsyncCancellableTaskHandle(AsyncTaskHandle[M_co, R_co]):
    """Async twin of `CancellableTaskHandle`."""

    async def cancel(self, *, timeout: float | None = REFRESH_TIMEOUT) -> TaskSnapshot[M_co]:
        """Async twin of `CancellableTaskHandle.cancel`."""
        return await self._runner.run(run_action(self._station, self.record, "cancel", self._limit(timeout)))


class AsyncConfirmableTaskHandle(AsyncTaskHandle[M_co, R_co]):
    """Async twin of `ConfirmableTaskHandle`."""

    async def confirm(self, *, timeout: float | None = REFRESH_TIMEOUT) -> TaskSnapshot[M_co]:
        """Async twin of `ConfirmableTaskHandle.confirm`."""
        return await self._runner.run(run_action(self._station, self.record, "confirm", self._limit(timeout)))


class AsyncCancellableConfirmableTaskHandle(
    AsyncCancellableTaskHandle[M_co, R_co], AsyncConfirmableTaskHandle[M_co, R_co]
):
    """Async twin of `CancellableConfirmableTaskHandle`."""


def make_handle(station: TaskRegistry, runner: SyncRunner, record: TaskState) -> TaskHandle[Any, Any]:
    """The handle that fits a task's kind."""
    return _HANDLE_CLASSES[_abilities(record)][0](station, runner, record)


def make_async_handle(station: TaskRegistry, runner: AsyncRunner, record: TaskState) -> AsyncTaskHandle[Any, Any]:
    """Async twin of `make_handle`."""
    return _HANDLE_CLASSES[_abilities(record)][1](station, runner, record)


_HANDLE_CLASSES: dict[tuple[bool, bool], tuple[type[TaskHandle[Any, Any]], type[AsyncTaskHandle[Any, Any]]]] = {
    (False, False): (TaskHandle, AsyncTaskHandle),
    (True, False): (CancellableTaskHandle, AsyncCancellableTaskHandle),
    (False, True): (ConfirmableTaskHandle, AsyncConfirmableTaskHandle),
    (True, True): (CancellableConfirmableTaskHandle, AsyncCancellableConfirmableTaskHandle),
}


def _abilities(record: TaskState) -> tuple[bool, bool]:
    return record.task_type.cancel is not None, "confirm" in record.task_type.actions
