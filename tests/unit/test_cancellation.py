"""Cancelled calls: wherever a call waits, the client stays usable."""

from __future__ import annotations

import asyncio
import random
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import chain, repeat
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import pytest
from attrs import define

from taskclients_core import Api, AsyncClient, CallTimeoutError, Client, Operation
from taskclients_core.effects import Flow, SendStreaming, StreamingResponse
from taskclients_core.http_messages import HttpRequest
from taskclients_core.transport import connection_pool

if TYPE_CHECKING:
    import socket

    from tests.raw_server import RawServer

pytestmark = [
    pytest.mark.usefixtures("library"),
    # Both libraries drop a socket instead of closing it when cancelled in the step after it was connected.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

GET: Final = Operation("test.get", "GET", "/", returns=bytes)
CONNECTIONS: Final = 10


class AnyClient(Client):
    api = Api("test")


class AnyAsyncClient(AsyncClient):
    api = Api("test")


@pytest.fixture(autouse=True)
def few_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_pool, "MAX_CONNECTIONS", CONNECTIONS)


@define(eq=False)
class Local:
    """Server in the same event loop, so that a step of the loop is a step of both."""

    delay: Callable[[], float]
    url: str = ""
    together: asyncio.Barrier | None = None
    """Event to wait for before responding."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.BrokenBarrierError):
                while True:
                    await reader.readuntil(b"\r\n\r\n")
                    if self.together is not None:
                        await self.together.wait()
                    await asyncio.sleep(self.delay())
                    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
                    await asyncio.sleep(self.delay())
                    writer.write(b"3\r\ndef\r\n0\r\n\r\n")
        finally:
            writer.close()

    async def all_connections_work(self, client: AsyncClient) -> None:
        """Run as many calls at once as the pool has connections."""
        self.together = asyncio.Barrier(CONNECTIONS)
        async with asyncio.timeout(10):
            found = await asyncio.gather(*[client.call(GET) for _ in range(CONNECTIONS)])
        assert found == [b"abcdef"] * CONNECTIONS


@asynccontextmanager
async def serving(delay: Callable[[], float] = lambda: 0.0) -> AsyncIterator[Local]:
    local = Local(delay)
    server = await asyncio.start_server(local.serve, "127.0.0.1", 0)
    local.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield local
    finally:
        server.close()


@pytest.mark.parametrize("warm", [False, True])
def test_a_call_can_be_cancelled_at_every_step(warm: bool) -> None:
    async def main() -> None:
        async with serving() as local, AnyAsyncClient(local.url) as client:
            if warm:
                await client.call(GET)
            for steps in range(1000):
                call = asyncio.ensure_future(client.call(GET))
                for _ in range(steps):
                    await asyncio.sleep(0)
                if call.done():
                    assert await call == b"abcdef"
                    break
                call.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await call
                if not warm:
                    await client.aclose()
                    client = AnyAsyncClient(local.url)
                assert await client.call(GET) == b"abcdef"
            assert steps > 5
            await local.all_connections_work(client)
            await client.aclose()

    asyncio.run(main())


def test_cancelled_calls_leave_no_connection_occupied() -> None:
    chance = random.Random(7)

    async def main() -> None:
        async with serving(lambda: chance.random() * 0.01) as local, AnyAsyncClient(local.url) as client:
            for _ in range(20):
                calls = [asyncio.ensure_future(client.call(GET)) for _ in range(CONNECTIONS)]
                for call in calls:
                    for _ in range(chance.randrange(12)):
                        await asyncio.sleep(0)
                    call.cancel()
                await asyncio.gather(*calls, return_exceptions=True)
            await local.all_connections_work(client)

    asyncio.run(main())


def test_expired_deadlines_leave_no_connection_occupied() -> None:
    chance = random.Random(7)

    async def main() -> None:
        async with serving(lambda: 0.05) as local, AnyAsyncClient(local.url) as client:
            for _ in range(10):
                late = [client.with_options(deadline=0.001 + chance.random() * 0.05) for _ in range(CONNECTIONS)]
                found = await asyncio.gather(*[each.call(GET) for each in late], return_exceptions=True)
                assert all(isinstance(each, CallTimeoutError) for each in found)
            await local.all_connections_work(client)

    asyncio.run(main())


def test_unread_responses_leave_no_connection_occupied() -> None:
    def opening(url: str) -> Flow[StreamingResponse]:
        response: StreamingResponse = yield SendStreaming(HttpRequest("test.open", "GET", url, (), None))
        return response

    async def read(client: AsyncClient, url: str) -> None:
        response = await client._driver.run(opening(url))
        chunks: Any = response.chunks
        try:
            async for _ in chunks:
                pass
        finally:
            await chunks.aclose()

    async def main() -> None:
        chance = random.Random(7)
        async with serving(lambda: 0.005) as local, AnyAsyncClient(local.url) as client:
            for _ in range(20):
                reads = [asyncio.ensure_future(read(client, local.url)) for _ in range(CONNECTIONS)]
                await asyncio.sleep(chance.random() * 0.01)
                for each in reads:
                    each.cancel()
                await asyncio.gather(*reads, return_exceptions=True)
            await local.all_connections_work(client)

    asyncio.run(main())


def test_calls_wait_for_a_free_connection(library: ModuleType) -> None:
    async def main() -> None:
        under_way = most = 0

        async def one(client: AsyncClient) -> None:
            nonlocal under_way, most
            driver: Any = client._driver
            await client.call(GET)
            under_way = CONNECTIONS - driver._pool._slots._value
            most = max(most, under_way)

        async with serving(lambda: 0.001) as local, AnyAsyncClient(local.url) as client:
            await asyncio.gather(*[one(client) for _ in range(100)])
        assert most <= CONNECTIONS

    asyncio.run(main())


def test_cancelled_calls_of_a_given_httpx2_client_leave_no_connection_occupied(library: ModuleType) -> None:
    if library.__name__ != "httpx2":
        pytest.skip("httpx 0.28 loses places in its pool when a request is cancelled")
    chance = random.Random(7)

    async def main() -> None:
        limits = library.Limits(max_connections=CONNECTIONS)
        async with (
            serving(lambda: chance.random() * 0.01) as local,
            library.AsyncClient(limits=limits) as http,
            AnyAsyncClient(local.url, http_client=http) as client,
        ):
            for _ in range(20):
                calls = [asyncio.ensure_future(client.call(GET)) for _ in range(CONNECTIONS)]
                for call in calls:
                    for _ in range(chance.randrange(12)):
                        await asyncio.sleep(0)
                    call.cancel()
                await asyncio.gather(*calls, return_exceptions=True)
            await local.all_connections_work(client)

    asyncio.run(main())


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 8, 12, 20, 50, 200])
def test_closing_a_client_with_calls_under_way_ends_them(steps: int) -> None:
    async def main() -> None:
        delays = chain([0.0, 0.0], repeat(60.0))
        async with serving(lambda: next(delays)) as local:
            client = AnyAsyncClient(local.url)
            await client.call(GET)
            calls = [asyncio.ensure_future(client.call(GET)) for _ in range(CONNECTIONS + 5)]
            for _ in range(steps):
                await asyncio.sleep(0)
            await client.aclose()
            async with asyncio.timeout(20):
                found = await asyncio.gather(*calls, return_exceptions=True)
            assert all(isinstance(each, Exception) for each in found)

    asyncio.run(main())


def test_an_interrupt_ends_a_call_and_its_connection(raw: RawServer) -> None:
    gone = threading.Event()

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        if raw.connections == 1:
            threading.Timer(0.1, signal.pthread_kill, (threading.main_thread().ident, signal.SIGINT)).start()
            if not connection.recv(1):
                gone.set()
        connection.sendall(b"defghij")

    raw.serve = serve
    with AnyClient(raw.url) as client:
        with pytest.raises(KeyboardInterrupt):
            client.call(GET)
        assert gone.wait(5)
        assert client.call(GET) == b"abcdefghij"
