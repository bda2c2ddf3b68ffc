# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `things`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Header, Json, Operation, Path, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


PUT_THING: Final = Operation(
    "spec.put_thing",
    "PUT",
    "/things/{id}",
    parameters=(Path("id", models.AliasOfId), Header("X-Trace", str), Query("depth", int, required=True)),
    body=Json(models.AliasOfThing),
    returns=models.AliasOfThing,
)


def put_thing(
    client: ApiClient, id: models.AliasOfId, body: models.AliasOfThing, *, depth: int, x_trace: str | None = None
) -> models.AliasOfThing:
    """Replace a thing.

    Args:
        id: Id of the thing.
        body: A thing.
        depth: Sent as the query parameter `depth`.
        x_trace: Sent as the header parameter `X-Trace`.

    Returns:
        The thing.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/things
    """
    return client.call(PUT_THING, id, x_trace, depth, body=body)


async def put_thing_async(
    client: AsyncApiClient, id: models.AliasOfId, body: models.AliasOfThing, *, depth: int, x_trace: str | None = None
) -> models.AliasOfThing:
    """Replace a thing.

    Async twin of `put_thing`.

    Args:
        id: Id of the thing.
        body: A thing.
        depth: Sent as the query parameter `depth`.
        x_trace: Sent as the header parameter `X-Trace`.
    """
    return await client.call(PUT_THING, id, x_trace, depth, body=body)
