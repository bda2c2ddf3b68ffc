# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `things`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation, Path, Query

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


GET_THING: Final = Operation(
    "spec.get_thing",
    "GET",
    "/things/{id}",
    parameters=(Path("id", int), Query("depth", int)),
)


def get_thing(client: ApiClient, id: int, *, depth: int | None = None) -> None:
    """Read a thing.

    Args:
        id: Sent as the path parameter `id`.
        depth: Sent as the query parameter `depth`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/thing
    """
    return client.call(GET_THING, id, depth)


async def get_thing_async(client: AsyncApiClient, id: int, *, depth: int | None = None) -> None:
    """Read a thing.

    Async twin of `get_thing`.

    Args:
        id: Sent as the path parameter `id`.
        depth: Sent as the query parameter `depth`.
    """
    return await client.call(GET_THING, id, depth)
