# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `prices`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_PRICES: Final = Operation(
    "spec.list_prices",
    "GET",
    "/prices",
    parameters=(Query("sort", models.Order), Query("SORT", str)),
    returns=list[models.Price],
)


def list_prices(
    client: ApiClient, *, sort: models.Order | None = None, sort_by: str | None = None
) -> list[models.Price]:
    """List prices.

    Args:
        sort: Sent as the query parameter `sort`.
        sort_by: Sent as the query parameter `SORT`.

    Returns:
        The prices.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/prices
    """
    return client.call(LIST_PRICES, sort, sort_by)


async def list_prices_async(
    client: AsyncApiClient, *, sort: models.Order | None = None, sort_by: str | None = None
) -> list[models.Price]:
    """List prices.

    Async twin of `list_prices`.

    Args:
        sort: Sent as the query parameter `sort`.
        sort_by: Sent as the query parameter `SORT`.
    """
    return await client.call(LIST_PRICES, sort, sort_by)
