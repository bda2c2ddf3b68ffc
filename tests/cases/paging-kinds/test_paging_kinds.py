"""`x-pagination` by page number, offset, `Link` header and URL: the same `Pages`, and no item is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from dragoman.mock_server import Sandbox, serving

SPEC: Final = Path(__file__).with_name("spec.yaml")
LISTS: Final = (
    "list_orders",
    "list_parcels",
    "list_returns",
    "list_stocks",
    "list_repos",
    "list_users",
    "list_notes",
)


def things(*ids: int) -> list[dict[str, int]]:
    return [{"id": each} for each in ids]


def ids(found: Iterable[Any]) -> list[int]:
    return [each.id for each in found]


def queries(wire: Any) -> list[str]:
    return [request.query for request in wire.requests]


def test_page_numbers_end_with_the_last_page_that_the_server_counts(client: Any, wire: Any) -> None:
    for numbers in (1, 2), (), (3, 4):  # an empty page may have others behind it
        wire.respond({"items": things(*numbers), "meta": {"total_pages": 3}})
    assert ids(client.list_orders(color="red", per_page=5)) == [1, 2, 3, 4]
    assert queries(wire) == [f"color=red{page}&per_page=5" for page in ("", "&page=2", "&page=3")]


def test_page_numbers_begin_with_the_page_of_the_caller(client: Any, wire: Any) -> None:
    for numbers in (3, 4), (5, 6), (3, 4):
        wire.respond({"items": things(*numbers), "meta": {"total_pages": 3}})
    orders = client.list_orders(page=2)
    assert ids(orders) == [3, 4, 5, 6]
    assert ids(orders.page().items) == [3, 4]
    assert queries(wire) == ["page=2", "page=3", "page=2"]


def test_without_a_total_only_an_empty_page_is_the_end(client: Any, wire: Any) -> None:
    for numbers in (1, 2), (3,), (4, 5), ():  # a server may return fewer items than were requested
        wire.respond(things(*numbers))
    assert ids(client.list_parcels()) == [1, 2, 3, 4, 5]
    assert queries(wire) == ["", "page=1", "page=2", "page=3"]


def test_page_numbers_end_with_the_last_item_that_the_server_counts(client: Any, wire: Any) -> None:
    for numbers in (1, 2), (3,):
        wire.respond({"data": things(*numbers), "total": 3})
    assert ids(client.list_returns()) == [1, 2, 3]
    assert queries(wire) == ["", "page=2"]


def test_a_count_of_items_is_no_end_for_a_caller_who_begins_later(client: Any, wire: Any) -> None:
    for numbers in (3, 4), (5,), ():
        wire.respond({"data": things(*numbers), "total": 2})
    assert ids(client.list_returns(page=2)) == [3, 4, 5]


def test_offsets_count_the_items_received(client: Any, wire: Any) -> None:
    for numbers in (1, 2), (3,), (4, 5):
        wire.respond({"data": things(*numbers), "total": 5})
    assert ids(client.list_stocks(limit=100)) == [1, 2, 3, 4, 5]
    assert queries(wire) == ["limit=100", "skip=2&limit=100", "skip=3&limit=100"]


def test_offsets_begin_with_that_of_the_caller(client: Any, wire: Any) -> None:
    for numbers in (4,), (5,):
        wire.respond({"data": things(*numbers), "total": 5})
    assert ids(client.list_stocks(skip=3)) == [4, 5]
    assert queries(wire) == ["skip=3", "skip=4"]


@pytest.mark.parametrize("end", [{}, {"data": None, "total": None}, {"data": [], "total": 2}, {"data": [], "total": 0}])
def test_an_empty_page_is_the_end_unless_the_server_counts_more(client: Any, wire: Any, end: Any) -> None:
    wire.respond({"data": things(1, 2)})
    wire.respond(end)
    assert ids(client.list_stocks()) == [1, 2]


def test_items_that_are_counted_but_missing_are_an_error(client: Any, wire: Any, core: ModuleType) -> None:
    for _ in range(2):
        wire.respond({"data": things(1, 2), "total": 9})
        wire.respond({"data": [], "total": 9})
    message = r"list_stocks: the server returned an empty page after 2 of 9 items"
    with pytest.raises(core.PagingError, match=message):
        list(client.list_stocks())
    with pytest.raises(core.PagingError, match="list_returns"):
        list(client.list_returns())


def test_a_server_that_ignores_the_number_is_an_error(client: Any, wire: Any, core: ModuleType) -> None:
    for _ in range(2):
        wire.respond(things(1, 2))
    with pytest.raises(core.PagingError, match=r"the server returned the same items again for page=1"):
        list(client.list_parcels())
    for _ in range(2):
        wire.respond({"data": things(1, 2)})
    with pytest.raises(core.PagingError, match=r"the same items again for skip=2"):
        list(client.list_stocks())
    assert len(wire.requests) == 4


def test_links_in_a_header_are_followed_as_they_are(client: Any, wire: Any) -> None:
    first = f'<{wire.url}/repos?page=0>; rel="prev", <{wire.url}/elsewhere?after=b%20c&color=>; rel="next"'
    wire.respond(things(1, 2), Link=first)
    wire.respond([], link='</repos?after=d>; title="a, b; c"; rel="last next"')
    wire.respond(things(3), Link=f'<{wire.url}/repos>; rel="first"')
    assert ids(client.list_repos(color="red", x_version="7")) == [1, 2, 3]
    assert [request.target for request in wire.requests] == [
        "/repos?color=red",
        "/elsewhere?after=b%20c&color=",
        "/repos?after=d",
    ]
    assert [request.header("X-Version") for request in wire.requests] == ["7"] * 3


def test_links_are_followed_in_csv(client: Any, wire: Any) -> None:
    wire.respond(b"id,label\r\n1,a\r\n", media_type="text/csv", Link="<?page=2>; rel=next")
    wire.respond(b"id,label\r\n2,b\r\n", media_type="text/csv")
    assert ids(client.with_options(media_type="text/csv").list_repos()) == [1, 2]
    assert [request.header("Accept") for request in wire.requests] == ["text/csv"] * 2


def test_urls_in_the_body_are_followed_as_they_are(client: Any, wire: Any) -> None:
    wire.respond({"data": things(1), "links": {"next": f"{wire.url}/users?cursor=2&x=a b"}})
    wire.respond({"data": [], "links": {"next": "users?cursor=3#top"}})
    wire.respond({"data": things(2), "links": {"next": None}})
    assert ids(client.list_users(color="red")) == [1, 2]
    assert queries(wire) == ["color=red", "cursor=2&x=a%20b", "cursor=3"]


@pytest.mark.parametrize("end", [None, {"next": None}, {"next": ""}])
def test_no_url_is_the_end(client: Any, wire: Any, end: Any) -> None:
    wire.respond({"data": things(1), "links": end})
    assert ids(client.list_users()) == [1]


def test_credentials_are_sent_to_the_next_url(generated: Any, wire: Any) -> None:
    wire.respond({"data": things(1), "links": {"next": "/users?api_key=old&cursor=2"}})
    wire.respond({"data": things(2), "links": {"next": "/users?cursor=3"}})
    wire.respond({"data": things(3)})
    with generated.ApiClient(wire.url, auth="secret") as client:
        assert ids(client.list_users()) == [1, 2, 3]
    assert queries(wire) == ["api_key=secret", "cursor=2&api_key=secret", "cursor=3&api_key=secret"]


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://evil.example/users?cursor=2", r"another server, which gets no credentials: https://evil\.example; "),
        ("//user:password@evil.example/users", r"another server, which gets no credentials: http://evil\.example; "),
        ("http://127.0.0.1:1/users", r"another server, which gets no credentials: http://127\.0\.0\.1:1; "),
        ("http://[/users", "the URL of the next page is invalid"),
        ("/users?" + "x" * 9000, "the URL of the next page is invalid"),
    ],
)
def test_a_page_elsewhere_is_an_error(client: Any, wire: Any, core: ModuleType, url: str, message: str) -> None:
    wire.respond({"data": things(1), "links": {"next": url}})
    with pytest.raises(core.PagingError, match=rf"spec\.list_users: .*{message}"):
        list(client.list_users())
    assert len(wire.requests) == 1


def test_a_repeated_url_is_an_error(client: Any, wire: Any, core: ModuleType) -> None:
    for url in "/users?cursor=2", "/users?cursor=3", "/users?cursor=2":
        wire.respond({"data": things(1), "links": {"next": url}})
    with pytest.raises(core.PagingError, match="repeats the URL of an earlier page"):
        list(client.list_users())
    assert len(wire.requests) == 3


def test_a_number_of_the_next_page_is_a_token(client: Any, wire: Any, core: ModuleType) -> None:
    wire.respond({"notes": things(1), "next_page": 2})
    wire.respond({"notes": things(2), "next_page": None})
    assert ids(client.list_notes()) == [1, 2]
    assert queries(wire) == ["", "page=2"]


def test_response_has_the_headers_of_a_page(client: Any, wire: Any) -> None:
    wire.respond(things(1), Link="</repos?page=2>; rel=next")
    found = client.response(client.list_repos().page)
    assert (ids(found.value), found.headers["link"]) == ([1], "</repos?page=2>; rel=next")


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("name", LISTS)
def test_the_mock_server_serves_several_pages(generated: Any, name: str) -> None:
    async def all_ids(url: str) -> list[int]:
        async with generated.AsyncApiClient(url, auth="key") as client:
            items: AsyncIterable[Any] = getattr(client, name)()
            return [each.id async for each in items]

    with serving(Sandbox([SPEC])) as url, generated.ApiClient(url, auth="key") as client:
        listed = getattr(client, name)()
        found = ids(listed)
        assert len(found) == len(set(found)) == 5
        assert len(list(listed.pages())) >= 2
        assert asyncio.run(all_ids(url)) == found
