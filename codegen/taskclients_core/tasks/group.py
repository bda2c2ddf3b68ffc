"""All tasks of a client: `client.tasks`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from attrs import frozen

from ..errors import InvalidArgument
from ..exchange.deadline import Deadline
from .errors import SubmitUnknown, TaskError
from .given import named
from .handles import REFRESH_TIMEOUT, AsyncTask, Handle, Task, async_handle, handle
from .poll import wait_deadline
from .ref import Ref
from .starting import recovery
from .starting.submitting import submit as begin
from .waits.gathering import Ended, Enough, Waited, ended, every, every_or_failed, gathered, looked_at, one, waited

if TYPE_CHECKING:
    from ..options import Choices
    from .async_runner import AsyncRunner
    from .definition import Submit
    from .state.record import Record
    from .station import Station
    from .sync_runner import SyncRunner
    from .views import View

M = TypeVar("M")
R = TypeVar("R")
T = TypeVar("T")
H = TypeVar("H", bound="Handle[Any, Any]")
S = TypeVar("S", bound=Task[Any, Any])
A = TypeVar("A", bound=AsyncTask[Any, Any])

OnUnknown = Literal["keep", "raise"]


@frozen
class Batch(Generic[T]):
    """Where some tasks stand after a wait for them. Each is in one of the three."""

    done: Sequence[T]
    """Those that `result` would return something for."""

    pending: Sequence[T]
    failed: Mapping[Ref, TaskError]
    """Those for which it would raise, and what."""


class _Group:
    """What both twins know."""

    def __init__(self, station: Station, runner: Any) -> None:
        self._station = station
        self._runner = runner

    def stats(self) -> Mapping[str, int]:
        """Counts since the client was made: looks, requests, and how many requests sharing has saved."""
        return self._station.stats()

    def _limit(self, timeout: float | None) -> Deadline:
        return wait_deadline(self._station.setting.clock, timeout)

    def _own(self, tasks: Collection[H]) -> tuple[H, ...]:
        """The tasks, which must be this client's: another one has connections and credentials of its own.

        Raises:
            InvalidArgument: one of them is not.
        """
        found = tuple(tasks)
        for task in found:
            if not isinstance(task, Handle):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise InvalidArgument(f"tasks: expected handles of tasks, got {named(task)}")
            if not task.of(self._station):
                raise InvalidArgument(f"tasks: {task.ref} belongs to another client; attach its token to this one")
        return found

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._station.setting.origin}>"


class Tasks(_Group):
    """All tasks of a client. Safe for many threads."""

    _runner: SyncRunner

    def close(self) -> None:
        """Whoever waits gets ClientClosed; what the client does when it is closed."""
        self._runner.close()

    def start(
        self,
        submit: Submit[M, R],
        *arguments: object,
        body: object = None,
        key: str | None = None,
        choices: Choices | None = None,
    ) -> Task[M, R]:
        """Begin a task; what a client's `start_…` methods do. Arguments are those of its operation.

        `choices` are the options of the client's view that was called, if it has its own.

        Raises:
            InvalidArgument: the arguments do not fit, or `key` stands for another start; nothing was sent.
            ApiError: the server refused it.
            SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
            JournalError: the journal cannot be written; with a `ref`, the task was begun.
        """
        record = self._runner.run(begin(self._station, submit, arguments, body, key, choices))
        return handle(self._station, self._runner, record)

    def attach(self, ref: Ref | str) -> Task[Any, Any]:
        """The handle of a task that was started before, here or elsewhere, by its name or token. Sends nothing.

        Raises:
            InvalidArgument: it is no token, or one of another API.
        """
        return handle(self._station, self._runner, self._station.attach(ref))

    def recover(self, *, settle: float | None = None, on_unknown: OnUnknown = "keep") -> Sequence[Task[Any, Any]]:
        """The tasks that the journal holds and nobody has finished with: after a crash, or in another process.

        For each start whose outcome is not known, the server is asked once, `settle` seconds after it at the earliest
        (None: what the spec says); nothing is started again. Those that stay unknown stay in the journal.

        Raises:
            SubmitUnknown: with `on_unknown="raise"`, for the first of them.
            JournalError: the journal cannot be read.
        """
        flow = recovery.recover(self._station, settle, on_unknown)
        return [handle(self._station, self._runner, record) for record in self._runner.run(flow)]

    def doubts(self) -> Sequence[SubmitUnknown]:
        """The starts in the journal whose outcome is not known: to be adopted or forgotten by their `key`."""
        return self._runner.run(recovery.doubts(self._station))

    def adopt(self, key: str, ref: Ref | str) -> Task[Any, Any]:
        """Say which task it was that a start of unknown outcome began: one of `SubmitUnknown.candidates`."""
        record = self._station.attach(ref)
        self._runner.run(recovery.adopt(self._station, key, record))
        return handle(self._station, self._runner, record)

    def forget(self, key: str) -> None:
        """Say that a start of unknown outcome began nothing, or does not matter."""
        self._runner.run(recovery.forget(self._station, key))

    def wait_any(self, tasks: Collection[S], *, timeout: float | None) -> Batch[S]:
        """Wait until at least one of them has ended, fails or needs input, or the time is over.

        What went wrong with a task is in the batch, not raised.

        Raises:
            InvalidArgument: one of them is no task of this client; nothing was sent.
        """
        return self._gather(tasks, timeout, one)

    def wait_all(self, tasks: Collection[S], *, timeout: float | None, fail_fast: bool = False) -> Batch[S]:
        """Wait until all of them have ended, fail or need input (`fail_fast`: or one fails), or the time is over.

        What went wrong with a task is in the batch, not raised.

        Raises:
            InvalidArgument: one of them is no task of this client; nothing was sent.
        """
        return self._gather(tasks, timeout, every_or_failed if fail_fast else every)

    def as_completed(self, tasks: Collection[S], *, timeout: float | None) -> Iterator[S]:
        """Each of them as soon as it has ended, fails or needs input.

        Raises:
            TaskTimeout: the time is over for the others.
        """
        limit, known = self._limit(timeout), self._own(tasks)
        return self._completed(waited(self._station, limit, [task.record for task in known]), known)

    def _completed(self, group: Waited, tasks: Collection[S]) -> Iterator[S]:
        while group.watchers:
            over = self._runner.run(ended(group))
            yield from (task for task in tasks if task.record in over)

    def once(self, *, timeout: float | None = REFRESH_TIMEOUT) -> Sequence[View[Any]]:
        """Look once at all tasks that somebody here holds a handle of: for cron and the like.

        A task that could not be looked at in time, or is not shown, keeps its last view, or is left out if it has none.

        Raises:
            PollError: looking is refused, for all of them.
        """
        records = self._station.held()
        self._runner.run(looked_at(records, self._limit(timeout), self._station.poll))
        return _views(records)

    def _gather(self, tasks: Collection[S], timeout: float | None, enough: Enough) -> Batch[S]:
        limit, known = self._limit(timeout), self._own(tasks)
        group = waited(self._station, limit, [task.record for task in known])
        return _batch(known, self._runner.run(gathered(group, enough)))


class AsyncTasks(_Group):
    """Async twin of `Tasks`. Safe for many tasks of one event loop."""

    _runner: AsyncRunner

    async def aclose(self) -> None:
        """Whoever waits gets ClientClosed; what the client does when it is closed."""
        await self._runner.aclose()

    async def start(
        self,
        submit: Submit[M, R],
        *arguments: object,
        body: object = None,
        key: str | None = None,
        choices: Choices | None = None,
    ) -> AsyncTask[M, R]:
        """Async twin of `Tasks.start`."""
        record = await self._runner.run(begin(self._station, submit, arguments, body, key, choices))
        return async_handle(self._station, self._runner, record)

    def attach(self, ref: Ref | str) -> AsyncTask[Any, Any]:
        """The same as `Tasks.attach`; it sends nothing, so there is nothing to await."""
        return async_handle(self._station, self._runner, self._station.attach(ref))

    async def recover(
        self, *, settle: float | None = None, on_unknown: OnUnknown = "keep"
    ) -> Sequence[AsyncTask[Any, Any]]:
        """Async twin of `Tasks.recover`."""
        records = await self._runner.run(recovery.recover(self._station, settle, on_unknown))
        return [async_handle(self._station, self._runner, record) for record in records]

    async def doubts(self) -> Sequence[SubmitUnknown]:
        """Async twin of `Tasks.doubts`."""
        return await self._runner.run(recovery.doubts(self._station))

    async def adopt(self, key: str, ref: Ref | str) -> AsyncTask[Any, Any]:
        """Async twin of `Tasks.adopt`."""
        record = self._station.attach(ref)
        await self._runner.run(recovery.adopt(self._station, key, record))
        return async_handle(self._station, self._runner, record)

    async def forget(self, key: str) -> None:
        """Async twin of `Tasks.forget`."""
        await self._runner.run(recovery.forget(self._station, key))

    async def wait_any(self, tasks: Collection[A], *, timeout: float | None) -> Batch[A]:
        """Async twin of `Tasks.wait_any`."""
        return await self._gather(tasks, timeout, one)

    async def wait_all(self, tasks: Collection[A], *, timeout: float | None, fail_fast: bool = False) -> Batch[A]:
        """Async twin of `Tasks.wait_all`."""
        return await self._gather(tasks, timeout, every_or_failed if fail_fast else every)

    def as_completed(self, tasks: Collection[A], *, timeout: float | None) -> AsyncIterator[A]:
        """Async twin of `Tasks.as_completed`."""
        limit, known = self._limit(timeout), self._own(tasks)
        return self._completed(waited(self._station, limit, [task.record for task in known]), known)

    async def _completed(self, group: Waited, tasks: Collection[A]) -> AsyncIterator[A]:
        while group.watchers:
            over = await self._runner.run(ended(group))
            for task in tasks:
                if task.record in over:
                    yield task

    async def once(self, *, timeout: float | None = REFRESH_TIMEOUT) -> Sequence[View[Any]]:
        """Async twin of `Tasks.once`."""
        records = self._station.held()
        await self._runner.run(looked_at(records, self._limit(timeout), self._station.poll))
        return _views(records)

    async def _gather(self, tasks: Collection[A], timeout: float | None, enough: Enough) -> Batch[A]:
        limit, known = self._limit(timeout), self._own(tasks)
        group = waited(self._station, limit, [task.record for task in known])
        return _batch(known, await self._runner.run(gathered(group, enough)))


def _batch(tasks: Collection[H], found: Ended) -> Batch[H]:
    over = {record.ref: failure for record, failure in found.items()}
    return Batch(
        tuple(task for task in tasks if task.ref in over and over[task.ref] is None),
        tuple(task for task in tasks if task.ref not in over),
        {ref: failure for ref, failure in over.items() if failure is not None},
    )


def _views(records: Collection[Record]) -> list[View[Any]]:
    return [view for record in records if (view := record.view) is not None]
