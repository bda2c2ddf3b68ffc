# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `trees`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


GROW_TREE: Final = Operation(
    "spec.grow_tree",
    "POST",
    "/tree",
    body=Json(models.Expression),
    returns=models.Node,
)


def grow_tree(client: ApiClient, body: models.Expression) -> models.Node:
    """Grow a tree.

    Args:
        body: A number, a name, or a list of expressions; an alias that mentions itself.

    Returns:
        The tree.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/tree
    """
    return client.call(GROW_TREE, body=body)


async def grow_tree_async(client: AsyncApiClient, body: models.Expression) -> models.Node:
    """Grow a tree.

    Async twin of `grow_tree`.

    Args:
        body: A number, a name, or a list of expressions; an alias that mentions itself.
    """
    return await client.call(GROW_TREE, body=body)
