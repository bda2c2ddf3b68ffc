"""Nested values in queries and forms, and parts of multipart bodies with types and headers of their own."""

from __future__ import annotations

import asyncio
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

import pytest


@pytest.fixture
def where(part: Any) -> Any:
    return part("models").Where(name="a b", tags=["x", "y"], metadata={"k": "v"})


@pytest.fixture
def charge(part: Any, where: Any) -> Any:
    models = part("models")
    return models.Charge(
        amount=7,
        expand=["data", "a&b"],
        where=where,
        items=[models.Item(price="p", counts=[1, 2]), models.Item(price="q")],
        codes=["a", "b,c"],
        note="n",
        plain=models.Where(name="z"),
    )


def test_nested_query_parameters(client: Any, wire: Any, where: Any) -> None:
    client.list_charges(expand=["a", "b"], where=where, filter=where)
    assert parse_qsl(wire.last.query) == [
        ("expand[]", "a"),
        ("expand[]", "b"),
        ("where[name]", "a b"),
        ("where[tags][]", "x"),
        ("where[tags][]", "y"),
        ("where[metadata][k]", "v"),
        ("filter", '{"name":"a b","tags":["x","y"],"metadata":{"k":"v"}}'),
    ]


def test_a_form_with_nested_values(client: Any, wire: Any, charge: Any) -> None:
    client.create_charge(charge)
    assert wire.last.header("Content-Type") == "application/x-www-form-urlencoded"
    assert parse_qsl(wire.last.body.decode()) == [
        ("amount", "7"),
        ("expand[]", "data"),
        ("expand[]", "a&b"),
        ("where[name]", "a b"),
        ("where[tags][]", "x"),
        ("where[tags][]", "y"),
        ("where[metadata][k]", "v"),
        ("items[0][price]", "p"),
        ("items[0][counts][]", "1"),
        ("items[0][counts][]", "2"),
        ("items[1][price]", "q"),
        ("codes", "a,b,c"),
        ("note", '"n"'),
        ("plain", '{"name":"z"}'),
    ]


def test_what_is_left_out_or_empty_is_not_sent(client: Any, wire: Any, part: Any) -> None:
    client.create_charge(part("models").Charge(amount=7, expand=[], items=[]))
    assert wire.last.body == b"amount=7"


def _parts(request: Any) -> dict[str, Any]:
    head = f"Content-Type: {request.header('Content-Type')}\r\n\r\n".encode()
    found: Any = message_from_bytes(head + request.body).get_payload()
    return {part.get_param("name", header="content-disposition"): part for part in found}


def test_parts_have_their_own_types_and_headers(client: Any, wire: Any, part: Any, core: Any, where: Any) -> None:
    picture = core.Upload(b"png", filename="a.png", headers={"X-Checksum": "c0ffee", "X-More": "1"})
    client.send_parcel(part("models").Parcel(picture=picture, where=where, note="*n*"))
    parts = _parts(wire.last)
    assert parts["picture"].get_content_type() == "image/png"
    assert (parts["picture"]["X-Checksum"], parts["picture"]["X-More"]) == ("c0ffee", "1")
    assert parts["where"].get_content_type() == "application/vnd.where+json"
    assert parts["where"]["X-Version"] == "2"
    assert parts["note"].get_content_type() == "text/markdown"
    assert parts["note"].get_payload() == "*n*"


def test_the_uploads_own_type_wins(client: Any, wire: Any, part: Any, core: Any) -> None:
    picture = core.Upload(b"jpg", content_type="image/jpeg", headers={"x-checksum": "1"})
    client.send_parcel(part("models").Parcel(picture=picture))
    assert _parts(wire.last)["picture"].get_content_type() == "image/jpeg"


@pytest.mark.parametrize(
    ("headers", "message"),
    [
        ({}, "needs the header X-Checksum"),
        ({"X-Checksum": "a\r\nb"}, "line break"),
        ({"X-Checksum": "1", "Content-Type": "x/y"}, "'Content-Type' cannot be set"),
        ({"X-Checksum": "1", "X: y": "z"}, "'X: y' cannot be set"),
    ],
)
def test_headers_that_cannot_be_sent(client: Any, part: Any, core: Any, headers: Any, message: str) -> None:
    with pytest.raises(core.InvalidArgumentError, match=message):
        client.send_parcel(part("models").Parcel(picture=core.Upload(b"", headers=headers)))


def test_the_mock_server_reads_them(
    generated: Any, mock_url: str, part: Any, core: Any, charge: Any, where: Any
) -> None:
    picture = core.Upload(b"png", headers={"X-Checksum": "1"})

    async def call() -> None:
        async with generated.AsyncApiClient(mock_url) as client:
            await client.list_charges(expand=["a", "b"], where=where, filter=where)
            await client.create_charge(charge)
            await client.send_parcel(part("models").Parcel(picture=picture, where=where, note="n"))

    asyncio.run(call())
