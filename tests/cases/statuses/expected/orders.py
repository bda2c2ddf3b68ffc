# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `orders`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Operation, Path

from .models import Conflict, Order, Problem, Ticket

PLACE_ORDER: Final[Operation[Order | Ticket | None]] = Operation(
    "spec.place_order",
    "POST",
    "/orders",
    returns={200: Order, 202: Ticket, 204: None},
    errors={409: Conflict, "4XX": Problem, "default": dict[str, str]},
)


def place_order(client: Client) -> Order | Ticket | None:
    """Place an order.

    Returns:
        200: It was there already.
        202: It will be there.
        204: There was nothing to order.

    Raises:
        ApiError: the server answers 409, 4XX or any other status.

    Page: https://docs.example/place
    """
    return client.call(PLACE_ORDER)


async def place_order_async(client: AsyncClient) -> Order | Ticket | None:
    """Async twin of `place_order`."""
    return await client.call(PLACE_ORDER)


CANCEL_ORDER: Final = Operation(
    "spec.cancel_order",
    "DELETE",
    "/orders/{number}",
    parameters=(Path("number", int),),
)


def cancel_order(client: Client, number: int) -> None:
    """Cancel an order.

    Args:
        number: Sent as the path parameter `number`.

    Raises:
        ApiError: the server answers 404.

    Page: https://docs.example/cancel
    """
    return client.call(CANCEL_ORDER, number)


async def cancel_order_async(client: AsyncClient, number: int) -> None:
    """Async twin of `cancel_order`."""
    return await client.call(CANCEL_ORDER, number)
