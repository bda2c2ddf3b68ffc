# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `tops`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from taskclients_core import Json, Operation
from taskclients_core.formats import GuidN

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


READ_NAME: Final = Operation(
    "spec.read_name",
    "GET",
    "/name",
    returns=str,
    accept="application/json",
)


def read_name(client: ApiClient) -> str:
    """Read a text.

    Returns:
        The text.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/name
    """
    return client.call(READ_NAME)


async def read_name_async(client: AsyncApiClient) -> str:
    """Read a text.

    Async twin of `read_name`.
    """
    return await client.call(READ_NAME)


READ_TITLE: Final = Operation(
    "spec.read_title",
    "GET",
    "/title",
    returns=models.Title,
    accept="application/json",
)


def read_title(client: ApiClient) -> models.Title:
    """Read a text that has a name.

    Returns:
        The text.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/title
    """
    return client.call(READ_TITLE)


async def read_title_async(client: AsyncApiClient) -> models.Title:
    """Read a text that has a name.

    Async twin of `read_title`.
    """
    return await client.call(READ_TITLE)


READ_COUNT: Final = Operation(
    "spec.read_count",
    "GET",
    "/count",
    returns=int,
)


def read_count(client: ApiClient) -> int:
    """Read a number.

    Returns:
        The number.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/count
    """
    return client.call(READ_COUNT)


async def read_count_async(client: AsyncApiClient) -> int:
    """Read a number.

    Async twin of `read_count`.
    """
    return await client.call(READ_COUNT)


READ_MAYBE: Final[Operation[int | None]] = Operation(
    "spec.read_maybe",
    "GET",
    "/maybe",
    returns=int | None,
)


def read_maybe(client: ApiClient) -> int | None:
    """Read a number, or null.

    Returns:
        The number, or null.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/maybe
    """
    return client.call(READ_MAYBE)


async def read_maybe_async(client: AsyncApiClient) -> int | None:
    """Read a number, or null.

    Async twin of `read_maybe`.
    """
    return await client.call(READ_MAYBE)


READ_IDS: Final = Operation(
    "spec.read_ids",
    "GET",
    "/ids",
    returns=models.Ids,
)


def read_ids(client: ApiClient) -> models.Ids:
    """Read ids.

    Returns:
        The ids.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/ids
    """
    return client.call(READ_IDS)


async def read_ids_async(client: AsyncApiClient) -> models.Ids:
    """Read ids.

    Async twin of `read_ids`.
    """
    return await client.call(READ_IDS)


SEND_IDS: Final = Operation(
    "spec.send_ids",
    "PUT",
    "/ids",
    body=Json(list[GuidN]),
    returns=dict[str, int],
)


def send_ids(client: ApiClient, body: list[UUID]) -> dict[str, int]:
    """Send a bare array.

    Args:
        body: Send a bare array.

    Returns:
        How many there are of each.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/send
    """
    return client.call(SEND_IDS, body=body)


async def send_ids_async(client: AsyncApiClient, body: list[UUID]) -> dict[str, int]:
    """Send a bare array.

    Async twin of `send_ids`.

    Args:
        body: Send a bare array.
    """
    return await client.call(SEND_IDS, body=body)


READ_DATE: Final[Operation[models.Day]] = Operation(
    "spec.read_date",
    "GET",
    "/date",
    returns=models.Day,
)


def read_date(client: ApiClient) -> models.Day:
    """Read a date.

    Returns:
        The date.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/date
    """
    return client.call(READ_DATE)


async def read_date_async(client: AsyncApiClient) -> models.Day:
    """Read a date.

    Async twin of `read_date`.
    """
    return await client.call(READ_DATE)


READ_GUID: Final[Operation[UUID]] = Operation(
    "spec.read_guid",
    "GET",
    "/guid",
    returns=GuidN,
)


def read_guid(client: ApiClient) -> UUID:
    """Read an id.

    Returns:
        The id.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/guid
    """
    return client.call(READ_GUID)


async def read_guid_async(client: AsyncApiClient) -> UUID:
    """Read an id.

    Async twin of `read_guid`.
    """
    return await client.call(READ_GUID)


READ_GUIDS: Final = Operation(
    "spec.read_guids",
    "GET",
    "/guids",
    returns=list[GuidN],
)


def read_guids(client: ApiClient) -> list[UUID]:
    """Read ids in another form.

    Returns:
        The ids.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/guids
    """
    return client.call(READ_GUIDS)


async def read_guids_async(client: AsyncApiClient) -> list[UUID]:
    """Read ids in another form.

    Async twin of `read_guids`.
    """
    return await client.call(READ_GUIDS)


READ_ANYTHING: Final[Operation[Any]] = Operation(
    "spec.read_anything",
    "GET",
    "/anything",
    returns=Any,
)


def read_anything(client: ApiClient) -> Any:
    """Read anything.

    Returns:
        Anything.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/anything
    """
    return client.call(READ_ANYTHING)


async def read_anything_async(client: AsyncApiClient) -> Any:
    """Read anything.

    Async twin of `read_anything`.
    """
    return await client.call(READ_ANYTHING)
