# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `dealers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import ErrorCondition, Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


CREATE_DEALER: Final = Operation(
    "spec.create_dealer",
    "POST",
    "/dealers",
    returns=models.Created,
    error_when=ErrorCondition(filled="errors", absent="request_uuid"),
)


def create_dealer(client: ApiClient) -> models.Created:
    """Create a dealer.

    Returns:
        Done, or what is wrong.

    Raises:
        ApiError: a successful response that reports an error.

    Source: https://docs.example/dealers
    """
    return client.call(CREATE_DEALER)


async def create_dealer_async(client: AsyncApiClient) -> models.Created:
    """Create a dealer.

    Async twin of `create_dealer`.
    """
    return await client.call(CREATE_DEALER)
