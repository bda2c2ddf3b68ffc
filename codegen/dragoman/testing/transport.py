"""The sandbox as a transport of httpx or httpx2, so that requests never leave the process."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import nullcontext
from typing import Any, Final, Protocol, TypeAlias

from taskclients_core.deadline import Clock

from ..mock_server import Call, Reply
from ..mock_server import messages as travel
from ..mock_server.messages import TransportFault

_Transport: Any = object
"""The base class: httpx and httpx2 have transports of their own, and type checkers have to accept it for either."""

_FOR_EVER: Final = 86_400.0
"""Seconds after which somebody who set no timeout is told that he waits in vain."""

Steps: TypeAlias = Generator[float | bytes, None, None]
"""How an answer comes: seconds that pass, and bytes."""


class Answering(Protocol):
    """Server side of a `SandboxTransport`: a `Sandbox`, or an object of your own for what no spec can express."""

    def answer(self, call: Call) -> Reply:
        """Answer a request. An exception is raised where the request was sent, as an error of the network is."""
        ...


class SandboxTransport(_Transport):  # type: ignore[misc]
    """Transport of httpx or httpx2 that answers from a sandbox: `httpx.Client(transport=SandboxTransport(sandbox))`.

    For `httpx.AsyncClient`, and both classes of httpx2, too. Whatever host a request is for, the sandbox answers.
    """

    def __init__(self, sandbox: Answering, *, clock: Any = None, latency: float = 0.0) -> None:
        """Connect a sandbox.

        Args:
            sandbox: Answers requests.
            clock: Lets time pass until an answer arrives; the real clock without it.
            latency: Seconds from each request to the head of its answer.
        """
        self._sandbox = sandbox
        self._clock: Any = Clock() if clock is None else clock
        self.latency = latency

    def handle_request(self, request: Any) -> Any:
        """Answer a request of a synchronous client."""
        try:
            reply = self._answer(request, request.read())
        finally:
            for step in _wait(request, self.latency):
                self._clock.sleep(step)
        if reply.delivery is None:
            return _response(request, reply, reply.body)
        for step in self._head(request, reply, reply.delivery):
            self._clock.sleep(step)
        return _response(request, reply, self._pieces(self._body(request, reply, reply.delivery)))

    async def handle_async_request(self, request: Any) -> Any:
        """Answer a request of an asynchronous client."""
        try:
            reply = self._answer(request, await request.aread())
        finally:
            for step in _wait(request, self.latency):
                await self._clock.sleep_async(step)
        if reply.delivery is None:
            return _response(request, reply, reply.body)
        for step in self._head(request, reply, reply.delivery):
            await self._clock.sleep_async(step)
        return _response(request, reply, self._pieces_async(self._body(request, reply, reply.delivery)))

    def close(self) -> None:
        """There is nothing to close."""

    async def aclose(self) -> None:
        """There is nothing to close."""

    def __enter__(self) -> SandboxTransport:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    async def __aenter__(self) -> SandboxTransport:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    def _answer(self, request: Any, body: bytes) -> Reply:
        url = request.url
        path, _, query = url.raw_path.decode("ascii").partition("?")
        headers: dict[str, str] = {}
        for raw_name, raw_value in request.headers.raw:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        call = Call(method=request.method, path=path, query=query, headers=headers, body=body, origin=origin)
        with getattr(self._clock, "working", nullcontext)():
            return self._sandbox.answer(call)

    def _head(self, request: Any, reply: Reply, way: TransportFault) -> Iterator[float]:
        """Yield the seconds until the head of an answer is there. Raises what httpx raises if it never is."""
        yield from _wait(request, way.delay)
        if way.head:
            for _ in travel.pieces(way, travel.head(reply))[1:]:
                yield from _wait(request, way.every)
        elif way.end == "hang":
            yield from _wait(request, None)
        elif way.end == "reset":
            raise _error(request, "ReadError", "[Errno 104] Connection reset by peer")
        else:
            raise _error(request, "RemoteProtocolError", "Server disconnected without sending a response.")

    def _body(self, request: Any, reply: Reply, way: TransportFault) -> Steps:
        headers = {name.lower(): value for name, value in reply.headers.items()}
        if "transfer-encoding" in headers:
            raise _error(request, "RemoteProtocolError", "illegal chunk header")
        expected = int(headers.get("content-length", len(reply.body)))
        content = reply.body[: way.stop][:expected]
        for piece in travel.pieces(way, content):
            yield from _wait(request, way.every)
            yield piece
        if len(content) >= expected:
            return
        if way.end == "hang":
            yield from _wait(request, None)
        if way.end == "reset":
            raise _error(request, "ReadError", "[Errno 104] Connection reset by peer")
        message = f"peer closed connection without sending complete message body ({len(content)} of {expected} bytes)"
        raise _error(request, "RemoteProtocolError", message)

    def _pieces(self, steps: Steps) -> Iterator[bytes]:
        for step in steps:
            if isinstance(step, bytes):
                yield step
            else:
                self._clock.sleep(step)

    async def _pieces_async(self, steps: Steps) -> AsyncIterator[bytes]:
        for step in steps:
            if isinstance(step, bytes):
                yield step
            else:
                await self._clock.sleep_async(step)


def _response(request: Any, reply: Reply, content: Any) -> Any:
    # A length that is not said would be taken for chunks.
    named = {**({} if isinstance(content, bytes) else {"Content-Length": str(len(reply.body))}), **reply.headers}
    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in named.items()]
    return _library(request).Response(reply.status, headers=headers, content=content, request=request)


def _wait(request: Any, seconds: float | None) -> Iterator[float]:
    """Yield the seconds that pass, or those until the reader's patience is at an end, and then its error."""
    patience: float | None = request.extensions.get("timeout", {}).get("read")
    limit = _FOR_EVER if patience is None else patience
    if seconds is not None and seconds <= limit:
        if seconds > 0:
            yield seconds
        return
    yield limit
    raise _error(request, "ReadTimeout", "The read operation timed out")


def _error(request: Any, name: str, message: str) -> Exception:
    error: Exception = getattr(_library(request), name)(message, request=request)
    return error


def _library(request: Any) -> Any:
    """Return httpx or httpx2: whichever the request is of."""
    return sys.modules[type(request).__module__.partition(".")[0]]
