"""A connection of its own for each request that is under way, for asynchronous clients.

A task can be cancelled wherever it waits, and httpx 0.28 then loses places in its pool of connections: one that was
given to a request which is cancelled before it connects stays taken for ever. Besides, each request that ends there
wakes many that wait, and all but one wait again, so that 64 calls at once take twenty times as long as they must. So
its pools are not used as such: each lane is an httpx client that serves one request at a time, lanes are handed out
here, where being cancelled does no harm, and one whose request was cancelled is thrown away with all that it holds.

A client that was brought along is used as it is: what httpx 0.28 loses there is lost. httpx2 does not lose it.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from attrs import define

from ..errors import CallTimeoutError, ClientClosedError
from ..http_messages import HttpRequest
from .deadline_backend import deadline_exceeded
from .httpx_adapter import MAX_CONNECTIONS

if TYPE_CHECKING:
    import asyncio

_KEPT = 5.0
"""Seconds after which an unused lane is closed; httpx does so with its connections."""


@define(eq=False)
class PooledClient:
    """An httpx client."""

    http: Any
    owned: bool
    broken: bool = False
    """Whether a request was cancelled on it."""

    idle_since: float = 0.0
    """When it was last used, by `time.monotonic`."""

    closed: bool = False
    """The client was closed; a request that is still connecting must not be sent."""


class ConnectionPool:
    """All lanes of a client."""

    def __init__(self, given: Any, open_client: Callable[[], Any]) -> None:
        self._given = None if given is None else PooledClient(given, owned=False)
        self._open = open_client
        self._closed = False
        self._slots: asyncio.Semaphore | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lanes: set[PooledClient] = set()
        self._idle: deque[PooledClient] = deque()
        """The one used last is at the end."""

        self._closing: set[asyncio.Task[None]] = set()

    async def acquire(self, request: HttpRequest, patience: float | None) -> PooledClient:
        """Take a lane, after at most so many seconds of waiting.

        Raises:
            TimedOut: none became free.
            ClientClosed: the client was closed.
        """
        self._check_open()
        if self._given is not None:
            return self._given
        slots = self._of_this_loop()
        if slots.locked():
            await _wait(slots, request, patience)
        else:
            await slots.acquire()  # at once
        try:
            self._check_open()
            if not self._idle:
                lane = PooledClient(self._open(), owned=True)
                self._lanes.add(lane)
                return lane
        except BaseException:
            slots.release()
            raise
        lane = self._idle.pop()
        if self._idle and time.monotonic() - self._idle[0].idle_since > _KEPT:
            self._discard(self._idle.popleft())
        return lane

    def _of_this_loop(self) -> asyncio.Semaphore:
        """The places, all of them anew where the event loop of the last calls was closed: their connections are lost.

        So one client serves several `asyncio.run`, as those of web frameworks and notebooks, one after the other.
        """
        import asyncio  # slow to import, and seldom wanted

        loop = asyncio.get_running_loop()
        if self._slots is None or (loop is not self._loop and (self._loop is None or self._loop.is_closed())):
            self._slots = asyncio.Semaphore(MAX_CONNECTIONS)
            self._loop = loop
            for lane in self._lanes:
                lane.owned = False  # nobody gives it back
            self._lanes.clear()
            self._idle.clear()
            self._closing.clear()
        return self._slots

    def release(self, lane: PooledClient) -> None:
        """Give it back, however the request ended."""
        if not lane.owned:
            return
        if lane.broken:
            self._discard(lane)
        else:
            lane.idle_since = time.monotonic()
            self._idle.append(lane)
        if self._slots is not None:
            self._slots.release()

    def _discard(self, lane: PooledClient) -> None:
        import asyncio

        self._lanes.discard(lane)
        try:
            task = asyncio.get_running_loop().create_task(lane.http.aclose())
        except RuntimeError:  # the event loop is gone, and its connections with it
            return
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _check_open(self) -> None:
        if self._closed:
            raise ClientClosedError("the client was closed")

    async def aclose(self) -> None:
        """Close what was opened here."""
        self._of_this_loop()
        self._closed = True
        self._idle.clear()
        for each in self._lanes:
            each.closed = True
        while self._lanes:
            await self._lanes.pop().http.aclose()
        for task in tuple(self._closing):
            await task


async def _wait(slots: asyncio.Semaphore, request: HttpRequest, patience: float | None) -> None:
    import asyncio

    if request.deadline is not None:
        left = request.deadline.remaining
        patience = left if patience is None else min(patience, left)
    limit = asyncio.timeout(patience)
    try:
        async with limit:
            await slots.acquire()
    except TimeoutError:
        if not limit.expired():
            raise
        if request.deadline is not None and request.deadline.expired:
            raise deadline_exceeded(request, sent=False) from None
        raise CallTimeoutError(f"{request.operation}: all connections were busy for too long", sent=False) from None
