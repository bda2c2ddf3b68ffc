# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `pets`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


ADD_PET: Final = Operation(
    "spec.add_pet",
    "POST",
    "/pets",
    body=Json(models.Pet),
    returns=list[models.Pet],
)


def add_pet(client: ApiClient, body: models.Pet) -> list[models.Pet]:
    """Add a pet.

    Args:
        body: A response of this type is read as the child that its type names.

    Returns:
        All pets.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/pets
    """
    return client.call(ADD_PET, body=body)


async def add_pet_async(client: AsyncApiClient, body: models.Pet) -> list[models.Pet]:
    """Add a pet.

    Async twin of `add_pet`.

    Args:
        body: A response of this type is read as the child that its type names.
    """
    return await client.call(ADD_PET, body=body)


ADD_HOME: Final = Operation(
    "spec.add_home",
    "POST",
    "/homes",
    body=Json(models.Home),
    returns=models.Event,
)


def add_home(client: ApiClient, body: models.Home) -> models.Event:
    """Add a home.

    Args:
        body: Has pets of any type, and cats.

    Returns:
        The event.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/homes
    """
    return client.call(ADD_HOME, body=body)


async def add_home_async(client: AsyncApiClient, body: models.Home) -> models.Event:
    """Add a home.

    Async twin of `add_home`.

    Args:
        body: Has pets of any type, and cats.
    """
    return await client.call(ADD_HOME, body=body)
