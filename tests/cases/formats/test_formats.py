"""Formats on the wire and in Python: a decoded value is encoded exactly as it came."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

ID = UUID("16d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e")


@pytest.mark.parametrize(
    ("attribute", "text", "value"),
    [
        ("uuid", b'{"uuid":"16d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e"}', ID),
        ("guid", b'{"guid":"16d1f9cd4d1b459b9b8a1f8f6e3bee3e"}', ID),
        ("day", b'{"day":"2024-02-29"}', date(2024, 2, 29)),
        ("at", b'{"at":"2024-05-01T12:00:00Z"}', datetime(2024, 5, 1, 12, tzinfo=UTC)),
        ("at", b'{"at":"2024-05-01T12:00:00.000001Z"}', datetime(2024, 5, 1, 12, 0, 0, 1, UTC)),
        ("at", b'{"at":"2024-05-01T12:00:00+02:00"}', datetime(2024, 5, 1, 12, tzinfo=timezone(timedelta(hours=2)))),
        ("at_ms", b'{"atMs":"2024-05-01T12:00:00.000Z"}', datetime(2024, 5, 1, 12, tzinfo=UTC)),
        ("at_ms", b'{"atMs":"2024-05-01T12:00:00.250Z"}', datetime(2024, 5, 1, 12, 0, 0, 250000, UTC)),
        (
            "at_service_stack",
            b'{"atServiceStack":"/Date(1714564800000)/"}',
            datetime(2024, 5, 1, 12, tzinfo=UTC),
        ),
        (
            "at_service_stack",
            b'{"atServiceStack":"/Date(1714557600000+0200)/"}',
            datetime(2024, 5, 1, 12, tzinfo=timezone(timedelta(hours=2))),
        ),
        ("at_service_stack", b'{"atServiceStack":"/Date(1714564800000-0000)/"}', datetime(2024, 5, 1, 12)),
        ("days", b'{"days":["/Date(0)/"]}', [datetime(1970, 1, 1, tzinfo=UTC)]),
        ("content", b'{"content":"AP8="}', b"\x00\xff"),
        ("price", b'{"price":"12.50"}', Decimal("12.50")),
        ("weight", b'{"weight":12.50}', Decimal("12.50")),
        ("weight", b'{"weight":0.1000000000000000055511151231257827}', Decimal("0.1000000000000000055511151231257827")),
        ("small", b'{"small":-2147483648}', -(2**31)),
        ("big", b'{"big":9223372036854775807}', 2**63 - 1),
        ("ratio", b'{"ratio":0.1}', 0.1),
        ("link", b'{"link":"https://a.example/?b=c"}', "https://a.example/?b=c"),
        ("mail", b'{"mail":"ann@example.com"}', "ann@example.com"),
        ("clock", b'{"clock":"12:00:00"}', time(12)),
        ("clock", b'{"clock":"12:00:00.000001Z"}', time(12, 0, 0, 1, UTC)),
        ("clock", b'{"clock":"12:00:00+02:00"}', time(12, tzinfo=timezone(timedelta(hours=2)))),
        ("number", b'{"number":"9223372036854775807"}', 2**63 - 1),
        ("number", b'{"number":"-1"}', -1),
        ("numbers", b'{"numbers":{"a":"18446744073709551615","b":null}}', {"a": 2**64 - 1, "b": None}),
        ("either", b'{"either":"12:00:00"}', time(12)),
        ("either", b'{"either":12}', 12),
        ("wait", b'{"wait":"P1M"}', "P1M"),
        ("host", b'{"host":"a.example"}', "a.example"),
        ("ip4", b'{"ip4":"192.0.2.1"}', "192.0.2.1"),
        ("ip6", b'{"ip6":"2001:DB8::1"}', "2001:DB8::1"),
        ("template", b'{"template":"/a/{id}"}', "/a/{id}"),
    ],
    ids=lambda value: value.decode() if isinstance(value, bytes) and value.startswith(b"{") else "",
)
def test_round_trip(part: Any, core: Any, attribute: str, text: bytes, value: Any) -> None:
    sample = core.decode(text, part("models").Sample)
    found = getattr(sample, attribute)
    assert (found, type(found)) == (value, type(value))
    if isinstance(value, Decimal):
        assert str(found) == str(value)
    if isinstance(value, datetime):
        assert found.utcoffset() == value.utcoffset()
    assert core.encode(sample) == text


@pytest.mark.parametrize(
    "text",
    [
        '{"uuid": "1"}',
        '{"guid": "16d1f9cd"}',
        '{"day": "2023-02-29"}',
        '{"at": "yesterday"}',
        '{"atMs": "2024-05-01T12:00:00"}',
        '{"atServiceStack": "/Date(now)/"}',
        '{"content": "?"}',
        '{"price": 12.5}',
        '{"price": "12,50"}',
        '{"weight": "12.50"}',
        '{"small": 1.5}',
        '{"clock": "12:00"}',
        '{"clock": "24:00:00Z"}',
        '{"number": 1}',
        '{"number": " 1"}',
        '{"number": "1_000"}',
        '{"number": "1.0"}',
        '{"number": "\u0661"}',
        '{"number": ""}',
    ],
)
def test_another_form_is_refused(part: Any, core: Any, text: str) -> None:
    with pytest.raises(core.DecodeError) as caught:
        core.decode(text, part("models").Sample)
    assert caught.value.path == "$." + text.split('"')[1]


def test_parameters_have_formats_too(client: Any, wire: Any, part: Any) -> None:
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    wire.respond({})
    client.put_sample(ID, part("models").Sample(), since=noon, until=noon, price=Decimal("12.50"), key=b"\x00\xff")
    assert wire.last.path == "/samples/16d1f9cd4d1b459b9b8a1f8f6e3bee3e"
    assert wire.last.query.split("&") == [
        "since=%2FDate%281714564800000%29%2F",
        "until=2024-05-01T12%3A00%3A00.000Z",
        "price=12.50",
        "key=AP8%3D",
    ]


def test_parameters_have_the_other_formats(client: Any, wire: Any, part: Any) -> None:
    wire.respond({})
    client.put_sample(ID, part("models").Sample(), clock=time(12, tzinfo=UTC), number=2**70, numbers=[1, 2], wait="P1M")
    assert wire.last.query == "clock=12%3A00%3A00Z&numbers=1&numbers=2&wait=P1M"
    assert wire.last.header("number") == str(2**70)


def test_an_integer_in_quotes_may_come_without_them_if_reading_is_lenient(part: Any, core: Any) -> None:
    sample = core.codec.decoder(part("models").Sample, lenient=False)
    with pytest.raises(core.DecodeError, match="expected integer in a string, found int 1 at"):
        sample('{"number": 1}')
    found: list[Any] = []
    read = core.codec.lenient_decoder(part("models").Sample)
    assert read(b'{"number": 12}', found.append).number == 12
    assert [str(each.detail) for each in found] == ["expected integer in a string, found number"]


def test_a_boolean_is_no_integer_in_quotes(part: Any, core: Any) -> None:
    with pytest.raises(core.InvalidArgumentError, match="expected integer in a string, found bool True"):
        core.encode(part("models").Sample(number=True))


def test_the_mock_server_takes_and_gives_them(generated: Any, fake: Any, part: Any) -> None:
    sample = part("models").Sample(clock=time(12, tzinfo=UTC), number=2**62, numbers={"a": 1})
    with fake.client(generated.ApiClient, auth=None) as client:
        found = client.put_sample(ID, sample, clock=time(12), number=1, wait="P1M")

    async def call() -> Any:
        async with fake.client(generated.AsyncApiClient, auth=None) as client:
            return await client.put_sample(ID, sample, clock=time(12), number=1, wait="P1M")

    assert asyncio.run(call()) == found
