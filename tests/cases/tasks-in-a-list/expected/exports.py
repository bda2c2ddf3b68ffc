# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `exports`."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from taskclients_core import AsyncClient, Client, Json, Operation, Path, Query

from .models import Export, ExportPage, NewExport, State

LIST_EXPORTS: Final = Operation(
    "spec.list_exports",
    "GET",
    "/shops/{shop}/exports",
    parameters=(
        Path("shop", UUID),
        Query("state", list[State]),
        Query("order", str),
        Query("page", str),
        Query("pageSize", int),
    ),
    returns=ExportPage,
)


def list_exports(
    client: Client,
    shop: UUID,
    *,
    state: list[State] | None = None,
    order: str | None = None,
    page: str | None = None,
    page_size: int | None = None,
) -> ExportPage:
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

    Page: https://docs.example/exports/list
    """
    return client.call(LIST_EXPORTS, shop, state, order, page, page_size)


async def list_exports_async(
    client: AsyncClient,
    shop: UUID,
    *,
    state: list[State] | None = None,
    order: str | None = None,
    page: str | None = None,
    page_size: int | None = None,
) -> ExportPage:
    """Async twin of `list_exports`."""
    return await client.call(LIST_EXPORTS, shop, state, order, page, page_size)


CREATE_EXPORT: Final = Operation(
    "spec.create_export",
    "POST",
    "/shops/{shop}/exports",
    parameters=(Path("shop", UUID),),
    body=Json(NewExport),
    returns=Export,
)


def create_export(client: Client, shop: UUID, body: NewExport) -> Export:
    """Export the goods of a shop.

    Args:
        shop: Id of the shop.
        body: What is sent.

    Returns:
        The export has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/exports/create
    """
    return client.call(CREATE_EXPORT, shop, body=body)


async def create_export_async(client: AsyncClient, shop: UUID, body: NewExport) -> Export:
    """Async twin of `create_export`."""
    return await client.call(CREATE_EXPORT, shop, body=body)
