"""Bodies that are neither JSON nor forms: bytes, and scalars as text."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dragoman.mock_server import Call, Sandbox


def test_anything_is_bytes(client: Any, wire: Any, core: Any) -> None:
    wire.respond(b"\x00\xff", media_type="application/zip")
    assert client.send_anything(core.Upload(b"\x01", content_type="application/x-tar")) == b"\x00\xff"
    assert wire.last.body == b"\x01"
    assert wire.last.header("Content-Type") == "application/x-tar"
    assert wire.last.header("Accept") == "*/*"


def test_a_range_is_never_sent_as_the_type_of_a_body(client: Any, wire: Any) -> None:
    wire.respond(b"png", media_type="image/png")
    assert client.send_picture(b"jpeg") == b"png"
    assert wire.last.header("Content-Type") == "application/octet-stream"
    assert wire.last.header("Accept") == "image/png, image/jpeg"


def test_xml_is_bytes_and_the_docstring_names_its_schema(client: Any, wire: Any, generated: Any) -> None:
    wire.respond(b"<pets/>", media_type="text/xml")
    assert client.send_xml(b"<pet/>") == b"<pets/>"
    assert wire.last.header("Content-Type") == "application/xml"
    assert wire.last.header("Accept") == "text/xml"
    doc = generated.ApiClient.send_xml.__doc__
    assert "Pass `Pet` in `application/xml`" in doc
    assert "Contains `list[Pet]` in `text/xml`" in doc


@pytest.mark.parametrize("text", [b"42", b"42\n"])
def test_a_number_in_a_text(client: Any, wire: Any, text: bytes) -> None:
    wire.respond(text, media_type="text/plain")
    assert client.send_number(-7) == 42
    assert wire.last.body == b"-7"
    assert wire.last.header("Content-Type") == "text/plain; charset=utf-8"
    assert wire.last.header("Accept") == "text/plain"


@pytest.mark.parametrize(("text", "key"), [(b"", b""), (b"AP8=\n", b"\x00\xff")])
def test_base64_in_a_text_may_be_empty(client: Any, wire: Any, text: bytes, key: bytes) -> None:
    wire.respond(text, media_type="text/plain")
    assert client.read_key() == key


@pytest.mark.parametrize("text", [b"2022-02-28", b"2022-02-28\r\n", b'"2022-02-28"'])
@pytest.mark.parametrize("lenient", [False, True])
def test_a_date_in_a_text(client: Any, wire: Any, text: bytes, lenient: bool) -> None:
    wire.respond(text, media_type="text/plain")
    assert client.with_options(lenient=lenient).send_day(date(2022, 1, 1)) == date(2022, 2, 28)
    assert wire.last.body == b"2022-01-01"


def test_an_open_enumeration_in_a_text(client: Any, wire: Any, part: Any) -> None:
    states = part("models").State
    wire.respond(b"done", media_type="text/plain")
    assert client.send_state(states.QUEUED) is states.DONE
    assert wire.last.body == b"queued"
    wire.respond(b"paused", media_type="text/plain")
    assert client.send_state(states("later")) == "paused"


def test_a_text_of_another_type_is_an_error(client: Any, wire: Any, core: Any) -> None:
    wire.respond(b"soon", media_type="text/plain")
    with pytest.raises(core.DecodeError, match="text/plain"):
        client.send_day(date(2022, 1, 1))
    with pytest.raises(core.InvalidArgumentError, match="expected int"):
        client.send_number("7")


def test_the_declared_charset_is_used(client: Any, wire: Any, core: Any) -> None:
    client.send_latin("Größe")
    assert wire.last.body == "Größe".encode("latin-1")
    assert wire.last.header("Content-Type") == "text/plain; charset=iso-8859-1"
    with pytest.raises(core.InvalidArgumentError, match="outside iso-8859-1"):
        client.send_latin("→")


def test_async(generated: Any, wire: Any) -> None:
    async def call() -> Any:
        async with generated.AsyncApiClient(wire.url) as client:
            wire.respond(b"7", media_type="text/plain")
            return await client.send_number(1)

    assert asyncio.run(call()) == 7


def test_the_mock_server_understands_them(generated: Any, mock_url: str, part: Any, core: Any) -> None:
    with generated.ApiClient(mock_url) as client:
        assert isinstance(client.send_anything(b"x"), bytes)
        assert isinstance(client.send_picture(core.Upload(b"x", content_type="image/gif")), bytes)
        assert isinstance(client.send_xml(b"<pet/>"), bytes)
        assert client.send_number(1) == 0
        assert client.send_day(date(2022, 1, 1)) == date(2024, 1, 15)
        assert client.send_state(part("models").State.QUEUED) is part("models").State.QUEUED
        assert client.send_latin("Größe") is None


@pytest.mark.parametrize(
    ("path", "media", "body", "status"),
    [
        ("/state", "text/plain", b"queued\n", 200),
        ("/state", "text/plain", b"lost", 400),
        ("/number", "text/plain; charset=utf-16", "7".encode("utf-16"), 200),
        ("/number", "text/plain", b"soon", 400),
        ("/day", "text/plain", b"2022-02-30", 400),
        ("/day", "text/plain", b"\xff", 400),
        ("/day", "text/plain; charset=none", b"2022-02-28", 400),
    ],
)
def test_the_mock_server_checks_scalars_in_texts(path: str, media: str, body: bytes, status: int) -> None:
    call = Call(method="PUT", path=path, headers={"content-type": media}, body=body)
    assert Sandbox([Path(__file__).with_name("spec.yaml")]).answer(call).status == status
