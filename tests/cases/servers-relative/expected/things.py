# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `things`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_THINGS: Final = Operation(
    "spec.list_things",
    "GET",
    "/things",
)


def list_things(client: ApiClient) -> None:
    """List.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/things
    """
    return client.call(LIST_THINGS)


async def list_things_async(client: AsyncApiClient) -> None:
    """List.

    Async twin of `list_things`.
    """
    return await client.call(LIST_THINGS)
