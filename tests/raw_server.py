"""Byte-level server: it sends on each connection exactly what a test gives.

The testing kit's mock server sends whole HTTP messages, through uvicorn or in process. Use this one where the bytes
themselves are the subject: half a status line, a slow body, a connection that stays silent or is cut between two bytes.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import sleep

from attrs import define


@define(eq=False)
class RawServer:
    """Listener on loopback; `serve` gets the socket of each connection, in a new thread."""

    port: int
    serve: Callable[[socket.socket], None] = lambda connection: None
    connections: int = 0
    """Number of connections accepted so far."""

    open: int = 0
    """Number of connections accepted and still open."""

    close: Callable[[], None] = lambda: None
    """Stop accepting connections."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def respond(self, *chunks: bytes, every: float = 0.0) -> None:
        """Answer one request on each connection with these bytes, pausing between two of them, then close it."""

        def serve(connection: socket.socket) -> None:
            read_head(connection)
            for chunk in chunks:
                connection.sendall(chunk)
                sleep(every)

        self.serve = serve


def read_head(connection: socket.socket) -> bytes:
    """Read at least to the end of a request's headers; return nothing if the client hangs up."""
    found = b""
    while b"\r\n\r\n" not in found:
        more = connection.recv(65536)
        if not more:
            return b""
        found += more
    return found


@contextmanager
def listening() -> Iterator[RawServer]:
    """Listen while the context lasts."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    server = RawServer(listener.getsockname()[1])

    def close() -> None:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()

    server.close = close

    def serve(connection: socket.socket) -> None:
        server.open += 1
        try:
            with connection, suppress(OSError):
                server.serve(connection)
        finally:
            server.open -= 1

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            server.connections += 1
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield server
    close()
    thread.join(5)
