"""Request bodies of each media type on the wire."""

from __future__ import annotations

import io
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest


def test_json(client: Any, wire: Any, part: Any) -> None:
    client.send_json(part("models").Greeting(first_name="Ann", nick_names=["A", "Ä"]))
    assert wire.last.header("Content-Type") == "application/json"
    assert wire.last.json == {"firstName": "Ann", "nickNames": ["A", "Ä"]}


def test_a_required_body_is_required(client: Any, wire: Any, core: Any) -> None:
    with pytest.raises(core.InvalidArgumentError, match="body: required, expected Greeting"):
        client.send_json(None)
    with pytest.raises(core.InvalidArgumentError, match="body: expected Greeting, got str"):
        client.send_json("Ann")
    assert not wire.requests


def test_an_optional_body(client: Any, wire: Any, part: Any) -> None:
    client.send_optional()
    assert (wire.last.body, wire.last.header("Content-Type")) == (b"", None)
    client.send_optional(part("models").Greeting(first_name="Ann"))
    assert wire.last.json == {"firstName": "Ann"}


def test_form(client: Any, wire: Any, part: Any) -> None:
    client.send_form(part("models").Greeting(first_name="Ann & Bob", nick_names=["A", "B"], formal=True))
    assert wire.last.header("Content-Type") == "application/x-www-form-urlencoded"
    assert wire.last.body == b"firstName=Ann+%26+Bob&nickNames=A&nickNames=B&formal=true"


def test_multipart(client: Any, wire: Any, part: Any, core: Any) -> None:
    models = part("models")
    file = core.Upload(io.BytesIO(b"\x00\r\n--\xff"), filename='a "b".bin', content_type="application/pdf")
    client.send_multipart(models.Parcel(title="Überraschung", file=file, about=models.Greeting(first_name="Ann")))
    title, sent, about = _parts(wire.last)
    assert (title.get_param("name", header="content-disposition"), title.get_payload(decode=True)) == (
        "title",
        "Überraschung".encode(),
    )
    assert sent.get_content_type() == "application/pdf"
    assert sent.get_filename() == "a %22b%22.bin"
    assert sent.get_payload(decode=True) == b"\x00\r\n--\xff"
    assert (about.get_content_type(), about.get_payload(decode=True)) == ("application/json", b'{"firstName":"Ann"}')


def test_a_part_for_each_file_of_a_list(client: Any, wire: Any, part: Any, tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_bytes(b"2")
    parcel = part("models").Parcel
    client.send_multipart(parcel(title="a", file=b"0", more=[b"1", path]))
    assert [(each.get_filename(), each.get_payload()) for each in _parts(wire.last)[2:]] == [
        ("more", "1"),
        ("two.csv", "2"),
    ]
    client.send_multipart(parcel(title="a", file=b"0", more=[]))
    assert len(_parts(wire.last)) == 2


@pytest.mark.parametrize(
    "files", [{"file": "a.pdf"}, {"file": b"", "more": ["a.pdf"]}, {"file": b"", "more": [b"", "x"]}]
)
def test_a_name_is_not_a_file(client: Any, wire: Any, part: Any, core: Any, files: dict[str, Any]) -> None:
    with pytest.raises(core.InvalidArgumentError, match="expected a file, such as Upload\\(path\\), found str"):
        client.send_multipart(part("models").Parcel(title="a", **files))
    assert not wire.requests


def test_binary(client: Any, wire: Any) -> None:
    client.send_binary("a b", b"\x00\xff")
    assert wire.last.target == "/binary/a%20b"
    assert wire.last.header("Content-Type") == "application/octet-stream"
    assert wire.last.body == b"\x00\xff"
    client.send_binary("file", io.BytesIO(b"from a file"))
    assert wire.last.body == b"from a file"


def test_text(client: Any, wire: Any) -> None:
    client.send_text("Grüße\n")
    assert wire.last.header("Content-Type") == "text/plain; charset=utf-8"
    assert wire.last.body.decode() == "Grüße\n"


def _parts(request: Any) -> list[Any]:
    head = f"Content-Type: {request.header('Content-Type')}\r\n\r\n".encode()
    message = message_from_bytes(head + request.body)
    assert message.get_content_type() == "multipart/form-data"
    return list(message.get_payload())
