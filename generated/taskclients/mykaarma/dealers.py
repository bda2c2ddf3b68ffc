# Generated from mykaarma.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Dealers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import ErrorCondition, Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import AsyncMyKaarmaClient, MyKaarmaClient


CREATE_DEALER: Final = Operation(
    "mykaarma.create_dealer",
    "POST",
    "/v2/dealer",
    body=Json(models.CreateDealerRequest),
    returns=models.CreateDealerResponse,
    errors={
        400: models.ResponseEnvelope,
        401: models.ResponseEnvelope,
        403: models.ResponseEnvelope,
        500: models.ResponseEnvelope,
    },
    error_when=ErrorCondition(filled="errors", absent="request_uuid"),
)


def create_dealer(client: MyKaarmaClient, body: models.CreateDealerRequest) -> models.CreateDealerResponse:
    """Create a dealer.

    Needs the scope manage.dealer.create at the level ServiceSubscriberScope.

    `begin_create_dealer` returns a handle that waits for the task.

    Args:
        body: A dealer to be created. The page marks no member as required.

    Returns:
        The id of the process that sets the dealer up.

    Raises:
        ApiError: 400, 401, 403, 500 or a successful response that reports an error.

    Assumed: The copied text has neither verb nor path, which the theme prints beside it: POST because there is a body,
    the path from the sibling /v2/dealer/list.

    Source: https://docs.mykaarma.com/API_references/admin/manage/API_reference/create-dealer
    """
    return client.call(CREATE_DEALER, body=body)


async def create_dealer_async(
    client: AsyncMyKaarmaClient, body: models.CreateDealerRequest
) -> models.CreateDealerResponse:
    """Create a dealer.

    Async twin of `create_dealer`.

    Args:
        body: A dealer to be created. The page marks no member as required.
    """
    return await client.call(CREATE_DEALER, body=body)
