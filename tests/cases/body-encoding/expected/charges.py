# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `charges`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Encoding, Form, Multipart, Operation, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_CHARGES: Final = Operation(
    "spec.list_charges",
    "GET",
    "/charges",
    parameters=(
        Query("expand", list[str], style="deepObject", explode=True),
        Query("where", models.Where, style="deepObject", explode=True),
        Query("filter", models.Where, media_type="application/json"),
    ),
)


def list_charges(
    client: ApiClient,
    *,
    expand: list[str] | None = None,
    where: models.Where | None = None,
    filter: models.Where | None = None,
) -> None:
    """List, with nested query parameters.

    Args:
        expand: Sent as the query parameter `expand`.
        where: Sent as the query parameter `where`.
        filter: Sent as the query parameter `filter`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/charges
    """
    return client.call(LIST_CHARGES, expand, where, filter)


async def list_charges_async(
    client: AsyncApiClient,
    *,
    expand: list[str] | None = None,
    where: models.Where | None = None,
    filter: models.Where | None = None,
) -> None:
    """List, with nested query parameters.

    Async twin of `list_charges`.

    Args:
        expand: Sent as the query parameter `expand`.
        where: Sent as the query parameter `where`.
        filter: Sent as the query parameter `filter`.
    """
    return await client.call(LIST_CHARGES, expand, where, filter)


CREATE_CHARGE: Final = Operation(
    "spec.create_charge",
    "POST",
    "/charges",
    body=Form(
        models.Charge,
        encoding={
            "expand": Encoding(style="deepObject"),
            "where": Encoding(style="deepObject"),
            "items": Encoding(style="deepObject"),
            "codes": Encoding(style="form", explode=False),
            "note": Encoding(content_type="application/json"),
        },
    ),
)


def create_charge(client: ApiClient, body: models.Charge) -> None:
    """Send a form with nested values.

    Args:
        body: A charge.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/charges
    """
    return client.call(CREATE_CHARGE, body=body)


async def create_charge_async(client: AsyncApiClient, body: models.Charge) -> None:
    """Send a form with nested values.

    Async twin of `create_charge`.

    Args:
        body: A charge.
    """
    return await client.call(CREATE_CHARGE, body=body)


SEND_PARCEL: Final = Operation(
    "spec.send_parcel",
    "POST",
    "/parcels",
    body=Multipart(
        models.Parcel,
        encoding={
            "picture": Encoding(content_type="image/png", headers={"X-Checksum": None}),
            "where": Encoding(content_type="application/vnd.where+json", headers={"X-Version": "2"}),
            "note": Encoding(content_type="text/markdown"),
        },
    ),
)


def send_parcel(client: ApiClient, body: models.Parcel) -> None:
    """Send parts with types and headers of their own.

    Args:
        body: A parcel.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/parcels
    """
    return client.call(SEND_PARCEL, body=body)


async def send_parcel_async(client: AsyncApiClient, body: models.Parcel) -> None:
    """Send parts with types and headers of their own.

    Async twin of `send_parcel`.

    Args:
        body: A parcel.
    """
    return await client.call(SEND_PARCEL, body=body)
