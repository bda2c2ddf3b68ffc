"""File hosts over real sockets, and a client of tasks that link to their files."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from attrs import define, evolve, field, frozen

from taskclients_core.config import CallOptions
from taskclients_core.deadline import Clock
from taskclients_core.operation import Operation
from taskclients_core.security import Api, HttpBearer
from taskclients_core.tasks.definition import (
    BoundCall,
    DownloadLink,
    DownloadLinks,
    FromList,
    Phase,
    PollTiming,
    StatusMapping,
    TaskType,
)
from taskclients_core.tasks.download.reader import download
from taskclients_core.tasks.polling.policy import wait_deadline
from taskclients_core.tasks.runners import AsyncRunner, SyncRunner
from taskclients_core.tasks.snapshot import TaskRef
from taskclients_core.tasks.state import TaskState
from taskclients_core.tasks.task_registry import TaskRegistry
from taskclients_core.transport.async_driver import AsyncDriver
from taskclients_core.transport.config import build_config
from taskclients_core.transport.download_transport import AsyncDownloadTransport, SyncDownloadTransport
from taskclients_core.transport.sync_driver import SyncDriver

CONTENT: Final = random.Random(7).randbytes(1_000_003)
SHA256: Final = hashlib.sha256(CONTENT).hexdigest()
CHUNK: Final = 256 * 1024


@frozen
class ReceivedRequest:
    method: str
    target: str
    headers: dict[str, str]
    """Headers by lower-case name."""

    @property
    def start(self) -> int | None:
        found = re.fullmatch(r"bytes=([0-9]+)-", self.headers.get("range", ""))
        return int(found[1]) if found else None


@frozen
class Sent:
    status: int = 200
    headers: dict[str, str] = field(factory=dict[str, str])
    body: bytes = b""
    cut: int | None = None
    """Hang up after so many bytes of the body."""

    hold: threading.Event | None = None
    """Wait for this event before that."""


@define(eq=False)
class FileHost:
    """File host whose response is the result of `respond`; without it, a file with a strong ETag and ranges."""

    content: bytes = CONTENT
    etag: str | None = '"v1"'
    respond: Callable[[ReceivedRequest], Sent | None] = lambda request: None
    requests: list[ReceivedRequest] = field(factory=list[ReceivedRequest])
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def name(self) -> str:
        return f"127.0.0.1:{self.port}"

    def good(self, request: ReceivedRequest, cut: int | None = None) -> Sent:
        """Return the response of a host that supports ETags and ranges."""
        size = len(self.content)
        headers = {"ETag": self.etag} if self.etag else {}
        start = request.start
        if start is None or request.headers.get("if-range") != self.etag:
            return Sent(200, headers, self.content, cut)
        if start >= size:
            return Sent(416, {"Content-Range": f"bytes */{size}"})
        headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        return Sent(206, headers, self.content[start:], cut)

    def serve(self, request: ReceivedRequest) -> Sent:
        self.requests.append(request)
        return self.respond(request) or self.good(request)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host: FileHost

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.respond
        raise AttributeError(name)

    def respond(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        sent = self.host.serve(ReceivedRequest(self.command, self.requestline.split(" ")[1], headers))
        self.send_response(sent.status)
        for name, value in sent.headers.items():
            self.send_header(name, value)
        if "Content-Length" not in sent.headers and "Transfer-Encoding" not in sent.headers:
            self.send_header("Content-Length", str(len(sent.body)))
        self.send_header("Connection", "close")
        self.close_connection = True
        try:
            self.end_headers()
            self.wfile.write(sent.body if sent.cut is None else sent.body[: sent.cut])
            if sent.hold is not None:
                sent.hold.wait(30)
        except ConnectionError:
            pass

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def hosting(host: FileHost | None = None, tls: ssl.SSLContext | None = None) -> Iterator[FileHost]:
    found = host or FileHost()
    handler = type("Handler", (_Handler,), {"host": found})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


LIST: Final[Operation[Any]] = Operation("vendor.list", "GET", "/tasks", returns=list[Any])
LINKS: Final = DownloadLinks(
    links=(DownloadLink(at="/signedDownloadUrl", expires="url"), DownloadLink(at="/downloadUrl", api_credentials=True)),
    size="/size",
    sha256="/sha256",
    md5="/md5",
)


def kind_of(links: DownloadLinks = LINKS) -> TaskType[Any, Any]:
    return TaskType(
        name="vendor.export",
        model=object,
        poll=FromList(call=BoundCall(LIST), items="", key="/id"),
        state=StatusMapping(at="/status", phases={"run": Phase.RUNNING, "ok": Phase.SUCCEEDED}),
        timing=PollTiming(min=0.02, max=0.05, first=0.0, jitter=0.0),
        result=links,
    )


class SteadyClock(Clock):
    """Clock without random delays."""

    def random(self) -> float:
        return 0.0


@define(eq=False)
class Vendor:
    """API with one task that has succeeded, and clients that download its file."""

    api: FileHost
    task: dict[str, Any] = field(factory=dict[str, Any])
    links: DownloadLinks = LINKS
    hosts: tuple[str, ...] = ()
    private: bool = True
    clock: Clock = field(factory=SteadyClock)
    on_event: Any = None
    http: Any = None
    download_http: Any = None
    wanted: str = "t1"

    def __attrs_post_init__(self) -> None:
        respond = self.api.respond
        self.api.respond = lambda request: (
            Sent(200, {"Content-Type": "application/json"}, self.listed())
            if request.target.startswith("/tasks")
            else respond(request)
        )

    def listed(self) -> bytes:
        return json.dumps([{"id": self.wanted, "status": "ok", **self.task}]).encode()

    @property
    def polls(self) -> int:
        return sum(request.target.startswith("/tasks") for request in self.api.requests)

    def registry(self) -> TaskRegistry:
        api = Api("vendor", schemes={"token": HttpBearer()}, security=(("token",),))
        config = build_config(
            api,
            self.api.url,
            auth="secret-token",
            user_agent="secret-agent",
            parameters=(),
            options=CallOptions(on_event=self.on_event),
        )
        return TaskRegistry(
            config=evolve(config, clock=self.clock),
            api=api,
            download_hosts=self.hosts,
            allow_private_downloads=self.private,
        )

    def record(self, registry: TaskRegistry) -> TaskState:
        return registry.state_for(TaskRef("vendor", "export", self.wanted), kind_of(self.links))

    def sync(self, registry: TaskRegistry) -> SyncRunner:
        driver = SyncDriver(self.http, registry.config)
        outside = SyncDownloadTransport(self.download_http, allow_private=self.private)
        return SyncRunner(driver, registry, outside)

    def unsync(self, registry: TaskRegistry) -> AsyncRunner:
        driver = AsyncDriver(self.http, registry.config)
        outside = AsyncDownloadTransport(self.download_http, allow_private=self.private)
        return AsyncRunner(driver, registry, outside)

    def fetch(self, to: Any, *, mode: str = "sync", timeout: float | None = 30.0, **more: Any) -> Any:
        """Download with a new client, as another process would."""
        registry = self.registry()
        record = self.record(registry)
        if mode == "sync":
            runner = self.sync(registry)
            try:
                return runner.run(download(registry, record, to, wait_deadline(self.clock, timeout), **more))
            finally:
                runner.close()
                runner._driver.close()

        async def main() -> Any:
            runner = self.unsync(registry)
            try:
                return await runner.run(download(registry, record, to, wait_deadline(self.clock, timeout), **more))
            finally:
                await runner.aclose()
                await runner._driver.aclose()

        return asyncio.run(main())
