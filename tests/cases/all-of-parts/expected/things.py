# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `things`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


ADD_THING: Final = Operation(
    "spec.add_thing",
    "POST",
    "/things",
    body=Json(models.Everything),
    returns=models.Everything,
)


def add_thing(client: ApiClient, body: models.Everything) -> models.Everything:
    """Add a thing.

    Args:
        body: Holds one of each.

    Returns:
        The thing.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/things
    """
    return client.call(ADD_THING, body=body)


async def add_thing_async(client: AsyncApiClient, body: models.Everything) -> models.Everything:
    """Add a thing.

    Async twin of `add_thing`.

    Args:
        body: Holds one of each.
    """
    return await client.call(ADD_THING, body=body)
