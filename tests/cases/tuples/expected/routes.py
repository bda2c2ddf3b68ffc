# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `routes`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


ADD_ROUTE: Final = Operation(
    "spec.add_route",
    "POST",
    "/routes",
    parameters=(Query("range", models.Range), Query("window", tuple[date, int], required=True, explode=False)),
    body=Json(models.Route),
    returns=models.Route,
)


def add_route(
    client: ApiClient,
    body: models.Route,
    *,
    range: models.Range | None = None,
    window: tuple[date, int] = (date.fromisoformat("2024-01-01"), 7),
) -> models.Route:
    """Add a route.

    Args:
        body: One member for each form.
        range: Sent as the query parameter `range`.
        window: Sent as the query parameter `window`.

    Returns:
        The route again.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/routes
    """
    return client.call(ADD_ROUTE, range, window, body=body)


async def add_route_async(
    client: AsyncApiClient,
    body: models.Route,
    *,
    range: models.Range | None = None,
    window: tuple[date, int] = (date.fromisoformat("2024-01-01"), 7),
) -> models.Route:
    """Add a route.

    Async twin of `add_route`.

    Args:
        body: One member for each form.
        range: Sent as the query parameter `range`.
        window: Sent as the query parameter `window`.
    """
    return await client.call(ADD_ROUTE, range, window, body=body)


GET_RANGE: Final[Operation[models.Range]] = Operation(
    "spec.get_range",
    "GET",
    "/ranges",
    returns=models.Range,
)


def get_range(client: ApiClient) -> models.Range:
    """Read a range.

    Returns:
        A range.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/ranges
    """
    return client.call(GET_RANGE)


async def get_range_async(client: AsyncApiClient) -> models.Range:
    """Read a range.

    Async twin of `get_range`.
    """
    return await client.call(GET_RANGE)
