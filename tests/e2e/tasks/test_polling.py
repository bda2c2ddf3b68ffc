"""Waiting over real sockets: on time whatever the server does, and without losing connections to cancelled waits."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from types import ModuleType
from typing import Any, Final

import pytest
from attrs import define, field
from tests.raw_server import RawServer, listening, read_head

from taskclients_core import Api, AsyncClient, Client, ClientClosedError, Operation
from taskclients_core.tasks import Phase, PollPolicy, TaskRef, TaskTimeoutError
from taskclients_core.tasks.definition import BoundCall, FromList, PollTiming, StatusMapping, Submission, TaskType

LIST: Final = Operation("vendor.list", "GET", "/tasks", returns=bytes)
POST: Final = Operation("vendor.start", "POST", "/tasks", returns=bytes)
KIND: Final[TaskType[Any, Any]] = TaskType(
    name="vendor.task",
    model=object,
    poll=FromList(call=BoundCall(LIST), items="", key="/id"),
    state=StatusMapping(at="/status", phases={"run": Phase.RUNNING, "ok": Phase.SUCCEEDED}),
    timing=PollTiming(min=0.1, max=0.2, first=0.0),
)
SUBMITS: Final = (Submission(operation=POST, task_type=KIND, id="$response.body#/id"),)


class Waiting(Client):
    api = Api("vendor")
    submissions = SUBMITS


class AsyncWaiting(AsyncClient):
    api = Api("vendor")
    submissions = SUBMITS


@define(eq=False)
class Server:
    """Answer each request with the bytes that `serve` sends."""

    raw: RawServer
    tasks: dict[str, str] = field(factory=dict[str, str])
    serve: Callable[[Server, socket.socket], None] = lambda server, connection: server.respond(connection)
    requests: list[float] = field(factory=list[float])

    @property
    def url(self) -> str:
        return self.raw.url

    def body(self) -> bytes:
        return json.dumps([{"id": key, "status": status} for key, status in self.tasks.items()]).encode()

    def respond(self, connection: socket.socket) -> None:
        body = self.body()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    def converse(self, connection: socket.socket) -> None:
        while read_head(connection):
            self.requests.append(time.monotonic())
            self.serve(self, connection)


@pytest.fixture
def server(library: ModuleType) -> Iterator[Server]:
    with listening() as raw:
        server = Server(raw)
        raw.serve = server.converse
        yield server


def drip(server: Server, connection: socket.socket) -> None:
    """Send a byte every tenth of a second, headers and body."""
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n" + b" " * 400:
        connection.sendall(bytes([byte]))
        time.sleep(0.1)


def hang(server: Server, connection: socket.socket) -> None:
    with suppress(OSError):
        connection.recv(1)


def task_of(client: Any, key: str) -> Any:
    return client.tasks.resume(TaskRef("vendor", "task", key))


@pytest.mark.serial
@pytest.mark.parametrize("behaviour", [drip, hang])
def test_a_wait_times_out_on_time_while_the_server_drips(server: Server, behaviour: Any) -> None:
    """Invariant T1."""
    server.serve = behaviour
    with Waiting(server.url) as client:
        task = task_of(client, "a")
        start = time.monotonic()
        with pytest.raises(TaskTimeoutError) as reported:
            task.wait(timeout=1.0)
        assert 1.0 <= time.monotonic() - start < 1.5
        assert reported.value.resume_token == task.resume_token()
    assert len(server.requests) == 1


@pytest.mark.serial
@pytest.mark.parametrize("behaviour", [drip, hang])
def test_following_threads_time_out_on_time(server: Server, behaviour: Any) -> None:
    """Invariant T1."""
    server.serve = behaviour
    late: list[float] = []

    def wait(client: Client, timeout: float) -> None:
        start = time.monotonic()
        with suppress(TaskTimeoutError):
            task_of(client, "a").wait(timeout=timeout)
        late.append(time.monotonic() - start - timeout)

    with Waiting(server.url) as client:
        threads = [threading.Thread(target=wait, args=(client, 0.3 + 0.05 * number)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert len(late) == 20
    assert min(late) >= -0.001
    assert max(late) < 0.5


@pytest.mark.serial
@pytest.mark.parametrize("behaviour", [drip, hang])
def test_an_async_wait_times_out_on_time(server: Server, behaviour: Any) -> None:
    """Invariant T1."""
    server.serve = behaviour

    async def main() -> None:
        async with AsyncWaiting(server.url) as client:
            start = time.monotonic()
            with pytest.raises(TaskTimeoutError):
                await task_of(client, "a").wait(timeout=1.0)
            assert 1.0 <= time.monotonic() - start < 1.2

    asyncio.run(main())
    assert len(server.requests) == 1


def test_a_poll_that_hangs_times_out_and_is_repeated(server: Server) -> None:
    server.tasks = {"a": "ok"}
    server.serve = lambda server, connection: (
        hang(server, connection) if len(server.requests) == 1 else server.respond(connection)
    )
    with Waiting(server.url, poll=PollPolicy(attempt_timeout=0.5)) as client:
        assert task_of(client, "a").wait(timeout=10).phase is Phase.SUCCEEDED
    assert len(server.requests) == 2


def test_a_list_that_has_grown_over_the_limit_can_be_allowed(server: Server) -> None:
    server.tasks = {"a": "ok"} | {f"old-{number}": "ok" for number in range(40)}
    small = PollPolicy(max_bytes=1000)
    with Waiting(server.url, poll=small) as client:
        task = task_of(client, "a")
        with pytest.raises(TaskTimeoutError, match=r"more than the 1000 bytes that PollPolicy\.max_bytes allows"):
            task.wait(timeout=0.5)
        assert task.wait(timeout=10, poll=PollPolicy(max_bytes=100_000)).phase is Phase.SUCCEEDED

    async def main() -> None:
        async with AsyncWaiting(server.url, poll=small) as client:
            task = task_of(client, "a")
            assert (await task.wait(timeout=10, poll=PollPolicy(max_bytes=100_000))).phase is Phase.SUCCEEDED

    asyncio.run(main())


@pytest.mark.serial
def test_cancelled_waits_cost_no_connection_and_leave_the_others_alone(server: Server) -> None:
    """Invariant C1."""
    chance = random.Random(1)
    server.tasks = {str(number): "run" for number in range(20)}

    async def main() -> None:
        async with AsyncWaiting(server.url) as client:

            async def one() -> None:
                wait = asyncio.create_task(task_of(client, str(chance.randrange(20))).wait(timeout=None))
                await asyncio.sleep(chance.random() * 2)
                wait.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await wait

            steady = asyncio.create_task(task_of(client, "3").wait(timeout=30))
            await asyncio.gather(*[one() for _ in range(2000)])
            assert server.raw.open <= 1
            assert len(asyncio.all_tasks()) <= 4  # this one, the steady one, and a request in flight
            server.tasks["3"] = "ok"
            assert (await steady).phase is Phase.SUCCEEDED
            assert len(asyncio.all_tasks()) <= 2
            assert await client.call(LIST)

    asyncio.run(main())
    assert (
        min(later - earlier for earlier, later in zip(server.requests[:-1], server.requests[1:-1], strict=False)) > 0.05
    )


@pytest.mark.serial
def test_closing_a_client_ends_a_poll_that_hangs(server: Server) -> None:
    """Invariant C4."""
    server.serve = hang
    client = Waiting(server.url)
    ends: list[Any] = []

    def wait() -> None:
        try:
            task_of(client, "a").wait(timeout=None)
        except Exception as error:
            ends.append(error)

    threads = [threading.Thread(target=wait, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    while not server.requests:
        time.sleep(0.01)
    start = time.monotonic()
    client.close()
    for thread in threads:
        thread.join(5)
    assert [type(error) for error in ends] == [ClientClosedError] * 3
    assert time.monotonic() - start < 1


@pytest.mark.serial
def test_closing_an_async_client_ends_a_poll_that_hangs(server: Server) -> None:
    """Invariant C4."""
    server.serve = hang

    async def main() -> None:
        client = AsyncWaiting(server.url)
        waits = [asyncio.create_task(task_of(client, "a").wait(timeout=None)) for _ in range(3)]
        while not server.requests:
            await asyncio.sleep(0.01)
        start = time.monotonic()
        await client.aclose()
        found = await asyncio.gather(*waits, return_exceptions=True)
        assert [type(error) for error in found] == [ClientClosedError] * 3
        assert time.monotonic() - start < 1

    asyncio.run(main())


@pytest.mark.serial
def test_a_list_of_megabytes_does_not_block_the_loop(server: Server) -> None:
    """Invariant C5."""
    server.tasks = {f"{number:0>40}": "run" * 20 for number in range(30_000)}
    content = server.body()
    assert len(content) > 3 * 1024 * 1024
    worst = 0.0

    async def main() -> None:
        nonlocal worst

        async def heart() -> None:
            nonlocal worst
            while True:
                before = time.perf_counter()
                await asyncio.sleep(0.002)
                worst = max(worst, time.perf_counter() - before)

        async with AsyncWaiting(server.url) as client:
            beating = asyncio.create_task(heart())
            task = task_of(client, next(iter(server.tasks)))
            while len(server.requests) <= 2:
                with pytest.raises(TaskTimeoutError):
                    await task.wait(timeout=1.5)
            beating.cancel()

    asyncio.run(main())
    assert len(server.requests) > 2
    assert worst < 0.5  # the bench measures it; this test shows that parsing does not run in the loop
