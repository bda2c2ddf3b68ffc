"""Streamed request bodies: bytes on the wire, memory, and values that cannot be sent."""

from __future__ import annotations

import asyncio
import gzip
import io
import os
import tempfile
import threading
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from attrs import define

from taskclients_core import (
    Api,
    ApiError,
    AsyncClient,
    Binary,
    Client,
    InvalidArgumentError,
    Multipart,
    Operation,
    RetryPolicy,
    TransportError,
    Upload,
)
from taskclients_core.request.bodies import CHUNK_SIZE

if TYPE_CHECKING:
    import socket

    from tests.raw_server import RawServer
    from tests.unit.conftest import ReceivedRequest, Reply, WireServer

SEND: Final = Operation("test.send", "PUT", "/x", body=Binary())
SEND_FORM: Final = Operation("test.send_form", "POST", "/x", body=Multipart(Any))
DATA: Final = bytes(range(256)) * 1000  # 250 KiB: four chunks


class AnyClient(Client):
    api = Api("test")


class AnyAsyncClient(AsyncClient):
    api = Api("test")


def send_sync(url: str, operation: Operation[Any], body: object) -> None:
    with AnyClient(url) as client:
        client.call(operation, body=body)


def send_async(url: str, operation: Operation[Any], body: object) -> None:
    async def main() -> None:
        async with AnyAsyncClient(url) as client:
            await client.call(operation, body=body)

    asyncio.run(main())


Sender = Callable[[str, Operation[Any], object], None]
both = pytest.mark.parametrize("send", [send_sync, send_async])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "goods.xlsx"
    found.write_bytes(DATA)
    return found


async def pieces_async() -> AsyncIterator[bytes]:
    for start in range(0, len(DATA), 1000):
        yield DATA[start : start + 1000]
        yield b""


def pieces() -> Iterator[bytes]:
    for start in range(0, len(DATA), 1000):
        yield DATA[start : start + 1000]
        yield b""


class Again:
    """An iterable that can be read again."""

    def __iter__(self) -> Iterator[bytes]:
        return pieces()


# -- Content


@both
@pytest.mark.parametrize("wrap", [lambda content: content, Upload])
@pytest.mark.parametrize("kind", ["bytes", "memoryview", "BytesIO", "path", "file", "unbuffered", "list"])
def test_content_of_known_size_is_announced(server: WireServer, send: Sender, kind: str, wrap: Any, path: Path) -> None:
    with path.open("rb") as file, path.open("rb", buffering=0) as unbuffered:
        given: dict[str, Any] = {
            "bytes": DATA,
            "memoryview": memoryview(DATA),
            "BytesIO": io.BytesIO(DATA),
            "path": path,
            "file": file,
            "unbuffered": unbuffered,
            "list": [DATA[:10], b"", DATA[10:]],
        }
        send(server.url, SEND, wrap(given[kind]))
        assert not file.closed
    assert server.last.body == DATA
    assert server.last.headers["content-length"] == str(len(DATA))
    assert "transfer-encoding" not in server.last.headers


@both
@pytest.mark.parametrize("kind", ["generator", "iterable", "gzip", "pipe"])
def test_content_of_unknown_size_is_sent_in_chunks(server: WireServer, send: Sender, kind: str, path: Path) -> None:
    if kind == "pipe":
        reading, writing = os.pipe()

        def write() -> None:
            with os.fdopen(writing, "wb") as end:
                end.write(DATA)

        writer = threading.Thread(target=write)
        writer.start()
        with os.fdopen(reading, "rb") as file:
            send(server.url, SEND, file)
        writer.join()
    elif kind == "gzip":
        packed = path.with_suffix(".gz")
        packed.write_bytes(gzip.compress(DATA))
        with gzip.open(packed) as unpacked:
            send(server.url, SEND, unpacked)
    else:
        send(server.url, SEND, pieces() if kind == "generator" else Again())
    assert server.last.body == DATA


@pytest.mark.parametrize("wrap", [lambda content: content, Upload])
def test_an_asynchronous_iterable_is_for_asynchronous_clients(server: WireServer, wrap: Any) -> None:
    send_async(server.url, SEND, wrap(pieces_async()))
    assert server.last.body == DATA
    assert server.last.headers["transfer-encoding"] == "chunked"
    with pytest.raises(
        InvalidArgumentError, match="an asynchronous iterable can only be sent by an asynchronous client"
    ):
        send_sync(server.url, SEND, wrap(pieces_async()))
    assert len(server.requests) == 1


@both
def test_a_file_is_read_from_where_it_stands(server: WireServer, send: Sender, path: Path) -> None:
    with path.open("rb") as file:
        file.seek(1000)
        send(server.url, SEND, file)
        assert server.last.body == DATA[1000:]
        send(server.url, SEND, file)
        assert server.last.body == b""
        assert server.last.headers["content-length"] == "0"


@both
def test_a_temporary_file_is_a_file(server: WireServer, send: Sender) -> None:
    with tempfile.NamedTemporaryFile() as named, tempfile.SpooledTemporaryFile() as spooled:
        for file in (named, spooled):
            file.write(DATA)
            file.seek(0)
            send(server.url, SEND, file)
            assert server.last.body == DATA


# -- multipart


def parts(request: ReceivedRequest) -> list[tuple[Any, Any, Any]]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = message_from_bytes(head + request.body)
    assert not message.defects
    return [
        (part.get_param("name", header="content-disposition"), part.get_filename(), part.get_payload(decode=True))
        for part in message.walk()
        if part is not message
    ]


@both
def test_multipart_of_known_size_is_announced(server: WireServer, send: Sender, path: Path) -> None:
    with path.open("rb") as file:
        form = {
            "title": "Goods",
            "large": DATA,
            "path": path,
            "file": file,
            "named": Upload(path, "other.bin"),
            "list": Upload([b"a", b"b"]),
        }
        send(server.url, SEND_FORM, form)
    assert parts(server.last) == [
        ("title", None, b"Goods"),
        ("large", "large", DATA),
        ("path", "goods.xlsx", DATA),
        ("file", "goods.xlsx", DATA),
        ("named", "other.bin", DATA),
        ("list", "list", b"ab"),
    ]
    assert server.last.headers["content-length"] == str(len(server.last.body))


@both
def test_multipart_of_unknown_size_is_sent_in_chunks(server: WireServer, send: Sender) -> None:
    send(server.url, SEND_FORM, {"title": "Goods", "rows": Upload(pieces(), "rows.csv")})
    assert parts(server.last) == [("title", None, b"Goods"), ("rows", "rows.csv", DATA)]
    assert server.last.headers["transfer-encoding"] == "chunked"


def test_multipart_takes_asynchronous_iterables(server: WireServer) -> None:
    send_async(server.url, SEND_FORM, {"rows": Upload(pieces_async())})
    assert parts(server.last) == [("rows", "rows", DATA)]


# -- progress


@both
@pytest.mark.parametrize("kind", ["bytes", "path", "generator"])
def test_progress_is_reported_after_each_chunk(server: WireServer, send: Sender, kind: str, path: Path) -> None:
    reported: list[tuple[int, int | None]] = []
    threads: set[int] = set()

    def on_progress(sent: int, total: int | None) -> None:
        reported.append((sent, total))
        threads.add(threading.get_ident())

    content: Any = {"bytes": DATA, "path": path, "generator": pieces()}[kind]
    total = None if kind == "generator" else len(DATA)
    step = 1000 if kind == "generator" else CHUNK_SIZE
    send(server.url, SEND, Upload(content, on_progress=on_progress))
    assert reported == [(min(sent, len(DATA)), total) for sent in range(step, len(DATA) + step, step)]
    assert threads == {threading.get_ident()}, "progress is reported in the calling thread, not in a worker"


@both
def test_progress_counts_one_file_of_a_form(server: WireServer, send: Sender, path: Path) -> None:
    reported: list[int] = []
    form = {"other": DATA, "file": Upload(path, on_progress=lambda sent, total: reported.append(sent)), "more": path}
    send(server.url, SEND_FORM, form)
    assert reported[-1] == len(DATA)
    assert len(reported) == 4


class AsyncFile:
    """Read method of an asynchronous file library."""

    def __init__(self) -> None:
        self._pieces = [b"ab", b"c"]

    async def read(self, size: int = -1) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while piece := await self.read():
            yield piece


def test_a_file_that_is_read_asynchronously(server: WireServer, reply: type[Reply]) -> None:
    send_async(server.url, SEND, AsyncFile())
    assert server.last.body == b"abc"
    with pytest.raises(InvalidArgumentError, match="only be sent by an asynchronous client"):
        send_sync(server.url, SEND, AsyncFile())
    server.reply(reply(503))

    async def main() -> None:
        async with AnyAsyncClient(server.url, retry=RetryPolicy(base=0)) as client:
            await client.call(SEND, body=AsyncFile())

    with pytest.raises(ApiError) as caught:  # it can be read once, so it is not sent again
        asyncio.run(main())
    assert [each.stopped for each in caught.value.attempts] == ["body"]


@both
def test_a_sync_client_refuses_an_async_progress_callback(server: WireServer, send: Sender, path: Path) -> None:
    async def on_progress(sent: int, total: int | None) -> None: ...

    with pytest.raises(InvalidArgumentError, match="on_progress: expected a function that is not async"):
        send(server.url, SEND, Upload(path, on_progress=on_progress))  # type: ignore[arg-type]
    assert server.requests == []


@both
def test_what_progress_raises_ends_the_call(server: WireServer, send: Sender, path: Path) -> None:
    def on_progress(sent: int, total: int | None) -> None:
        raise ZeroDivisionError("enough")

    with pytest.raises(ZeroDivisionError, match="enough"):
        send(server.url, SEND, Upload(path, on_progress=on_progress))


# -- Values that cannot be sent


@both
def test_what_cannot_be_sent_is_refused_before_anything_is(server: WireServer, send: Sender, path: Path) -> None:
    used = pieces()
    list(used)
    with (
        path.open() as text,
        path.with_name("new").open("wb") as writing,
        tempfile.NamedTemporaryFile("w+") as text_too,
        path.open("rb") as closed,
    ):
        closed.close()
        refused: list[tuple[object, str]] = [
            (text, r"must be open for reading bytes \('rb'\)"),
            (text_too, r"must be open for reading bytes \('rb'\)"),
            (io.StringIO("a"), r"must be open for reading bytes \('rb'\)"),
            (writing, r"must be open for reading bytes \('rb'\)"),
            (closed, r"must be open for reading bytes \('rb'\)"),
            (path.parent, "it is a folder"),
            (path.with_name("missing.xlsx"), r"cannot send 'missing\.xlsx': No such file"),
            (Upload("goods.xlsx"), "not str"),  # type: ignore[arg-type]
            (Upload(7), "not int"),  # type: ignore[arg-type]
            (["a"], "pieces of bytes, not str"),
            (used, "is exhausted"),
        ]
        for content, message in refused:
            with pytest.raises(InvalidArgumentError, match=message):
                send(server.url, SEND, content)
    assert server.requests == []


@both
def test_an_item_that_is_no_bytes_ends_the_call(server: WireServer, send: Sender) -> None:
    with pytest.raises(InvalidArgumentError, match="pieces of bytes, not str; what came before it may have been sent"):
        send(server.url, SEND, (item for item in [b"a", "b"]))


@both
def test_an_error_of_the_source_is_not_disguised(server: WireServer, send: Sender) -> None:
    def broken() -> Iterator[bytes]:
        yield b"a"
        raise ZeroDivisionError("theirs")

    with pytest.raises(ZeroDivisionError, match="theirs"):
        send(server.url, SEND, broken())


@both
def test_a_file_that_shrinks_is_an_error(server: WireServer, send: Sender, path: Path) -> None:
    def on_progress(sent: int, total: int | None) -> None:
        os.truncate(path, CHUNK_SIZE)

    with pytest.raises(TransportError, match="became shorter"):
        send(server.url, SEND, Upload(path, on_progress=on_progress))


@both
def test_a_file_that_grows_is_sent_as_it_was(server: WireServer, send: Sender, path: Path) -> None:
    def on_progress(sent: int, total: int | None) -> None:
        with path.open("ab") as file:
            file.write(b"more")

    send(server.url, SEND, Upload(path, on_progress=on_progress))
    assert server.last.body == DATA


# -- Memory

HUGE: Final = 32 * 1024 * 1024


@define
class Sink:
    """Server that counts the bytes and drops them."""

    received: int = 0
    announced: str | None = None

    def serve(self, connection: socket.socket) -> None:
        stream = connection.makefile("rb")
        headers: dict[bytes, bytes] = {}
        stream.readline()
        while (line := stream.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            headers[name.lower()] = value.strip()
        if b"content-length" in headers:
            self.announced = headers[b"content-length"].decode()
            self._drop(stream, int(self.announced))
        else:
            while size := int(stream.readline(), 16):
                self._drop(stream, size)
                stream.readline()
            stream.readline()
        connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

    def _drop(self, stream: Any, size: int) -> None:
        while size:
            piece = stream.read(min(size, CHUNK_SIZE))
            if not piece:
                return
            size -= len(piece)
            self.received += len(piece)


@pytest.mark.large
@both
@pytest.mark.parametrize("kind", ["path", "file", "generator"])
@pytest.mark.parametrize("operation", [SEND, SEND_FORM], ids=["binary", "multipart"])
def test_a_huge_file_is_never_in_memory(
    raw: RawServer, send: Sender, kind: str, operation: Operation[Any], tmp_path: Path
) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(HUGE)  # sparse: it uses no disk space
    raw.serve = Sink().serve
    send(raw.url, SEND, b"warm")
    sink = Sink()
    raw.serve = sink.serve
    with path.open("rb") as file:
        content: Any = {"path": path, "file": file, "generator": iter(lambda: file.read(CHUNK_SIZE), b"")}[kind]
        tracemalloc.start()
        try:
            before, _ = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            send(raw.url, operation, {"file": Upload(content)} if operation is SEND_FORM else content)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert HUGE <= sink.received < HUGE + 1000
    assert sink.announced == (None if kind == "generator" else str(sink.received))
    assert peak - before < 8 * 1024 * 1024
