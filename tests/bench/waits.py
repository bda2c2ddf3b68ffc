"""Cost of many waits: 20,000 in an event loop with a list of 8 MiB, and 1000 threads.

    python tests/bench/waits.py

The server is another process. "longest block" is the longest time that another task of the loop, which runs every
millisecond, had to wait; "idle" is the same without any waits. The pauses of Python's garbage collector, which visits
all objects of the process, are shown separately: a program with so many tasks may want `gc.freeze`. "lag" is the time
from the moment at which the server shows the end of a task until the waiting thread continues; half an interval is
unavoidable.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import resource
import socket
import threading
import time
from typing import Any, Final

from taskclients_core import Api, AsyncClient, Client, Operation
from taskclients_core.tasks import Phase, TaskRef
from taskclients_core.tasks.definition import BoundCall, FromList, PollTiming, StatusMapping, Submission, TaskType

INTERVAL: Final = 1.0
AT_ONCE: Final = 25
"""Waits that the program begins in one turn of its loop. Each takes 0.1 ms, so all of them at once would block it."""

NO_LIST: Final = Operation("vendor.start", "POST", "/tasks", returns=bytes)


def kind_of(path: str, interval: float) -> TaskType[Any, Any]:
    """Return a task type whose list is at a path."""
    return TaskType(
        name="vendor.task",
        model=object,
        poll=FromList(call=BoundCall(Operation("vendor.list", "GET", path, returns=bytes)), items="", key="/id"),
        state=StatusMapping(at="/status", phases={"run": Phase.RUNNING, "ok": Phase.SUCCEEDED}),
        timing=PollTiming(min=interval, max=interval, first=0.0),
    )


def client_of(base: type[Any], url: str, path: str, interval: float) -> Any:
    """Return a client of that task type."""
    submit: Submission[Any, Any] = Submission(
        operation=NO_LIST, task_type=kind_of(path, interval), id="$response.body#/id"
    )
    made = type("Waiting", (base,), {"api": Api("vendor"), "submissions": (submit,)})
    return made(url)


def listing(count: int, padding: int, ended: int) -> bytes:
    """Return tasks, some of which have ended."""
    item = b'{"id":"%d","status":"%s","text":"%s"}'
    text = b"x" * padding
    return b"[" + b",".join(item % (at, b"ok" if at < ended else b"run", text) for at in range(count)) + b"]"


def serve(listener: socket.socket, ended_at: Any) -> None:
    """Serve 8 MiB at `/big`, where all tasks end at one moment, and a small list at `/small`."""
    bodies = {
        (path, over): listing(count, padding, count if over else 0)
        for path, count, padding in ((b"/big", 20_000, 360), (b"/small", 1000, 10))
        for over in (False, True)
    }

    def converse(connection: socket.socket) -> None:
        found = b""
        while more := connection.recv(65536):
            found += more
            if b"\r\n\r\n" in found:
                body = bodies[found.split(b" ")[1], time.monotonic() >= ended_at.value]
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
                found = b""

    while True:
        threading.Thread(target=converse, args=(listener.accept()[0],), daemon=True).start()


class Heart:
    """Measures the delay of an asyncio task that runs every millisecond, and the collector's pauses."""

    def __init__(self) -> None:
        self._longest = 0.0
        self._collecting: float | None = None
        self._pause = self._pauses = 0.0
        gc.callbacks.append(self._collected)

    def _collected(self, phase: str, _: dict[str, int]) -> None:
        now = time.perf_counter()
        if phase == "start":
            self._collecting = now
        elif self._collecting is not None:
            self._note(now - self._collecting)

    def _note(self, pause: float) -> None:
        self._collecting = None
        self._pause = max(self._pause, pause)
        self._pauses += pause

    async def beat(self) -> None:
        """Measure until cancelled."""
        while True:
            before, pauses = time.perf_counter(), self._pauses
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            if self._collecting is not None:  # on another thread, which has not reported its end yet
                self._note(now - self._collecting)
            late = now - before - 0.001 - (self._pauses - pauses)
            self._longest = max(self._longest, late)

    async def summary(self) -> str:
        """Return the values since the previous call."""
        await asyncio.sleep(0.01)  # what delays the task is known when it runs again
        text = f"{self._longest * 1e3:.0f} ms (the collector apart: {self._pause * 1e3:.0f} ms)"
        self._longest = self._pause = 0.0
        return text


async def in_a_loop(url: str, waits: int, seconds: float, ended_at: Any) -> None:
    """Wait for all tasks of the long list."""
    monitor = Heart()
    beating = asyncio.create_task(monitor.beat())
    await asyncio.sleep(1)
    idle = await monitor.summary()
    left = set(range(waits))
    none_left = asyncio.Event()

    async def wait(number: int) -> None:
        await client.tasks.resume(TaskRef("vendor", "task", str(number))).wait(timeout=None)
        left.remove(number)
        if not left:
            none_left.set()

    async with client_of(AsyncClient, url, "/big", INTERVAL) as client:
        gc.collect()
        objects = len(gc.get_objects())
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        await monitor.summary()  # without the pause of this count of all objects
        running = []
        for number in range(waits):
            running.append(asyncio.create_task(wait(number)))
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
        while client.tasks.stats()["polls"] < 5:  # the first one that has all of them wakes each
            await asyncio.sleep(0.1)
        beginning = await monitor.summary()
        objects = len(gc.get_objects()) - objects
        await monitor.summary()
        used, polls = time.process_time(), client.tasks.stats()["polls"]
        await asyncio.sleep(seconds)
        polling, used = await monitor.summary(), time.process_time() - used
        polls = client.tasks.stats()["polls"] - polls
        ended_at.value = time.monotonic()
        await none_left.wait()
        waking = await monitor.summary()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
        requests = client.tasks.stats()["requests"]
    beating.cancel()
    print(f"{waits} waits, a list of 8 MiB, interval {INTERVAL:g} s: {requests} requests")
    print(f"  CPU           {used / seconds:.0%} of one core, {used / max(polls, 1) * 1000:.0f} ms a poll")
    print(f"  objects       {objects / waits:.0f} a wait, which the collector visits")
    print(f"  memory        {memory / 1024:.0f} MiB more, answers included")
    print(f"  longest block idle                    {idle}")
    print(f"                while they begin        {beginning}")
    print(f"                while nothing changes   {polling}")
    print(f"                while all of them end   {waking}")


def in_threads(url: str, waits: int, ended_at: Any) -> None:
    """Wait for one task in each of many threads."""
    interval = 0.1
    lags: list[float] = []
    with client_of(Client, url, "/small", interval) as client:

        def wait(number: int) -> None:
            client.tasks.resume(TaskRef("vendor", "task", str(number))).wait(timeout=None)
            lags.append(time.monotonic() - ended_at.value)

        threads = [threading.Thread(target=wait, args=(number,)) for number in range(waits)]
        for thread in threads:
            thread.start()
        used = time.process_time()
        time.sleep(3)
        used = time.process_time() - used
        ended_at.value = time.monotonic()
        for thread in threads:
            thread.join()
        requests = client.tasks.stats()["requests"]
    lags.sort()
    print(
        f"{waits} threads, interval {interval:g} s: {requests} requests, CPU {used / 3:.0%} of one core while they wait"
    )
    print(f"  lag           half of them {lags[len(lags) // 2] * 1e3:.0f} ms, 99 of 100 {lags[-10] * 1e3:.0f} ms")


def main() -> None:
    """Measure and print."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    context = multiprocessing.get_context("fork")
    ended_at = context.Value("d", 1e18)
    server = context.Process(target=serve, args=(listener, ended_at), daemon=True)
    server.start()
    for waits in (1, 20_000):
        ended_at.value = 1e18
        asyncio.run(in_a_loop(url, waits, 8, ended_at))
    ended_at.value = 1e18
    in_threads(url, 1000, ended_at)
    server.terminate()


if __name__ == "__main__":
    main()
