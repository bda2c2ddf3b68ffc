# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `trees`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation

from .models import Expression, Node

GROW_TREE: Final = Operation(
    "spec.grow_tree",
    "POST",
    "/tree",
    body=Json(Expression),
    returns=Node,
)


def grow_tree(client: Client, body: Expression) -> Node:
    """Grow a tree.

    Args:
        body: What is sent.

    Returns:
        The tree.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/tree
    """
    return client.call(GROW_TREE, body=body)


async def grow_tree_async(client: AsyncClient, body: Expression) -> Node:
    """Async twin of `grow_tree`."""
    return await client.call(GROW_TREE, body=body)
