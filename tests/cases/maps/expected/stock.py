# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `stock`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation

from .models import Free, Labels, Stock

COUNT_STOCK: Final = Operation(
    "spec.count_stock",
    "POST",
    "/stock",
    body=Json(Labels),
    returns=Stock,
)


def count_stock(client: Client, body: Labels) -> Stock:
    """Count the stock.

    Args:
        body: What is sent.

    Returns:
        The stock by shelf.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/stock
    """
    return client.call(COUNT_STOCK, body=body)


async def count_stock_async(client: AsyncClient, body: Labels) -> Stock:
    """Async twin of `count_stock`."""
    return await client.call(COUNT_STOCK, body=body)


READ_FREE: Final = Operation(
    "spec.read_free",
    "GET",
    "/free",
    returns=Free,
)


def read_free(client: Client) -> Free:
    """Read whatever there is.

    Returns:
        Anything by name.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/free
    """
    return client.call(READ_FREE)


async def read_free_async(client: AsyncClient) -> Free:
    """Async twin of `read_free`."""
    return await client.call(READ_FREE)
