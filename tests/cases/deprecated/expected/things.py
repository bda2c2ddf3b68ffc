# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `things`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation, Path, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


GET_THING: Final = Operation(
    "spec.get_thing",
    "GET",
    "/things/{id}",
    parameters=(Path("id", int), Query("expand", bool)),
    returns=models.Thing,
)


def get_thing(client: ApiClient, id: int, *, expand: bool | None = None) -> models.Thing:
    """Read a thing.

    Args:
        id: Sent as the path parameter `id`.
        expand: Has no effect any more. Deprecated.

    Returns:
        The thing.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Deprecated.

    Source: https://docs.example/thing
    """
    return client.call(GET_THING, id, expand)


async def get_thing_async(client: AsyncApiClient, id: int, *, expand: bool | None = None) -> models.Thing:
    """Read a thing.

    Async twin of `get_thing`.

    Args:
        id: Sent as the path parameter `id`.
        expand: Has no effect any more. Deprecated.
    """
    return await client.call(GET_THING, id, expand)
