"""Threads that wait for the same tasks: one of them polls for all, whatever waiters come, go or die."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from attrs import define, field
from tests.unit.tasks.polling_harness import PollingHarness, Vendor, ending, gaps, listed, poll_once

from taskclients_core.deadline import Clock
from taskclients_core.effects import Send, WaitForChange
from taskclients_core.errors import ClientClosedError, TransportError
from taskclients_core.tasks.definition import PollTiming
from taskclients_core.tasks.errors import TaskTimeoutError
from taskclients_core.tasks.polling.scheduler import PollScheduler

QUICK = PollTiming(min=0.05, max=0.05, first=0.0)


@pytest.fixture(autouse=True)
def begun(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Scheduled times of polls; a thread may have to wait for its turn before its request is sent."""
    moments: list[float] = []
    begin = PollScheduler.start_poll

    def recorded(scheduler: PollScheduler, target: Any, now: float, by: Any = None) -> Any:
        moments.append(now)
        return begin(scheduler, target, now, by)

    monkeypatch.setattr(PollScheduler, "start_poll", recorded)
    return moments


@define(eq=False)
class RealVendor(Vendor):
    """The vendor in real time."""

    clock: Any = field(factory=Clock)
    before: Callable[[], None] = lambda: None
    """Called in the polling thread during a poll."""

    together: int = 0
    most_together: int = 0

    def perform(self, effect: Any) -> Any:
        assert isinstance(effect, Send)
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        try:
            self.requests.append((time.monotonic(), effect.request.url))
            deadline = effect.request.deadline
            end = time.monotonic() + self.latency()
            while time.monotonic() < end:
                if deadline is not None and deadline.expired:
                    raise TransportError("late")
                time.sleep(0.005)
            self.before()
            response = self.response_to(effect.request)
            if isinstance(response, Exception):
                raise response
            return response
        finally:
            self.together -= 1


class Crew:
    """Threads, each with a flow, and their results."""

    def __init__(self, harness: PollingHarness) -> None:
        self.harness = harness
        self.results: list[Any] = []
        self.threads: list[threading.Thread] = []

    def hire(self, key: str, timeout: float | None) -> threading.Thread:
        record = self.harness.record(key)

        def work() -> None:
            try:
                self.results.append(self.harness.runner.run(ending(record, timeout)))
            except BaseException as error:
                self.results.append(error)

        thread = threading.Thread(target=work, daemon=True)
        self.threads.append(thread)
        thread.start()
        return thread

    def wait(self, seconds: float = 20.0) -> list[Any]:
        end = time.monotonic() + seconds
        for thread in self.threads:
            thread.join(max(0.0, end - time.monotonic()))
        assert not any(thread.is_alive() for thread in self.threads)
        return self.results


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.002)


def crew_of(vendor: RealVendor | None = None, timing: PollTiming = QUICK) -> Crew:
    vendor = vendor or RealVendor(tasks={"a": "run", "b": "run"}, latency=lambda: 0.0)
    return Crew(PollingHarness(vendor, listed(timing)))


@pytest.mark.serial
def test_one_of_the_waiting_threads_polls_for_all(begun: list[float]) -> None:
    """Invariants P1, P2, P6."""
    crew = crew_of()
    vendor = crew.harness.vendor
    before = threading.active_count()
    start = time.monotonic()
    for _ in range(200):
        crew.hire(random.choice("ab"), None)
    until(lambda: len(vendor.requests) > 10)
    assert threading.active_count() == before + 200
    vendor.tasks = {"a": "ok", "b": "bad"}
    assert crew.wait() == [True] * 200
    assert vendor.most_together == 1
    assert min(gaps(begun)) >= 0.05
    assert len(vendor.requests) <= (time.monotonic() - start) / 0.05 + 2
    assert not crew.harness.scheduler().waiters
    assert crew.harness.scheduler().leader is None


@pytest.mark.serial
@pytest.mark.parametrize("death", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_another_thread_leads_when_the_leader_dies_during_a_poll(
    death: type[BaseException], begun: list[float]
) -> None:
    """Invariant C3."""
    crew = crew_of()
    vendor = crew.harness.vendor
    deaths = 0

    def die() -> None:
        nonlocal deaths
        if deaths < 5:
            deaths += 1
            raise death

    vendor.before = die
    for _ in range(12):
        crew.hire("a", None)
    until(lambda: len(vendor.requests) > 8)
    assert [type(result) for result in crew.results] == [death] * 5
    vendor.tasks["a"] = "ok"
    assert crew.wait()[5:] == [True] * 7
    # The next leader does not wait longer than the limits require.
    assert max(gaps(vendor.times[:6])) < 1
    assert min(gaps(begun)) >= 0.05


@pytest.mark.serial
def test_threads_that_leave_die_and_fail_at_random_block_no_wait(begun: list[float]) -> None:
    """Invariant C3."""
    chance = random.Random(3)
    vendor = RealVendor(tasks={"a": "run", "b": "run"}, latency=lambda: chance.random() * 0.01)
    kind = PollTiming(min=0.005, max=0.01, first=0.0)
    crew = crew_of(vendor, kind)

    def outcome() -> None:
        fated = chance.random()
        if fated < 0.1:
            raise SystemExit
        if fated < 0.2:
            raise TransportError("reset")

    vendor.before = outcome
    steady = crew.hire("b", None)
    for _ in range(1500):
        crew.hire("a", chance.choice([0.0, 0.001, 0.01, 0.05]))
        if chance.random() < 0.3:
            time.sleep(0.002)
    vendor.before = lambda: None
    vendor.tasks["b"] = "ok"
    results = crew.wait()
    assert len(results) == 1501
    assert {type(result) for result in results} <= {bool, SystemExit}
    assert not steady.is_alive()
    assert min(gaps(begun)) >= 0.005
    assert vendor.most_together == 1


@pytest.mark.serial
def test_a_follower_times_out_on_time_while_the_poll_hangs() -> None:
    """Invariant T1."""
    vendor = RealVendor(tasks={"a": "run"}, latency=lambda: 3.0)
    crew = crew_of(vendor)
    leader = crew.hire("a", None)
    until(lambda: bool(vendor.requests))
    start = time.monotonic()
    assert crew.harness.runner.run(ending(crew.harness.record("a"), 0.3)) is False
    assert 0.3 <= time.monotonic() - start < 0.55
    assert leader.is_alive()
    vendor.tasks["a"] = "ok"
    assert crew.wait() == [True]


@pytest.mark.serial
def test_a_leader_times_out_on_time_and_its_poll_counts_as_no_failure() -> None:
    """Invariant T1."""
    vendor = RealVendor(tasks={"a": "run"}, latency=lambda: 3.0)
    crew = crew_of(vendor)
    start = time.monotonic()
    assert crew.harness.runner.run(ending(crew.harness.record("a"), 0.3)) is False
    assert time.monotonic() - start < 0.6
    assert len(vendor.requests) == 1
    assert crew.harness.scheduler().targets == {} or crew.harness.scheduler().targets[None].failures == 0


def test_a_leader_of_two_schedulers_hands_over_the_one_it_has_no_time_for() -> None:
    vendor = RealVendor(tasks={"a": "run"}, latency=lambda: 0.0)
    harness = PollingHarness(vendor, listed(QUICK))
    first, second = harness.record("a", "o1"), harness.record("a", "o2")
    slow, hanging = threading.Event(), threading.Event()

    def hang() -> None:
        if "/o1/" in vendor.requests[-1][1] and len(vendor.requests) > 10:
            hanging.set()
            slow.wait(5)

    def both() -> Any:
        while not first.terminal:
            yield WaitForChange({first: first.version, second: second.version}, None)
        return True

    vendor.before = hang
    done: list[Any] = []
    flows = [both(), ending(second, None)]
    threads = [threading.Thread(target=lambda flow=flow: done.append(harness.runner.run(flow))) for flow in flows]
    for thread in threads:
        thread.start()
        until(lambda: len(harness.registry._schedulers) == 2)
    assert hanging.wait(5)
    count = len(vendor.requests)
    until(lambda: len(vendor.requests) > count + 5, 2)  # the other scheduler continues
    vendor.tasks["a"] = "ok"
    slow.set()
    for thread in threads:
        thread.join(10)
    assert done == [True, True]


@pytest.mark.serial
def test_an_urgent_poll_comes_before_the_leader_s_next_interval() -> None:
    vendor = RealVendor(tasks={"a": "run"}, latency=lambda: 0.0)
    crew = crew_of(vendor, PollTiming(min=0.05, max=60, first=60.0))
    crew.hire("a", None)
    until(lambda: bool(crew.harness.registry._schedulers and crew.harness.scheduler().waiters))
    start = time.monotonic()
    assert crew.harness.runner.run(poll_once(crew.harness.record("a")))
    assert time.monotonic() - start < 1
    vendor.tasks["a"] = "ok"
    assert crew.harness.runner.run(poll_once(crew.harness.record("a")))
    assert crew.wait() == [True]


@pytest.mark.serial
def test_the_leader_polls_before_a_follower_s_deadline() -> None:
    """Invariant T3."""
    vendor = RealVendor(tasks={"a": "ok"}, latency=lambda: 0.0)
    crew = crew_of(vendor, PollTiming(min=0.1, max=60, first=60.0))
    crew.hire("a", None)
    assert crew.harness.runner.run(ending(crew.harness.record("a"), 0.5)) is True
    assert crew.wait() == [True]
    assert len(vendor.requests) == 1


@pytest.mark.serial
def test_a_closed_client_ends_all_waits_at_once() -> None:
    """Invariant C4."""
    crew = crew_of(RealVendor(tasks={"a": "run"}, latency=lambda: 0.0), PollTiming(min=0.05, max=60, first=60.0))
    for _ in range(5):
        crew.hire("a", None)
    until(lambda: bool(crew.harness.registry._schedulers) and len(crew.harness.scheduler().waiters) == 5)
    start = time.monotonic()
    crew.harness.runner.close()
    assert [type(result) for result in crew.wait(2)] == [ClientClosedError] * 5
    assert time.monotonic() - start < 1
    with pytest.raises(ClientClosedError):
        crew.harness.runner.run(ending(crew.harness.record("a"), None))


def test_after_an_interrupt_another_thread_leads() -> None:
    """Invariant C2."""
    vendor = RealVendor(tasks={"a": "run"}, latency=lambda: 0.0)
    crew = crew_of(vendor, PollTiming(min=0.05, max=0.05, first=0.0))
    record = crew.harness.record("a")
    main = threading.main_thread().ident
    assert main is not None

    def interrupt() -> None:
        until(lambda: len(vendor.requests) > 3)
        crew.hire("a", None)
        until(lambda: len(crew.harness.scheduler().waiters) == 2)
        signal.pthread_kill(main, signal.SIGINT)

    helper = threading.Thread(target=interrupt)
    helper.start()
    with pytest.raises(KeyboardInterrupt):
        crew.harness.runner.run(ending(record, 20))
    helper.join()
    count = len(vendor.requests)
    until(lambda: len(vendor.requests) > count + 3)
    vendor.tasks["a"] = "ok"
    assert crew.wait() == [True]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_process_polls_by_itself_while_a_thread_of_the_parent_polls() -> None:
    """Invariant C4: no hang. The thread that leads in the parent does not exist in the child."""
    crew = crew_of()
    record = crew.harness.record("a")
    crew.hire("a", None)
    until(lambda: len(crew.harness.vendor.requests) > 2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking with threads, which this test is about
        child = os.fork()
    if not child:
        code = 1
        try:
            crew.harness.vendor.tasks["a"] = "ok"
            code = 0 if crew.harness.runner.run(ending(record, 5)) else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    crew.harness.vendor.tasks["a"] = "ok"
    assert crew.wait() == [True]


def test_a_pause_beyond_one_thread_s_deadline_is_raised_in_it_alone() -> None:
    from tests.unit.tasks.polling_harness import reply

    vendor = RealVendor(latency=lambda: 0.0)

    def respond(_: Any) -> Any:
        if len(vendor.requests) == 1:
            return reply({}, 429, Retry_After="1")
        return reply({"items": [{"id": "a", "status": "ok"}]})

    vendor.respond = respond
    crew = crew_of(vendor)
    crew.hire("a", None)
    crew.hire("a", 0.5)
    results = crew.wait()
    assert isinstance(results[0], TaskTimeoutError)
    assert results[1] is True
    assert gaps(vendor.times)[0] >= 1
