# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `pets`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation

from .models import Event, Pet

LIST_PETS: Final = Operation(
    "spec.list_pets",
    "GET",
    "/pets",
    returns=list[Pet],
)


def list_pets(client: Client) -> list[Pet]:
    """List pets.

    Returns:
        The pets.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/pets
    """
    return client.call(LIST_PETS)


async def list_pets_async(client: AsyncClient) -> list[Pet]:
    """Async twin of `list_pets`."""
    return await client.call(LIST_PETS)


ADD_PET: Final[Operation[Event]] = Operation(
    "spec.add_pet",
    "POST",
    "/pets",
    body=Json(Pet),
    returns=Event,
)


def add_pet(client: Client, body: Pet) -> Event:
    """Add a pet.

    Args:
        body: What is sent.

    Returns:
        What happened.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/add
    """
    return client.call(ADD_PET, body=body)


async def add_pet_async(client: AsyncClient, body: Pet) -> Event:
    """Async twin of `add_pet`."""
    return await client.call(ADD_PET, body=body)
