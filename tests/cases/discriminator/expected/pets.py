# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `pets`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_PETS: Final = Operation(
    "spec.list_pets",
    "GET",
    "/pets",
    returns=list[models.Pet],
)


def list_pets(client: ApiClient) -> list[models.Pet]:
    """List pets.

    Returns:
        The pets.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/pets
    """
    return client.call(LIST_PETS)


async def list_pets_async(client: AsyncApiClient) -> list[models.Pet]:
    """List pets.

    Async twin of `list_pets`.
    """
    return await client.call(LIST_PETS)


ADD_PET: Final[Operation[models.Event]] = Operation(
    "spec.add_pet",
    "POST",
    "/pets",
    body=Json(models.Pet),
    returns=models.Event,
)


def add_pet(client: ApiClient, body: models.Pet) -> models.Event:
    """Add a pet.

    Args:
        body: Its mapping is explicit; two values name one class.

    Returns:
        What happened.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/add
    """
    return client.call(ADD_PET, body=body)


async def add_pet_async(client: AsyncApiClient, body: models.Pet) -> models.Event:
    """Add a pet.

    Async twin of `add_pet`.

    Args:
        body: Its mapping is explicit; two values name one class.
    """
    return await client.call(ADD_PET, body=body)
