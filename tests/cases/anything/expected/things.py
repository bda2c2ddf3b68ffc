# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `things`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from taskclients_core import Header, Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


ADD_THING: Final = Operation(
    "spec.add_thing",
    "POST",
    "/things",
    parameters=(Header("X-Hint", Any, media_type="application/json"),),
    body=Json(models.Thing),
    returns=models.Thing,
)


def add_thing(client: ApiClient, body: models.Thing, *, x_hint: Any = None) -> models.Thing:
    """Add a thing.

    Args:
        body: Members of any type.
        x_hint: Sent as the header parameter `X-Hint`.

    Returns:
        The thing.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/things
    """
    return client.call(ADD_THING, x_hint, body=body)


async def add_thing_async(client: AsyncApiClient, body: models.Thing, *, x_hint: Any = None) -> models.Thing:
    """Add a thing.

    Async twin of `add_thing`.

    Args:
        body: Members of any type.
        x_hint: Sent as the header parameter `X-Hint`.
    """
    return await client.call(ADD_THING, x_hint, body=body)


SET_VALUE: Final = Operation(
    "spec.set_value",
    "PUT",
    "/values",
    body=Json(Any),
    returns=list[Any],
)


def set_value(client: ApiClient, body: Any) -> list[Any]:
    """Replace a value.

    Args:
        body: Replace a value.

    Returns:
        The former values.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/values
    """
    return client.call(SET_VALUE, body=body)


async def set_value_async(client: AsyncApiClient, body: Any) -> list[Any]:
    """Replace a value.

    Async twin of `set_value`.

    Args:
        body: Replace a value.
    """
    return await client.call(SET_VALUE, body=body)
