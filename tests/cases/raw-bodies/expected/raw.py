# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `raw`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from taskclients_core import Binary, FileContent, Operation, Text, Upload
from taskclients_core.formats import Base64

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


SEND_ANYTHING: Final = Operation(
    "spec.send_anything",
    "PUT",
    "/anything",
    body=Binary("*/*"),
    returns=bytes,
    accept="*/*",
)


def send_anything(client: ApiClient, body: FileContent | Upload) -> bytes:
    """Send and read anything.

    Args:
        body: Pass an `Upload` with its media type (`*/*`).

    Returns:
        What was sent. Contains `Pet` in `*/*`, which the client does not convert.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/anything
    """
    return client.call(SEND_ANYTHING, body=body)


async def send_anything_async(client: AsyncApiClient, body: FileContent | Upload) -> bytes:
    """Send and read anything.

    Async twin of `send_anything`.

    Args:
        body: Pass an `Upload` with its media type (`*/*`).
    """
    return await client.call(SEND_ANYTHING, body=body)


SEND_PICTURE: Final = Operation(
    "spec.send_picture",
    "PUT",
    "/picture",
    body=Binary("image/*"),
    body_required=False,
    returns=bytes,
    accept="image/png, image/jpeg",
)


def send_picture(client: ApiClient, body: FileContent | Upload | None = None) -> bytes:
    """Send and read a picture.

    Args:
        body: Pass an `Upload` with its media type (`image/*`).

    Returns:
        The picture.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/picture
    """
    return client.call(SEND_PICTURE, body=body)


async def send_picture_async(client: AsyncApiClient, body: FileContent | Upload | None = None) -> bytes:
    """Send and read a picture.

    Async twin of `send_picture`.

    Args:
        body: Pass an `Upload` with its media type (`image/*`).
    """
    return await client.call(SEND_PICTURE, body=body)


SEND_XML: Final = Operation(
    "spec.send_xml",
    "POST",
    "/xml",
    body=Binary("application/xml"),
    returns=bytes,
    accept="text/xml",
)


def send_xml(client: ApiClient, body: FileContent | Upload) -> bytes:
    """Send and read XML.

    Args:
        body: A pet. Pass `Pet` in `application/xml`, which the client does not convert.

    Returns:
        The pets. Contains `list[Pet]` in `text/xml`, which the client does not convert.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/xml
    """
    return client.call(SEND_XML, body=body)


async def send_xml_async(client: AsyncApiClient, body: FileContent | Upload) -> bytes:
    """Send and read XML.

    Async twin of `send_xml`.

    Args:
        body: A pet. Pass `Pet` in `application/xml`, which the client does not convert.
    """
    return await client.call(SEND_XML, body=body)


SEND_NUMBER: Final = Operation(
    "spec.send_number",
    "PUT",
    "/number",
    body=Text("text/plain", int),
    returns=int,
    accept="text/plain",
)


def send_number(client: ApiClient, body: int) -> int:
    """Send and read a number.

    Args:
        body: Sent as `text/plain`.

    Returns:
        The number.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/number
    """
    return client.call(SEND_NUMBER, body=body)


async def send_number_async(client: AsyncApiClient, body: int) -> int:
    """Send and read a number.

    Async twin of `send_number`.

    Args:
        body: Sent as `text/plain`.
    """
    return await client.call(SEND_NUMBER, body=body)


SEND_DAY: Final = Operation(
    "spec.send_day",
    "PUT",
    "/day",
    body=Text("text/plain", date),
    returns=date,
    accept="text/plain",
)


def send_day(client: ApiClient, body: date) -> date:
    """Send and read a day.

    Args:
        body: Sent as `text/plain`.

    Returns:
        The day.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/day
    """
    return client.call(SEND_DAY, body=body)


async def send_day_async(client: AsyncApiClient, body: date) -> date:
    """Send and read a day.

    Async twin of `send_day`.

    Args:
        body: Sent as `text/plain`.
    """
    return await client.call(SEND_DAY, body=body)


READ_KEY: Final[Operation[bytes]] = Operation(
    "spec.read_key",
    "GET",
    "/key",
    returns=Base64,
    accept="text/plain",
)


def read_key(client: ApiClient) -> bytes:
    """Read a key, as Base64 in a text.

    Returns:
        The key.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/key
    """
    return client.call(READ_KEY)


async def read_key_async(client: AsyncApiClient) -> bytes:
    """Read a key, as Base64 in a text.

    Async twin of `read_key`.
    """
    return await client.call(READ_KEY)


SEND_STATE: Final = Operation(
    "spec.send_state",
    "PUT",
    "/state",
    body=Text("text/*", models.State),
    returns=models.State,
    accept="text/*",
)


def send_state(client: ApiClient, body: models.State) -> models.State:
    """Send and read a state.

    Args:
        body: A state.

    Returns:
        The state.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/state
    """
    return client.call(SEND_STATE, body=body)


async def send_state_async(client: AsyncApiClient, body: models.State) -> models.State:
    """Send and read a state.

    Async twin of `send_state`.

    Args:
        body: A state.
    """
    return await client.call(SEND_STATE, body=body)


SEND_LATIN: Final = Operation(
    "spec.send_latin",
    "PUT",
    "/latin",
    body=Text("text/plain; charset=iso-8859-1"),
)


def send_latin(client: ApiClient, body: str) -> None:
    """Send text in another charset.

    Args:
        body: Sent as `text/plain; charset=iso-8859-1`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/latin
    """
    return client.call(SEND_LATIN, body=body)


async def send_latin_async(client: AsyncApiClient, body: str) -> None:
    """Send text in another charset.

    Async twin of `send_latin`.

    Args:
        body: Sent as `text/plain; charset=iso-8859-1`.
    """
    return await client.call(SEND_LATIN, body=body)
