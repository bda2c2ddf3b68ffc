# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `searches`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from taskclients_core import Header, Json, Operation, Path, Query
from taskclients_core.formats import IntString, TimeOfDay

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


START_SEARCH: Final = Operation(
    "spec.start_search",
    "POST",
    "/searches",
    parameters=(
        Query("version", date, required=True),
        Query("order", models.Order, required=True),
        Query("at", models.Stamp, required=True),
        Query("clock", TimeOfDay, required=True),
        Header("cursor", IntString, required=True),
        Query("limit", int),
    ),
    body=Json(models.Search),
    returns=models.Found,
)


def start_search(
    client: ApiClient,
    body: models.Search,
    *,
    version: date = date.fromisoformat("2024-05-01"),
    order: models.Order = models.Order.NEWEST,
    at: models.Stamp = datetime.fromisoformat("2022-01-01T00:00:00"),
    clock: TimeOfDay = TimeOfDay.fromisoformat("08:30:00Z"),
    cursor: int = 9223372036854775807,
    limit: int | None = None,
) -> models.Found:
    """Start a search.

    Args:
        body: A request.
        version: Must be sent, and is nearly always the same.
        order: Sent as the query parameter `order`.
        at: Sent as the query parameter `at`.
        clock: Sent as the query parameter `clock`.
        cursor: Sent as the header parameter `cursor`.
        limit: The most that are found. If omitted, the server uses 50.

    Returns:
        What was found.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/start
    """
    return client.call(START_SEARCH, version, order, at, clock, cursor, limit, body=body)


async def start_search_async(
    client: AsyncApiClient,
    body: models.Search,
    *,
    version: date = date.fromisoformat("2024-05-01"),
    order: models.Order = models.Order.NEWEST,
    at: models.Stamp = datetime.fromisoformat("2022-01-01T00:00:00"),
    clock: TimeOfDay = TimeOfDay.fromisoformat("08:30:00Z"),
    cursor: int = 9223372036854775807,
    limit: int | None = None,
) -> models.Found:
    """Start a search.

    Async twin of `start_search`.

    Args:
        body: A request.
        version: Must be sent, and is nearly always the same.
        order: Sent as the query parameter `order`.
        at: Sent as the query parameter `at`.
        clock: Sent as the query parameter `clock`.
        cursor: Sent as the header parameter `cursor`.
        limit: The most that are found. If omitted, the server uses 50.
    """
    return await client.call(START_SEARCH, version, order, at, clock, cursor, limit, body=body)


READ_SEARCH: Final = Operation(
    "spec.read_search",
    "GET",
    "/{version}/searches/{name}",
    parameters=(Path("version", str), Path("name", str)),
    returns=models.Found,
)


def read_search(client: ApiClient, name: str, *, version: str = "v1") -> models.Found:
    """Read what a search found.

    Args:
        name: Sent as the path parameter `name`.
        version: Sent as the path parameter `version`.

    Returns:
        What was found.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/read
    """
    return client.call(READ_SEARCH, version, name)


async def read_search_async(client: AsyncApiClient, name: str, *, version: str = "v1") -> models.Found:
    """Read what a search found.

    Async twin of `read_search`.

    Args:
        name: Sent as the path parameter `name`.
        version: Sent as the path parameter `version`.
    """
    return await client.call(READ_SEARCH, version, name)
