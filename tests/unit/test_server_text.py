"""The server's reason in messages: found in a body, without secrets, shortened, with control characters escaped."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import pytest
from attrs import define, field

from taskclients_core import (
    Api,
    ApiError,
    ApiKey,
    Client,
    DecodeError,
    Header,
    HttpBasic,
    HttpBearer,
    Json,
    Operation,
    Path,
    Query,
)
from taskclients_core.model import SECRET
from taskclients_core.server_text import MAX_BODY, MAX_TEXT, escape, find_reason, safe_text

if TYPE_CHECKING:
    from tests.unit.conftest import Reply, WireServer

BOOSTER: Final = {
    "responseStatus": {
        "errorCode": "InvalidRequest",
        "message": "One or more fields are not valid.",
        "errors": [
            {"errorCode": "NotEmpty", "fieldName": "DownloadRequestId", "message": "Must not be empty."},
            {"errorCode": "NotNull", "fieldName": "Brand", "message": "Is required."},
        ],
    }
}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (BOOSTER, "One or more fields are not valid; DownloadRequestId: Must not be empty; Brand: Is required"),
        ({"error": "invalid_client", "error_description": "The client is unknown."}, "The client is unknown"),
        (
            {"title": "Bad", "errors": {"brand": ["is required", "is short"]}},
            "Bad; brand: is required; brand: is short",
        ),
        ({"detail": [{"loc": ["body", "x"], "msg": "field required", "type": "missing"}]}, "field required"),
        ({"error": {"code": 7, "message": "no such job"}}, "no such job"),
        ({"Message": "Access denied"}, "Access denied"),
        ({"errors": ["a is bad", "b is bad"]}, "a is bad; b is bad"),
        ({"id": "x1", "note": "It broke here."}, "It broke here"),
        ({"id": "x1", "code": "E42"}, "E42"),
        ({"id": "x1", "name": "Smith"}, ""),
        ("It broke.", "It broke"),
        ({"message": ""}, ""),
        ([], ""),
        (7, ""),
    ],
)
def test_the_reason_is_the_text_for_people(body: object, reason: str) -> None:
    assert find_reason(json.dumps(body).encode(), "application/json") == reason


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"upstream is down\n", "text/plain", "upstream is down"),
        (b"<html><head><title>502 Bad Gateway</title></head><body><h1>Bad</h1></body>", "text/html", "502 Bad Gateway"),
        (b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>", "", "Request has expired"),
        (b'{"message": "cut of', "application/json", ""),
        (b"PK\x03\x04 a file", "application/zip", ""),
        (b"x" * (MAX_BODY + 1), "text/plain", ""),
        (b"[" * 5000, "application/json", ""),
        (b"", "text/plain", ""),
    ],
)
def test_a_body_that_is_not_json_may_have_a_reason(body: bytes, content_type: str, reason: str) -> None:
    assert find_reason(body, content_type) == reason


@pytest.mark.parametrize(
    "text",
    [
        "see https://files.example/a/b?X-Amz-Signature=5ec4e7aa",
        "see https://user:5ec4e7aa@files.example",
        "header 'Authorization: Bearer 5ec4e7aa' is wrong",
        "bearer 5ec4e7aa",
        "password=5ec4e7aa",
        'sent {"password": "5ec4e7aa"}',
        "api_key: 5ec4e7aa, sorry",
        "token '5ec4e7aa' has expired",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI1ZWM0ZTdhYSJ9.5ec4e7aa",
        "key Zm9vYmFy5ec4e7aaQUJDREVGR0g= is unknown",
        "sig=5ec4e7aa&se=2026",
        "no user 5ec4e7aa@mail.example",
    ],
)
def test_credentials_urls_and_addresses_are_removed(text: str) -> None:
    shown = safe_text(text, ["5ec4e7aa"] if text.startswith("token '") else [])
    assert "5ec4e7aa" not in shown
    assert "***" in shown or "https://files.example" in shown


@pytest.mark.parametrize(
    "text",
    [
        "invalid token: expired",
        "task 16d1f9cd4d1b459b9b8a1f8f6e3bee3e was not found",
        "task 16d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e was not found",
        "path /customer/CAR/export2/of/every/brand does not exist",
        "Basic authentication is required",
    ],
)
def test_an_ordinary_sentence_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text


def test_control_characters_are_escaped_and_lines_joined() -> None:
    assert safe_text("a\r\nFAKE LOG LINE\t\x1b[31mred\u202e\x00\udc80") == (
        "a FAKE LOG LINE \\x1b[31mred\\u202e\\x00\\udc80"
    )
    assert escape("plain") == "plain"


def test_a_reason_is_short_and_found_in_linear_time() -> None:
    assert len(safe_text("word " * 1000)) <= MAX_TEXT
    assert safe_text("word " * 1000).endswith("…")
    started = time.perf_counter()
    for hostile in ("a-" * 32_000, "token" * 12_000, "https://" * 8_000, "eyJ." * 16_000, "a@" * 32_000):
        find_reason(hostile.encode(), "text/plain")
    assert time.perf_counter() - started < 1.0


# -- What an API declares secret, and what was sent


@define(kw_only=True)
class Login:
    user: str
    pin: str = field(repr=False)


@define(kw_only=True)
class Refusal:
    note: str = field(repr=False)
    message: str


ECHO: Final = Operation(
    "test.echo",
    "POST",
    "/bots/{bot}/tasks/{id}",
    parameters=(Path("bot", Annotated[str, SECRET]), Path("id", str), Query("brand", str), Header("X-Trace", str)),
    body=Json(Login),
    errors={"4XX": Refusal},
)


class Keys(Client):
    api = Api(
        "test",
        schemes={"bearer": HttpBearer(), "key": ApiKey("query", "appid"), "tenant": ApiKey("header", "X-Tenant")},
        security=(("bearer", "key", "tenant"),),
    )


class Basic(Client):
    api = Api("test", schemes={"basic": HttpBasic()}, security=(("basic",),))


Refuse: TypeAlias = Callable[[type[Client], Any, str], ApiError]


@pytest.fixture
def refuse(server: WireServer, reply: type[Reply]) -> Refuse:
    """Return a function that returns the error of a call which the server refuses with a message."""

    def call(kind: type[Client], auth: Any, message: str) -> ApiError:
        server.reply(reply(400, {"note": "pin 0042", "message": message}))
        with kind(f"{server.url}/v2", auth=auth) as client, pytest.raises(ApiError) as caught:
            client.call(ECHO, "bot-77", "7", "CAR", "trace-9", body=Login(user="ann", pin="0042"))
        return caught.value

    return call


@pytest.mark.parametrize(
    "secret", ["wrench", "Bearer wrench", "door9", "acme", "0042", "bot-77", '{"user":"ann","pin":"0042"}']
)
def test_what_was_sent_as_a_secret_is_not_repeated(refuse: Refuse, server: WireServer, secret: str) -> None:
    error = refuse(Keys, {"bearer": "wrench", "key": "door9", "tenant": "acme"}, f"you sent {secret}, CAR and trace-9")
    assert str(error) == (
        "test.echo: 400 Bad Request: you sent ***, CAR and trace-9 (POST /v2/bots/{bot}/tasks/7); correct the request"
    )
    assert error.request.url == f"{server.url}/v2/bots/{{bot}}/tasks/7"


def test_a_password_of_basic_authentication_is_not_repeated(refuse: Refuse) -> None:
    error = refuse(Basic, ("ann", "wrench"), "you sent wrench, not YW5uOndyZW5jaA==")
    assert ": you sent ***, not *** (POST" in str(error)


def test_a_secret_member_is_not_the_reason(refuse: Refuse) -> None:
    assert "400 Bad Request (POST" in str(refuse(Basic, ("ann", "wrench"), ""))


@pytest.mark.parametrize("charset", ["utf-16", "windows-1251", "latin-1", "utf-8"])
def test_a_reason_is_decoded_from_its_charset(server: WireServer, reply: type[Reply], charset: str) -> None:
    text = '{"message": "wrench: д"}' if charset != "latin-1" else '{"message": "wrench: ü"}'
    server.reply(reply(400, text.encode(charset), {"Content-Type": f"application/json; charset={charset}"}))
    with Basic(f"{server.url}/v2", auth=("ann", "wrench")) as client, pytest.raises(ApiError) as caught:
        client.call(ECHO, "bot-77", "7", "CAR", "trace-9", body=Login(user="ann", pin="0042"))
    assert f": ***: {text[-3]} (POST" in str(caught.value)


def test_utf_16_that_is_not_declared_is_not_shown() -> None:
    assert find_reason('{"message": "wrench"}'.encode("utf-16"), "application/json", secrets=["wrench"]) == ""


@pytest.mark.parametrize("password", ["wrench", "a-password-of-some-length", "long " * 20])
def test_a_value_that_does_not_fit_shows_no_secret_that_was_sent(
    server: WireServer, reply: type[Reply], password: str
) -> None:
    operation = Operation("test.list", "GET", "/", returns=list[int])
    server.reply(reply(200, [password.strip()]))
    with Basic(server.url, auth=("ann", password.strip())) as client:
        with pytest.raises(DecodeError, match=r"expected int, found str '\*{3}'? at \$\[0\]") as caught:
            client.call(operation)
        with pytest.raises(DecodeError, match=r"expected int, found str '\*{3}'? at \$\[0\]"):
            list(client.stream(lambda: client.call(operation)))
    assert password[:6] not in str(caught.value)
