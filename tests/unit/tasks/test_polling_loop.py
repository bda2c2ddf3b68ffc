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
    Bench,
    Vendor,
    ending,
    gaps,
    listed,
    looked,
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


def bench_of(kind: TaskType[Any, Any], **tasks: str) -> Bench:
    return Bench(AsyncVendor(tasks=tasks), kind)


def run(bench: Bench, main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    clock: VirtualClock = bench.vendor.clock
    return clock.run(main())


async def until_asked(bench: Bench, count: int) -> None:
    while len(bench.vendor.asked) < count:
        await asyncio.sleep(0.01)


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
    bench = bench_of(listed(timing))
    bench.vendor.tasks = {str(number): "run" for number in range(1000)}
    chance = random.Random(3)

    async def one(number: int) -> bool:
        await asyncio.sleep(chance.choice([0.0, chance.random() * 300]))
        left = 600 - (bench.vendor.clock.monotonic() - 1000)
        return bool(await bench.runner.run(ending(bench.record(str(number)), left)))

    async def change() -> None:
        while True:
            await asyncio.sleep(chance.random() * 7)
            bench.vendor.tasks[str(chance.randrange(1000))] = chance.choice(["run", "queued"])

    async def main() -> list[bool]:
        changing = asyncio.create_task(change())
        found = await asyncio.gather(*[one(number) for number in range(1000)])
        changing.cancel()
        return found

    assert not any(run(bench, main))
    assert bench.vendor.clock.monotonic() == pytest.approx(1600)
    assert 20 < len(bench.vendor.asked) <= most
    assert min(gaps(bench.vendor.times)) >= timing.min
    stats = bench.station.stats()
    assert stats["polls"] == len(bench.vendor.asked)
    assert stats["saved"] > 15_000
    if timing.rate:
        spread = [later - earlier for earlier, later in zip(bench.vendor.times, bench.vendor.times[30:], strict=False)]
        assert min(spread) >= 60


def test_many_waits_for_one_task_are_one_request_an_interval() -> None:
    """Invariant P4."""
    bench = bench_of(single(PollTiming(min=5, max=5)), a="run")

    async def main() -> None:
        await asyncio.gather(*[bench.runner.run(ending(bench.record("a"), 100)) for _ in range(500)])

    run(bench, main)
    assert len(bench.vendor.asked) <= 21


def test_everybody_is_told_of_the_end_by_the_same_look() -> None:
    bench = bench_of(listed(), a="run", b="run", c="run")

    async def main() -> None:
        waits = [asyncio.create_task(bench.runner.run(ending(bench.record(key), None))) for key in "abcabc"]
        await until_asked(bench, 3)
        bench.vendor.tasks |= {"a": "ok", "b": "bad"}
        await until_asked(bench, 4)
        await asyncio.sleep(0.1)
        assert [wait.done() for wait in waits] == [True, True, False] * 2
        bench.vendor.tasks["c"] = "ok"
        await asyncio.gather(*waits)

    run(bench, main)
    assert len(bench.vendor.asked) == 5


def test_nothing_is_left_when_the_last_waiter_leaves() -> None:
    """Invariant P5."""
    bench = bench_of(listed(PollTiming(min=2, first=20)), a="run")

    async def main() -> None:
        before = len(asyncio.all_tasks())
        loop: Any = asyncio.get_running_loop()
        waits = [asyncio.create_task(bench.runner.run(ending(bench.record("a"), 500))) for _ in range(3)]
        await asyncio.sleep(1)
        assert len(asyncio.all_tasks()) == before + 3  # nothing but the waiters
        for wait in waits:
            wait.cancel()
        with suppress(asyncio.CancelledError):
            await waits[-1]
        assert len(asyncio.all_tasks()) == before
        assert [handle for handle in loop._scheduled if not handle.cancelled()] == []
        await asyncio.sleep(1000)
        assert bench.vendor.asked == []

    run(bench, main)


def test_a_poll_under_way_may_finish_when_the_last_waiter_leaves_and_none_follows() -> None:
    """Invariant P5."""
    bench = bench_of(listed(), a="run")
    bench.vendor.latency = lambda: 1.0

    async def main() -> None:
        wait = asyncio.create_task(bench.runner.run(ending(bench.record("a"), None)))
        await until_asked(bench, 1)
        wait.cancel()
        await asyncio.sleep(1000)
        assert len(asyncio.all_tasks()) == 1
        assert not await bench.runner.run(ending(bench.record("a"), 10))

    run(bench, main)
    assert min(gaps(bench.vendor.times)[1:]) >= 2
    assert gaps(bench.vendor.times)[0] > 990


def test_waiting_starts_no_thread() -> None:
    """Invariant P6."""
    bench = bench_of(listed(), a="run")
    before = threading.active_count()

    async def main() -> int:
        await bench.runner.run(ending(bench.record("a"), 100))
        return threading.active_count()

    assert run(bench, main) == before


def test_clients_that_start_together_do_not_poll_together() -> None:
    """Invariant P7."""
    times: list[float] = []
    for seed in range(500):
        clock = VirtualClock(seed=seed)
        bench = Bench(Vendor(clock, tasks={"a": "run"}), listed())
        bench.runner.run(ending(bench.record("a"), 300))
        times += bench.vendor.times
    by_second = [sum(start <= at - 1000 < start + 1 for at in times) for start in range(300)]
    assert by_second[0] <= 60
    later = by_second[100:290]
    assert max(later) / (sum(later) / len(later)) <= 2


def test_scopes_and_clients_share_nothing() -> None:
    """Invariant P9."""
    chance = random.Random(9)
    clock = VirtualClock(seed=1)
    benches = [Bench(AsyncVendor(clock), listed(PollTiming(min=1, max=1))) for _ in range(3)]
    words: dict[tuple[int, str], str] = {}
    leaks = list[str]()

    def vendor_of(number: int) -> Callable[[Any], Any]:
        def respond(request: Any) -> Any:
            org = request.url.split("/")[3]
            return reply({"items": [{"id": "a", "status": "run", "who": f"{number} {org}"}]})

        return respond

    for number, bench in enumerate(benches):
        bench.vendor.respond = vendor_of(number)

    async def one() -> None:
        number, org = chance.randrange(3), chance.choice(["o1", "o2", "o/1", "O1"])
        record = benches[number].record("a", org)
        await asyncio.sleep(chance.random() * 5)
        await benches[number].runner.run(looked(record))
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
    bench = bench_of(listed(), a="run")
    told: list[Exception] = []

    def respond(_: Any) -> Any:
        return reply({}, 429, Retry_After="50") if len(bench.vendor.asked) == 1 else reply({"items": []})

    bench.vendor.respond = respond

    async def hasty() -> None:
        start = bench.vendor.clock.monotonic()
        try:
            await bench.runner.run(ending(bench.record("a"), 40))
        except TaskTimeoutError as error:
            assert bench.vendor.clock.monotonic() - start < 10  # also before the deadline
            told.append(error)

    async def main() -> None:
        patient = asyncio.create_task(bench.runner.run(ending(bench.record("a"), 200)))
        await hasty()
        await hasty()  # and afterwards
        await bench.runner.run(looked(bench.record("b")))
        await patient

    run(bench, main)
    assert len(told) == 2
    assert "wants to be left alone" in str(told[0])
    assert gaps(bench.vendor.times)[0] >= 50


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
    bench = Bench(vendor, listed(PollTiming(min=2, max=2, retry_after_max=float("inf"))))

    def respond(_: Any) -> Any:
        # As bytes on a wire are read.
        value = header.encode().decode("latin-1")
        return reply({}, 503, Retry_After=value) if len(vendor.asked) == 1 else reply({"items": []})

    vendor.respond = respond
    clock.jump(-3.0)
    bench.runner.run(looked(bench.record("a"), None))
    assert len(vendor.asked) == 2
    assert gaps(vendor.times)[0] == pytest.approx(max(2.01, pause), abs=0.05 + 3 * ("GMT" in header))
    assert gaps(vendor.times)[0] >= 2


def test_an_end_at_least_min_before_the_deadline_is_seen() -> None:
    """Invariant T3."""
    missed = 0
    for seed in range(300):
        chance = random.Random(seed)
        vendor = AsyncVendor(VirtualClock(seed=seed), tasks={"a": "run"})
        bench = Bench(vendor, listed(PollTiming(min=2, max=30)))
        timeout = chance.uniform(5, 200)

        async def main(bench: Bench = bench, timeout: float = timeout, chance: random.Random = chance) -> bool:
            loop = asyncio.get_running_loop()
            ends = timeout - 2 - chance.choice([0.05, chance.random() * 3])
            loop.call_later(ends, bench.vendor.tasks.update, {"a": "ok"})
            others = [
                asyncio.create_task(bench.runner.run(ending(bench.record("a"), chance.uniform(1, 250))))
                for _ in range(chance.choice([0, 3]))
            ]
            found = await bench.runner.run(ending(bench.record("a"), timeout))
            await asyncio.gather(*others)
            return bool(found)

        missed += not run(bench, main)
        assert min(gaps(vendor.times), default=2) >= 2
    assert missed == 0


def test_the_wall_clock_decides_nothing() -> None:
    """Invariant T4."""

    def times(jump: Callable[[VirtualClock, int], None]) -> list[float]:
        vendor = Vendor(VirtualClock(seed=1), tasks={"a": "run"})

        def respond(_: Any) -> Any:
            jump(vendor.clock, len(vendor.asked))
            return reply({"items": [{"id": "a", "status": "run", "n": len(vendor.asked) // 3}]})

        vendor.respond = respond
        bench = Bench(vendor, listed())
        bench.runner.run(ending(bench.record("a"), 600))
        return vendor.times

    def shift(clock: VirtualClock, number: int) -> None:
        jumps = (3600, -3600, 86_400, -86_400, 315e6, -315e6, -2e9)
        clock.jump(jumps[number % len(jumps)])

    assert times(shift) == times(lambda clock, number: None)


def test_a_suspended_machine_polls_once_when_it_wakes_up() -> None:
    """Invariant T5."""
    bench = bench_of(listed(PollTiming(min=2, max=30)), a="run")

    async def main() -> None:
        wait = asyncio.create_task(bench.runner.run(ending(bench.record("a"), None)))
        await until_asked(bench, 5)
        bench.vendor.clock.advance(8 * 3600)  # the monotonic clock continued
        bench.vendor.asked.clear()
        woken = bench.vendor.clock.monotonic()
        await asyncio.sleep(60)
        assert bench.vendor.times[0] - woken < 0.1
        assert min(gaps(bench.vendor.times)) >= 2
        bench.vendor.clock.suspend(8 * 3600)  # it stopped, but the date advanced
        before = len(bench.vendor.asked)
        await asyncio.sleep(1)
        assert len(bench.vendor.asked) <= before + 1
        wait.cancel()

    run(bench, main)


def test_a_wait_without_time_sends_nothing_and_a_wait_without_end_works() -> None:
    """Invariant T6."""
    bench = bench_of(listed(), a="ok")
    record = bench.record("a")

    async def main() -> None:
        assert not await bench.runner.run(ending(record, 0))
        assert bench.vendor.asked == []
        assert not await bench.runner.run(ending(record, 1e-9))
        assert await bench.runner.run(ending(record, 1e9))
        assert await bench.runner.run(ending(bench.record("a"), float("inf")))

    run(bench, main)


def test_a_failing_server_is_asked_less_and_less_and_its_trouble_is_not_the_task_s() -> None:
    bench = bench_of(listed(PollTiming(min=2, max=60, jitter=0.0)), a="run")
    answers: list[Any] = [TransportError("reset"), reply({}, 502), reply(b"<html>"), reply(b'{"items": [')]
    bench.vendor.respond = lambda _: answers[len(bench.vendor.asked) % 4] if len(bench.vendor.asked) < 9 else None

    def respond(_: Any) -> Any:
        number = len(bench.vendor.asked)
        return answers[number % 4] if number < 9 else reply({"items": [{"id": "a", "status": "ok"}]})

    bench.vendor.respond = respond

    async def main() -> None:
        assert await bench.runner.run(ending(bench.record("a"), None))

    run(bench, main)
    assert [round(gap) for gap in gaps(bench.vendor.times)] == [3, 4, 7, 10, 15, 23, 34, 51]
    assert bench.record("a").refusal is None


def test_a_refusal_is_told_to_all_who_wait() -> None:
    bench = bench_of(listed())
    bench.vendor.respond = lambda _: reply({}, 403)

    async def main() -> list[Any]:
        waits = [bench.runner.run(ending(bench.record(key), None)) for key in "aabb"]
        return await asyncio.gather(*waits, return_exceptions=True)

    found = run(bench, main)
    assert [type(error).__name__ for error in found] == ["ForbiddenError"] * 4
    assert len(bench.vendor.asked) == 1


def test_a_budget_for_failures_ends_a_wait() -> None:
    bench = bench_of(listed())
    bench.vendor.respond = lambda _: TransportError("reset")

    async def main() -> None:
        with pytest.raises(PollingError, match="has failed for") as told:
            await bench.runner.run(ending(bench.record("a"), None, PollPolicy(error_timeout=100)))
        assert isinstance(told.value.__cause__, TransportError)

    run(bench, main)
    assert 100 <= bench.vendor.times[-1] - bench.vendor.times[0] <= 160


def test_an_absent_task_is_lost_after_as_many_looks_and_seconds_as_its_kind_says() -> None:
    for kind in listed, single:
        bench = bench_of(kind(lifetime=Lifetime(missing_polls=3, missing_grace=60)))

        async def main(bench: Bench = bench) -> None:
            await bench.runner.run(ending(bench.record("a"), 1000))

        run(bench, main)
        assert bench.record("a").lost_after is not None or gc.collect() >= 0
        assert len(bench.vendor.asked) >= 3
        assert 60 <= bench.vendor.clock.monotonic() - bench.vendor.times[0] <= 120


def test_tasks_of_several_boards_are_waited_for_at_once() -> None:
    bench = bench_of(listed(), a="run")
    records = [bench.record("a", org) for org in ("o1", "o2", "o3")]

    async def main() -> None:
        versions = {record: record.version for record in records}
        await bench.runner.run(news(versions))
        assert sum(record.version for record in records) == 1
        assert all(not board.waiters for board in bench.station._boards.values())

    run(bench, main)


def news(versions: dict[TaskState, int], **more: Any) -> Any:
    yield WaitForChange(versions, more.pop("until", None), **more)


def test_a_paused_board_does_not_end_a_wait_for_tasks_of_others() -> None:
    bench = bench_of(listed(lifetime=Lifetime(missing_polls=99)))

    def respond(request: Any) -> Any:
        if "/o1/" in request.url:
            return reply({}, 429, Retry_After="100000")
        return reply({"items": [{"id": "a", "status": "ok"}]} if len(bench.vendor.asked) > 20 else {"items": []})

    bench.vendor.respond = respond
    records = {org: bench.record("a", org) for org in ("o1", "o2")}

    async def main() -> None:
        await bench.runner.run(news(dict.fromkeys(records.values(), 0)))
        with pytest.raises(TaskTimeoutError):
            await bench.runner.run(news({records["o1"]: 0}))

    run(bench, main)
    assert records["o2"].terminal


def test_a_beat_comes_back_without_news_and_does_not_hasten_looks() -> None:
    bench = bench_of(listed(PollTiming(min=2, max=30, jitter=0.0)), a="run")
    record = bench.record("a")

    async def main() -> None:
        await bench.runner.run(news({record: 0}))
        beats = 0
        while bench.vendor.clock.monotonic() < 1200:
            beat = bench.vendor.clock.monotonic() + 1
            await bench.runner.run(news({record: record.version}, until=2000, beat=beat))
            beats += 1
        assert beats > 150

    run(bench, main)
    assert len(bench.vendor.asked) < 15


def test_cancelling_a_wait_at_any_step_of_the_loop_leaves_the_other_waits_alone() -> None:
    """Invariant C1."""
    for step in range(40):
        bench = bench_of(listed(PollTiming(min=1, first=0.0)), a="run", b="run")

        async def main(bench: Bench = bench, step: int = step) -> None:
            other = asyncio.create_task(bench.runner.run(ending(bench.record("b"), None)))
            wait = asyncio.create_task(bench.runner.run(ending(bench.record("a"), None)))
            for _ in range(step):
                await asyncio.sleep(0)
                if step > 20:
                    await asyncio.sleep(0.013)
            wait.cancel()
            wait.cancel()
            with pytest.raises(asyncio.CancelledError):
                await wait
            bench.vendor.tasks["b"] = "ok"
            assert await other
            await asyncio.sleep(0.02)
            assert len(asyncio.all_tasks()) == 1

        run(bench, main)


def test_random_cancellations_leave_the_others_and_the_limits_alone() -> None:
    """Invariant C1."""
    bench = bench_of(listed(PollTiming(min=1, max=4)))
    bench.vendor.tasks = {str(number): "run" for number in range(50)}
    chance = random.Random(5)

    async def one() -> bool:
        key = str(chance.randrange(50))
        wait = asyncio.create_task(bench.runner.run(ending(bench.record(key), chance.uniform(0, 60))))
        await asyncio.sleep(chance.uniform(0, 30))
        wait.cancel()
        with suppress(asyncio.CancelledError):
            await wait
        return wait.cancelled()

    async def main() -> None:
        faithful = [asyncio.create_task(bench.runner.run(ending(bench.record(str(key)), None))) for key in range(50)]
        done = await asyncio.gather(*[one() for _ in range(5000)])
        assert sum(done) > 1000
        bench.vendor.tasks = dict.fromkeys(bench.vendor.tasks, "ok")
        assert all(await asyncio.gather(*faithful))
        assert len(asyncio.all_tasks()) == 1

    run(bench, main)
    assert min(gaps(bench.vendor.times)) >= 1


def test_a_look_that_is_cancelled_is_made_again() -> None:
    bench = bench_of(listed(), a="ok")
    bench.vendor.latency = lambda: 1.0

    async def main() -> None:
        wait = asyncio.create_task(bench.runner.run(ending(bench.record("a"), None)))
        await until_asked(bench, 1)
        for task in asyncio.all_tasks() - {wait, asyncio.current_task()}:
            task.cancel()  # as a careless shutdown does
        assert await wait

    run(bench, main)
    assert gaps(bench.vendor.times)[0] >= 2


def test_a_closed_client_ends_all_waits() -> None:
    """Invariant C4."""
    bench = bench_of(listed(), a="run")
    bench.vendor.latency = lambda: 8.0

    async def main() -> None:
        for asked in (0, 1):
            bench_ = bench_of(listed(), a="run")
            bench_.vendor = bench.vendor
            bench_ = Bench(bench.vendor, listed())
            wait = asyncio.create_task(bench_.runner.run(ending(bench_.record("a"), None)))
            await until_asked(bench, asked)
            start = bench.vendor.clock.monotonic()
            await bench_.runner.aclose()
            with pytest.raises(ClientClosedError):
                await wait
            assert bench.vendor.clock.monotonic() - start < 1
            with pytest.raises(ClientClosedError):
                await bench_.runner.run(ending(bench_.record("a"), None))
            assert len(asyncio.all_tasks()) == 1

    run(bench, main)


def test_another_event_loop_is_refused() -> None:
    """Invariant C4."""
    bench = bench_of(listed(), a="ok")

    async def main() -> bool:
        return bool(await bench.runner.run(looked(bench.record("a"))))

    assert run(bench, main)
    with pytest.raises(ClientClosedError, match="another event loop"):
        run(bench, main)


def test_waits_that_end_with_their_loop_are_dropped_silently() -> None:
    """Invariant C6."""
    bench = bench_of(listed(), a="run")
    bench.vendor.latency = lambda: 5.0

    async def main() -> None:
        for _ in range(3):
            task = asyncio.create_task(bench.runner.run(ending(bench.record("a"), None)))
            task.add_done_callback(lambda _: None)
        await until_asked(bench, 1)

    run(bench, main)
    gc.collect()  # warnings are errors here


def test_a_callback_may_cancel_its_own_wait_or_close_the_client() -> None:
    """Invariant C6."""
    bench = bench_of(listed(), a="run")
    told: list[object] = []

    def flow() -> Any:
        yield WaitForChange({bench.record("a"): 0}, None)
        yield Callback(told.append, 1)

        async def closing(value: object) -> None:
            await bench.runner.aclose()
            told.append(value)

        yield Callback(closing, 2)
        current = asyncio.current_task()
        assert current is not None
        yield Callback(lambda _: current.cancel(), 3)
        yield RunBlocking(lambda: None, heavy=False)

    async def main() -> None:
        other = asyncio.create_task(bench.runner.run(ending(bench.record("b"), None)))
        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(bench.runner.run(flow()))
        with pytest.raises(ClientClosedError):
            await other

    run(bench, main)
    assert told == [1, 2]


def test_what_happens_is_told() -> None:
    events: list[Event] = []
    clock = VirtualClock(seed=1)
    vendor = Vendor(clock)
    bench = Bench(vendor, listed(PollTiming(min=2, max=2)), on_event=events.append)
    answers = [
        reply({"items": [{"id": "a", "status": "run"}]}),
        reply({"items": [{"id": "a", "status": "odd"}]}),
        reply({}, 503, Retry_After="9"),
        reply({"items": [{"id": "a", "status": "ok"}]}),
    ]
    vendor.respond = lambda _: answers[len(vendor.asked) - 1]
    bench.runner.run(ending(bench.record("a"), None))
    told = [event for event in events if event.kind not in ("call", "request", "response", "success", "failure")]
    assert [event.kind for event in told] == [
        *("change", "poll", "unknown-status", "poll", "poll", "backoff", "change", "poll")
    ]
    assert told[0].task == "vendor.task a"
    assert told[1].waiters == told[1].pages == 1
    assert told[4].delay == 9
    assert told[5].status == 503
    assert told[5].delay == pytest.approx(9, abs=0.1)
    assert str(told[1]).startswith("vendor.list: sweep 1 pages for 1 waits (GET http://vendor.test/{org}/tasks)")


def test_who_hears_of_events_may_use_the_client() -> None:
    vendor = Vendor(tasks={"a": "ok"})

    def hear(event: Event) -> None:
        if event.kind == "poll":
            bench.station.stats()
            bench.runner.run(ending(bench.record("a"), 5))

    bench = Bench(vendor, listed(), on_event=hear)
    assert bench.runner.run(ending(bench.record("a"), 60))


def test_polls_that_fail_at_random_misreport_no_task() -> None:
    """Invariant ST8."""
    chance = random.Random(8)
    ends = {str(number): chance.uniform(0, 300) for number in range(4000)}
    fates = {key: chance.choice(["ok", "bad"]) for key in ends}
    bench = bench_of(listed(PollTiming(min=5, max=10)))
    clock = bench.vendor.clock

    def respond(_: Any) -> Any:
        kind = chance.random()
        if kind < 0.2:
            failures = [TransportError("x"), reply({}, 500), reply(b"<"), reply({}, 429), reply({"items": None})]
            return chance.choice(failures)
        items = [
            {"id": key, "status": fates[key] if clock.monotonic() > 1000 + at else "run"} for key, at in ends.items()
        ]
        return reply({"items": items})

    bench.vendor.respond = respond

    async def main() -> list[Any]:
        return await asyncio.gather(*[bench.runner.run(ending(bench.record(key), None)) for key in ends])

    held = [bench.record(key) for key in ends]
    assert all(run(bench, main))
    assert [str(record.snapshot and record.snapshot.status) for record in held] == list(fates.values())


def test_an_error_that_is_ours_reaches_everybody_instead_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = bench_of(listed(), a="run")

    async def main() -> list[Any]:
        waits = [asyncio.create_task(bench.runner.run(ending(bench.record("a"), None))) for _ in range(2)]
        await asyncio.sleep(0.01)

        def broken(*_: Any) -> Any:
            raise LookupError("a bug")

        monkeypatch.setattr(type(bench.board()), "settle", broken)
        return await asyncio.gather(*waits, return_exceptions=True)

    found = run(bench, main)
    assert [type(error) for error in found] == [RuntimeError, RuntimeError]
    assert isinstance(found[0].__cause__, LookupError)
    assert not isinstance(found[0], ApiError)


def test_many_polls_use_no_more_memory() -> None:
    """Invariant Y5."""
    vendor = Vendor(tasks={"a": "run"})
    vendor.asked = []
    bench = Bench(vendor, listed(PollTiming(min=2, max=2)))
    record = bench.record("a")

    def looks(count: int) -> None:
        for _ in range(count):
            bench.runner.run(looked(record))
            vendor.asked.clear()
            vendor.tasks["a"] = random.choice(["run", "queued"])

    looks(200)
    gc.collect()
    tracemalloc.start()
    try:
        looks(500)
        gc.collect()
        before = tracemalloc.get_traced_memory()[0]
        looks(1000)
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] - before < 20_000
    finally:
        tracemalloc.stop()
    assert sys.getrefcount(record) < 10


@pytest.mark.parametrize(
    "slept", [lambda seconds: seconds / 2 + 1e-6, lambda seconds: seconds + 5, lambda seconds: 0.015]
)
def test_a_clock_that_sleeps_too_short_or_too_long_breaks_no_limit(slept: Callable[[float], float]) -> None:
    class Odd(VirtualClock):
        waits = 0

        def wait(self, condition: threading.Condition, seconds: float | None) -> None:
            assert seconds is not None
            self.waits += 1
            self.advance(slept(seconds))

    clock = Odd()
    vendor = Vendor(clock, tasks={"a": "run"})
    bench = Bench(vendor, listed(PollTiming(min=2, max=10)))
    assert not bench.runner.run(ending(bench.record("a"), 100))
    assert 5 <= len(vendor.asked) <= 40
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
