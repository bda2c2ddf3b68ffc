# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `events`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation

from .models import Event

SEND_EVENT: Final = Operation(
    "spec.send_event",
    "POST",
    "/events",
    body=Json(Event),
    returns=Event,
)


def send_event(client: Client, body: Event) -> Event:
    """Send an event.

    Args:
        body: What is sent.

    Returns:
        The event again.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/events
    """
    return client.call(SEND_EVENT, body=body)


async def send_event_async(client: AsyncClient, body: Event) -> Event:
    """Async twin of `send_event`."""
    return await client.call(SEND_EVENT, body=body)
