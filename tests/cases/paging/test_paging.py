"""`x-pagination`: iterating over a list fetches its pages as needed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

PAGES = (
    {"items": [{"id": 1}, {"id": 2}], "meta": {"nextToken": "b c"}},
    {"items": [], "meta": {"nextToken": "d"}},
    {"items": [{"id": 3}], "meta": {"nextToken": None}},
)


def test_a_loop_over_all_items(client: Any, wire: Any, part: Any) -> None:
    for page in PAGES:
        wire.respond(page)
    things = client.list_things(color="red")
    assert not wire.requests, "nothing is sent before it is needed"
    assert list(things) == [part("models").Thing(id=each) for each in (1, 2, 3)]
    assert [request.query for request in wire.requests] == [
        "color=red",
        "color=red&pageToken=b%20c",
        "color=red&pageToken=d",
    ]


def test_no_page_is_fetched_too_many(client: Any, wire: Any) -> None:
    for page in PAGES:
        wire.respond(page)
    things = iter(client.list_things())
    assert (next(things).id, next(things).id, len(wire.requests)) == (1, 2, 1)
    assert (next(things).id, len(wire.requests)) == (3, 3)


def test_pages(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond(PAGES[1])
    wire.respond({"items": []})
    pages = [
        models.ThingPage(items=[], meta=models.Meta(next_token="d")),
        models.ThingPage(items=[]),
    ]
    assert list(client.list_things(page_token="b").pages()) == pages
    assert [request.query for request in wire.requests] == ["pageToken=b", "pageToken=d"]

    wire.respond(PAGES[1])
    assert client.list_things().page() == pages[0]
    assert len(wire.requests) == 3, "one page is one request"


def test_a_list_that_never_ends(client: Any, wire: Any, core: Any) -> None:
    for _ in range(3):
        wire.respond(PAGES[1])
    with pytest.raises(core.PagingError, match="repeats"):
        list(client.list_things())
    assert len(wire.requests) == 2, "no token is used twice"


def test_async(generated: Any, wire: Any) -> None:
    async def all_items() -> list[int]:
        async with generated.AsyncApiClient(wire.url) as client:
            things = client.list_things(color="red")
            found = [thing.id async for thing in things]
            pages = [page async for page in things.pages()]
            first = await things.page()
            return [*found, len(pages), len(first.items)]

    for page in (*PAGES, *PAGES, PAGES[0]):
        wire.respond(page)
    assert asyncio.run(all_items()) == [1, 2, 3, 3, 2]
