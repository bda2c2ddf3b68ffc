# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `merges`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation, Path, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


CREATE_MERGE: Final = Operation(
    "spec.create_merge",
    "POST",
    "/merges",
    returns=models.Work,
)


def create_merge(client: ApiClient) -> models.Work:
    """Merge two lists.

    `begin_create_merge` returns a handle that waits for the task.

    Returns:
        The merge has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/merges/create
    """
    return client.call(CREATE_MERGE)


async def create_merge_async(client: AsyncApiClient) -> models.Work:
    """Merge two lists.

    Async twin of `create_merge`.
    """
    return await client.call(CREATE_MERGE)


GET_MERGE: Final = Operation(
    "spec.get_merge",
    "GET",
    "/merges/{id}",
    parameters=(Path("id", str),),
    returns=models.Work,
)


def get_merge(client: ApiClient, id: str) -> models.Work:
    """Read a merge.

    Args:
        id: Sent as the path parameter `id`.

    Returns:
        The merge.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/merges/get
    """
    return client.call(GET_MERGE, id)


async def get_merge_async(client: AsyncApiClient, id: str) -> models.Work:
    """Read a merge.

    Async twin of `get_merge`.

    Args:
        id: Sent as the path parameter `id`.
    """
    return await client.call(GET_MERGE, id)


CANCEL_MERGE: Final = Operation(
    "spec.cancel_merge",
    "DELETE",
    "/merges/{id}",
    parameters=(Path("id", str), Query("force", bool, required=True)),
)


def cancel_merge(client: ApiClient, id: str, *, force: bool) -> None:
    """Call a merge off.

    Args:
        id: Sent as the path parameter `id`.
        force: Sent as the query parameter `force`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/merges/cancel
    """
    return client.call(CANCEL_MERGE, id, force)


async def cancel_merge_async(client: AsyncApiClient, id: str, *, force: bool) -> None:
    """Call a merge off.

    Async twin of `cancel_merge`.

    Args:
        id: Sent as the path parameter `id`.
        force: Sent as the query parameter `force`.
    """
    return await client.call(CANCEL_MERGE, id, force)


CONFIRM_MERGE: Final = Operation(
    "spec.confirm_merge",
    "POST",
    "/merges/{id}/confirm",
    parameters=(Path("id", str),),
)


def confirm_merge(client: ApiClient, id: str) -> None:
    """Say that a merge is right.

    Args:
        id: Sent as the path parameter `id`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/merges/confirm
    """
    return client.call(CONFIRM_MERGE, id)


async def confirm_merge_async(client: AsyncApiClient, id: str) -> None:
    """Say that a merge is right.

    Async twin of `confirm_merge`.

    Args:
        id: Sent as the path parameter `id`.
    """
    return await client.call(CONFIRM_MERGE, id)
