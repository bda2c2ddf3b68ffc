# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `shapes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_SHAPES: Final = Operation(
    "spec.list_shapes",
    "GET",
    "/shapes",
    returns=list[models.Shape],
)


def list_shapes(client: ApiClient) -> list[models.Shape]:
    """List shapes.

    Returns:
        The shapes.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/shapes
    """
    return client.call(LIST_SHAPES)


async def list_shapes_async(client: AsyncApiClient) -> list[models.Shape]:
    """List shapes.

    Async twin of `list_shapes`.
    """
    return await client.call(LIST_SHAPES)


FIND_SHAPE: Final[Operation[models.Shape]] = Operation(
    "spec.find_shape",
    "POST",
    "/shapes",
    body=Json(models.Wanted),
    returns=models.Shape,
)


def find_shape(client: ApiClient, body: models.Wanted) -> models.Shape:
    """Find a shape that is like another, or has a name or a number.

    Args:
        body: What to look for.

    Returns:
        The shape.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/find
    """
    return client.call(FIND_SHAPE, body=body)


async def find_shape_async(client: AsyncApiClient, body: models.Wanted) -> models.Shape:
    """Find a shape that is like another, or has a name or a number.

    Async twin of `find_shape`.

    Args:
        body: What to look for.
    """
    return await client.call(FIND_SHAPE, body=body)
