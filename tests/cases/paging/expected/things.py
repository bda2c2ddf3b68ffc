# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `things`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, AsyncPages, Client, Operation, Page, Pages, Query

from .models import Thing, ThingPage

LIST_THINGS: Final = Operation(
    "spec.list_things",
    "GET",
    "/things",
    parameters=(Query("color", str), Query("pageToken", str)),
    returns=ThingPage,
    page=Page(items="items", token="meta.next_token", parameter="pageToken"),
)


def list_things(client: Client, *, color: str | None = None, page_token: str | None = None) -> Pages[ThingPage, Thing]:
    """List things.

    Args:
        color: Sent as the query parameter `color`.
        page_token: Where to go on.

    Returns:
        Some of the things.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/things
    """
    return client.pages(LIST_THINGS, color, page_token)


def list_things_async(
    client: AsyncClient, *, color: str | None = None, page_token: str | None = None
) -> AsyncPages[ThingPage, Thing]:
    """Async twin of `list_things`."""
    return client.pages(LIST_THINGS, color, page_token)
