# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `pets`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation, Path

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_PETS: Final = Operation(
    "spec.list_pets",
    "GET",
    "/pets",
    returns=list[models.Pet],
    media_types=("text/jsonl",),
)


def list_pets(client: ApiClient) -> list[models.Pet]:
    """Call `GET /pets`.

    Returns:
        All pets.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://example.com/docs
    """
    return client.call(LIST_PETS)


async def list_pets_async(client: AsyncApiClient) -> list[models.Pet]:
    """Call `GET /pets`.

    Async twin of `list_pets`.
    """
    return await client.call(LIST_PETS)


GET_PET: Final = Operation(
    "spec.get_pet",
    "GET",
    "/pets/{name}",
    parameters=(Path("name", str),),
    returns=models.Pet,
)


def get_pet(client: ApiClient, name: str) -> models.Pet:
    """Call `GET /pets/{name}`.

    Args:
        name: Sent as the path parameter `name`.

    Returns:
        One pet.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://example.com/docs
    """
    return client.call(GET_PET, name)


async def get_pet_async(client: AsyncApiClient, name: str) -> models.Pet:
    """Call `GET /pets/{name}`.

    Async twin of `get_pet`.

    Args:
        name: Sent as the path parameter `name`.
    """
    return await client.call(GET_PET, name)


GET_PICTURE: Final = Operation(
    "spec.get_picture",
    "GET",
    "/pets/{name}/picture",
    parameters=(Path("name", str),),
    returns=bytes,
    accept="image/png",
)


def get_picture(client: ApiClient, name: str) -> bytes:
    """Call `GET /pets/{name}/picture`.

    Args:
        name: Sent as the path parameter `name`.

    Returns:
        Its picture.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://example.com/docs
    """
    return client.call(GET_PICTURE, name)


async def get_picture_async(client: AsyncApiClient, name: str) -> bytes:
    """Call `GET /pets/{name}/picture`.

    Async twin of `get_picture`.

    Args:
        name: Sent as the path parameter `name`.
    """
    return await client.call(GET_PICTURE, name)
