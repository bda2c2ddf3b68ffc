# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Declared first, so it comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_ZEBRAS: Final = Operation(
    "spec.list_zebras",
    "GET",
    "/zebras",
)


def list_zebras(client: ApiClient) -> None:
    """List zebras.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/zebras
    """
    return client.call(LIST_ZEBRAS)


async def list_zebras_async(client: AsyncApiClient) -> None:
    """List zebras.

    Async twin of `list_zebras`.
    """
    return await client.call(LIST_ZEBRAS)


FREE_ZEBRAS: Final = Operation(
    "spec.free_zebras",
    "DELETE",
    "/zebras",
)


def free_zebras(client: ApiClient) -> None:
    """Free all zebras.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/free
    """
    return client.call(FREE_ZEBRAS)


async def free_zebras_async(client: AsyncApiClient) -> None:
    """Free all zebras.

    Async twin of `free_zebras`.
    """
    return await client.call(FREE_ZEBRAS)
