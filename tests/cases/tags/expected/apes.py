# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Apes and monkeys."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Operation

LIST_APES: Final = Operation(
    "spec.list_apes",
    "GET",
    "/apes",
)


def list_apes(client: Client) -> None:
    """List apes.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/apes
    """
    return client.call(LIST_APES)


async def list_apes_async(client: AsyncClient) -> None:
    """Async twin of `list_apes`."""
    return await client.call(LIST_APES)
