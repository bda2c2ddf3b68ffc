# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `bodies`."""

from __future__ import annotations

from typing import Final

from taskclients_core import (
    AsyncClient,
    Binary,
    Client,
    FileContent,
    Form,
    Json,
    Multipart,
    Operation,
    Path,
    Text,
    Upload,
)

from .models import Greeting, Parcel

SEND_JSON: Final = Operation(
    "spec.send_json",
    "POST",
    "/json",
    body=Json(Greeting),
)


def send_json(client: Client, body: Greeting) -> None:
    """Send JSON.

    Args:
        body: Who is greeted.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/json
    """
    return client.call(SEND_JSON, body=body)


async def send_json_async(client: AsyncClient, body: Greeting) -> None:
    """Async twin of `send_json`."""
    return await client.call(SEND_JSON, body=body)


SEND_OPTIONAL: Final = Operation(
    "spec.send_optional",
    "POST",
    "/optional",
    body=Json(Greeting),
    body_required=False,
)


def send_optional(client: Client, body: Greeting | None = None) -> None:
    """Send JSON, or nothing.

    Args:
        body: What is sent.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/optional
    """
    return client.call(SEND_OPTIONAL, body=body)


async def send_optional_async(client: AsyncClient, body: Greeting | None = None) -> None:
    """Async twin of `send_optional`."""
    return await client.call(SEND_OPTIONAL, body=body)


SEND_FORM: Final = Operation(
    "spec.send_form",
    "POST",
    "/form",
    body=Form(Greeting),
)


def send_form(client: Client, body: Greeting) -> None:
    """Send a form.

    Args:
        body: What is sent.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/form
    """
    return client.call(SEND_FORM, body=body)


async def send_form_async(client: AsyncClient, body: Greeting) -> None:
    """Async twin of `send_form`."""
    return await client.call(SEND_FORM, body=body)


SEND_MULTIPART: Final = Operation(
    "spec.send_multipart",
    "POST",
    "/multipart",
    body=Multipart(Parcel),
)


def send_multipart(client: Client, body: Parcel) -> None:
    """Send fields and a file.

    Args:
        body: What is sent.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/multipart
    """
    return client.call(SEND_MULTIPART, body=body)


async def send_multipart_async(client: AsyncClient, body: Parcel) -> None:
    """Async twin of `send_multipart`."""
    return await client.call(SEND_MULTIPART, body=body)


SEND_BINARY: Final = Operation(
    "spec.send_binary",
    "PUT",
    "/binary/{name}",
    parameters=(Path("name", str),),
    body=Binary("application/octet-stream"),
)


def send_binary(client: Client, name: str, body: FileContent | Upload) -> None:
    """Send bytes.

    Args:
        name: Sent as the path parameter `name`.
        body: What is sent.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/binary
    """
    return client.call(SEND_BINARY, name, body=body)


async def send_binary_async(client: AsyncClient, name: str, body: FileContent | Upload) -> None:
    """Async twin of `send_binary`."""
    return await client.call(SEND_BINARY, name, body=body)


SEND_TEXT: Final = Operation(
    "spec.send_text",
    "POST",
    "/text",
    body=Text("text/plain"),
)


def send_text(client: Client, body: str) -> None:
    """Send text.

    Args:
        body: What is sent.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/text
    """
    return client.call(SEND_TEXT, body=body)


async def send_text_async(client: AsyncClient, body: str) -> None:
    """Async twin of `send_text`."""
    return await client.call(SEND_TEXT, body=body)
