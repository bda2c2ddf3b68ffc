"""Task handles, synchronous and asynchronous, as returned by `begin_...` and `client.tasks`.

A handle is a cheap view of a `TaskState`: all handles of a task share its state and its polls.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, TypeVar, cast

from ..deadline import Deadline
from ..effects import RunBlocking, TaskFlow
from ..errors import InvalidArgumentError, describe
from ..events import is_sync_callable
from . import waiters
from .definition import Phase, TaskType
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
    "AsyncCancellableTaskHandle",
    "AsyncConfirmableTaskHandle",
    "AsyncTaskHandle",
    "BaseTaskHandle",
    "CancellableTaskHandle",
    "ConfirmableTaskHandle",
    "TaskHandle",
    "make_async_handle",
    "make_handle",
]

M_co = TypeVar("M_co", covariant=True)
R_co = TypeVar("R_co", covariant=True)

REFRESH_TIMEOUT = 30.0
"""Default timeout of `refresh`, `cancel` and `confirm`, in seconds."""


class BaseTaskHandle(Generic[M_co, R_co]):
    """Members of a handle that send nothing, the same for `TaskHandle` and `AsyncTaskHandle`."""

    def __init__(self, registry: TaskRegistry, runner: Any, state: TaskState) -> None:
        self._registry = registry
        self._runner = runner
        self.state = state
        """State that all handles of the task share."""

    @property
    def ref(self) -> TaskRef:
        """Vendor, type, id and scope of the task."""
        return self.state.ref

    @property
    def last(self) -> TaskSnapshot[M_co] | None:
        """The last snapshot; None before the first poll. Sends nothing."""
        return self.state.snapshot

    def resume_token(self) -> str:
        """Return `ref` as text, for `client.tasks.resume` in this process or another one.

        Raises:
            InvalidArgumentError: id and scope are too long for a token.
        """
        return self.state.ref.resume_token()

    def __repr__(self) -> str:
        phase = "not polled" if self.state.snapshot is None else self.state.snapshot.phase
        return f"<{type(self).__name__} {self.state.ref}: {phase}>"

    def belongs_to(self, registry: TaskRegistry) -> bool:
        """Return True if the task belongs to the client of this registry."""
        return self._registry is registry

    def _deadline(self, timeout: float | None) -> Deadline:
        return wait_deadline(self._registry.config.clock, timeout)


def check_heartbeat(heartbeat: float | None) -> None:
    """Check a `heartbeat` argument. Raises InvalidArgumentError."""
    if heartbeat is not None:
        check_seconds("heartbeat", heartbeat)


def discard_task(registry: TaskRegistry, state: TaskState) -> TaskFlow[None]:
    """Remove a task from the journal."""

    def discard() -> None:
        for key in registry.open_keys(state):
            registry.journal.discard(key, state.ref)

    yield RunBlocking(discard)


class TaskHandle(BaseTaskHandle[M_co, R_co]):
    """A task: `M` is the vendor's model of it, `R` the type of its result.

    Safe for many threads. Waits of one client share their polls.
    """

    _runner: SyncRunner

    def refresh(self, *, timeout: float | None = REFRESH_TIMEOUT, max_age: float = 0.0) -> TaskSnapshot[M_co]:
        """Poll the task and return the snapshot. Concurrent callers share one poll.

        Args:
            timeout: Maximum seconds to take; None for no limit.
            max_age: Return the last snapshot without a poll if it is at most this many seconds old.

        Raises:
            InvalidArgumentError: an argument is invalid; nothing was sent.
            TaskError: as for `wait`.
        """
        flow = waiters.refresh_task(self._registry, self.state, self._deadline(timeout), max_age=max_age)
        return self._runner.run(flow)

    def wait(
        self,
        *,
        timeout: float | None,
        until: Collection[Phase] | Callable[[TaskSnapshot[M_co]], bool] = (),
        on_change: Callable[[TaskSnapshot[M_co]], Any] | None = None,
        poll: PollPolicy | None = None,
    ) -> TaskSnapshot[M_co]:
        """Wait until the task has ended or needs input; return the last snapshot.

        `wait` never raises because of how the task ended; read `snapshot.phase`, or call `result`. If the last
        snapshot says that the task needs input, `wait` polls first, because the input may have arrived since.

        Args:
            timeout: Maximum seconds to wait; None for no limit. 0 returns or raises without a request.
            until: Phases, or a function of the snapshot, that end the wait earlier.
            on_change: Called once with each snapshot that shows a change. An exception from it ends this wait only.
            poll: Polling intervals and limits for this wait; None: those of the client.

        Raises:
            InvalidArgumentError: an argument is invalid; nothing was sent.
            TaskTimeoutError: the timeout passed; the task continues.
            TaskLostError: the server no longer shows the task.
            UnknownStatusError: the task has had a status that the spec does not list for too long.
            PollingError: polls are refused or keep failing.
        """
        deadline = self._deadline(timeout)
        if on_change is not None and not is_sync_callable(on_change):
            raise InvalidArgumentError(f"on_change: expected a function that is not async, got {describe(on_change)}")
        flow = waiters.wait_for_task(self._registry, self.state, deadline, until=until, on_change=on_change, poll=poll)
        return self._runner.run(flow)

    def watch(self, *, timeout: float | None, heartbeat: float | None = None) -> Iterator[TaskSnapshot[M_co]]:
        """Yield each snapshot that shows a change, the last one when the task has ended.

        The iterator continues while the task needs input. A slow consumer misses snapshots in between, never the last.

        Args:
            timeout: Maximum seconds for the whole iteration; None for no limit.
            heartbeat: Yield the last snapshot again after this many seconds without a change; None: never.

        Raises:
            InvalidArgumentError: an argument is invalid; nothing was sent.
            TaskError: as for `wait`.
        """
        deadline = self._deadline(timeout)
        cursor = waiters.Cursor(self.state, self._registry.poll)
        check_heartbeat(heartbeat)
        return self._watch(cursor, deadline, heartbeat)

    def _watch(
        self, cursor: waiters.Cursor, deadline: Deadline, heartbeat: float | None
    ) -> Iterator[TaskSnapshot[M_co]]:
        while True:
            snapshot = self._runner.run(waiters.next_change(self._registry, cursor, deadline, heartbeat))
            if snapshot is None:
                return
            yield snapshot

    def result(self, *, timeout: float | None, partial: OnPartial = "raise") -> R_co:
        """Wait for success and return the result; None for a task that had nothing to do.

        Args:
            timeout: Maximum seconds to wait; None for no limit.
            partial: "accept" returns the result of a success with errors, "raise" raises TaskPartialError.

        Raises:
            TaskFailedError: the task failed.
            TaskPartialError: the task succeeded with errors.
            TaskCancelledError: the task was cancelled on the server.
            TaskInputRequiredError: the task waits for an answer.
            TaskError: as for `wait`.
        """
        return cast(
            "R_co", self._runner.run(wait_for_result(self._registry, self.state, self._deadline(timeout), partial))
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
        """Wait for success and download the task's file.

        The file appears at its path only when it is complete and verified. Until then, `<path>.part` holds the bytes
        received so far. An expired link is refreshed by a poll.

        Args:
            to: Path, or a file that is open for writing bytes.
            timeout: Maximum seconds for the wait and the download together; None for no limit.
            partial: "accept" downloads the file of a success with errors, "raise" raises TaskPartialError.
            resume: Continue from the `.part` file of an earlier call.
            sha256: Expected SHA-256 of the file, in hexadecimal.
            max_bytes: Maximum size of the file.
            on_bytes: Called with the number of bytes so far, and the total or None.

        Raises:
            InvalidArgumentError: an argument is invalid, such as a path that is a directory; nothing was sent.
            DownloadError: the file could not be downloaded or does not match its digest or size.
            TaskError: as for `result`.
        """
        from .download.reader import download

        flow = download(
            self._registry,
            self.state,
            to,
            self._deadline(timeout),
            partial=partial,
            resume=resume,
            sha256=sha256,
            max_bytes=max_bytes,
            on_bytes=on_bytes,
        )
        return self._runner.run(flow)

    def open(self, *, timeout: float | None, partial: OnPartial = "raise") -> AbstractContextManager[BinaryIO]:
        """Wait for success; return a context manager with the task's file, open for reading while it arrives.

        The last read verifies the file. `timeout` covers the wait and the reads.

        Raises:
            DownloadError: the file could not be downloaded or does not match its digest or size.
            TaskError: as for `result`.
        """
        from .download.reader import open_file

        return open_file(self._runner, self._registry, self.state, self._deadline(timeout), partial)

    def discard(self) -> None:
        """Remove the task from the journal, so that `recover` does not return it. The task itself continues."""
        self._runner.run(discard_task(self._registry, self.state))


class CancellableTaskHandle(TaskHandle[M_co, R_co]):
    """A task of a type that can be cancelled on the server."""

    def cancel(self, *, timeout: float | None = REFRESH_TIMEOUT) -> TaskSnapshot[M_co]:
        """Request cancellation, then poll and return the snapshot. The task may end some time later.

        Raises:
            ClientError: the request was refused or failed.
            TaskError: as for `refresh`.
        """
        return self._runner.run(run_action(self._registry, self.state, "cancel", self._deadline(timeout)))


class ConfirmableTaskHandle(TaskHandle[M_co, R_co]):
    """A task of a type that may need confirmation."""

    def confirm(self, *, timeout: float | None = REFRESH_TIMEOUT) -> TaskSnapshot[M_co]:
        """Confirm a task that needs input, then poll and return the snapshot.

        Raises:
            ClientError: the request was refused or failed.
            TaskError: as for `refresh`.
        """
        return self._runner.run(run_action(self._registry, self.state, "confirm", self._deadline(timeout)))


class AsyncTaskHandle(BaseTaskHandle[M_co, R_co]):
    """Async twin of `TaskHandle`, for one event loop."""

    _runner: AsyncRunner

    async def refresh(self, *, timeout: float | None = REFRESH_TIMEOUT, max_age: float = 0.0) -> TaskSnapshot[M_co]:
        """Async twin of `TaskHandle.refresh`."""
        flow = waiters.refresh_task(self._registry, self.state, self._deadline(timeout), max_age=max_age)
        return await self._runner.run(flow)

    async def wait(
        self,
        *,
        timeout: float | None,
        until: Collection[Phase] | Callable[[TaskSnapshot[M_co]], bool] = (),
        on_change: Callable[[TaskSnapshot[M_co]], Any] | None = None,
        poll: PollPolicy | None = None,
    ) -> TaskSnapshot[M_co]:
        """Async twin of `TaskHandle.wait`; `on_change` may be an `async def`."""
        deadline = self._deadline(timeout)
        if on_change is not None and not callable(on_change):  # pyright: ignore[reportUnnecessaryComparison]
            raise InvalidArgumentError(f"on_change: expected a function, got {describe(on_change)}")
        flow = waiters.wait_for_task(self._registry, self.state, deadline, until=until, on_change=on_change, poll=poll)
        return await self._runner.run(flow)

    def watch(self, *, timeout: float | None, heartbeat: float | None = None) -> AsyncIterator[TaskSnapshot[M_co]]:
        """Async twin of `TaskHandle.watch`."""
        deadline = self._deadline(timeout)
        cursor = waiters.Cursor(self.state, self._registry.poll)
        check_heartbeat(heartbeat)
        return self._watch(cursor, deadline, heartbeat)

    async def _watch(
        self, cursor: waiters.Cursor, deadline: Deadline, heartbeat: float | None
    ) -> AsyncIterator[TaskSnapshot[M_co]]:
        while True:
            snapshot = await self._runner.run(waiters.next_change(self._registry, cursor, deadline, heartbeat))
            if snapshot is None:
                return
            yield snapshot

    async def result(self, *, timeout: float | None, partial: OnPartial = "raise") -> R_co:
        """Async twin of `TaskHandle.result`."""
        return cast(
            "R_co",
            await self._runner.run(wait_for_result(self._registry, self.state, self._deadline(timeout), partial)),
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
        """Async twin of `TaskHandle.download`; the file is written in a thread, `on_bytes` may be an `async def`."""
        from .download.reader import download

        flow = download(
            self._registry,
            self.state,
            to,
            self._deadline(timeout),
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
        """Async twin of `TaskHandle.open`: the context manager gives the file in chunks, as they arrive."""
        from .download.reader import open_file_async

        return open_file_async(self._runner, self._registry, self.state, self._deadline(timeout), partial)

    async def discard(self) -> None:
        """Async twin of `TaskHandle.discard`."""
        await self._runner.run(discard_task(self._registry, self.state))


class AsyncCancellableTaskHandle(AsyncTaskHandle[M_co, R_co]):
    """Async twin of `CancellableTaskHandle`."""

    async def cancel(self, *, timeout: float | None = REFRESH_TIMEOUT) -> TaskSnapshot[M_co]:
        """Async twin of `CancellableTaskHandle.cancel`."""
        return await self._runner.run(run_action(self._registry, self.state, "cancel", self._deadline(timeout)))


class AsyncConfirmableTaskHandle(AsyncTaskHandle[M_co, R_co]):
    """Async twin of `ConfirmableTaskHandle`."""

    async def confirm(self, *, timeout: float | None = REFRESH_TIMEOUT) -> TaskSnapshot[M_co]:
        """Async twin of `ConfirmableTaskHandle.confirm`."""
        return await self._runner.run(run_action(self._registry, self.state, "confirm", self._deadline(timeout)))


def make_handle(registry: TaskRegistry, runner: SyncRunner, state: TaskState) -> TaskHandle[Any, Any]:
    """Return a handle of the class that fits the task's type."""
    return _handle_classes(state.task_type)[0](registry, runner, state)


def make_async_handle(registry: TaskRegistry, runner: AsyncRunner, state: TaskState) -> AsyncTaskHandle[Any, Any]:
    """Async twin of `make_handle`."""
    return _handle_classes(state.task_type)[1](registry, runner, state)


def _handle_classes(
    task_type: TaskType[Any, Any],
) -> tuple[type[TaskHandle[Any, Any]], type[AsyncTaskHandle[Any, Any]]]:
    if task_type.handles is not None:
        return task_type.handles
    if task_type.cancel is not None:
        return CancellableTaskHandle, AsyncCancellableTaskHandle
    if "confirm" in task_type.actions:
        return ConfirmableTaskHandle, AsyncConfirmableTaskHandle
    return TaskHandle, AsyncTaskHandle
