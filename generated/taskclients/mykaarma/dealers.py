# Generated from mykaarma.yaml by dragoman; edit the spec, then run `make generate`.
"""Dealers."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Failure, Json, Operation

from .models import CreateDealerRequest, CreateDealerResponse, ResponseEnvelope

CREATE_DEALER: Final = Operation(
    "mykaarma.create_dealer",
    "POST",
    "/v2/dealer",
    body=Json(CreateDealerRequest),
    returns=CreateDealerResponse,
    errors={400: ResponseEnvelope, 401: ResponseEnvelope, 403: ResponseEnvelope, 500: ResponseEnvelope},
    failure=Failure(filled="errors", absent="request_uuid"),
)


def create_dealer(client: Client, body: CreateDealerRequest) -> CreateDealerResponse:
    """Create a dealer.

    Answers with the id of the process that sets the dealer up. Needs the scope manage.dealer.create at the level
    ServiceSubscriberScope.

    Args:
        body: What is sent.

    Returns:
        The request was accepted.

    Raises:
        ApiError: the server answers 400, 401, 403, 500 or a success that reports a failure.

    Assumed: The saved page ends before verb and path: POST because there is a body, the path from the sibling
    /v2/dealer/list.

    Page: https://docs.mykaarma.com/API_references/admin/manage/API_reference/create-dealer
    """
    return client.call(CREATE_DEALER, body=body)


async def create_dealer_async(client: AsyncClient, body: CreateDealerRequest) -> CreateDealerResponse:
    """Async twin of `create_dealer`."""
    return await client.call(CREATE_DEALER, body=body)
