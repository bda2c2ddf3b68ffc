# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `searches`."""

from __future__ import annotations

from datetime import date
from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation, Query

from .models import Found, Order, Search

START_SEARCH: Final = Operation(
    "spec.start_search",
    "POST",
    "/searches",
    parameters=(Query("version", date, required=True), Query("order", Order, required=True), Query("limit", int)),
    body=Json(Search),
    returns=Found,
)


def start_search(
    client: Client,
    body: Search,
    *,
    version: date = date.fromisoformat("2024-05-01"),
    order: Order = Order.NEWEST,
    limit: int | None = None,
) -> Found:
    """Start a search.

    Args:
        body: What is sent.
        version: Must be sent, and is nearly always the same.
        order: Sent as the query parameter `order`.
        limit: The most that are found. Left out, the server takes 50.

    Returns:
        What was found.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/start
    """
    return client.call(START_SEARCH, version, order, limit, body=body)


async def start_search_async(
    client: AsyncClient,
    body: Search,
    *,
    version: date = date.fromisoformat("2024-05-01"),
    order: Order = Order.NEWEST,
    limit: int | None = None,
) -> Found:
    """Async twin of `start_search`."""
    return await client.call(START_SEARCH, version, order, limit, body=body)
