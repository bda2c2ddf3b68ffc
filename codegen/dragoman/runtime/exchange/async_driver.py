"""Calls in the calling task."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..errors import TimedOut
from ..messages import Answer, Content, Request
from ..options import AsyncHttpClient, Timeout
from .driver import Driver
from .driving import drive_async
from .effects import Alone, Effect, Flow, Open, OpenAnswer, Read, Send
from .incoming import Whole, pieces_async
from .lanes import Lane, Lanes
from .library import cause, translated
from .logs import sending
from .outgoing import AsyncOutgoing
from .redirects import MOST, redirected
from .setting import Setting
from .sockets import late

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")

_SLACK = 0.02
"""Seconds: httpx's own timeouts know whether anything was sent, so they come first where they can."""


class AsyncDriver(Driver):
    """Does what a flow asks for. Safe for many tasks of one event loop."""

    kind = "AsyncClient"
    connections = None

    def __init__(self, http: AsyncHttpClient | None, setting: Setting) -> None:
        super().__init__(http, setting)
        self._lanes = Lanes(http, self._open)
        self._alone: asyncio.Lock | None = None

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end.

        Raises:
            ClientClosed: the client was closed.
            ClientError: whatever the flow raises.
        """
        return await drive_async(flow, self.do)

    async def do(self, effect: Effect) -> Any:
        """Do one thing that a flow asks for. Raises what it raises."""
        if isinstance(effect, Send):
            return await self._send(effect.request)
        if isinstance(effect, Open):
            return await self._open_answer(effect.request)
        if isinstance(effect, Read):
            return await self._read(effect.answer)
        if isinstance(effect, Alone):
            return await self._run_alone(effect)
        await effect.clock.sleep_async(effect.seconds)
        return None

    async def _run_alone(self, effect: Alone) -> Any:
        import asyncio  # slow to import, and seldom wanted here

        if self._alone is None:
            self._alone = asyncio.Lock()
        limit = asyncio.timeout(None if effect.deadline is None else effect.deadline.left)
        try:
            async with limit:
                await self._alone.acquire()
        except TimeoutError:
            if not limit.expired():
                raise
            raise TimedOut("waiting for credentials took until the deadline", sent=False) from None
        try:
            return await self.run(effect.flow)
        finally:
            self._alone.release()

    # -- Requests

    async def _send(self, request: Request) -> Answer:
        started = time.perf_counter()
        hops = 0
        while True:
            lane = await self._enter(request)
            try:
                answer = await self.guarded(request, lane, self._whole, request, lane, started)
            finally:
                self._lanes.leave(lane)
            if not 300 <= answer.status < 400 or hops == MOST:
                return answer
            other = redirected(request, answer.status, answer.raw_headers)
            if other is None:
                return answer
            request = other
            hops += 1

    def _enter(self, request: Request) -> Awaitable[Lane]:
        return self._lanes.enter(request, (request.timeout or self._timeout or Timeout()).pool)

    async def _whole(self, request: Request, lane: Lane, started: float) -> Answer:
        response = await self._respond(request, lane)
        try:
            raw_headers = tuple(response.headers.raw)
            body = Whole(request, response.status_code, raw_headers)
            source = pieces_async(response, request, raw_headers)
            async for piece in source:
                body.add(piece)
        except GeneratorExit:
            raise  # the event loop is gone
        except BaseException:
            await response.aclose()
            raise
        await response.aclose()
        return Answer(response.status_code, raw_headers, body.content, time.perf_counter() - started)

    async def _open_answer(self, request: Request) -> OpenAnswer:
        started = time.perf_counter()
        hops = 0
        while True:
            lane = await self._enter(request)
            try:
                response = await self.guarded(request, lane, self._respond, request, lane)
            except BaseException:
                self._lanes.leave(lane)
                raise
            raw_headers = tuple(response.headers.raw)
            chunks = _Chunks(self, request, lane, response, pieces_async(response, request, raw_headers))
            other = redirected(request, response.status_code, raw_headers)
            if other is None or hops == MOST:
                return OpenAnswer(request, response.status_code, raw_headers, started, chunks, chunks.aclose)
            await chunks.aclose()
            request = other
            hops += 1

    async def _read(self, answer: OpenAnswer) -> Answer:
        chunks = cast("_Chunks", answer.chunks)
        try:
            body = Whole(answer.request, answer.status, answer.raw_headers)
            async for piece in chunks:
                body.add(piece)
        except GeneratorExit:
            raise
        except BaseException:
            await chunks.aclose()
            raise
        return Answer(answer.status, answer.raw_headers, body.content, time.perf_counter() - answer.started)

    async def _respond(self, request: Request, lane: Lane) -> Any:
        """An httpx response whose body is yet to be read."""
        content: Any = request.content
        outgoing = None
        if isinstance(content, Content):
            content = outgoing = AsyncOutgoing(content)
        built = self._build(lane.http, request, content)
        try:
            return await lane.http.send(built, stream=True, follow_redirects=False, **self._auth(request))
        except Exception as error:
            if outgoing is not None and outgoing.failure is not None and outgoing.failure is not error:
                raise outgoing.failure from error
            raise

    async def guarded(self, request: Request, lane: Lane, work: Callable[..., Awaitable[T]], *arguments: Any) -> T:
        """Do it in the name of a request, with its deadline, and with httpx's errors as ours."""
        before = sending.get()
        sending.set(True)
        try:
            if request.deadline is None:
                return await work(*arguments)
            return await self._in_time(request, lane, work, *arguments)
        except Exception as error:
            known = translated(error, request)
            if known is None:
                raise
            raise known from cause(error)
        except BaseException:
            lane.spoiled = True
            raise
        finally:
            sending.set(before)

    async def _in_time(self, request: Request, lane: Lane, work: Callable[..., Awaitable[T]], *arguments: Any) -> T:
        import asyncio

        left = 0.0 if request.deadline is None else request.deadline.left
        if left <= 0:
            raise late(request, sent=False)
        limit = asyncio.timeout(left + _SLACK)
        try:
            async with limit:
                return await work(*arguments)
        except TimeoutError as error:
            if not limit.expired():
                raise
            lane.spoiled = True
            raise late(request, sent=True) from error

    def leave(self, lane: Lane) -> None:
        """A request that was opened is through."""
        self._lanes.leave(lane)

    async def aclose(self) -> None:
        """Close what was opened here; a client brought along stays open."""
        await self._lanes.aclose()


class _Chunks(AsyncIterator[bytes]):
    """A body that somebody reads as it comes."""

    def __init__(
        self, driver: AsyncDriver, request: Request, lane: Lane, response: Any, source: AsyncIterator[bytes]
    ) -> None:
        self._driver = driver
        self._request = request
        self._lane = lane
        self._response = response
        self._source = source
        self._left = False

    async def __anext__(self) -> bytes:
        try:
            return await self._driver.guarded(self._request, self._lane, self._source.__anext__)
        except GeneratorExit:
            self._leave()
            raise
        except BaseException:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        try:
            await self._response.aclose()
        except BaseException:
            self._lane.spoiled = True
            raise
        finally:
            self._leave()

    def _leave(self) -> None:
        if not self._left:
            self._left = True
            self._driver.leave(self._lane)
