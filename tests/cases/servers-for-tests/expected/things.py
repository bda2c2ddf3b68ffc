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
    """List things.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/things
    """
    return client.call(LIST_THINGS)


async def list_things_async(client: AsyncApiClient) -> None:
    """List things.

    Async twin of `list_things`.
    """
    return await client.call(LIST_THINGS)


UPLOAD: Final = Operation(
    "spec.upload",
    "POST",
    "/things",
    server="https://upload.eu.example",
)


def upload(client: ApiClient) -> None:
    """Upload to another host.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Server: https://upload.eu.example

    Source: https://docs.example/things
    """
    return client.call(UPLOAD)


async def upload_async(client: AsyncApiClient) -> None:
    """Upload to another host.

    Async twin of `upload`.
    """
    return await client.call(UPLOAD)
