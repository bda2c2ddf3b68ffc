"""Poll scheduling: rate limits hold, whatever waiters come, go, or ask for more."""

from __future__ import annotations

import random
from math import inf
from typing import Any

import pytest
from attrs import define, field
from tests.unit.tasks.polling_harness import gaps, listed, single

from dragoman.testing import VirtualClock
from taskclients_core.errors import ApiError, SentRequest, TransportError
from taskclients_core.tasks.definition import PollTiming, TaskType
from taskclients_core.tasks.errors import TaskTimeoutError
from taskclients_core.tasks.polling.policy import PollPolicy, RateLimiter, interval_for
from taskclients_core.tasks.polling.poll_request import PollResult
from taskclients_core.tasks.polling.scheduler import InFlightPoll, PollScheduler, Waiter, give_up_error
from taskclients_core.tasks.snapshot import TaskRef
from taskclients_core.tasks.state import TaskState, parse_observation


@define(eq=False)
class Table:
    """A scheduler with a clock, and its events."""

    kind: TaskType[Any, Any]
    client: PollPolicy = field(factory=PollPolicy)
    clock: VirtualClock = field(factory=lambda: VirtualClock(seed=1))
    board: PollScheduler = field(init=False)
    records: dict[str, TaskState] = field(factory=dict[str, TaskState])
    times: list[float] = field(factory=list[float])
    by_task: dict[str | None, list[float]] = field(factory=dict[str | None, list[float]])

    def __attrs_post_init__(self) -> None:
        self.board = PollScheduler(self.kind, self.clock, self.client)

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
        waiter.schedulers[self.board] = records
        for record in records:
            self.board.add_waiter(waiter, record, self.clock.monotonic())
        return waiter

    def at(self) -> float:
        step = self.board.next_poll()
        return inf if step is None else step[0]

    def begin(self) -> InFlightPoll:
        """Wait until the next poll is due, and begin it."""
        step = self.board.next_poll()
        assert step is not None
        self.clock.advance(max(0.0, step[0] - self.clock.monotonic()))
        self.times.append(self.clock.monotonic())
        self.by_task.setdefault(step[1].key, []).append(self.clock.monotonic())
        return self.board.start_poll(step[1], self.clock.monotonic())

    def end(self, asked: InFlightPoll, sweep: PollResult) -> list[Waiter]:
        over = [waiter for some in self.board.finish_poll(asked, sweep, self.clock.monotonic()) for waiter in some]
        for waiter in over:
            self.board.remove_waiter(waiter)
        return over

    def look(self, word: str = "run", *, delay: float | None = None, error: Exception | None = None) -> list[Waiter]:
        asked = self.begin()
        return self.end(asked, self.shown(asked, word, delay=delay, error=error))

    def shown(
        self, asked: InFlightPoll, word: str, *, delay: float | None = None, error: Exception | None = None
    ) -> PollResult:
        if error is not None:
            return PollResult(found={}, pages=1, retry_after=delay, error=error)
        raw = b'{"status": "%s"}' % word.encode()
        found = {
            key: (raw, None if raw == before else parse_observation(self.kind, raw))
            for key, before in asked.request.wanted.items()
        }
        return PollResult(found=found, complete=True, pages=1, retry_after=delay)


def refusal(status: int) -> ApiError:
    return ApiError(operation="vendor.list", status=status, request=SentRequest("GET", "http://vendor.test", ()))


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
        table = Table(kind, clock=VirtualClock(seed=seed))
        waiters: list[Waiter] = []
        asked: InFlightPoll | None = None
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
                waiters.append(table.join(*keys, timeout=timeout, fresh=chance.random() < 0.3, poll=poll))
            elif what < 0.5 and waiters:
                gone = waiters.pop(chance.randrange(len(waiters)))
                gone.done = True
                table.board.remove_waiter(gone)
            elif what < 0.6:
                table.clock.advance(chance.choice([0.001, 0.3, 3.0, 100.0]))
            elif asked is not None and what < 0.65:
                table.board.cancel_poll(asked)
                asked = None
            elif asked is not None:
                table.clock.advance(chance.random() * 3)
                error = chance.choice([None, None, TransportError("reset"), refusal(503), refusal(404), refusal(403)])
                delay = chance.choice([None, None, None, 0.0, 5.0, 1000.0])
                paused = 0.0 if delay is None else delay
                over = table.end(asked, table.shown(asked, chance.choice(["run", "ok", "?"]), delay=delay, error=error))
                assert table.at() >= table.clock.monotonic() + paused or not paused
                waiters = [waiter for waiter in waiters if waiter not in over]
                asked = None
            elif table.at() < inf:
                if table.at() > table.clock.monotonic() and chance.random() < 0.5:
                    continue
                asked = table.begin()
                assert asked.waiters > 0  # nothing is polled without a waiter
            assert (table.board.next_poll() is not None) == bool(waiters) or asked is not None
        for times in table.by_task.values():
            assert min(gaps(times), default=least) >= least - 1e-9
        if rate is not None:
            count, seconds = rate
            spread = [later - earlier for earlier, later in zip(table.times, table.times[count:], strict=False)]
            assert min(spread, default=seconds) >= seconds - 1e-9
    assert events > 50_000


def test_the_first_look_comes_at_a_random_moment() -> None:
    moments = set()
    for seed in range(200):
        table = Table(listed(PollTiming(min=2, first=4)), clock=VirtualClock(seed=seed))
        table.join("a")
        moments.add(table.at() - table.clock.monotonic())
    assert 2 <= min(moments) < 2.3
    assert 5.7 < max(moments) <= 6


def test_the_interval_grows_while_nothing_changes_and_falls_back_at_a_change() -> None:
    table = Table(listed(PollTiming(min=2, max=30, jitter=0.0)))
    table.join("a", "b")
    table.look()
    for expected in (3.0, 4.5, 6.75, 10.125, 15.1875, 22.78125, 30.0, 30.0):
        table.join("a", "b")
        before = table.clock.monotonic()
        table.look()
        assert table.at() - table.clock.monotonic() == pytest.approx(expected)
        assert table.clock.monotonic() - before >= 2
    assert table.look("queued")
    table.join("a", "b")
    assert table.at() - table.clock.monotonic() == 2


def test_jitter_never_goes_beyond_the_limits() -> None:
    pace = interval_for(PollTiming(min=5, max=5, jitter=1.0), PollPolicy(), None)
    assert {pace.jittered(5, number / 10) for number in range(10)} == {5}
    pace = interval_for(PollTiming(min=2, max=30, jitter=0.2), PollPolicy(), None)
    moved = [pace.jittered(10, number / 1000) for number in range(1000)]
    assert min(moved) == pytest.approx(8)
    assert max(moved) == pytest.approx(12, abs=0.01)


@pytest.mark.parametrize(
    ("client", "wish", "expected"),
    [
        (PollPolicy(), None, (2, 30)),
        (PollPolicy(min=1, max=1), None, (2, 2)),  # not stricter than the vendor allows
        (PollPolicy(min=10), None, (10, 30)),
        (PollPolicy(min=10), PollPolicy(min=4, max=8), (4, 8)),
        (PollPolicy(min=60), None, (60, 60)),
        (PollPolicy(), PollPolicy(max=300), (2, 300)),
    ],
)
def test_wishes_are_met_within_the_vendor_s_limits(
    client: PollPolicy, wish: PollPolicy | None, expected: tuple[float, float]
) -> None:
    pace = interval_for(PollTiming(min=2, max=30), client, wish)
    assert (pace.min, pace.max) == expected


def test_the_least_patient_of_those_who_wait_decides() -> None:
    table = Table(listed(PollTiming(min=2, max=30, jitter=0.0, factor=100)))
    table.join("a", poll=PollPolicy(max=300))
    table.look()
    table.join("a", poll=PollPolicy(max=300))
    table.look()
    assert table.at() - table.clock.monotonic() == 200
    hasty = table.join("a", poll=PollPolicy(max=10))
    assert table.at() - table.clock.monotonic() == 10
    table.look()
    assert table.at() - table.clock.monotonic() == 10
    table.board.remove_waiter(hasty)
    table.look()
    assert table.at() - table.clock.monotonic() == 300


def test_the_last_poll_is_min_before_the_deadline_or_later() -> None:
    """Invariant T3."""
    for seed in range(300):
        chance = random.Random(seed)
        table = Table(listed(PollTiming(min=2, max=30)), clock=VirtualClock(seed=seed))
        start = table.clock.monotonic()
        timeout = chance.uniform(0.5, 200)
        waiter = table.join("a", timeout=timeout)
        while table.at() < start + timeout:
            if table.look("queued" if not table.times[1:] else "run"):
                waiter = table.join("a", timeout=start + timeout - table.clock.monotonic())
        assert waiter.until == pytest.approx(start + timeout)
        assert table.times[-1] >= start + timeout - 2 - 1e-6
        assert min(gaps(table.times), default=2) >= 2 - 1e-9


def test_a_fresh_look_is_made_as_soon_as_the_limits_allow() -> None:
    table = Table(listed(PollTiming(min=2, max=30, factor=100, jitter=0.0)))
    table.join("a", fresh=True)
    assert table.at() == table.clock.monotonic()
    (waiter,) = table.look()
    assert waiter.fresh
    table.join("a")
    table.look()
    table.clock.advance(0.5)
    table.join("a", fresh=True)
    assert table.at() - table.clock.monotonic() == 1.5
    table.clock.advance(3)
    assert table.at() < table.clock.monotonic()
    assert [waiter.fresh for waiter in table.look()] == [True]  # even without a change


def test_a_fresh_look_must_have_begun_after_it_was_asked_for() -> None:
    table = Table(listed())
    table.join("a")
    table.look()
    table.join("a")
    asked = table.begin()
    late = table.join("a", fresh=True)
    assert table.end(asked, table.shown(asked, "run")) == []
    assert table.at() - table.clock.monotonic() == 2
    assert table.look() == [late]


def test_a_fresh_look_that_fails_does_not_make_the_server_be_asked_at_once_again() -> None:
    table = Table(listed(PollTiming(min=2, max=30, jitter=0.0)))
    waiter = table.join("a", fresh=True)
    for expected in (3.0, 4.5, 6.75):
        assert table.look(error=TransportError("reset")) == []
        assert table.at() - table.clock.monotonic() == pytest.approx(expected)
    assert table.look() == [waiter]


def test_there_is_one_poll_after_a_long_sleep_of_the_machine() -> None:
    """Invariant T5."""
    table = Table(listed(PollTiming(min=2, max=30, jitter=0.0)))
    table.join("a")
    table.look()
    table.join("a")
    table.clock.advance(8 * 3600)
    woken = table.clock.monotonic()
    for _ in range(5):
        table.look()
    assert [at - woken for at in table.times[1:]] == pytest.approx([0, 3, 7.5, 14.25, 24.375])


def test_a_pause_holds_for_the_whole_board() -> None:
    """Invariant P8."""
    table = Table(single())
    table.join("a")
    table.join("b")
    table.look(error=refusal(429), delay=120)
    end = table.clock.monotonic() + 120
    table.join("c", fresh=True, poll=PollPolicy(first=0))
    assert table.at() == end
    for _ in range(3):
        table.look()
    assert table.times[1] == end
    assert {*table.by_task} == {"a", "b", "c"}


def test_a_wait_shorter_than_the_pause_fails_and_nothing_is_sent() -> None:
    """Invariant P8."""
    table = Table(listed(PollTiming(retry_after_max=100)))
    short = table.join("a", timeout=30)
    impatient = table.join("a", poll=PollPolicy(retry_after_max=10))
    patient = table.join("a")
    assert table.look(error=refusal(503), delay=60) == [short, impatient]
    assert isinstance(short.error, TaskTimeoutError)
    assert "left alone for 60 s" in str(short.error)
    assert short.error.resume_token
    assert table.at() == table.clock.monotonic() + 60
    assert table.look("ok") == [patient]
    beyond = table.join("b")
    assert table.look(delay=101.0)
    table.board.remove_waiter(beyond)
    again = table.join("b")
    assert give_up_error(again, table.clock.monotonic()) is not None
    table.clock.advance(2)
    assert give_up_error(again, table.clock.monotonic()) is None  # now it is no longer than the maximum


def test_a_silly_pause_ends_after_a_day() -> None:
    table = Table(listed(PollTiming(retry_after_max=inf)))
    table.join("a")
    table.look(delay=inf, error=refusal(429))
    assert table.at() == table.clock.monotonic() + 86_400


def test_whoever_has_a_budget_for_failures_is_told_when_it_is_spent() -> None:
    table = Table(listed(PollTiming(min=2, max=2)))
    patient = table.join("a")
    waiter = table.join("a", poll=PollPolicy(error_timeout=9))
    for _ in range(5):
        assert table.look(error=TransportError("reset")) == []
    assert table.look(error=TransportError("reset")) == [waiter]
    assert "looking at it has failed for 10 s" in str(waiter.error)
    again = table.join("a", poll=PollPolicy(error_timeout=9))
    assert give_up_error(again, table.clock.monotonic()) is None  # a new wait polls again
    assert set(table.look("ok")) == {patient, again}


def test_a_refusal_ends_the_waits_that_are_there_and_no_later_one() -> None:
    table = Table(listed(PollTiming(min=2, jitter=0.0)))
    waiter = table.join("a")
    assert table.look(error=refusal(403)) == [waiter]
    assert isinstance(table.record("a").refusal, ApiError)
    again = table.join("a")
    assert not again.has_changes()
    assert table.at() - table.clock.monotonic() >= 2
    assert table.look("ok") == [again]
    assert table.record("a").refusal is None


def test_many_tasks_share_the_rate_and_each_gets_its_turn() -> None:
    """Invariant P4."""
    table = Table(single(PollTiming(min=2, max=30, rate=(60, 60.0))))
    for number in range(600):
        table.join(str(number))
        table.join(str(number))
    start = table.clock.monotonic()
    while table.clock.monotonic() < start + 3600:
        for waiter in table.look():
            table.join(next(iter(waiter.seen)).ref.id)
    assert len(table.times) <= 3600 + 1
    assert len(table.by_task) == 600
    assert max(max(gaps(times)) for times in table.by_task.values()) <= 600 + 30
    assert min(min(gaps(times)) for times in table.by_task.values()) >= 2


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


def test_what_nobody_waits_for_is_forgotten() -> None:
    table = Table(single(PollTiming(min=2, max=2)))
    for number in range(5000):
        table.board.remove_waiter(table.join(str(number)))
        if number % 10 == 0:
            waiter = table.join(str(number))
            table.look()
            table.board.remove_waiter(waiter)
    assert len(table.board.targets) < 20
    keep = table.join("kept")
    for number in range(5000):
        table.board.remove_waiter(table.join(f"x{number}", timeout=60))
    assert len(table.board.targets) < 1200
    for _ in range(5000):
        table.board.remove_waiter(table.join("kept", timeout=60))
    target = table.board.targets["kept"]
    assert len(target._deadlines) < 200
    assert list(target.waiters) == [keep]
    assert len(table.board._queue) < 3000
