# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `dealers`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Failure, Operation

from .models import Created

CREATE_DEALER: Final = Operation(
    "spec.create_dealer",
    "POST",
    "/dealers",
    returns=Created,
    failure=Failure(filled="errors", absent="request_uuid"),
)


def create_dealer(client: Client) -> Created:
    """Create a dealer.

    Returns:
        Done, or what is wrong.

    Raises:
        ApiError: the server answers a success that reports a failure.

    Page: https://docs.example/dealers
    """
    return client.call(CREATE_DEALER)


async def create_dealer_async(client: AsyncClient) -> Created:
    """Async twin of `create_dealer`."""
    return await client.call(CREATE_DEALER)
