"""`default`: filled in by the client if required, by the server if optional, and when decoding responses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID


def test_what_must_be_sent_is_sent(client: Any, wire: Any, part: Any) -> None:
    wire.respond({"total": 0})
    client.start_search(part("models").Search(text="x"))
    assert wire.last.query == "version=2024-05-01&order=newest"
    assert wire.last.json == {"text": "x", "mode": "exact", "window": {"from": "2024-01-01", "size": 7}}


def test_given_values_replace_defaults(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond({"total": 0})
    window = models.Window(from_=date(2025, 1, 1), size=1)
    search = models.Search(text="x", mode=models.Mode.FUZZY, window=window, page_size=100)
    client.start_search(search, version=date(2025, 6, 1), order=models.Order.OLDEST, limit=50)
    assert wire.last.query == "version=2025-06-01&order=oldest&limit=50"
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
    assert found == models.Found(
        total=0,
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
