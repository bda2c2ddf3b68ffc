"""`x-sign-in`: the client signs in once, without credentials, and again when its token is refused."""

from __future__ import annotations

import asyncio
import pickle
from typing import Any

import pytest

OPENED = {"session": {"token": "t0ken"}}


def made(generated: Any, wire: Any, auth: Any, **options: Any) -> Any:
    return generated.ApiClient(wire.url, device="till 7", auth=auth, **options)


@pytest.fixture
def login(part: Any) -> Any:
    return part("models").Login(user_name="ann", password="s3cret")


def test_the_first_call_that_needs_a_token_signs_in(generated: Any, wire: Any, login: Any) -> None:
    wire.respond(OPENED, status=201)
    wire.respond([])
    wire.respond([])
    with made(generated, wire, login) as client:
        assert not wire.requests
        client.list_things()
        client.list_things()
    signing, *calls = wire.requests
    assert (signing.method, signing.target) == ("POST", "/sessions")
    assert signing.json == {"userName": "ann", "password": "s3cret"}
    assert signing.header("X-Device") == "till 7"
    assert signing.header("Authorization") is None
    assert [(each.target, each.header("Authorization")) for each in calls] == [("/things", "Bearer t0ken")] * 2


@pytest.mark.parametrize("named", [False, True])
def test_the_body_decides_the_sign_in_operation(generated: Any, wire: Any, part: Any, named: bool) -> None:
    code = part("models").Code(code="1234")
    wire.respond(OPENED)
    wire.respond([])
    with made(generated, wire, {"bearer": code} if named else code) as client:
        client.list_things()
    assert [each.target for each in wire.requests] == ["/sessions/by-code", "/things"]


def test_an_open_operation_needs_no_token(generated: Any, wire: Any, login: Any) -> None:
    wire.respond(OPENED, status=201)
    with made(generated, wire, login) as client:
        client.open(login)
    assert [each.target for each in wire.requests] == ["/sessions"]


def test_a_refused_token_is_replaced_once(generated: Any, wire: Any, core: Any, login: Any) -> None:
    for _ in range(2):
        wire.respond(OPENED, status=201)
        wire.respond(status=401)
    with made(generated, wire, login) as client, pytest.raises(core.UnauthorizedError) as caught:
        client.list_things()
    assert [each.target for each in wire.requests] == ["/sessions", "/things"] * 2
    assert caught.value.operation == "spec.list_things"


def test_a_wrong_password_is_the_error_of_signing_in(
    generated: Any, wire: Any, core: Any, part: Any, login: Any
) -> None:
    wire.respond({"reason": "unknown"}, status=401)
    with made(generated, wire, login) as client, pytest.raises(core.UnauthorizedError) as caught:
        client.list_things()
    assert caught.value.operation == "spec.open"
    assert caught.value.body == part("models").Refusal(reason="unknown")
    assert len(wire.requests) == 1


@pytest.mark.parametrize("body", [{}, {"session": None}, {"session": {"token": None}}, {"session": {"token": ""}}])
def test_a_sign_in_response_without_a_token_is_an_error(
    generated: Any, wire: Any, core: Any, login: Any, body: Any
) -> None:
    wire.respond(body, status=201)
    with made(generated, wire, login) as client, pytest.raises(core.ApiError, match=r"no token in 'session\.token'"):
        client.list_things()
    assert [each.target for each in wire.requests] == ["/sessions"]


@pytest.mark.parametrize("body", [b"<html>", b'{"session": {"token": 7}}', b'{"session": {"token": "two\\nlines"}}'])
def test_a_sign_in_response_that_cannot_be_decoded_is_an_error(
    generated: Any, wire: Any, core: Any, login: Any, body: bytes
) -> None:
    wire.respond(body, status=201)
    with made(generated, wire, login) as client, pytest.raises(core.DecodeError, match=r"^spec\.open") as caught:
        client.list_things()
    assert caught.value.raw == b"", "it may hold a token"


def test_what_cannot_be_sent_is_refused_at_once(generated: Any, core: Any, part: Any) -> None:
    models = part("models")
    with pytest.raises(core.InvalidArgumentError, match=r"a function returning it, or a Login, or a Code for 'bearer'"):
        generated.ApiClient(device="x", auth=models.Refusal())
    with pytest.raises(core.InvalidArgumentError, match=r"auth: spec\.open: body: "):
        generated.ApiClient(device="x", auth=models.Login(user_name="a", password=object()))


def test_signing_in_is_an_event(generated: Any, wire: Any, login: Any) -> None:
    wire.respond(OPENED, status=201)
    wire.respond([])
    events: list[Any] = []
    with made(generated, wire, login, on_event=events.append) as client:
        client.list_things()
    (event,) = [each for each in events if each.kind == "sign-in"]
    assert (event.operation, event.method, event.template, event.status) == ("spec.open", "POST", "/sessions", 201)


def test_secrets_appear_nowhere(generated: Any, wire: Any, core: Any, login: Any) -> None:
    wire.respond(OPENED, status=201)
    wire.respond(status=500)
    events: list[Any] = []
    with made(generated, wire, login, on_event=events.append) as client, pytest.raises(core.ServerError) as caught:
        client.list_things()
    shown = [repr(login), repr(client), repr(vars(client)), repr(events), *map(str, events), repr(caught.value)]
    shown.append(repr(vars(caught.value)))
    found = " ".join(shown).encode() + pickle.dumps(caught.value)
    assert b"s3cret" not in found
    assert b"t0ken" not in found


def test_the_async_client_signs_in_too(generated: Any, wire: Any, login: Any) -> None:
    wire.respond(OPENED, status=201)
    wire.respond(["a"])

    async def main() -> Any:
        async with generated.AsyncApiClient(wire.url, device="till 7", auth=login) as client:
            return await client.list_things()

    assert asyncio.run(main()) == ["a"]
    assert [each.target for each in wire.requests] == ["/sessions", "/things"]
