# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `samples`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

from taskclients_core import Header, Json, Operation, Path, Query
from taskclients_core.formats import Base64, DateTimeMs, DecimalNumber, GuidN, IntString, ServiceStackDate, TimeOfDay

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


PUT_SAMPLE: Final = Operation(
    "spec.put_sample",
    "PUT",
    "/samples/{id}",
    parameters=(
        Path("id", GuidN),
        Query("since", ServiceStackDate),
        Query("until", DateTimeMs),
        Query("price", DecimalNumber),
        Query("key", Base64),
        Query("clock", TimeOfDay),
        Header("number", IntString),
        Query("numbers", list[IntString]),
        Query("wait", str),
    ),
    body=Json(models.Sample),
    returns=models.Sample,
)


def put_sample(
    client: ApiClient,
    id: UUID,
    body: models.Sample,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    price: Decimal | None = None,
    key: bytes | None = None,
    clock: TimeOfDay | None = None,
    number: int | None = None,
    numbers: list[int] | None = None,
    wait: str | None = None,
) -> models.Sample:
    """Put a sample.

    Args:
        id: Sent as the path parameter `id`.
        body: One member for each format.
        since: Sent as the query parameter `since`.
        until: Sent as the query parameter `until`.
        price: Sent as the query parameter `price`.
        key: Sent as the query parameter `key`.
        clock: Sent as the query parameter `clock`.
        number: Sent as the header parameter `number`.
        numbers: Sent as the query parameter `numbers`.
        wait: Sent as the query parameter `wait`.

    Returns:
        The sample again.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/samples
    """
    return client.call(PUT_SAMPLE, id, since, until, price, key, clock, number, numbers, wait, body=body)


async def put_sample_async(
    client: AsyncApiClient,
    id: UUID,
    body: models.Sample,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    price: Decimal | None = None,
    key: bytes | None = None,
    clock: TimeOfDay | None = None,
    number: int | None = None,
    numbers: list[int] | None = None,
    wait: str | None = None,
) -> models.Sample:
    """Put a sample.

    Async twin of `put_sample`.

    Args:
        id: Sent as the path parameter `id`.
        body: One member for each format.
        since: Sent as the query parameter `since`.
        until: Sent as the query parameter `until`.
        price: Sent as the query parameter `price`.
        key: Sent as the query parameter `key`.
        clock: Sent as the query parameter `clock`.
        number: Sent as the header parameter `number`.
        numbers: Sent as the query parameter `numbers`.
        wait: Sent as the query parameter `wait`.
    """
    return await client.call(PUT_SAMPLE, id, since, until, price, key, clock, number, numbers, wait, body=body)
