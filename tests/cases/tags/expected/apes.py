# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Apes and monkeys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_APES: Final = Operation(
    "spec.list_apes",
    "GET",
    "/apes",
)


def list_apes(client: ApiClient) -> None:
    """List apes.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/apes
    """
    return client.call(LIST_APES)


async def list_apes_async(client: AsyncApiClient) -> None:
    """List apes.

    Async twin of `list_apes`.
    """
    return await client.call(LIST_APES)
