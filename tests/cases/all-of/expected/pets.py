# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `pets`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_DOGS: Final = Operation(
    "spec.list_dogs",
    "GET",
    "/dogs",
    returns=list[models.GuideDog],
)


def list_dogs(client: ApiClient) -> list[models.GuideDog]:
    """List dogs.

    Returns:
        The dogs.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/dogs
    """
    return client.call(LIST_DOGS)


async def list_dogs_async(client: AsyncApiClient) -> list[models.GuideDog]:
    """List dogs.

    Async twin of `list_dogs`.
    """
    return await client.call(LIST_DOGS)


REPORT_STRAY: Final = Operation(
    "spec.report_stray",
    "POST",
    "/strays",
    body=Json(models.Stray),
)


def report_stray(client: ApiClient, body: models.Stray) -> None:
    """Report a stray.

    Args:
        body: Narrows a member, so it repeats its base instead of extending it.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/strays
    """
    return client.call(REPORT_STRAY, body=body)


async def report_stray_async(client: AsyncApiClient, body: models.Stray) -> None:
    """Report a stray.

    Async twin of `report_stray`.

    Args:
        body: Narrows a member, so it repeats its base instead of extending it.
    """
    return await client.call(REPORT_STRAY, body=body)
