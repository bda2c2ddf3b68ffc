"""`default`: filled in by the client if required, by the server if optional, and when decoding responses."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID


def test_what_must_be_sent_is_sent(client: Any, wire: Any, part: Any) -> None:
    wire.respond({"total": 0})
    client.start_search(part("models").Search(text="x"))
    assert wire.last.query == (
        "version=2024-05-01&order=newest&at=%2FDate%281640995200000-0000%29%2F&clock=08%3A30%3A00Z"
    )
    assert wire.last.header("cursor") == "9223372036854775807"
    assert wire.last.json == {"text": "x", "mode": "exact", "window": {"from": "2024-01-01", "size": 7}}


def test_given_values_replace_defaults(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond({"total": 0})
    window = models.Window(from_=date(2025, 1, 1), size=1)
    search = models.Search(text="x", mode=models.Mode.FUZZY, window=window, page_size=100)
    client.start_search(search, version=date(2025, 6, 1), order=models.Order.OLDEST, limit=50)
    assert wire.last.query.startswith("version=2025-06-01&order=oldest&at=")
    assert wire.last.query.endswith("&limit=50")
    assert wire.last.json == {
        "text": "x",
        "mode": "fuzzy",
        "window": {"from": "2025-01-01", "size": 1},
        "pageSize": 100,
    }


def test_a_default_in_the_path_comes_after_what_must_be_given(client: Any, wire: Any) -> None:
    wire.respond({"total": 0})
    client.read_search("x")
    assert wire.last.target == "/v1/searches/x"
    wire.respond({"total": 0})
    client.read_search("x", version="v2")
    assert wire.last.target == "/v2/searches/x"


def test_no_two_objects_share_a_default(part: Any) -> None:
    models = part("models")
    one, other = models.Search(text="x"), models.Search(text="x")
    assert one.window == other.window
    assert one.window is not other.window
    assert models.Found(total=1).tags is not models.Found(total=1).tags


def test_absent_members_get_their_defaults(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond({"total": 0})
    found = client.start_search(models.Search(text="x"))
    assert found == models.Found(total=0)
    assert found == models.Found(
        total=0,
        guid=UUID("16d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e"),
        day=date(2024, 2, 29),
        at=datetime(2024, 5, 1, 12, 0, 0, 500_000, UTC),
        at_ms=datetime(2024, 5, 1, 10, tzinfo=UTC),
        stamp=datetime(2022, 1, 1),
        other_stamp=datetime(1970, 1, 1, tzinfo=UTC),
        clock=time(8, 30, 0, 250_000, timezone(timedelta(hours=1))),
        wait="P1M",
        content=b"\x00\xff",
        weight=Decimal("0.1"),
        cursor=42,
        whole=3,
        huge=10**20,
        flag=False,
        either="some text",
        other=UUID("16d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e"),
        days=[date(2024, 1, 1)],
        stamps={"a": datetime(1970, 1, 1, tzinfo=UTC)},
        place=models.Window(from_=date(2024, 1, 1), size=1),
        page_size=100,
        ratio=1.0,
        price=Decimal("0.00"),
        id=UUID(int=0),
        mode=models.Mode.FUZZY,
        tags=["new"],
        counts={},
        note="none given",
    )
    assert str(found.price) == "0.00"
    assert isinstance(found.ratio, float)


def test_what_came_wins(part: Any, core: Any) -> None:
    found = core.decode('{"total": 1, "pageSize": 5, "note": null, "tags": []}', part("models").Found)
    assert (found.page_size, found.note, found.tags) == (5, None, [])


def test_the_mock_server_takes_and_gives_them(generated: Any, fake: Any, part: Any) -> None:
    search = part("models").Search(text="x")
    with fake.client(generated.ApiClient, auth=None) as client:
        found = client.start_search(search)

    async def call() -> Any:
        async with fake.client(generated.AsyncApiClient, auth=None) as client:
            return await client.start_search(search)

    assert asyncio.run(call()) == found
