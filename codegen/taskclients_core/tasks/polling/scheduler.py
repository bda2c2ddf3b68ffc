"""Scheduling of polls for all waiters: `Waiter`, `PollTarget` (one request to repeat) and `PollScheduler`.

Pure state without I/O. The runners ask for the next poll, make it and report its result. With threads, the caller
holds the registry's lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from itertools import count
from math import inf
from typing import Any, Final, Literal, TypeAlias, cast

from attrs import define, field, frozen

from ...deadline import Clock
from ...errors import ApiError, ClientClosedError, DecodeError, TransportError, problem_of
from ...transport.retry_policy import is_transient
from ..definition import FromList, PollTiming, TaskType
from ..errors import PollingError, TaskTimeoutError
from ..state import TaskState
from .policy import (
    LONGEST_PAUSE,
    PollInterval,
    PollPolicy,
    RateLimiter,
    first_set,
    interval_for,
    lifetime_for,
    most_frequent,
)
from .poll_request import PollRequest, PollResult

# -- Waiters and targets


@define(eq=False)
class Waiter:
    """One wait for a change of some tasks."""

    seen: Mapping[TaskState, int]
    """The tasks, each with the version that the caller has seen."""

    until: float | None
    """Time of the monotonic clock at which the wait times out; None: never."""

    heartbeat: float | None
    """Time at which the wait ends even without a change; None: never."""

    fresh: bool
    """True if the next complete poll ends the wait even without a change."""

    poll: PollPolicy | None
    wake: Callable[[], Any] = field(repr=False)
    """Wakes the waiting thread or coroutine. It must not block and must not call the scheduler."""

    failures: bool = False
    """True if a failed poll, and the first success after it, end the wait."""

    joined: float = 0.0
    """Time at which the wait began."""

    schedulers: dict[PollScheduler, list[TaskState]] = field(factory=dict["PollScheduler", "list[TaskState]"])
    """Schedulers that poll the tasks."""

    sleeping_until: float = inf
    """Time until which the waiter sleeps, if it leads a scheduler."""

    done: bool = False
    error: Exception | None = None

    @property
    def wake_at(self) -> float | None:
        """Time at which the wait ends at the latest; None: never."""
        return min((at for at in (self.until, self.heartbeat) if at is not None), default=None)

    def has_changes(self) -> bool:
        """Return True if one of the tasks has a version that the caller has not seen."""
        return any(state.version != version for state, version in self.seen.items())

    def finish(self, error: Exception | None = None) -> bool:
        """End the wait; return False if it had ended already. The caller wakes the waiter."""
        if self.done:
            return False
        self.done = True
        self.error = error
        return True


_DEADLINE_ORDER: Final = count()
_DEADLINE_SLACK: Final = 16


@define(eq=False)
class PollTarget:
    """Request that is repeated, for one task or one list: its waiters and the time of its next poll."""

    key: str | None
    """The task's id; None: a list."""

    timing: PollTiming
    client_policy: PollPolicy
    """Policy of the client."""

    waiters: dict[Waiter, int] = field(factory=dict[Waiter, int])
    """The waiters, each with the number of its deadline."""

    awaited: dict[str, dict[TaskState, dict[Waiter, None]]] = field(
        factory=dict[str, "dict[TaskState, dict[Waiter, None]]"]
    )
    """By id, the tasks and the waiters of each."""

    last_start: float = -inf
    due: float = inf
    """Time of the next poll before deadlines and the rate limit are applied."""

    planned: float = -inf
    """Value of `due` after the last poll."""

    not_before: float = -inf
    """Time before which the server asked not to poll any of the tasks, when it began them."""

    queued_at: float = inf
    """Time under which the scheduler's queue holds the target."""

    interval: float = 0.0
    failures: int = 0
    failing_since: float | None = None
    error: Exception | None = None
    """Error of the last poll; None if it succeeded."""

    unfiltered: bool = False
    """True if the next poll must not use the status filter, because a task was not found with it."""

    bounds: PollInterval = field(init=False)
    """Intervals that serve all waiters."""

    policies: dict[PollPolicy | None, int] = field(factory=dict[PollPolicy | None, int], init=False)
    fresh: int = field(default=0, init=False)
    """Number of waiters with `fresh`."""

    _deadlines: list[tuple[float, int]] = field(factory=list[tuple[float, int]], init=False)
    """Deadlines of the waiters, and of some that have left, by number: they must not keep those and their tasks."""

    _numbers: set[int] = field(factory=set[int], init=False)
    """Numbers of the deadlines of present waiters."""

    def __attrs_post_init__(self) -> None:
        self.bounds = interval_for(self.timing, self.client_policy, None)
        self.interval = self.bounds.min

    @property
    def earliest(self) -> float:
        """Earliest time of the next poll."""
        return self.last_start + self.bounds.min

    def add_waiter(self, waiter: Waiter, state: TaskState, now: float, random: float) -> None:
        """Add a waiter for one of the tasks. `random`, 0 to 1, spreads the first poll."""
        if waiter not in self.waiters:
            if not self.waiters:
                self.due = self.not_before = inf  # discard the plan made for earlier waiters
            self.waiters[waiter] = number = next(_DEADLINE_ORDER)
            self.fresh += waiter.fresh
            if waiter.until is not None:
                self._numbers.add(number)
                heappush(self._deadlines, (waiter.until, number))
            self._count_policy(waiter.poll, 1)
        self.awaited.setdefault(state.ref.id, {}).setdefault(state, {})[waiter] = None
        self.not_before = min(self.not_before, state.poll_after)
        if waiter.fresh:
            wanted = now
        elif state.polls or self.failures:
            wanted = min(self.planned, self.last_start + self.bounds.max)
        else:
            wanted = now + self.bounds.first_delay(random)
        self.due = min(self.due, max(wanted, self.earliest))

    def remove_waiter(self, waiter: Waiter, state: TaskState) -> None:
        """Remove a waiter of a task. A second call does nothing."""
        states = self.awaited.get(state.ref.id)
        if states is not None and state in states:
            states[state].pop(waiter, None)
            if not states[state]:
                del states[state]
            if not states:
                del self.awaited[state.ref.id]
        number = self.waiters.pop(waiter, None)
        if number is not None:
            self._numbers.discard(number)
            self.fresh -= waiter.fresh
            self._count_policy(waiter.poll, -1)
            if len(self._deadlines) > 2 * len(self._numbers) + _DEADLINE_SLACK:
                self._deadlines = [entry for entry in self._deadlines if entry[1] in self._numbers]
                heapify(self._deadlines)

    def _count_policy(self, policy: PollPolicy | None, change: int) -> None:
        left = self.policies.get(policy, 0) + change
        if left:
            self.policies[policy] = left
            if left > 1 or change < 0:
                return
        else:
            del self.policies[policy]
        if self.policies:
            self.bounds = most_frequent(
                interval_for(self.timing, self.client_policy, policy) for policy in self.policies
            )

    @property
    def deadline(self) -> float | None:
        """Earliest deadline of the waiters; None: none has one."""
        while self._deadlines and self._deadlines[0][1] not in self._numbers:
            heappop(self._deadlines)
        return self._deadlines[0][0] if self._deadlines else None

    @property
    def next_poll_at(self) -> float:
        """Time of the next poll; infinite without waiters.

        The last poll before a waiter's deadline is at most `min` seconds before it, so that the waiter does not miss
        an end.
        """
        return max(self.not_before, self._next_due()) if self.waiters else inf

    def _next_due(self) -> float:
        due, deadline, least = self.due, self.deadline, self.bounds.min
        if deadline is None:
            return due
        last_chance = max(deadline - least, self.earliest)
        if self.last_start >= deadline - least or last_chance >= deadline:
            return due  # the last poll has been made, or would be too late
        # A poll just before the last chance would delay it beyond the deadline.
        return last_chance if due + least > deadline - least else due

    def poll_started(self, now: float) -> None:
        """Record that a poll begins."""
        self.last_start = now
        self.due = inf

    def poll_succeeded(self, random: float, *, soon: bool) -> None:
        """Record a successful poll; `soon` resets the interval to the minimum, after a change or a likely one."""
        self.failures = 0
        self.failing_since = None
        self.error = None
        self.interval = self.bounds.min if soon else self.bounds.next_interval(self.interval)
        self._plan_next(random)

    def poll_failed(self, error: Exception, random: float) -> None:
        """Record a failed poll."""
        self.failures += 1
        self.error = error
        if self.failing_since is None:
            self.failing_since = self.last_start
        self.interval = self.bounds.next_interval(self.interval)
        self._plan_next(random)

    def poll_cancelled(self) -> None:
        """Record that a poll was abandoned."""
        self.due = min(self.due, self.last_start + self.interval)

    def _plan_next(self, random: float) -> None:
        # Keep an earlier `due` of waiters that joined during the poll. Jitter also the base of the next interval, so
        # that clients that started together spread out quickly.
        self.interval = self.bounds.jittered(self.interval, random)
        self.planned = self.last_start + self.interval
        self.due = min(self.due, self.planned)


# -- Polls and their errors


@frozen(eq=False)
class InFlightPoll:
    """Poll in progress."""

    target: PollTarget
    request: PollRequest
    started: float
    waiters: int
    fresh: frozenset[Waiter]
    """Waiters with `fresh` that were present when the poll began."""

    leader: Waiter | None
    """Waiter whose thread makes the poll; None in an event loop."""


@frozen(eq=False)
class PollEvent:
    """Event to report after the lock is released."""

    kind: Any
    state: TaskState | None
    details: dict[str, Any]


def build_poll_request(
    task_type: TaskType[Any, Any],
    target: PollTarget,
    client: PollPolicy,
    throttle: RateLimiter,
    until: float | None = None,
) -> PollRequest:
    """Return the request for all awaited tasks of a target."""
    states = [next(iter(states)) for states in target.awaited.values()]
    return PollRequest(
        task_type=task_type,
        ref=states[0].ref,
        wanted={state.ref.id: state.raw for state in states},
        filtered=_can_filter(task_type, target),
        timeout=max(first_set("attempt_timeout", 10.0, policy, client) for policy in target.policies),
        max_bytes=max(first_set("max_bytes", task_type.poll.max_bytes, policy, client) for policy in target.policies),
        until=until,
        throttle=throttle,
    )


def _can_filter(task_type: TaskType[Any, Any], target: PollTarget) -> bool:
    source = task_type.poll
    if not isinstance(source, FromList) or source.filter is None or target.unfiltered:
        return False
    phases = source.filter.phases
    return all(state.phase in phases for states in target.awaited.values() for state in states)


ErrorClass: TypeAlias = Literal["transient", "absent", "refused", "closed"]

_PASSING: Final = frozenset({304, 409, 421, 423})
"""Statuses that a cache, a gateway or a locked record gives to one poll and not to the next."""


def classify_error(error: Exception, *, single: bool) -> ErrorClass:
    """Classify the error of a poll. No error changes the phase of a task.

    - "transient": connection errors, 5xx, other transient statuses (see `is_transient`), 304, 409, 421, 423 and
      invalid responses; the next poll may succeed.
    - "absent": 404 or 410 for a task with a URL of its own (`single`).
    - "closed": the client was closed.
    - "refused": the rest (400, 401, 403, 451, invalid arguments, bugs); the next poll would fail the same way.
    """
    if isinstance(error, ApiError):
        if 500 <= error.status <= 599 or is_transient(error.status) or error.status in _PASSING:
            return "transient"
        return "absent" if single and error.status in (404, 410) else "refused"
    if isinstance(error, ClientClosedError):
        return "closed"
    return "transient" if isinstance(error, TransportError | DecodeError) else "refused"


def give_up_error(waiter: Waiter, now: float) -> Exception | None:
    """Return the error that ends a wait early; None while one of its schedulers can still serve it."""
    error: Exception | None = None
    for scheduler in waiter.schedulers:
        error = give_up_error_at(scheduler, waiter, now)
        if error is None:
            return None
    return error


def give_up_error_at(scheduler: PollScheduler, waiter: Waiter, now: float) -> Exception | None:
    """Return the error that ends a wait at one scheduler: paused beyond its limits, or failing for too long."""
    states = waiter.schedulers[scheduler]
    pause_until = max(scheduler.pause_until, min(state.poll_after for state in states))
    if pause_until > now:
        longest = first_set(
            "retry_after_max", scheduler.task_type.timing.retry_after_max, waiter.poll, scheduler.client_policy
        )
        left = pause_until - now
        if left > longest or (waiter.until is not None and pause_until > waiter.until):
            ref, last = states[0].ref, states[0].snapshot
            message = (
                f"{ref}: the server asked for a pause of {left:.0f} s, longer than the wait allows; "
                "the task continues, wait again later"
            )
            return TaskTimeoutError(message, ref=ref, last=last, waited=now - waiter.joined)
    error_timeout: float | None = first_set("error_timeout", None, waiter.poll, scheduler.client_policy)
    if error_timeout is None:
        return None
    for state in states:
        target = scheduler.target_for(state)
        since = target.failing_since
        # Polls that failed before this wait began do not count: a new wait polls again.
        if (
            since is not None
            and target.error is not None
            and target.last_start > waiter.joined
            and now - since >= error_timeout
        ):
            message = (
                f"{state.ref}: polls have failed for {now - since:.0f} s: {problem_of(target.error)}; "
                "the task may continue, wait again later"
            )
            error = PollingError(message, ref=state.ref, last=state.snapshot)
            error.__cause__ = target.error
            return error
    return None


# -- The scheduler


BATCH: Final = 50
"""Number of tasks updated, or waits ended, before other threads and coroutines get a turn."""

_ORDER: Final = count()
_QUEUE_SLACK: Final = 32


@define(eq=False)
class PollScheduler:
    """Scheduler of the polls of one operation and scope, shared by all waiters of its tasks."""

    task_type: TaskType[Any, Any] = field(repr=False)
    clock: Clock = field(repr=False)
    client_policy: PollPolicy = field(factory=PollPolicy, repr=False)

    targets: dict[str | None, PollTarget] = field(factory=dict[str | None, PollTarget], repr=False)
    waiters: dict[Waiter, None] = field(factory=dict[Waiter, None], init=False, repr=False)
    in_flight: InFlightPoll | None = field(default=None, init=False, repr=False)
    """Poll in progress; None: none."""

    pause_until: float = field(default=-inf, init=False)
    """Time until which the server asked for a pause."""

    keys: tuple[str, ...] | None = field(default=None, init=False, repr=False)
    """Ids of all tasks of the list, from the last complete poll without filter."""

    leader: Waiter | None = field(default=None, init=False, repr=False)
    """Waiter whose thread makes the polls for all; unused in an event loop."""

    pending_events: list[PollEvent] = field(factory=list[PollEvent], init=False, repr=False)
    """Events that have not been reported yet."""

    polls: int = 0
    """Number of polls."""

    requests: int = 0
    """Number of requests: a poll of a list may take several."""

    served: int = 0
    """Number of polls, counted once for each waiter present."""

    waits: int = 0
    """Number of waits."""

    _many: int = field(default=BATCH, init=False, repr=False)
    _throttle: RateLimiter = field(init=False, repr=False)
    _queue: list[tuple[float, int, PollTarget]] = field(
        factory=list[tuple[float, int, PollTarget]], init=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        self._throttle = RateLimiter(self.task_type.timing.rate)

    @property
    def next_leader(self) -> Waiter | None:
        """Waiter that leads after the current leader leaves: the one with the latest deadline, so that it lasts."""
        left = [waiter for waiter in self.waiters if not waiter.done and waiter is not self.leader]
        return max(left, key=lambda waiter: inf if waiter.until is None else waiter.until, default=None)

    # -- Waiters

    def add_waiter(self, waiter: Waiter, state: TaskState, now: float) -> None:
        """Add a waiter for a task."""
        if waiter not in self.waiters:
            self.waiters[waiter] = None
            self.waits += 1
        target = self.target_for(state)
        target.add_waiter(waiter, state, now, self.clock.random())
        self._enqueue(target)

    def remove_waiter(self, waiter: Waiter) -> None:
        """Remove a waiter from all tasks. A second call does nothing."""
        if self.waiters.pop(waiter, waiter) is waiter:
            return
        for state in waiter.schedulers[self]:
            target = self.targets.get(self._key(state))
            if target is not None:
                target.remove_waiter(waiter, state)
                self._enqueue(target)
        if not self.waiters or len(self.targets) > self._many:
            self._drop_unused_targets()
            self._many = 2 * len(self.targets) + BATCH

    def target_for(self, state: TaskState) -> PollTarget:
        """Return the target that polls a task."""
        key = self._key(state)
        target = self.targets.get(key)
        if target is None:
            target = self.targets[key] = PollTarget(key, self.task_type.timing, self.client_policy)
        return target

    # -- Polls

    def next_poll(self) -> tuple[float, PollTarget] | None:
        """Return the time and the target of the next poll; None without waiters or while a poll is in progress."""
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
        """Begin a poll. If a waiter makes it, its deadline ends the poll."""
        target.poll_started(now)
        self._enqueue(target)
        request = build_poll_request(
            self.task_type, target, self.client_policy, self._throttle, None if by is None else by.until
        )
        self._throttle.record_request(now)
        self.polls += 1
        self.served += len(target.waiters)
        fresh = frozenset(waiter for waiter in target.waiters if waiter.fresh) if target.fresh else frozenset[Waiter]()
        self.in_flight = InFlightPoll(target, request, now, len(target.waiters), fresh, by)
        return self.in_flight

    def cancel_poll(self, poll: InFlightPoll | None) -> None:
        """Record that a poll was abandoned. It counts neither as success nor as failure. A second call does nothing."""
        if poll is not None and self.in_flight is poll:
            self.in_flight = None
            poll.target.poll_cancelled()
            self._enqueue(poll.target)

    def finish_poll(self, poll: InFlightPoll, result: PollResult, now: float) -> Iterator[list[Waiter]]:
        """Apply the result of a poll. Yield an empty list after each batch of tasks, and the ended waiters last."""
        target = poll.target
        self.requests += result.pages
        finished: dict[Waiter, None] = {}
        changed = unseen = False
        limits = lifetime_for(self.task_type.lifetime, self.client_policy, target.policies)
        absent, failed = result.complete, False
        if result.error is not None:
            error_class = classify_error(result.error, single=target.key is not None)
            absent |= error_class == "absent"
            failed = not absent and not result.interrupted and error_class != "closed"
        for number, key in enumerate(poll.request.wanted):
            if number % BATCH == BATCH - 1:
                yield []
            states = target.awaited.get(key)
            if states is None:
                continue
            found = result.found.get(key)
            for state, waiters in tuple(states.items()):
                changed_now = polled = False
                state.gap = result.gap if found is None else ""
                if found is None and failed:
                    signal = state.mark_unanswered(cast("Exception", result.error))
                else:
                    signal = (found is not None or absent) and state.mark_answered()
                if signal:
                    finished |= {waiter: None for waiter in waiters if waiter.failures}
                if found is not None:
                    version = state.version
                    changed_now, polled = state.observe(found[0], found[1], now), True
                    changed_now |= state.version != version  # a fresh link to a file, which downloads wait for
                elif absent and poll.request.filtered:
                    unseen = True
                elif absent:
                    changed_now = state.mark_missing(now, complete=True, started=state.started, limits=limits)
                    unseen = polled = True
                if changed_now or (polled and poll.fresh):
                    changed |= changed_now
                    finished |= {waiter: None for waiter in waiters if changed_now or waiter in poll.fresh}
                if state.notes:
                    self._report_notes(state)
        self._record_result(poll, result, now, changed=changed, absent=absent, unseen=unseen, finished=finished)
        self.in_flight = None
        self._enqueue(target)
        yield [waiter for waiter in finished if waiter.finish(waiter.error)]

    # -- Results

    def _record_result(
        self,
        poll: InFlightPoll,
        result: PollResult,
        now: float,
        *,
        changed: bool,
        absent: bool,
        unseen: bool,
        finished: dict[Waiter, None],
    ) -> None:
        target, random = poll.target, self.clock.random()
        if result.keys is not None and target.key is None:
            self.keys = tuple(result.keys)
        details = {"pages": result.pages, "waiters": poll.waiters, "bytes": result.bytes, "elapsed": now - poll.started}
        if result.retry_after is not None:
            self.pause_until = max(self.pause_until, now + min(result.retry_after, LONGEST_PAUSE))
            details["delay"] = result.retry_after
        self._add_event("poll", None, **details)
        if result.interrupted:
            target.poll_cancelled()
        elif result.error is None or absent:
            if result.complete or absent:
                target.unfiltered = unseen
            # A task that the filter hides may have ended: poll again soon without the filter.
            target.poll_succeeded(random, soon=changed or (unseen and poll.request.filtered))
        else:
            self._record_failure(target, result.error, random, finished)
        if self.pause_until > now or target.failing_since is not None:
            for waiter in tuple(self.waiters):
                if waiter not in finished and not waiter.done:
                    error = give_up_error(waiter, now)
                    if error is not None:
                        waiter.error = error
                        finished[waiter] = None

    def _record_failure(
        self, target: PollTarget, error: Exception, random: float, finished: dict[Waiter, None]
    ) -> None:
        found = classify_error(error, single=target.key is not None)
        target.poll_failed(error, random)
        if found == "closed":
            for waiter in target.waiters:
                waiter.error = ClientClosedError(str(error))
                finished[waiter] = None
        elif found == "refused":
            # End the current waits only: the next wait polls again, without the failures of this one.
            target.failing_since = None
            for states in target.awaited.values():
                for state, waiters in states.items():
                    state.mark_refused(error)
                    finished |= dict.fromkeys(waiters)
        detail = type(error).__name__
        status = getattr(error, "status", None)
        delay = max(target.next_poll_at, self.pause_until) - self.clock.monotonic()
        self._add_event("backoff", None, detail=detail, status=status, delay=delay if delay < inf else None)

    def _report_notes(self, state: TaskState) -> None:
        for note in state.notes:
            self._add_event(note.kind, state, detail=note.detail)
        state.notes.clear()

    def _add_event(self, kind: str, state: TaskState | None, **more: Any) -> None:
        self.pending_events.append(PollEvent(kind, state, more))

    def _key(self, state: TaskState) -> str | None:
        return None if isinstance(self.task_type.poll, FromList) else state.ref.id

    def _enqueue(self, target: PollTarget) -> None:
        at = target.next_poll_at
        if at != target.queued_at:
            target.queued_at = at
            if at < inf:
                heappush(self._queue, (at, next(_ORDER), target))
                if len(self._queue) > 2 * len(self.targets) + _QUEUE_SLACK:
                    queue = [entry for entry in self._queue if entry[0] == entry[2].queued_at]
                    self._queue = list({entry[2]: entry for entry in queue}.values())
                    heapify(self._queue)

    def _drop_unused_targets(self) -> None:
        # Keep an unused target while its last poll still delays the next one.
        now = self.clock.monotonic()
        busy = None if self.in_flight is None else self.in_flight.target
        for key, target in tuple(self.targets.items()):
            if not target.waiters and target.last_start + target.bounds.max < now and target is not busy:
                del self.targets[key]
