"""Calls on the calling thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from ..config import HttpClient
from ..effects import Effect, Exclusive, Flow, GetSecret, ReadResponse, Send, SendStreaming, StreamingResponse, run_flow
from ..errors import CallTimeoutError, ClientClosedError
from ..http_messages import HttpRequest, HttpResponse, StreamedBody
from .bodies import LimitedBody, SyncRequestBody, iter_body
from .config import ClientConfig
from .deadline_backend import abort_connections, current_request, deadline_exceeded, install_backend
from .httpx_adapter import (
    MAX_CONNECTIONS,
    MAX_REDIRECTS,
    Driver,
    SendState,
    get_secret,
    map_exception,
    redirect_request,
    safe_cause,
    sending_request,
)

T = TypeVar("T")


class SyncDriver(Driver):
    """Does what a flow asks for. Safe for many threads."""

    kind = "Client"
    connections = MAX_CONNECTIONS

    def __init__(self, http: HttpClient | None, setting: ClientConfig) -> None:
        super().__init__(http, setting)
        self._http: Any = http
        self._closed = False
        self._opening = threading.Lock()
        self._alone = threading.Lock()

    def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end.

        Raises:
            ClientClosed: the client was closed.
            ClientError: whatever the flow raises.
        """
        return run_flow(flow, self.perform)

    def perform(self, effect: Effect) -> Any:
        """Do one thing that a flow asks for. Raises what it raises."""
        if isinstance(effect, Send):
            return self._send(effect.request)
        if isinstance(effect, SendStreaming):
            return self._open_answer(effect.request)
        if isinstance(effect, ReadResponse):
            return self._read(effect.response)
        if isinstance(effect, Exclusive):
            return self._run_alone(effect)
        if isinstance(effect, GetSecret):
            return get_secret(effect)
        effect.clock.sleep(effect.seconds)
        return None

    def _run_alone(self, effect: Exclusive) -> Any:
        deadline = effect.deadline
        if not self._alone.acquire(timeout=-1 if deadline is None else deadline.remaining):
            raise CallTimeoutError("waiting for credentials took until the deadline", sent=False)
        try:
            return self.run(effect.flow)
        finally:
            self._alone.release()

    def _client(self) -> Any:
        http = self._http
        if http is None or self._closed:
            with self._opening:
                if self._closed:
                    raise ClientClosedError("the client was closed")
                http = self._http
                if http is None:
                    http = self._open()
                    install_backend(http)
                    self._http = http
        return http

    def _send(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        hops = 0
        while True:
            passage = SendState(request, answered=hops > 0)
            answer = self.guarded(passage, self._whole, passage, started)
            if not 300 <= answer.status < 400 or hops == MAX_REDIRECTS:
                return answer
            other = redirect_request(request, answer.status, answer.raw_headers)
            if other is None:
                return answer
            request = other
            hops += 1

    def _whole(self, passage: SendState, started: float) -> HttpResponse:
        request = passage.request
        response = self._respond(passage)
        try:
            raw_headers = tuple(response.headers.raw)
            passage.response_started(response.status_code, raw_headers)
            body = LimitedBody(request, response.status_code, raw_headers)
            body.read(iter_body(response, request, raw_headers))
        finally:
            response.close()
        return HttpResponse(response.status_code, raw_headers, body.content, time.perf_counter() - started, body.cut)

    def _open_answer(self, request: HttpRequest) -> StreamingResponse:
        started = time.perf_counter()
        hops = 0
        while True:
            passage = SendState(request, answered=hops > 0)
            response = self.guarded(passage, self._respond, passage)
            raw_headers = tuple(response.headers.raw)
            passage.response_started(response.status_code, raw_headers)
            other = redirect_request(request, response.status_code, raw_headers)
            if other is None or hops == MAX_REDIRECTS:
                chunks = _Chunks(self, passage, response, iter_body(response, request, raw_headers))
                return StreamingResponse(request, response.status_code, raw_headers, started, chunks, chunks.close)
            response.close()
            request = other
            hops += 1

    def _read(self, answer: StreamingResponse) -> HttpResponse:
        chunks = cast("Iterator[bytes]", answer.chunks)
        try:
            body = LimitedBody(answer.request, answer.status, answer.raw_headers)
            body.read(chunks)
        finally:
            answer.close()
        return HttpResponse(
            answer.status, answer.raw_headers, body.content, time.perf_counter() - answer.started, body.cut
        )

    def _respond(self, passage: SendState) -> Any:
        """An httpx response whose body is yet to be read."""
        http, request = self._client(), passage.request
        if request.deadline is not None and request.deadline.expired:
            raise deadline_exceeded(request, sent=passage.answered)
        # No name for the body here, as tracebacks that show names would show it.
        built = self._build(http, request, _outgoing(request.content), passage.trace)
        try:
            return http.send(built, stream=True, follow_redirects=False, **self._auth(http, passage))
        except Exception as error:
            fault = passage.map_error(error, built)
            if fault is error:
                raise
            raise fault from error

    def guarded(self, passage: SendState, work: Callable[..., T], *arguments: Any) -> T:
        """Do it in the name of a request, with httpx's errors as ours."""
        request = passage.request
        before, waited = sending_request.get(), current_request.get()
        sending_request.set(True)
        current_request.set(None if request.deadline is None else request)
        try:
            return work(*arguments)
        except Exception as error:
            known = map_exception(error, request, passage)
            passage.annotate(known or error)
            if known is None:
                raise
            raise known from safe_cause(error)
        finally:
            sending_request.set(before)
            current_request.set(waited)

    def close(self) -> None:
        """Close what was opened here; a client brought along stays open. Calls under way on other threads fail."""
        self._closed = True
        if self._given is None and self._http is not None:
            abort_connections(self._http)
            self._http.close()


def _outgoing(content: Any) -> Any:
    return SyncRequestBody(content) if isinstance(content, StreamedBody) else content


class _Chunks(Iterator[bytes]):
    """A body that somebody reads as it comes."""

    def __init__(self, driver: SyncDriver, passage: SendState, response: Any, source: Iterator[bytes]) -> None:
        self._driver = driver
        self._passage = passage
        self._response = response
        self._source = source

    def __next__(self) -> bytes:
        try:
            return self._driver.guarded(self._passage, self._source.__next__)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._response.close()
