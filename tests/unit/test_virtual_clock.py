"""Virtual clock: waits return at once and advance the time, for threads and asyncio tasks."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Final

import pytest

from dragoman.testing import VirtualClock

HOUR = 3600.0


def test_a_sleep_takes_no_time() -> None:
    clock = VirtualClock()
    before, wall, world = clock.monotonic(), clock.wall(), clock.world()
    began = time.monotonic()
    for _ in range(1000):
        clock.sleep(HOUR)
    assert time.monotonic() - began < 5
    passed = 1000 * HOUR
    assert (clock.monotonic() - before, clock.wall() - wall, clock.world() - world) == (passed, passed, passed)


def test_a_wait_ends_when_it_is_over_or_notified() -> None:
    clock = VirtualClock()
    condition = threading.Condition()
    with condition:
        before = clock.monotonic()
        clock.wait(condition, HOUR)
        assert clock.monotonic() == before + HOUR
        clock.wait(condition, None)
        assert clock.monotonic() == before + HOUR


def test_threads_wake_in_the_order_of_their_times() -> None:
    clock = VirtualClock()
    woken: list[tuple[float, float]] = []
    ready = threading.Barrier(4)

    def sleep(seconds: float) -> None:
        start = clock.monotonic()
        ready.wait()
        clock.sleep(seconds)
        woken.append((seconds, clock.monotonic() - start))

    threads = [threading.Thread(target=sleep, args=(seconds,)) for seconds in (900.0, 5.0, 60.0, 30.0)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)
    assert woken == [(5.0, 5.0), (30.0, 30.0), (60.0, 60.0), (900.0, 900.0)]


def test_waiting_for_a_busy_thread_takes_no_virtual_time() -> None:
    clock = VirtualClock()
    condition = threading.Condition()
    follower_waits = threading.Event()
    ended: list[float] = []

    def follow() -> None:
        with condition:
            clock.monotonic()
            follower_waits.set()
            clock.wait(condition, HOUR)
            ended.append(clock.monotonic())

    before = clock.monotonic()
    with clock.working():
        thread = threading.Thread(target=follow)
        thread.start()
        follower_waits.wait()
        time.sleep(0.1)
        while thread.is_alive():  # a condition can miss what happens at the very end of a wait
            with condition:
                condition.notify()
            thread.join(0.01)
    assert ended == [before]


def test_random_numbers_are_the_same_for_the_same_seed() -> None:
    def drawn(seed: int) -> list[float]:
        clock = VirtualClock(seed=seed)
        return [clock.random() for _ in range(5)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert all(0 <= each < 1 for each in drawn(1))


def test_the_wall_clock_can_be_set_and_the_machine_sleep() -> None:
    clock = VirtualClock(now=1_000_000.0)
    clock.jump(-HOUR)
    assert (clock.wall(), clock.world()) == (1_000_000.0 - HOUR, 1_000_000.0)
    before = clock.monotonic()
    clock.suspend(8 * HOUR)
    assert clock.monotonic() == before
    assert (clock.wall(), clock.world()) == (1_000_000.0 + 7 * HOUR, 1_000_000.0 + 8 * HOUR)


@pytest.mark.parametrize(("oversleep", "slept"), [(5.0, 15.0), (-3.0, 7.0), (-100.0, 5.0)])
def test_sleeps_can_be_longer_or_shorter_than_requested(oversleep: float, slept: float) -> None:
    clock = VirtualClock(oversleep=oversleep)
    before = clock.monotonic()
    clock.sleep(10)
    assert clock.monotonic() - before == slept


def test_a_clock_can_be_slow_and_coarse() -> None:
    clock = VirtualClock(rate=0.1, resolution=0.5)
    world, before = clock.world(), clock.monotonic()
    clock.advance(10.3)
    assert clock.world() - world == pytest.approx(103)
    assert clock.monotonic() - before == 10.0


# -- Event loops


def test_asynchronous_code_runs_by_it() -> None:
    clock = VirtualClock()
    ended: list[tuple[str, float]] = []

    async def nap(name: str, seconds: float) -> None:
        await clock.sleep_async(seconds)
        ended.append((name, clock.monotonic() - before))

    async def main() -> str:
        async with asyncio.TaskGroup() as group:
            group.create_task(nap("long", 40 * HOUR))
            group.create_task(nap("short", HOUR))
        return "done"

    before = clock.monotonic()
    began = time.monotonic()
    assert clock.run(main()) == "done"
    assert time.monotonic() - began < 5
    assert ended == [("short", HOUR), ("long", 40 * HOUR)]


def test_timeouts_and_timers_go_by_it() -> None:
    clock = VirtualClock()
    rung: list[float] = []

    async def main() -> None:
        timer = clock.call_later(HOUR, lambda: rung.append(clock.monotonic()))
        clock.call_later(2 * HOUR, lambda: rung.append(clock.monotonic()))
        timer.cancel()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(3 * HOUR):
                await asyncio.Event().wait()

    before = clock.monotonic()
    clock.run(main())
    assert rung == [before + 2 * HOUR]
    assert clock.monotonic() == pytest.approx(before + 3 * HOUR)


def test_time_stands_still_while_a_thread_works() -> None:
    clock = VirtualClock()

    async def main() -> float:
        async with asyncio.timeout(HOUR):
            before = clock.monotonic()
            await asyncio.to_thread(time.sleep, 0.1)
            return clock.monotonic() - before

    assert clock.run(main()) == 0


def test_real_sockets_are_waited_for() -> None:
    clock = VirtualClock()

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"pong\n")
        writer.close()

    async def main() -> bytes:
        server = await asyncio.start_server(respond, "127.0.0.1", 0)
        async with server, asyncio.timeout(HOUR):
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"ping\n")
            found = await reader.readline()
            writer.close()
            await writer.wait_closed()
            return found

    assert clock.run(main()) == b"pong\n"


NOTHING: Final = """
import asyncio
from dragoman.testing import VirtualClock

async def main():
    await asyncio.Event().wait()

VirtualClock().run(main())
"""


def test_a_wait_that_nothing_can_end_raises() -> None:
    # In a new process, because any other thread could still cause it.
    done = subprocess.run([sys.executable, "-c", NOTHING], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "RuntimeError: clock.run: all tasks wait, and no timer, thread or socket can wake them" in done.stderr


def test_in_another_event_loop_sleeps_work_and_timers_raise() -> None:
    clock = VirtualClock()

    async def main() -> None:
        before = clock.monotonic()
        await clock.sleep_async(HOUR)
        assert clock.monotonic() == before + HOUR
        with pytest.raises(RuntimeError, match=r"clock\.run"):
            clock.call_later(1, print)

    asyncio.run(main())


def test_event_loops_of_the_clock_work_with_other_runners() -> None:
    clock = VirtualClock()
    before = clock.monotonic()
    with asyncio.Runner(loop_factory=clock.new_event_loop) as runner:
        runner.run(asyncio.sleep(HOUR))
    assert clock.monotonic() == pytest.approx(before + HOUR)


def test_a_virtual_clock_is_a_clock() -> None:
    from taskclients_core.deadline import Clock

    wanted: list[Callable[..., object]] = [each for name, each in vars(Clock).items() if not name.startswith("_")]
    assert {each.__name__ for each in wanted} <= set(dir(VirtualClock))
