"""Answers on sockets: what ASGI has no words for (resets, half answers, wrong lengths) is written past the server."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any, Final

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from . import delivery
from .calls import Reply
from .delivery import Delivery

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


async def deliver(reply: Reply, way: Delivery, scope: Scope, receive: Receive) -> None:
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


async def _send(reply: Reply, way: Delivery, transport: asyncio.Transport) -> None:
    await asyncio.sleep(way.delay)
    transport.write(_CONTINUE * way.interim)
    content = delivery.head(reply) + reply.body[: way.stop] if way.head else b""
    for number, piece in enumerate(delivery.pieces(way, content)):
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
