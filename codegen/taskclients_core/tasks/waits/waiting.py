"""Waiting for a task, without doing any of it: flows over what a task's `Record` shows.

A wait ends with a view when the task has ended, waits for an answer, or is where the caller wants it. It ends with an
error when the caller's time is over, or when waiting longer would not help: the task is lost, looking at it is refused,
or its status word is one that nobody knows. None of these changes the task, and waiting again is always possible.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from attrs import define, field

from ...errors import InvalidArgument
from ...exchange.deadline import Deadline
from ..effects import Flow, News, Tell
from ..errors import TaskError, TaskTimeout
from ..given import named
from ..phases import Phase
from ..poll import Poll, check_seconds
from .endings import settled
from .outcomes import Partial, lost, refused, timed_out, unknown, verdict

if TYPE_CHECKING:
    from ..state.record import Record
    from ..station import Station
    from ..views import View

Until: TypeAlias = "Collection[Phase] | Callable[[View[Any]], bool]"

STOPS: Final = frozenset({Phase.NEEDS_INPUT})
"""Where every wait ends besides the end: nothing moves until somebody answers."""

_LEAST_BEAT: Final = 0.05
"""Seconds. A heart that beats faster would leave no time to look."""


@define(eq=False)
class Watcher:
    """What one caller has seen of a task, so that each view comes to it once."""

    record: Record
    poll: Poll
    told: int = 0
    """Sequence of the last view that it got."""

    version: int = 0
    """Of the record when the caller began to look at it: another thread may change it meanwhile, and that is news."""

    _trouble: Exception | None = field(init=False)
    """What was wrong before it came: that is news to others only."""

    _looks: int = field(init=False)
    _old: bool = field(init=False)
    """Whether what was known then may be over by now, and would end the wait at once."""

    _patient_from: float = field(init=False)
    """Since when an unknown word counts: who comes again after UnknownStatus waits as long again."""

    def __attrs_post_init__(self) -> None:
        # The looks before the rest: another thread may change all of it.
        record = self.record
        self._looks = record.looks
        self._trouble = record.trouble
        self._patient_from = -math.inf
        view, now = record.view, record.clock.monotonic()
        stopped = view is not None and view.phase in STOPS and view.age >= record.kind.timing.min
        since = self.unknown_until()
        overdue = since is not None and since <= now
        self._old = stopped or overdue or record.lost_after is not None
        if overdue:
            self._patient_from = now

    @property
    def stale(self) -> bool:
        """Whether a look is needed first: somebody may have answered, or what was lost may be there again."""
        return self._old and self.record.looks == self._looks

    def new(self) -> View[Any] | None:
        """A view that it has not got yet."""
        view = self.record.view
        if view is None or view.sequence <= self.told:
            return None
        self.told = view.sequence
        return view

    def trouble(self) -> TaskError | None:
        """Why waiting longer does not help."""
        refused = self.refused()
        if refused is not None:
            return refused
        record = self.record
        if record.lost_after is not None:
            return lost(record, record.lost_after)
        since = self.unknown_until()
        if since is not None and self.record.clock.monotonic() >= since:
            return unknown(record)
        return None

    def refused(self) -> TaskError | None:
        """Why looking is refused, if it was since this caller came."""
        trouble = self.record.trouble
        return None if trouble is None or trouble is self._trouble else refused(self.record, trouble)

    def unknown_until(self) -> float | None:
        """When an unknown status word has stood there for too long; None if it is known."""
        since = self.record.unknown_since
        if since is None:
            return None
        since = max(since, self._patient_from)
        if self.poll.unknown_status == "raise":
            return since
        after = self.poll.unknown_after
        return since + (self.record.kind.state.unknown_after if after is None else after)


def wait(
    station: Station,
    record: Record,
    limit: Deadline,
    *,
    until: Until = (),
    on_change: Callable[[View[Any]], Any] | None = None,
    poll: Poll | None = None,
) -> Flow[View[Any]]:
    """Wait until a task has ended, or is where the caller wants it. Raises what `Task.wait` raises."""
    wanted = _wanted(until)
    if poll is not None and not isinstance(poll, Poll):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgument(f"poll: expected Poll(…), got {named(poll)}")
    watcher = Watcher(record, poll or station.poll)
    yield from _renewed(watcher, limit, poll)
    while True:
        view = yield from _news(watcher, limit, poll, lambda: record.view is not None and wanted(record.view))
        if view is not None and on_change is not None:
            yield Tell(on_change, view)
        view = view or record.view
        if view is not None and watcher.told >= view.sequence and wanted(view):
            yield from settled(station, record, view)
            return view


def following(station: Station, watcher: Watcher, limit: Deadline, heartbeat: float | None) -> Flow[View[Any] | None]:
    """The next view for `watch`: a new one, or after `heartbeat` seconds the last one again; None after the end."""
    record = watcher.record
    view = record.view
    if view is not None and view.terminal and watcher.told >= view.sequence:
        return None
    beat = None if heartbeat is None else limit.now() + max(heartbeat, _LEAST_BEAT)
    view = yield from _news(watcher, limit, None, lambda: False, beat=beat)
    if view is None:
        view = watcher.new() or record.view
    if view is not None and view.terminal:
        yield from settled(station, record, view)
    return view


def _news(
    watcher: Watcher, limit: Deadline, poll: Poll | None, done: Callable[[], bool], beat: float | None = None
) -> Flow[View[Any] | None]:
    """A view that the caller has not got; None if it has what it wants already, or at the time of the beat."""
    record = watcher.record
    while True:
        watcher.version = record.version
        view = watcher.new()
        if view is not None:
            return view
        if done():
            return None
        trouble = watcher.trouble()
        if trouble is not None:
            raise trouble
        if limit.passed:
            raise timed_out(record, limit)
        if beat is not None and record.view is not None and limit.now() >= beat:
            return None
        # Without a view there is nothing to come back with.
        heart = None if record.view is None else beat
        beats = [at for at in (heart, watcher.unknown_until()) if at is not None]
        yield from _told(limit, News({record: watcher.version}, limit.at, poll=poll, beat=min(beats, default=None)))


def _renewed(watcher: Watcher, limit: Deadline, poll: Poll | None) -> Flow[None]:
    """Look before what was known before the wait is believed. If the time is over first, it has to do."""
    record = watcher.record
    while watcher.stale and not limit.passed:
        version = record.version
        trouble = watcher.refused()
        if trouble is not None:
            raise trouble
        yield from _told(limit, News({record: version}, limit.at, fresh=True, poll=poll))


def refresh(station: Station, record: Record, limit: Deadline, *, max_age: float = 0.0) -> Flow[View[Any]]:
    """A view that is at most so old. Raises what `Task.refresh` raises."""
    check_seconds("max_age", max_age)
    watcher = Watcher(record, station.poll)
    looks = record.looks
    while True:
        # Before the view, as another thread may change both.
        version, new = record.version, record.looks != looks
        view = record.view
        if new and record.lost_after is not None:
            raise lost(record, record.lost_after)
        young = view is not None and max_age > 0 and view.age <= max_age and record.lost_after is None
        if view is not None and (new or young):
            return view
        trouble = watcher.refused()
        if trouble is not None:
            raise trouble
        if limit.passed:
            raise timed_out(record, limit)
        yield from _told(limit, News({record: version}, limit.at, fresh=True))


def _told(limit: Deadline, news: News) -> Flow[None]:
    try:
        yield news
    except TaskTimeout as error:
        error.waited = limit.waited  # in all, not only for these news
        raise


def succeeded(station: Station, record: Record, limit: Deadline, partial: Partial = "raise") -> Flow[View[Any]]:
    """Wait for success, or for a task that had nothing to do. Raises what `Task.result` raises."""
    if partial not in ("raise", "accept"):
        raise InvalidArgument(f"partial: expected 'raise' or 'accept', got {named(partial)}")
    view = yield from wait(station, record, limit)
    failure = verdict(record, view, partial)
    if failure is not None:
        raise failure
    return view


def _wanted(until: Until) -> Callable[[View[Any]], bool]:
    if callable(until):
        return lambda view: view.terminal or view.phase in STOPS or until(view)
    wrong = isinstance(until, str) or not isinstance(until, Collection)  # pyright: ignore[reportUnnecessaryIsInstance]
    unknown = [until] if wrong else [phase for phase in until if phase not in frozenset(Phase)]
    if unknown:
        raise InvalidArgument(f"until: expected phases in a collection, or a function, got {named(unknown[0])}")
    phases = STOPS.union(until)
    return lambda view: view.terminal or view.phase in phases
