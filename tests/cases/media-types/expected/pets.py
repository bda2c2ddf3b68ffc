# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `pets`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Operation, Path

from .models import Pet

LIST_PETS: Final = Operation(
    "spec.list_pets",
    "GET",
    "/pets",
    returns=list[Pet],
    media_types=("text/jsonl",),
)


def list_pets(client: Client) -> list[Pet]:
    """Call `GET /pets`.

    Returns:
        All pets.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://example.com/docs
    """
    return client.call(LIST_PETS)


async def list_pets_async(client: AsyncClient) -> list[Pet]:
    """Async twin of `list_pets`."""
    return await client.call(LIST_PETS)


GET_PET: Final = Operation(
    "spec.get_pet",
    "GET",
    "/pets/{name}",
    parameters=(Path("name", str),),
    returns=Pet,
)


def get_pet(client: Client, name: str) -> Pet:
    """Call `GET /pets/{name}`.

    Args:
        name: Sent as the path parameter `name`.

    Returns:
        One pet.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://example.com/docs
    """
    return client.call(GET_PET, name)


async def get_pet_async(client: AsyncClient, name: str) -> Pet:
    """Async twin of `get_pet`."""
    return await client.call(GET_PET, name)


GET_PICTURE: Final = Operation(
    "spec.get_picture",
    "GET",
    "/pets/{name}/picture",
    parameters=(Path("name", str),),
    returns=bytes,
    accept="image/png",
)


def get_picture(client: Client, name: str) -> bytes:
    """Call `GET /pets/{name}/picture`.

    Args:
        name: Sent as the path parameter `name`.

    Returns:
        Its picture.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://example.com/docs
    """
    return client.call(GET_PICTURE, name)


async def get_picture_async(client: AsyncClient, name: str) -> bytes:
    """Async twin of `get_picture`."""
    return await client.call(GET_PICTURE, name)
