"""Calls on the calling thread."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

from ..errors import ClientClosed, TimedOut
from ..messages import Answer, Content, Request
from ..options import HttpClient
from .driver import Driver
from .driving import drive
from .effects import Alone, Ask, Effect, Flow, Open, OpenAnswer, Read, Send
from .incoming import Whole, pieces
from .library import CONNECTIONS, cause, translated
from .logs import sending
from .outgoing import Outgoing
from .passage import Passage
from .redirects import MOST, redirected
from .secrets import ask
from .setting import Setting
from .sockets import hang_up, late, waiting, watch

T = TypeVar("T")


class SyncDriver(Driver):
    """Does what a flow asks for. Safe for many threads."""

    kind = "Client"
    connections = CONNECTIONS

    def __init__(self, http: HttpClient | None, setting: Setting) -> None:
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
        return drive(flow, self.do)

    def do(self, effect: Effect) -> Any:
        """Do one thing that a flow asks for. Raises what it raises."""
        if isinstance(effect, Send):
            return self._send(effect.request)
        if isinstance(effect, Open):
            return self._open_answer(effect.request)
        if isinstance(effect, Read):
            return self._read(effect.answer)
        if isinstance(effect, Alone):
            return self._run_alone(effect)
        if isinstance(effect, Ask):
            return ask(effect)
        effect.clock.sleep(effect.seconds)
        return None

    def _run_alone(self, effect: Alone) -> Any:
        deadline = effect.deadline
        if not self._alone.acquire(timeout=-1 if deadline is None else deadline.left):
            raise TimedOut("waiting for credentials took until the deadline", sent=False)
        try:
            return self.run(effect.flow)
        finally:
            self._alone.release()

    def _client(self) -> Any:
        http = self._http
        if http is None or self._closed:
            with self._opening:
                if self._closed:
                    raise ClientClosed("the client was closed")
                http = self._http
                if http is None:
                    http = self._open()
                    watch(http)
                    self._http = http
        return http

    def _send(self, request: Request) -> Answer:
        started = time.perf_counter()
        hops = 0
        while True:
            passage = Passage(request, answered=hops > 0)
            answer = self.guarded(passage, self._whole, passage, started)
            if not 300 <= answer.status < 400 or hops == MOST:
                return answer
            other = redirected(request, answer.status, answer.raw_headers)
            if other is None:
                return answer
            request = other
            hops += 1

    def _whole(self, passage: Passage, started: float) -> Answer:
        request = passage.request
        response = self._respond(passage)
        try:
            raw_headers = tuple(response.headers.raw)
            passage.arrived(response.status_code, raw_headers)
            body = Whole(request, response.status_code, raw_headers)
            body.read(pieces(response, request, raw_headers))
        finally:
            response.close()
        return Answer(response.status_code, raw_headers, body.content, time.perf_counter() - started, body.cut)

    def _open_answer(self, request: Request) -> OpenAnswer:
        started = time.perf_counter()
        hops = 0
        while True:
            passage = Passage(request, answered=hops > 0)
            response = self.guarded(passage, self._respond, passage)
            raw_headers = tuple(response.headers.raw)
            passage.arrived(response.status_code, raw_headers)
            other = redirected(request, response.status_code, raw_headers)
            if other is None or hops == MOST:
                chunks = _Chunks(self, passage, response, pieces(response, request, raw_headers))
                return OpenAnswer(request, response.status_code, raw_headers, started, chunks, chunks.close)
            response.close()
            request = other
            hops += 1

    def _read(self, answer: OpenAnswer) -> Answer:
        chunks = cast("Iterator[bytes]", answer.chunks)
        try:
            body = Whole(answer.request, answer.status, answer.raw_headers)
            body.read(chunks)
        finally:
            answer.close()
        return Answer(answer.status, answer.raw_headers, body.content, time.perf_counter() - answer.started, body.cut)

    def _respond(self, passage: Passage) -> Any:
        """An httpx response whose body is yet to be read."""
        http, request = self._client(), passage.request
        if request.deadline is not None and request.deadline.passed:
            raise late(request, sent=passage.answered)
        # No name for the body here, as tracebacks that show names would show it.
        built = self._build(http, request, _outgoing(request.content), passage.trace)
        try:
            return http.send(built, stream=True, follow_redirects=False, **self._auth(http, passage))
        except Exception as error:
            fault = passage.fault(error, built)
            if fault is error:
                raise
            raise fault from error

    def guarded(self, passage: Passage, work: Callable[..., T], *arguments: Any) -> T:
        """Do it in the name of a request, with httpx's errors as ours."""
        request = passage.request
        before, waited = sending.get(), waiting.get()
        sending.set(True)
        waiting.set(None if request.deadline is None else request)
        try:
            return work(*arguments)
        except Exception as error:
            known = translated(error, request, passage)
            passage.label(known or error)
            if known is None:
                raise
            raise known from cause(error)
        finally:
            sending.set(before)
            waiting.set(waited)

    def close(self) -> None:
        """Close what was opened here; a client brought along stays open. Calls under way on other threads fail."""
        self._closed = True
        if self._given is None and self._http is not None:
            hang_up(self._http)
            self._http.close()


def _outgoing(content: Any) -> Any:
    return Outgoing(content) if isinstance(content, Content) else content


class _Chunks(Iterator[bytes]):
    """A body that somebody reads as it comes."""

    def __init__(self, driver: SyncDriver, passage: Passage, response: Any, source: Iterator[bytes]) -> None:
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
