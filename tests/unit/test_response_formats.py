"""Responses in formats other than JSON: the Accept header, decoding, streamed rows, and invalid bodies."""

from __future__ import annotations

import asyncio
import gc
import itertools
from collections.abc import Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated, Any, Final

import pytest
from attrs import define

from taskclients_core import (
    Api,
    AsyncClient,
    Client,
    DecodeError,
    Event,
    InvalidArgumentError,
    NotFoundError,
    Operation,
    Query,
    ResponseTooLargeError,
    RetryPolicy,
    TransportError,
)
from taskclients_core.model import SECRET
from taskclients_core.transport.sync_driver import SyncDriver

if TYPE_CHECKING:
    from tests.raw_server import RawServer
    from tests.unit.conftest import Reply, WireServer


@define(kw_only=True)
class Task:
    name: str
    percentage: int


@define(kw_only=True)
class Problem:
    code: str
    details: list[str] | None = None


LIST: Final = Operation(
    "test.list_tasks", "GET", "/tasks", parameters=(Query("kind", str),), returns=list[Task], errors={404: Problem}
)
GET: Final = Operation("test.get_task", "GET", "/task", returns=Task, media_types=("text/jsonl",))
FILE: Final = Operation("test.get_file", "GET", "/file", returns=bytes)
SECRET_TEXT: Final[Operation[str]] = Operation("test.get_token", "GET", "/token", returns=Annotated[str, SECRET])
API: Final = Api("test", media_types=("application/json", "text/csv", "text/jsv"))


def list_tasks(client: Client, *, kind: str | None = None) -> list[Task]:
    return client.call(LIST, kind)


async def list_tasks_async(client: AsyncClient, *, kind: str | None = None) -> list[Task]:
    return await client.call(LIST, kind)


class Tasks(Client):
    api = API
    list_tasks = list_tasks

    def get_task(self) -> Task:
        return self.call(GET)

    def get_file(self) -> bytes:
        return self.call(FILE)


class AsyncTasks(AsyncClient):
    api = API
    list_tasks = list_tasks_async


CSV: Final = {"Content-Type": "text/csv"}
TABLE: Final = b"Name,Percentage\r\na,1\r\nb,2\r\n"
ROWS: Final = [Task(name="a", percentage=1), Task(name="b", percentage=2)]


@pytest.fixture
def client(server: WireServer) -> Iterator[Tasks]:
    with Tasks(server.url) as found:
        yield found


def vars_of(task: Task) -> tuple[object, ...]:
    return task.name, task.percentage


def deviating(events: list[Event]) -> list[Event]:
    return [event for event in events if event.kind == "deviation"]


# -- Accept headers and decoding -------------------------------------------------------------------------------------


def test_the_selected_media_type_is_requested_and_read(client: Tasks, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body=TABLE, headers=CSV))
    assert client.with_options(media_type="text/csv").list_tasks() == ROWS
    assert server.last.headers["accept"] == "text/csv"
    server.reply(reply(body=b"[{name:a,percentage:1},{name:b,percentage:2}]"))
    assert client.with_options(media_type="Text/JSV").list_tasks() == ROWS
    assert server.last.headers["accept"] == "text/jsv"
    server.reply(reply(body=[{"name": "a", "percentage": 1}]))
    assert client.list_tasks() == ROWS[:1]
    assert server.last.headers["accept"] == "application/json"


def test_a_client_may_choose_for_all_of_its_calls(server: WireServer, reply: type[Reply]) -> None:
    with Tasks(server.url, media_type="text/csv") as client:
        server.reply(reply(body=TABLE, headers=CSV))
        assert client.list_tasks() == ROWS
        server.reply(reply(body=b"\x00"))
        assert client.get_file() == b"\x00"
        assert server.last.headers["accept"] == "*/*"


def test_an_operation_may_have_more_than_its_api(client: Tasks, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body=b'{"name":"a","percentage":1}\n', headers={"Content-Type": "text/jsonl"}))
    assert client.with_options(media_type="text/jsonl").get_task() == ROWS[0]
    with pytest.raises(
        InvalidArgumentError, match="expected one of application/json, text/csv, text/jsv, got 'text/jsonl'"
    ):
        client.with_options(media_type="text/jsonl").list_tasks()


def test_xml_is_refused_by_name(client: Tasks, server: WireServer) -> None:
    with pytest.raises(InvalidArgumentError, match="XML is not supported; use one of application/json"):
        client.with_options(media_type="application/xml").list_tasks()
    assert server.requests == []


def test_json_instead_of_the_requested_type_is_read_and_reported(
    client: Tasks, server: WireServer, reply: type[Reply]
) -> None:
    for headers in ({"Content-Type": "application/json"}, CSV, {}):
        events: list[Event] = []
        server.reply(reply(body=b'[{"name":"a","percentage":1}]', headers=headers))
        assert client.with_options(media_type="text/csv", on_event=events.append).list_tasks() == ROWS[:1]
        (event,) = deviating(events)
        assert (event.operation, event.path, event.detail) == ("test.list_tasks", "$", "expected CSV, found JSON")


def test_errors_come_in_the_chosen_format_too(client: Tasks, server: WireServer, reply: type[Reply]) -> None:
    for headers, body in ((CSV, b'code,details\r\nGone,"[a,b]"\r\n'), ({}, b'{"code":"Gone","details":["a","b"]}')):
        server.reply(reply(404, body=body, headers=headers))
        with pytest.raises(NotFoundError) as caught:
            client.with_options(media_type="text/csv").list_tasks()
        assert caught.value.body == Problem(code="Gone", details=["a", "b"])


# -- Lenient --------------------------------------------------------------------------------------------------------


def test_what_breaks_a_promise_is_refused_unless_the_caller_is_lenient(
    client: Tasks, server: WireServer, reply: type[Reply]
) -> None:
    server.reply(reply(body=[{"name": None, "percentage": "7"}]))
    with pytest.raises(DecodeError, match=r"expected str, found null at \$\[0\]\.name"):
        client.list_tasks()
    events: list[Event] = []
    (task,) = client.with_options(lenient=True, on_event=events.append).list_tasks()
    assert vars_of(task) == (None, 7)
    assert [(event.operation, event.path, event.detail) for event in deviating(events)] == [
        ("test.list_tasks", "$[0].name", "expected str, found null"),
        ("test.list_tasks", "$[0].percentage", "expected int, found text"),
    ]


# -- Rows -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("text/csv", TABLE),
        ("text/jsv", b"[{name:a,percentage:1},{name:b,percentage:2}]"),
        (None, b'[{"name":"a","percentage":1},{"name":"b","percentage":2}]'),
    ],
)
def test_rows_one_by_one(
    client: Tasks, server: WireServer, reply: type[Reply], media_type: str | None, body: bytes
) -> None:
    server.reply(reply(body=body, headers={"Content-Type": media_type or "application/json"}))
    rows = client.with_options(media_type=media_type).stream(client.list_tasks, kind="x")
    assert server.requests == []
    assert list(rows) == ROWS
    assert server.last.query == "kind=x"


def test_rows_asynchronously(server: WireServer, reply: type[Reply]) -> None:
    async def run() -> list[Task]:
        async with AsyncTasks(server.url, media_type="text/csv") as client:
            async with aclosing(client.stream(client.list_tasks)) as rows:
                first = await anext(rows)
            return [first, *[row async for row in client.stream(client.list_tasks)]]

    server.reply(reply(body=TABLE, headers=CSV))
    assert asyncio.run(run()) == [ROWS[0], *ROWS]


def test_a_row_that_cannot_be_read_comes_after_those_before_it(
    client: Tasks, server: WireServer, reply: type[Reply]
) -> None:
    server.reply(reply(body=TABLE + b"c\r\n", headers=CSV))
    rows = client.with_options(media_type="text/csv").stream(client.list_tasks)
    assert [next(rows), next(rows)] == ROWS
    with pytest.raises(DecodeError, match=r"test\.list_tasks: expected 2 cells, found 1 cell at row 3") as caught:
        next(rows)
    assert caught.value.status == 200
    assert b"c\r\n" in caught.value.raw


def test_an_empty_body_of_lines_has_no_rows(server: WireServer, reply: type[Reply]) -> None:
    class Lines(Tasks):
        api = Api("test", media_types=("application/json", "application/jsonl", "text/jsv"))

    with Lines(server.url, media_type="application/jsonl") as client:
        for response in (reply(body=b"", headers={"Content-Type": "application/jsonl"}), reply(204, body=b"")):
            server.reply(response)
            assert client.list_tasks() == []
            assert list(client.stream(client.list_tasks)) == []
            for refusing in (client.with_options(media_type="text/jsv"), client.with_options(media_type=None)):
                if response.status == 200:
                    server.reply(reply(body=b"", headers={"Content-Type": "text/jsv"}))
                with pytest.raises(DecodeError, match=r"expected list\[Task\], found no content"):
                    refusing.list_tasks()
                with pytest.raises(DecodeError, match=r"expected list\[Task\], found no content"):
                    list(refusing.with_options(lenient=True).stream(client.list_tasks))
                server.reply(response)


def test_json_rows_over_the_cap_are_too_large(client: Tasks, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body=[{"name": "a"}] * 1000))
    with pytest.raises(
        ResponseTooLargeError, match=r"^test\.list_tasks: .* more than the 1000 bytes that max"
    ) as caught:
        next(client.with_options(max_response_bytes=1000).stream(client.list_tasks))
    assert (caught.value.operation, caught.value.status, caught.value.limit) == ("test.list_tasks", 200, 1000)
    assert caught.value.raw.startswith(b'[{"name": "a"}, ')
    assert len(caught.value.raw) == 1000


def test_an_error_instead_of_rows(client: Tasks, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(404, body={"code": "Gone"}))
    with pytest.raises(NotFoundError) as caught:
        next(client.stream(client.list_tasks))
    assert caught.value.body == Problem(code="Gone")


def test_rows_are_of_methods_that_return_lists(client: Tasks, server: WireServer) -> None:
    wrong: Any
    for wrong in (client.get_task, client.get_file):
        with pytest.raises(InvalidArgumentError, match="has no rows, as it returns no list"):
            next(client.stream(wrong))
    with pytest.raises(InvalidArgumentError, match="expected a method of a client"):
        client.stream(lambda: [1])
    assert server.requests == []


def test_a_dropped_stream_releases_its_connection(
    client: Tasks, server: WireServer, reply: type[Reply], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SyncDriver, "connections", 10)
    server.reply(reply(body=b"name,percentage\r\n" + b"a,1\r\n" * 200_000, headers=CSV))
    table = client.with_options(media_type="text/csv")
    # With all ten connections leaked, the next call would block for ever.
    for _ in range(12):
        assert next(table.stream(client.list_tasks)) == ROWS[0]
        gc.collect(0)


class Rows:
    """Reads rows through a sync or async client, and records the events."""

    def __init__(self, mode: str, url: str, **options: Any) -> None:
        self.mode, self.url = mode, url
        self.options: dict[str, Any] = {"media_type": "text/csv", **options}
        self.events: list[Event] = []
        self.rows: list[Task] = []

    def read(self, most: int | None = None) -> list[Task]:
        if self.mode == "sync":
            with Tasks(self.url, on_event=self.events.append, **self.options) as client:
                rows = client.stream(client.list_tasks)
                self.rows += itertools.islice(rows, most)
                rows.close()
        else:
            asyncio.run(self._read(most))
        return self.rows

    async def _read(self, most: int | None) -> None:
        async with (
            AsyncTasks(self.url, on_event=self.events.append, **self.options) as client,
            aclosing(client.stream(client.list_tasks)) as rows,
        ):
            while most is None or len(self.rows) < most:
                try:
                    self.rows.append(await anext(rows))
                except StopAsyncIteration:
                    return

    @property
    def kinds(self) -> list[str]:
        return [event.kind for event in self.events]


modes: Final = pytest.mark.parametrize("mode", ["sync", "async"])


@modes
@pytest.mark.parametrize("most", [None, 1])
def test_a_call_for_rows_ends_with_the_last_that_is_wanted(
    server: WireServer, reply: type[Reply], mode: str, most: int | None
) -> None:
    server.reply(reply(body=TABLE, headers=CSV))
    reading = Rows(mode, server.url)
    assert reading.read(most) == ROWS[:most]
    assert reading.kinds == ["call", "request", "response", "success"]


@modes
def test_a_streaming_call_ends_with_its_last_row(server: WireServer, reply: type[Reply], mode: str) -> None:
    server.reply(reply(body=TABLE, headers=CSV))
    events: list[Event] = []

    async def run() -> None:
        async with (
            AsyncTasks(server.url, media_type="text/csv", on_event=events.append) as client,
            aclosing(client.stream(client.list_tasks)) as rows,
        ):
            await anext(rows)
            assert [event.kind for event in events] == ["call", "request", "response"]

    if mode == "async":
        asyncio.run(run())
    else:
        with Tasks(server.url, media_type="text/csv", on_event=events.append) as client:
            rows = client.stream(client.list_tasks)
            next(rows)
            assert [event.kind for event in events] == ["call", "request", "response"]
            rows.close()
    assert [event.kind for event in events][3:] == ["success"]
    assert len({event.call for event in events}) == 1


@modes
def test_a_call_for_rows_that_break_off_has_failed(raw: RawServer, mode: str) -> None:
    raw.respond(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 1000\r\n\r\n" + TABLE)
    reading = Rows(mode, raw.url)
    with pytest.raises(TransportError) as caught:
        reading.read()
    assert reading.rows == ROWS
    assert reading.kinds == ["call", "request", "response", "failure"]
    assert [(each.status, each.error) for each in caught.value.attempts] == [(200, "TransportError")]
    assert caught.value.status == 200


@modes
def test_an_undecodable_stream_is_a_failed_call(server: WireServer, reply: type[Reply], mode: str) -> None:
    server.reply(reply(503), reply(body=TABLE + b"c\r\n", headers=CSV))
    reading = Rows(mode, server.url, retry=RetryPolicy(base=0))
    with pytest.raises(DecodeError) as caught:
        reading.read()
    assert reading.kinds[-2:] == ["response", "failure"]
    assert (reading.events[-1].detail, reading.events[-1].attempt) == ("DecodeError", 2)
    assert [each.status for each in caught.value.attempts] == [503, 200]


@modes
def test_rows_in_a_format_that_cannot_hold_them(server: WireServer, reply: type[Reply], mode: str) -> None:
    """A client holds 100 connections at most: if they were not returned, this would wait long for one."""
    words: Operation[list[str]] = Operation("test.list_words", "GET", "/words", returns=list[str])
    server.reply(reply(body=b"a,b\r\n" * 10_000, headers=CSV))
    error = r"test\.list_words: expected list\[str\], found CSV \(text/csv\) at \$"

    async def run() -> None:
        async with AsyncTasks(server.url) as client:

            async def list_words() -> list[str]:
                return await client.call(words)

            for _ in range(103):
                with pytest.raises(DecodeError, match=error):
                    await anext(client.stream(list_words))

    if mode == "async":
        asyncio.run(run())
    else:
        with Tasks(server.url) as client:
            for _ in range(103):
                with pytest.raises(DecodeError, match=error) as caught:
                    next(client.stream(lambda: client.call(words)))
                assert caught.value.status == 200


# -- Invalid bodies --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("media_type", "body", "path", "found"),
    [
        (None, b"<!doctype html><html></html>", "$", "text/html"),
        (None, b'[{"name":"a","percent', "$", "malformed text"),
        (None, '[{"name":"é","percentage":1}]'.encode("latin-1"), "$", "malformed text"),
        (None, '[{"name":"é","percentage":1}]'.encode("utf-16"), "$", "malformed text"),
        (None, b'[{"name":"a","percentage":NaN}]', "$", "malformed text"),
        (None, b'[{"name":"a","percentage":1e400}]', "$[0].percentage", "float 1e400"),
        (None, b"[" * 1_000_000, "$", ""),
        ("text/csv", b"<!doctype html><html></html>", "$", "text/html"),
        ("text/csv", b"name,percentage\r\na", "row 1", "1 cell"),
        ("text/csv", b'name,percentage\r\n"a,1\r\n', "row 1, column 'name'", "unclosed quote"),
        ("text/csv", "name,percentage\r\né,1\r\n".encode("latin-1"), "row 1, column 'name'", "malformed text (0xe9)"),
        ("text/csv", b"name,percentage,Name\r\n", "header, column 'Name'", "two of this name"),
        ("text/csv", b"[" * 1_000_000, "$", ""),
        ("text/jsv", b"[" * 1_000_000, "$", "text nested too deeply"),
    ],
)
def test_a_body_that_is_not_what_was_promised(
    client: Tasks, server: WireServer, reply: type[Reply], media_type: str | None, body: bytes, path: str, found: str
) -> None:
    label = "text/html" if body.startswith(b"<") else media_type or "application/json"
    server.reply(reply(body=body, headers={"Content-Type": label}))
    with pytest.raises(DecodeError) as caught:
        client.with_options(media_type=media_type).list_tasks()
    error = caught.value
    assert (error.operation, error.status, error.raw, error.path) == ("test.list_tasks", 200, body, path)
    assert found in error.found


def test_a_byte_order_mark_is_no_harm(client: Tasks, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body=b'\xef\xbb\xbf[{"name":"a","percentage":1}]'))
    assert client.list_tasks() == ROWS[:1]


# -- Duplicate members -----------------------------------------------------------------------------------------------

TWICE: Final = b'[{"name":"a","percentage":1},{"name":"b","percentage":null,"percentage":2}]'


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", TWICE),
        ("application/jsonl", TWICE[1:-1].replace(b"},{", b"}\n{")),
        ("text/jsv", b"[{name:a,percentage:1},{percentage:x,name:b,percentage:2}]"),
    ],
)
def test_the_last_of_them_counts_in_every_format(
    client: Tasks, server: WireServer, reply: type[Reply], media_type: str, body: bytes
) -> None:
    server.reply(reply(body=body, headers={"Content-Type": media_type}))
    client = client.with_options(media_type="application/json")  # the Content-Type of the response decides
    assert client.list_tasks() == ROWS
    assert client.with_options(lenient=True).list_tasks() == ROWS
    assert list(client.stream(client.list_tasks)) == ROWS


def test_the_last_of_them_counts_in_the_body_of_an_error(client: Tasks, server: WireServer, reply: type[Reply]) -> None:
    body = b'{"code":"moved","code":"gone"}'
    server.reply(reply(404, body))
    with pytest.raises(NotFoundError) as caught:
        client.list_tasks()
    assert (caught.value.body, caught.value.raw) == (Problem(code="gone"), body)


def test_bytes_are_returned_unchanged(client: Tasks, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body=TWICE))
    assert client.get_file() == TWICE


def test_a_secret_text_is_returned_unchanged(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body=b"not JSON", headers={"content-type": "text/plain"}))
    with Tasks(server.url) as client:
        assert client.call(SECRET_TEXT) == "not JSON"
