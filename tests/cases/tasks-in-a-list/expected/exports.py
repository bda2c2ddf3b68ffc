# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `exports`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from taskclients_core import Json, Operation, Path, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_EXPORTS: Final = Operation(
    "spec.list_exports",
    "GET",
    "/shops/{shop}/exports",
    parameters=(
        Path("shop", UUID),
        Query("state", list[models.State]),
        Query("order", str),
        Query("page", str),
        Query("pageSize", int),
    ),
    returns=models.ExportPage,
)


def list_exports(
    client: ApiClient,
    shop: UUID,
    *,
    state: list[models.State] | None = None,
    order: str | None = None,
    page: str | None = None,
    page_size: int | None = None,
) -> models.ExportPage:
    """List the exports of a shop.

    Args:
        shop: Id of the shop.
        state: Sent as the query parameter `state`.
        order: Sent as the query parameter `order`.
        page: Sent as the query parameter `page`.
        page_size: Sent as the query parameter `pageSize`.

    Returns:
        Some of the exports.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/exports/list
    """
    return client.call(LIST_EXPORTS, shop, state, order, page, page_size)


async def list_exports_async(
    client: AsyncApiClient,
    shop: UUID,
    *,
    state: list[models.State] | None = None,
    order: str | None = None,
    page: str | None = None,
    page_size: int | None = None,
) -> models.ExportPage:
    """List the exports of a shop.

    Async twin of `list_exports`.

    Args:
        shop: Id of the shop.
        state: Sent as the query parameter `state`.
        order: Sent as the query parameter `order`.
        page: Sent as the query parameter `page`.
        page_size: Sent as the query parameter `pageSize`.
    """
    return await client.call(LIST_EXPORTS, shop, state, order, page, page_size)


CREATE_EXPORT: Final = Operation(
    "spec.create_export",
    "POST",
    "/shops/{shop}/exports",
    parameters=(Path("shop", UUID),),
    body=Json(models.NewExport),
    returns=models.Export,
)


def create_export(client: ApiClient, shop: UUID, body: models.NewExport) -> models.Export:
    """Export the goods of a shop.

    `begin_create_export` returns a handle that waits for the task.

    Args:
        shop: Id of the shop.
        body: What is exported.

    Returns:
        The export has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/exports/create
    """
    return client.call(CREATE_EXPORT, shop, body=body)


async def create_export_async(client: AsyncApiClient, shop: UUID, body: models.NewExport) -> models.Export:
    """Export the goods of a shop.

    Async twin of `create_export`.

    Args:
        shop: Id of the shop.
        body: What is exported.
    """
    return await client.call(CREATE_EXPORT, shop, body=body)
