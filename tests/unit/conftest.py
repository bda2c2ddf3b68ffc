"""Real HTTP server on loopback that records requests and sends the responses of a test."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest
from attrs import define, field, frozen
from tests import raw_server
from tests.raw_server import RawServer


@frozen
class ReceivedRequest:
    """A received request."""

    method: str
    target: str
    """Path and query, byte for byte."""
    headers: dict[str, str]
    """Headers by lower-case name."""
    body: bytes
    peer: tuple[str, int]

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Return the query as a server parses it."""
        found = [pair.partition("=") for pair in self.query.split("&") if pair]
        return [(unquote(name), unquote(value)) for name, _, value in found]


@frozen
class Reply:
    status: int = 200
    body: Any = field(factory=dict)
    """Bytes as they are; anything else as JSON."""
    headers: dict[str, str] = field(factory=dict)
    after: float = 0.0
    """Seconds to wait before responding."""


@define
class WireServer:
    """Server whose `respond` returns a Reply, or None to hang up without a response."""

    url: str = ""
    requests: list[ReceivedRequest] = field(factory=list)
    respond: Callable[[ReceivedRequest], Reply | None] = lambda request: Reply()

    def reply(self, *replies: Reply) -> None:
        """Send these responses in turn, repeating the last one."""
        waiting = list(replies)
        self.respond = lambda request: waiting.pop(0) if len(waiting) > 1 else waiting[0]

    @property
    def last(self) -> ReceivedRequest:
        return self.requests[-1]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wire: WireServer

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.respond
        raise AttributeError(name)

    def respond(self) -> None:
        body = b"".join(self._chunks())
        headers = {name.lower(): value for name, value in self.headers.items()}
        target = self.requestline.split(" ")[1]
        request = ReceivedRequest(self.command, target, headers, body, self.client_address)
        self.wire.requests.append(request)
        reply = self.wire.respond(request)
        if reply is None:
            self.close_connection = True
            return
        if reply.after:
            sleep(reply.after)
        content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        if not isinstance(reply.body, bytes):
            self.send_header("Content-Type", "application/json")
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status not in (204, 304):
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if reply.status not in (204, 304):
            self.wfile.write(content)

    def _chunks(self) -> Iterator[bytes]:
        if self.headers.get("transfer-encoding") != "chunked":
            length = int(self.headers.get("content-length", 0))
            body = self.rfile.read(length)
            if len(body) < length:  # otherwise it is recorded after the next test has begun
                raise ConnectionError("the client hung up")
            yield body
            return
        while line := self.rfile.readline():
            yield self.rfile.read(int(line, 16))
            self.rfile.readline()
            if int(line, 16) == 0:
                return
        raise ConnectionError("the client hung up")

    def log_message(self, *arguments: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # a client beyond the limit tries again a second later


@pytest.fixture(scope="module")
def listening() -> Iterator[tuple[ThreadingHTTPServer, type[_Handler]]]:
    class Handler(_Handler):
        wire = WireServer()

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server, Handler
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def server(listening: tuple[ThreadingHTTPServer, type[_Handler]], library: ModuleType) -> WireServer:
    """Return a server without recorded requests."""
    http, handler = listening
    handler.wire = WireServer(f"http://127.0.0.1:{http.server_port}")
    return handler.wire


@pytest.fixture
def reply() -> type[Reply]:
    return Reply


@pytest.fixture
def raw(library: ModuleType) -> Iterator[RawServer]:
    with raw_server.listening() as server:
        yield server
