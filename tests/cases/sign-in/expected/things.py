# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `things`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Operation

LIST_THINGS: Final = Operation(
    "spec.list_things",
    "GET",
    "/things",
    returns=list[str],
)


def list_things(client: Client) -> list[str]:
    """List things.

    Returns:
        Their names.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/things
    """
    return client.call(LIST_THINGS)


async def list_things_async(client: AsyncClient) -> list[str]:
    """Async twin of `list_things`."""
    return await client.call(LIST_THINGS)
