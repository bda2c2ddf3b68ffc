"""Asynchronous driver: executes the effects of flows in the calling task, with `httpx.AsyncClient`."""

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
from ..errors import CallTimeoutError, ClientClosedError, without_frames
from ..forks import ForkLock, register
from ..http_messages import HttpRequest, HttpResponse, StreamedBody
from .bodies import AsyncRequestBody, LimitedBody, iter_body_async
from .config import ClientConfig
from .connection_pool import ConnectionPool, PooledClient
from .deadline_backend import deadline_exceeded
from .httpx_adapter import (
    MAX_REDIRECTS,
    USED_BEFORE_FORK,
    Driver,
    SendState,
    failure_of,
    get_secret_async,
    redirect_request,
    sending_request,
)

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")

_SLACK = 0.02
"""Seconds added to the deadline here, so that httpx's own timeouts, which tell what was sent, expire first."""


class EventLoopOwner:
    """Event loop that a client belongs to: the first one that uses it, in whichever thread it runs.

    A later one may take over calls once that loop was closed, as consecutive `asyncio.run` in notebooks and web
    frameworks need it; it cannot take over tasks, whose waits and polls belonged to the closed one.
    """

    def __init__(self) -> None:
        self._lock = ForkLock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._loop_of_tasks: asyncio.AbstractEventLoop | None = None
        self._is_of_parent = False
        register(self)

    def after_fork(self) -> None:
        """Remember that the loop runs in the parent only."""
        self._is_of_parent = self._loop is not None

    def claim(self, *, tasks: bool = False) -> asyncio.AbstractEventLoop:
        """Return the running event loop if the client belongs, or now comes to belong, to it.

        Raises:
            ClientClosedError: the client belongs to another event loop, or none of asyncio is running.
        """
        import asyncio  # slow import

        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            problem = "asyncio is required, but none of its event loops is running here; trio is not supported"
            raise ClientClosedError(problem) from None
        if loop is self._loop and (not tasks or loop is self._loop_of_tasks):
            return loop
        with self._lock:
            of_calls, of_tasks = self._loop, self._loop_of_tasks if tasks else None
            if (of_calls is not None and of_calls is not loop and not of_calls.is_closed()) or (
                of_tasks is not None and of_tasks is not loop
            ):
                if self._is_of_parent:
                    raise ClientClosedError(f"the client {USED_BEFORE_FORK}")
                raise ClientClosedError("the client belongs to another event loop; create one client for each loop")
            self._loop = loop
            if tasks:
                self._loop_of_tasks = loop
        return loop


class AsyncDriver(Driver):
    """Driver for asynchronous clients, for many tasks of one event loop at a time."""

    kind = "AsyncClient"
    connections = None

    def __init__(self, http: AsyncHttpClient | None, config: ClientConfig) -> None:
        super().__init__(http, config)
        self.loops = EventLoopOwner()
        self._pool = ConnectionPool(http, self._factory)
        self._exclusive_lock: asyncio.Lock | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow and return its result.

        Raises:
            ClientClosedError: the client was closed, or belongs to another event loop.
            ClientError: the error of the flow.
        """
        self.loops.claim()
        return await run_flow_async(flow, self.perform)

    async def perform(self, effect: Effect) -> Any:
        """Execute one effect and return its result, or raise its error."""
        if isinstance(effect, Send):
            return await self._send(effect.request)
        if isinstance(effect, SendStreaming):
            return await self._send_streaming(effect.request)
        if isinstance(effect, ReadResponse):
            return await self._read_rest(effect.response)
        if isinstance(effect, Exclusive):
            return await self._run_exclusive(effect)
        if isinstance(effect, GetSecret):
            return await get_secret_async(effect)
        await effect.clock.sleep_async(effect.seconds)
        return None

    async def _run_exclusive(self, effect: Exclusive) -> Any:
        import asyncio  # slow import

        loop = asyncio.get_running_loop()
        if self._exclusive_lock is None or (loop is not self._loop and (self._loop is None or self._loop.is_closed())):
            self._exclusive_lock, self._loop = asyncio.Lock(), loop
        limit = asyncio.timeout(None if effect.deadline is None else effect.deadline.remaining)
        try:
            async with limit:
                await self._exclusive_lock.acquire()
        except TimeoutError:
            if not limit.expired():
                raise
            raise CallTimeoutError(
                "waiting for credentials took until the deadline; increase deadline=", sent=False
            ) from None
        try:
            return await self.run(effect.flow)
        finally:
            self._exclusive_lock.release()

    # -- Requests

    async def _send(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        redirects = 0
        while True:
            state = SendState(request, answered=redirects > 0)
            client = await self._acquire(state)
            try:
                response = await self.guarded(state, client, self._send_and_read, state, client, started)
            finally:
                self._pool.release(client)
            if not 300 <= response.status < 400 or redirects == MAX_REDIRECTS:
                return response
            redirected = redirect_request(request, response.status, response.raw_headers)
            if redirected is None:
                return response
            request = redirected
            redirects += 1

    async def _acquire(self, state: SendState) -> PooledClient:
        request = state.request
        try:
            return await self._pool.acquire(request, (request.timeout or self._timeout or Timeout()).pool)
        except CallTimeoutError as error:
            error.sent = state.answered
            raise

    async def _send_and_read(self, state: SendState, client: PooledClient, started: float) -> HttpResponse:
        request = state.request
        response = await self._send_unread(state, client)
        try:
            raw_headers = tuple(response.headers.raw)
            state.response_started(response.status_code, raw_headers)
            body = LimitedBody(request, response.status_code, raw_headers)
            await body.read_async(iter_body_async(response, request, raw_headers))
        except GeneratorExit:
            raise  # the event loop was closed: nothing can be awaited
        except BaseException:
            await response.aclose()
            raise
        await response.aclose()
        return HttpResponse(response.status_code, raw_headers, body.content, time.perf_counter() - started, body.cut)

    async def _send_streaming(self, request: HttpRequest) -> StreamingResponse:
        started = time.perf_counter()
        redirects = 0
        while True:
            state = SendState(request, answered=redirects > 0)
            client = await self._acquire(state)
            try:
                response = await self.guarded(state, client, self._send_unread, state, client)
            except BaseException:
                self._pool.release(client)
                raise
            raw_headers = tuple(response.headers.raw)
            state.response_started(response.status_code, raw_headers)
            chunks = _Chunks(self, state, client, response, iter_body_async(response, request, raw_headers))
            redirected = redirect_request(request, response.status_code, raw_headers)
            if redirected is None or redirects == MAX_REDIRECTS:
                return StreamingResponse(request, response.status_code, raw_headers, started, chunks, chunks.aclose)
            await chunks.aclose()
            request = redirected
            raw_headers = ()  # the traceback of the next request would show them
            redirects += 1

    async def _read_rest(self, response: StreamingResponse) -> HttpResponse:
        chunks = cast("_Chunks", response.chunks)
        try:
            body = LimitedBody(response.request, response.status, response.raw_headers)
            await body.read_async(chunks)
        except GeneratorExit:
            raise
        except BaseException:
            await chunks.aclose()
            raise
        return HttpResponse(
            response.status, response.raw_headers, body.content, time.perf_counter() - response.started, body.cut
        )

    async def _send_unread(self, state: SendState, client: PooledClient) -> Any:
        """Send a request and return the httpx response with its body unread."""

        async def trace(name: str, info: Mapping[str, Any]) -> None:
            # Closing an httpx client does not end a connection that it is about to make.
            if client.closed and name.endswith("send_request_headers.started"):
                raise ClientClosedError("the client was closed; create a new one")
            await state.trace_async(name, info)

        # Do not assign the body to a variable: tracebacks with locals would show it.
        built = self._build(client.http, state.request, _request_content(state.request.content), trace)
        try:
            return await client.http.send(built, stream=True, follow_redirects=False, **self._auth(client.http, state))
        except Exception as error:
            mapped = state.map_error(error, built)
            if mapped is error:
                raise
            raise mapped from error

    async def guarded(
        self, state: SendState, client: PooledClient, work: Callable[..., Awaitable[T]], *arguments: Any
    ) -> T:
        """Call a function on behalf of a request: with its deadline, the log filters on, and httpx's errors mapped."""
        request = state.request
        previous = sending_request.get()
        sending_request.set(True)
        try:
            if request.deadline is None:
                return await work(*arguments)
            return await self._with_deadline(state, client, work, *arguments)
        except Exception as error:
            failure = failure_of(error, state)
            if failure is None:
                raise
        except BaseException as error:
            client.broken = True
            without_frames(error)
            raise
        finally:
            sending_request.set(previous)
        raise failure

    async def _with_deadline(
        self, state: SendState, client: PooledClient, work: Callable[..., Awaitable[T]], *arguments: Any
    ) -> T:
        import asyncio

        request = state.request
        remaining = 0.0 if request.deadline is None else request.deadline.remaining
        if remaining <= 0:
            raise deadline_exceeded(request, sent=state.answered)
        limit = asyncio.timeout(remaining + _SLACK)
        try:
            async with limit:
                return await work(*arguments)
        except TimeoutError as error:
            if not limit.expired():
                raise
            client.broken = True
            raise deadline_exceeded(request, sent=not state.connecting) from error

    def check_open(self) -> None:
        """Check that the client can send. Raises ClientClosedError."""
        self._pool.check_open()

    def release(self, client: PooledClient) -> None:
        """Return the httpx client of a finished request to the pool."""
        self._pool.release(client)

    async def aclose(self) -> None:
        """Close the connections; a supplied http_client stays open. Raises ClientClosedError in another event loop."""
        self.loops.claim()
        await self._pool.aclose()


class _Chunks(AsyncIterator[bytes]):
    """Chunks of a response's body, read on behalf of its request."""

    def __init__(
        self, driver: AsyncDriver, state: SendState, client: PooledClient, response: Any, source: AsyncIterator[bytes]
    ) -> None:
        self._driver = driver
        self._state = state
        self._client = client
        self._response = response
        self._source = source
        self._released = False

    async def __anext__(self) -> bytes:
        self._state.check_process()
        try:
            return await self._driver.guarded(self._state, self._client, self._source.__anext__)
        except GeneratorExit:
            self._release()
            raise
        except BaseException:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        try:
            await self._response.aclose()
        except BaseException:
            self._client.broken = True
            raise
        finally:
            self._release()

    def _release(self) -> None:
        if not self._released:
            self._released = True
            self._driver.release(self._client)


def _request_content(content: Any) -> Any:
    return AsyncRequestBody(content) if isinstance(content, StreamedBody) else content
