"""Headers that the client sends itself: media types as declared, and the caller's value where there is one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

VENDOR = "application/vnd.example.v2+json"


def test_a_json_string_is_requested_as_json(client: Any, wire: Any) -> None:
    wire.respond("hello")
    assert client.read_text() == "hello"
    assert wire.last.header("Accept") == "application/json"


def test_media_types_are_those_of_the_spec_in_its_order(client: Any, wire: Any, part: Any) -> None:
    thing = part("models").Thing(name="a")
    wire.respond({"name": "a"}, media_type=VENDOR)
    assert client.send_vendor(thing) == thing
    assert wire.last.header("Accept") == f"{VENDOR}, application/json, image/png"
    assert wire.last.header("Content-Type") == VENDOR


def test_a_chosen_media_type_replaces_them(client: Any, wire: Any, part: Any) -> None:
    thing = part("models").Thing(name="a")
    wire.respond(b"name\r\na\r\n", media_type="text/csv")
    assert client.with_options(media_type="text/csv").send_vendor(thing) == thing
    assert wire.last.header("Accept") == "text/csv"


def test_json_is_read_from_an_error_that_lists_it_second(client: Any, wire: Any, part: Any, core: Any) -> None:
    wire.respond({"name": "gone"}, status=404, media_type="application/problem+json")
    with pytest.raises(core.NotFoundError) as caught:
        client.send_vendor(part("models").Thing(name="a"))
    assert caught.value.body == part("models").Thing(name="gone")


def test_head_and_204_return_none_whatever_the_spec_declares(client: Any, wire: Any) -> None:
    wire.respond(b"")
    assert client.probe() is None
    assert client.remove() is None
    assert wire.last.header("Accept") == "*/*"


def test_a_header_is_sent_once_and_is_the_callers(generated: Any, wire: Any, part: Any) -> None:
    with generated.ApiClient(wire.url, auth="token") as client:
        wire.respond({"name": "a"})
        client.send_own(
            part("models").Thing(name="a"),
            user_agent="mine/1",
            accept="application/json;q=0.5",
            content_type="multipart/mixed",
            authorization="Custom x",
            cookie="a=1",
            session="s",
        )
    assert wire.last.header("User-Agent") == "mine/1"
    assert wire.last.header("Accept") == "application/json;q=0.5"
    assert wire.last.header("Authorization") == "Custom x"
    assert wire.last.header("Cookie") == "a=1; session=s"
    kind, _, boundary = wire.last.header("Content-Type").partition("; boundary=")
    assert kind == "multipart/mixed"
    assert wire.last.body.startswith(f"--{boundary}\r\n".encode())


def test_headers_that_the_caller_leaves_out_are_the_clients(generated: Any, wire: Any, part: Any) -> None:
    with generated.ApiClient(wire.url, auth="token", user_agent="client/1") as client:
        wire.respond({"name": "a"})
        client.send_own(part("models").Thing(name="a"))
    assert wire.last.header("User-Agent") == "client/1"
    assert wire.last.header("Accept") == "application/json"
    assert wire.last.header("Authorization") == "Bearer token"
    assert wire.last.header("Content-Type").startswith("multipart/form-data; boundary=")


def test_the_boundary_is_the_clients(client: Any, part: Any, core: Any) -> None:
    with pytest.raises(core.InvalidArgumentError, match="remove its boundary"):
        client.send_own(part("models").Thing(name="a"), content_type="multipart/form-data; boundary=x")


def test_async(generated: Any, wire: Any, part: Any) -> None:
    async def call() -> None:
        async with generated.AsyncApiClient(wire.url) as client:
            wire.respond({"name": "a"})
            await client.send_own(part("models").Thing(name="a"), user_agent="mine/1")

    asyncio.run(call())
    assert wire.last.header("User-Agent") == "mine/1"


def test_the_mock_server_understands_them(generated: Any, mock_url: str, part: Any) -> None:
    with generated.ApiClient(mock_url) as client:
        assert client.send_vendor(part("models").Thing(name="a")).name == "example"
        assert client.probe() is None
        assert client.remove() is None
        assert client.send_own(part("models").Thing(name="a"), content_type="multipart/form-data").name == "example"
