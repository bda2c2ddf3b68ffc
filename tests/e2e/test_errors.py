"""Errors: one class for each kind, with the vendor's own reason and without secrets."""

from __future__ import annotations

import asyncio
import pickle
import socket
from typing import Any
from uuid import UUID, uuid4

import pytest

from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster.models import ErrorResponse, ExportCustomer
from taskclients.lifepos import LifePosClient
from taskclients.lifepos.models import ClientType, SignInRequest
from taskclients.mykaarma import MyKaarmaClient
from taskclients.mykaarma.models import CreateDealerRequest, ResponseEnvelope
from taskclients_core import (
    ApiError,
    BadRequestError,
    ConnectionFailedError,
    NotFoundError,
    UnauthorizedError,
    UnprocessableEntityError,
)

CANARY = "canary-7f3a"
PASSWORD = "example password"
ORGANIZATION = UUID("00000000-0000-4000-8000-000000000013")


def cashier(url: str, **options: Any) -> LifePosClient:
    return LifePosClient(
        f"{url}/lifepos", accept_language="en-US", client_identifier="till", client_type=ClientType.APP, **options
    )


def unsigned(request: Any) -> Any:
    """Send a request as it is; a client without `auth=` would not send it."""
    return request


def test_without_credentials_booster(url: str) -> None:
    with BoosterClient(f"{url}/booster", auth=unsigned) as client, pytest.raises(UnauthorizedError) as caught:
        client.list_tasks()
    assert isinstance(caught.value.body, ErrorResponse)
    assert caught.value.body.response_status is not None
    assert caught.value.body.response_status.message == "Credentials are missing."
    assert caught.value.headers["www-authenticate"].startswith("Bearer")


def test_without_credentials_mykaarma(url: str) -> None:
    with MyKaarmaClient(f"{url}/mykaarma", auth=unsigned) as client, pytest.raises(UnauthorizedError) as caught:
        client.create_dealer(CreateDealerRequest())
    assert isinstance(caught.value.body, ResponseEnvelope)
    assert [each.error_message for each in caught.value.body.errors or ()] == ["Credentials are missing."]


def test_without_credentials_lifepos(url: str) -> None:
    with cashier(url, auth=unsigned) as client, pytest.raises(UnauthorizedError) as caught:
        client.list_revenue_exports(ORGANIZATION).page()
    assert caught.value.body == {"message": "Credentials are missing."}


def test_signing_in_takes_no_credentials(url: str) -> None:
    with cashier(url) as client:
        assert client.sign_in(SignInRequest(full_username="cashier", password=PASSWORD)).token


def test_an_unknown_id(booster: BoosterClient, mykaarma: MyKaarmaClient) -> None:
    with pytest.raises(NotFoundError) as missing:
        booster.get_task(uuid4())
    assert isinstance(missing.value.body, ErrorResponse)
    with pytest.raises(NotFoundError) as unknown:
        mykaarma.get_async_process("missing")
    assert isinstance(unknown.value.body, ResponseEnvelope)
    assert unknown.value.body.errors
    assert unknown.value.body.errors[0].error_message == "There is no task missing."


def test_what_the_server_does_not_accept(booster: BoosterClient, lifepos: LifePosClient) -> None:
    with pytest.raises(BadRequestError) as bad:
        booster.export_customer(
            ExportCustomer(brand="CAR", pos_codes=[], download_request_id="x", booster_customer_ids=[2**40])
        )
    assert isinstance(bad.value.body, ErrorResponse)
    assert bad.value.body.response_status is not None
    assert [each.field_name for each in bad.value.body.response_status.errors or ()] == ["boosterCustomerIds.0"]
    with pytest.raises(UnprocessableEntityError) as short:
        lifepos.sign_in(SignInRequest(full_username="cashier", password=PASSWORD[:5]))
    assert short.value.body == {"message": "password breaks minLength 6."}


def test_the_async_client_raises_the_same(url: str) -> None:
    async def run() -> ApiError:
        async with AsyncBoosterClient(f"{url}/booster", auth="token") as client:
            with pytest.raises(NotFoundError) as caught:
                await client.get_task(uuid4())
        return caught.value

    error = asyncio.run(run())
    assert isinstance(error.body, ErrorResponse)
    assert error.request.method == "GET"


@pytest.mark.usefixtures("library")
def test_connection_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with (
        BoosterClient(f"http://127.0.0.1:{port}", auth=CANARY) as client,
        pytest.raises(ConnectionFailedError) as caught,
    ):
        client.list_tasks()
    assert caught.value.sent is False


def test_errors_show_no_secret(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    body = SignInRequest(full_username="cashier", password=CANARY)
    error: ApiError
    with LifePosClient(
        f"{url}/lifepos",
        accept_language="en-US",
        client_identifier="till",
        client_type=ClientType.APP,
        auth=CANARY,
    ) as client:
        client.sign_in(body)
        with pytest.raises(NotFoundError) as caught:
            client.list_nomenclature_import_tasks(ORGANIZATION, page_token=CANARY).page()
        error = caught.value
        shown = [repr(client), str(client), repr(client.list_revenue_exports), repr(body)]
        shown.append(repr(client.list_nomenclature_import_tasks(ORGANIZATION, page_token=CANARY)))
    shown += [repr(error), str(error), repr(error.request), caplog.text]
    assert [text for text in shown if CANARY in text] == []
    assert caplog.text
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (type(copy), copy.status, str(copy)) == (NotFoundError, 404, str(error))
