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
    """List on the server of the API.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/things
    """
    return client.call(LIST_THINGS)


async def list_things_async(client: AsyncApiClient) -> None:
    """List on the server of the API.

    Async twin of `list_things`.
    """
    return await client.call(LIST_THINGS)


UPLOAD: Final = Operation(
    "spec.upload",
    "POST",
    "/things",
    server="https://upload.{region}.files.example/v1",
)


def upload(client: ApiClient) -> None:
    """Upload to another host.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Server: https://upload.{region}.files.example/v1

    Source: https://docs.example/things
    """
    return client.call(UPLOAD)


async def upload_async(client: AsyncApiClient) -> None:
    """Upload to another host.

    Async twin of `upload`.
    """
    return await client.call(UPLOAD)


READ_STATUS: Final = Operation(
    "spec.read_status",
    "GET",
    "/status",
    server="/admin",
)


def read_status(client: ApiClient) -> None:
    """Read from another path of the same host.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Server: /admin

    Source: https://docs.example/status
    """
    return client.call(READ_STATUS)


async def read_status_async(client: AsyncApiClient) -> None:
    """Read from another path of the same host.

    Async twin of `read_status`.
    """
    return await client.call(READ_STATUS)


SET_STATUS: Final = Operation(
    "spec.set_status",
    "POST",
    "/status",
)


def set_status(client: ApiClient) -> None:
    """Send to the server of the API after all.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/status
    """
    return client.call(SET_STATUS)


async def set_status_async(client: AsyncApiClient) -> None:
    """Send to the server of the API after all.

    Async twin of `set_status`.
    """
    return await client.call(SET_STATUS)
