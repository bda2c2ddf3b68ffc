# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `search`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


SEARCH: Final = Operation(
    "spec.search",
    "GET",
    "/search",
)


def search(client: ApiClient) -> None:
    """Named like its tag.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/search
    """
    return client.call(SEARCH)


async def search_async(client: AsyncApiClient) -> None:
    """Named like its tag.

    Async twin of `search`.
    """
    return await client.call(SEARCH)


FIND: Final = Operation(
    "spec.find",
    "POST",
    "/search",
)


def find(client: ApiClient) -> None:
    """Comes after the operation that is named like its tag.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/find
    """
    return client.call(FIND)


async def find_async(client: AsyncApiClient) -> None:
    """Comes after the operation that is named like its tag.

    Async twin of `find`.
    """
    return await client.call(FIND)
