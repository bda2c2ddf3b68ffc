# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Its module is `import_`, as Python has the word already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from taskclients_core import Header, Json, Operation, Path, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient

ERRORS: Final[dict[int | str, object]] = {400: models.Json}

LIST: Final = Operation(
    "spec.list_",
    "POST",
    "/list/{client}/{class}/{2fa}",
    parameters=(
        Path("client", str),
        Path("class", str),
        Path("2fa", str),
        Query("self", str),
        Query("body", str),
        Query("list", list[str]),
        Header("X-Order", int),
    ),
    body=Json(models.Any),
    returns=list[models.Response],
)


def list_(
    client: ApiClient,
    client_: str,
    class_: str,
    x_2fa: str,
    body: models.Any,
    *,
    self_: str | None = None,
    body_: str | None = None,
    list_: list[str] | None = None,
    sequence: int | None = None,
) -> list[models.Response]:
    """Parameters and operations named like what Python or the client has already.

    Args:
        client_: Sent as the path parameter `client`.
        class_: Sent as the path parameter `class`.
        x_2fa: Sent as the path parameter `2fa`.
        body: Named like a type of Python's.
        self_: Sent as the query parameter `self`.
        body_: Sent as the query parameter `body`.
        list_: Sent as the query parameter `list`.
        sequence: Sent as the header parameter `X-Order`.

    Returns:
        Everything.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/list
    """
    return client.call(LIST, client_, class_, x_2fa, self_, body_, list_, sequence, body=body)


async def list_async(
    client: AsyncApiClient,
    client_: str,
    class_: str,
    x_2fa: str,
    body: models.Any,
    *,
    self_: str | None = None,
    body_: str | None = None,
    list_: list[str] | None = None,
    sequence: int | None = None,
) -> list[models.Response]:
    """Parameters and operations named like what Python or the client has already.

    Async twin of `list_`.

    Args:
        client_: Sent as the path parameter `client`.
        class_: Sent as the path parameter `class`.
        x_2fa: Sent as the path parameter `2fa`.
        body: Named like a type of Python's.
        self_: Sent as the query parameter `self`.
        body_: Sent as the query parameter `body`.
        list_: Sent as the query parameter `list`.
        sequence: Sent as the header parameter `X-Order`.
    """
    return await client.call(LIST, client_, class_, x_2fa, self_, body_, list_, sequence, body=body)


READ_RESPONSE: Final = Operation(
    "spec.read_response",
    "GET",
    "/response",
    returns=models.Response,
)


def read_response(client: ApiClient) -> models.Response:
    """Would be called like an attribute of every client.

    Returns:
        An answer.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/response
    """
    return client.call(READ_RESPONSE)


async def read_response_async(client: AsyncApiClient) -> models.Response:
    """Would be called like an attribute of every client.

    Async twin of `read_response`.
    """
    return await client.call(READ_RESPONSE)


CLIENT: Final = Operation(
    "spec.client",
    "GET",
    "/client",
    returns=models.Client,
)


def client(client: ApiClient) -> models.Client:
    """Named like the first argument.

    Returns:
        A client.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/client
    """
    return client.call(CLIENT)


async def client_async(client: AsyncApiClient) -> models.Client:
    """Named like the first argument.

    Async twin of `client`.
    """
    return await client.call(CLIENT)


NONE: Final = Operation(
    "spec.none",
    "GET",
    "/none",
    returns=models.None_,
)


def none(client: ApiClient) -> models.None_:
    """Named like nothing.

    Returns:
        Not nothing.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/none
    """
    return client.call(NONE)


async def none_async(client: AsyncApiClient) -> models.None_:
    """Named like nothing.

    Async twin of `none`.
    """
    return await client.call(NONE)


STR: Final = Operation(
    "spec.str_",
    "GET",
    "/str",
    returns=str,
    accept="application/json",
)


def str_(client: ApiClient) -> str:
    """Named like a type.

    Returns:
        A text.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/str
    """
    return client.call(STR)


async def str_async(client: AsyncApiClient) -> str:
    """Named like a type.

    Async twin of `str_`.
    """
    return await client.call(STR)


MODELS: Final = Operation(
    "spec.models_",
    "GET",
    "/models",
    returns=models.Models,
)


def models_(client: ApiClient) -> models.Models:
    """Named like a module of the client.

    Returns:
        Models.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/models
    """
    return client.call(MODELS)


async def models_async(client: AsyncApiClient) -> models.Models:
    """Named like a module of the client.

    Async twin of `models_`.
    """
    return await client.call(MODELS)


UUID_: Final = Operation(
    "spec.uuid",
    "GET",
    "/uuid/{uuid}",
    parameters=(Path("uuid", UUID),),
    returns=models.List,
)


def uuid(client: ApiClient, uuid: UUID) -> models.List:
    """Its constant would be called like the class UUID.

    Args:
        uuid: Sent as the path parameter `uuid`.

    Returns:
        Its list.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/uuid
    """
    return client.call(UUID_, uuid)


async def uuid_async(client: AsyncApiClient, uuid: UUID) -> models.List:
    """Its constant would be called like the class UUID.

    Async twin of `uuid`.

    Args:
        uuid: Sent as the path parameter `uuid`.
    """
    return await client.call(UUID_, uuid)


ERRORS_: Final = Operation(
    "spec.errors",
    "GET",
    "/errors",
    errors=ERRORS,
)


def errors(client: ApiClient) -> None:
    """Its constant would be called like the module's own.

    Raises:
        ApiError: 400.

    Source: https://docs.example/errors
    """
    return client.call(ERRORS_)


async def errors_async(client: AsyncApiClient) -> None:
    """Its constant would be called like the module's own.

    Async twin of `errors`.
    """
    return await client.call(ERRORS_)


URL: Final = Operation(
    "spec.url",
    "GET",
    "/url",
    returns=models.URL,
    errors=ERRORS,
)


def url(client: ApiClient) -> models.URL:
    """Its constant would be called like a model.

    Returns:
        An address.

    Raises:
        ApiError: 400.

    Source: https://docs.example/url
    """
    return client.call(URL)


async def url_async(client: AsyncApiClient) -> models.URL:
    """Its constant would be called like a model.

    Async twin of `url`.
    """
    return await client.call(URL)
