# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `shapes`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation

from .models import Shape, Wanted

LIST_SHAPES: Final = Operation(
    "spec.list_shapes",
    "GET",
    "/shapes",
    returns=list[Shape],
)


def list_shapes(client: Client) -> list[Shape]:
    """List shapes.

    Returns:
        The shapes.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/shapes
    """
    return client.call(LIST_SHAPES)


async def list_shapes_async(client: AsyncClient) -> list[Shape]:
    """Async twin of `list_shapes`."""
    return await client.call(LIST_SHAPES)


FIND_SHAPE: Final[Operation[Shape]] = Operation(
    "spec.find_shape",
    "POST",
    "/shapes",
    body=Json(Wanted),
    returns=Shape,
)


def find_shape(client: Client, body: Wanted) -> Shape:
    """Find a shape that is like another, or has a name or a number.

    Args:
        body: What is sent.

    Returns:
        The shape.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/find
    """
    return client.call(FIND_SHAPE, body=body)


async def find_shape_async(client: AsyncClient, body: Wanted) -> Shape:
    """Async twin of `find_shape`."""
    return await client.call(FIND_SHAPE, body=body)
