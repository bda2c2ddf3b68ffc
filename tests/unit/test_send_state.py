"""Send state of a failed call: a retry depends on what was sent, not on the class of the error."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, cast

import httpx
import pytest
from attrs import define, field

from taskclients_core import (
    Api,
    ApiError,
    AsyncClient,
    Binary,
    CallTimeoutError,
    Client,
    ClientClosedError,
    ConnectionFailedError,
    HttpBearer,
    InvalidArgumentError,
    Operation,
    RetryPolicy,
    TransportError,
)
from taskclients_core.deadline import deadline_after
from taskclients_core.effects import OpenUrl
from taskclients_core.transport.download_transport import AsyncDownloadTransport

if TYPE_CHECKING:
    from types import ModuleType

    from tests.raw_server import RawServer
    from tests.unit.conftest import Reply, WireServer

GET: Final = Operation("test.get", "GET", "/x", returns=bytes)
POST: Final = Operation("test.post", "POST", "/x", body=Binary(), body_required=False, returns=bytes)
PUT: Final = Operation("test.put", "PUT", "/x", body=Binary(), returns=bytes)
QUICK: Final = RetryPolicy(base=0)


class Thing(Client):
    api = Api("test", schemes={"bearer": HttpBearer()}, security=(("bearer",),))


class AsyncThing(AsyncClient):
    api = Thing.api


@define
class Caller:
    """Call through a sync or async client, with retries of what may be repeated."""

    mode: Literal["sync", "async"]
    events: list[str] = field(factory=list)

    def __call__(self, url: str, operation: Operation[Any] = POST, body: object = None, **options: Any) -> Any:
        options = {"retry": QUICK, "auth": "token", "on_event": lambda event: self.events.append(event.kind), **options}
        if self.mode == "sync":
            with options.get("http_client") or nullcontext(), Thing(url, **options) as client:
                return client.call(operation, body=body)

        async def run() -> Any:
            async with options.get("http_client") or nullcontext(), AsyncThing(url, **options) as client:
                return await client.call(operation, body=body)

        return asyncio.run(run())

    def http(self, hook: Callable[[Any], object] | None = None, **options: Any) -> Any:
        """Return an httpx client with a hook that gets each response."""
        if self.mode == "sync":
            return httpx.Client(event_hooks={"response": [hook] if hook else []}, **options)

        async def reported(response: Any) -> None:
            if hook is not None:
                hook(response)

        return httpx.AsyncClient(event_hooks={"response": [reported]}, **options)


@pytest.fixture(params=["sync", "async"])
def caller(request: pytest.FixtureRequest) -> Caller:
    return Caller(request.param)


@pytest.fixture
def nowhere(library: ModuleType) -> Iterator[str]:
    """Return an address without a listener."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@define
class Body:
    """Parts that can be read again, then an error."""

    error: Callable[[], object]

    def __iter__(self) -> Iterator[bytes]:
        yield b"pay 100"
        self.error()


def raised(error: Exception) -> Callable[..., object]:
    def raising(*_: object) -> object:
        raise error

    return raising


# -- The caller's own code


def test_an_error_of_httpx_in_a_body_is_the_callers(caller: Caller, raw: RawServer, nowhere: str) -> None:
    raw.respond(b"", every=0.2)
    with pytest.raises(httpx.ConnectError):
        caller(raw.url, POST, Body(lambda: httpx.get(nowhere)))
    assert raw.connections <= 1  # the call may end before the server has noticed


@pytest.mark.parametrize("operation", [POST, PUT], ids=["POST", "PUT"])
@pytest.mark.parametrize("sent", [True, False])
def test_an_error_of_ours_in_a_body_is_the_callers(
    caller: Caller, raw: RawServer, operation: Operation[Any], sent: bool
) -> None:
    error = ConnectionFailedError("theirs", sent=sent)
    raw.respond(b"", every=0.2)
    with pytest.raises(ConnectionFailedError) as caught:
        caller(raw.url, operation, Body(raised(error)))
    assert raw.connections <= 1  # the call may end before the server has noticed
    assert caught.value is error
    assert (error.sent, error.attempts) == (sent, ())
    assert caller.events[-1] == "failure"


@pytest.mark.parametrize("kind", ["ConnectError", "ConnectTimeout", "PoolTimeout"])
def test_a_connection_error_of_a_hook_does_not_mark_the_call_unsent(
    caller: Caller, server: WireServer, kind: str
) -> None:
    http = caller.http(raised(getattr(httpx, kind)("theirs")))
    with pytest.raises(TransportError) as caught:
        caller(server.url, POST, b"pay 100", http_client=http)
    assert len(server.requests) == 1
    assert caught.value.sent
    assert not isinstance(caught.value, ConnectionFailedError)


def test_a_hook_that_sends_the_request_does_not_mark_the_call_unsent(
    server: WireServer, raw: RawServer, nowhere: str
) -> None:
    def again(response: Any) -> None:
        response.request.url = httpx.URL(nowhere)
        with httpx.Client() as other:
            other.send(response.request)

    with pytest.raises(TransportError) as caught:
        Caller("sync")(server.url, POST, b"pay 100", http_client=Caller("sync").http(again))
    assert (len(server.requests), caught.value.sent) == (1, True)


@pytest.mark.parametrize("kind", [ConnectionFailedError, ClientClosedError, InvalidArgumentError])
def test_a_hook_that_calls_another_client_does_not_mark_the_call_unsent(
    caller: Caller, server: WireServer, kind: type[Exception]
) -> None:
    error = ConnectionFailedError("theirs", sent=False) if kind is ConnectionFailedError else kind("theirs")
    with pytest.raises(TransportError) as caught:
        caller(server.url, POST, b"pay 100", http_client=caller.http(raised(error)))
    assert len(server.requests) == 1
    assert caught.value.sent
    assert caught.value.__cause__ is error


def test_an_error_of_the_system_in_a_hook_is_the_callers(caller: Caller, server: WireServer) -> None:
    error = PermissionError("theirs")
    with pytest.raises(PermissionError) as caught:
        caller(server.url, GET, http_client=caller.http(raised(error)))
    assert caught.value is error
    assert len(server.requests) == 1


# -- The caller's authentication


def flow(*urls: str | None) -> Any:
    """Authentication that sends a request to each of these; None is the original request."""

    class Flow(httpx.Auth):
        def auth_flow(self, request: Any) -> Generator[Any, Any, None]:
            for url in urls:
                yield request if url is None else httpx.Request("POST", url)

    return Flow()


@pytest.mark.parametrize("brought", [False, True])
def test_an_auth_request_after_the_response_does_not_mark_the_call_unsent(
    caller: Caller, server: WireServer, nowhere: str, brought: bool
) -> None:
    auth = flow(None, nowhere)
    options: dict[str, Any] = {"auth": None, "http_client": caller.http(auth=auth)} if brought else {"auth": auth}
    with pytest.raises(TransportError) as caught:
        caller(server.url, POST, b"pay 100", **options)
    assert (len(server.requests), caught.value.sent) == (1, True)


@pytest.mark.parametrize("brought", [False, True])
def test_a_response_before_a_failed_auth_request_marks_the_call_sent(
    caller: Caller, server: WireServer, nowhere: str, brought: bool
) -> None:
    auth = flow(server.url, None)
    options: dict[str, Any] = {"auth": None, "http_client": caller.http(auth=auth)} if brought else {"auth": auth}
    with pytest.raises(TransportError) as caught:
        caller(nowhere, POST, b"pay 100", **options)
    assert (len(server.requests), caught.value.sent) == (1, True)


def test_with_auth_a_refused_connection_marks_the_call_unsent(caller: Caller, nowhere: str) -> None:
    with pytest.raises(ConnectionFailedError) as caught:
        caller(nowhere, POST, b"pay 100", auth=flow(None))
    assert not caught.value.sent
    assert len(caught.value.attempts) == 3


def test_an_auth_flow_can_read_responses(caller: Caller, server: WireServer, reply: type[Reply]) -> None:
    class Twice(httpx.Auth):
        requires_response_body = True

        def auth_flow(self, request: Any) -> Generator[Any, Any, None]:
            response = yield request
            request.headers["Authorization"] = response.text
            yield request

    server.reply(reply(401, body=b"word"), reply(body=b"in"))
    assert caller(server.url, POST, b"x", auth=Twice()) == b"in"
    assert [request.headers.get("authorization") for request in server.requests] == [None, "word"]


# -- A transport of the caller's, which reports no progress


@pytest.mark.usefixtures("library")
def test_the_connect_error_of_a_custom_transport_marks_the_call_unsent(caller: Caller) -> None:
    def refuse(request: Any) -> Any:
        raise httpx.ConnectError("no listener", request=request)

    with pytest.raises(ConnectionFailedError) as caught:
        caller("http://api.test", POST, b"pay 100", http_client=caller.http(transport=httpx.MockTransport(refuse)))
    assert not caught.value.sent
    assert len(caught.value.attempts) == 3


@pytest.mark.usefixtures("library")
def test_a_begun_body_marks_the_call_sent(caller: Caller) -> None:
    def refuse(request: Any) -> Any:
        raise httpx.ConnectError("no listener at the second attempt", request=request)

    transport = httpx.MockTransport(refuse)  # the hook reads it
    with pytest.raises(TransportError) as caught:
        caller("http://api.test", POST, (each for each in [b"pay 100"]), http_client=caller.http(transport=transport))
    assert caught.value.sent
    assert len(caught.value.attempts) == 1


# -- Proxies


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("word", [b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", b""])
def test_a_proxy_that_does_not_connect(
    caller: Caller, raw: RawServer, monkeypatch: pytest.MonkeyPatch, word: bytes
) -> None:
    raw.respond(word)
    monkeypatch.setenv("HTTPS_PROXY", raw.url)
    monkeypatch.setenv("NO_PROXY", "")
    with pytest.raises(ConnectionFailedError, match=r"cannot connect to https://api\.test") as caught:
        caller("https://api.test", POST, b"pay 100")
    assert not caught.value.sent
    assert raw.connections == 3


@pytest.mark.usefixtures("library")
def test_a_proxy_that_drips_until_the_deadline(caller: Caller, raw: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    raw.respond(b"HTTP/1.1 200 Connection\r\nX: ", *[b"x"] * 100, every=0.05)
    monkeypatch.setenv("HTTPS_PROXY", raw.url)
    monkeypatch.setenv("NO_PROXY", "")
    with pytest.raises(CallTimeoutError) as caught:
        caller("https://api.test", POST, b"pay 100", deadline=0.5)
    assert not caught.value.sent


# -- Bodies that can be read once


def test_an_unread_body_can_still_be_sent(caller: Caller, server: WireServer, reply: type[Reply], nowhere: str) -> None:
    with pytest.raises(ConnectionFailedError) as caught:
        caller(nowhere, PUT, (each for each in [b"a", b"b"]))
    assert [each.stopped for each in caught.value.attempts] == ["", "", "attempts"]
    server.reply(reply(503))
    with pytest.raises(ApiError) as refused:
        caller(server.url, PUT, (each for each in [b"a", b"b"]))
    assert [each.stopped for each in refused.value.attempts] == ["body"]


# -- The call as a whole


def test_a_sent_first_attempt_marks_the_call_sent(caller: Caller, raw: RawServer) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        raw.close()

    raw.serve = serve
    with pytest.raises(ConnectionFailedError) as caught:
        caller(raw.url, PUT, b"x")
    assert [each.error for each in caught.value.attempts] == [
        "TransportError",
        "ConnectionFailedError",
        "ConnectionFailedError",
    ]
    assert caught.value.sent


def test_a_redirect_that_leads_nowhere(caller: Caller, raw: RawServer) -> None:
    """The redirect may lead only to the server itself, which is gone by then."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        head = b"HTTP/1.1 307 T\r\nLocation: /y\r\nContent-Length: 1\r\nConnection: close\r\n\r\n"
        connection.sendall(head)
        raw.close()
        connection.sendall(b"x")

    raw.serve = serve
    with pytest.raises(TransportError) as caught:
        caller(raw.url, GET, retry=None)
    assert caught.value.sent


# -- TLS


def _serving(tls: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls / "cert.pem", tls / "key.pem")
    return context


def _damaged(raw: RawServer, context: ssl.SSLContext, head: bytes) -> None:
    """Make a server send these bytes over TLS, then bytes that are not TLS."""

    def serve(connection: socket.socket) -> None:
        wrapped = context.wrap_socket(connection, server_side=True, suppress_ragged_eofs=True)
        wrapped.recv(65536)
        if head:
            wrapped.sendall(head)
        with socket.socket(fileno=wrapped.detach()) as bare:
            bare.sendall(b"\x17\x03\x03\x00\x20" + b"z" * 32)
            bare.recv(65536)

    raw.serve = serve


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"], ids=["head", "body"])
def test_a_damaged_tls_record_is_a_transport_error(
    caller: Caller, raw: RawServer, tls: Path, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    _damaged(raw, _serving(tls), head)
    monkeypatch.setenv("SSL_CERT_FILE", str(tls / "cert.pem"))
    url = raw.url.replace("http:", "https:")
    for operation, connections in ((POST, 1), (GET, 3)):
        raw.connections = 0
        with pytest.raises(TransportError, match="no usable response") as caught:
            caller(url, operation)
        assert caught.value.sent
        assert (raw.connections, len(caught.value.attempts)) == (connections, connections)


def test_a_server_that_wants_a_certificate(
    caller: Caller, raw: RawServer, tls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = _serving(tls)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(tls / "cert.pem")
    raw.serve = lambda connection: context.wrap_socket(connection, server_side=True).close()
    monkeypatch.setenv("SSL_CERT_FILE", str(tls / "cert.pem"))
    with pytest.raises(TransportError) as caught:
        caller(raw.url.replace("http:", "https:"), POST)
    assert caught.value.sent


def test_a_damaged_tls_record_ends_a_download(raw: RawServer, tls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _damaged(raw, _serving(tls), b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    monkeypatch.setenv("SSL_CERT_FILE", str(tls / "cert.pem"))

    async def run() -> None:
        outside = AsyncDownloadTransport(None, allow_private=True)
        opened = await outside.open(
            OpenUrl(raw.url.replace("http:", "https:"), (), deadline_after(5.0), ("127.0.0.1",))
        )
        async for _ in cast("AsyncIterator[bytes]", opened.chunks):
            pass

    with pytest.raises(TransportError, match="no usable response"):
        asyncio.run(run())
