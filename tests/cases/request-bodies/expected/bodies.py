# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `bodies`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Binary, FileContent, Form, Json, Multipart, Operation, Path, Text, Upload

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


SEND_JSON: Final = Operation(
    "spec.send_json",
    "POST",
    "/json",
    body=Json(models.Greeting),
)


def send_json(client: ApiClient, body: models.Greeting) -> None:
    """Send JSON.

    Args:
        body: Who is greeted.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/json
    """
    return client.call(SEND_JSON, body=body)


async def send_json_async(client: AsyncApiClient, body: models.Greeting) -> None:
    """Send JSON.

    Async twin of `send_json`.

    Args:
        body: Who is greeted.
    """
    return await client.call(SEND_JSON, body=body)


SEND_OPTIONAL: Final = Operation(
    "spec.send_optional",
    "POST",
    "/optional",
    body=Json(models.Greeting),
    body_required=False,
)


def send_optional(client: ApiClient, body: models.Greeting | None = None) -> None:
    """Send JSON, or nothing.

    Args:
        body: A greeting.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/optional
    """
    return client.call(SEND_OPTIONAL, body=body)


async def send_optional_async(client: AsyncApiClient, body: models.Greeting | None = None) -> None:
    """Send JSON, or nothing.

    Async twin of `send_optional`.

    Args:
        body: A greeting.
    """
    return await client.call(SEND_OPTIONAL, body=body)


SEND_FORM: Final = Operation(
    "spec.send_form",
    "POST",
    "/form",
    body=Form(models.Greeting),
)


def send_form(client: ApiClient, body: models.Greeting) -> None:
    """Send a form.

    Args:
        body: A greeting.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/form
    """
    return client.call(SEND_FORM, body=body)


async def send_form_async(client: AsyncApiClient, body: models.Greeting) -> None:
    """Send a form.

    Async twin of `send_form`.

    Args:
        body: A greeting.
    """
    return await client.call(SEND_FORM, body=body)


SEND_MULTIPART: Final = Operation(
    "spec.send_multipart",
    "POST",
    "/multipart",
    body=Multipart(models.Parcel),
)


def send_multipart(client: ApiClient, body: models.Parcel) -> None:
    """Send fields and a file.

    Args:
        body: A file and what it is about.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/multipart
    """
    return client.call(SEND_MULTIPART, body=body)


async def send_multipart_async(client: AsyncApiClient, body: models.Parcel) -> None:
    """Send fields and a file.

    Async twin of `send_multipart`.

    Args:
        body: A file and what it is about.
    """
    return await client.call(SEND_MULTIPART, body=body)


SEND_BINARY: Final = Operation(
    "spec.send_binary",
    "PUT",
    "/binary/{name}",
    parameters=(Path("name", str),),
    body=Binary("application/octet-stream"),
)


def send_binary(client: ApiClient, name: str, body: FileContent | Upload) -> None:
    """Send bytes.

    Args:
        name: Sent as the path parameter `name`.
        body: Sent as `application/octet-stream`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/binary
    """
    return client.call(SEND_BINARY, name, body=body)


async def send_binary_async(client: AsyncApiClient, name: str, body: FileContent | Upload) -> None:
    """Send bytes.

    Async twin of `send_binary`.

    Args:
        name: Sent as the path parameter `name`.
        body: Sent as `application/octet-stream`.
    """
    return await client.call(SEND_BINARY, name, body=body)


SEND_TEXT: Final = Operation(
    "spec.send_text",
    "POST",
    "/text",
    body=Text("text/plain"),
)


def send_text(client: ApiClient, body: str) -> None:
    """Send text.

    Args:
        body: Sent as `text/plain`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/text
    """
    return client.call(SEND_TEXT, body=body)


async def send_text_async(client: AsyncApiClient, body: str) -> None:
    """Send text.

    Async twin of `send_text`.

    Args:
        body: Sent as `text/plain`.
    """
    return await client.call(SEND_TEXT, body=body)
