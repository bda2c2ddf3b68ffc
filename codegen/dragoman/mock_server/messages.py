"""A request and an answer as plain values: what the sandbox computes with, whatever carries them."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final, Literal
from urllib.parse import unquote_plus

from attrs import field, frozen
from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol


@frozen(kw_only=True)
class Call:
    """A request. Its body, headers and query may hold secrets, so none of them is in the repr."""

    method: str
    path: str
    """Still percent-encoded, so that an encoded slash is not taken for one that divides."""

    query: str = field(default="", repr=False)
    """Without the question mark; still percent-encoded."""

    headers: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    """By lower-case name."""

    body: bytes = field(default=b"", repr=False)
    origin: str = "http://127.0.0.1"
    """Where the sandbox is reached: scheme, host and port."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the query as names and values, the values still percent-encoded."""
        parts = [part.partition("=") for part in self.query.split("&") if part]
        return [(unquote_plus(name), value) for name, _, value in parts]

    @property
    def cookies(self) -> dict[str, str]:
        """Return the cookies by name; those that cannot be read are none."""
        try:
            jar = SimpleCookie(self.headers.get("cookie", ""))
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in jar.items()}


@frozen
class Reply:
    """An answer."""

    status: int
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(factory=dict[str, str])
    delivery: TransportFault | None = None
    """How it travels; None: as answers do."""


class Refused(Exception):  # noqa: N818 - says what happened, and is no error of ours
    """The request is not one that the sandbox serves; `place` is the member or parameter at fault."""

    def __init__(self, status: int, message: str, place: str = "", *, headers: Mapping[str, str] | None = None) -> None:
        self.status = status
        self.message = message
        self.place = place
        self.headers = dict(headers or {})
        super().__init__(message)


def dump(value: Any) -> bytes:
    """Write a value as JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


_BODILESS: Final = frozenset({204, 304})


@frozen(kw_only=True)
class TransportFault:
    """The way of one answer; by default all of it is sent, and the connection closed without a word."""

    interim: int = 0
    """How many `100 Continue` go before it."""

    delay: float = 0.0
    """Seconds before anything is sent."""

    head: bool = True
    """Whether status and headers are sent."""

    stop: int | None = None
    """Bytes of the body that are sent; None: all of them."""

    piece: int = 0
    """Bytes that are sent at once; 0: everything."""

    every: float = 0.0
    """Seconds between two pieces."""

    end: Literal["close", "reset", "hang"] = "close"


def head(reply: Reply) -> bytes:
    """Write status line and headers, with the length of the body unless the headers say another."""
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = ""
    lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name}: {value}" for name, value in reply.headers.items())]
    names = {name.lower() for name in reply.headers}
    if reply.status not in _BODILESS and not names & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(reply.body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")


def pieces(delivery: TransportFault, content: bytes) -> list[bytes]:
    """Divide what is sent."""
    size = delivery.piece or len(content) or 1
    return [content[start : start + size] for start in range(0, len(content), size)]


_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_GRACE: Final = 0.02
"""Seconds for what was sent to arrive before a reset overtakes it."""


class Protocol(H11Protocol):
    """uvicorn's own, which lets the application have the connection."""

    held = False
    """Whether an answer is on its way that may never end."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "connection": self}

    def shutdown(self) -> None:
        """End it, at once if nobody knows when it would end by itself."""
        if self.held:
            self.transport.abort()
        else:
            super().shutdown()


async def deliver(reply: Reply, way: TransportFault, scope: Scope, receive: Receive) -> None:
    """Send an answer the way it shall go, and end the connection."""
    connection: Any = scope.get("state", {}).get("connection")
    if not isinstance(connection, Protocol):
        raise TypeError("this fault is one of the wire: serve the sandbox with `dragoman sandbox`, or `serving`")
    connection.held = True
    gone = asyncio.ensure_future(_until_gone(receive))
    sending = asyncio.ensure_future(_send(reply, way, connection.transport))
    try:
        await asyncio.wait((gone, sending), return_when=asyncio.FIRST_COMPLETED)
        # The server must know that the connection is gone before it is told that there was no answer.
        if sending.done():
            sending.result()
            await gone
    finally:
        sending.cancel()
        gone.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(reply: Reply, way: TransportFault, transport: asyncio.Transport) -> None:
    await asyncio.sleep(way.delay)
    transport.write(_CONTINUE * way.interim)
    content = head(reply) + reply.body[: way.stop] if way.head else b""
    for number, piece in enumerate(pieces(way, content)):
        if number:
            await asyncio.sleep(way.every)
        transport.write(piece)
    if way.end == "close":
        transport.close()
    elif way.end == "reset":
        if content:
            await asyncio.sleep(_GRACE)
        line: socket.socket = transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
