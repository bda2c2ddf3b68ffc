"""`client.tasks`: all tasks of a client, and how they are created from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from attrs import frozen

from ..deadline import Deadline
from ..errors import InvalidArgumentError
from ..security import Api
from ..transport.async_driver import AsyncDriver
from ..transport.config import ClientConfig
from ..transport.download_transport import AsyncDownloadTransport, SyncDownloadTransport
from ..transport.sync_driver import SyncDriver
from ..type_check import describe
from .definition import Submission
from .errors import SubmissionUnknownError, TaskError
from .handles import REFRESH_TIMEOUT, AsyncTaskHandle, BaseTaskHandle, TaskHandle, make_async_handle, make_handle
from .journal.journal import Journal, MemoryJournal
from .polling.policy import PollPolicy, wait_deadline
from .runners import AsyncRunner, SyncRunner
from .snapshot import TaskRef
from .submission import submit
from .submission.submit import submit as begin
from .task_registry import TaskRegistry
from .waiters import (
    EndedTasks,
    IsEnough,
    WaitGroup,
    all_ended,
    all_ended_or_one_failed,
    any_ended,
    next_ended,
    wait_for_enough,
    wait_for_polls,
    wait_group,
)

if TYPE_CHECKING:
    from ..config import AsyncClientOptions, CallOptions, ClientOptions
    from .snapshot import TaskSnapshot
    from .state import TaskState

M = TypeVar("M")
R = TypeVar("R")
T = TypeVar("T")
H = TypeVar("H", bound="BaseTaskHandle[Any, Any]")
S = TypeVar("S", bound=TaskHandle[Any, Any])
A = TypeVar("A", bound=AsyncTaskHandle[Any, Any])

OnUnknown = Literal["keep", "raise"]


@frozen
class WaitResult(Generic[T]):
    """Where some tasks stand after a wait for them. Each is in one of the three."""

    done: Sequence[T]
    """Those that `result` would return something for."""

    pending: Sequence[T]
    failed: Mapping[TaskRef, TaskError]
    """Those for which it would raise, and what."""


class _TaskCollection:
    """What both twins know."""

    def __init__(self, station: TaskRegistry, runner: Any) -> None:
        self._station = station
        self._runner = runner

    def stats(self) -> Mapping[str, int]:
        """Counts since the client was made: looks, requests, and how many requests sharing has saved."""
        return self._station.stats()

    def _limit(self, timeout: float | None) -> Deadline:
        return wait_deadline(self._station.config.clock, timeout)

    def _own(self, tasks: Collection[H]) -> tuple[H, ...]:
        """The tasks, which must be this client's: another one has connections and credentials of its own.

        Raises:
            InvalidArgument: one of them is not.
        """
        found = tuple(tasks)
        for task in found:
            if not isinstance(task, BaseTaskHandle):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise InvalidArgumentError(f"tasks: expected handles of tasks, got {describe(task)}")
            if not task.belongs_to(self._station):
                raise InvalidArgumentError(f"tasks: {task.ref} belongs to another client; attach its token to this one")
        return found

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._station.config.origin}>"


class Tasks(_TaskCollection):
    """All tasks of a client. Safe for many threads."""

    _runner: SyncRunner

    def close(self) -> None:
        """Whoever waits gets ClientClosed; what the client does when it is closed."""
        self._runner.close()

    def begin(
        self,
        submission: Submission[M, R],
        *arguments: object,
        body: object = None,
        idempotency_key: str | None = None,
        options: CallOptions | None = None,
    ) -> TaskHandle[M, R]:
        """Begin a task; what a client's `start_…` methods do. Arguments are those of its operation.

        `choices` are the options of the client's view that was called, if it has its own.

        Raises:
            InvalidArgument: the arguments do not fit, or `key` stands for another start; nothing was sent.
            ApiError: the server refused it.
            SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
            JournalError: the journal cannot be written; with a `ref`, the task was begun.
        """
        record = self._runner.run(begin(self._station, submission, arguments, body, idempotency_key, options))
        return make_handle(self._station, self._runner, record)

    def resume(self, resume_token: TaskRef | str) -> TaskHandle[Any, Any]:
        """The handle of a task that was started before, here or elsewhere, by its name or token. Sends nothing.

        Raises:
            InvalidArgument: it is no token, or one of another API.
        """
        return make_handle(self._station, self._runner, self._station.resume(resume_token))

    def recover(self, *, settle: float | None = None, on_unknown: OnUnknown = "keep") -> Sequence[TaskHandle[Any, Any]]:
        """The tasks that the journal holds and nobody has finished with: after a crash, or in another process.

        For each start whose outcome is not known, the server is asked once, `settle` seconds after it at the earliest
        (None: what the spec says); nothing is started again. Those that stay unknown stay in the journal.

        Raises:
            SubmitUnknown: with `on_unknown="raise"`, for the first of them.
            JournalError: the journal cannot be read.
        """
        flow = submit.recover(self._station, settle, on_unknown)
        return [make_handle(self._station, self._runner, record) for record in self._runner.run(flow)]

    def unresolved(self) -> Sequence[SubmissionUnknownError]:
        """The starts in the journal whose outcome is not known: to be adopted or forgotten by their `key`."""
        return self._runner.run(submit.unresolved(self._station))

    def resolve(self, key: str, candidate: TaskRef | str) -> TaskHandle[Any, Any]:
        """Say which task it was that a start of unknown outcome began: one of `SubmissionUnknownError.candidates`."""
        record = self._station.resume(candidate)
        self._runner.run(submit.resolve(self._station, key, record))
        return make_handle(self._station, self._runner, record)

    def discard(self, key: str) -> None:
        """Say that a start of unknown outcome began nothing, or does not matter."""
        self._runner.run(submit.discard(self._station, key))

    def wait_any(self, tasks: Collection[S], *, timeout: float | None) -> WaitResult[S]:
        """Wait until at least one of them has ended, fails or needs input, or the time is over.

        What went wrong with a task is in the batch, not raised.

        Raises:
            InvalidArgument: one of them is no task of this client; nothing was sent.
        """
        return self._gather(tasks, timeout, any_ended)

    def wait_all(self, tasks: Collection[S], *, timeout: float | None, fail_fast: bool = False) -> WaitResult[S]:
        """Wait until all of them have ended, fail or need input (`fail_fast`: or one fails), or the time is over.

        What went wrong with a task is in the batch, not raised.

        Raises:
            InvalidArgument: one of them is no task of this client; nothing was sent.
        """
        return self._gather(tasks, timeout, all_ended_or_one_failed if fail_fast else all_ended)

    def as_completed(self, tasks: Collection[S], *, timeout: float | None) -> Iterator[S]:
        """Each of them as soon as it has ended, fails or needs input.

        Raises:
            TaskTimeout: the time is over for the others.
        """
        limit, known = self._limit(timeout), self._own(tasks)
        return self._completed(wait_group(self._station, limit, [task.record for task in known]), known)

    def _completed(self, group: WaitGroup, tasks: Collection[S]) -> Iterator[S]:
        while group.cursors:
            over = self._runner.run(next_ended(group))
            yield from (task for task in tasks if task.record in over)

    def poll_once(self, *, timeout: float | None = REFRESH_TIMEOUT) -> Sequence[TaskSnapshot[Any]]:
        """Look once at all tasks that somebody here holds a handle of: for cron and the like.

        A task that could not be looked at in time, or is not shown, keeps its last view, or is left out if it has none.

        Raises:
            PollError: looking is refused, for all of them.
        """
        records = self._station.live_states()
        self._runner.run(wait_for_polls(records, self._limit(timeout), self._station.poll))
        return _snapshots(records)

    def _gather(self, tasks: Collection[S], timeout: float | None, enough: IsEnough) -> WaitResult[S]:
        limit, known = self._limit(timeout), self._own(tasks)
        group = wait_group(self._station, limit, [task.record for task in known])
        return _wait_result(known, self._runner.run(wait_for_enough(group, enough)))


class AsyncTasks(_TaskCollection):
    """Async twin of `Tasks`. Safe for many tasks of one event loop."""

    _runner: AsyncRunner

    async def aclose(self) -> None:
        """Whoever waits gets ClientClosed; what the client does when it is closed."""
        await self._runner.aclose()

    async def begin(
        self,
        submission: Submission[M, R],
        *arguments: object,
        body: object = None,
        idempotency_key: str | None = None,
        options: CallOptions | None = None,
    ) -> AsyncTaskHandle[M, R]:
        """Async twin of `Tasks.start`."""
        record = await self._runner.run(begin(self._station, submission, arguments, body, idempotency_key, options))
        return make_async_handle(self._station, self._runner, record)

    def resume(self, resume_token: TaskRef | str) -> AsyncTaskHandle[Any, Any]:
        """The same as `Tasks.resume`; it sends nothing, so there is nothing to await."""
        return make_async_handle(self._station, self._runner, self._station.resume(resume_token))

    async def recover(
        self, *, settle: float | None = None, on_unknown: OnUnknown = "keep"
    ) -> Sequence[AsyncTaskHandle[Any, Any]]:
        """Async twin of `Tasks.recover`."""
        records = await self._runner.run(submit.recover(self._station, settle, on_unknown))
        return [make_async_handle(self._station, self._runner, record) for record in records]

    async def unresolved(self) -> Sequence[SubmissionUnknownError]:
        """Async twin of `Tasks.unresolved`."""
        return await self._runner.run(submit.unresolved(self._station))

    async def resolve(self, key: str, candidate: TaskRef | str) -> AsyncTaskHandle[Any, Any]:
        """Async twin of `Tasks.resolve`."""
        record = self._station.resume(candidate)
        await self._runner.run(submit.resolve(self._station, key, record))
        return make_async_handle(self._station, self._runner, record)

    async def discard(self, key: str) -> None:
        """Async twin of `Tasks.discard`."""
        await self._runner.run(submit.discard(self._station, key))

    async def wait_any(self, tasks: Collection[A], *, timeout: float | None) -> WaitResult[A]:
        """Async twin of `Tasks.wait_any`."""
        return await self._gather(tasks, timeout, any_ended)

    async def wait_all(self, tasks: Collection[A], *, timeout: float | None, fail_fast: bool = False) -> WaitResult[A]:
        """Async twin of `Tasks.wait_all`."""
        return await self._gather(tasks, timeout, all_ended_or_one_failed if fail_fast else all_ended)

    def as_completed(self, tasks: Collection[A], *, timeout: float | None) -> AsyncIterator[A]:
        """Async twin of `Tasks.as_completed`."""
        limit, known = self._limit(timeout), self._own(tasks)
        return self._completed(wait_group(self._station, limit, [task.record for task in known]), known)

    async def _completed(self, group: WaitGroup, tasks: Collection[A]) -> AsyncIterator[A]:
        while group.cursors:
            over = await self._runner.run(next_ended(group))
            for task in tasks:
                if task.record in over:
                    yield task

    async def poll_once(self, *, timeout: float | None = REFRESH_TIMEOUT) -> Sequence[TaskSnapshot[Any]]:
        """Async twin of `Tasks.poll_once`."""
        records = self._station.live_states()
        await self._runner.run(wait_for_polls(records, self._limit(timeout), self._station.poll))
        return _snapshots(records)

    async def _gather(self, tasks: Collection[A], timeout: float | None, enough: IsEnough) -> WaitResult[A]:
        limit, known = self._limit(timeout), self._own(tasks)
        group = wait_group(self._station, limit, [task.record for task in known])
        return _wait_result(known, await self._runner.run(wait_for_enough(group, enough)))


def _wait_result(tasks: Collection[H], found: EndedTasks) -> WaitResult[H]:
    over = {record.ref: failure for record, failure in found.items()}
    return WaitResult(
        tuple(task for task in tasks if task.ref in over and over[task.ref] is None),
        tuple(task for task in tasks if task.ref not in over),
        {ref: failure for ref, failure in over.items() if failure is not None},
    )


def _snapshots(records: Collection[TaskState]) -> list[TaskSnapshot[Any]]:
    return [view for record in records if (view := record.snapshot) is not None]


def create_tasks(
    driver: SyncDriver,
    setting: ClientConfig,
    api: Api,
    submits: tuple[Submission[Any, Any], ...],
    options: ClientOptions,
) -> Tasks:
    """The tasks of a client.

    Raises:
        InvalidArgument: an option cannot be so.
    """
    private = options.get("allow_private_downloads", False)
    outside = SyncDownloadTransport(options.get("download_client"), allow_private=private)
    station = _task_registry(setting, api, submits, options)
    return Tasks(station, SyncRunner(driver, station, outside))


def create_async_tasks(
    driver: AsyncDriver,
    setting: ClientConfig,
    api: Api,
    submits: tuple[Submission[Any, Any], ...],
    options: AsyncClientOptions,
) -> AsyncTasks:
    """Async twin of `create_tasks`."""
    private = options.get("allow_private_downloads", False)
    outside = AsyncDownloadTransport(options.get("download_client"), allow_private=private)
    station = _task_registry(setting, api, submits, options)
    return AsyncTasks(station, AsyncRunner(driver, station, outside))


def _task_registry(
    setting: ClientConfig,
    api: Api,
    submits: tuple[Submission[Any, Any], ...],
    options: ClientOptions | AsyncClientOptions,
) -> TaskRegistry:
    poll, account = options.get("poll", PollPolicy()), options.get("account", "default")
    if not isinstance(poll, PollPolicy):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"poll: expected Poll(…), got {describe(poll)}")
    if not (isinstance(account, str) and account):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError("account: expected a name, which is no secret")
    hosts = _hosts(options.get("download_hosts", ()))
    # The last option that can be refused: from here on the client closes what it has opened.
    journal, closes_journal = _journal(options.get("journal"), setting)
    return TaskRegistry(
        config=setting,
        api=api,
        submissions=submits,
        poll=poll,
        journal=journal,
        closes_journal=closes_journal,
        account=account,
        download_hosts=hosts,
        allow_private_downloads=options.get("allow_private_downloads", False),
    )


def _journal(given: Journal | str | PathLike[str] | None, setting: ClientConfig) -> tuple[Journal, bool]:
    """The journal, and whether the client closes it."""
    if given is None:
        return MemoryJournal(clock=setting.clock), False
    if isinstance(given, Journal):
        return given, False
    if isinstance(given, str | PathLike):  # pyright: ignore[reportUnnecessaryIsInstance]
        return Journal(given, clock=setting.clock), True
    raise InvalidArgumentError(f"journal: expected a path or Journal(path), got {describe(given)}")


def _hosts(given: Collection[str]) -> tuple[str, ...]:
    hosts = tuple(given)
    if isinstance(given, str) or not all(isinstance(host, str) for host in hosts):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"download_hosts: expected names of hosts in a list, got {describe(given)}")
    return hosts
