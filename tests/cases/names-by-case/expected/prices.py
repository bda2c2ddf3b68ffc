# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `prices`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Operation, Query

from .models import Order, Price

LIST_PRICES: Final = Operation(
    "spec.list_prices",
    "GET",
    "/prices",
    parameters=(Query("sort", Order), Query("SORT", str)),
    returns=list[Price],
)


def list_prices(client: Client, *, sort: Order | None = None, sort_by: str | None = None) -> list[Price]:
    """List prices.

    Args:
        sort: Sent as the query parameter `sort`.
        sort_by: Sent as the query parameter `SORT`.

    Returns:
        The prices.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/prices
    """
    return client.call(LIST_PRICES, sort, sort_by)


async def list_prices_async(
    client: AsyncClient, *, sort: Order | None = None, sort_by: str | None = None
) -> list[Price]:
    """Async twin of `list_prices`."""
    return await client.call(LIST_PRICES, sort, sort_by)
