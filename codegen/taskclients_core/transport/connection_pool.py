"""Connection pool for asynchronous clients: one httpx client, with one connection, for each concurrent request.

The pool of httpx 0.28 is not used, for two reasons. If a task is cancelled before its request connects, the slot of
that request is never freed. And each request that ends wakes many waiting requests, all but one of which wait again, so
that many concurrent calls take much longer. Here each httpx client serves one request at a time; a cancelled
task does no harm, and a client whose request was cancelled is discarded with its connection.

A supplied `http_client` is used with its own pool; the first problem exists there with httpx 0.28, not with httpx2.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any

from attrs import define

from ..errors import CallTimeoutError, ClientClosedError
from ..forks import register
from ..http_messages import HttpRequest
from .deadline_backend import deadline_exceeded, has_connections
from .httpx_adapter import MAX_CONNECTIONS, USED_BEFORE_FORK, ClientFactory

if TYPE_CHECKING:
    import asyncio

_KEEPALIVE = 5.0
"""Seconds after which an idle client is closed, as httpx does with idle connections."""


@define(eq=False)
class PooledClient:
    """An httpx client in the pool."""

    http: Any
    owned: bool
    """False for a supplied client, and after the event loop of its connection was closed."""

    broken: bool = False
    """True if a request on it was cancelled."""

    idle_since: float = 0.0
    """Time of its last use, by `time.monotonic`."""

    closed: bool = False
    """True once the pool was closed; a request that is still connecting must not be sent."""


class ConnectionPool:
    """Pool of httpx clients."""

    def __init__(self, supplied: Any, factory: ClientFactory) -> None:
        self._supplied = None if supplied is None else PooledClient(supplied, owned=False)
        self._factory = factory
        self._closed = False
        self._used = self._unusable = False
        self._slots: asyncio.Semaphore | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._clients: set[PooledClient] = set()
        self._idle: deque[PooledClient] = deque()
        """Idle clients; the one used last is at the end."""

        self._closing: set[asyncio.Task[None]] = set()
        register(self)

    def after_fork(self) -> None:
        """Refuse further use if there was any: the connections and the event loop are the parent's."""
        supplied = self._supplied
        self._unusable = self._unusable or self._used or (supplied is not None and has_connections(supplied.http))
        self._clients.clear()
        self._idle.clear()
        self._closing.clear()

    async def acquire(self, request: HttpRequest, timeout: float | None) -> PooledClient:
        """Take a client from the pool.

        Args:
            request: The request to send.
            timeout: Maximum seconds to wait for a free slot; None: unlimited.

        Raises:
            CallTimeoutError: no slot became free in time.
            ClientClosedError: the pool was closed.
        """
        self.check_open()
        self._used = True
        if self._supplied is not None:
            return self._supplied
        slots = self._slots_of_loop()
        if slots.locked():
            await _wait(slots, request, timeout)
        else:
            await slots.acquire()  # does not wait
        try:
            self.check_open()
            if not self._idle:
                client = PooledClient(await self._factory.create_client_async(), owned=True)
                self.check_open()
                self._clients.add(client)
                return client
        except BaseException:
            slots.release()
            raise
        client = self._idle.pop()
        if self._idle and time.monotonic() - self._idle[0].idle_since > _KEEPALIVE:
            self._discard(self._idle.popleft())
        return client

    def _slots_of_loop(self) -> asyncio.Semaphore:
        """Return the semaphore of the slots; if the previous event loop was closed, drop its clients and start anew.

        So one client works in several consecutive `asyncio.run`, as web frameworks and notebooks use them.
        """
        import asyncio  # slow import

        loop = asyncio.get_running_loop()
        if self._slots is None or (loop is not self._loop and (self._loop is None or self._loop.is_closed())):
            self._slots = asyncio.Semaphore(MAX_CONNECTIONS)
            self._loop = loop
            for client in self._clients:
                client.owned = False  # its slot belongs to the old loop and must not be released
            self._clients.clear()
            self._idle.clear()
            self._closing.clear()
        return self._slots

    def release(self, client: PooledClient) -> None:
        """Return a client to the pool after its request ended in any way."""
        if not client.owned:
            return
        if client.broken:
            self._discard(client)
        else:
            client.idle_since = time.monotonic()
            self._idle.append(client)
        if self._slots is not None:
            self._slots.release()

    def _discard(self, client: PooledClient) -> None:
        import asyncio

        self._clients.discard(client)
        try:
            task = asyncio.get_running_loop().create_task(client.http.aclose())
        except RuntimeError:  # the event loop was closed, and its connections with it
            return
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def check_open(self) -> None:
        """Check that the pool can be used. Raises ClientClosedError."""
        if self._closed:
            raise ClientClosedError("the client was closed; create a new one")
        if self._unusable:
            raise ClientClosedError(f"the client {USED_BEFORE_FORK}")

    async def aclose(self) -> None:
        """Close the clients that the pool created."""
        self._slots_of_loop()
        self._closed = True
        self._idle.clear()
        for each in self._clients:
            each.closed = True
        while self._clients:
            await self._clients.pop().http.aclose()
        for task in tuple(self._closing):
            await task


async def _wait(slots: asyncio.Semaphore, request: HttpRequest, timeout: float | None) -> None:
    import asyncio

    if request.deadline is not None:
        remaining = request.deadline.remaining
        timeout = remaining if timeout is None else min(timeout, remaining)
    limit = asyncio.timeout(timeout)
    try:
        async with limit:
            await slots.acquire()
    except TimeoutError:
        if not limit.expired():
            raise
        if request.deadline is not None and request.deadline.expired:
            raise deadline_exceeded(request, sent=False) from None
        raise CallTimeoutError(
            f"{request.operation}: all connections were busy for too long; increase timeout= or the limits of the pool",
            sent=False,
        ) from None
