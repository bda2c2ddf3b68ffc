# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `stock`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


COUNT_STOCK: Final = Operation(
    "spec.count_stock",
    "POST",
    "/stock",
    body=Json(models.Labels),
    returns=models.Stock,
)


def count_stock(client: ApiClient, body: models.Labels) -> models.Stock:
    """Count the stock.

    Args:
        body: Known members, and others that are all numbers.

    Returns:
        The stock by shelf.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/stock
    """
    return client.call(COUNT_STOCK, body=body)


async def count_stock_async(client: AsyncApiClient, body: models.Labels) -> models.Stock:
    """Count the stock.

    Async twin of `count_stock`.

    Args:
        body: Known members, and others that are all numbers.
    """
    return await client.call(COUNT_STOCK, body=body)


READ_FREE: Final = Operation(
    "spec.read_free",
    "GET",
    "/free",
    returns=models.Free,
)


def read_free(client: ApiClient) -> models.Free:
    """Read whatever there is.

    Returns:
        Anything by name.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/free
    """
    return client.call(READ_FREE)


async def read_free_async(client: AsyncApiClient) -> models.Free:
    """Read whatever there is.

    Async twin of `read_free`.
    """
    return await client.call(READ_FREE)
