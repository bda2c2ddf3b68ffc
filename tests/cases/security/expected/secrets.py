# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `secrets`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Operation

READ_DEFAULT: Final = Operation(
    "spec.read_default",
    "GET",
    "/default",
)


def read_default(client: Client) -> None:
    """A token, or user and password, as the API says.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/default
    """
    return client.call(READ_DEFAULT)


async def read_default_async(client: AsyncClient) -> None:
    """Async twin of `read_default`."""
    return await client.call(READ_DEFAULT)


READ_OPEN: Final = Operation(
    "spec.read_open",
    "GET",
    "/open",
    security=(),
)


def read_open(client: Client) -> None:
    """Nothing at all.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/open
    """
    return client.call(READ_OPEN)


async def read_open_async(client: AsyncClient) -> None:
    """Async twin of `read_open`."""
    return await client.call(READ_OPEN)


READ_KEYS: Final = Operation(
    "spec.read_keys",
    "GET",
    "/keys",
    security=(("headerKey", "queryKey", "cookieKey"),),
)


def read_keys(client: Client) -> None:
    """Three keys, all of them.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/keys
    """
    return client.call(READ_KEYS)


async def read_keys_async(client: AsyncClient) -> None:
    """Async twin of `read_keys`."""
    return await client.call(READ_KEYS)


READ_EITHER: Final = Operation(
    "spec.read_either",
    "GET",
    "/either",
    security=(("headerKey",), ("oauth",), ()),
)


def read_either(client: Client) -> None:
    """One key, or a token of OAuth2, or nothing.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/either
    """
    return client.call(READ_EITHER)


async def read_either_async(client: AsyncClient) -> None:
    """Async twin of `read_either`."""
    return await client.call(READ_EITHER)


READ_TOKEN: Final = Operation(
    "spec.read_token",
    "GET",
    "/token",
    security=(("oauth",),),
)


def read_token(client: Client) -> None:
    """A token of OAuth2.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/token
    """
    return client.call(READ_TOKEN)


async def read_token_async(client: AsyncClient) -> None:
    """Async twin of `read_token`."""
    return await client.call(READ_TOKEN)
