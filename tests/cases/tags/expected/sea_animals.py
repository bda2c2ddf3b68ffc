# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `sea-animals`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_FISH: Final = Operation(
    "spec.list_fish",
    "GET",
    "/sea",
)


def list_fish(client: ApiClient) -> None:
    """List fish; its tag is not declared.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/sea
    """
    return client.call(LIST_FISH)


async def list_fish_async(client: AsyncApiClient) -> None:
    """List fish; its tag is not declared.

    Async twin of `list_fish`.
    """
    return await client.call(LIST_FISH)
