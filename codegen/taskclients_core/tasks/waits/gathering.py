"""Waiting for several tasks at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from attrs import define, field

from ...exchange.deadline import Deadline
from ..effects import Flow, News
from ..errors import PollError, TaskError, TaskTimeout
from ..poll import Poll
from .endings import settled
from .outcomes import timed_out, verdict
from .waiting import STOPS, Watcher

if TYPE_CHECKING:
    from ..state.record import Record
    from ..station import Station

Ended: TypeAlias = "dict[Record, TaskError | None]"
"""Tasks that have ended, each with why it has no result, if it has none."""

Enough: TypeAlias = Callable[[Mapping["Record", "TaskError | None"], int], bool]
"""Whether a wait is over, by what has ended and how many were waited for."""


def one(found: Mapping[Record, TaskError | None], _wanted: int) -> bool:
    """Enough: one of them, however it ended."""
    return bool(found)


def every(found: Mapping[Record, TaskError | None], wanted: int) -> bool:
    """Enough: all of them."""
    return len(found) == wanted


def every_or_failed(found: Mapping[Record, TaskError | None], wanted: int) -> bool:
    """Enough: all of them, or one that failed."""
    return len(found) == wanted or any(failure is not None for failure in found.values())


@define(eq=False)
class Waited:
    """Tasks that are waited for, each once."""

    station: Station
    limit: Deadline
    watchers: dict[Record, Watcher] = field(factory=dict["Record", Watcher])
    """Of those that have not ended yet."""

    def take(self) -> Flow[Ended]:
        """Those that have ended by now; they are not waited for any more."""
        found: Ended = {}
        for record, watcher in tuple(self.watchers.items()):
            watcher.version = record.version
            view = record.view
            if watcher.stale and not self.limit.passed:
                refused = watcher.refused()
                if refused is None:
                    continue
                found[record] = refused
            elif view is not None and (view.terminal or view.phase in STOPS):
                found[record] = verdict(record, view)
                yield from settled(self.station, record, view)
            elif (trouble := watcher.trouble()) is not None:
                found[record] = trouble
            else:
                continue
            del self.watchers[record]
        return found

    def news(self) -> News:
        """What to wait for next."""
        watchers = self.watchers.values()
        beats = [at for watcher in watchers if (at := watcher.unknown_until()) is not None]
        return News(
            {watcher.record: watcher.version for watcher in watchers},
            self.limit.at,
            fresh=any(watcher.stale for watcher in watchers),
            beat=min(beats, default=None),
        )


def waited(station: Station, limit: Deadline, records: Iterable[Record]) -> Waited:
    """Begin to wait for tasks, some of which may be the same."""
    return Waited(station, limit, {record: Watcher(record, station.poll) for record in records})


def gathered(group: Waited, enough: Enough) -> Flow[Ended]:
    """Wait until enough of them have ended, or the time is over."""
    wanted = len(group.watchers)
    found: Ended = yield from group.take()
    while group.watchers and not enough(found, wanted) and not group.limit.passed:
        try:
            yield group.news()
        except TaskTimeout:  # the server wants to be left alone for longer than this
            break
        except PollError as error:
            return found | {record: polled_in_vain(record, error) for record in group.watchers}
        found |= yield from group.take()
    return found


def ended(group: Waited) -> Flow[Collection[Record]]:
    """The next of them to end, or several that end at once.

    Raises:
        TaskTimeout: the time is over.
    """
    while True:
        found: Ended = yield from group.take()
        if found:
            return found
        if group.limit.passed:
            raise timed_out(next(iter(group.watchers)), group.limit)
        yield group.news()


def looked_at(records: Collection[Record], limit: Deadline, poll: Poll) -> Flow[None]:
    """Wait until each of them was looked at once more, or looking at it is refused, or the time is over.

    Raises:
        PollError: looking is refused, for all of them.
    """
    watchers = [Watcher(record, poll) for record in records if not record.terminal]
    # What one look shows together is waited for together, and no more: a look that began before somebody came back
    # from another one is not made on his behalf.
    groups: dict[object, list[Watcher]] = {}
    for watcher in watchers:
        groups.setdefault((watcher.record.kind.name, tuple(watcher.record.ref.scope.items())), []).append(watcher)
    for group in groups.values():
        yield from _looked(group, limit)
    refused = [error for watcher in watchers if (error := watcher.refused()) is not None]
    if refused and len(refused) == len(watchers):
        raise refused[0]


def _looked(watchers: list[Watcher], limit: Deadline) -> Flow[None]:
    begun = {watcher.record: watcher.record.looks for watcher in watchers}
    left: list[Watcher] = watchers
    while left and not limit.passed:
        try:
            yield News({watcher.record: watcher.record.version for watcher in left}, limit.at, fresh=True)
        except TaskTimeout:  # the server wants to be left alone for longer than this
            return
        left = [each for each in left if each.record.looks == begun[each.record] and each.refused() is None]


def polled_in_vain(record: Record, error: PollError) -> PollError:
    """The same trouble, for one of the tasks that share it."""
    found = PollError(
        str(error) if error.ref == record.ref else f"{record.ref}: {error}", ref=record.ref, last=record.view
    )
    found.__cause__ = error.__cause__
    return found
