"""Synchronous driver: executes the effects of flows on the calling thread, with `httpx.Client`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from ..config import HttpClient
from ..effects import Effect, Exclusive, Flow, GetSecret, ReadResponse, Send, SendStreaming, StreamingResponse, run_flow
from ..errors import CallTimeoutError, ClientClosedError, without_frames
from ..forks import ForkLock, register
from ..http_messages import HttpRequest, HttpResponse, StreamedBody
from .bodies import LimitedBody, SyncRequestBody, iter_body
from .config import ClientConfig
from .deadline_backend import (
    abort_connections,
    current_request,
    deadline_exceeded,
    has_connections,
    install_backend,
)
from .httpx_adapter import (
    MAX_CONNECTIONS,
    MAX_REDIRECTS,
    USED_BEFORE_FORK,
    Driver,
    SendState,
    failure_of,
    get_secret,
    redirect_request,
    sending_request,
)

T = TypeVar("T")


class SyncDriver(Driver):
    """Driver for synchronous clients. Thread-safe."""

    kind = "Client"
    connections = MAX_CONNECTIONS

    def __init__(self, http: HttpClient | None, config: ClientConfig) -> None:
        super().__init__(http, config)
        self._http: Any = None
        """The httpx client, from the first request on."""

        self._closed = False
        self._unusable = False
        """True in a child process, if the supplied client may share connections with the parent."""

        self._open_lock = ForkLock()
        self._exclusive_lock = ForkLock()
        register(self)

    def after_fork(self) -> None:
        """Open connections of this process's own at the next request."""
        if self._supplied is not None:
            self._unusable = self._unusable or self._http is not None or has_connections(self._supplied)
        self._http = None

    def run(self, flow: Flow[T]) -> T:
        """Run a flow and return its result.

        Raises:
            ClientClosedError: the client was closed.
            ClientError: the error of the flow.
        """
        return run_flow(flow, self.perform)

    def perform(self, effect: Effect) -> Any:
        """Execute one effect and return its result, or raise its error."""
        if isinstance(effect, Send):
            return self._send(effect.request)
        if isinstance(effect, SendStreaming):
            return self._send_streaming(effect.request)
        if isinstance(effect, ReadResponse):
            return self._read_rest(effect.response)
        if isinstance(effect, Exclusive):
            return self._run_exclusive(effect)
        if isinstance(effect, GetSecret):
            return get_secret(effect)
        effect.clock.sleep(effect.seconds)
        return None

    def _run_exclusive(self, effect: Exclusive) -> Any:
        deadline = effect.deadline
        if not self._exclusive_lock.acquire(timeout=-1 if deadline is None else deadline.remaining):
            raise CallTimeoutError("waiting for credentials took until the deadline; increase deadline=", sent=False)
        try:
            return self.run(effect.flow)
        finally:
            self._exclusive_lock.release()

    def _client(self) -> Any:
        http = self._http
        if http is None or self._closed:
            with self._open_lock:
                if self._closed:
                    raise ClientClosedError("the client was closed; create a new one")
                if self._unusable:
                    raise ClientClosedError(f"http_client: {USED_BEFORE_FORK}")
                http = self._http
                if http is None:
                    http = self._supplied
                    if http is None:
                        http = self._factory.create_client()
                        install_backend(http)
                    self._http = http
        return http

    def _send(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        redirects = 0
        while True:
            state = SendState(request, answered=redirects > 0)
            response = self.guarded(state, self._send_and_read, state, started)
            if not 300 <= response.status < 400 or redirects == MAX_REDIRECTS:
                return response
            redirected = redirect_request(request, response.status, response.raw_headers)
            if redirected is None:
                return response
            request = redirected
            redirects += 1

    def _send_and_read(self, state: SendState, started: float) -> HttpResponse:
        request = state.request
        response = self._send_unread(state)
        try:
            raw_headers = tuple(response.headers.raw)
            state.response_started(response.status_code, raw_headers)
            body = LimitedBody(request, response.status_code, raw_headers)
            body.read(iter_body(response, request, raw_headers))
        finally:
            response.close()
        return HttpResponse(response.status_code, raw_headers, body.content, time.perf_counter() - started, body.cut)

    def _send_streaming(self, request: HttpRequest) -> StreamingResponse:
        started = time.perf_counter()
        redirects = 0
        while True:
            state = SendState(request, answered=redirects > 0)
            response = self.guarded(state, self._send_unread, state)
            raw_headers = tuple(response.headers.raw)
            state.response_started(response.status_code, raw_headers)
            redirected = redirect_request(request, response.status_code, raw_headers)
            if redirected is None or redirects == MAX_REDIRECTS:
                chunks = _Chunks(self, state, response, iter_body(response, request, raw_headers))
                return StreamingResponse(request, response.status_code, raw_headers, started, chunks, chunks.close)
            response.close()
            request = redirected
            raw_headers = ()  # the traceback of the next request would show them
            redirects += 1

    def _read_rest(self, response: StreamingResponse) -> HttpResponse:
        chunks = cast("Iterator[bytes]", response.chunks)
        try:
            body = LimitedBody(response.request, response.status, response.raw_headers)
            body.read(chunks)
        finally:
            response.close()
        return HttpResponse(
            response.status, response.raw_headers, body.content, time.perf_counter() - response.started, body.cut
        )

    def _send_unread(self, state: SendState) -> Any:
        """Send a request and return the httpx response with its body unread."""
        http, request = self._client(), state.request
        if request.deadline is not None and request.deadline.expired:
            raise deadline_exceeded(request, sent=state.answered)
        # Do not assign the body to a variable: tracebacks with locals would show it.
        built = self._build(http, request, _request_content(request.content), state.trace)
        try:
            return http.send(built, stream=True, follow_redirects=False, **self._auth(http, state))
        except Exception as error:
            mapped = state.map_error(error, built)
            if mapped is error:
                raise
            raise mapped from error

    def guarded(self, state: SendState, work: Callable[..., T], *arguments: Any) -> T:
        """Call a function on behalf of a request: with its deadline, the log filters on, and httpx's errors mapped."""
        request = state.request
        previous = sending_request.get(), current_request.get()
        sending_request.set(True)
        current_request.set(None if request.deadline is None else request)
        try:
            return work(*arguments)
        except Exception as error:
            failure = failure_of(error, state)
            if failure is None:
                raise
        except BaseException as error:
            without_frames(error)
            raise
        finally:
            sending_request.set(previous[0])
            current_request.set(previous[1])
        raise failure

    def close(self) -> None:
        """Close the connections; a supplied http_client stays open. Running calls of other threads fail."""
        self._closed = True
        if self._supplied is None and self._http is not None:
            abort_connections(self._http)
            self._http.close()


def _request_content(content: Any) -> Any:
    return SyncRequestBody(content) if isinstance(content, StreamedBody) else content


class _Chunks(Iterator[bytes]):
    """Chunks of a response's body, read on behalf of its request."""

    def __init__(self, driver: SyncDriver, state: SendState, response: Any, source: Iterator[bytes]) -> None:
        self._driver = driver
        self._state = state
        self._response = response
        self._source = source

    def __next__(self) -> bytes:
        self._state.check_process()
        try:
            return self._driver.guarded(self._state, self._source.__next__)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._response.close()
