"""When to poll, on behalf of all that wait: waiters, targets and the scheduler. Pure; the caller holds the lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from itertools import count
from math import inf
from typing import Any, Final, Literal, TypeAlias

from attrs import define, field, frozen

from ...deadline import Clock
from ...errors import ApiError, ClientClosedError, DecodeError, TransportError
from ...transport.retry_policy import is_transient
from ..definition import FromList, PollTiming, TaskType
from ..errors import PollingError, TaskTimeoutError
from ..state import TaskState
from .policy import PollInterval, PollPolicy, RateLimiter, first_set, interval_for, lifetime_for, most_frequent
from .poll_request import PollRequest, PollResult


@define(eq=False)
class Waiter:
    """One wait, from asking for news to getting some."""

    seen: Mapping[TaskState, int]
    """The tasks, each with the version that is known."""

    until: float | None
    """When it gives up, by the monotonic clock."""

    heartbeat: float | None
    """When it wants to come back, with or without news."""

    fresh: bool
    poll: PollPolicy | None
    wake: Callable[[], Any] = field(repr=False)
    """Called once, when it is over. It must be quick, and not call back."""

    joined: float = 0.0
    schedulers: dict[PollScheduler, list[TaskState]] = field(factory=dict["PollScheduler", "list[TaskState]"])
    """Where they are looked at."""

    sleeping_until: float = inf
    """Until when it sleeps, if it is the one who looks for all."""

    done: bool = False
    error: Exception | None = None

    @property
    def wake_at(self) -> float | None:
        """When it comes back, whatever happens."""
        return min((at for at in (self.until, self.heartbeat) if at is not None), default=None)

    def has_changes(self) -> bool:
        """Whether one of the tasks shows something that it does not know."""
        return any(record.version != version for record, version in self.seen.items())

    def finish(self, error: Exception | None = None) -> bool:
        """It is over; whether it was not before. Waking it up is left to the caller."""
        if self.done:
            return False
        self.done = True
        self.error = error
        return True


_DEADLINE_ORDER: Final = count()
_DEADLINE_SLACK: Final = 16


@define(eq=False)
class PollTarget:
    """When to look at it, and on whose behalf."""

    key: str | None
    """The task's id; None: a list."""

    timing: PollTiming
    client_policy: PollPolicy
    """The client's own wishes."""

    waiters: dict[Waiter, None] = field(factory=dict[Waiter, None])
    awaited: dict[str, dict[TaskState, dict[Waiter, None]]] = field(
        factory=dict[str, "dict[TaskState, dict[Waiter, None]]"]
    )
    """By id, the tasks and who waits for each."""

    last_start: float = -inf
    due: float = inf
    """When the next look is wanted, but for limits and deadlines."""

    planned: float = -inf
    """The same, as it was after the last look."""

    queued_at: float = inf
    """Where the board has it in its queue."""

    interval: float = 0.0
    failures: int = 0
    failing_since: float | None = None
    error: Exception | None = None
    """Why the last look failed."""

    unfiltered: bool = False
    """Whether the next look is not to be narrowed, as something was not seen."""

    pace: PollInterval = field(init=False)
    policies: dict[PollPolicy | None, int] = field(factory=dict[PollPolicy | None, int], init=False)
    fresh: int = field(default=0, init=False)
    """How many of those who wait want a look, whatever it shows."""

    _deadlines: list[tuple[float, int, Waiter]] = field(factory=list[tuple[float, int, Waiter]], init=False)

    def __attrs_post_init__(self) -> None:
        self.pace = interval_for(self.timing, self.client_policy, None)
        self.interval = self.pace.min

    @property
    def earliest(self) -> float:
        """Before this it cannot be looked at again."""
        return self.last_start + self.pace.min

    def add_waiter(self, waiter: Waiter, record: TaskState, now: float, random: float) -> None:
        """Somebody waits for one of the tasks. `random` moves the first look."""
        if waiter not in self.waiters:
            if not self.waiters:
                self.due = inf  # what was planned for others is over
            self.waiters[waiter] = None
            self.fresh += waiter.fresh
            if waiter.until is not None:
                heappush(self._deadlines, (waiter.until, next(_DEADLINE_ORDER), waiter))
            self._wish(waiter.poll, 1)
        self.awaited.setdefault(record.ref.id, {}).setdefault(record, {})[waiter] = None
        if waiter.fresh:
            wanted = now
        elif record.polls or self.failures:
            wanted = min(self.planned, self.last_start + self.pace.max)
        else:
            wanted = now + self.pace.first_delay(random)
        self.due = min(self.due, max(wanted, self.earliest))

    def remove_waiter(self, waiter: Waiter, record: TaskState) -> None:
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
            if len(self._deadlines) > 2 * len(self.waiters) + _DEADLINE_SLACK:
                self._deadlines = [entry for entry in self._deadlines if entry[2] in self.waiters]
                heapify(self._deadlines)

    def _wish(self, wish: PollPolicy | None, change: int) -> None:
        left = self.policies.get(wish, 0) + change
        if left:
            self.policies[wish] = left
            if left > 1 or change < 0:
                return
        else:
            del self.policies[wish]
        if self.policies:
            self.pace = most_frequent(interval_for(self.timing, self.client_policy, wish) for wish in self.policies)

    @property
    def deadline(self) -> float | None:
        """When the first of those who wait gives up."""
        while self._deadlines and self._deadlines[0][2] not in self.waiters:
            heappop(self._deadlines)
        return self._deadlines[0][0] if self._deadlines else None

    @property
    def next_poll_at(self) -> float:
        """When to look at it; never if nobody waits.

        Whoever gives up soon has a last look `min` before that or later, so that he does not miss an end.
        """
        if not self.waiters:
            return inf
        due, deadline, least = self.due, self.deadline, self.pace.min
        if deadline is None:
            return due
        last_chance = max(deadline - least, self.earliest)
        if self.last_start >= deadline - least or last_chance >= deadline:
            return due  # he has had it, or it would be too late for him
        # A look shortly before that one would stand in its way.
        return last_chance if due + least > deadline - least else due

    def poll_started(self, now: float) -> None:
        """A look begins."""
        self.last_start = now
        self.due = inf

    def poll_succeeded(self, random: float, *, soon: bool) -> None:
        """A look was made; `soon`: it showed something new, or there is more to see."""
        self.failures = 0
        self.failing_since = None
        self.error = None
        self.interval = self.pace.min if soon else self.pace.next_interval(self.interval)
        self._plan(random)

    def poll_failed(self, error: Exception, random: float) -> None:
        """A look brought nothing."""
        self.failures += 1
        self.error = error
        if self.failing_since is None:
            self.failing_since = self.last_start
        self.interval = self.pace.next_interval(self.interval)
        self._plan(random)

    def poll_cancelled(self) -> None:
        """A look was given up."""
        self.due = min(self.due, self.last_start + self.interval)

    def _plan(self, random: float) -> None:
        # Whoever came during the look may want one sooner.
        # Chance moves what the next interval grows from, too: clients that began together soon are anywhere.
        self.interval = self.pace.jittered(self.interval, random)
        self.planned = self.last_start + self.interval
        self.due = min(self.due, self.planned)


@frozen(eq=False)
class InFlightPoll:
    """A look under way."""

    target: PollTarget
    request: PollRequest
    started: float
    waiters: int
    fresh: frozenset[Waiter]
    """Who wants a look, whatever it shows, and was there when it began."""

    leader: Waiter | None
    """Who makes it, if it is one of those who wait."""


@frozen(eq=False)
class PollEvent:
    """Something worth an event."""

    kind: Any
    record: TaskState | None
    details: dict[str, Any]


def build_poll_request(
    kind: TaskType[Any, Any], target: PollTarget, client: PollPolicy, throttle: RateLimiter, until: float | None = None
) -> PollRequest:
    """What to ask, to see all that is awaited there."""
    records = [next(iter(records)) for records in target.awaited.values()]
    return PollRequest(
        task_type=kind,
        ref=records[0].ref,
        wanted={record.ref.id: record.raw for record in records},
        filtered=_narrow(kind, target),
        timeout=max(first_set("attempt_timeout", 10.0, wish, client) for wish in target.policies),
        until=until,
        throttle=throttle,
    )


def _narrow(kind: TaskType[Any, Any], target: PollTarget) -> bool:
    observe = kind.poll
    if not isinstance(observe, FromList) or observe.filter is None or target.unfiltered:
        return False
    phases = observe.filter.phases
    return all(record.phase in phases for records in target.awaited.values() for record in records)


ErrorClass: TypeAlias = Literal["transient", "absent", "refused", "closed"]


def classify_error(error: Exception, *, single: bool) -> ErrorClass:
    """What an error means.

    One failed look never says anything of the task itself. What may pass (connections, statuses that the retry policy
    calls so, an answer that is not what it must be) is no news. A task that has an address of its own and is not found
    there is absent. Everything else (400, 401, 403, 451, 501, arguments that cannot be sent, bugs) would be the same
    the next time.
    """
    if isinstance(error, ApiError):
        if is_transient(error.status):
            return "transient"
        return "absent" if single and error.status in (404, 410) else "refused"
    if isinstance(error, ClientClosedError):
        return "closed"
    return "transient" if isinstance(error, TransportError | DecodeError) else "refused"


def give_up_error(waiter: Waiter, now: float) -> Exception | None:
    """Why somebody waits in vain; None as long as one of the boards that he waits at is of use."""
    error: Exception | None = None
    for board in waiter.schedulers:
        error = give_up_error_at(board, waiter, now)
        if error is None:
            return None
    return error


def give_up_error_at(board: PollScheduler, waiter: Waiter, now: float) -> Exception | None:
    """Why somebody waits in vain at one board: it may not look in his time, or has failed to for too long."""
    records = waiter.schedulers[board]
    if board.pause_until > now:
        most = first_set("retry_after_max", board.task_type.timing.retry_after_max, waiter.poll, board.client_policy)
        left = board.pause_until - now
        if left > most or (waiter.until is not None and board.pause_until > waiter.until):
            ref, last = records[0].ref, records[0].snapshot
            message = f"{ref}: the server wants to be left alone for {left:.0f} s; the task goes on"
            return TaskTimeoutError(message, ref=ref, last=last, waited=now - waiter.joined)
    budget: float | None = first_set("error_timeout", None, waiter.poll, board.client_policy)
    if budget is None:
        return None
    for record in records:
        target = board.target_for(record)
        since = target.failing_since
        # A look that failed before he came does not count: waiting again looks again.
        if since is not None and target.last_start > waiter.joined and now - since >= budget:
            message = f"{record.ref}: looking at it has failed for {now - since:.0f} s; the task may be well"
            error = PollingError(message, ref=record.ref, last=record.snapshot)
            error.__cause__ = target.error
            return error
    return None


BATCH: Final = 200
"""Tasks that are brought up to date, and waits that end, without a break."""

_LONGEST_PAUSE: Final = 86_400.0
"""Seconds. A server that says more has not meant it, and a process may run for months."""

_ORDER: Final = count()
_QUEUE_SLACK: Final = 32


@define(eq=False)
class PollScheduler:
    """The tasks that one operation shows within one scope."""

    task_type: TaskType[Any, Any] = field(repr=False)
    clock: Clock = field(repr=False)
    client_policy: PollPolicy = field(factory=PollPolicy, repr=False)

    targets: dict[str | None, PollTarget] = field(factory=dict[str | None, PollTarget], repr=False)
    waiters: dict[Waiter, None] = field(factory=dict[Waiter, None], init=False, repr=False)
    in_flight: InFlightPoll | None = field(default=None, init=False, repr=False)
    """The look under way."""

    pause_until: float = field(default=-inf, init=False)
    keys: tuple[str, ...] | None = field(default=None, init=False, repr=False)
    """All tasks of the list, as the last look showed them that was complete and not narrowed."""

    leader: Waiter | None = field(default=None, init=False, repr=False)
    """Who looks for all, among threads."""

    pending_events: list[PollEvent] = field(factory=list[PollEvent], init=False, repr=False)
    """What there is to tell, for whoever takes it out."""

    polls: int = 0
    requests: int = 0
    served: int = 0
    """Looks, counted once for each wait that was there."""

    waits: int = 0

    _many: int = field(default=BATCH, init=False, repr=False)
    _throttle: RateLimiter = field(init=False, repr=False)
    _queue: list[tuple[float, int, PollTarget]] = field(
        factory=list[tuple[float, int, PollTarget]], init=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        self._throttle = RateLimiter(self.task_type.timing.rate)

    @property
    def next_leader(self) -> Waiter | None:
        """Who is to look for all, when the one who did it leaves: whoever waits longest, so that it seldom changes."""
        left = [waiter for waiter in self.waiters if not waiter.done and waiter is not self.leader]
        return max(left, key=lambda waiter: inf if waiter.until is None else waiter.until, default=None)

    # -- Those who wait

    def add_waiter(self, waiter: Waiter, record: TaskState, now: float) -> None:
        """Somebody waits for a task."""
        if waiter not in self.waiters:
            self.waiters[waiter] = None
            self.waits += 1
        target = self.target_for(record)
        target.add_waiter(waiter, record, now, self.clock.random())
        self._place(target)

    def remove_waiter(self, waiter: Waiter) -> None:
        """Somebody waits no more. Again changes nothing."""
        if self.waiters.pop(waiter, waiter) is waiter:
            return
        for record in waiter.schedulers[self]:
            target = self.targets.get(self._key(record))
            if target is not None:
                target.remove_waiter(waiter, record)
                self._place(target)
        if not self.waiters or len(self.targets) > self._many:
            self._tidy()
            self._many = 2 * len(self.targets) + BATCH

    def target_for(self, record: TaskState) -> PollTarget:
        """What is looked at to see a task."""
        key = self._key(record)
        target = self.targets.get(key)
        if target is None:
            target = self.targets[key] = PollTarget(key, self.task_type.timing, self.client_policy)
        return target

    # -- Looks

    def next_poll(self) -> tuple[float, PollTarget] | None:
        """When to look next, and at what; None if nobody waits, or a look is under way."""
        if self.in_flight is not None:
            return None
        queue = self._queue
        while queue and queue[0][0] != queue[0][2].queued_at:
            heappop(queue)
        if not queue:
            return None
        at, _, target = queue[0]
        return max(at, self._throttle.next_poll_at, self.pause_until), target

    def start_poll(self, target: PollTarget, now: float, by: Waiter | None = None) -> InFlightPoll:
        """A look begins, which must be over when who makes it has no more time."""
        target.poll_started(now)
        self._place(target)
        look = build_poll_request(
            self.task_type, target, self.client_policy, self._throttle, None if by is None else by.until
        )
        self._throttle.record_request(now)
        self.polls += 1
        self.served += len(target.waiters)
        fresh = frozenset(waiter for waiter in target.waiters if waiter.fresh) if target.fresh else frozenset[Waiter]()
        self.in_flight = InFlightPoll(target, look, now, len(target.waiters), fresh, by)
        return self.in_flight

    def cancel_poll(self, asked: InFlightPoll | None) -> None:
        """A look was given up by whoever made it: no news, and nobody's fault. Again changes nothing."""
        if asked is not None and self.in_flight is asked:
            self.in_flight = None
            asked.target.poll_cancelled()
            self._place(asked.target)

    def finish_poll(self, asked: InFlightPoll, sweep: PollResult, now: float) -> Iterator[list[Waiter]]:
        """Take in what a look showed, with a pause after each so many tasks; last come those whose wait is over."""
        target = asked.target
        self.requests += sweep.pages
        over: dict[Waiter, None] = {}
        changed = unseen = False
        limits = lifetime_for(self.task_type.lifetime, self.client_policy, target.policies)
        absent = sweep.complete
        if sweep.error is not None and classify_error(sweep.error, single=target.key is not None) == "absent":
            absent = True
        for number, key in enumerate(asked.request.wanted):
            if number % BATCH == BATCH - 1:
                yield []
            records = target.awaited.get(key)
            if records is None:
                continue
            found = sweep.found.get(key)
            for record, waiters in tuple(records.items()):
                news = looked = False
                if found is not None:
                    version = record.version
                    news, looked = record.observe(found[0], found[1], now), True
                    news |= record.version != version  # a fresh link to a file, which downloads wait for
                elif absent and asked.request.filtered:
                    unseen = True
                elif absent:
                    news = record.mark_missing(now, complete=True, started=record.started, limits=limits)
                    unseen = looked = True
                if news or (looked and asked.fresh):
                    changed |= news
                    over |= {waiter: None for waiter in waiters if news or waiter in asked.fresh}
                if record.notes:
                    self._note(record)
        self._account(asked, sweep, now, changed=changed, absent=absent, unseen=unseen, over=over)
        self.in_flight = None
        self._place(target)
        yield [waiter for waiter in over if waiter.finish(waiter.error)]

    # -- What it comes to

    def _account(
        self,
        asked: InFlightPoll,
        sweep: PollResult,
        now: float,
        *,
        changed: bool,
        absent: bool,
        unseen: bool,
        over: dict[Waiter, None],
    ) -> None:
        target, random = asked.target, self.clock.random()
        if sweep.keys is not None and target.key is None:
            self.keys = tuple(sweep.keys)
        told = {"pages": sweep.pages, "waiters": asked.waiters, "bytes": sweep.bytes, "elapsed": now - asked.started}
        if sweep.retry_after is not None:
            self.pause_until = max(self.pause_until, now + min(sweep.retry_after, _LONGEST_PAUSE))
            told["delay"] = sweep.retry_after
        self._tell("poll", None, **told)
        if sweep.interrupted:
            target.poll_cancelled()
        elif sweep.error is None or absent:
            if sweep.complete or absent:
                target.unfiltered = unseen
            # A task that the filter hides may have ended: that is worth a look without it.
            target.poll_succeeded(random, soon=changed or (unseen and asked.request.filtered))
        else:
            self._failed(target, sweep.error, random, over)
        if self.pause_until > now or target.failing_since is not None:
            for waiter in tuple(self.waiters):
                if waiter not in over and not waiter.done:
                    error = give_up_error(waiter, now)
                    if error is not None:
                        waiter.error = error
                        over[waiter] = None

    def _failed(self, target: PollTarget, error: Exception, random: float, over: dict[Waiter, None]) -> None:
        found = classify_error(error, single=target.key is not None)
        target.poll_failed(error, random)
        if found == "closed":
            for waiter in target.waiters:
                waiter.error = ClientClosedError(str(error))
                over[waiter] = None
        elif found == "refused":
            # The next wait may fare better, and is not to be told of the trouble of this one.
            target.failing_since = None
            for records in target.awaited.values():
                for record, waiters in records.items():
                    record.mark_refused(error)
                    over |= dict.fromkeys(waiters)
        detail = type(error).__name__
        status = getattr(error, "status", None)
        delay = max(target.next_poll_at, self.pause_until) - self.clock.monotonic()
        self._tell("backoff", None, detail=detail, status=status, delay=delay if delay < inf else None)

    def _note(self, record: TaskState) -> None:
        for note in record.notes:
            self._tell(note.kind, record, detail=note.detail)
        record.notes.clear()

    def _tell(self, kind: str, record: TaskState | None, **more: Any) -> None:
        self.pending_events.append(PollEvent(kind, record, more))

    def _key(self, record: TaskState) -> str | None:
        return None if isinstance(self.task_type.poll, FromList) else record.ref.id

    def _place(self, target: PollTarget) -> None:
        at = target.next_poll_at
        if at != target.queued_at:
            target.queued_at = at
            if at < inf:
                heappush(self._queue, (at, next(_ORDER), target))
                if len(self._queue) > 2 * len(self.targets) + _QUEUE_SLACK:
                    queue = [entry for entry in self._queue if entry[0] == entry[2].queued_at]
                    self._queue = list({entry[2]: entry for entry in queue}.values())
                    heapify(self._queue)

    def _tidy(self) -> None:
        # A target that nobody wants may go once it would not keep anybody from looking.
        now = self.clock.monotonic()
        busy = None if self.in_flight is None else self.in_flight.target
        for key, target in tuple(self.targets.items()):
            if not target.waiters and target.last_start + target.pace.max < now and target is not busy:
                del self.targets[key]
