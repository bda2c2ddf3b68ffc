"""Poll scheduling: rate limits hold, whatever waiters come, go, or ask for more."""

from __future__ import annotations

import random
import weakref
from math import inf
from typing import Any

import pytest
from attrs import define, field
from tests.unit.tasks.polling_harness import gaps, listed, single

from dragoman.testing import VirtualClock
from taskclients_core.errors import ApiError, TransportError
from taskclients_core.http_messages import SentRequest
from taskclients_core.tasks.definition import PollTiming, TaskType
from taskclients_core.tasks.errors import TaskTimeoutError
from taskclients_core.tasks.polling.policy import PollPolicy, RateLimiter, interval_for
from taskclients_core.tasks.polling.poll_request import PollResult
from taskclients_core.tasks.polling.scheduler import InFlightPoll, PollScheduler, Waiter, give_up_error
from taskclients_core.tasks.snapshot import TaskRef
from taskclients_core.tasks.state import TaskState, parse_observation


@define(eq=False)
class SchedulerHarness:
    """A scheduler with a clock, and its events."""

    kind: TaskType[Any, Any]
    client: PollPolicy = field(factory=PollPolicy)
    clock: VirtualClock = field(factory=lambda: VirtualClock(seed=1))
    scheduler: PollScheduler = field(init=False)
    records: dict[str, TaskState] = field(factory=dict[str, TaskState])
    times: list[float] = field(factory=list[float])
    by_task: dict[str | None, list[float]] = field(factory=dict[str | None, list[float]])

    def __attrs_post_init__(self) -> None:
        self.scheduler = PollScheduler(self.kind, self.clock, self.client)

    def record(self, key: str) -> TaskState:
        if key not in self.records:
            self.records[key] = TaskState(TaskRef("vendor", "task", key, {"org": "o"}), self.kind, clock=self.clock)
        return self.records[key]

    def join(
        self, *keys: str, timeout: float | None = None, fresh: bool = False, poll: PollPolicy | None = None
    ) -> Waiter:
        records = [self.record(key) for key in keys]
        until = None if timeout is None else self.clock.monotonic() + timeout
        waiter = Waiter({record: record.version for record in records}, until, None, fresh, poll, lambda: None)
        waiter.joined = self.clock.monotonic()
        waiter.schedulers[self.scheduler] = records
        for record in records:
            self.scheduler.add_waiter(waiter, record, self.clock.monotonic())
        return waiter

    def at(self) -> float:
        step = self.scheduler.next_poll()
        return inf if step is None else step[0]

    def begin(self) -> InFlightPoll:
        """Wait until the next poll is due, and begin it."""
        step = self.scheduler.next_poll()
        assert step is not None
        self.clock.advance(max(0.0, step[0] - self.clock.monotonic()))
        self.times.append(self.clock.monotonic())
        self.by_task.setdefault(step[1].key, []).append(self.clock.monotonic())
        return self.scheduler.start_poll(step[1], self.clock.monotonic())

    def end(self, in_flight: InFlightPoll, result: PollResult) -> list[Waiter]:
        over = [
            waiter for some in self.scheduler.finish_poll(in_flight, result, self.clock.monotonic()) for waiter in some
        ]
        for waiter in over:
            self.scheduler.remove_waiter(waiter)
        return over

    def poll_once(
        self, status: str = "run", *, delay: float | None = None, error: Exception | None = None
    ) -> list[Waiter]:
        in_flight = self.begin()
        return self.end(in_flight, self.poll_result(in_flight, status, delay=delay, error=error))

    def poll_result(
        self, in_flight: InFlightPoll, status: str, *, delay: float | None = None, error: Exception | None = None
    ) -> PollResult:
        if error is not None:
            return PollResult(found={}, pages=1, retry_after=delay, error=error)
        raw = b'{"status": "%s"}' % status.encode()
        found = {
            key: (raw, None if raw == before else parse_observation(self.kind, raw))
            for key, before in in_flight.request.wanted.items()
        }
        return PollResult(found=found, complete=True, pages=1, retry_after=delay)


def refusal(status: int) -> ApiError:
    return ApiError(operation="vendor.list", status=status, request=SentRequest("GET", "http://vendor.test", ()))


@pytest.mark.large
@pytest.mark.parametrize("timeout", [None, 60.0])
def test_a_wait_that_has_ended_keeps_no_task(timeout: float | None) -> None:
    """Its lease in the journal would last as long as the client."""
    harness = SchedulerHarness(listed())
    other = harness.join("other", timeout=30)
    waiter = harness.join("a", timeout=timeout)
    gone = weakref.ref(waiter)
    harness.poll_once("ok")
    del waiter
    assert gone() is None
    harness.scheduler.remove_waiter(other)


def test_polls_of_one_target_are_always_at_least_min_apart() -> None:
    """Invariant P2."""
    events = 0
    for seed in range(60):
        chance = random.Random(seed)
        least = chance.choice([0.5, 2.0, 7.0])
        rate = chance.choice([None, (30, 60.0), (3, 10.0)])
        timing = PollTiming(
            min=least, max=least * chance.choice([1, 3, 10]), rate=rate, first=chance.choice([None, 0.0])
        )
        kind = listed(timing) if chance.random() < 0.5 else single(timing)
        harness = SchedulerHarness(kind, clock=VirtualClock(seed=seed))
        waiters: list[Waiter] = []
        in_flight: InFlightPoll | None = None
        for _ in range(900):
            events += 1
            what = chance.random()
            if what < 0.35:
                poll = chance.choice(
                    [
                        None,
                        None,
                        PollPolicy(min=0.0, max=0.1, first=0.0),
                        PollPolicy(min=9, max=9),
                        PollPolicy(factor=1),
                    ]
                )
                keys = {chance.choice("abcdef") for _ in range(chance.randint(1, 3))}
                timeout = chance.choice([None, 0.01, 1.0, 3.0, 50.0])
                waiters.append(harness.join(*keys, timeout=timeout, fresh=chance.random() < 0.3, poll=poll))
            elif what < 0.5 and waiters:
                gone = waiters.pop(chance.randrange(len(waiters)))
                gone.done = True
                harness.scheduler.remove_waiter(gone)
            elif what < 0.6:
                harness.clock.advance(chance.choice([0.001, 0.3, 3.0, 100.0]))
            elif in_flight is not None and what < 0.65:
                harness.scheduler.cancel_poll(in_flight)
                in_flight = None
            elif in_flight is not None:
                harness.clock.advance(chance.random() * 3)
                error = chance.choice([None, None, TransportError("reset"), refusal(503), refusal(404), refusal(403)])
                delay = chance.choice([None, None, None, 0.0, 5.0, 1000.0])
                paused = 0.0 if delay is None else delay
                over = harness.end(
                    in_flight,
                    harness.poll_result(in_flight, chance.choice(["run", "ok", "?"]), delay=delay, error=error),
                )
                assert harness.at() >= harness.clock.monotonic() + paused or not paused
                waiters = [waiter for waiter in waiters if waiter not in over]
                in_flight = None
            elif harness.at() < inf:
                if harness.at() > harness.clock.monotonic() and chance.random() < 0.5:
                    continue
                in_flight = harness.begin()
                assert in_flight.waiters > 0  # nothing is polled without a waiter
            assert (harness.scheduler.next_poll() is not None) == bool(waiters) or in_flight is not None
        for times in harness.by_task.values():
            assert min(gaps(times), default=least) >= least - 1e-9
        if rate is not None:
            count, seconds = rate
            spread = [later - earlier for earlier, later in zip(harness.times, harness.times[count:], strict=False)]
            assert min(spread, default=seconds) >= seconds - 1e-9
    assert events > 50_000


def test_the_first_poll_comes_at_a_random_moment() -> None:
    moments = set()
    for seed in range(200):
        harness = SchedulerHarness(listed(PollTiming(min=2, first=4)), clock=VirtualClock(seed=seed))
        harness.join("a")
        moments.add(harness.at() - harness.clock.monotonic())
    assert 2 <= min(moments) < 2.3
    assert 5.7 < max(moments) <= 6


def test_the_interval_grows_while_nothing_changes_and_falls_back_at_a_change() -> None:
    harness = SchedulerHarness(listed(PollTiming(min=2, max=30, jitter=0.0)))
    harness.join("a", "b")
    harness.poll_once()
    for expected in (3.0, 4.5, 6.75, 10.125, 15.1875, 22.78125, 30.0, 30.0):
        harness.join("a", "b")
        before = harness.clock.monotonic()
        harness.poll_once()
        assert harness.at() - harness.clock.monotonic() == pytest.approx(expected)
        assert harness.clock.monotonic() - before >= 2
    assert harness.poll_once("queued")
    harness.join("a", "b")
    assert harness.at() - harness.clock.monotonic() == 2


def test_jitter_never_goes_beyond_the_limits() -> None:
    interval = interval_for(PollTiming(min=5, max=5, jitter=1.0), PollPolicy(), None)
    assert {interval.jittered(5, number / 10) for number in range(10)} == {5}
    interval = interval_for(PollTiming(min=2, max=30, jitter=0.2), PollPolicy(), None)
    moved = [interval.jittered(10, number / 1000) for number in range(1000)]
    assert min(moved) == pytest.approx(8)
    assert max(moved) == pytest.approx(12, abs=0.01)


@pytest.mark.parametrize(
    ("client", "policy", "expected"),
    [
        (PollPolicy(), None, (2, 30)),
        (PollPolicy(min=1, max=1), None, (2, 2)),  # not stricter than the vendor allows
        (PollPolicy(min=10), None, (10, 30)),
        (PollPolicy(min=10), PollPolicy(min=4, max=8), (4, 8)),
        (PollPolicy(min=60), None, (60, 60)),
        (PollPolicy(), PollPolicy(max=300), (2, 300)),
    ],
)
def test_requested_intervals_are_met_within_the_vendor_s_limits(
    client: PollPolicy, policy: PollPolicy | None, expected: tuple[float, float]
) -> None:
    interval = interval_for(PollTiming(min=2, max=30), client, policy)
    assert (interval.min, interval.max) == expected


def test_the_shortest_requested_interval_decides() -> None:
    harness = SchedulerHarness(listed(PollTiming(min=2, max=30, jitter=0.0, factor=100)))
    harness.join("a", poll=PollPolicy(max=300))
    harness.poll_once()
    harness.join("a", poll=PollPolicy(max=300))
    harness.poll_once()
    assert harness.at() - harness.clock.monotonic() == 200
    hasty = harness.join("a", poll=PollPolicy(max=10))
    assert harness.at() - harness.clock.monotonic() == 10
    harness.poll_once()
    assert harness.at() - harness.clock.monotonic() == 10
    harness.scheduler.remove_waiter(hasty)
    harness.poll_once()
    assert harness.at() - harness.clock.monotonic() == 300


def test_the_last_poll_is_min_before_the_deadline_or_later() -> None:
    """Invariant T3."""
    for seed in range(300):
        chance = random.Random(seed)
        harness = SchedulerHarness(listed(PollTiming(min=2, max=30)), clock=VirtualClock(seed=seed))
        start = harness.clock.monotonic()
        timeout = chance.uniform(0.5, 200)
        waiter = harness.join("a", timeout=timeout)
        while harness.at() < start + timeout:
            if harness.poll_once("queued" if not harness.times[1:] else "run"):
                waiter = harness.join("a", timeout=start + timeout - harness.clock.monotonic())
        assert waiter.until == pytest.approx(start + timeout)
        assert harness.times[-1] >= start + timeout - 2 - 1e-6
        assert min(gaps(harness.times), default=2) >= 2 - 1e-9


def test_a_fresh_poll_is_sent_as_soon_as_the_limits_allow() -> None:
    harness = SchedulerHarness(listed(PollTiming(min=2, max=30, factor=100, jitter=0.0)))
    harness.join("a", fresh=True)
    assert harness.at() == harness.clock.monotonic()
    (waiter,) = harness.poll_once()
    assert waiter.fresh
    harness.join("a")
    harness.poll_once()
    harness.clock.advance(0.5)
    harness.join("a", fresh=True)
    assert harness.at() - harness.clock.monotonic() == 1.5
    harness.clock.advance(3)
    assert harness.at() < harness.clock.monotonic()
    assert [waiter.fresh for waiter in harness.poll_once()] == [True]  # even without a change


def test_a_fresh_poll_begins_after_it_was_requested() -> None:
    harness = SchedulerHarness(listed())
    harness.join("a")
    harness.poll_once()
    harness.join("a")
    in_flight = harness.begin()
    waiter = harness.join("a", fresh=True)
    assert harness.end(in_flight, harness.poll_result(in_flight, "run")) == []
    assert harness.at() - harness.clock.monotonic() == 2
    assert harness.poll_once() == [waiter]


def test_a_failed_fresh_poll_is_not_repeated_at_once() -> None:
    harness = SchedulerHarness(listed(PollTiming(min=2, max=30, jitter=0.0)))
    waiter = harness.join("a", fresh=True)
    for expected in (3.0, 4.5, 6.75):
        assert harness.poll_once(error=TransportError("reset")) == []
        assert harness.at() - harness.clock.monotonic() == pytest.approx(expected)
    assert harness.poll_once() == [waiter]


def test_there_is_one_poll_after_a_long_sleep_of_the_machine() -> None:
    """Invariant T5."""
    harness = SchedulerHarness(listed(PollTiming(min=2, max=30, jitter=0.0)))
    harness.join("a")
    harness.poll_once()
    harness.join("a")
    harness.clock.advance(8 * 3600)
    woken = harness.clock.monotonic()
    for _ in range(5):
        harness.poll_once()
    assert [at - woken for at in harness.times[1:]] == pytest.approx([0, 3, 7.5, 14.25, 24.375])


def test_a_pause_holds_for_all_targets_of_a_scheduler() -> None:
    """Invariant P8."""
    harness = SchedulerHarness(single())
    harness.join("a")
    harness.join("b")
    harness.poll_once(error=refusal(429), delay=120)
    end = harness.clock.monotonic() + 120
    harness.join("c", fresh=True, poll=PollPolicy(first=0))
    assert harness.at() == end
    for _ in range(3):
        harness.poll_once()
    assert harness.times[1] == end
    assert {*harness.by_task} == {"a", "b", "c"}


def test_a_wait_shorter_than_the_pause_fails_and_nothing_is_sent() -> None:
    """Invariant P8."""
    harness = SchedulerHarness(listed(PollTiming(retry_after_max=100)))
    short = harness.join("a", timeout=30)
    impatient = harness.join("a", poll=PollPolicy(retry_after_max=10))
    patient = harness.join("a")
    assert harness.poll_once(error=refusal(503), delay=60) == [short, impatient]
    assert isinstance(short.error, TaskTimeoutError)
    assert "a pause of 60 s" in str(short.error)
    assert short.error.resume_token
    assert harness.at() == harness.clock.monotonic() + 60
    assert harness.poll_once("ok") == [patient]
    beyond = harness.join("b")
    assert harness.poll_once(delay=101.0)
    harness.scheduler.remove_waiter(beyond)
    again = harness.join("b")
    assert give_up_error(again, harness.clock.monotonic()) is not None
    harness.clock.advance(2)
    assert give_up_error(again, harness.clock.monotonic()) is None  # now it is no longer than the maximum


def test_a_pause_is_limited_to_a_day() -> None:
    harness = SchedulerHarness(listed(PollTiming(retry_after_max=inf)))
    harness.join("a")
    harness.poll_once(delay=inf, error=refusal(429))
    assert harness.at() == harness.clock.monotonic() + 86_400


def test_a_waiter_gets_an_error_when_its_error_timeout_expires() -> None:
    harness = SchedulerHarness(listed(PollTiming(min=2, max=2)))
    patient = harness.join("a")
    waiter = harness.join("a", poll=PollPolicy(error_timeout=9))
    for _ in range(5):
        assert harness.poll_once(error=TransportError("reset")) == []
    assert harness.poll_once(error=TransportError("reset")) == [waiter]
    assert "polls have failed for 10 s" in str(waiter.error)
    again = harness.join("a", poll=PollPolicy(error_timeout=9))
    assert give_up_error(again, harness.clock.monotonic()) is None  # a new wait polls again
    assert set(harness.poll_once("ok")) == {patient, again}


def test_a_refusal_ends_the_current_waits_and_no_later_one() -> None:
    harness = SchedulerHarness(listed(PollTiming(min=2, jitter=0.0)))
    waiter = harness.join("a")
    assert harness.poll_once(error=refusal(403)) == [waiter]
    assert isinstance(harness.record("a").refusal, ApiError)
    again = harness.join("a")
    assert not again.has_changes()
    assert harness.at() - harness.clock.monotonic() >= 2
    assert harness.poll_once("ok") == [again]
    assert harness.record("a").refusal is None


def test_many_tasks_share_the_rate_fairly() -> None:
    """Invariant P4."""
    harness = SchedulerHarness(single(PollTiming(min=2, max=30, rate=(60, 60.0))))
    for number in range(600):
        harness.join(str(number))
        harness.join(str(number))
    start = harness.clock.monotonic()
    while harness.clock.monotonic() < start + 3600:
        for waiter in harness.poll_once():
            harness.join(next(iter(waiter.seen)).ref.id)
    assert len(harness.times) <= 3600 + 1
    assert len(harness.by_task) == 600
    assert max(max(gaps(times)) for times in harness.by_task.values()) <= 600 + 30
    assert min(min(gaps(times)) for times in harness.by_task.values()) >= 2


def test_a_rate_counts_pages_and_holds_over_any_stretch_of_time() -> None:
    throttle = RateLimiter((10, 60.0))
    chance = random.Random(4)
    now, sent = 0.0, list[float]()
    for _ in range(300):
        now = max(now, throttle.next_poll_at) + chance.choice([0.0, 0.0, 5.0])
        for _page in range(chance.randint(1, 12)):
            now = max(now, throttle.next_page_at)
            throttle.record_request(now)
            sent.append(now)
    assert min(later - earlier for earlier, later in zip(sent, sent[10:], strict=False)) >= 60
    throttle = RateLimiter(None)
    throttle.record_request(5.0)
    assert throttle.next_poll_at == throttle.next_page_at == -inf


def test_targets_without_waiters_are_removed() -> None:
    harness = SchedulerHarness(single(PollTiming(min=2, max=2)))
    for number in range(5000):
        harness.scheduler.remove_waiter(harness.join(str(number)))
        if number % 10 == 0:
            waiter = harness.join(str(number))
            harness.poll_once()
            harness.scheduler.remove_waiter(waiter)
    assert len(harness.scheduler.targets) < 20
    keep = harness.join("kept")
    for number in range(5000):
        harness.scheduler.remove_waiter(harness.join(f"x{number}", timeout=60))
    assert len(harness.scheduler.targets) < 1200
    for _ in range(5000):
        harness.scheduler.remove_waiter(harness.join("kept", timeout=60))
    target = harness.scheduler.targets["kept"]
    assert len(target._deadlines) < 200
    assert list(target.waiters) == [keep]
    assert len(harness.scheduler._queue) < 3000
