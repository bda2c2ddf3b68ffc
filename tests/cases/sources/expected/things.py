# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `things`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


GET_LINKED: Final = Operation(
    "spec.get_linked",
    "GET",
    "/linked",
)


def get_linked(client: ApiClient) -> None:
    """Read what a page describes.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/linked
    """
    return client.call(GET_LINKED)


async def get_linked_async(client: AsyncApiClient) -> None:
    """Read what a page describes.

    Async twin of `get_linked`.
    """
    return await client.call(GET_LINKED)


GET_CITED: Final = Operation(
    "spec.get_cited",
    "GET",
    "/cited",
)


def get_cited(client: ApiClient) -> None:
    """Read what no page describes.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: Import guide (PDF), version 3, page 7; e-mail of their support, 2 May 2026
    """
    return client.call(GET_CITED)


async def get_cited_async(client: AsyncApiClient) -> None:
    """Read what no page describes.

    Async twin of `get_cited`.
    """
    return await client.call(GET_CITED)
