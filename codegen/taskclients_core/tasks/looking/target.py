"""One thing that is looked at with one request: a list of tasks, or a task that has an address of its own."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import count
from math import inf
from typing import TYPE_CHECKING, Final

from attrs import define, field

from ..definition import Timing
from ..poll import Poll
from .pace import Pace, least_patient, pace_of
from .waiter import Waiter

if TYPE_CHECKING:
    from ..state.record import Record

_ORDER: Final = count()
_SLACK: Final = 16


@define(eq=False)
class Target:
    """When to look at it, and on whose behalf."""

    key: str | None
    """The task's id; None: a list."""

    timing: Timing
    client: Poll
    """The client's own wishes."""

    waiters: dict[Waiter, None] = field(factory=dict[Waiter, None])
    awaited: dict[str, dict[Record, dict[Waiter, None]]] = field(factory=dict[str, "dict[Record, dict[Waiter, None]]"])
    """By id, the tasks and who waits for each."""

    last_start: float = -inf
    due: float = inf
    """When the next look is wanted, but for limits and deadlines."""

    planned: float = -inf
    """The same, as it was after the last look."""

    placed: float = inf
    """Where the board has it in its queue."""

    interval: float = 0.0
    failures: int = 0
    failing_since: float | None = None
    error: Exception | None = None
    """Why the last look failed."""

    wide: bool = False
    """Whether the next look is not to be narrowed, as something was not seen."""

    pace: Pace = field(init=False)
    wishes: dict[Poll | None, int] = field(factory=dict[Poll | None, int], init=False)
    fresh: int = field(default=0, init=False)
    """How many of those who wait want a look, whatever it shows."""

    _deadlines: list[tuple[float, int, Waiter]] = field(factory=list[tuple[float, int, Waiter]], init=False)

    def __attrs_post_init__(self) -> None:
        self.pace = pace_of(self.timing, self.client, None)
        self.interval = self.pace.min

    @property
    def soonest(self) -> float:
        """Before this it cannot be looked at again."""
        return self.last_start + self.pace.min

    def join(self, waiter: Waiter, record: Record, now: float, random: float) -> None:
        """Somebody waits for one of the tasks. `random` moves the first look."""
        if waiter not in self.waiters:
            if not self.waiters:
                self.due = inf  # what was planned for others is over
            self.waiters[waiter] = None
            self.fresh += waiter.fresh
            if waiter.until is not None:
                heappush(self._deadlines, (waiter.until, next(_ORDER), waiter))
            self._wish(waiter.poll, 1)
        self.awaited.setdefault(record.ref.id, {}).setdefault(record, {})[waiter] = None
        if waiter.fresh:
            wanted = now
        elif record.looks or self.failures:
            wanted = min(self.planned, self.last_start + self.pace.max)
        else:
            wanted = now + self.pace.opening(random)
        self.due = min(self.due, max(wanted, self.soonest))

    def leave(self, waiter: Waiter, record: Record) -> None:
        """Somebody waits for it no more. Again changes nothing."""
        records = self.awaited.get(record.ref.id)
        if records is not None and record in records:
            records[record].pop(waiter, None)
            if not records[record]:
                del records[record]
            if not records:
                del self.awaited[record.ref.id]
        if self.waiters.pop(waiter, waiter) is None:
            self.fresh -= waiter.fresh
            self._wish(waiter.poll, -1)
            if len(self._deadlines) > 2 * len(self.waiters) + _SLACK:
                self._deadlines = [entry for entry in self._deadlines if entry[2] in self.waiters]
                heapify(self._deadlines)

    def _wish(self, wish: Poll | None, change: int) -> None:
        left = self.wishes.get(wish, 0) + change
        if left:
            self.wishes[wish] = left
            if left > 1 or change < 0:
                return
        else:
            del self.wishes[wish]
        if self.wishes:
            self.pace = least_patient(pace_of(self.timing, self.client, wish) for wish in self.wishes)

    @property
    def deadline(self) -> float | None:
        """When the first of those who wait gives up."""
        while self._deadlines and self._deadlines[0][2] not in self.waiters:
            heappop(self._deadlines)
        return self._deadlines[0][0] if self._deadlines else None

    @property
    def at(self) -> float:
        """When to look at it; never if nobody waits.

        Whoever gives up soon has a last look `min` before that or later, so that he does not miss an end.
        """
        if not self.waiters:
            return inf
        due, deadline, least = self.due, self.deadline, self.pace.min
        if deadline is None:
            return due
        last_chance = max(deadline - least, self.soonest)
        if self.last_start >= deadline - least or last_chance >= deadline:
            return due  # he has had it, or it would be too late for him
        # A look shortly before that one would stand in its way.
        return last_chance if due + least > deadline - least else due

    def begin(self, now: float) -> None:
        """A look begins."""
        self.last_start = now
        self.due = inf

    def succeeded(self, random: float, *, soon: bool) -> None:
        """A look was made; `soon`: it showed something new, or there is more to see."""
        self.failures = 0
        self.failing_since = None
        self.error = None
        self.interval = self.pace.min if soon else self.pace.longer(self.interval)
        self._plan(random)

    def failed(self, error: Exception, random: float) -> None:
        """A look brought nothing."""
        self.failures += 1
        self.error = error
        if self.failing_since is None:
            self.failing_since = self.last_start
        self.interval = self.pace.longer(self.interval)
        self._plan(random)

    def put_off(self) -> None:
        """A look was given up."""
        self.due = min(self.due, self.last_start + self.interval)

    def _plan(self, random: float) -> None:
        # Whoever came during the look may want one sooner.
        # Chance moves what the next interval grows from, too: clients that began together soon are anywhere.
        self.interval = self.pace.moved(self.interval, random)
        self.planned = self.last_start + self.interval
        self.due = min(self.due, self.planned)
