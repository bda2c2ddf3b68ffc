"""Byte-level server: it does on each connection exactly what a test says.

The testing kit's mock server answers whole HTTP messages, through uvicorn or in process. Here the bytes themselves are
the subject: half a status line, a body that drips, a connection that stays silent or is cut between two bytes.
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
    """A listener on loopback; `serve` gets the socket of each connection, on a thread of its own."""

    port: int
    serve: Callable[[socket.socket], None] = lambda connection: None
    connections: int = 0
    """Accepted so far."""

    open: int = 0
    """Accepted and not closed yet."""

    close: Callable[[], None] = lambda: None
    """Accept no more connections."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, *chunks: bytes, every: float = 0.0) -> None:
        """Answer one request for each connection with these, pausing between two of them, and hang up."""

        def serve(connection: socket.socket) -> None:
            read_head(connection)
            for chunk in chunks:
                connection.sendall(chunk)
                sleep(every)

        self.serve = serve


def read_head(connection: socket.socket) -> bytes:
    """Read up to the end of a request's headers at least; nothing when the client hangs up."""
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
