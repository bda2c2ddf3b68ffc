"""Calls in the calling task."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..errors import ClientClosed, TimedOut
from ..messages import Answer, Content, Request
from ..options import AsyncHttpClient, Timeout
from .driver import Driver
from .driving import drive_async
from .effects import Alone, Ask, Effect, Flow, Open, OpenAnswer, Read, Send
from .incoming import Whole, pieces_async
from .lanes import Lane, Lanes
from .library import cause, translated
from .logs import sending
from .outgoing import AsyncOutgoing
from .passage import Passage
from .redirects import MOST, redirected
from .secrets import ask_async
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
        self._loop: asyncio.AbstractEventLoop | None = None

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
        if isinstance(effect, Ask):
            return await ask_async(effect)
        await effect.clock.sleep_async(effect.seconds)
        return None

    async def _run_alone(self, effect: Alone) -> Any:
        import asyncio  # slow to import, and seldom wanted here

        loop = asyncio.get_running_loop()
        if self._alone is None or (loop is not self._loop and (self._loop is None or self._loop.is_closed())):
            self._alone, self._loop = asyncio.Lock(), loop
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
            passage = Passage(request, answered=hops > 0)
            lane = await self._enter(passage)
            try:
                answer = await self.guarded(passage, lane, self._whole, passage, lane, started)
            finally:
                self._lanes.leave(lane)
            if not 300 <= answer.status < 400 or hops == MOST:
                return answer
            other = redirected(request, answer.status, answer.raw_headers)
            if other is None:
                return answer
            request = other
            hops += 1

    async def _enter(self, passage: Passage) -> Lane:
        request = passage.request
        try:
            return await self._lanes.enter(request, (request.timeout or self._timeout or Timeout()).pool)
        except TimedOut as error:
            error.sent = passage.answered
            raise

    async def _whole(self, passage: Passage, lane: Lane, started: float) -> Answer:
        request = passage.request
        response = await self._respond(passage, lane)
        try:
            raw_headers = tuple(response.headers.raw)
            passage.arrived(response.status_code, raw_headers)
            body = Whole(request, response.status_code, raw_headers)
            await body.read_async(pieces_async(response, request, raw_headers))
        except GeneratorExit:
            raise  # the event loop is gone
        except BaseException:
            await response.aclose()
            raise
        await response.aclose()
        return Answer(response.status_code, raw_headers, body.content, time.perf_counter() - started, body.cut)

    async def _open_answer(self, request: Request) -> OpenAnswer:
        started = time.perf_counter()
        hops = 0
        while True:
            passage = Passage(request, answered=hops > 0)
            lane = await self._enter(passage)
            try:
                response = await self.guarded(passage, lane, self._respond, passage, lane)
            except BaseException:
                self._lanes.leave(lane)
                raise
            raw_headers = tuple(response.headers.raw)
            passage.arrived(response.status_code, raw_headers)
            chunks = _Chunks(self, passage, lane, response, pieces_async(response, request, raw_headers))
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
            await body.read_async(chunks)
        except GeneratorExit:
            raise
        except BaseException:
            await chunks.aclose()
            raise
        return Answer(answer.status, answer.raw_headers, body.content, time.perf_counter() - answer.started, body.cut)

    async def _respond(self, passage: Passage, lane: Lane) -> Any:
        """An httpx response whose body is yet to be read."""

        async def trace(name: str, info: Mapping[str, Any]) -> None:
            # Closing an httpx client ends its connections, but not the one that it is about to make.
            if lane.closed and name.endswith("send_request_headers.started"):
                raise ClientClosed("the client was closed")
            await passage.trace_async(name, info)

        # No name for the body here, as tracebacks that show names would show it.
        built = self._build(lane.http, passage.request, _outgoing(passage.request.content), trace)
        try:
            return await lane.http.send(built, stream=True, follow_redirects=False, **self._auth(lane.http, passage))
        except Exception as error:
            fault = passage.fault(error, built)
            if fault is error:
                raise
            raise fault from error

    async def guarded(self, passage: Passage, lane: Lane, work: Callable[..., Awaitable[T]], *arguments: Any) -> T:
        """Do it in the name of a request, with its deadline, and with httpx's errors as ours."""
        request = passage.request
        before = sending.get()
        sending.set(True)
        try:
            if request.deadline is None:
                return await work(*arguments)
            return await self._in_time(passage, lane, work, *arguments)
        except Exception as error:
            known = translated(error, request, passage)
            passage.label(known or error)
            if known is None:
                raise
            raise known from cause(error)
        except BaseException:
            lane.spoiled = True
            raise
        finally:
            sending.set(before)

    async def _in_time(self, passage: Passage, lane: Lane, work: Callable[..., Awaitable[T]], *arguments: Any) -> T:
        import asyncio

        request = passage.request
        left = 0.0 if request.deadline is None else request.deadline.left
        if left <= 0:
            raise late(request, sent=passage.answered)
        limit = asyncio.timeout(left + _SLACK)
        try:
            async with limit:
                return await work(*arguments)
        except TimeoutError as error:
            if not limit.expired():
                raise
            lane.spoiled = True
            raise late(request, sent=not passage.waiting) from error

    def leave(self, lane: Lane) -> None:
        """A request that was opened is through."""
        self._lanes.leave(lane)

    async def aclose(self) -> None:
        """Close what was opened here; a client brought along stays open."""
        await self._lanes.aclose()


class _Chunks(AsyncIterator[bytes]):
    """A body that somebody reads as it comes."""

    def __init__(
        self, driver: AsyncDriver, passage: Passage, lane: Lane, response: Any, source: AsyncIterator[bytes]
    ) -> None:
        self._driver = driver
        self._passage = passage
        self._lane = lane
        self._response = response
        self._source = source
        self._left = False

    async def __anext__(self) -> bytes:
        try:
            return await self._driver.guarded(self._passage, self._lane, self._source.__anext__)
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


def _outgoing(content: Any) -> Any:
    return AsyncOutgoing(content) if isinstance(content, Content) else content
