# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `sea-animals`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Operation

LIST_FISH: Final = Operation(
    "spec.list_fish",
    "GET",
    "/sea",
)


def list_fish(client: Client) -> None:
    """List fish; its tag is not declared.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/sea
    """
    return client.call(LIST_FISH)


async def list_fish_async(client: AsyncClient) -> None:
    """Async twin of `list_fish`."""
    return await client.call(LIST_FISH)
