# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `things`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import AsyncPages, Operation, Pages, Pagination, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_THINGS: Final = Operation(
    "spec.list_things",
    "GET",
    "/things",
    parameters=(Query("color", str), Query("pageToken", str)),
    returns=models.ThingPage,
    pagination=Pagination(items="items", token="meta.next_token", parameter="pageToken"),
)


def list_things(
    client: ApiClient, *, color: str | None = None, page_token: str | None = None
) -> Pages[models.ThingPage, models.Thing]:
    """List things.

    Args:
        color: Sent as the query parameter `color`.
        page_token: Where to go on.

    Returns:
        Lazy `Pages` of `Thing`: iterate over the items of all pages, or fetch one page with `.page()`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/things
    """
    return client.pages(LIST_THINGS, color, page_token)


def list_things_async(
    client: AsyncApiClient, *, color: str | None = None, page_token: str | None = None
) -> AsyncPages[models.ThingPage, models.Thing]:
    """List things.

    Async twin of `list_things`.

    Args:
        color: Sent as the query parameter `color`.
        page_token: Where to go on.
    """
    return client.pages(LIST_THINGS, color, page_token)
