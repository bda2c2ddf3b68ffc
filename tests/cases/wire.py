"""Test server that records requests exactly and sends queued responses."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from attrs import field, frozen


@frozen
class ReceivedRequest:
    """A received request."""

    method: str
    target: str
    """Path and query, percent-encoded."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        """Return the only header of that name, or None if there is none."""
        values = [value for each, value in self.headers if each.lower() == name.lower()]
        assert len(values) <= 1, f"{name} was sent {len(values)} times"
        return values[0] if values else None


@frozen
class Wire:
    """Test server: recorded requests and queued responses."""

    url: str
    requests: list[ReceivedRequest] = field(factory=list)
    responses: deque[tuple[int, dict[str, str], bytes]] = field(factory=deque)

    def respond(
        self, body: Any = None, status: int = 200, media_type: str = "application/json", **headers: str
    ) -> None:
        """Queue a response: bytes as they are, anything else as JSON. With an empty queue, the server answers 204."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.responses.append((status, {"Content-Type": media_type, **headers}, content))

    @property
    def last(self) -> ReceivedRequest:
        return self.requests[-1]


@contextmanager
def listening() -> Iterator[Wire]:
    """Serve on a free port of the loopback interface."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        wire = Wire(f"http://127.0.0.1:{server.server_port}")
        server.wire = wire  # type: ignore[attr-defined]  # the handler finds the wire there
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield wire
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    def _serve(self) -> None:
        wire: Wire = self.server.wire  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        # `self.path` is normalized; the request line is not.
        wire.requests.append(
            ReceivedRequest(self.command, self.requestline.split(" ")[1], tuple(self.headers.items()), body)
        )
        status, headers, content = wire.responses.popleft() if wire.responses else (204, {}, b"")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if status != 204:
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _serve  # noqa: N815  http.server's names

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  http.server's name
        pass
