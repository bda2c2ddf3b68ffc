# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `pets`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation

from .models import GuideDog, Stray

LIST_DOGS: Final = Operation(
    "spec.list_dogs",
    "GET",
    "/dogs",
    returns=list[GuideDog],
)


def list_dogs(client: Client) -> list[GuideDog]:
    """List dogs.

    Returns:
        The dogs.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/dogs
    """
    return client.call(LIST_DOGS)


async def list_dogs_async(client: AsyncClient) -> list[GuideDog]:
    """Async twin of `list_dogs`."""
    return await client.call(LIST_DOGS)


REPORT_STRAY: Final = Operation(
    "spec.report_stray",
    "POST",
    "/strays",
    body=Json(Stray),
)


def report_stray(client: Client, body: Stray) -> None:
    """Report a stray.

    Args:
        body: What is sent.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/strays
    """
    return client.call(REPORT_STRAY, body=body)


async def report_stray_async(client: AsyncClient, body: Stray) -> None:
    """Async twin of `report_stray`."""
    return await client.call(REPORT_STRAY, body=body)
