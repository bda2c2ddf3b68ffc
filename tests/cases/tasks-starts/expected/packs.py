# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `packs`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import ErrorCondition, Operation, Path, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


CREATE_PACK: Final = Operation(
    "spec.create_pack",
    "POST",
    "/depots/{depot}/packs",
    parameters=(Path("depot", str),),
    returns=models.Packing,
)


def create_pack(client: ApiClient, depot: str) -> models.Packing:
    """Pack a parcel.

    `begin_create_pack` returns a handle that waits for the task.

    Args:
        depot: Sent as the path parameter `depot`.

    Returns:
        The parcel is packed.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/packs/create
    """
    return client.call(CREATE_PACK, depot)


async def create_pack_async(client: AsyncApiClient, depot: str) -> models.Packing:
    """Pack a parcel.

    Async twin of `create_pack`.

    Args:
        depot: Sent as the path parameter `depot`.
    """
    return await client.call(CREATE_PACK, depot)


GET_PACK: Final = Operation(
    "spec.get_pack",
    "GET",
    "/depots/{depot}/packs/{id}",
    parameters=(
        Path("depot", str),
        Path("id", str),
        Query("line", str, required=True),
        Query("shift", int, required=True),
    ),
    returns=models.Pack,
    error_when=ErrorCondition(filled="faults", absent="state"),
)


def get_pack(client: ApiClient, depot: str, id: str, *, line: str, shift: int) -> models.Pack:
    """Read how far a parcel is.

    Args:
        depot: Sent as the path parameter `depot`.
        id: Sent as the path parameter `id`.
        line: Sent as the query parameter `line`.
        shift: Sent as the query parameter `shift`.

    Returns:
        The parcel, or what is wrong.

    Raises:
        ApiError: a successful response that reports an error.

    Source: https://docs.example/packs/get
    """
    return client.call(GET_PACK, depot, id, line, shift)


async def get_pack_async(client: AsyncApiClient, depot: str, id: str, *, line: str, shift: int) -> models.Pack:
    """Read how far a parcel is.

    Async twin of `get_pack`.

    Args:
        depot: Sent as the path parameter `depot`.
        id: Sent as the path parameter `id`.
        line: Sent as the query parameter `line`.
        shift: Sent as the query parameter `shift`.
    """
    return await client.call(GET_PACK, depot, id, line, shift)


CANCEL_PACK: Final = Operation(
    "spec.cancel_pack",
    "DELETE",
    "/depots/{depot}/packs/{id}",
    parameters=(Path("depot", str), Path("id", str)),
)


def cancel_pack(client: ApiClient, depot: str, id: str) -> None:
    """Unpack a parcel.

    Args:
        depot: Sent as the path parameter `depot`.
        id: Sent as the path parameter `id`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/packs/cancel
    """
    return client.call(CANCEL_PACK, depot, id)


async def cancel_pack_async(client: AsyncApiClient, depot: str, id: str) -> None:
    """Unpack a parcel.

    Async twin of `cancel_pack`.

    Args:
        depot: Sent as the path parameter `depot`.
        id: Sent as the path parameter `id`.
    """
    return await client.call(CANCEL_PACK, depot, id)
