"""Secrets are never shown: canaries go through calls that end in every way, and are searched for in all text output.

Searched are DEBUG logs of everything in the process, reprs of all objects that callers hold, exceptions with their
causes and tracebacks (with local variables, as error reports show them), pickles, and events. Attributes that exist to
hold data (`raw`, `body`, `headers`) may contain them.
"""

from __future__ import annotations

import asyncio
import json
import logging
import pickle
import secrets
import socket
import threading
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from types import ModuleType
from typing import Any, Final

import httpx
import pytest
from attrs import define, field, frozen
from tests.tracebacks import locals_of

from taskclients.lifepos import AsyncLifePosClient, LifePosClient
from taskclients.lifepos.models import ClientType, SignInRequest
from taskclients_core import (
    Api,
    ApiError,
    ApiKey,
    AsyncClient,
    Client,
    ClientCredentials,
    ClientError,
    DecodeError,
    Event,
    Header,
    HttpBasic,
    HttpBearer,
    Json,
    Operation,
    Query,
    RetryPolicy,
    TransportError,
)

pytestmark = pytest.mark.usefixtures("library")

# Made at run time, so that no source line in a traceback contains one.
TOKEN, KEY, SESSION, PASSWORD, SIGNATURE, EMAIL, COOKIE, FRESH = (
    f"canary-{name}-{secrets.token_hex(4)}"
    for name in ("token", "key", "session", "password", "signature", "email", "cookie", "fresh")
)
PAIR: Final = httpx.BasicAuth("user", PASSWORD)._auth_header.removeprefix("Basic ")
SECRETS: Final = (TOKEN, KEY, SESSION, PASSWORD, PAIR, SIGNATURE, EMAIL, COOKIE, FRESH)


@define(kw_only=True)
class Customer:
    email: str = field(repr=False)
    card: int = field(repr=False)


SEND: Final = Operation(
    "test.send",
    "POST",
    "/customers",
    parameters=(Query("signature", str), Header("X-Trace", str)),
    body=Json(Customer),
    returns=Customer,
    errors={"4XX": Customer},
    idempotent=True,
)

ROWS: Final = Operation("test.rows", "GET", "/customers", returns=list[Customer], errors={"4XX": Customer})


class Everything(Client):
    api = Api(
        "test",
        schemes={
            "bearer": HttpBearer(),
            "key": ApiKey("query", "key"),
            "session": ApiKey("cookie", "session"),
        },
        security=(("bearer", "key", "session"),),
    )


class AsyncEverything(AsyncClient):
    api = Everything.api


class Basic(Client):
    api = Api("test", schemes={"basic": HttpBasic()}, security=(("basic",),))


class AsyncBasic(AsyncClient):
    api = Basic.api


class Granted(Client):
    api = Api("test", schemes={"oauth": ClientCredentials("/token")}, security=(("oauth",),))


class AsyncGranted(AsyncClient):
    api = Granted.api


@frozen
class Way:
    """Credentials of one kind."""

    kinds: tuple[type[Client], type[AsyncClient]]
    auth: Any


WAYS: Final = {
    "keys": Way((Everything, AsyncEverything), {"bearer": TOKEN, "key": KEY, "session": SESSION}),
    "basic": Way((Basic, AsyncBasic), ("user", PASSWORD)),
    "oauth": Way((Granted, AsyncGranted), ("user", PASSWORD)),
    "function": Way((Everything, AsyncEverything), {"bearer": lambda: TOKEN, "key": KEY, "session": lambda: SESSION}),
}

SET: Final = f"Set-Cookie: session={COOKIE}; HttpOnly\r\nX-Auth-Token: {FRESH}\r\n"
GOOD: Final = json.dumps({"email": EMAIL, "card": 1})


def http(status: str, body: str = GOOD, headers: str = SET) -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


ENDS: Final = {
    "success": http("200 OK"),
    "refused": http("401 Unauthorized", headers=f'{SET}WWW-Authenticate: Bearer realm="{FRESH}"\r\n'),
    "wrong": http("422 Unprocessable Entity"),
    "wrong-otherwise": http("400 Bad Request", f"<p>{EMAIL}"),
    "elsewhere": http("302 Found", "", f"{SET}Location: https://files.example/a?signature={SIGNATURE}\r\n"),
    "broken": http("503 Service Unavailable", f"{EMAIL} {TOKEN}"),
    "no-json": http("200 OK", f"{EMAIL} {TOKEN}"),
    "html": http("200 OK", f"<html>{EMAIL}", f"{SET}Content-Type: text/html\r\n"),
    "wrong-type": http("200 OK", json.dumps({"email": EMAIL, "card": EMAIL})),
    "wrong-shape": http("200 OK", json.dumps([EMAIL])),
    "cut-off": http("200 OK")[:-5],
    "bad-header": f"HTTP/1.1 200 OK\r\nSet-Cookie\x00: {COOKIE}\r\n\r\n".encode(),
    "bad-status": f"HTTP/1.1 {FRESH}\r\n\r\n".encode(),
    "bad-encoding": http("200 OK", EMAIL, f"{SET}Content-Encoding: gzip\r\n"),
    "too-large": http("200 OK", EMAIL * 100),
    "silence": b"",
    "hang-up": None,
}


@contextmanager
def listening(content: bytes | None, requests: list[bytes] | None = None) -> Iterator[str]:
    """Answer every request with the same bytes; b"" keeps the client waiting, None hangs up. Sign-ins work."""
    done = threading.Event()

    def serve(connection: socket.socket) -> None:
        with closing(connection):
            data = b""
            while b"\r\n\r\n" not in data:
                data += connection.recv(65536)
            head, _, body = data.partition(b"\r\n\r\n")
            length = int((head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or b"0").strip())
            while len(body) < length:
                body += connection.recv(65536)
            if requests is not None:
                requests.append(head + body)
            if head.startswith(b"POST /token"):
                connection.sendall(http("200 OK", json.dumps({"access_token": TOKEN})))
            elif content:
                connection.sendall(content)
            elif content is not None:
                done.wait(5)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            done.set()
            listener.shutdown(socket.SHUT_RDWR)
    thread.join()


class Everywhere(logging.Handler):
    """Log handler that keeps every form of a record."""

    def __init__(self) -> None:
        super().__init__(0)
        self.stored: list[str] = []
        self.names: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.names.add(record.name.partition(".")[0])
        self.stored += [self.format(record), repr(record.__dict__)]


@pytest.fixture
def log() -> Iterator[Everywhere]:
    handler, root = Everywhere(), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(0)
    yield handler
    root.removeHandler(handler)
    root.setLevel(before)


def shown_by(error: BaseException) -> Iterator[str]:
    """Return all texts of an exception, by itself and with its causes."""
    yield from (str(error), repr(error), f"{error}", "".join(traceback.format_exception(error)))
    seen: BaseException | None = error
    while seen is not None:
        yield from (str(seen), repr(seen), repr(seen.args), *getattr(seen, "__notes__", ()))
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    yield from (repr(getattr(error, name, None)) for name in ("request", "headers", "attempts", "operation", "status"))
    yield from (repr(getattr(error, name, None)) for name in ("path", "expected", "found"))
    if isinstance(body := getattr(error, "body", None), Customer):  # a response that no spec describes is plain data
        yield repr(body)


def pickled(error: ClientError) -> Iterator[bytes]:
    """Return the pickled error, as a queue would store it."""
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        yield pickle.dumps(error, protocol)


def found_in(texts: Iterator[str]) -> list[str]:
    return [text for text in texts if any(secret in text for secret in SECRETS)]


def run(
    way: Way, url: str, *, asynchronous: bool, brought: bool = False
) -> tuple[ClientError | None, list[Event], list[str]]:
    """Make one call, with our httpx client or one given by the caller.

    Return the error, the events, and the reprs of all objects that were held.
    """
    events: list[Event] = []
    held: list[str] = []
    body = Customer(email=EMAIL, card=1)
    options: dict[str, Any] = {
        "auth": way.auth,
        "timeout": 0.3,
        "deadline": 5,
        "retry": RetryPolicy(base=0, attempts=2),
        "on_event": events.append,
        "max_response_bytes": 500,
    }
    if brought:
        options["http_client"] = httpx.AsyncClient() if asynchronous else httpx.Client()

    def hold(client: Any, response: Any = None) -> None:
        config = client._config
        held.extend(map(repr, (client, client.call, client.with_options(deadline=1), config, config.credentials)))
        held.extend(map(repr, (config.options, config.common, body, response)))
        if response is not None:
            held.extend(map(repr, (response.value, response.headers)))

    async def wait() -> None:
        async with way.kinds[1](url, **options) as client:
            hold(client)
            hold(client, await client.response(client.call, SEND, SIGNATURE, KEY, body=body))

    error: ClientError | None = None
    try:
        if asynchronous:
            asyncio.run(wait())
        else:
            with way.kinds[0](url, **options) as client:
                hold(client)
                hold(client, client.response(client.call, SEND, SIGNATURE, KEY, body=body))
    except ClientError as caught:
        error = caught
    finally:
        given = options.get("http_client")
        if given is not None:
            asyncio.run(given.aclose()) if asynchronous else given.close()
    return error, events, held


def held_by(error: BaseException) -> list[str]:
    """Return the local variables of an error's traceback that have a canary; the call's arguments may have one."""
    canaries = [each for each in SECRETS if each not in (KEY, SIGNATURE)]
    return [f"{where}: {name}" for where, name, value in locals_of(error) if any(each in value for each in canaries)]


def check(error: ClientError | None, events: list[Event], held: list[str], log: Everywhere) -> None:
    assert found_in(iter(held)) == []
    assert found_in(text for event in events for text in (repr(event), str(event))) == []
    assert found_in(iter(log.stored)) == []
    if error is not None:
        assert found_in(shown_by(error)) == []
        assert held_by(error) == []
        assert [data for data in pickled(error) if any(each.encode() in data for each in SECRETS)] == []
        unpickled = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        assert found_in(shown_by(unpickled)) == []
        assert getattr(unpickled, "raw", b"") == b""


@pytest.mark.parametrize("brought", [False, True], ids=["own", "brought"])
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("end", ENDS)
def test_no_canary_is_seen(
    end: str, asynchronous: bool, brought: bool, library: ModuleType, log: Everywhere, request: pytest.FixtureRequest
) -> None:
    if brought:
        request.getfixturevalue("both_installed")
    with listening(ENDS[end]) as url:
        error, events, held = run(WAYS["keys"], url, asynchronous=asynchronous, brought=brought)
    assert (error is None) is (end == "success")
    check(error, events, held, log)
    assert {"taskclients", library.__name__.replace("httpx", "httpcore")} <= log.names
    kind = {"silence": TransportError, "no-json": DecodeError, "wrong": ApiError}.get(end, ClientError)
    assert error is None or isinstance(error, kind)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("end", ["success", "refused", "wrong", "hang-up"])
@pytest.mark.parametrize("way", ["basic", "oauth", "function"])
def test_no_canary_is_seen_in_any_kind_of_call(way: str, end: str, asynchronous: bool, log: Everywhere) -> None:
    with listening(ENDS[end]) as url:
        check(*run(WAYS[way], url, asynchronous=asynchronous), log)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("status", ["200 OK", "422 Unprocessable Entity"])
def test_no_canary_is_seen_in_a_stream_that_is_cut_off(status: str, asynchronous: bool) -> None:
    async def read() -> None:
        async with AsyncEverything(url, auth=WAYS["keys"].auth, retry=None) as client:
            assert [each async for each in client.stream(lambda: client.call(ROWS))]

    def work() -> None:
        if asynchronous:
            asyncio.run(read())
        else:
            with Everything(url, auth=WAYS["keys"].auth, retry=None) as client:
                assert list(client.stream(lambda: client.call(ROWS)))

    with listening(http(status, f"[{GOOD}]")[:-1]) as url, pytest.raises(ClientError) as caught:
        work()
    assert found_in(shown_by(caught.value)) == []
    assert held_by(caught.value) == []


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_no_canary_is_seen_without_event_hooks(asynchronous: bool, log: Everywhere) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    error, events, held = run(WAYS["keys"], url, asynchronous=asynchronous)
    assert isinstance(error, TransportError)
    check(error, events, held, log)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("end", ["refused", "wrong", "silence", "no-json"])
def test_no_password_is_seen_when_signing_in(end: str, asynchronous: bool, log: Everywhere) -> None:
    body = SignInRequest(full_username="cashier", password=PASSWORD)
    events: list[Event] = []
    options: dict[str, Any] = {
        "accept_language": "en-US",
        "client_identifier": "till",
        "client_type": ClientType.APP,
        "timeout": 0.3,
        "on_event": events.append,
    }

    async def wait() -> None:
        async with AsyncLifePosClient(url, **options) as client:
            await client.sign_in(body)

    def work() -> None:
        if asynchronous:
            asyncio.run(wait())
        else:
            with LifePosClient(url, **options) as client:
                client.sign_in(body)

    with listening(ENDS[end]) as url, pytest.raises(ClientError) as caught:
        work()
    check(caught.value, events, [repr(body), str(body)], log)


def test_logs_of_other_users_of_httpx_stay_as_they_are(log: Everywhere) -> None:
    """The own httpx client's messages were made safe, unlike those of the given one."""
    with listening(ENDS["success"]) as url:
        run(WAYS["keys"], url, asynchronous=False)
        assert found_in(iter(log.stored)) == []
        with httpx.Client() as client:
            client.get(f"{url}/file?signature={SIGNATURE}")
    assert any(SIGNATURE in text for text in log.stored)
    assert any(COOKIE in text and "receive_response_headers.complete" in text for text in log.stored)


def test_the_repr_of_an_open_response_shows_no_content(log: Everywhere) -> None:
    requests: list[bytes] = []
    with listening(ENDS["success"], requests) as url, Everything(url, auth=WAYS["keys"].auth) as client:
        response = client.response(client.call, SEND, SIGNATURE, KEY, body=Customer(email=EMAIL, card=1))
    assert all(each.encode() in requests[0] for each in (TOKEN, KEY, SESSION, SIGNATURE, EMAIL))
    assert EMAIL.encode() in response.raw
    assert response.headers["x-auth-token"] == FRESH
    assert found_in(iter([repr(response), str(response), repr(response.headers), str(response.headers)])) == []


@pytest.mark.parametrize("brought", [False, True], ids=["own", "brought"])
@pytest.mark.parametrize(
    ("asynchronous", "end"),
    [(False, "timeout"), (True, "timeout"), (True, "cancelled")],
    ids=["sync", "async", "cancel"],
)
def test_the_error_of_a_request_that_cannot_be_written_contains_no_token(
    asynchronous: bool, brought: bool, end: str, request: pytest.FixtureRequest, library: ModuleType
) -> None:
    """The server reads nothing, so the socket's buffer is full before the headers are written."""
    if brought:
        request.getfixturevalue("both_installed")
    options: dict[str, Any] = {"auth": WAYS["function"].auth}
    if brought:
        options["http_client"] = library.AsyncClient() if asynchronous else library.Client()
    if end == "timeout":
        options["timeout"] = 0.3
    long, body = "x" * 6_000_000, Customer(email=EMAIL, card=1)

    async def send() -> None:
        async with AsyncEverything(url, **options) as client, asyncio.timeout(0.3 if end == "cancelled" else None):
            await client.call(SEND, SIGNATURE, long, body=body)

    def work() -> None:
        if asynchronous:
            asyncio.run(send())
        else:
            with Everything(url, **options) as client:
                client.call(SEND, SIGNATURE, long, body=body)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(TimeoutError if end == "cancelled" else TransportError) as caught:
            work()
    assert held_by(caught.value) == []


@pytest.mark.parametrize("invalid", ["\u20ac", "\n"])
def test_the_error_of_an_unusable_secret_does_not_contain_it(invalid: str) -> None:
    auth: Any = {"bearer": lambda: f"{TOKEN}{invalid}", "key": KEY, "session": SESSION}
    with Everything("http://localhost", auth=auth) as client, pytest.raises(ClientError) as caught:
        client.call(SEND, SIGNATURE, KEY, body=Customer(email=EMAIL, card=1))
    assert held_by(caught.value) == []
