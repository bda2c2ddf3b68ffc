"""`client.tasks`: submit, resume, recover, and wait for several tasks; and its creation from a client's options."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from attrs import frozen

from ..deadline import Deadline
from ..errors import InvalidArgumentError, describe
from ..security import Api
from ..transport.async_driver import AsyncDriver
from ..transport.config import ClientConfig
from ..transport.download_transport import AsyncDownloadTransport, SyncDownloadTransport
from ..transport.sync_driver import SyncDriver
from .definition import Submission
from .download.links import check_host
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
    """Outcome of a wait for several tasks. Each task is in one of the three members."""

    done: Sequence[T]
    """Tasks that have succeeded or had nothing to do: `result` returns for them."""

    pending: Sequence[T]
    """Tasks that have not ended."""

    failed: Mapping[TaskRef, TaskError]
    """Errors of the other tasks: what `result` raises for them."""


class _TaskCollection:
    """Members that are the same for `Tasks` and `AsyncTasks`."""

    def __init__(self, registry: TaskRegistry, runner: Any) -> None:
        self._registry = registry
        self._runner = runner

    def stats(self) -> Mapping[str, int]:
        """Return counts since the client was created.

        `polls` and `requests` were made for `waits` waits. If each wait had polled for itself, there would have been
        `served` polls; `saved` is the difference.
        """
        return self._registry.stats()

    def _deadline(self, timeout: float | None) -> Deadline:
        return wait_deadline(self._registry.config.clock, timeout)

    def _own(self, tasks: Collection[H]) -> tuple[H, ...]:
        """Return the tasks as a tuple.

        Raises:
            InvalidArgumentError: one of them is not a task of this client.
        """
        found = tuple(tasks)
        for task in found:
            if not isinstance(task, BaseTaskHandle):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise InvalidArgumentError(f"tasks: expected task handles, got {describe(task)}")
            if not task.belongs_to(self._registry):
                raise InvalidArgumentError(
                    f"tasks: {task.ref} belongs to another client; resume its token with this one"
                )
        return found

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._registry.config.origin}>"


class Tasks(_TaskCollection):
    """All tasks of a client (`client.tasks`). Safe for many threads."""

    _runner: SyncRunner

    def close(self) -> None:
        """End all waits with ClientClosedError. Called when the client is closed."""
        self._runner.close()

    def begin(
        self,
        submission: Submission[M, R],
        *arguments: object,
        body: object = None,
        idempotency_key: str | None = None,
        restart: bool = False,
        options: CallOptions | None = None,
    ) -> TaskHandle[M, R]:
        """Begin a task and return its handle. The generated `begin_...` functions call this method.

        Args:
            submission: Operation that begins the task.
            arguments: Arguments of the operation.
            body: Body of the operation.
            idempotency_key: Key of this submission. A second call with the key returns the task of the first one.
            restart: Begin another task if the one of the key failed or was cancelled; it is polled if that is unknown.
            options: Options of the client view that was called; None: those of the client.

        Raises:
            InvalidArgumentError: the arguments are invalid, or the key belongs to another request; nothing was sent.
            TaskFailedError, TaskCancelledError: the task of the key is known to have ended so, and `restart` is False.
            ApiError: the server refused the request.
            SubmissionUnknownError: it is unknown if the task was begun; nothing was sent twice.
            JournalError: the journal cannot be written; with `ref`, the task was begun.
        """
        state = self._runner.run(
            begin(self._registry, submission, arguments, body, idempotency_key, options, restart=restart)
        )
        return make_handle(self._registry, self._runner, state)

    def resume(self, resume_token: TaskRef | str) -> TaskHandle[Any, Any]:
        """Return the handle of a task that was begun earlier, here or elsewhere. Sends nothing.

        Args:
            resume_token: The task's token (see `TaskHandle.resume_token`) or its `TaskRef`.

        Raises:
            InvalidArgumentError: the token is invalid, or belongs to another API.
        """
        return make_handle(self._registry, self._runner, self._registry.resume(resume_token))

    def recover(self, *, settle: float | None = None, on_unknown: OnUnknown = "keep") -> Sequence[TaskHandle[Any, Any]]:
        """Hold and return the open tasks of the journal that no other process holds, for example after a crash.

        A task is held until its handles are dropped or the client is closed; `from_journal` returns all and holds none.
        For submissions of unknown outcome, the list of tasks is read once. Nothing is submitted again. Submissions
        that stay unknown stay in the journal; see `unresolved`.

        Args:
            settle: Seconds after a submission before the list is read; None: the spec's value.
            on_unknown: "raise" raises for the first submission that stays unknown, "keep" leaves it out.

        Raises:
            SubmissionUnknownError: a submission stays unknown and `on_unknown` is "raise".
            JournalError: the journal cannot be read.
        """
        flow = submit.recover(self._registry, settle, on_unknown)
        return [make_handle(self._registry, self._runner, state) for state in self._runner.run(flow)]

    def from_journal(self) -> Sequence[TaskHandle[Any, Any]]:
        """Return the handles of all open tasks in the journal, also of those that another process holds.

        For a process that polls or lists tasks which others begin: it takes none from them and sends nothing. A
        submission of unknown outcome has no task yet; see `recover`.

        Raises:
            JournalError: the journal cannot be read.
        """
        states = self._runner.run(submit.from_journal(self._registry))
        return [make_handle(self._registry, self._runner, state) for state in states]

    def unresolved(self) -> Sequence[SubmissionUnknownError]:
        """Return the journal's submissions of unknown outcome, for `resolve` or `discard`. Sends nothing."""
        return self._runner.run(submit.unresolved(self._registry))

    def resolve(self, key: str, candidate: TaskRef | str) -> TaskHandle[Any, Any]:
        """Record the task that a submission of unknown outcome began, and return its handle. Sends nothing.

        Args:
            key: `SubmissionUnknownError.key`.
            candidate: One of `SubmissionUnknownError.candidates`, or its token.

        Raises:
            InvalidArgumentError: the journal has no submission with this key.
        """
        state = self._registry.resume(candidate)
        self._runner.run(submit.resolve(self._registry, key, state))
        return make_handle(self._registry, self._runner, state)

    def discard(self, key: str) -> None:
        """Remove a submission from the journal, because it began no task, failed or is irrelevant. It frees the key.

        Raises:
            InvalidArgumentError: the journal has no submission with this key.
        """
        self._runner.run(submit.discard(self._registry, key))

    def wait_any(self, tasks: Collection[S], *, timeout: float | None) -> WaitResult[S]:
        """Wait until one of the tasks has ended or needs input, or until `timeout` seconds have passed.

        Errors of tasks are in `WaitResult.failed`; they are not raised.

        Raises:
            InvalidArgumentError: one of the tasks does not belong to this client; nothing was sent.
        """
        return self._gather(tasks, timeout, any_ended)

    def wait_all(self, tasks: Collection[S], *, timeout: float | None, fail_fast: bool = False) -> WaitResult[S]:
        """Wait until all of the tasks have ended or need input, or until `timeout` seconds have passed.

        Errors of tasks are in `WaitResult.failed`; they are not raised. With `fail_fast`, the first error ends the
        wait.

        Raises:
            InvalidArgumentError: one of the tasks does not belong to this client; nothing was sent.
        """
        return self._gather(tasks, timeout, all_ended_or_one_failed if fail_fast else all_ended)

    def as_completed(self, tasks: Collection[S], *, timeout: float | None) -> Iterator[S]:
        """Yield each task as soon as it has ended, has an error or needs input.

        Raises:
            TaskTimeoutError: `timeout` seconds have passed and some tasks have not ended.
        """
        deadline, owned = self._deadline(timeout), self._own(tasks)
        return self._completed(wait_group(self._registry, deadline, [task.state for task in owned]), owned)

    def _completed(self, group: WaitGroup, tasks: Collection[S]) -> Iterator[S]:
        while group.cursors:
            ended = self._runner.run(next_ended(group))
            yield from (task for task in tasks if task.state in ended)

    def poll_once(self, *, timeout: float | None = REFRESH_TIMEOUT) -> Sequence[TaskSnapshot[Any]]:
        """Poll all tasks that have a live handle once, and return their snapshots; for cron jobs and schedulers.

        A task that the poll did not reach in time, or did not find, keeps its last snapshot; without one it is left
        out.

        Raises:
            PollingError: polls are refused for all tasks.
        """
        states = self._registry.live_states()
        self._runner.run(wait_for_polls(states, self._deadline(timeout), self._registry.poll))
        return _snapshots(states)

    def _gather(self, tasks: Collection[S], timeout: float | None, enough: IsEnough) -> WaitResult[S]:
        deadline, owned = self._deadline(timeout), self._own(tasks)
        group = wait_group(self._registry, deadline, [task.state for task in owned])
        return _wait_result(owned, self._runner.run(wait_for_enough(group, enough)))


class AsyncTasks(_TaskCollection):
    """Async twin of `Tasks`, for one event loop."""

    _runner: AsyncRunner

    async def aclose(self) -> None:
        """Async twin of `Tasks.close`."""
        await self._runner.aclose()

    async def begin(
        self,
        submission: Submission[M, R],
        *arguments: object,
        body: object = None,
        idempotency_key: str | None = None,
        restart: bool = False,
        options: CallOptions | None = None,
    ) -> AsyncTaskHandle[M, R]:
        """Async twin of `Tasks.begin`."""
        state = await self._runner.run(
            begin(self._registry, submission, arguments, body, idempotency_key, options, restart=restart)
        )
        return make_async_handle(self._registry, self._runner, state)

    def resume(self, resume_token: TaskRef | str) -> AsyncTaskHandle[Any, Any]:
        """Same as `Tasks.resume`. Not a coroutine, because it sends nothing."""
        return make_async_handle(self._registry, self._runner, self._registry.resume(resume_token))

    async def recover(
        self, *, settle: float | None = None, on_unknown: OnUnknown = "keep"
    ) -> Sequence[AsyncTaskHandle[Any, Any]]:
        """Async twin of `Tasks.recover`."""
        states = await self._runner.run(submit.recover(self._registry, settle, on_unknown))
        return [make_async_handle(self._registry, self._runner, state) for state in states]

    async def from_journal(self) -> Sequence[AsyncTaskHandle[Any, Any]]:
        """Async twin of `Tasks.from_journal`."""
        states = await self._runner.run(submit.from_journal(self._registry))
        return [make_async_handle(self._registry, self._runner, state) for state in states]

    async def unresolved(self) -> Sequence[SubmissionUnknownError]:
        """Async twin of `Tasks.unresolved`."""
        return await self._runner.run(submit.unresolved(self._registry))

    async def resolve(self, key: str, candidate: TaskRef | str) -> AsyncTaskHandle[Any, Any]:
        """Async twin of `Tasks.resolve`."""
        state = self._registry.resume(candidate)
        await self._runner.run(submit.resolve(self._registry, key, state))
        return make_async_handle(self._registry, self._runner, state)

    async def discard(self, key: str) -> None:
        """Async twin of `Tasks.discard`."""
        await self._runner.run(submit.discard(self._registry, key))

    async def wait_any(self, tasks: Collection[A], *, timeout: float | None) -> WaitResult[A]:
        """Async twin of `Tasks.wait_any`."""
        return await self._gather(tasks, timeout, any_ended)

    async def wait_all(self, tasks: Collection[A], *, timeout: float | None, fail_fast: bool = False) -> WaitResult[A]:
        """Async twin of `Tasks.wait_all`."""
        return await self._gather(tasks, timeout, all_ended_or_one_failed if fail_fast else all_ended)

    def as_completed(self, tasks: Collection[A], *, timeout: float | None) -> AsyncIterator[A]:
        """Async twin of `Tasks.as_completed`."""
        deadline, owned = self._deadline(timeout), self._own(tasks)
        return self._completed(wait_group(self._registry, deadline, [task.state for task in owned]), owned)

    async def _completed(self, group: WaitGroup, tasks: Collection[A]) -> AsyncIterator[A]:
        while group.cursors:
            ended = await self._runner.run(next_ended(group))
            for task in tasks:
                if task.state in ended:
                    yield task

    async def poll_once(self, *, timeout: float | None = REFRESH_TIMEOUT) -> Sequence[TaskSnapshot[Any]]:
        """Async twin of `Tasks.poll_once`."""
        states = self._registry.live_states()
        await self._runner.run(wait_for_polls(states, self._deadline(timeout), self._registry.poll))
        return _snapshots(states)

    async def _gather(self, tasks: Collection[A], timeout: float | None, enough: IsEnough) -> WaitResult[A]:
        deadline, owned = self._deadline(timeout), self._own(tasks)
        group = wait_group(self._registry, deadline, [task.state for task in owned])
        return _wait_result(owned, await self._runner.run(wait_for_enough(group, enough)))


def _wait_result(tasks: Collection[H], found: EndedTasks) -> WaitResult[H]:
    ended = {state.ref: failure for state, failure in found.items()}
    return WaitResult(
        tuple(task for task in tasks if task.ref in ended and ended[task.ref] is None),
        tuple(task for task in tasks if task.ref not in ended),
        {ref: failure for ref, failure in ended.items() if failure is not None},
    )


def _snapshots(states: Collection[TaskState]) -> list[TaskSnapshot[Any]]:
    return [snapshot for state in states if (snapshot := state.snapshot) is not None]


# -- Creation from the options of a client


def create_tasks(
    driver: SyncDriver,
    config: ClientConfig,
    api: Api,
    submissions: tuple[Submission[Any, Any], ...],
    options: ClientOptions,
) -> Tasks:
    """Return the tasks of a client.

    Raises:
        InvalidArgumentError: an option is invalid.
    """
    private = options.get("allow_private_downloads", False)
    transport = SyncDownloadTransport(options.get("download_client"), allow_private=private)
    registry = _task_registry(config, api, submissions, options)
    return Tasks(registry, SyncRunner(driver, registry, transport))


def create_async_tasks(
    driver: AsyncDriver,
    config: ClientConfig,
    api: Api,
    submissions: tuple[Submission[Any, Any], ...],
    options: AsyncClientOptions,
) -> AsyncTasks:
    """Async twin of `create_tasks`."""
    private = options.get("allow_private_downloads", False)
    transport = AsyncDownloadTransport(options.get("download_client"), allow_private=private)
    registry = _task_registry(config, api, submissions, options)
    return AsyncTasks(registry, AsyncRunner(driver, registry, transport))


def _task_registry(
    config: ClientConfig,
    api: Api,
    submissions: tuple[Submission[Any, Any], ...],
    options: ClientOptions | AsyncClientOptions,
) -> TaskRegistry:
    poll, account = options.get("poll", PollPolicy()), options.get("account", "default")
    if not isinstance(poll, PollPolicy):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"poll: expected PollPolicy(…), got {describe(poll)}")
    if not (isinstance(account, str) and account):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError("account: expected a non-empty name that is not a secret")
    hosts = _hosts(options.get("download_hosts", ()))
    journal, closes_journal = _journal(options.get("journal"), config)
    return TaskRegistry(
        config=config,
        api=api,
        submissions=submissions,
        poll=poll,
        journal=journal,
        closes_journal=closes_journal,
        account=account,
        download_hosts=hosts,
        allow_private_downloads=options.get("allow_private_downloads", False),
    )


def _journal(given: Journal | str | PathLike[str] | None, config: ClientConfig) -> tuple[Journal, bool]:
    """Return the journal, and True if the client closes it."""
    if given is None:
        return MemoryJournal(clock=config.clock), False
    if isinstance(given, Journal):
        return given, False
    if isinstance(given, str | PathLike):  # pyright: ignore[reportUnnecessaryIsInstance]
        return Journal.unopened(given, config.clock), True
    raise InvalidArgumentError(f"journal: expected a path or Journal(path), got {describe(given)}")


def _hosts(given: Collection[str]) -> tuple[str, ...]:
    hosts = tuple(given)
    if isinstance(given, str) or not all(isinstance(host, str) for host in hosts):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"download_hosts: expected a list of host names, got {describe(given)}")
    for host in hosts:
        check_host(host)
    return hosts
