"""Paged lists: lazy iteration over all pages, from any token, links to them, and an end to endless lists."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import pytest
from attrs import define, field

from taskclients_core import (
    Api,
    AsyncClient,
    AsyncPages,
    Client,
    InvalidArgumentError,
    NotFoundError,
    Operation,
    Pages,
    Pagination,
    PagingError,
    Path,
    Query,
    wire_member,
)
from taskclients_core.http_messages import Headers
from taskclients_core.paging import link_target

if TYPE_CHECKING:
    from tests.unit.conftest import ReceivedRequest, Reply, WireServer


@define(kw_only=True)
class Meta:
    next_token: str | None = field(default=None, metadata=wire_member("nextToken", nullable=True))


@define(kw_only=True)
class Listing:
    items: list[str] | None = None
    meta: Meta | None = None


LIST: Final = Operation(
    "test.list",
    "GET",
    "/{org}/items",
    parameters=(Path("org", str), Query("page_token", str), Query("limit", int)),
    returns=Listing,
    pagination=Pagination(items="items", token="meta.next_token", parameter="page_token"),
)


def list_items(
    client: Client, org: str, *, page_token: str | None = None, limit: int | None = None
) -> Pages[Listing, str]:
    return client.pages(LIST, org, page_token, limit)


def list_items_async(client: AsyncClient, org: str, *, page_token: str | None = None) -> AsyncPages[Listing, str]:
    return client.pages(LIST, org, page_token, None)


class AnyClient(Client):
    api = Api("test")
    list_items = list_items


class AnyAsyncClient(AsyncClient):
    api = Api("test")
    list_items = list_items_async


BOOK: dict[str | None, Any] = {
    None: {"items": ["a", "b"], "meta": {"nextToken": "2/&"}},
    "2/&": {"items": [], "meta": {"nextToken": "3"}},
    "3": {"meta": {"nextToken": "4"}},
    "4": {"items": ["c"], "meta": {"nextToken": ""}},
}


@pytest.fixture
def book(server: WireServer, reply: type[Reply]) -> dict[str | None, Any]:
    book = dict(BOOK)

    def respond(request: ReceivedRequest) -> Reply:
        token = dict(request.pairs).get("page_token")
        return reply(body=book[token]) if token in book else reply(404)

    server.respond = respond
    return book


@pytest.fixture
def client(server: WireServer, book: dict[str | None, Any]) -> Iterator[AnyClient]:
    with AnyClient(server.url) as client:
        yield client


def test_iterating_gives_all_items_of_all_pages(client: AnyClient, server: WireServer) -> None:
    assert list(client.list_items("o/1", limit=2)) == ["a", "b", "c"]
    assert [request.target for request in server.requests] == [
        "/o%2F1/items?limit=2",
        "/o%2F1/items?page_token=2%2F%26&limit=2",
        "/o%2F1/items?page_token=3&limit=2",
        "/o%2F1/items?page_token=4&limit=2",
    ]


def test_pages_are_fetched_as_they_are_needed(client: AnyClient, server: WireServer) -> None:
    items = iter(client.list_items("o"))
    assert server.requests == []
    assert [next(items), next(items)] == ["a", "b"]
    assert len(server.requests) == 1
    assert next(items) == "c"


def test_pages_one_by_one(client: AnyClient) -> None:
    assert [page.items for page in client.list_items("o").pages()] == [["a", "b"], [], None, ["c"]]


def test_the_first_page_alone_is_one_request(client: AnyClient, server: WireServer) -> None:
    assert client.list_items("o").page().items == ["a", "b"]
    assert len(server.requests) == 1


def test_a_pager_starts_at_the_given_page_and_can_be_repeated(client: AnyClient, server: WireServer) -> None:
    pages = client.list_items("o", page_token="3")
    assert list(pages) == ["c"]
    assert list(pages) == ["c"]
    assert pages.page().items is None
    assert len(server.requests) == 5


@pytest.mark.parametrize("end", [{}, {"meta": None}, {"meta": {}}, {"meta": {"nextToken": None}}])
def test_no_token_is_the_end(client: AnyClient, book: dict[str | None, Any], end: dict[str, Any]) -> None:
    book[None] = {"items": ["a"]} | {name: value for name, value in end.items() if value is not None}
    assert list(client.list_items("o")) == ["a"]


@pytest.mark.parametrize(("token", "start"), [("4", None), ("2/&", None), ("3", "3")])
def test_a_repeated_token_is_an_error_and_no_loop(
    client: AnyClient, server: WireServer, book: dict[str | None, Any], token: str, start: str | None
) -> None:
    book["4"] = {"items": ["c"], "meta": {"nextToken": token}}
    found: list[str] = []
    with pytest.raises(PagingError, match=r"test\.list: the server repeats the token of an earlier page"):
        found.extend(iter(client.list_items("o", page_token=start)))
    assert found[-1] == "c"  # earlier pages are not lost
    assert len(server.requests) <= 4


def test_an_error_on_a_later_page_comes_after_the_items_before(client: AnyClient, book: dict[str | None, Any]) -> None:
    del book["2/&"]
    items = iter(client.list_items("o"))
    assert [next(items), next(items)] == ["a", "b"]
    with pytest.raises(NotFoundError):
        next(items)


def test_async_pages_do_the_same(server: WireServer, book: dict[str | None, Any]) -> None:
    async def main() -> None:
        async with AnyAsyncClient(server.url) as client:
            pages = client.list_items("o")
            assert [item async for item in pages] == ["a", "b", "c"]
            assert [page.items async for page in pages.pages()] == [["a", "b"], [], None, ["c"]]
            assert (await pages.page()).items == ["a", "b"]
            book["4"] = {"items": ["c"], "meta": {"nextToken": "4"}}
            with pytest.raises(PagingError):
                _ = [item async for item in pages]
            response = await client.response(client.list_items("o", page_token="3").page)
            assert response.status == 200

    asyncio.run(main())


def test_response_returns_the_details_of_a_page(client: AnyClient) -> None:
    response = client.response(client.list_items("o").page)
    assert response.value.items == ["a", "b"]
    assert response.headers["content-type"] == "application/json"
    with pytest.raises(InvalidArgumentError, match=r"ask for its `\.page`"):
        client.response(client.list_items, "o")


def test_pages_of_an_unpaged_operation_are_an_error(client: AnyClient) -> None:
    with pytest.raises(InvalidArgumentError, match=r"test\.get: does not come in pages"):
        list(client.pages(Operation("test.get", "GET", "/")))
    lost = Operation("test.get", "GET", "/", pagination=Pagination(items="items", token="token", parameter="t"))
    with pytest.raises(InvalidArgumentError, match=r"has no query parameter 't'"):
        list(client.pages(lost))


def test_pages_show_their_operation_and_no_arguments(client: AnyClient) -> None:
    assert repr(client.list_items("o", page_token="secret")) == "<Pages of test.list>"


@pytest.mark.parametrize(
    ("headers", "target"),
    [
        ([], None),
        ([""], None),
        (["<a>; rel=next"], "a"),
        (['<a>;rel="next";'], "a"),
        (["<a> ; REL = NEXT"], "a"),
        (["<a>; rel=prev, <b>; rel=next"], "b"),
        (["<a>; rel=prev", "<b>; rel=next"], "b"),
        (["<a>; rel=prev,, , <b>; rel=next,"], "b"),
        (["<a,b;c>; rel=next"], "a,b;c"),
        (['<a>; title="x, <y>; rel=next"; rel=prev'], None),
        (['<a>; title="\\"; rel=next; \\""; rel=prev, <b>; rel=next'], "b"),
        (['<a>; rel="start next"'], "a"),
        (['<a>; rel="ne\\xt"'], "a"),
        (["<a>; rel=prev; rel=next"], None),
        (["<a>; rel=nextcloud, <b>; rel=prev-next"], None),
        (['<a>; rel=next; anchor="#x", <b>; rel=next'], "b"),
        (["<a>; title*=UTF-8''x%20y; rel=next; flag"], "a"),
        (["<a>; rel=next, <b>; rel=next"], "a"),
        (["< a >; rel=next"], "a"),
        (["<a>"], None),
    ],
)
def test_link_headers_are_read_by_rfc_8288(headers: list[str], target: str | None) -> None:
    assert link_target(Headers([(b"LINK", each.encode()) for each in headers]), "next") == target


@pytest.mark.parametrize(
    "header",
    ["a; rel=next", "<a; rel=next", "<a> rel=next", '<a>; rel="next', "<a>; rel=prev, b", "<a>; =x", "<" * 9999],
)
def test_a_malformed_link_header_is_an_error(
    client: AnyClient, server: WireServer, reply: type[Reply], header: str
) -> None:
    linked = Operation(
        "test.links", "GET", "/links", returns=Listing, pagination=Pagination(items="items", link="next")
    )
    server.respond = lambda _: reply(body={"items": ["a"]}, headers={"Link": header})
    items = iter(client.pages(linked))
    assert next(items) == "a"
    with pytest.raises(PagingError, match=r"test\.links: the Link header is malformed, so the next page is unknown"):
        next(items)


def test_a_page_number_that_is_no_integer_is_an_error(client: AnyClient, server: WireServer) -> None:
    numbered = Operation(
        "test.numbers",
        "GET",
        "/numbers",
        parameters=(Query("page", int),),
        returns=Listing,
        pagination=Pagination(items="items", page="page"),
    )
    with pytest.raises(InvalidArgumentError, match=r"test\.numbers: page: expected int, got str"):
        list(client.pages(numbered, "3"))
    assert server.requests == []
