"""Waiting in an event loop, in virtual time: requests, deadlines, cancellation, and cleanup."""

from __future__ import annotations

import asyncio
import gc
import random
import sys
import threading
import tracemalloc
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import pytest
from tests.unit.tasks.polling_harness import (
    AsyncVendor,
    PollingHarness,
    Vendor,
    ending,
    gaps,
    listed,
    poll_once,
    reply,
    single,
)

from dragoman.testing import VirtualClock
from taskclients_core.deadline import Clock
from taskclients_core.effects import Callback, RunBlocking, WaitForChange
from taskclients_core.errors import ApiError, ClientClosedError, TransportError
from taskclients_core.events import Event
from taskclients_core.tasks.definition import Lifetime, PollTiming, TaskType
from taskclients_core.tasks.errors import PollingError, TaskTimeoutError
from taskclients_core.tasks.polling.policy import PollPolicy
from taskclients_core.tasks.state import TaskState

T = TypeVar("T")


def bench_of(kind: TaskType[Any, Any], **tasks: str) -> PollingHarness:
    return PollingHarness(AsyncVendor(tasks=tasks), kind)


def run(harness: PollingHarness, main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    clock: VirtualClock = harness.vendor.clock
    return clock.run(main())


async def until_polled(harness: PollingHarness, count: int) -> None:
    while len(harness.vendor.requests) < count:
        await asyncio.sleep(0.01)


@pytest.mark.large
@pytest.mark.parametrize(
    ("timing", "most"),
    [
        (PollTiming(min=5, max=5), 121),
        (PollTiming(), 300),
        (PollTiming(rate=(30, 60.0)), 300),
        (PollTiming(min=0.5, rate=(30, 60.0)), 300),
    ],
)
def test_a_thousand_waits_cost_one_request_an_interval(timing: PollTiming, most: int) -> None:
    """Invariant P1."""
    harness = bench_of(listed(timing))
    harness.vendor.tasks = {str(number): "run" for number in range(1000)}
    chance = random.Random(3)

    async def one(number: int) -> bool:
        await asyncio.sleep(chance.choice([0.0, chance.random() * 300]))
        left = 600 - (harness.vendor.clock.monotonic() - 1000)
        return bool(await harness.runner.run(ending(harness.record(str(number)), left)))

    async def change() -> None:
        while True:
            await asyncio.sleep(chance.random() * 7)
            harness.vendor.tasks[str(chance.randrange(1000))] = chance.choice(["run", "queued"])

    async def main() -> list[bool]:
        changing = asyncio.create_task(change())
        found = await asyncio.gather(*[one(number) for number in range(1000)])
        changing.cancel()
        return found

    assert not any(run(harness, main))
    assert harness.vendor.clock.monotonic() == pytest.approx(1600)
    assert 20 < len(harness.vendor.requests) <= most
    assert min(gaps(harness.vendor.times)) >= timing.min
    stats = harness.registry.stats()
    assert stats["polls"] == len(harness.vendor.requests)
    assert stats["saved"] > 15_000
    if timing.rate:
        spread = [
            later - earlier for earlier, later in zip(harness.vendor.times, harness.vendor.times[30:], strict=False)
        ]
        assert min(spread) >= 60


def test_many_waits_for_one_task_are_one_request_an_interval() -> None:
    """Invariant P4."""
    harness = bench_of(single(PollTiming(min=5, max=5)), a="run")

    async def main() -> None:
        await asyncio.gather(*[harness.runner.run(ending(harness.record("a"), 100)) for _ in range(500)])

    run(harness, main)
    assert len(harness.vendor.requests) <= 21


def test_all_waiters_learn_of_the_end_from_the_same_poll() -> None:
    harness = bench_of(listed(), a="run", b="run", c="run")

    async def main() -> None:
        waits = [asyncio.create_task(harness.runner.run(ending(harness.record(key), None))) for key in "abcabc"]
        await until_polled(harness, 3)
        harness.vendor.tasks |= {"a": "ok", "b": "bad"}
        await until_polled(harness, 4)
        await asyncio.sleep(0.1)
        assert [wait.done() for wait in waits] == [True, True, False] * 2
        harness.vendor.tasks["c"] = "ok"
        await asyncio.gather(*waits)

    run(harness, main)
    assert len(harness.vendor.requests) == 5


def test_nothing_is_left_when_the_last_waiter_leaves() -> None:
    """Invariant P5."""
    harness = bench_of(listed(PollTiming(min=2, first=20)), a="run")

    async def main() -> None:
        before = len(asyncio.all_tasks())
        loop: Any = asyncio.get_running_loop()
        waits = [asyncio.create_task(harness.runner.run(ending(harness.record("a"), 500))) for _ in range(3)]
        await asyncio.sleep(1)
        assert len(asyncio.all_tasks()) == before + 3  # nothing but the waiters
        for wait in waits:
            wait.cancel()
        with suppress(asyncio.CancelledError):
            await waits[-1]
        assert len(asyncio.all_tasks()) == before
        assert [handle for handle in loop._scheduled if not handle.cancelled()] == []
        await asyncio.sleep(1000)
        assert harness.vendor.requests == []

    run(harness, main)


def test_a_poll_under_way_may_finish_when_the_last_waiter_leaves_and_none_follows() -> None:
    """Invariant P5."""
    harness = bench_of(listed(), a="run")
    harness.vendor.latency = lambda: 1.0

    async def main() -> None:
        wait = asyncio.create_task(harness.runner.run(ending(harness.record("a"), None)))
        await until_polled(harness, 1)
        wait.cancel()
        await asyncio.sleep(1000)
        assert len(asyncio.all_tasks()) == 1
        assert not await harness.runner.run(ending(harness.record("a"), 10))

    run(harness, main)
    assert min(gaps(harness.vendor.times)[1:]) >= 2
    assert gaps(harness.vendor.times)[0] > 990


def test_waiting_starts_no_thread() -> None:
    """Invariant P6."""
    harness = bench_of(listed(), a="run")
    before = threading.active_count()

    async def main() -> int:
        await harness.runner.run(ending(harness.record("a"), 100))
        return threading.active_count()

    assert run(harness, main) == before


@pytest.mark.large
def test_clients_that_start_together_do_not_poll_together() -> None:
    """Invariant P7."""
    times: list[float] = []
    for seed in range(500):
        clock = VirtualClock(seed=seed)
        harness = PollingHarness(Vendor(clock, tasks={"a": "run"}), listed())
        harness.runner.run(ending(harness.record("a"), 300))
        times += harness.vendor.times
    by_second = [sum(start <= at - 1000 < start + 1 for at in times) for start in range(300)]
    assert by_second[0] <= 60
    later = by_second[100:290]
    assert max(later) / (sum(later) / len(later)) <= 2


@pytest.mark.large
def test_scopes_and_clients_share_nothing() -> None:
    """Invariant P9."""
    chance = random.Random(9)
    clock = VirtualClock(seed=1)
    harnesses = [PollingHarness(AsyncVendor(clock), listed(PollTiming(min=1, max=1))) for _ in range(3)]
    words: dict[tuple[int, str], str] = {}
    leaks = list[str]()

    def vendor_of(number: int) -> Callable[[Any], Any]:
        def respond(request: Any) -> Any:
            org = request.url.split("/")[3]
            return reply({"items": [{"id": "a", "status": "run", "who": f"{number} {org}"}]})

        return respond

    for number, harness in enumerate(harnesses):
        harness.vendor.respond = vendor_of(number)

    async def one() -> None:
        number, org = chance.randrange(3), chance.choice(["o1", "o2", "o/1", "O1"])
        record = harnesses[number].record("a", org)
        await asyncio.sleep(chance.random() * 5)
        await harnesses[number].runner.run(poll_once(record))
        where = org.replace("/", "%2F")
        if f'"who": "{number} {where}"'.encode() not in (record.raw or b""):
            leaks.append(f"{number} {org}: {record.raw!r}")

    async def main() -> None:
        await asyncio.gather(*[one() for _ in range(10_000)])

    clock.run(main())
    assert not leaks
    assert not words


def test_nothing_is_sent_before_retry_after_has_passed() -> None:
    """Invariant P8."""
    harness = bench_of(listed(), a="run")
    reported: list[Exception] = []

    def respond(_: Any) -> Any:
        return reply({}, 429, Retry_After="50") if len(harness.vendor.requests) == 1 else reply({"items": []})

    harness.vendor.respond = respond

    async def hasty() -> None:
        start = harness.vendor.clock.monotonic()
        try:
            await harness.runner.run(ending(harness.record("a"), 40))
        except TaskTimeoutError as error:
            assert harness.vendor.clock.monotonic() - start < 10  # also before the deadline
            reported.append(error)

    async def main() -> None:
        long_wait = asyncio.create_task(harness.runner.run(ending(harness.record("a"), 200)))
        await hasty()
        await hasty()  # and afterwards
        await harness.runner.run(poll_once(harness.record("b")))
        await long_wait

    run(harness, main)
    assert len(reported) == 2
    assert "asked for a pause" in str(reported[0])
    assert gaps(harness.vendor.times)[0] >= 50


@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("0007", 7.0),
        ("Fri, 15 Jan 2027 08:01:40 GMT", 100.0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
        ("inf", 0.0),
        ("nan", 0.0),
        ("1e3", 0.0),
        ("1.5", 0.0),
        ("-1", 0.0),
        ("", 0.0),
        ("\u0667", 0.0),
        ("7, 8", 0.0),
        ("seven", 0.0),
        ("9" * 400, 86_400.0),
        ("99999999999", 86_400.0),
    ],
)
def test_retry_after_is_understood_or_ignored_and_never_shortens_a_wait(header: str, pause: float) -> None:
    """Invariant T7."""
    clock = VirtualClock(seed=1)
    vendor = Vendor(clock, tasks={"a": "run"})
    harness = PollingHarness(vendor, listed(PollTiming(min=2, max=2, retry_after_max=float("inf"))))

    def respond(_: Any) -> Any:
        # As bytes on a wire are read.
        value = header.encode().decode("latin-1")
        return reply({}, 503, Retry_After=value) if len(vendor.requests) == 1 else reply({"items": []})

    vendor.respond = respond
    clock.jump(-3.0)
    harness.runner.run(poll_once(harness.record("a"), None))
    assert len(vendor.requests) == 2
    assert gaps(vendor.times)[0] == pytest.approx(max(2.01, pause), abs=0.05 + 3 * ("GMT" in header))
    assert gaps(vendor.times)[0] >= 2


@pytest.mark.large
def test_an_end_at_least_min_before_the_deadline_is_seen() -> None:
    """Invariant T3."""
    missed = 0
    for seed in range(300):
        chance = random.Random(seed)
        vendor = AsyncVendor(VirtualClock(seed=seed), tasks={"a": "run"})
        harness = PollingHarness(vendor, listed(PollTiming(min=2, max=30)))
        timeout = chance.uniform(5, 200)

        async def main(
            harness: PollingHarness = harness, timeout: float = timeout, chance: random.Random = chance
        ) -> bool:
            loop = asyncio.get_running_loop()
            ends = timeout - 2 - chance.choice([0.05, chance.random() * 3])
            loop.call_later(ends, harness.vendor.tasks.update, {"a": "ok"})
            others = [
                asyncio.create_task(harness.runner.run(ending(harness.record("a"), chance.uniform(1, 250))))
                for _ in range(chance.choice([0, 3]))
            ]
            found = await harness.runner.run(ending(harness.record("a"), timeout))
            await asyncio.gather(*others)
            return bool(found)

        missed += not run(harness, main)
        assert min(gaps(vendor.times), default=2) >= 2
    assert missed == 0


def test_the_wall_clock_decides_nothing() -> None:
    """Invariant T4."""

    def times(jump: Callable[[VirtualClock, int], None]) -> list[float]:
        vendor = Vendor(VirtualClock(seed=1), tasks={"a": "run"})

        def respond(_: Any) -> Any:
            jump(vendor.clock, len(vendor.requests))
            return reply({"items": [{"id": "a", "status": "run", "n": len(vendor.requests) // 3}]})

        vendor.respond = respond
        harness = PollingHarness(vendor, listed())
        harness.runner.run(ending(harness.record("a"), 600))
        return vendor.times

    def shift(clock: VirtualClock, number: int) -> None:
        jumps = (3600, -3600, 86_400, -86_400, 315e6, -315e6, -2e9)
        clock.jump(jumps[number % len(jumps)])

    assert times(shift) == times(lambda clock, number: None)


def test_a_suspended_machine_polls_once_when_it_wakes_up() -> None:
    """Invariant T5."""
    harness = bench_of(listed(PollTiming(min=2, max=30)), a="run")

    async def main() -> None:
        wait = asyncio.create_task(harness.runner.run(ending(harness.record("a"), None)))
        await until_polled(harness, 5)
        harness.vendor.clock.advance(8 * 3600)  # the monotonic clock continued
        harness.vendor.requests.clear()
        woken = harness.vendor.clock.monotonic()
        await asyncio.sleep(60)
        assert harness.vendor.times[0] - woken < 0.1
        assert min(gaps(harness.vendor.times)) >= 2
        harness.vendor.clock.suspend(8 * 3600)  # it stopped, but the date advanced
        before = len(harness.vendor.requests)
        await asyncio.sleep(1)
        assert len(harness.vendor.requests) <= before + 1
        wait.cancel()

    run(harness, main)


def test_a_wait_without_time_sends_nothing_and_a_wait_without_end_works() -> None:
    """Invariant T6."""
    harness = bench_of(listed(), a="ok")
    record = harness.record("a")

    async def main() -> None:
        assert not await harness.runner.run(ending(record, 0))
        assert harness.vendor.requests == []
        assert not await harness.runner.run(ending(record, 1e-9))
        assert await harness.runner.run(ending(record, 1e9))
        assert await harness.runner.run(ending(harness.record("a"), float("inf")))

    run(harness, main)


def test_a_failing_server_is_polled_less_often_and_no_task_fails() -> None:
    harness = bench_of(listed(PollTiming(min=2, max=60, jitter=0.0)), a="run")
    responses: list[Any] = [TransportError("reset"), reply({}, 502), reply(b"<html>"), reply(b'{"items": [')]
    harness.vendor.respond = lambda _: (
        responses[len(harness.vendor.requests) % 4] if len(harness.vendor.requests) < 9 else None
    )

    def respond(_: Any) -> Any:
        number = len(harness.vendor.requests)
        return responses[number % 4] if number < 9 else reply({"items": [{"id": "a", "status": "ok"}]})

    harness.vendor.respond = respond

    async def main() -> None:
        assert await harness.runner.run(ending(harness.record("a"), None))

    run(harness, main)
    assert [round(gap) for gap in gaps(harness.vendor.times)] == [3, 4, 7, 10, 15, 23, 34, 51]
    assert harness.record("a").refusal is None


def test_a_refusal_is_raised_in_all_waits() -> None:
    harness = bench_of(listed())
    harness.vendor.respond = lambda _: reply({}, 403)

    async def main() -> list[Any]:
        waits = [harness.runner.run(ending(harness.record(key), None)) for key in "aabb"]
        return await asyncio.gather(*waits, return_exceptions=True)

    found = run(harness, main)
    assert [type(error).__name__ for error in found] == ["ForbiddenError"] * 4
    assert len(harness.vendor.requests) == 1


def test_the_error_timeout_ends_a_wait() -> None:
    harness = bench_of(listed())
    harness.vendor.respond = lambda _: TransportError("reset")

    async def main() -> None:
        with pytest.raises(PollingError, match="have failed for") as reported:
            await harness.runner.run(ending(harness.record("a"), None, PollPolicy(error_timeout=100)))
        assert isinstance(reported.value.__cause__, TransportError)

    run(harness, main)
    assert 100 <= harness.vendor.times[-1] - harness.vendor.times[0] <= 160


def test_an_absent_task_is_lost_after_the_polls_and_seconds_of_its_type() -> None:
    for kind in listed, single:
        harness = bench_of(kind(lifetime=Lifetime(missing_polls=3, missing_grace=60)))

        async def main(harness: PollingHarness = harness) -> None:
            await harness.runner.run(ending(harness.record("a"), 1000))

        run(harness, main)
        assert harness.record("a").lost_after is not None or gc.collect() >= 0
        assert len(harness.vendor.requests) >= 3
        assert 60 <= harness.vendor.clock.monotonic() - harness.vendor.times[0] <= 120


def test_tasks_of_several_schedulers_are_waited_for_together() -> None:
    harness = bench_of(listed(), a="run")
    records = [harness.record("a", org) for org in ("o1", "o2", "o3")]

    async def main() -> None:
        versions = {record: record.version for record in records}
        await harness.runner.run(changes(versions))
        assert sum(record.version for record in records) == 1
        assert all(not scheduler.waiters for scheduler in harness.registry._schedulers.values())

    run(harness, main)


def changes(versions: dict[TaskState, int], **more: Any) -> Any:
    yield WaitForChange(versions, more.pop("until", None), **more)


def test_a_paused_scheduler_does_not_end_a_wait_for_tasks_of_others() -> None:
    harness = bench_of(listed(lifetime=Lifetime(missing_polls=99)))

    def respond(request: Any) -> Any:
        if "/o1/" in request.url:
            return reply({}, 429, Retry_After="100000")
        return reply({"items": [{"id": "a", "status": "ok"}]} if len(harness.vendor.requests) > 20 else {"items": []})

    harness.vendor.respond = respond
    records = {org: harness.record("a", org) for org in ("o1", "o2")}

    async def main() -> None:
        await harness.runner.run(changes(dict.fromkeys(records.values(), 0)))
        with pytest.raises(TaskTimeoutError):
            await harness.runner.run(changes({records["o1"]: 0}))

    run(harness, main)
    assert records["o2"].terminal


def test_a_heartbeat_returns_without_a_change_and_causes_no_poll() -> None:
    harness = bench_of(listed(PollTiming(min=2, max=30, jitter=0.0)), a="run")
    record = harness.record("a")

    async def main() -> None:
        await harness.runner.run(changes({record: 0}))
        beats = 0
        while harness.vendor.clock.monotonic() < 1200:
            beat = harness.vendor.clock.monotonic() + 1
            await harness.runner.run(changes({record: record.version}, until=2000, heartbeat=beat))
            beats += 1
        assert beats > 150

    run(harness, main)
    assert len(harness.vendor.requests) < 15


def test_cancelling_a_wait_at_any_step_of_the_loop_leaves_the_other_waits_alone() -> None:
    """Invariant C1."""
    for step in range(40):
        harness = bench_of(listed(PollTiming(min=1, first=0.0)), a="run", b="run")

        async def main(harness: PollingHarness = harness, step: int = step) -> None:
            other = asyncio.create_task(harness.runner.run(ending(harness.record("b"), None)))
            wait = asyncio.create_task(harness.runner.run(ending(harness.record("a"), None)))
            for _ in range(step):
                await asyncio.sleep(0)
                if step > 20:
                    await asyncio.sleep(0.013)
            wait.cancel()
            wait.cancel()
            with pytest.raises(asyncio.CancelledError):
                await wait
            harness.vendor.tasks["b"] = "ok"
            assert await other
            await asyncio.sleep(0.02)
            assert len(asyncio.all_tasks()) == 1

        run(harness, main)


@pytest.mark.large
def test_random_cancellations_leave_the_others_and_the_limits_alone() -> None:
    """Invariant C1."""
    harness = bench_of(listed(PollTiming(min=1, max=4)))
    harness.vendor.tasks = {str(number): "run" for number in range(50)}
    chance = random.Random(5)

    async def one() -> bool:
        key = str(chance.randrange(50))
        wait = asyncio.create_task(harness.runner.run(ending(harness.record(key), chance.uniform(0, 60))))
        await asyncio.sleep(chance.uniform(0, 30))
        wait.cancel()
        with suppress(asyncio.CancelledError):
            await wait
        return wait.cancelled()

    async def main() -> None:
        faithful = [
            asyncio.create_task(harness.runner.run(ending(harness.record(str(key)), None))) for key in range(50)
        ]
        done = await asyncio.gather(*[one() for _ in range(5000)])
        assert sum(done) > 1000
        harness.vendor.tasks = dict.fromkeys(harness.vendor.tasks, "ok")
        assert all(await asyncio.gather(*faithful))
        assert len(asyncio.all_tasks()) == 1

    run(harness, main)
    assert min(gaps(harness.vendor.times)) >= 1


def test_a_cancelled_poll_is_repeated() -> None:
    harness = bench_of(listed(), a="ok")
    harness.vendor.latency = lambda: 1.0

    async def main() -> None:
        wait = asyncio.create_task(harness.runner.run(ending(harness.record("a"), None)))
        await until_polled(harness, 1)
        for task in asyncio.all_tasks() - {wait, asyncio.current_task()}:
            task.cancel()  # as a careless shutdown does
        assert await wait

    run(harness, main)
    assert gaps(harness.vendor.times)[0] >= 2


def test_a_closed_client_ends_all_waits() -> None:
    """Invariant C4."""
    harness = bench_of(listed(), a="run")
    harness.vendor.latency = lambda: 8.0

    async def main() -> None:
        for count in (0, 1):
            bench_ = bench_of(listed(), a="run")
            bench_.vendor = harness.vendor
            bench_ = PollingHarness(harness.vendor, listed())
            wait = asyncio.create_task(bench_.runner.run(ending(bench_.record("a"), None)))
            await until_polled(harness, count)
            start = harness.vendor.clock.monotonic()
            await bench_.runner.aclose()
            with pytest.raises(ClientClosedError):
                await wait
            assert harness.vendor.clock.monotonic() - start < 1
            with pytest.raises(ClientClosedError):
                await bench_.runner.run(ending(bench_.record("a"), None))
            assert len(asyncio.all_tasks()) == 1

    run(harness, main)


def test_another_event_loop_is_refused() -> None:
    """Invariant C4."""
    harness = bench_of(listed(), a="ok")

    async def main() -> bool:
        return bool(await harness.runner.run(poll_once(harness.record("a"))))

    assert run(harness, main)
    with pytest.raises(ClientClosedError, match="another event loop"):
        run(harness, main)


def test_waits_that_end_with_their_loop_are_dropped_silently() -> None:
    """Invariant C6."""
    harness = bench_of(listed(), a="run")
    harness.vendor.latency = lambda: 5.0

    async def main() -> None:
        for _ in range(3):
            task = asyncio.create_task(harness.runner.run(ending(harness.record("a"), None)))
            task.add_done_callback(lambda _: None)
        await until_polled(harness, 1)

    run(harness, main)
    gc.collect()  # warnings are errors here


def test_a_callback_may_cancel_its_own_wait_or_close_the_client() -> None:
    """Invariant C6."""
    harness = bench_of(listed(), a="run")
    reported: list[object] = []

    def flow() -> Any:
        yield WaitForChange({harness.record("a"): 0}, None)
        yield Callback(reported.append, 1)

        async def closing(value: object) -> None:
            await harness.runner.aclose()
            reported.append(value)

        yield Callback(closing, 2)
        current = asyncio.current_task()
        assert current is not None
        yield Callback(lambda _: current.cancel(), 3)
        yield RunBlocking(lambda: None, heavy=False)

    async def main() -> None:
        other = asyncio.create_task(harness.runner.run(ending(harness.record("b"), None)))
        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(harness.runner.run(flow()))
        with pytest.raises(ClientClosedError):
            await other

    run(harness, main)
    assert reported == [1, 2]


def test_polling_reports_its_events() -> None:
    events: list[Event] = []
    clock = VirtualClock(seed=1)
    vendor = Vendor(clock)
    harness = PollingHarness(vendor, listed(PollTiming(min=2, max=2)), on_event=events.append)
    responses = [
        reply({"items": [{"id": "a", "status": "run"}]}),
        reply({"items": [{"id": "a", "status": "odd"}]}),
        reply({}, 503, Retry_After="9"),
        reply({"items": [{"id": "a", "status": "ok"}]}),
    ]
    vendor.respond = lambda _: responses[len(vendor.requests) - 1]
    harness.runner.run(ending(harness.record("a"), None))
    reported = [event for event in events if event.kind not in ("call", "request", "response", "success", "failure")]
    assert [event.kind for event in reported] == [
        *("change", "poll", "unknown-status", "poll", "poll", "backoff", "change", "poll")
    ]
    assert reported[0].task == "vendor.task a"
    assert reported[1].waiters == reported[1].pages == 1
    assert reported[4].delay == 9
    assert reported[5].status == 503
    assert reported[5].delay == pytest.approx(9, abs=0.1)
    assert str(reported[1]).startswith("vendor.list: poll 1 pages for 1 waits (GET http://vendor.test/{org}/tasks)")


def test_an_event_callback_may_use_the_client() -> None:
    vendor = Vendor(tasks={"a": "ok"})

    def on_event(event: Event) -> None:
        if event.kind == "poll":
            harness.registry.stats()
            harness.runner.run(ending(harness.record("a"), 5))

    harness = PollingHarness(vendor, listed(), on_event=on_event)
    assert harness.runner.run(ending(harness.record("a"), 60))


@pytest.mark.large
def test_polls_that_fail_at_random_misreport_no_task() -> None:
    """Invariant ST8."""
    chance = random.Random(8)
    ends = {str(number): chance.uniform(0, 300) for number in range(4000)}
    last_statuses = {key: chance.choice(["ok", "bad"]) for key in ends}
    harness = bench_of(listed(PollTiming(min=5, max=10)))
    clock = harness.vendor.clock

    def respond(_: Any) -> Any:
        kind = chance.random()
        if kind < 0.2:
            failures = [TransportError("x"), reply({}, 500), reply(b"<"), reply({}, 429), reply({"items": None})]
            return chance.choice(failures)
        items = [
            {"id": key, "status": last_statuses[key] if clock.monotonic() > 1000 + at else "run"}
            for key, at in ends.items()
        ]
        return reply({"items": items})

    harness.vendor.respond = respond

    async def main() -> list[Any]:
        return await asyncio.gather(*[harness.runner.run(ending(harness.record(key), None)) for key in ends])

    held = [harness.record(key) for key in ends]
    assert all(run(harness, main))
    assert [str(record.snapshot and record.snapshot.status) for record in held] == list(last_statuses.values())


def test_an_internal_error_is_raised_in_all_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    harness = bench_of(listed(), a="run")

    async def main() -> list[Any]:
        waits = [asyncio.create_task(harness.runner.run(ending(harness.record("a"), None))) for _ in range(2)]
        await asyncio.sleep(0.01)

        def broken(*_: Any) -> Any:
            raise LookupError("a bug")

        monkeypatch.setattr(type(harness.scheduler()), "finish_poll", broken)
        return await asyncio.gather(*waits, return_exceptions=True)

    found = run(harness, main)
    assert [type(error) for error in found] == [RuntimeError, RuntimeError]
    assert isinstance(found[0].__cause__, LookupError)
    assert not isinstance(found[0], ApiError)


@pytest.mark.large
def test_many_polls_use_no_more_memory() -> None:
    """Invariant Y5."""
    vendor = Vendor(tasks={"a": "run"})
    vendor.requests = []
    harness = PollingHarness(vendor, listed(PollTiming(min=2, max=2)))
    record = harness.record("a")

    def run_polls(count: int) -> None:
        for _ in range(count):
            harness.runner.run(poll_once(record))
            vendor.requests.clear()
            vendor.tasks["a"] = random.choice(["run", "queued"])

    run_polls(200)
    gc.collect()
    tracemalloc.start()
    try:
        run_polls(500)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        run_polls(1000)
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] - before < 20_000
    finally:
        tracemalloc.stop()
    assert sys.getrefcount(record) < 10


@pytest.mark.parametrize(
    "slept", [lambda seconds: seconds / 2 + 1e-6, lambda seconds: seconds + 5, lambda seconds: 0.015]
)
def test_a_clock_that_sleeps_too_short_or_too_long_breaks_no_limit(slept: Callable[[float], float]) -> None:
    class Unusual(VirtualClock):
        waits = 0

        def wait(self, condition: threading.Condition, seconds: float | None) -> None:
            assert seconds is not None
            self.waits += 1
            self.advance(slept(seconds))

    clock = Unusual()
    vendor = Vendor(clock, tasks={"a": "run"})
    harness = PollingHarness(vendor, listed(PollTiming(min=2, max=10)))
    assert not harness.runner.run(ending(harness.record("a"), 100))
    assert 5 <= len(vendor.requests) <= 40
    assert min(gaps(vendor.times)) >= 2
    assert clock.waits < 100 / 0.015 + 100


def test_the_real_clock_waits_and_calls_back() -> None:
    clock = Clock()
    condition = threading.Condition()
    with condition:
        clock.wait(condition, 0.01)
        clock.wait(condition, -1.0)

        def notify() -> None:
            with condition:
                condition.notify()

        timer = threading.Timer(0.05, notify)
        timer.start()
        clock.wait(condition, 1e300)
    timer.join()

    async def main() -> list[int]:
        called: list[int] = []
        clock.call_later(0.01, lambda: called.append(1))
        clock.call_later(0.01, lambda: called.append(2)).cancel()
        await asyncio.sleep(0.1)
        return called

    assert asyncio.run(main()) == [1]
