"""Responses that are too long, slow, damaged or redirected, and streamed bodies, over real sockets."""

from __future__ import annotations

import asyncio
import gc
import gzip
import itertools
import pickle
import re
import resource
import threading
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, cast

import httpx
import pytest

from taskclients_core import (
    Api,
    ApiError,
    AsyncClient,
    Binary,
    CallTimeoutError,
    Client,
    ConnectionFailedError,
    HttpBearer,
    InvalidArgumentError,
    Operation,
    Query,
    ResponseTooLargeError,
    RetryPolicy,
    ServerError,
    TransportError,
)
from taskclients_core.deadline import Deadline, deadline_after
from taskclients_core.effects import Flow, OpenUrl, ReadResponse, SendStreaming, StreamingResponse
from taskclients_core.http_messages import HttpRequest, StreamedBody
from taskclients_core.transport.bodies import (
    CHUNK_SIZE,
    CorruptBodyError,
    LimitedBody,
    decompressor_for,
    iter_body,
    iter_body_async,
)
from taskclients_core.transport.download_transport import AsyncDownloadTransport

if TYPE_CHECKING:
    import socket
    from types import ModuleType

    from tests.raw_server import RawServer
    from tests.unit.conftest import ReceivedRequest, Reply, WireServer

pytestmark = pytest.mark.usefixtures("library")

GET: Final = Operation("test.get", "GET", "/x", parameters=(Query("q", str),), returns=bytes)
POST: Final = Operation("test.post", "POST", "/x", returns=bytes)
OK: Final = b"HTTP/1.1 200 OK\r\n"
MEGABYTE: Final = 1024 * 1024


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)  # the same bytes each time, because tests are named after them


class AnyClient(Client):
    api = Api("test", schemes={"bearer": HttpBearer()}, security=(("bearer",), ()))


class AnyAsyncClient(AsyncClient):
    api = Api("test", schemes={"bearer": HttpBearer()}, security=(("bearer",), ()))


def fetch_sync(url: str, operation: Operation[bytes] = GET, **options: Any) -> bytes:
    with AnyClient(url, **options) as client:
        return client.call(operation, *(None for _ in operation.parameters))


def fetch_async(url: str, operation: Operation[bytes] = GET, **options: Any) -> bytes:
    async def main() -> bytes:
        async with AnyAsyncClient(url, **options) as client:
            return await client.call(operation, *(None for _ in operation.parameters))

    return asyncio.run(main())


fetching = pytest.mark.parametrize("fetch", [fetch_sync, fetch_async])
Fetch = Callable[..., bytes]


def whole(body: bytes, *headers: bytes) -> bytes:
    return b"".join((OK, *(header + b"\r\n" for header in headers), b"Content-Length: %d\r\n\r\n" % len(body), body))


# -- Event loop


def test_an_event_loop_goes_on_while_its_first_clients_are_made(
    raw: RawServer, library: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Importing httpx and loading certificates take a quarter of a second."""
    load, goes_on = library.create_ssl_context, threading.Event()
    gone_on: list[bool] = []

    def load_slowly() -> Any:
        gone_on.append(goes_on.wait(10))
        return load()

    monkeypatch.setattr(library, "create_ssl_context", load_slowly)
    raw.respond(whole(b"here"))

    async def download() -> bytes:
        outside = AsyncDownloadTransport(None, allow_private=True)
        opened = await outside.open(OpenUrl(f"{raw.url}/file", (), deadline_after(20.0), ("127.0.0.1",)))
        found = b"".join([chunk async for chunk in cast("AsyncIterator[bytes]", opened.chunks)])
        await outside.aclose()
        return found

    async def main() -> None:
        async with AnyAsyncClient(raw.url) as client:
            calls = asyncio.gather(*(client.call(GET, None) for _ in range(5)), download())
            await asyncio.sleep(0.01)
            goes_on.set()
            assert await calls == [b"here"] * 6

    asyncio.run(main())
    assert gone_on == [True, True]  # one for the calls and one for the download


# -- Size


@fetching
def test_a_body_over_the_cap_is_refused(fetch: Fetch, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body=b"x" * 1001))
    with pytest.raises(
        ResponseTooLargeError, match=r"test\.get: .* answered 200 with more than the 1000 bytes"
    ) as caught:
        fetch(server.url, max_response_bytes=1000)
    assert (caught.value.status, caught.value.limit, caught.value.sent) == (200, 1000, True)
    assert pickle.loads(pickle.dumps(caught.value)).limit == 1000  # noqa: S301
    assert fetch(server.url, max_response_bytes=1001) == b"x" * 1001
    assert fetch(server.url, max_response_bytes=None) == b"x" * 1001


@fetching
def test_of_what_announces_itself_as_too_long_only_the_beginning_is_read(fetch: Fetch, raw: RawServer) -> None:
    raw.respond(OK + b"Content-Length: 99999999999\r\n\r\n" + b"x" * 100_000)
    with pytest.raises(
        ResponseTooLargeError, match=r"^test\.get: .* the 67108864 bytes .*: 99999999999 were ann"
    ) as caught:
        fetch(raw.url)
    assert caught.value.raw == b"x" * 64 * 1024
    assert (caught.value.operation, caught.value.status, caught.value.received) == ("test.get", 200, 99999999999)
    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert (str(copy), copy.operation, copy.raw) == (str(caught.value), "test.get", b"")


@fetching
@pytest.mark.parametrize("pause", [0, 5])
def test_what_announces_itself_as_too_long_is_so_even_if_it_stalls(fetch: Fetch, raw: RawServer, pause: int) -> None:
    raw.respond(OK + b"Content-Length: 99999999999\r\n\r\n" + b"x" * 10, b"", every=pause)
    with pytest.raises(ResponseTooLargeError) as caught:
        fetch(raw.url, timeout=0.5)
    assert caught.value.raw == b"x" * 10
    if pause:
        with pytest.raises(CallTimeoutError, match="deadline"):
            fetch(raw.url, deadline=0.5)


@fetching
@pytest.mark.parametrize("announced", [b"Content-Length: 3000\r\n\r\n", b"Connection: close\r\n\r\n"])
def test_the_error_class_does_not_depend_on_the_length_of_the_body(
    fetch: Fetch, raw: RawServer, announced: bytes
) -> None:
    raw.respond(b"HTTP/1.1 503 No\r\nRetry-After: 7\r\n" + announced + b"x" * 3000)
    with pytest.raises(ServerError, match=r"503 Service Unavailable: its body was cut after 1000 bytes") as caught:
        fetch(raw.url, max_response_bytes=1000)
    assert caught.value.raw == b"x" * 1000
    assert caught.value.headers["retry-after"] == "7"
    with pytest.raises(ServerError) as caught:
        fetch(raw.url, max_response_bytes=3000)
    assert len(caught.value.raw) == 3000
    assert "cut" not in str(caught.value)


@fetching
def test_retry_after_applies_whatever_the_length_of_the_body(
    fetch: Fetch, server: WireServer, reply: type[Reply]
) -> None:
    server.reply(reply(503, b"x" * 3000, headers={"Retry-After": "3600"}), reply(body=b"here"))
    with pytest.raises(ServerError) as caught:
        fetch(server.url, max_response_bytes=1000, retry=RetryPolicy(base=0.001))
    assert caught.value.attempts[0].stopped == "retry-after"
    server.reply(reply(503, b"x" * 3000), reply(body=b"here"))
    assert fetch(server.url, max_response_bytes=1000, retry=RetryPolicy(base=0.001)) == b"here"


@fetching
def test_an_error_status_that_is_a_result_is_not_cut(fetch: Fetch, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(404, b"x" * 3000))
    returning: Operation[bytes] = Operation("test.missing", "GET", "/x", returns={200: bytes, 404: bytes})
    with pytest.raises(ResponseTooLargeError, match=r"answered 404 with more than the 1000 bytes") as caught:
        fetch(server.url, returning, max_response_bytes=1000)
    assert caught.value.raw == b"x" * 1000
    assert len(fetch(server.url, returning)) == 3000


@fetching
def test_a_body_without_end_ends_at_the_cap(fetch: Fetch, raw: RawServer) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
        while True:  # until the client hangs up
            connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")

    raw.serve = serve
    with pytest.raises(ResponseTooLargeError) as caught:
        fetch(raw.url, max_response_bytes=MEGABYTE)
    assert caught.value.raw == b"x" * 64 * 1024


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """Return 437 MiB in 0.4 MB."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    zeros = bytes(MEGABYTE)
    return b"".join([packer.compress(zeros) for _ in range(437)]) + packer.flush()


@pytest.mark.large
@fetching
@pytest.mark.parametrize("theirs", [False, True])
def test_a_little_gzip_does_not_become_a_lot_of_memory(fetch: Fetch, raw: RawServer, bomb: bytes, theirs: bool) -> None:
    assert len(bomb) < MEGABYTE // 2
    raw.respond(whole(bomb, b"Content-Encoding: gzip"))
    options: dict[str, Any] = {}
    if theirs:
        options["http_client"] = httpx.Client() if fetch is fetch_sync else httpx.AsyncClient()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    try:
        with pytest.raises(ResponseTooLargeError) as caught:
            fetch(raw.url, max_response_bytes=8 * MEGABYTE, **options)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 * MEGABYTE
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024  # KiB
    assert caught.value.raw == bytes(64 * 1024)


@fetching
@pytest.mark.parametrize("theirs", [False, True])
@pytest.mark.parametrize("encoding", [b"gzip, gzip, gzip, gzip", b"gzip, br", b"br", b"zstd, gzip", b"gzip, " * 300])
def test_what_cannot_be_opened_here_is_not_opened_at_all(
    fetch: Fetch, raw: RawServer, encoding: bytes, theirs: bool
) -> None:
    packed = bytes(1000)
    for _ in range(4):
        packed = gzipped(packed)
    raw.respond(whole(packed, b"Content-Encoding: " + encoding))
    options: dict[str, Any] = {}
    if theirs:
        options["http_client"] = httpx.Client() if fetch is fetch_sync else httpx.AsyncClient()
    words = re.escape(encoding.decode()[:78])
    with pytest.raises(
        TransportError,
        match=rf"^test\.get: .* an unsupported Content-Encoding \({words}.{{0,5}}\); supported: gzip and deflate",
    ):
        fetch(raw.url, **options)


@fetching
def test_an_empty_body_is_not_decompressed(fetch: Fetch, raw: RawServer) -> None:
    raw.respond(whole(b"", b"Content-Encoding: br"))
    assert fetch(raw.url) == b""
    raw.respond(b"HTTP/1.1 500 No\r\nContent-Encoding: br\r\nContent-Length: 0\r\n\r\n")
    with pytest.raises(ServerError, match="500"):
        fetch(raw.url)


@fetching
def test_a_decoder_without_output_ends(fetch: Fetch, raw: RawServer) -> None:
    """Return 30 MiB in 30 KB: a name in the header of the inner gzip, continued in the next response."""
    packer = zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
    packed = packer.compress(b"\x1f\x8b\x08\x08" + bytes(6))
    packed += b"".join(packer.compress(b"a" * MEGABYTE) for _ in range(30)) + packer.flush(zlib.Z_SYNC_FLUSH)
    raw.respond(OK + b"Content-Encoding: gzip, gzip\r\nConnection: close\r\n\r\n" + packed, b"", every=5)
    with pytest.raises(TransportError, match=r"is damaged \(gzip, gzip\)"):
        fetch(raw.url, timeout=2)


@pytest.mark.parametrize("beginning", [gzipped(b"text"), b"\x1f\x8b\x08\x08" + bytes(6)], ids=["padding", "name"])
def test_a_layer_swallows_little_more_than_it_gives(beginning: bytes) -> None:
    opener = decompressor_for(("gzip",))
    assert opener is not None
    swallowed = 0

    def endless() -> Iterator[bytes]:
        nonlocal swallowed
        yield beginning
        while swallowed < 10 * MEGABYTE:
            swallowed += CHUNK_SIZE
            yield b"a" * CHUNK_SIZE

    with pytest.raises(CorruptBodyError):
        list(itertools.chain.from_iterable(map(opener.feed, endless())))
    assert swallowed < 4 * MEGABYTE


class OneChunk:
    """A chunk of the network's data, all in one piece."""

    is_stream_consumed = False

    def __init__(self, data: bytes) -> None:
        self.stream: Any = self
        self._data = data

    def __iter__(self) -> Iterator[bytes]:
        yield self._data

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._data


GZIP: Final = ((b"Content-Encoding", b"gzip"),)


@pytest.mark.large
def test_the_deadline_is_checked_during_decompression(bomb: bytes) -> None:
    checks = itertools.count()
    deadline = Deadline(0.0, 10.0, lambda: float(next(checks)))  # each check takes a second
    request = HttpRequest("test.get", "GET", "http://h/", (), None, deadline=deadline)
    opened: list[int] = []
    with pytest.raises(CallTimeoutError, match="deadline of 10 s"):
        opened.extend(len(piece) for piece in iter_body(OneChunk(bomb), request, GZIP))
    assert 0 < len(opened) < 10


@pytest.mark.large
def test_other_tasks_run_during_decompression(bomb: bytes) -> None:
    request = HttpRequest("test.get", "GET", "http://h/", (), None)

    async def main() -> int:
        turns = 0

        async def others() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        beside = asyncio.create_task(others())
        async for _ in iter_body_async(OneChunk(bomb), request, GZIP):
            pass
        beside.cancel()
        return turns

    assert asyncio.run(main()) > 1000


@pytest.mark.large
def test_small_pieces_take_no_more_memory_than_they_have_bytes() -> None:
    body = LimitedBody(HttpRequest("test.get", "GET", "http://h/", (), None), 200, ())
    tracemalloc.start()
    try:
        body.read(bytes(2) for _ in range(MEGABYTE // 2))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * MEGABYTE
    assert body.content == bytes(MEGABYTE)


TEXT: Final = b"".join(b"%d, " % number for number in range(200_000))


def zlib_of(data: bytes, wbits: int) -> bytes:
    packer = zlib.compressobj(wbits=wbits)
    return packer.compress(data) + packer.flush()


@fetching
@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        (b"gzip", gzipped(TEXT)),
        (b"GZIP", gzipped(TEXT)),
        (b"x-gzip", gzipped(TEXT)),
        (b"gzip", gzipped(TEXT[:500]) + gzipped(TEXT[500:])),
        (b"gzip", gzipped(TEXT) + bytes(512)),
        (b"deflate", zlib.compress(TEXT)),
        (b"deflate", zlib_of(TEXT, -zlib.MAX_WBITS)),
        (b"gzip, deflate", zlib.compress(gzipped(TEXT))),
        (b"identity", TEXT),
        (b"", TEXT),
        (b"identity, gzip, , identity,", gzipped(TEXT)),
        (b"aws-chunked", TEXT),
        (b"gzip,aws-chunked", gzipped(TEXT)),
        (b"gzip, gzip, gzip", gzipped(gzipped(gzipped(TEXT)))),
    ],
)
def test_compressed_bodies_are_opened(fetch: Fetch, raw: RawServer, encoding: bytes, body: bytes) -> None:
    raw.respond(whole(body, b"Content-Encoding: " + encoding))
    assert fetch(raw.url) == TEXT


@pytest.mark.parametrize("size", [0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 3 * CHUNK_SIZE])
@pytest.mark.parametrize("step", [1, 7, 1 << 16, 1 << 24])
def test_nothing_is_lost_between_chunks(size: int, step: int) -> None:
    for packed, word in ((gzipped(bytes(size)), "gzip"), (zlib_of(bytes(size), -zlib.MAX_WBITS), "deflate")):
        opener = decompressor_for((word,))
        assert opener is not None
        found = [piece for at in range(0, len(packed), step) for piece in opener.feed(packed[at : at + step])]
        opener.finish()
        assert b"".join(found) == bytes(size)
        assert all(len(piece) <= CHUNK_SIZE for piece in found)


@fetching
@pytest.mark.parametrize(
    "body", [b"this is no gzip", gzipped(TEXT)[:-20], gzipped(TEXT)[:50], b"\x1f\x8b\x08" + bytes(40)]
)
def test_damaged_gzip_is_a_decode_error(fetch: Fetch, raw: RawServer, body: bytes) -> None:
    raw.respond(whole(body, b"Content-Encoding: gzip"))
    with pytest.raises(TransportError, match=r"test\.get: the response of .* is damaged \(gzip\)") as caught:
        fetch(raw.url)
    assert caught.value.raw == TEXT[: len(caught.value.raw)]
    assert len(caught.value.raw) == (64 * 1024 if len(body) > 1000 else len(caught.value.raw))


@fetching
def test_an_empty_body_may_call_itself_gzip(fetch: Fetch, raw: RawServer) -> None:
    raw.respond(whole(b"", b"Content-Encoding: gzip"))
    assert fetch(raw.url) == b""


@fetching
def test_only_supported_content_encodings_are_requested(fetch: Fetch, server: WireServer) -> None:
    fetch(server.url)
    assert server.last.headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize(
    ("theirs", "ours"), [("gzip, br;q=0.5, zstd", "gzip, deflate"), ("identity", "identity"), ("", "")]
)
def test_a_given_client_requests_no_other_content_encodings(server: WireServer, theirs: str, ours: str) -> None:
    with httpx.Client(headers={"Accept-Encoding": theirs}) as http:
        fetch_sync(server.url, http_client=http)
    assert server.last.headers["accept-encoding"] == ours


@fetching
def test_half_a_body_is_no_body(fetch: Fetch, raw: RawServer) -> None:
    raw.respond(OK + b"Content-Length: 100\r\n\r\nhalf")
    with pytest.raises(TransportError, match="no usable response"):
        fetch(raw.url)


def test_a_hook_of_the_callers_own_may_read_the_body(raw: RawServer) -> None:
    raw.respond(whole(gzipped(b"text"), b"Content-Encoding: gzip"))
    seen: list[bytes] = []
    with httpx.Client(event_hooks={"response": [lambda response: seen.append(response.read())]}) as http:
        assert fetch_sync(raw.url, http_client=http) == b"text"
    assert seen == [b"text"]


# -- Time


def drip(raw: RawServer, head: bytes, drops: bytes) -> None:
    raw.respond(head, *(drops[at : at + 1] for at in range(len(drops))), every=0.1)


DRIPPING: Final[list[tuple[bytes, bytes]]] = [
    (OK + b"Content-Length: 200\r\n\r\n", b"x" * 200),
    (OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x" * 200),
    (OK + b"X-Long: ", b"x" * 200),
    (b"", b"HTTP/1.1 200 " + b"x" * 187),
]


@pytest.mark.serial
@fetching
@pytest.mark.parametrize(("head", "drops"), DRIPPING, ids=["body", "chunk", "header", "status"])
def test_the_deadline_ends_what_drips(fetch: Fetch, raw: RawServer, head: bytes, drops: bytes) -> None:
    drip(raw, head, drops)  # for 20 seconds
    started = time.monotonic()
    with pytest.raises(CallTimeoutError, match=r"did not respond within the deadline of 0\.5 s") as caught:
        fetch(raw.url, deadline=0.5)
    assert 0.4 < time.monotonic() - started < 3
    assert caught.value.sent is True


def test_the_deadline_holds_between_chunks_for_a_given_client(raw: RawServer) -> None:
    drip(raw, *DRIPPING[0])
    started = time.monotonic()
    with httpx.Client() as http, pytest.raises(CallTimeoutError):
        fetch_sync(raw.url, http_client=http, deadline=0.5)
    assert time.monotonic() - started < 3


@pytest.mark.serial
@fetching
def test_the_deadline_ends_a_call_without_a_response(fetch: Fetch, raw: RawServer) -> None:
    raw.respond(b"", b"", every=5)
    started = time.monotonic()
    with pytest.raises(CallTimeoutError, match="deadline") as caught:
        fetch(raw.url, deadline=0.3)
    assert caught.value.sent is True
    assert time.monotonic() - started < 3


@fetching
def test_nothing_was_sent_if_the_deadline_passed_before(fetch: Fetch) -> None:
    """Listener with a full queue, which accepts no connections."""
    import socket

    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.settimeout(0)
            each.connect_ex(address)
        time.sleep(0.1)
        started = time.monotonic()
        with pytest.raises(CallTimeoutError, match="deadline") as caught:
            fetch(f"http://127.0.0.1:{address[1]}", deadline=0.3)
        assert caught.value.sent is False
        assert time.monotonic() - started < 3
        for each in waiting:
            each.close()


@fetching
def test_a_call_in_time_is_not_disturbed(fetch: Fetch, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body=b"x" * 100_000))
    assert len(fetch(server.url, deadline=20)) == 100_000


def test_the_deadline_is_a_choice_of_each_call(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body=b"", after=0.4))
    with AnyClient(server.url) as client:
        with pytest.raises(CallTimeoutError):
            client.with_options(deadline=0.1).call(GET, None)
        assert client.call(GET, None) == b""
        with pytest.raises(CallTimeoutError):
            client.with_options(timeout=0.1).call(GET, None)


def test_waiting_for_a_connection_counts(server: WireServer, reply: type[Reply]) -> None:
    over = threading.Event()

    def respond(request: ReceivedRequest) -> Reply:
        over.wait(timeout=20)
        return reply(body=b"")

    async def main() -> None:
        async with AnyAsyncClient(server.url) as client:
            server.respond = respond
            busy = [asyncio.create_task(client.call(GET, None)) for _ in range(100)]
            while len(server.requests) < 100:
                await asyncio.sleep(0.01)
            with pytest.raises(CallTimeoutError, match="deadline") as caught:
                await client.with_options(deadline=0.1).call(GET, None)
            assert caught.value.sent is False
            with pytest.raises(CallTimeoutError, match="all connections were busy") as caught:
                await client.with_options(timeout=0.1).call(GET, None)
            assert caught.value.sent is False
            for each in busy:
                each.cancel()

    try:
        asyncio.run(main())
    finally:
        over.set()


# -- Redirects


@fetching
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_at_home_is_followed(fetch: Fetch, server: WireServer, reply: type[Reply], status: int) -> None:
    server.reply(reply(status, b"", headers={"Location": "/y?z=1#f"}), reply(body=b"here"))
    assert fetch(server.url, auth="token") == b"here"
    assert [(request.method, request.target) for request in server.requests] == [("GET", "/x"), ("GET", "/y?z=1")]
    assert server.last.headers["authorization"] == "Bearer token"


@fetching
@pytest.mark.parametrize(
    "location",
    [
        "http://localhost:{port}/y",
        "https://127.0.0.1:{port}/y",
        "http://127.0.0.1:1/y",
        "http://127.0.0.1/y",
        "//other.example/y",
        "http://user:pass@127.0.0.1:{port}/y",
        "http://[broken/y",
        "mailto://user",
        "/a b",
        "",
    ],
)
def test_a_redirect_elsewhere_is_an_error(fetch: Fetch, server: WireServer, reply: type[Reply], location: str) -> None:
    port = server.url.rpartition(":")[2]
    server.reply(reply(302, b"", headers={"Location": location.format(port=port)}))
    with pytest.raises(ApiError, match="302 Found: a redirect"):
        fetch(server.url, auth="token")
    assert len(server.requests) == 1


HOSTILE: Final = [
    *(
        b"http:x",
        b"http:x/y",
        b"http:",
        b"http:///x",
        b"//",
        b"http://[",
        b"http://\xff",
        b"http://a:b",
        b"x:y",
        b"//[",
    ),
    *(
        b"http://a:99999999",
        b"http://xn--a",
        b"http://xn--",
        b"http://a..b/",
        b"http://%zz",
        b"mailto:x",
        b"http:\\\\x",
    ),
    *(b"http://" + b"a" * 70_000, b"?" + b"q" * 70_000, b"\t", b"/\x7f", b"http://1.2.3.4.5/", b"\xff\xfe"),
]


@pytest.mark.parametrize("brought", [False, True], ids=["own", "brought"])
@fetching
def test_no_location_makes_a_redirect_raise_a_foreign_error(
    fetch: Fetch, brought: bool, raw: RawServer, library: ModuleType
) -> None:
    for location in HOSTILE:
        raw.respond(b"HTTP/1.1 302 T\r\nLocation: " + location + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        for operation in (GET, POST):
            given = {}
            if brought:
                given["http_client"] = library.Client() if fetch is fetch_sync else library.AsyncClient()
            with pytest.raises((ApiError, TransportError)) as caught:
                fetch(raw.url, operation, retry=None, **given)
            assert getattr(caught.value, "sent", True), location


@pytest.mark.parametrize("brought", [False, True], ids=["own", "brought"])
@fetching
def test_no_host_makes_a_call_raise_a_foreign_error(fetch: Fetch, brought: bool, library: ModuleType) -> None:
    for host in ("xn--a", "xn--", "a..b", ".", "a" * 70, "a" * 300, "\u202e", "%zz"):
        given = {}
        if brought:
            given["http_client"] = library.Client() if fetch is fetch_sync else library.AsyncClient()
        with pytest.raises((ConnectionFailedError, InvalidArgumentError)):
            fetch(f"http://{host}:1", retry=None, deadline=5, **given)


@fetching
def test_a_post_is_never_redirected(fetch: Fetch, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(307, b"", headers={"Location": "/y"}))
    with pytest.raises(ApiError, match="307"):
        fetch(server.url, POST)
    assert len(server.requests) == 1


@fetching
def test_redirects_do_not_go_round_for_ever(fetch: Fetch, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(302, b"", headers={"Location": "/x"}))
    with pytest.raises(ApiError, match="302"):
        fetch(server.url)
    assert len(server.requests) == 6


# -- Cookies


@fetching
def test_no_cookie_comes_back(fetch: Fetch, server: WireServer, reply: type[Reply]) -> None:
    home = reply(302, b"", headers={"Location": "/y", "Set-Cookie": "session=1; Path=/"})
    server.reply(home, reply(body=b"", headers={"Set-Cookie": "session=2; Path=/"}))
    fetch(server.url)
    assert len(server.requests) == 2
    assert all("cookie" not in request.headers for request in server.requests)


def test_an_async_client_keeps_no_cookies(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body=b"", headers={"Set-Cookie": "session=1; Path=/"}))

    async def main() -> None:
        async with AnyAsyncClient(server.url) as client:
            await client.call(GET, None)
            await client.call(GET, None)

    asyncio.run(main())
    assert all("cookie" not in request.headers for request in server.requests)


# -- Responses that stay open


def request_to(url: str, method: str = "GET", content: Any = None, **more: Any) -> HttpRequest:
    return HttpRequest("test.open", method, f"{url}/x", (), content, **more)


def opening(request: HttpRequest) -> Flow[StreamingResponse]:
    response: StreamingResponse = yield SendStreaming(request)
    return response


def reading(response: StreamingResponse) -> Flow[Any]:
    return (yield ReadResponse(response))


def endless(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"5\r\nhello\r\n")
        time.sleep(0.01)


def test_an_open_response_is_read_as_it_arrives(raw: RawServer) -> None:
    raw.serve = endless
    with AnyClient(raw.url) as client:
        for _ in range(3):
            response = client._driver.run(opening(request_to(raw.url)))
            assert response.status == 200
            chunks: Any = response.chunks
            assert next(chunks)[:5] == b"hello"
            response.close()
            response.close()
            with pytest.raises((StopIteration, TransportError)):
                [next(chunks) for _ in range(100)]
    assert raw.connections == 3


def test_an_open_response_is_read_as_it_arrives_async(raw: RawServer) -> None:
    raw.serve = endless

    async def main() -> None:
        async with AnyAsyncClient(raw.url) as client:
            for _ in range(110):  # more than the pool has connections
                response = await client._driver.run(opening(request_to(raw.url)))
                chunks: Any = response.chunks
                assert (await anext(chunks))[:5] == b"hello"
                await chunks.aclose()
                await chunks.aclose()

    asyncio.run(main())


def test_an_open_response_can_be_read_completely(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(404, b"sorry"))
    with AnyClient(server.url) as client:
        response = client._driver.run(opening(request_to(server.url)))
        assert client._driver.run(reading(response)).content == b"sorry"
        small = client._driver.run(reading(client._driver.run(opening(request_to(server.url, max_bytes=4)))))
        assert (small.content, small.truncated_at) == (b"sorr", 4)
        assert client.call(Operation("t.t", "GET", "/", returns={404: bytes})) == b"sorry"

    async def main() -> None:
        async with AnyAsyncClient(server.url) as client:
            response = await client._driver.run(opening(request_to(server.url)))
            assert (await client._driver.run(reading(response))).content == b"sorry"
            for _ in range(110):  # more than the pool has connections
                small = await client._driver.run(opening(request_to(server.url, max_bytes=4)))
                assert (await client._driver.run(reading(small))).content == b"sorr"

    asyncio.run(main())


# -- Streamed bodies


def content_of(pieces: list[bytes], length: int | None, failure: Exception | None = None) -> StreamedBody:
    def read() -> Iterator[bytes]:
        yield from pieces
        if failure is not None:
            raise failure

    async def read_async() -> Any:
        for piece in read():
            yield piece

    return StreamedBody(length=length, replayable=True, asynchronous=False, open=read, open_async=read_async)


def send_sync(url: str, content: StreamedBody) -> int:
    with AnyClient(url) as client:
        return client._driver.run(opening_whole(request_to(url, "POST", content)))


def send_async(url: str, content: StreamedBody) -> int:
    async def main() -> int:
        async with AnyAsyncClient(url) as client:
            return await client._driver.run(opening_whole(request_to(url, "POST", content)))

    return asyncio.run(main())


def opening_whole(request: HttpRequest) -> Flow[int]:
    opened: StreamingResponse = yield SendStreaming(request)
    response = yield ReadResponse(opened)
    return len(response.content)


sending = pytest.mark.parametrize("send", [send_sync, send_async])


@sending
def test_a_body_of_known_length_streams(send: Any, server: WireServer) -> None:
    send(server.url, content_of([b"ab", b"c"], 3))
    assert (server.last.body, server.last.headers["content-length"]) == (b"abc", "3")
    assert "transfer-encoding" not in server.last.headers


@sending
def test_a_body_of_unknown_length_is_sent_in_chunks(send: Any, raw: RawServer) -> None:
    seen: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        while b"0\r\n\r\n" not in b"".join(seen):
            seen.append(connection.recv(65536))
        connection.sendall(whole(b"ok"))

    raw.serve = serve
    assert send(raw.url, content_of([b"ab", b"c"], None)) == 2
    assert b"transfer-encoding: chunked" in b"".join(seen).lower()
    assert b"content-length" not in b"".join(seen).lower()


@sending
def test_a_source_that_fails_is_not_the_networks_fault(send: Any, raw: RawServer) -> None:
    raw.respond(whole(b""), every=1)
    with pytest.raises(OSError, match="disk on fire") as caught:
        send(raw.url, content_of([b"ab"], None, OSError("disk on fire")))
    assert not isinstance(caught.value, TransportError)
    with pytest.raises(InvalidArgumentError, match="2 bytes, not the 5 that were announced"):
        send(raw.url, content_of([b"ab"], 5))
    with pytest.raises(InvalidArgumentError, match="more than the 1 bytes that were announced"):
        send(raw.url, content_of([b"ab"], 1))


# -- Internals of httpx that the transport needs


def test_the_backend_can_be_installed_below_httpx(library: Any) -> None:
    from taskclients_core.transport.deadline_backend import install_backend

    with library.Client(proxy="http://127.0.0.1:1") as http:
        assert install_backend(http)


def test_a_deadline_tries_every_address(raw: RawServer) -> None:
    raw.respond(whole(b"here"))
    assert fetch_sync(f"http://localhost:{raw.port}", deadline=5) == b"here"
    with pytest.raises(ConnectionFailedError):
        fetch_sync("http://no-such-host.invalid", deadline=5)


def resolving(monkeypatch: pytest.MonkeyPatch, seconds: float) -> list[str]:
    """Make name lookups slow and resolve all names to this machine; return the names that were resolved."""
    import socket

    real, checked = socket.getaddrinfo, list[str]()

    def getaddrinfo(name: Any, *rest: Any, **more: Any) -> Any:
        checked.append(str(name))
        time.sleep(seconds)
        return real("127.0.0.1", *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return checked


def test_the_deadline_ends_a_dns_lookup(raw: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    raw.respond(whole(b"here"))
    resolving(monkeypatch, 10)
    started = time.monotonic()
    with pytest.raises(CallTimeoutError, match=r"within the deadline of 0\.3 s") as caught:
        fetch_sync(f"http://slow.example:{raw.port}", deadline=0.3)
    assert time.monotonic() - started < 5
    assert caught.value.sent is False
    assert raw.connections == 0


def test_only_names_are_resolved_and_only_to_connect(raw: RawServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def serve(connection: socket.socket) -> None:
        while connection.recv(65536):
            connection.sendall(whole(b"here"))

    raw.serve = serve
    checked = resolving(monkeypatch, 0)
    threads: list[str] = []
    start = threading.Thread.start

    def recording(thread: threading.Thread) -> None:
        threads.append(thread.name)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", recording)
    with AnyClient(f"http://some.example:{raw.port}", deadline=20) as client:
        assert [client.call(GET, None) for _ in range(3)] == [b"here"] * 3
    assert [name for name in threads if name.startswith("look up")] == ["look up some.example"]
    assert checked[0] == "some.example"
    assert fetch_sync(raw.url, deadline=20) == b"here"
    assert len([name for name in threads if name.startswith("look up")]) == 1


@fetching
@pytest.mark.parametrize("deadline", [None, 20])
@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..example", "no-such-host.invalid"])
def test_a_name_that_cannot_be_one_is_nowhere(fetch: Fetch, host: str, deadline: float | None) -> None:
    with pytest.raises(ConnectionFailedError, match=f"cannot connect to (http://)?{host} ") as caught:
        fetch(f"http://{host}", deadline=deadline)
    assert caught.value.sent is False


# -- Connections that the server closes


class ImpatientServer:
    """Server that closes a connection when its second request arrives, as if the idle time had just ended."""

    def __init__(self, raw: RawServer) -> None:
        self.requests: list[bytes] = []
        raw.serve = self.serve

    def serve(self, connection: socket.socket) -> None:
        self.requests.append(connection.recv(65536))
        connection.sendall(whole(b"here"))
        self.requests.append(connection.recv(65536))


PUT: Final = Operation("test.put", "PUT", "/x", returns=bytes)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_a_get_is_sent_again_if_its_old_connection_was_closed(raw: RawServer, method: str, asynchronous: bool) -> None:
    server = ImpatientServer(raw)
    second = {"GET": GET, "POST": POST, "PUT": PUT}[method]
    events: list[str] = []
    options: dict[str, Any] = {"on_event": lambda event: events.append(event.kind), "deadline": 20}

    async def main() -> bytes:
        async with AnyAsyncClient(raw.url, **options) as client:
            await client.call(GET, None)
            return await client.call(second, *(None for _ in second.parameters))

    def work() -> bytes:
        if asynchronous:
            return asyncio.run(main())
        with AnyClient(raw.url, **options) as client:
            client.call(GET, None)
            return client.call(second, *(None for _ in second.parameters))

    if method == "GET":
        assert work() == b"here"
        assert len(server.requests) >= 3
        assert events.count("request") == 3
        assert "retry" not in events
    else:
        with pytest.raises(TransportError, match="no usable response") as caught:
            work()
        assert caught.value.sent
        assert raw.connections == 1


@fetching
def test_a_get_on_a_new_connection_is_not_sent_again(fetch: Fetch, raw: RawServer) -> None:
    raw.respond()
    with pytest.raises(TransportError) as caught:
        fetch(raw.url)
    assert (len(caught.value.attempts), raw.connections) == (1, 1)


# -- Event loops

dropping_sockets = pytest.mark.filterwarnings(
    # Connections of a closed event loop can be dropped, but not closed.
    "ignore::pytest.PytestUnraisableExceptionWarning",
    "ignore::ResourceWarning",
)


@dropping_sockets
def test_a_client_serves_one_event_loop_after_another(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body=b"here"))
    client = AnyAsyncClient(server.url)

    async def main() -> list[bytes]:
        return await asyncio.gather(*[client.call(GET, None) for _ in range(150)])  # more than the pool has connections

    for _ in range(3):
        assert asyncio.run(main()) == [b"here"] * 150
    asyncio.run(client.aclose())
    gc.collect()


@dropping_sockets
def test_connections_of_another_event_loop_do_not_count(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body=b"here"))
    client = AnyAsyncClient(server.url)

    async def leave_open() -> Any:
        return [await client._driver.run(opening(request_to(server.url))) for _ in range(100)]

    left = asyncio.run(leave_open())

    async def main() -> bytes:
        return await client.with_options(timeout=5).call(GET, None)

    assert asyncio.run(main()) == b"here"
    left.clear()
    asyncio.run(client.aclose())
    gc.collect()


# -- Cookies of the caller's httpx client


def test_the_error_of_an_invalid_cookie_names_the_remedy(raw: RawServer) -> None:
    raw.respond(whole(b"here", b"Set-Cookie: \xff=1; Path=/", b"Connection: close"))
    with httpx.Client() as http, AnyClient(raw.url, http_client=http) as client:
        assert client.call(GET, None) == b"here"
        with pytest.raises(InvalidArgumentError, match=r"test\.get: .* call http_client\.cookies\.clear\(\)"):
            client.call(GET, None)
        http.cookies.clear()
        assert client.call(GET, None) == b"here"


def test_an_operation_may_take_the_body_in_binary(server: WireServer) -> None:
    upload: Operation[None] = Operation("test.upload", "POST", "/x", body=Binary("application/octet-stream"))
    with AnyClient(server.url, deadline=20) as client:
        client.call(upload, body=b"x" * 300_000)
    assert len(server.last.body) == 300_000


def test_a_dropped_request_is_not_retried_by_default(server: WireServer) -> None:
    def respond(request: ReceivedRequest) -> Reply | None:
        return None

    server.respond = respond
    with pytest.raises(TransportError):
        fetch_sync(server.url, deadline=5)
    assert len(server.requests) == 1
