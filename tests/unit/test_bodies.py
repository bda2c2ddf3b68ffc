"""Request bodies: JSON, forms, multipart, bytes and text, and errors for values that fit none."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from email import message_from_bytes
from email.message import Message
from io import BytesIO, StringIO
from pathlib import Path as File
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import parse_qsl
from uuid import UUID

import pytest
from attrs import define, field

from taskclients_core import (
    Api,
    Binary,
    Client,
    Form,
    InvalidArgumentError,
    Json,
    Multipart,
    Operation,
    Text,
    Upload,
    extra,
    wire_member,
)
from taskclients_core.formats import DecimalNumber, GuidN

if TYPE_CHECKING:
    from tests.unit.conftest import ReceivedRequest, WireServer

ID = UUID("00112233-4455-6677-8899-aabbccddeeff")


@define(kw_only=True)
class Pet:
    name: str
    born: date | None = field(default=None, metadata=wire_member("dateOfBirth"))


@define(kw_only=True)
class Order:
    id: GuidN = field(metadata=wire_member("orderId"))
    paid: bool = False
    note: str | None = None
    tags: list[str] | None = None
    pet: Pet | None = None
    pets: list[Pet] | None = None


@define(kw_only=True)
class Price:
    amount: DecimalNumber


@define(kw_only=True)
class Offer:
    least: DecimalNumber
    price: Price


@define(kw_only=True)
class Package:
    label: str
    file: bytes | Upload | BinaryIO
    count: int | None = None
    ids: list[GuidN] | None = None
    photos: list[Upload] | None = None
    pet: Pet | None = field(default=None, metadata=wire_member("thePet"))
    pets: list[Pet] | None = None
    more: dict[str, int] = field(factory=dict, metadata=extra())


class AnyClient(Client):
    api = Api("test")


@pytest.fixture
def client(server: WireServer) -> Iterator[AnyClient]:
    with AnyClient(server.url) as client:
        yield client


def send(client: AnyClient, server: WireServer, declared: Any, body: object, **details: Any) -> ReceivedRequest:
    client.call(Operation("test.put", "POST", "/x", body=declared, **details), body=body)
    return server.last


def parts(request: ReceivedRequest) -> list[tuple[str, Message]]:
    """Parse a multipart body with Python's own mail parser."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = message_from_bytes(head + request.body)
    assert not message.defects
    found: list[tuple[str, Message]] = []
    for part in message.walk():
        if part is not message:
            name = part.get_param("name", header="content-disposition")
            assert isinstance(name, str)
            found.append((name, part))
    return found


def test_json_is_the_wire_form(client: AnyClient, server: WireServer) -> None:
    request = send(client, server, Json(Order), Order(id=ID, pet=Pet(name="Rex", born=date(2024, 1, 31))))
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {
        "orderId": ID.hex,
        "paid": False,
        "pet": {"name": "Rex", "dateOfBirth": "2024-01-31"},
    }


@pytest.mark.parametrize(
    ("hint", "body", "expected"),
    [
        (list[Pet], [Pet(name="a")], [{"name": "a"}]),
        (dict[str, int], {"a": 1}, {"a": 1}),
        (Pet | str, "text", "text"),
        (str, "text", "text"),
        (float, 1, 1),
        (Any, {"a": [1]}, {"a": [1]}),
        (list[GuidN], [ID], [ID.hex]),
        (Pet, Pet(name="ünï"), {"name": "ünï"}),
    ],
)
def test_json_takes_any_type(client: AnyClient, server: WireServer, hint: Any, body: object, expected: object) -> None:
    assert json.loads(send(client, server, Json(hint), body).body) == expected


def test_the_media_type_can_be_another(client: AnyClient, server: WireServer) -> None:
    request = send(client, server, Json(Pet, media_type="application/merge-patch+json"), Pet(name="a"))
    assert request.headers["content-type"] == "application/merge-patch+json"


def test_of_several_bodies_the_first_that_fits_is_sent(client: AnyClient, server: WireServer) -> None:
    declared = (Json(Order), Json(Pet, media_type="application/vnd.pet+json"), Form(Pet), Text(), Binary("image/png"))
    assert send(client, server, declared, Pet(name="a")).headers["content-type"] == "application/vnd.pet+json"
    assert send(client, server, declared, "a").headers["content-type"] == "text/plain; charset=utf-8"
    assert send(client, server, declared, b"a").headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("declared", "body", "message"),
    [
        (Json(Order), None, r"test\.put: body: required, expected Order"),
        (Json(Order), Pet(name="a"), r"test\.put: body: expected Order, got Pet"),
        (Json(Order), {"orderId": "1"}, r"test\.put: body: expected Order, got dict"),
        (Json(list[Order]), Order(id=ID), r"body: expected list\[Order\], got Order"),
        ((Json(Order), Json(Pet), Text()), 7, r"body: expected Order or Pet or str, got int"),
        (Text(), b"a", r"body: expected str, got bytes"),
        (
            Binary(),
            "a",
            r"body: expected bytes, a file open for reading bytes, a path, an iterable of bytes or an Upload, got str",
        ),
        (Binary(), StringIO("a"), r"body: a file to send must be open for reading bytes"),
        ((), Pet(name="a"), r"body: expected none, got Pet"),
        (Json(Any), {"a": object()}, r"test\.put: body: "),
        (Form(Any), {"a": "\ud800"}, r"test\.put: body: "),
        (Text(), "\ud800", r"test\.put: body: "),
        (Multipart(Any), {"a": "\ud800"}, r"test\.put: body: "),
    ],
)
def test_a_body_that_does_not_fit_is_refused(
    client: AnyClient, server: WireServer, declared: Any, body: object, message: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        send(client, server, declared, body)
    assert server.requests == []


def test_an_optional_body_can_be_left_out(client: AnyClient, server: WireServer) -> None:
    request = send(client, server, Json(Order), None, body_required=False)
    assert request.body == b""
    assert "content-type" not in request.headers
    assert request.headers["content-length"] == "0"


def test_a_form_repeats_lists_and_writes_objects_as_json(client: AnyClient, server: WireServer) -> None:
    pet = Pet(name="Rex")
    request = send(
        client,
        server,
        Form(Order),
        Order(id=ID, paid=True, note="a&b=c d+é", tags=["x", "y"], pet=pet, pets=[pet, pet]),
    )
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qsl(request.body.decode(), strict_parsing=True) == [
        ("orderId", ID.hex),
        ("paid", "true"),
        ("note", "a&b=c d+é"),
        ("tags", "x"),
        ("tags", "y"),
        ("pet", '{"name":"Rex"}'),
        ("pets", '{"name":"Rex"}'),
        ("pets", '{"name":"Rex"}'),
    ]


def test_multipart_has_a_part_for_each_field_and_item(client: AnyClient, server: WireServer) -> None:
    body = Package(
        label="ünï",
        file=b"\x00\xff",
        count=3,
        ids=[ID, ID],
        photos=[Upload(b"1", "a.png", "image/png"), Upload(BytesIO(b"2"), "b.png")],
        pet=Pet(name="Rex", born=date(2024, 1, 31)),
        pets=[Pet(name="a"), Pet(name="b")],
        more={"x": 7},
    )
    request = send(client, server, Multipart(Package), body)
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert [
        (name, part.get_filename(), part["content-type"], part.get_payload(decode=True))
        for name, part in parts(request)
    ] == [
        ("label", None, None, "ünï".encode()),
        ("file", "file", "application/octet-stream", b"\x00\xff"),
        ("count", None, None, b"3"),
        ("ids", None, None, ID.hex.encode()),
        ("ids", None, None, ID.hex.encode()),
        ("photos", "a.png", "image/png", b"1"),
        ("photos", "b.png", "application/octet-stream", b"2"),
        ("thePet", None, "application/json", b'{"name":"Rex","dateOfBirth":"2024-01-31"}'),
        ("pets", None, "application/json", b'{"name":"a"}'),
        ("pets", None, "application/json", b'{"name":"b"}'),
        ("x", None, None, b"7"),
    ]


def test_decimals_keep_their_digits_and_are_numbers_in_json(client: AnyClient, server: WireServer) -> None:
    offer = Offer(least=Decimal("0.50"), price=Price(amount=Decimal("12345678901234567890.10")))
    expected = [("least", "0.50"), ("price", '{"amount":12345678901234567890.10}')]
    request = send(client, server, Form(Offer), offer)
    assert parse_qsl(request.body.decode(), strict_parsing=True) == expected
    request = send(client, server, Multipart(Offer), offer)
    assert [(name, str(part.get_payload())) for name, part in parts(request)] == expected


def test_multipart_takes_an_open_file(client: AnyClient, server: WireServer, tmp_path: File) -> None:
    (tmp_path / "a.bin").write_bytes(b"content")
    with (tmp_path / "a.bin").open("rb") as file:
        request = send(client, server, Multipart(Package), Package(label="a", file=file))
        assert not file.closed
    name, part = parts(request)[1]
    assert (name, part.get_filename(), part.get_payload(decode=True)) == ("file", "a.bin", b"content")


def test_multipart_names_cannot_break_out_of_their_header(client: AnyClient, server: WireServer) -> None:
    evil = 'a"; x="\r\nX-Evil: 1\r\n\r\n'
    request = send(client, server, Multipart(Any), {evil: Upload(b"1", evil)})
    ((name, part),) = parts(request)
    assert name == "a%22; x=%22%0D%0AX-Evil: 1%0D%0A%0D%0A"
    assert part.get_filename() == name
    assert part["x-evil"] is None
    with pytest.raises(InvalidArgumentError, match="content type of an upload: a header cannot"):
        send(client, server, Multipart(Any), {"f": Upload(b"1", content_type="a/b\r\nX-Evil: 1")})


@pytest.mark.parametrize("made", [bytes, bytearray, memoryview, BytesIO])
def test_binary_is_sent_as_it_is(client: AnyClient, server: WireServer, made: Callable[[bytes], object]) -> None:
    request = send(client, server, Binary("application/vnd.x"), made(b"\x00\xff"))
    assert (request.headers["content-type"], request.body) == ("application/vnd.x", b"\x00\xff")


def test_an_upload_names_its_own_type(client: AnyClient, server: WireServer) -> None:
    assert (
        send(client, server, Binary("image/*"), Upload(b"1", content_type="image/png")).headers["content-type"]
        == "image/png"
    )
    assert send(client, server, Binary("image/*"), b"1").headers["content-type"] == "application/octet-stream"
    with pytest.raises(InvalidArgumentError, match="content type"):
        send(client, server, Binary("image/*"), Upload(b"1", content_type="a/b\nX-Evil: 1"))


def test_text_is_utf_8(client: AnyClient, server: WireServer) -> None:
    request = send(client, server, Text("text/csv"), "ünï,codé")
    assert (request.headers["content-type"], request.body) == ("text/csv; charset=utf-8", "ünï,codé".encode())


def test_an_upload_does_not_show_its_content() -> None:
    assert "secret" not in repr(Upload(b"secret", "a.txt"))
