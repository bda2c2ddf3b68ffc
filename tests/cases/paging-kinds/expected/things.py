# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `things`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import AsyncPages, Header, Operation, Pages, Pagination, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_ORDERS: Final = Operation(
    "spec.list_orders",
    "GET",
    "/orders",
    parameters=(Query("color", str), Query("page", int), Query("per_page", int)),
    returns=models.OrderPage,
    pagination=Pagination(items="items", page="page", pages="meta.total_pages"),
)


def list_orders(
    client: ApiClient, *, color: str | None = None, page: int | None = None, per_page: int | None = None
) -> Pages[models.OrderPage, models.Thing]:
    """List orders by page number.

    Args:
        color: Sent as the query parameter `color`.
        page: Which page. If omitted, the server uses 1.
        per_page: Sent as the query parameter `per_page`.

    Returns:
        Lazy `Pages` of `Thing`: iterate over the items of all pages, or fetch one page with `.page()`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/orders
    """
    return client.pages(LIST_ORDERS, color, page, per_page)


def list_orders_async(
    client: AsyncApiClient, *, color: str | None = None, page: int | None = None, per_page: int | None = None
) -> AsyncPages[models.OrderPage, models.Thing]:
    """List orders by page number.

    Async twin of `list_orders`.

    Args:
        color: Sent as the query parameter `color`.
        page: Which page. If omitted, the server uses 1.
        per_page: Sent as the query parameter `per_page`.
    """
    return client.pages(LIST_ORDERS, color, page, per_page)


LIST_PARCELS: Final = Operation(
    "spec.list_parcels",
    "GET",
    "/parcels",
    parameters=(Query("page", int),),
    returns=models.Things,
    pagination=Pagination(items="", page="page", first=0),
)


def list_parcels(client: ApiClient, *, page: int | None = None) -> Pages[models.Things, models.Thing]:
    """List parcels by page number, without a total.

    Args:
        page: Sent as the query parameter `page`.

    Returns:
        Lazy `Pages` of `Thing`: iterate over the items of all pages, or fetch one page with `.page()`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/parcels
    """
    return client.pages(LIST_PARCELS, page)


def list_parcels_async(client: AsyncApiClient, *, page: int | None = None) -> AsyncPages[models.Things, models.Thing]:
    """List parcels by page number, without a total.

    Async twin of `list_parcels`.

    Args:
        page: Sent as the query parameter `page`.
    """
    return client.pages(LIST_PARCELS, page)


LIST_RETURNS: Final = Operation(
    "spec.list_returns",
    "GET",
    "/returns",
    parameters=(Query("page", int),),
    returns=models.StockPage,
    pagination=Pagination(items="data", page="page", total="total"),
)


def list_returns(client: ApiClient, *, page: int | None = None) -> Pages[models.StockPage, models.Thing]:
    """List returns by page number, with the number of items.

    Args:
        page: Sent as the query parameter `page`.

    Returns:
        Lazy `Pages` of `Thing`: iterate over the items of all pages, or fetch one page with `.page()`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/returns
    """
    return client.pages(LIST_RETURNS, page)


def list_returns_async(
    client: AsyncApiClient, *, page: int | None = None
) -> AsyncPages[models.StockPage, models.Thing]:
    """List returns by page number, with the number of items.

    Async twin of `list_returns`.

    Args:
        page: Sent as the query parameter `page`.
    """
    return client.pages(LIST_RETURNS, page)


LIST_STOCKS: Final = Operation(
    "spec.list_stocks",
    "GET",
    "/stocks",
    parameters=(Query("skip", int), Query("limit", int)),
    returns=models.StockPage,
    pagination=Pagination(items="data", offset="skip", total="total"),
)


def list_stocks(
    client: ApiClient, *, skip: int | None = None, limit: int | None = None
) -> Pages[models.StockPage, models.Thing]:
    """List stocks by offset.

    Args:
        skip: Sent as the query parameter `skip`.
        limit: Sent as the query parameter `limit`.

    Returns:
        Lazy `Pages` of `Thing`: iterate over the items of all pages, or fetch one page with `.page()`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/stocks
    """
    return client.pages(LIST_STOCKS, skip, limit)


def list_stocks_async(
    client: AsyncApiClient, *, skip: int | None = None, limit: int | None = None
) -> AsyncPages[models.StockPage, models.Thing]:
    """List stocks by offset.

    Async twin of `list_stocks`.

    Args:
        skip: Sent as the query parameter `skip`.
        limit: Sent as the query parameter `limit`.
    """
    return client.pages(LIST_STOCKS, skip, limit)


LIST_REPOS: Final = Operation(
    "spec.list_repos",
    "GET",
    "/repos",
    parameters=(Query("color", str), Header("X-Version", str)),
    returns=models.Things,
    media_types=("text/csv",),
    pagination=Pagination(items="", link="next"),
)


def list_repos(
    client: ApiClient, *, color: str | None = None, x_version: str | None = None
) -> Pages[models.Things, models.Thing]:
    """List repositories by the links in a header.

    Args:
        color: Sent as the query parameter `color`.
        x_version: Sent as the header parameter `X-Version`.

    Returns:
        Lazy `Pages` of `Thing`: iterate over the items of all pages, or fetch one page with `.page()`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/repos
    """
    return client.pages(LIST_REPOS, color, x_version)


def list_repos_async(
    client: AsyncApiClient, *, color: str | None = None, x_version: str | None = None
) -> AsyncPages[models.Things, models.Thing]:
    """List repositories by the links in a header.

    Async twin of `list_repos`.

    Args:
        color: Sent as the query parameter `color`.
        x_version: Sent as the header parameter `X-Version`.
    """
    return client.pages(LIST_REPOS, color, x_version)


LIST_USERS: Final = Operation(
    "spec.list_users",
    "GET",
    "/users",
    parameters=(Query("color", str),),
    returns=models.UserPage,
    pagination=Pagination(items="data", url="links.next"),
)


def list_users(client: ApiClient, *, color: str | None = None) -> Pages[models.UserPage, models.Thing]:
    """List users by the URL in each page.

    Args:
        color: Sent as the query parameter `color`.

    Returns:
        Lazy `Pages` of `Thing`: iterate over the items of all pages, or fetch one page with `.page()`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/users
    """
    return client.pages(LIST_USERS, color)


def list_users_async(client: AsyncApiClient, *, color: str | None = None) -> AsyncPages[models.UserPage, models.Thing]:
    """List users by the URL in each page.

    Async twin of `list_users`.

    Args:
        color: Sent as the query parameter `color`.
    """
    return client.pages(LIST_USERS, color)


LIST_NOTES: Final = Operation(
    "spec.list_notes",
    "GET",
    "/notes",
    parameters=(Query("page", int),),
    returns=models.NotePage,
    pagination=Pagination(items="notes", token="next_page", parameter="page"),
)


def list_notes(client: ApiClient, *, page: int | None = None) -> Pages[models.NotePage, models.Thing]:
    """List notes by the number of the next page.

    Args:
        page: Sent as the query parameter `page`.

    Returns:
        Lazy `Pages` of `Thing`: iterate over the items of all pages, or fetch one page with `.page()`.

    Raises:
        ApiError: 400.

    Source: https://docs.example/notes
    """
    return client.pages(LIST_NOTES, page)


def list_notes_async(client: AsyncApiClient, *, page: int | None = None) -> AsyncPages[models.NotePage, models.Thing]:
    """List notes by the number of the next page.

    Async twin of `list_notes`.

    Args:
        page: Sent as the query parameter `page`.
    """
    return client.pages(LIST_NOTES, page)
