"""Transport of httpx or httpx2 that sends requests to a sandbox in the same process."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import nullcontext
from typing import Any, Final, Protocol, TypeAlias

from taskclients_core.deadline import Clock

from ..mock_server import Call, Reply, messages
from ..mock_server.messages import TransportFault

_Transport: Any = object
"""Base class, typed as Any so that type checkers accept the transport for both httpx and httpx2."""

_NO_TIMEOUT: Final = 86_400.0
"""Seconds after which a request without a read timeout fails, if no response ever comes."""

Steps: TypeAlias = Generator[float | bytes, None, None]
"""Steps of a response: seconds to wait, and bytes of the body."""


class Answering(Protocol):
    """Server side of a `SandboxTransport`: a `Sandbox`, or your own object for behaviour that no spec can express."""

    def answer(self, call: Call) -> Reply:
        """Answer a request. An exception reaches the sender of the request, like a network error."""
        ...


class SandboxTransport(_Transport):  # type: ignore[misc]
    """Transport of httpx or httpx2 that answers from a sandbox: `httpx.Client(transport=SandboxTransport(sandbox))`.

    It works with `httpx.AsyncClient` and both classes of httpx2 too. The sandbox answers requests for every host.
    """

    def __init__(self, sandbox: Answering, *, clock: Any = None, latency: float = 0.0) -> None:
        """Connect a sandbox.

        Args:
            sandbox: Server that answers requests.
            clock: Clock that passes the time until a response arrives; default: the real one.
            latency: Seconds from each request to the head of its response.
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
        if reply.transport_fault is None:
            return _response(request, reply, reply.body)
        for step in self._head(request, reply, reply.transport_fault):
            self._clock.sleep(step)
        return _response(request, reply, self._pieces(self._body(request, reply, reply.transport_fault)))

    async def handle_async_request(self, request: Any) -> Any:
        """Answer a request of an asynchronous client."""
        try:
            reply = self._answer(request, await request.aread())
        finally:
            for step in _wait(request, self.latency):
                await self._clock.sleep_async(step)
        if reply.transport_fault is None:
            return _response(request, reply, reply.body)
        for step in self._head(request, reply, reply.transport_fault):
            await self._clock.sleep_async(step)
        return _response(request, reply, self._pieces_async(self._body(request, reply, reply.transport_fault)))

    def close(self) -> None:
        """Do nothing: there is nothing to close."""

    async def aclose(self) -> None:
        """Do nothing: there is nothing to close."""

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

    def _head(self, request: Any, reply: Reply, fault: TransportFault) -> Iterator[float]:
        """Yield the seconds until the head of a response arrives. Raises the error of httpx if it never does."""
        yield from _wait(request, fault.delay)
        if fault.head:
            for _ in messages.pieces(fault, messages.head(reply))[1:]:
                yield from _wait(request, fault.every)
        elif fault.end == "hang":
            yield from _wait(request, None)
        elif fault.end == "reset":
            raise _error(request, "ReadError", "[Errno 104] Connection reset by peer")
        else:
            raise _error(request, "RemoteProtocolError", "Server disconnected without sending a response.")

    def _body(self, request: Any, reply: Reply, fault: TransportFault) -> Steps:
        headers = {name.lower(): value for name, value in reply.headers.items()}
        if "transfer-encoding" in headers:
            raise _error(request, "RemoteProtocolError", "illegal chunk header")
        expected = int(headers.get("content-length", len(reply.body)))
        content = reply.body[: fault.stop][:expected]
        for piece in messages.pieces(fault, content):
            yield from _wait(request, fault.every)
            yield piece
        if len(content) >= expected:
            return
        if fault.end == "hang":
            yield from _wait(request, None)
        if fault.end == "reset":
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
    # Without a Content-Length, httpx takes the body for a chunked one.
    named = {**({} if isinstance(content, bytes) else {"Content-Length": str(len(reply.body))}), **reply.headers}
    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in named.items()]
    return _library(request).Response(reply.status, headers=headers, content=content, request=request)


def _wait(request: Any, seconds: float | None) -> Iterator[float]:
    """Yield `seconds`, or, if they exceed the request's read timeout, that timeout, and then raise ReadTimeout."""
    timeout: float | None = request.extensions.get("timeout", {}).get("read")
    limit = _NO_TIMEOUT if timeout is None else timeout
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
    """Return the library of a request: httpx or httpx2."""
    return sys.modules[type(request).__module__.partition(".")[0]]
