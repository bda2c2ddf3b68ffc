"""Clients over a real socket: responses, errors, transport failures, options, and redaction."""

from __future__ import annotations

import asyncio
import logging
import math
import pickle
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from attrs import define, field

from taskclients_core import (
    Api,
    ApiError,
    AsyncClient,
    CallTimeoutError,
    Client,
    ClientClosedError,
    ConnectionFailedError,
    DecodeError,
    ErrorCondition,
    Header,
    InvalidArgumentError,
    Json,
    NotFoundError,
    Operation,
    Path,
    Query,
    ServerError,
    Timeout,
    TransportError,
    UnprocessableEntityError,
    wire_member,
)
from taskclients_core.formats import Base64

if TYPE_CHECKING:
    from tests.raw_server import RawServer
    from tests.unit.conftest import Reply, WireServer


@define(kw_only=True)
class Task:
    id: str = field(metadata=wire_member("taskId"))
    percentage: int = 0


@define(kw_only=True)
class Accepted:
    where: str


@define(kw_only=True)
class Problem:
    title: str


@define(kw_only=True)
class Result:
    request_uuid: str | None = field(default=None, metadata=wire_member("requestUuid"))
    errors: list[Problem] | None = None


GET_TASK: Final = Operation(
    "test.get_task",
    "GET",
    "/tasks/{id}",
    parameters=(Path("id", str), Query("token", str)),
    returns=Task,
    errors={404: Problem, "4XX": list[Problem], "default": Problem},
)
PUT_TASK: Final = Operation("test.put_task", "PUT", "/tasks", body=Json(Task))
START: Final[Operation[Task | Accepted | None]] = Operation(
    "test.start", "POST", "/start", returns={200: Task, 202: Accepted, 204: None}
)


class AnyClient(Client):
    api = Api("test")

    def get_task(self, id: str, token: str | None = None) -> Task:  # noqa: A002
        return self.call(GET_TASK, id, token)


class AnyAsyncClient(AsyncClient):
    api = Api("test")

    async def get_task(self, id: str, token: str | None = None) -> Task:  # noqa: A002
        return await self.call(GET_TASK, id, token)


@pytest.fixture
def client(server: WireServer) -> Iterator[AnyClient]:
    with AnyClient(server.url) as client:
        yield client


def get(server: WireServer, returns: Any, **details: Any) -> Any:
    with AnyClient(server.url) as client:
        return client.call(Operation("test.get", "GET", "/", returns=returns, **details))


# -- Success


def test_a_call_returns_the_declared_model(client: AnyClient, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body={"taskId": "7", "percentage": 50, "new": True}))
    assert client.get_task("7") == Task(id="7", percentage=50)
    assert server.last.method == "GET"
    assert server.last.target == "/tasks/7"
    assert server.last.headers["accept"] == "application/json"


def test_an_async_call_does_the_same(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body={"taskId": "7", "percentage": 50}))

    async def main() -> Task:
        async with AnyAsyncClient(server.url) as client:
            return await client.get_task("7")

    assert asyncio.run(main()) == Task(id="7", percentage=50)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, {"taskId": "1"}, Task(id="1")),
        (202, {"where": "/1"}, Accepted(where="/1")),
        (204, b"", None),
    ],
)
def test_the_status_chooses_the_type(
    client: AnyClient, server: WireServer, reply: type[Reply], status: int, body: object, expected: object
) -> None:
    server.reply(reply(status, body))
    assert client.call(START) == expected


def test_no_guess_is_made_for_an_undeclared_success(client: AnyClient, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(201, {"taskId": "1"}))
    with pytest.raises(DecodeError, match=r"test\.start: expected status 200 or 202 or 204, found status 201 at \$"):
        client.call(START)
    assert get(server, {200: Task, 204: None}) == Task(id="1")  # one type only: no guess is needed
    assert get(server, {200: Accepted, "default": Task}) == Task(id="1")
    assert get(server, {200: Accepted, "2XX": Task}) == Task(id="1")
    assert get(server, Task) == Task(id="1")


@pytest.mark.parametrize("replied", [(204, b""), (200, b""), (205, b""), (200, b"<html>"), (200, {"a": 1})])
def test_without_a_declared_type_any_response_is_accepted(
    server: WireServer, reply: type[Reply], replied: tuple[int, object]
) -> None:
    server.reply(reply(*replied))
    assert get(server, None) is None
    assert server.last.headers["accept"] == "*/*"


@pytest.mark.parametrize("label", ["application/json", "application/problem+json; charset=utf-8", "text/html", None])
def test_json_is_read_whatever_its_label(server: WireServer, reply: type[Reply], label: str | None) -> None:
    server.reply(reply(body=b' {"taskId": "1"}', headers={} if label is None else {"Content-Type": label}))
    assert get(server, Task) == Task(id="1")


def test_an_html_page_is_a_decode_error(server: WireServer, reply: type[Reply]) -> None:
    page = b"\n<!doctype html><title>Sign in</title>"
    server.reply(reply(body=page, headers={"Content-Type": "text/html; charset=utf-8"}))
    with pytest.raises(DecodeError) as caught:
        get(server, Task)
    error = caught.value
    found = "test.get: expected Task, found markup (text/html; charset=utf-8) at $"
    assert str(error) == f"{found}; check base_url, or report it to the vendor"
    assert (error.operation, error.status, error.raw) == ("test.get", 200, page)


@pytest.mark.parametrize(
    ("replied", "message"),
    [
        ((200, b""), r"expected Task, found no content at \$"),
        ((204, b""), r"expected Task, found no content at \$"),
        ((200, b'{"taskId": 7}'), r"taskId"),
        ((200, b"sorry"), r"text/plain"),
    ],
)
def test_an_undecodable_body_is_a_decode_error(
    server: WireServer, reply: type[Reply], replied: tuple[int, bytes], message: str
) -> None:
    server.reply(reply(*replied, headers={"Content-Type": "text/plain"}))
    with pytest.raises(DecodeError, match=message) as caught:
        get(server, Task)
    assert caught.value.raw == replied[1]
    assert str(caught.value).startswith("test.get: ")


@pytest.mark.parametrize(
    ("returns", "label", "body", "expected"),
    [
        (str, "text/plain", b"\xc3\xbcn", "ün"),
        (str, "text/csv; charset=latin-1", b"\xfcn", "ün"),
        (str, "application/json", b'"text"', "text"),
        (str, "text/plain", b'"text"', '"text"'),
        (bytes, "application/json", b"\xff", b"\xff"),
        (bytes, "text/plain", b"", b""),
        (Base64, "text/plain", b"aGk=", b"hi"),
        (Base64, "text/plain", b"", b""),
        (Base64 | None, "text/plain", b"", None),
        (list[Task], "application/json", b'[{"taskId": "1"}]', [Task(id="1")]),
        (Task | None, "application/json", b"null", None),
        (Task | None, "application/json", b"", None),
        (Any, "application/json", b'{"a": [1]}', {"a": [1]}),
        (Task, "application/json", b'\xef\xbb\xbf{"taskId": "1"}', Task(id="1")),
    ],
)
def test_text_bytes_and_json_are_read(
    server: WireServer, reply: type[Reply], returns: Any, label: str, body: bytes, expected: object
) -> None:
    server.reply(reply(body=body, headers={"Content-Type": label}))
    assert get(server, returns) == expected


@pytest.mark.parametrize("charset", ["windows-1251", "utf-16", "UTF-16LE", "utf-32", '"koi8-r"', "utf-8"])
@pytest.mark.parametrize(
    ("label", "body"),
    [
        ("application/json", '[{"taskId": "щит"}, {"taskId": "дым"}]'),
        ("text/csv", "taskId\r\nщит\r\nдым\r\n"),
        ("text/jsonl", '{"taskId": "щит"}\n{"taskId": "дым"}\n'),
        ("text/jsv", "[{taskId:щит},{taskId:дым}]"),
    ],
)
def test_a_declared_charset_is_decoded(
    server: WireServer, reply: type[Reply], charset: str, label: str, body: str
) -> None:
    content = body.encode(charset.strip('"'))
    server.reply(reply(body=content, headers={"Content-Type": f"{label}; charset={charset}"}))
    expected = [Task(id="щит"), Task(id="дым")]
    operation: Operation[list[Task]] = Operation(
        "test.get", "GET", "/", returns=list[Task], media_types=("text/csv", "text/jsonl", "text/jsv")
    )
    with AnyClient(server.url, media_type=label) as client:
        assert client.call(operation) == expected
        server.reply(reply(body=content, headers={"Content-Type": f"{label}; charset={charset}"}))
        assert list(client.stream(client.call, operation)) == expected
        assert client.response(client.call, operation).raw == content


def test_utf8_under_the_label_of_another_charset_is_read_as_utf8(server: WireServer, reply: type[Reply]) -> None:
    labels = ("iso-8859-1", "windows-1251", "no-such-charset", "hex")
    for label in labels:
        headers = {"Content-Type": f"application/json; charset={label}"}
        server.reply(reply(body='{"taskId": "ün"}'.encode(), headers=headers))
        assert get(server, Task) == Task(id="ün")


def test_a_body_in_no_declared_charset_is_a_decode_error(server: WireServer, reply: type[Reply]) -> None:
    for charset, expected in (("utf-16", "text in utf-16"), ("cp1252", "text in cp1252"), ("hex", "text in hex")):
        headers = {"Content-Type": f"application/json; charset={charset}"}
        server.reply(reply(body=b'{"taskId": "\x81"}', headers=headers))
        with pytest.raises(DecodeError, match=f"expected {expected}") as caught:
            get(server, Task)
        assert caught.value.raw == b'{"taskId": "\x81"}'


@pytest.mark.parametrize("charset", ["utf-8", "no-such-charset", "undefined", "idna", "hex"])
def test_text_in_another_charset_is_a_decode_error(server: WireServer, reply: type[Reply], charset: str) -> None:
    server.reply(reply(body=b"\xff", headers={"Content-Type": f"text/plain; charset={charset}"}))
    with pytest.raises(DecodeError, match=f"expected text in {charset}"):
        get(server, str)


def test_an_operation_can_request_its_own_media_type(server: WireServer) -> None:
    get(server, dict[str, int], accept="application/vnd.x+json")
    assert server.last.headers["accept"] == "application/vnd.x+json"
    with AnyClient(server.url) as client:
        client.call(Operation("test.get", "GET", "/", parameters=(Header("Accept", str),)), "text/csv")
    assert server.last.headers["accept"] == "text/csv"


# -- Failure


def test_an_error_carries_all_that_is_known(client: AnyClient, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(404, {"title": "gone"}, headers={"X-Request-Id": "7f3a"}))
    with pytest.raises(NotFoundError) as caught:
        client.get_task("7", "secret-token")
    error = caught.value
    assert str(error) == (
        "test.get_task: 404 Not Found: gone (GET /tasks/7, request id 7f3a); check the ids in the call and base_url"
    )
    assert (error.operation, error.status, error.body, error.raw) == (
        "test.get_task",
        404,
        Problem(title="gone"),
        b'{"title": "gone"}',
    )
    assert error.headers["content-type"] == "application/json"
    assert (error.request.method, error.request.url) == ("GET", f"{server.url}/tasks/7")
    assert "User-Agent" in error.request.header_names
    assert "secret" not in repr(error) + repr(error.request) + repr(vars(error))
    copied = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (str(copied), copied.status, copied.raw, copied.body) == (str(error), 404, b"", None)


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (422, [{"title": "a"}], [Problem(title="a")]),
        (500, {"title": "a"}, Problem(title="a")),
        (404, b"<html>sorry</html>", None),
        (404, {"other": 1}, None),
        (404, b"", None),
        (500, b"\xff", None),
    ],
)
def test_error_bodies_are_typed_where_they_can_be(
    client: AnyClient, server: WireServer, reply: type[Reply], status: int, body: object, expected: object
) -> None:
    server.reply(reply(status, body))
    with pytest.raises((NotFoundError, UnprocessableEntityError, ServerError)) as caught:
        client.get_task("7")
    assert caught.value.status == status
    assert caught.value.body == expected
    assert bool(caught.value.raw) == bool(body)


def test_a_redirect_elsewhere_is_not_followed(client: AnyClient, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(302, b"", headers={"Location": "https://u:p@other.example/signed?signature=secret"}))
    with pytest.raises(ApiError, match=r"a redirect to https://other\.example, which is not followed") as caught:
        client.get_task("7")
    assert len(server.requests) == 1
    assert "secret" not in str(caught.value) + repr(caught.value) + repr(caught.value.headers)


FAILING: Final = Operation(
    "test.create", "POST", "/", returns=Result, error_when=ErrorCondition(filled="errors", absent="request_uuid")
)


def test_a_success_can_carry_a_failure(client: AnyClient, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body={"errors": [{"title": "bad"}]}))
    with pytest.raises(ApiError, match="200 OK: but its body reports a failure in 'errors'") as caught:
        client.call(FAILING)
    assert caught.value.status == 200
    assert caught.value.body == Result(errors=[Problem(title="bad")])


@pytest.mark.parametrize(
    "body", [{"requestUuid": "1", "errors": [{"title": "warning"}]}, {"errors": []}, {}, {"requestUuid": "1"}]
)
def test_else_it_is_a_success(client: AnyClient, server: WireServer, reply: type[Reply], body: object) -> None:
    server.reply(reply(body=body))
    assert isinstance(client.call(FAILING), Result)


# -- No response


@pytest.mark.usefixtures("library")
def test_a_refused_connection_is_an_error() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        AnyClient(f"http://127.0.0.1:{port}") as client,
        pytest.raises(ConnectionFailedError, match=r"test\.get_task: cannot connect") as caught,
    ):
        client.get_task("7", "secret-token")
    assert caught.value.sent is False
    assert isinstance(caught.value.__cause__, httpx.ConnectError)
    assert "secret" not in str(caught.value)

    async def main() -> None:
        async with AnyAsyncClient(f"http://127.0.0.1:{port}") as client:
            await client.get_task("7", "secret-token")

    with pytest.raises(ConnectionFailedError) as of_async:
        asyncio.run(main())
    assert str(of_async.value) == str(caught.value)
    assert "Connection refused" in str(caught.value)


def test_the_server_hangs_up(client: AnyClient, server: WireServer) -> None:
    server.respond = lambda request: None
    with pytest.raises(TransportError, match=r"test\.get_task: no usable response from http") as caught:
        client.get_task("7", "secret-token")
    assert "(it closed the connection instead of responding); try again later" in str(caught.value)
    assert caught.value.sent is True
    assert "secret" not in str(caught.value)


def test_the_server_takes_too_long(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(after=0.5))
    for timeout in (0.1, Timeout(read=0.1), httpx.Timeout(5, read=0.1)):
        with (
            AnyClient(server.url, timeout=timeout) as client,
            pytest.raises(CallTimeoutError, match="took too long to respond"),
        ):
            client.get_task("7", "secret-token")


def test_an_async_client_fails_alike(server: WireServer, reply: type[Reply]) -> None:
    async def main() -> None:
        async with AnyAsyncClient(server.url) as client:
            server.reply(reply(404, {"title": "gone"}))
            with pytest.raises(NotFoundError):
                await client.get_task("7")
            server.respond = lambda request: None
            with pytest.raises(TransportError):
                await client.get_task("7")
            server.reply(reply(after=0.5))
            with pytest.raises(CallTimeoutError):
                await client.with_options(timeout=0.1).get_task("7")

    asyncio.run(main())


@pytest.mark.parametrize("timeout", [0, -1, "5", object(), True, math.inf, math.nan, 1e10, Timeout(read=math.inf)])
def test_a_timeout_that_is_none_is_refused(timeout: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="timeout: expected"):
        AnyClient("http://h", timeout=timeout)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("deadline", "5", "more than 0 seconds and at most 2000000, or None, got '5'"),
        ("deadline", math.inf, "got inf"),
        ("deadline", math.nan, "got nan"),
        ("deadline", 1e10, "got 10000000000.0"),
        ("deadline", True, "got True"),
        ("deadline", 0, "got 0"),
        ("max_response_bytes", "5", "a number of bytes above 0, or None, got '5'"),
        ("max_response_bytes", 1.5, "got 1.5"),
        ("max_response_bytes", True, "got True"),
        ("max_response_bytes", 0, "got 0"),
    ],
)
def test_a_bound_that_is_none_is_refused(name: str, value: Any, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=f"^{name}: expected .*{message}$"):
        AnyClient("http://h", **{name: value})
    with pytest.raises(InvalidArgumentError, match=f"^{name}: expected .*{message}$"):
        AnyClient("http://h").with_options(**{name: value})


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("dedline", r"unexpected keyword argument 'dedline'; did you mean 'deadline'\?"),
        ("journal", "'journal'; pass it to the client's class"),
        ("zzz", "'zzz'; known are timeout, deadline, "),
    ],
)
def test_an_unknown_option_is_refused_with_a_suggestion(name: str, message: str) -> None:
    option: Any = {name: 1}
    with pytest.raises(TypeError, match=message):
        AnyClient("http://h").with_options(**option)
    if name != "journal":
        with pytest.raises(
            TypeError, match=f"unexpected keyword argument '{name}'; (did you mean 'deadline'|known are)"
        ):
            AnyClient("http://h", **option)


def test_the_longest_bounds_hold(server: WireServer) -> None:
    with AnyClient(server.url, timeout=2_000_000, deadline=2_000_000) as client:
        client.call(GET_TASK_FREE)


@pytest.mark.parametrize(
    "proxy", ["ftp://user:a-password@h", "http://user:a-password@[::1", "socks5://user:a-password@h"]
)
def test_a_proxy_that_cannot_be_used_is_the_environments_fault(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    async def call_async() -> None:
        async with AnyAsyncClient("http://api.example") as client:
            await client.call(GET_TASK_FREE)

    def call() -> None:
        with AnyClient("http://api.example") as client:
            client.call(GET_TASK_FREE)

    monkeypatch.setitem(sys.modules, "socksio", None)  # the extra is not installed
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("http_proxy", proxy)
    for attempt in (call, lambda: asyncio.run(call_async())):
        with pytest.raises(InvalidArgumentError, match="environment names") as caught:
            attempt()
        assert "a-password" not in str(caught.value)


# -- Base URL and client parameters


@pytest.mark.parametrize("suffix", ["", "/"])
def test_the_base_url_may_have_a_path(server: WireServer, suffix: str) -> None:
    with AnyClient(f"{server.url}/api/v1{suffix}") as client:
        client.call(PUT_TASK, body=Task(id="1"))
    assert server.last.target == "/api/v1/tasks"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example",
        "//api.example",
        "ftp://api.example",
        "https://",
        "https:///path",
        "https://h/?q=1",
        "https://h#f",
        "https://user:secret@h",
        "https://h:port",
        "https://h:0",
        "https://h:65536",
        "https://[",
        "https://[::1",
        "https://{region}.h",
        "https://h/a b",
        "https://h\n",
        " https://h",
    ],
)
def test_what_is_no_base_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidArgumentError, match="base_url: ") as caught:
        AnyClient(url)
    assert "secret" not in str(caught.value)


@pytest.mark.usefixtures("library")
def test_some_base_url_is_needed() -> None:
    with pytest.raises(InvalidArgumentError, match="base_url: required"):
        AnyClient()
    with pytest.raises(InvalidArgumentError, match="base_url: expected str, got URL"):
        AnyClient(httpx.URL("https://h"))  # type: ignore[arg-type]

    class Homely(Client):
        api = Api("test", "https://api.example:8443/v1/")

    with Homely() as client:
        assert repr(client) == "Homely('https://api.example:8443/v1')"
    with Homely("https://other.example/v2") as client:
        assert repr(client) == "Homely('https://other.example/v2')"


class Versioned(Client):
    api = Api("test", parameters=(Header("X-Version", str, required=True), Query("tenant", int)))


def test_client_parameters_are_sent_with_every_call(server: WireServer) -> None:
    with Versioned(server.url, parameters=("v 1", 7)) as client:
        client.call(GET_TASK_FREE)
        client.call(GET_TASK_FREE)
    assert [(request.headers["x-version"], request.target) for request in server.requests] == [
        ("v 1", "/?tenant=7")
    ] * 2
    with pytest.raises(InvalidArgumentError, match="'X-Version': required"):
        Versioned(server.url, parameters=(None, 7))
    with pytest.raises(InvalidArgumentError, match="parameters: expected 2 values, got 0"):
        Versioned(server.url)


GET_TASK_FREE: Final = Operation("test.free", "GET", "/")


def test_the_user_agent_names_the_package_by_default(server: WireServer) -> None:
    with AnyClient(server.url) as client:
        client.call(GET_TASK_FREE)
    python = f"python/{sys.version_info.major}.{sys.version_info.minor}"
    assert server.last.headers["user-agent"].startswith("taskclients")
    assert server.last.headers["user-agent"].endswith(python)
    with AnyClient(server.url, user_agent="mine/1") as client:
        client.call(GET_TASK_FREE)
    assert server.last.headers["user-agent"] == "mine/1"
    with pytest.raises(InvalidArgumentError, match="user_agent: a header cannot"):
        AnyClient(server.url, user_agent="a\nb")


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(TypeError, match="timeouts"):
        AnyClient("http://h", timeouts=1)  # type: ignore[call-arg]


# -- Connections and httpx clients


def test_connections_are_used_again(client: AnyClient, server: WireServer) -> None:
    for _ in range(3):
        client.call(GET_TASK_FREE)
    assert len({request.peer for request in server.requests}) == 1


def test_many_threads_share_a_client(client: AnyClient, server: WireServer, reply: type[Reply]) -> None:
    server.respond = lambda request: reply(body={"taskId": request.path.rpartition("/")[2]})
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(client.get_task, map(str, range(64))))
    assert [task.id for task in found] == [str(number) for number in range(64)]


def test_many_tasks_share_a_client(server: WireServer, reply: type[Reply]) -> None:
    server.respond = lambda request: reply(body={"taskId": request.path.rpartition("/")[2]})

    async def main() -> list[Task]:
        async with AnyAsyncClient(server.url) as client:
            return await asyncio.gather(*[client.get_task(str(number)) for number in range(32)])

    assert [task.id for task in asyncio.run(main())] == [str(number) for number in range(32)]


def test_cookies_are_not_carried_from_call_to_call(client: AnyClient, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(headers={"Set-Cookie": "session=1; Path=/"}))
    client.call(GET_TASK_FREE)
    client.call(GET_TASK_FREE)
    assert "cookie" not in server.last.headers


def test_a_given_client_is_not_closed(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(headers={"Set-Cookie": "session=1; Path=/"}))
    with httpx.Client(headers={"X-Mine": "1"}, params={"mine": "2"}, timeout=7) as http:
        with AnyClient(server.url, http_client=http) as client:
            client.call(GET_TASK_FREE)
            client.call(GET_TASK_FREE)
        assert not http.is_closed
        assert http.get(server.url).status_code == 200
    first, second, _ = server.requests
    assert (first.headers["x-mine"], first.target) == ("1", "/?mine=2")
    assert first.headers["user-agent"].startswith("taskclients")
    assert second.headers["cookie"] == "session=1"  # its cookies belong to its owner


def test_the_timeout_of_a_given_client_is_the_default(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(after=0.3))
    with httpx.Client(timeout=0.05) as http:
        with pytest.raises(CallTimeoutError):
            AnyClient(server.url, http_client=http).call(GET_TASK_FREE)
        AnyClient(server.url, http_client=http, timeout=5).call(GET_TASK_FREE)


def test_redirects_of_a_given_client_are_not_followed(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(302, b"", headers={"Location": "/other"}))
    with httpx.Client(follow_redirects=True) as http, pytest.raises(ApiError, match="redirect"):
        AnyClient(server.url, http_client=http).call(GET_TASK_FREE)


@pytest.mark.usefixtures("library")
def test_the_wrong_kind_of_client_is_refused() -> None:
    with httpx.Client() as http, pytest.raises(InvalidArgumentError, match=r"expected an httpx\.AsyncClient"):
        AnyAsyncClient("http://h", http_client=http)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgumentError, match=r"expected an httpx\.Client"):
        AnyClient("http://h", http_client=httpx.AsyncClient())  # type: ignore[arg-type]


def test_a_closed_client_raises(server: WireServer) -> None:
    client = AnyClient(server.url)
    client.call(GET_TASK_FREE)
    client.close()
    client.close()
    with pytest.raises(ClientClosedError, match="the client was closed"):
        client.call(GET_TASK_FREE)
    unused = AnyClient(server.url)
    unused.close()
    with pytest.raises(ClientClosedError):
        unused.call(GET_TASK_FREE)
    http = httpx.Client()
    http.close()
    with pytest.raises(ClientClosedError, match="the http_client was closed"):
        AnyClient(server.url, http_client=http).call(GET_TASK_FREE)
    with httpx.Client() as http:
        closed = AnyClient(server.url, http_client=http)
        closed.close()
        with pytest.raises(ClientClosedError):
            closed.call(GET_TASK_FREE)
    assert len(server.requests) == 1


def test_a_closed_async_client_raises(server: WireServer) -> None:
    async def main() -> None:
        client = AnyAsyncClient(server.url)
        await client.call(GET_TASK_FREE)
        await client.aclose()
        with pytest.raises(ClientClosedError):
            await client.call(GET_TASK_FREE)

    asyncio.run(main())


def test_cancelling_a_call_leaves_the_client_usable(server: WireServer, reply: type[Reply]) -> None:
    async def main() -> None:
        async with AnyAsyncClient(server.url) as client:
            server.reply(reply(after=0.2))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.call(GET_TASK_FREE), 0.05)
            server.reply(reply())
            await client.call(GET_TASK_FREE)

    asyncio.run(main())


# -- Responses


def test_details_of_a_response_are_one_call_away(client: AnyClient, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body={"taskId": "1"}, headers={"ETag": '"7"'}))
    response = client.response(client.get_task, "1", token="secret-token")
    assert response.value == Task(id="1")
    assert response.status == 200
    assert response.headers["etag"] == '"7"'
    assert response.raw == b'{"taskId": "1"}'
    assert 0 < response.elapsed < 5
    assert "secret" not in repr(response)


def test_responses_do_not_get_mixed_up(client: AnyClient, server: WireServer, reply: type[Reply]) -> None:
    server.respond = lambda request: reply(body={"taskId": request.path}, headers={"X-Path": request.path})
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: client.response(client.get_task, str(number)), range(32)))
    assert [one.headers["x-path"] for one in found] == [f"/tasks/{number}" for number in range(32)]

    async def main() -> list[str]:
        async with AnyAsyncClient(server.url) as client:
            calls = [client.response(client.get_task, str(number)) for number in range(32)]
            return [one.headers["x-path"] for one in await asyncio.gather(*calls)]

    assert asyncio.run(main()) == [f"/tasks/{number}" for number in range(32)]


def test_a_method_that_sends_nothing_has_no_response(client: AnyClient) -> None:
    with pytest.raises(InvalidArgumentError, match="the method sent nothing"):
        client.response(lambda: 1)


# -- Redaction


def test_httpx_logs_neither_paths_nor_query_strings(
    client: AnyClient, server: WireServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    operation = Operation("test.get", "GET", "/x/{mail}", parameters=(Path("mail", str), Query("key", str)))
    client.call(operation, "secret@example.com", "secret")
    assert f'GET {server.url} "HTTP/1.1 200 OK"' in caplog.text
    assert f"test.get: request (GET {server.url}/x/{{mail}})" in caplog.text
    assert "secret" not in caplog.text
    with httpx.Client() as other:
        other.get(f"{server.url}/x?key=public")
    assert "key=public" in caplog.text


@pytest.mark.parametrize(
    ("status", "shown"), [("401 secret is no good", "401 Unauthorized"), ("407 secret", "407 "), ("599 secret", "599 ")]
)
def test_httpx_logs_no_reason_but_the_usual_one(
    raw: RawServer, caplog: pytest.LogCaptureFixture, status: str, shown: str
) -> None:
    caplog.set_level(logging.DEBUG)
    raw.respond(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
    with AnyClient(raw.url) as client, pytest.raises(ApiError):
        client.get_task("a")
    assert f'"HTTP/1.1 {shown}' in caplog.text
    assert "secret" not in caplog.text


def test_importing_the_runtime_does_not_import_httpx() -> None:
    check = "import sys, taskclients_core; sys.exit('httpx' in sys.modules or 'asyncio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
