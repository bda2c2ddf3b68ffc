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
        body: Felines are a union by another property, birds one by the same property, and fish a base class.

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
        body: Felines are a union by another property, birds one by the same property, and fish a base class.
    """
    return await client.call(ADD_PET, body=body)


ADD_VALUES: Final = Operation(
    "spec.add_values",
    "POST",
    "/values",
    body=Json(str | list[int]),
    returns=models.Values,
)


def add_values(client: ApiClient, body: str | list[int]) -> models.Values:
    """Add values.

    Args:
        body: Add values.

    Returns:
        The values.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/values
    """
    return client.call(ADD_VALUES, body=body)


async def add_values_async(client: AsyncApiClient, body: str | list[int]) -> models.Values:
    """Add values.

    Async twin of `add_values`.

    Args:
        body: Add values.
    """
    return await client.call(ADD_VALUES, body=body)
