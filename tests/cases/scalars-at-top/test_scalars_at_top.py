"""Bodies that are not objects."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

ID = UUID("16d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e")


@pytest.mark.parametrize(
    ("method", "body", "expected"),
    [
        ("read_name", "ann", "ann"),
        ("read_title", "ann", "ann"),
        ("read_count", 3, 3),
        ("read_maybe", 3, 3),
        ("read_maybe", None, None),
        ("read_ids", [str(ID)], [ID]),
        ("read_date", "/Date(0)/", datetime(1970, 1, 1, tzinfo=UTC)),
        ("read_guid", ID.hex, ID),
        ("read_guids", [ID.hex], [ID]),
        ("read_anything", {"a": [None]}, {"a": [None]}),
    ],
)
def test_responses_are_decoded(client: Any, wire: Any, method: str, body: Any, expected: Any) -> None:
    wire.respond(body)
    assert getattr(client, method)() == expected
    assert wire.last.header("Accept") == "application/json"


def test_a_bare_array_is_sent(client: Any, wire: Any) -> None:
    wire.respond({"a": 1})
    assert client.send_ids([ID]) == {"a": 1}
    assert wire.last.body == f'["{ID.hex}"]'.encode()


def test_an_empty_array_is_a_body(client: Any, wire: Any) -> None:
    wire.respond({})
    assert client.send_ids([]) == {}
    assert wire.last.body == b"[]"


def test_null_is_not_a_number(client: Any, wire: Any, core: Any) -> None:
    wire.respond(None)
    with pytest.raises(core.DecodeError, match="expected int"):
        client.read_count()
