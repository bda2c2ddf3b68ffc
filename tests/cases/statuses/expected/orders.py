# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `orders`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation, Path, by_status

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


PLACE_ORDER: Final[Operation[models.Order | models.Ticket | None]] = Operation(
    "spec.place_order",
    "POST",
    "/orders",
    returns=by_status({200: models.Order, 202: models.Ticket, 204: None}),
    errors=by_status({409: models.Conflict, "4XX": models.Problem, "default": dict[str, str]}),
)


def place_order(client: ApiClient) -> models.Order | models.Ticket | None:
    """Place an order.

    Returns:
        200: It was there already.
        202: It will be there.
        204: There was nothing to order.

    Raises:
        ApiError: 409, 4XX or any other status.

    Source: https://docs.example/place
    """
    return client.call(PLACE_ORDER)


async def place_order_async(client: AsyncApiClient) -> models.Order | models.Ticket | None:
    """Place an order.

    Async twin of `place_order`.
    """
    return await client.call(PLACE_ORDER)


CANCEL_ORDER: Final = Operation(
    "spec.cancel_order",
    "DELETE",
    "/orders/{number}",
    parameters=(Path("number", int),),
    errors={409: str},
)


def cancel_order(client: ApiClient, number: int) -> None:
    """Cancel an order.

    Args:
        number: Sent as the path parameter `number`.

    Raises:
        ApiError: 404 or 409.

    Source: https://docs.example/cancel
    """
    return client.call(CANCEL_ORDER, number)


async def cancel_order_async(client: AsyncApiClient, number: int) -> None:
    """Cancel an order.

    Async twin of `cancel_order`.

    Args:
        number: Sent as the path parameter `number`.
    """
    return await client.call(CANCEL_ORDER, number)


READ_LABEL: Final[Operation[str | int | None]] = Operation(
    "spec.read_label",
    "GET",
    "/labels/{number}",
    parameters=(Path("number", int),),
    returns=by_status({200: str | int | None, 203: str}),
    accept="application/json",
)


def read_label(client: ApiClient, number: int) -> str | int | None:
    """Read the label of an order, or its number.

    Args:
        number: Sent as the path parameter `number`.

    Returns:
        200: Either of them, or nothing.
        203: A copy of its label.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/read
    """
    return client.call(READ_LABEL, number)


async def read_label_async(client: AsyncApiClient, number: int) -> str | int | None:
    """Read the label of an order, or its number.

    Async twin of `read_label`.

    Args:
        number: Sent as the path parameter `number`.
    """
    return await client.call(READ_LABEL, number)


READ_HEALTH: Final = Operation(
    "spec.read_health",
    "GET",
    "/health",
    returns=models.Problem,
    errors={"default": models.Problem},
)


def read_health(client: ApiClient) -> models.Problem:
    """Read the health of the server.

    Returns:
        The health, good or bad.

    Raises:
        ApiError: any other status.

    Source: https://docs.example/health
    """
    return client.call(READ_HEALTH)


async def read_health_async(client: AsyncApiClient) -> models.Problem:
    """Read the health of the server.

    Async twin of `read_health`.
    """
    return await client.call(READ_HEALTH)
