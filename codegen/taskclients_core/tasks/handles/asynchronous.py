"""Async twins of the handles in `sync`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from ...errors import InvalidArgument
from ...exchange.deadline import Deadline
from ..given import named
from ..phases import Phase
from ..poll import Poll
from ..waits import waiting
from ..waits.actions import act
from ..waits.outcomes import Partial
from ..waits.results import result
from .base import REFRESH_TIMEOUT, Handle, check_heartbeat, forgotten

if TYPE_CHECKING:
    from ..async_runner import AsyncRunner
    from ..download.file import Download
    from ..views import View

M_co = TypeVar("M_co", covariant=True)
R_co = TypeVar("R_co", covariant=True)


class AsyncTask(Handle[M_co, R_co]):
    """Async twin of `Task`."""

    _runner: AsyncRunner

    async def refresh(self, *, timeout: float | None = REFRESH_TIMEOUT, max_age: float = 0.0) -> View[M_co]:
        """Async twin of `Task.refresh`."""
        flow = waiting.refresh(self._station, self.record, self._limit(timeout), max_age=max_age)
        return await self._runner.run(flow)

    async def wait(
        self,
        *,
        timeout: float | None,
        until: Collection[Phase] | Callable[[View[M_co]], bool] = (),
        on_change: Callable[[View[M_co]], Any] | None = None,
        poll: Poll | None = None,
    ) -> View[M_co]:
        """Async twin of `Task.wait`; `on_change` may be an `async def`."""
        limit = self._limit(timeout)
        if on_change is not None and not callable(on_change):  # pyright: ignore[reportUnnecessaryComparison]
            raise InvalidArgument(f"on_change: expected a function, got {named(on_change)}")
        flow = waiting.wait(self._station, self.record, limit, until=until, on_change=on_change, poll=poll)
        return await self._runner.run(flow)

    def watch(self, *, timeout: float | None, heartbeat: float | None = None) -> AsyncIterator[View[M_co]]:
        """Async twin of `Task.watch`."""
        limit = self._limit(timeout)
        watcher = waiting.Watcher(self.record, self._station.poll)
        check_heartbeat(heartbeat)
        return self._watch(watcher, limit, heartbeat)

    async def _watch(
        self, watcher: waiting.Watcher, limit: Deadline, heartbeat: float | None
    ) -> AsyncIterator[View[M_co]]:
        while True:
            view = await self._runner.run(waiting.following(self._station, watcher, limit, heartbeat))
            if view is None:
                return
            yield view

    async def result(self, *, timeout: float | None, partial: Partial = "raise") -> R_co:
        """Async twin of `Task.result`."""
        return cast("R_co", await self._runner.run(result(self._station, self.record, self._limit(timeout), partial)))

    async def download(
        self,
        to: str | PathLike[str] | BinaryIO,
        *,
        timeout: float | None,
        partial: Partial = "raise",
        resume: bool = True,
        sha256: str | None = None,
        max_bytes: int | None = None,
        on_bytes: Callable[[int, int | None], Any] | None = None,
    ) -> Download:
        """Async twin of `Task.download`; files are written in a thread, `on_bytes` may be an `async def`."""
        from ..download.flow import download

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
        self, *, timeout: float | None, partial: Partial = "raise"
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Async twin of `Task.open`: a context with the pieces of the file, as they come."""
        from ..download.streams import opened_async

        return opened_async(self._runner, self._station, self.record, self._limit(timeout), partial)

    async def forget(self) -> None:
        """Async twin of `Task.forget`."""
        await self._runner.run(forgotten(self._station, self.record))


class AsyncCancellable(AsyncTask[M_co, R_co]):
    """Async twin of `Cancellable`."""

    async def cancel(self, *, timeout: float | None = REFRESH_TIMEOUT) -> View[M_co]:
        """Async twin of `Cancellable.cancel`."""
        return await self._runner.run(act(self._station, self.record, "cancel", self._limit(timeout)))


class AsyncConfirmable(AsyncTask[M_co, R_co]):
    """Async twin of `Confirmable`."""

    async def confirm(self, *, timeout: float | None = REFRESH_TIMEOUT) -> View[M_co]:
        """Async twin of `Confirmable.confirm`."""
        return await self._runner.run(act(self._station, self.record, "confirm", self._limit(timeout)))


class AsyncSteerable(AsyncCancellable[M_co, R_co], AsyncConfirmable[M_co, R_co]):
    """Async twin of `Steerable`."""
