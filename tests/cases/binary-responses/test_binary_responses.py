"""Responses that are not JSON."""

from __future__ import annotations

from typing import Any

import pytest


def test_text(client: Any, wire: Any) -> None:
    wire.respond("Größe;1\r\n".encode(), media_type="text/csv")
    assert client.read_report() == "Größe;1\r\n"
    assert wire.last.header("Accept") == "text/csv"


def test_text_in_another_charset(client: Any, wire: Any) -> None:
    wire.respond("Größe".encode("latin-1"), media_type="text/csv; charset=iso-8859-1")
    assert client.read_report() == "Größe"


def test_bytes(client: Any, wire: Any) -> None:
    wire.respond(b"\x00\xff", media_type="application/octet-stream")
    assert client.read_archive() == b"\x00\xff"
    assert wire.last.header("Accept") == "application/octet-stream"


def test_an_error_response_is_decoded_as_json(client: Any, wire: Any, part: Any, core: Any) -> None:
    wire.respond({"message": "gone"}, status=404)
    with pytest.raises(core.NotFoundError) as caught:
        client.read_picture()
    assert caught.value.body == part("models").Trouble(message="gone")
