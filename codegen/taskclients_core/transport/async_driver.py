"""Calls in the calling task."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..config import AsyncHttpClient, Timeout
from ..effects import (
    Effect,
    Exclusive,
    Flow,
    GetSecret,
    ReadResponse,
    Send,
    SendStreaming,
    StreamingResponse,
    run_flow_async,
)
from ..errors import CallTimeoutError, ClientClosedError
from ..http_messages import HttpRequest, HttpResponse, StreamedBody
from .bodies import AsyncRequestBody, LimitedBody, iter_body_async
from .config import ClientConfig
from .connection_pool import ConnectionPool, PooledClient
from .deadline_backend import deadline_exceeded
from .httpx_adapter import (
    MAX_REDIRECTS,
    Driver,
    SendState,
    get_secret_async,
    map_exception,
    redirect_request,
    safe_cause,
    sending_request,
)

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")

_SLACK = 0.02
"""Seconds: httpx's own timeouts know whether anything was sent, so they come first where they can."""


class AsyncDriver(Driver):
    """Does what a flow asks for. Safe for many tasks of one event loop."""

    kind = "AsyncClient"
    connections = None

    def __init__(self, http: AsyncHttpClient | None, setting: ClientConfig) -> None:
        super().__init__(http, setting)
        self._lanes = ConnectionPool(http, self._open)
        self._alone: asyncio.Lock | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end.

        Raises:
            ClientClosed: the client was closed.
            ClientError: whatever the flow raises.
        """
        return await run_flow_async(flow, self.perform)

    async def perform(self, effect: Effect) -> Any:
        """Do one thing that a flow asks for. Raises what it raises."""
        if isinstance(effect, Send):
            return await self._send(effect.request)
        if isinstance(effect, SendStreaming):
            return await self._open_answer(effect.request)
        if isinstance(effect, ReadResponse):
            return await self._read(effect.response)
        if isinstance(effect, Exclusive):
            return await self._run_alone(effect)
        if isinstance(effect, GetSecret):
            return await get_secret_async(effect)
        await effect.clock.sleep_async(effect.seconds)
        return None

    async def _run_alone(self, effect: Exclusive) -> Any:
        import asyncio  # slow to import, and seldom wanted here

        loop = asyncio.get_running_loop()
        if self._alone is None or (loop is not self._loop and (self._loop is None or self._loop.is_closed())):
            self._alone, self._loop = asyncio.Lock(), loop
        limit = asyncio.timeout(None if effect.deadline is None else effect.deadline.remaining)
        try:
            async with limit:
                await self._alone.acquire()
        except TimeoutError:
            if not limit.expired():
                raise
            raise CallTimeoutError("waiting for credentials took until the deadline", sent=False) from None
        try:
            return await self.run(effect.flow)
        finally:
            self._alone.release()

    # -- Requests

    async def _send(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        hops = 0
        while True:
            passage = SendState(request, answered=hops > 0)
            lane = await self._enter(passage)
            try:
                answer = await self.guarded(passage, lane, self._whole, passage, lane, started)
            finally:
                self._lanes.release(lane)
            if not 300 <= answer.status < 400 or hops == MAX_REDIRECTS:
                return answer
            other = redirect_request(request, answer.status, answer.raw_headers)
            if other is None:
                return answer
            request = other
            hops += 1

    async def _enter(self, passage: SendState) -> PooledClient:
        request = passage.request
        try:
            return await self._lanes.acquire(request, (request.timeout or self._timeout or Timeout()).pool)
        except CallTimeoutError as error:
            error.sent = passage.answered
            raise

    async def _whole(self, passage: SendState, lane: PooledClient, started: float) -> HttpResponse:
        request = passage.request
        response = await self._respond(passage, lane)
        try:
            raw_headers = tuple(response.headers.raw)
            passage.response_started(response.status_code, raw_headers)
            body = LimitedBody(request, response.status_code, raw_headers)
            await body.read_async(iter_body_async(response, request, raw_headers))
        except GeneratorExit:
            raise  # the event loop is gone
        except BaseException:
            await response.aclose()
            raise
        await response.aclose()
        return HttpResponse(response.status_code, raw_headers, body.content, time.perf_counter() - started, body.cut)

    async def _open_answer(self, request: HttpRequest) -> StreamingResponse:
        started = time.perf_counter()
        hops = 0
        while True:
            passage = SendState(request, answered=hops > 0)
            lane = await self._enter(passage)
            try:
                response = await self.guarded(passage, lane, self._respond, passage, lane)
            except BaseException:
                self._lanes.release(lane)
                raise
            raw_headers = tuple(response.headers.raw)
            passage.response_started(response.status_code, raw_headers)
            chunks = _Chunks(self, passage, lane, response, iter_body_async(response, request, raw_headers))
            other = redirect_request(request, response.status_code, raw_headers)
            if other is None or hops == MAX_REDIRECTS:
                return StreamingResponse(request, response.status_code, raw_headers, started, chunks, chunks.aclose)
            await chunks.aclose()
            request = other
            hops += 1

    async def _read(self, answer: StreamingResponse) -> HttpResponse:
        chunks = cast("_Chunks", answer.chunks)
        try:
            body = LimitedBody(answer.request, answer.status, answer.raw_headers)
            await body.read_async(chunks)
        except GeneratorExit:
            raise
        except BaseException:
            await chunks.aclose()
            raise
        return HttpResponse(
            answer.status, answer.raw_headers, body.content, time.perf_counter() - answer.started, body.cut
        )

    async def _respond(self, passage: SendState, lane: PooledClient) -> Any:
        """An httpx response whose body is yet to be read."""

        async def trace(name: str, info: Mapping[str, Any]) -> None:
            # Closing an httpx client ends its connections, but not the one that it is about to make.
            if lane.closed and name.endswith("send_request_headers.started"):
                raise ClientClosedError("the client was closed")
            await passage.trace_async(name, info)

        # No name for the body here, as tracebacks that show names would show it.
        built = self._build(lane.http, passage.request, _outgoing(passage.request.content), trace)
        try:
            return await lane.http.send(built, stream=True, follow_redirects=False, **self._auth(lane.http, passage))
        except Exception as error:
            fault = passage.map_error(error, built)
            if fault is error:
                raise
            raise fault from error

    async def guarded(
        self, passage: SendState, lane: PooledClient, work: Callable[..., Awaitable[T]], *arguments: Any
    ) -> T:
        """Do it in the name of a request, with its deadline, and with httpx's errors as ours."""
        request = passage.request
        before = sending_request.get()
        sending_request.set(True)
        try:
            if request.deadline is None:
                return await work(*arguments)
            return await self._in_time(passage, lane, work, *arguments)
        except Exception as error:
            known = map_exception(error, request, passage)
            passage.annotate(known or error)
            if known is None:
                raise
            raise known from safe_cause(error)
        except BaseException:
            lane.broken = True
            raise
        finally:
            sending_request.set(before)

    async def _in_time(
        self, passage: SendState, lane: PooledClient, work: Callable[..., Awaitable[T]], *arguments: Any
    ) -> T:
        import asyncio

        request = passage.request
        left = 0.0 if request.deadline is None else request.deadline.remaining
        if left <= 0:
            raise deadline_exceeded(request, sent=passage.answered)
        limit = asyncio.timeout(left + _SLACK)
        try:
            async with limit:
                return await work(*arguments)
        except TimeoutError as error:
            if not limit.expired():
                raise
            lane.broken = True
            raise deadline_exceeded(request, sent=not passage.connecting) from error

    def release(self, lane: PooledClient) -> None:
        """A request that was opened is through."""
        self._lanes.release(lane)

    async def aclose(self) -> None:
        """Close what was opened here; a client brought along stays open."""
        await self._lanes.aclose()


class _Chunks(AsyncIterator[bytes]):
    """A body that somebody reads as it comes."""

    def __init__(
        self, driver: AsyncDriver, passage: SendState, lane: PooledClient, response: Any, source: AsyncIterator[bytes]
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
            self._lane.broken = True
            raise
        finally:
            self._leave()

    def _leave(self) -> None:
        if not self._left:
            self._left = True
            self._driver.release(self._lane)


def _outgoing(content: Any) -> Any:
    return AsyncRequestBody(content) if isinstance(content, StreamedBody) else content
