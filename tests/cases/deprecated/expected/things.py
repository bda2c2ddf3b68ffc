# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `things`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Operation, Path, Query

from .models import Thing

GET_THING: Final = Operation(
    "spec.get_thing",
    "GET",
    "/things/{id}",
    parameters=(Path("id", int), Query("expand", bool)),
    returns=Thing,
)


def get_thing(client: Client, id: int, *, expand: bool | None = None) -> Thing:
    """Read a thing.

    Args:
        id: Sent as the path parameter `id`.
        expand: Has no effect any more. Deprecated.

    Returns:
        The thing.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Deprecated.

    Page: https://docs.example/thing
    """
    return client.call(GET_THING, id, expand)


async def get_thing_async(client: AsyncClient, id: int, *, expand: bool | None = None) -> Thing:
    """Async twin of `get_thing`."""
    return await client.call(GET_THING, id, expand)
