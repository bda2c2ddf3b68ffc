"""Security schemes: credentials in headers, queries and cookies."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

BASIC = "Basic " + b64encode(b"ann:secret").decode()
KEYS = {"headerKey": "h", "queryKey": "q&a", "cookieKey": "c"}
OAUTH = {"oauth": ("id", "secret")}


def test_a_token(generated: Any, wire: Any) -> None:
    with generated.ApiClient(wire.url, auth={"bearer": "t0ken"}) as client:
        client.read_default()
    assert wire.last.header("Authorization") == "Bearer t0ken"


def test_a_token_that_changes(generated: Any, wire: Any) -> None:
    tokens = iter(["one", "two"])
    with generated.ApiClient(wire.url, auth={"bearer": lambda: next(tokens)}) as client:
        client.read_default()
        client.read_default()
    assert [request.header("Authorization") for request in wire.requests] == ["Bearer one", "Bearer two"]


def test_user_and_password(generated: Any, wire: Any) -> None:
    with generated.ApiClient(wire.url, auth={"basic": ("ann", "secret")}) as client:
        client.read_default()
    assert wire.last.header("Authorization") == BASIC


def test_the_first_alternative_wins(generated: Any, wire: Any) -> None:
    with generated.ApiClient(wire.url, auth={"basic": ("ann", "secret"), "bearer": "t0ken"}) as client:
        client.read_default()
    assert wire.last.header("Authorization") == "Bearer t0ken"


def test_an_operation_without_security_sends_no_credentials(generated: Any, wire: Any) -> None:
    with generated.ApiClient(wire.url, auth={"bearer": "t0ken", **KEYS}) as client:
        client.read_open()
    assert wire.last.target == "/open"
    assert wire.last.header("Authorization") is None
    assert wire.last.header("Cookie") is None


def test_all_of_several_keys(generated: Any, wire: Any) -> None:
    with generated.ApiClient(wire.url, auth=KEYS) as client:
        client.read_keys()
    assert wire.last.target == "/keys?key=q%26a"
    assert wire.last.header("X-Key") == "h"
    assert wire.last.header("Cookie") == "key=c"


def test_half_of_the_credentials_that_belong_together_are_none(generated: Any, wire: Any, core: Any) -> None:
    with (
        generated.ApiClient(wire.url, auth={"headerKey": "h", "queryKey": "q"}) as client,
        pytest.raises(core.InvalidArgumentError, match="needs credentials, and none that fit were given"),
    ):
        client.read_keys()
    assert not wire.requests


@pytest.mark.parametrize(
    ("auth", "name", "value"),
    [
        ({"headerKey": "h", **OAUTH}, "X-Key", "h"),
        ({"bearer": "t0ken"}, "Authorization", None),
    ],
)
def test_one_of_several(generated: Any, wire: Any, auth: Any, name: str, value: str | None) -> None:
    with generated.ApiClient(wire.url, auth=auth) as client:
        client.read_either()
    assert len(wire.requests) == 1
    assert wire.last.header(name) == value


def test_oauth_fetches_one_token_for_many_calls(generated: Any, wire: Any) -> None:
    wire.respond({"access_token": "t0ken", "token_type": "bearer", "expires_in": 3600})
    with generated.ApiClient(wire.url, auth=OAUTH) as client:
        client.read_token()
        client.read_either()
    token, *calls = wire.requests
    assert (token.method, token.target) == ("POST", "/oauth/token")
    assert token.body == b"grant_type=client_credentials&scope=read"
    assert token.header("Authorization") == "Basic " + b64encode(b"id:secret").decode()
    assert [(each.target, each.header("Authorization")) for each in calls] == [
        ("/token", "Bearer t0ken"),
        ("/either", "Bearer t0ken"),
    ]


def test_oauth_renews_a_refused_token_once(generated: Any, wire: Any, core: Any) -> None:
    wire.respond({"access_token": "old"})
    wire.respond(status=401)
    wire.respond({"access_token": "new"})
    wire.respond(status=401)
    with generated.ApiClient(wire.url, auth=OAUTH) as client, pytest.raises(core.UnauthorizedError):
        client.read_token()
    assert [each.target for each in wire.requests] == ["/oauth/token", "/token", "/oauth/token", "/token"]
    assert wire.last.header("Authorization") == "Bearer new"


@pytest.mark.parametrize(
    ("auth", "message"),
    [
        ("t0ken", "auth: a single secret fits 4 schemes"),
        (("a", "b"), "auth: a pair fits 2 schemes"),
        ({"unknown": "x"}, "auth: no scheme 'unknown'"),
        ({"basic": "x"}, r"expected \(user, password\) for 'basic', got str"),
    ],
)
def test_unusable_credentials_are_refused_at_once(generated: Any, core: Any, auth: Any, message: str) -> None:
    with pytest.raises(core.InvalidArgumentError, match=message):
        generated.ApiClient(auth=auth)
