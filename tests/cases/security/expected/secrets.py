# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `secrets`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


READ_DEFAULT: Final = Operation(
    "spec.read_default",
    "GET",
    "/default",
)


def read_default(client: ApiClient) -> None:
    """A token, or user and password, as the API says.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/default
    """
    return client.call(READ_DEFAULT)


async def read_default_async(client: AsyncApiClient) -> None:
    """A token, or user and password, as the API says.

    Async twin of `read_default`.
    """
    return await client.call(READ_DEFAULT)


READ_OPEN: Final = Operation(
    "spec.read_open",
    "GET",
    "/open",
    security=(),
)


def read_open(client: ApiClient) -> None:
    """Nothing at all.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/open
    """
    return client.call(READ_OPEN)


async def read_open_async(client: AsyncApiClient) -> None:
    """Nothing at all.

    Async twin of `read_open`.
    """
    return await client.call(READ_OPEN)


READ_KEYS: Final = Operation(
    "spec.read_keys",
    "GET",
    "/keys",
    security=(("headerKey", "queryKey", "cookieKey"),),
)


def read_keys(client: ApiClient) -> None:
    """Three keys, all of them.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/keys
    """
    return client.call(READ_KEYS)


async def read_keys_async(client: AsyncApiClient) -> None:
    """Three keys, all of them.

    Async twin of `read_keys`.
    """
    return await client.call(READ_KEYS)


READ_EITHER: Final = Operation(
    "spec.read_either",
    "GET",
    "/either",
    security=(("headerKey",), ("oauth",), ()),
)


def read_either(client: ApiClient) -> None:
    """One key, or a token of OAuth2, or nothing.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/either
    """
    return client.call(READ_EITHER)


async def read_either_async(client: AsyncApiClient) -> None:
    """One key, or a token of OAuth2, or nothing.

    Async twin of `read_either`.
    """
    return await client.call(READ_EITHER)


READ_TOKEN: Final = Operation(
    "spec.read_token",
    "GET",
    "/token",
    security=(("oauth",),),
)


def read_token(client: ApiClient) -> None:
    """A token of OAuth2.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/token
    """
    return client.call(READ_TOKEN)


async def read_token_async(client: AsyncApiClient) -> None:
    """A token of OAuth2.

    Async twin of `read_token`.
    """
    return await client.call(READ_TOKEN)
