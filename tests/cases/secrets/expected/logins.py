# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `logins`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Union

from taskclients_core import Header, Json, Operation, Query, by_status
from taskclients_core.model import SECRET

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


SIGN_IN: Final = Operation(
    "spec.sign_in",
    "POST",
    "/logins",
    parameters=(
        Query("signature", Annotated[str, SECRET]),
        Query("pins", Annotated[list[models.Pin], SECRET]),
        Header("device", Annotated[models.Device, SECRET]),
    ),
    body=Json(models.Login),
    returns=models.Session,
    errors={401: models.Session},
)


def sign_in(
    client: ApiClient,
    body: models.Login,
    *,
    signature: str | None = None,
    pins: list[models.Pin] | None = None,
    device: models.Device | None = None,
) -> models.Session:
    """Sign in.

    Args:
        body: Who wants in.
        signature: Sent as the query parameter `signature`.
        pins: Sent as the query parameter `pins`.
        device: Sent as the header parameter `device`.

    Returns:
        Who it is.

    Raises:
        ApiError: 401.

    Source: https://docs.example/logins
    """
    return client.call(SIGN_IN, signature, pins, device, body=body)


async def sign_in_async(
    client: AsyncApiClient,
    body: models.Login,
    *,
    signature: str | None = None,
    pins: list[models.Pin] | None = None,
    device: models.Device | None = None,
) -> models.Session:
    """Sign in.

    Async twin of `sign_in`.

    Args:
        body: Who wants in.
        signature: Sent as the query parameter `signature`.
        pins: Sent as the query parameter `pins`.
        device: Sent as the header parameter `device`.
    """
    return await client.call(SIGN_IN, signature, pins, device, body=body)


LIST_PINS: Final = Operation(
    "spec.list_pins",
    "GET",
    "/pins",
    returns=list[models.Pin],
)


def list_pins(client: ApiClient) -> list[models.Pin]:
    """List all pins.

    Returns:
        The pins.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/pins
    """
    return client.call(LIST_PINS)


async def list_pins_async(client: AsyncApiClient) -> list[models.Pin]:
    """List all pins.

    Async twin of `list_pins`.
    """
    return await client.call(LIST_PINS)


ADD_KEY: Final[Operation[str | models.Session | None]] = Operation(
    "spec.add_key",
    "POST",
    "/keys",
    returns=by_status({200: Union[Annotated[str, SECRET], None], 201: models.Session}),
)


def add_key(client: ApiClient) -> str | models.Session | None:
    """Make a key.

    Returns:
        200: The key, or null.
        201: Who is in now.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/keys
    """
    return client.call(ADD_KEY)


async def add_key_async(client: AsyncApiClient) -> str | models.Session | None:
    """Make a key.

    Async twin of `add_key`.
    """
    return await client.call(ADD_KEY)
