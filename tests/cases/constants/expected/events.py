# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `events`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


SEND_EVENT: Final = Operation(
    "spec.send_event",
    "POST",
    "/events",
    body=Json(models.Event),
    returns=models.Event,
)


def send_event(client: ApiClient, body: models.Event) -> models.Event:
    """Send an event.

    Args:
        body: Fixed values need not be given.

    Returns:
        The event again.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/events
    """
    return client.call(SEND_EVENT, body=body)


async def send_event_async(client: AsyncApiClient, body: models.Event) -> models.Event:
    """Send an event.

    Async twin of `send_event`.

    Args:
        body: Fixed values need not be given.
    """
    return await client.call(SEND_EVENT, body=body)
