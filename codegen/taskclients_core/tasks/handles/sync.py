"""Handles that wait on the calling thread."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from os import PathLike
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from ...errors import InvalidArgument
from ...events import is_hook
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
    from collections.abc import Iterator

    from ..download.file import Download
    from ..sync_runner import SyncRunner
    from ..views import View

M_co = TypeVar("M_co", covariant=True)
R_co = TypeVar("R_co", covariant=True)


class Task(Handle[M_co, R_co]):
    """A task: `M` is the vendor's model of it, `R` what it results in."""

    _runner: SyncRunner

    def refresh(self, *, timeout: float | None = REFRESH_TIMEOUT, max_age: float = 0.0) -> View[M_co]:
        """Look at it, unless the last look is at most `max_age` seconds old. Callers share looks.

        Raises:
            TaskError: whatever `wait` raises.
        """
        flow = waiting.refresh(self._station, self.record, self._limit(timeout), max_age=max_age)
        return self._runner.run(flow)

    def wait(
        self,
        *,
        timeout: float | None,
        until: Collection[Phase] | Callable[[View[M_co]], bool] = (),
        on_change: Callable[[View[M_co]], Any] | None = None,
        poll: Poll | None = None,
    ) -> View[M_co]:
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
        if on_change is not None and not is_hook(on_change):
            raise InvalidArgument(f"on_change: expected a function that need not be awaited, got {named(on_change)}")
        flow = waiting.wait(self._station, self.record, limit, until=until, on_change=on_change, poll=poll)
        return self._runner.run(flow)

    def watch(self, *, timeout: float | None, heartbeat: float | None = None) -> Iterator[View[M_co]]:
        """Each view that shows something new, until the one that shows the end; also past one that needs input.

        With `heartbeat`, the last view comes again after so many seconds without news. Whoever is slow misses views in
        between, never the last.

        Raises:
            TaskError: whatever `wait` raises.
        """
        limit = self._limit(timeout)
        watcher = waiting.Watcher(self.record, self._station.poll)
        check_heartbeat(heartbeat)
        return self._watch(watcher, limit, heartbeat)

    def _watch(self, watcher: waiting.Watcher, limit: Deadline, heartbeat: float | None) -> Iterator[View[M_co]]:
        while True:
            view = self._runner.run(waiting.following(self._station, watcher, limit, heartbeat))
            if view is None:
                return
            yield view

    def result(self, *, timeout: float | None, partial: Partial = "raise") -> R_co:
        """Wait for its success, and return what it results in. A success with errors is one with `partial="accept"`.

        A task that had nothing to do results in None.

        Raises:
            TaskFailed: it ended in failure.
            TaskPartial: it succeeded, with errors.
            TaskCancelled: somebody cancelled it.
            TaskNeedsInput: it waits for an answer.
            TaskError: whatever else `wait` raises.
        """
        return cast("R_co", self._runner.run(result(self._station, self.record, self._limit(timeout), partial)))

    def download(
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
        """Wait for its success, and fetch its file to a path or into an open file.

        A path gets the file when it is complete and verified, not before; until then `<path>.part` holds what has
        come, and another call goes on from there (`resume`). `on_bytes` is told how many bytes there are, and how many
        there will be if that is known.

        Raises:
            InvalidArgument: the path is a directory, or the like; nothing was sent.
            DownloadError: the file could not be fetched or does not verify.
            TaskError: whatever `result` raises.
        """
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
        return self._runner.run(flow)

    def open(self, *, timeout: float | None, partial: Partial = "raise") -> AbstractContextManager[BinaryIO]:
        """Wait for its success, and read its file while it comes: a context with a file open for reading.

        Raises:
            DownloadError: the file could not be fetched.
            TaskError: whatever `result` raises.
        """
        from ..download.streams import opened

        return opened(self._runner, self._station, self.record, self._limit(timeout), partial)

    def forget(self) -> None:
        """Take it out of the journal: `recover` will not bring it back. The task itself goes on."""
        self._runner.run(forgotten(self._station, self.record))


class Cancellable(Task[M_co, R_co]):
    """A task of a kind that can be cancelled at the vendor's."""

    def cancel(self, *, timeout: float | None = REFRESH_TIMEOUT) -> View[M_co]:
        """Ask the vendor to cancel it, and look at it once more; it may take a while to end.

        Raises:
            ClientError: the request was refused or did not go through.
            TaskError: whatever `refresh` raises.
        """
        return self._runner.run(act(self._station, self.record, "cancel", self._limit(timeout)))


class Confirmable(Task[M_co, R_co]):
    """A task of a kind that may ask to be confirmed."""

    def confirm(self, *, timeout: float | None = REFRESH_TIMEOUT) -> View[M_co]:
        """Answer a task that needs input, and look at it once more; waits for it go on by themselves.

        Raises:
            ClientError: the request was refused or did not go through.
            TaskError: whatever `refresh` raises.
        """
        return self._runner.run(act(self._station, self.record, "confirm", self._limit(timeout)))


class Steerable(Cancellable[M_co, R_co], Confirmable[M_co, R_co]):
    """A task of a kind that can be cancelled, and may ask to be confirmed."""
