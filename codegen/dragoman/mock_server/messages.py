"""Requests and responses as plain values, and the delivery of a response with a transport fault."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final, Literal
from urllib.parse import unquote_plus

from attrs import field, frozen
from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol


@frozen(kw_only=True)
class Call:
    """Request. Its body, headers and query may contain secrets, so the repr omits them."""

    method: str
    path: str
    """Percent-encoded, so that an encoded slash does not separate segments."""

    query: str = field(default="", repr=False)
    """Percent-encoded, without the question mark."""

    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    """Values by lower-case name."""

    body: bytes = field(default=b"", repr=False)
    origin: str = "http://127.0.0.1"
    """Scheme, host and port of the sandbox, as used by the client."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Query as pairs of name and percent-encoded value."""
        parts = [part.partition("=") for part in self.query.split("&") if part]
        return [(unquote_plus(name), value) for name, _, value in parts]

    @property
    def cookies(self) -> dict[str, str]:
        """Cookies by name; empty if the header is malformed."""
        try:
            jar = SimpleCookie(self.headers.get("cookie", ""))
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in jar.items()}


@frozen
class Reply:
    """Response."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(factory=dict[str, str])
    transport_fault: TransportFault | None = None
    """Fault of its delivery, if any."""


class HttpError(Exception):
    """Error response to a request. `field` is the path of the invalid member or parameter."""

    def __init__(self, status: int, message: str, field: str = "", *, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.message = message
        self.field = field
        self.headers = dict(headers or {})
        super().__init__(message)


def dump(value: Any) -> bytes:
    """Write a value as JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


BODILESS: Final = frozenset({204, 304})
"""Statuses of responses without a body."""


@frozen(kw_only=True)
class TransportFault:
    """Fault in the delivery of a response. By default the whole response is sent and the connection closed."""

    interim: int = 0
    """Number of `100 Continue` responses sent before it."""

    delay: float = 0.0
    """Seconds before the first byte."""

    head: bool = True
    """True if the status and headers are sent."""

    stop: int | None = None
    """Number of bytes of the body that are sent; None for all."""

    piece: int = 0
    """Bytes per write; 0 for a single write."""

    every: float = 0.0
    """Seconds between two writes."""

    end: Literal["close", "reset", "hang"] = "close"
    """End of the connection after the last byte: closed, reset, or kept open in silence."""


def head(reply: Reply) -> bytes:
    """Format the status line and headers. Adds a Content-Length unless the headers have one."""
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = ""
    lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name}: {value}" for name, value in reply.headers.items())]
    names = {name.lower() for name in reply.headers}
    if reply.status not in BODILESS and not names & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(reply.body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def pieces(fault: TransportFault, content: bytes) -> list[bytes]:
    """Split the content into the writes of a fault."""
    size = fault.piece or len(content) or 1
    return [content[start : start + size] for start in range(0, len(content), size)]


_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_GRACE: Final = 0.02
"""Seconds before a reset, so that the bytes sent arrive first."""


class Protocol(H11Protocol):
    """Protocol of uvicorn that gives the application access to the connection."""

    held = False
    """True while a response is sent that may never end."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the protocol into the state of each request."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "connection": self}

    def shutdown(self) -> None:
        """Close the connection, immediately if its response may never end."""
        if self.held:
            self.transport.abort()
        else:
            super().shutdown()


async def deliver(reply: Reply, fault: TransportFault, scope: Scope, receive: Receive) -> None:
    """Send a response with a transport fault and close the connection."""
    connection: Any = scope.get("state", {}).get("connection")
    if not isinstance(connection, Protocol):
        raise TypeError("transport fault: this ASGI server cannot inject it; use `dragoman sandbox` or `serving`")
    connection.held = True
    disconnected = asyncio.ensure_future(_wait_for_disconnect(receive))
    sending = asyncio.ensure_future(_send(reply, fault, connection.transport))
    try:
        await asyncio.wait((disconnected, sending), return_when=asyncio.FIRST_COMPLETED)
        # Return only after the disconnect: otherwise uvicorn reports that the application sent no response.
        if sending.done():
            sending.result()
            await disconnected
    finally:
        sending.cancel()
        disconnected.cancel()


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(reply: Reply, fault: TransportFault, transport: asyncio.Transport) -> None:
    await asyncio.sleep(fault.delay)
    transport.write(_CONTINUE * fault.interim)
    content = head(reply) + reply.body[: fault.stop] if fault.head else b""
    for number, piece in enumerate(pieces(fault, content)):
        if number:
            await asyncio.sleep(fault.every)
        transport.write(piece)
    if fault.end == "close":
        transport.close()
    elif fault.end == "reset":
        if content:
            await asyncio.sleep(_GRACE)
        line: socket.socket = transport.get_extra_info("socket")
        # Closing a socket with a linger time of zero sends RST instead of FIN.
        with suppress(OSError):  # the client may have closed it
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
