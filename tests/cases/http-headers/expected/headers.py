# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `headers`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from taskclients_core import Cookie, Header, Json, Multipart, Operation, by_status
from taskclients_core.model import SECRET

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


READ_TEXT: Final = Operation(
    "spec.read_text",
    "GET",
    "/text",
    returns=str,
    accept="application/json",
)


def read_text(client: ApiClient) -> str:
    """Read a JSON string.

    Returns:
        A text.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/text
    """
    return client.call(READ_TEXT)


async def read_text_async(client: AsyncApiClient) -> str:
    """Read a JSON string.

    Async twin of `read_text`.
    """
    return await client.call(READ_TEXT)


SEND_VENDOR: Final[Operation[models.Thing | bytes]] = Operation(
    "spec.send_vendor",
    "POST",
    "/vendor",
    body=Json(models.Thing, media_type="application/vnd.example.v2+json"),
    returns=by_status({200: models.Thing, 202: bytes}),
    accept="application/vnd.example.v2+json, application/json, image/png",
    media_types=("text/csv",),
    errors={404: models.Thing},
)


def send_vendor(client: ApiClient, body: models.Thing) -> models.Thing | bytes:
    """Send and read JSON under a vendor's names.

    Args:
        body: A thing.

    Returns:
        200: The thing.
        202: A receipt.

    Raises:
        ApiError: 404.

    Source: https://docs.example/vendor
    """
    return client.call(SEND_VENDOR, body=body)


async def send_vendor_async(client: AsyncApiClient, body: models.Thing) -> models.Thing | bytes:
    """Send and read JSON under a vendor's names.

    Async twin of `send_vendor`.

    Args:
        body: A thing.
    """
    return await client.call(SEND_VENDOR, body=body)


REMOVE: Final = Operation(
    "spec.remove",
    "DELETE",
    "/bodiless",
)


def remove(client: ApiClient) -> None:
    """Remove, without a body.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/bodiless
    """
    return client.call(REMOVE)


async def remove_async(client: AsyncApiClient) -> None:
    """Remove, without a body.

    Async twin of `remove`.
    """
    return await client.call(REMOVE)


PROBE: Final = Operation(
    "spec.probe",
    "HEAD",
    "/bodiless",
)


def probe(client: ApiClient) -> None:
    """Probe, without a body.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/bodiless
    """
    return client.call(PROBE)


async def probe_async(client: AsyncApiClient) -> None:
    """Probe, without a body.

    Async twin of `probe`.
    """
    return await client.call(PROBE)


SEND_OWN: Final = Operation(
    "spec.send_own",
    "POST",
    "/own",
    parameters=(
        Header("user-agent", str),
        Header("accept", str),
        Header("content-type", str),
        Header("authorization", Annotated[str, SECRET]),
        Header("cookie", Annotated[str, SECRET]),
        Cookie("session", str),
    ),
    body=Multipart(models.Thing),
    returns=models.Thing,
    security=(("bearer",), ()),
)


def send_own(
    client: ApiClient,
    body: models.Thing,
    *,
    user_agent: str | None = None,
    accept: str | None = None,
    content_type: str | None = None,
    authorization: str | None = None,
    cookie: str | None = None,
    session: str | None = None,
) -> models.Thing:
    """Send headers that the client has values for.

    Args:
        body: A thing.
        user_agent: Sent as the header parameter `user-agent`.
        accept: Sent as the header parameter `accept`.
        content_type: Sent as the header parameter `content-type`.
        authorization: Sent as the header parameter `authorization`.
        cookie: Sent as the header parameter `cookie`.
        session: Sent as the cookie parameter `session`.

    Returns:
        The thing.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/own
    """
    return client.call(SEND_OWN, user_agent, accept, content_type, authorization, cookie, session, body=body)


async def send_own_async(
    client: AsyncApiClient,
    body: models.Thing,
    *,
    user_agent: str | None = None,
    accept: str | None = None,
    content_type: str | None = None,
    authorization: str | None = None,
    cookie: str | None = None,
    session: str | None = None,
) -> models.Thing:
    """Send headers that the client has values for.

    Async twin of `send_own`.

    Args:
        body: A thing.
        user_agent: Sent as the header parameter `user-agent`.
        accept: Sent as the header parameter `accept`.
        content_type: Sent as the header parameter `content-type`.
        authorization: Sent as the header parameter `authorization`.
        cookie: Sent as the header parameter `cookie`.
        session: Sent as the cookie parameter `session`.
    """
    return await client.call(SEND_OWN, user_agent, accept, content_type, authorization, cookie, session, body=body)
