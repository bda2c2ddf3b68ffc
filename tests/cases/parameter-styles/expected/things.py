# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `things`."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from taskclients_core import Cookie, Header, Operation, Path, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


READ_PATH: Final = Operation(
    "spec.read_path",
    "GET",
    "/simple/{ids}/label/{labels}/matrix/{sizes}",
    parameters=(
        Path("ids", list[int]),
        Path("labels", list[str], style="label", explode=True),
        Path("sizes", list[str], style="matrix"),
    ),
)


def read_path(client: ApiClient, ids: list[int], labels: list[str], sizes: list[str]) -> None:
    """Lists in the path.

    Args:
        ids: Sent as the path parameter `ids`.
        labels: Sent as the path parameter `labels`.
        sizes: Sent as the path parameter `sizes`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/path
    """
    return client.call(READ_PATH, ids, labels, sizes)


async def read_path_async(client: AsyncApiClient, ids: list[int], labels: list[str], sizes: list[str]) -> None:
    """Lists in the path.

    Async twin of `read_path`.

    Args:
        ids: Sent as the path parameter `ids`.
        labels: Sent as the path parameter `labels`.
        sizes: Sent as the path parameter `sizes`.
    """
    return await client.call(READ_PATH, ids, labels, sizes)


READ_QUERY: Final = Operation(
    "spec.read_query",
    "GET",
    "/query",
    parameters=(
        Query("day", date, required=True),
        Query("repeated", list[str]),
        Query("commaSeparated", list[str], explode=False),
        Query("spaced", list[str], style="spaceDelimited"),
        Query("piped", list[str], style="pipeDelimited"),
        Query("deep", models.Range, style="deepObject"),
        Query("range", models.Range),
        Query("document", models.Range, media_type="application/json"),
        Query("callback", str, allow_reserved=True),
        Query("flag", bool),
    ),
)


def read_query(
    client: ApiClient,
    *,
    day: date,
    repeated: list[str] | None = None,
    comma_separated: list[str] | None = None,
    spaced: list[str] | None = None,
    piped: list[str] | None = None,
    deep: models.Range | None = None,
    range: models.Range | None = None,
    document: models.Range | None = None,
    callback: str | None = None,
    flag: bool | None = None,
) -> None:
    """Every style of a query.

    Args:
        day: A required one comes first.
        repeated: Sent as the query parameter `repeated`.
        comma_separated: Sent as the query parameter `commaSeparated`.
        spaced: Sent as the query parameter `spaced`.
        piped: Sent as the query parameter `piped`.
        deep: Sent as the query parameter `deep`.
        range: Its members are parameters of their own.
        document: A document of its own.
        callback: Sent as the query parameter `callback`.
        flag: Sent as the query parameter `flag`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/query
    """
    return client.call(READ_QUERY, day, repeated, comma_separated, spaced, piped, deep, range, document, callback, flag)


async def read_query_async(
    client: AsyncApiClient,
    *,
    day: date,
    repeated: list[str] | None = None,
    comma_separated: list[str] | None = None,
    spaced: list[str] | None = None,
    piped: list[str] | None = None,
    deep: models.Range | None = None,
    range: models.Range | None = None,
    document: models.Range | None = None,
    callback: str | None = None,
    flag: bool | None = None,
) -> None:
    """Every style of a query.

    Async twin of `read_query`.

    Args:
        day: A required one comes first.
        repeated: Sent as the query parameter `repeated`.
        comma_separated: Sent as the query parameter `commaSeparated`.
        spaced: Sent as the query parameter `spaced`.
        piped: Sent as the query parameter `piped`.
        deep: Sent as the query parameter `deep`.
        range: Its members are parameters of their own.
        document: A document of its own.
        callback: Sent as the query parameter `callback`.
        flag: Sent as the query parameter `flag`.
    """
    return await client.call(
        READ_QUERY, day, repeated, comma_separated, spaced, piped, deep, range, document, callback, flag
    )


READ_HEADERS: Final = Operation(
    "spec.read_headers",
    "GET",
    "/headers",
    parameters=(
        Header("X-Ids", list[int], required=True),
        Header("X-Since", datetime),
        Cookie("session", str),
        Cookie("colors", list[str], explode=False),
    ),
)


def read_headers(
    client: ApiClient,
    *,
    x_ids: list[int],
    x_since: datetime | None = None,
    session: str | None = None,
    colors: list[str] | None = None,
) -> None:
    """Headers and cookies.

    Args:
        x_ids: Sent as the header parameter `X-Ids`.
        x_since: Sent as the header parameter `X-Since`.
        session: Sent as the cookie parameter `session`.
        colors: Sent as the cookie parameter `colors`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/headers
    """
    return client.call(READ_HEADERS, x_ids, x_since, session, colors)


async def read_headers_async(
    client: AsyncApiClient,
    *,
    x_ids: list[int],
    x_since: datetime | None = None,
    session: str | None = None,
    colors: list[str] | None = None,
) -> None:
    """Headers and cookies.

    Async twin of `read_headers`.

    Args:
        x_ids: Sent as the header parameter `X-Ids`.
        x_since: Sent as the header parameter `X-Since`.
        session: Sent as the cookie parameter `session`.
        colors: Sent as the cookie parameter `colors`.
    """
    return await client.call(READ_HEADERS, x_ids, x_since, session, colors)


READ_OBJECTS: Final = Operation(
    "spec.read_objects",
    "GET",
    "/objects/{simple}/{label}/{matrix}",
    parameters=(
        Path("simple", models.Range),
        Path("label", models.Range, style="label", explode=True),
        Path("matrix", models.Range, style="matrix", explode=True),
        Header("X-Range", models.Range),
        Header("X-Exploded", models.Range, explode=True),
        Header("X-Document", models.Range, media_type="application/json"),
        Cookie("range", models.Range, explode=False),
        Cookie("document", models.Range, media_type="application/json"),
    ),
)


def read_objects(
    client: ApiClient,
    simple: models.Range,
    label: models.Range,
    matrix: models.Range,
    *,
    x_range: models.Range | None = None,
    x_exploded: models.Range | None = None,
    x_document: models.Range | None = None,
    range: models.Range | None = None,
    document: models.Range | None = None,
) -> None:
    """Objects in paths, headers and cookies.

    Args:
        simple: Sent as the path parameter `simple`.
        label: Sent as the path parameter `label`.
        matrix: Sent as the path parameter `matrix`.
        x_range: Sent as the header parameter `X-Range`.
        x_exploded: Sent as the header parameter `X-Exploded`.
        x_document: Sent as the header parameter `X-Document`.
        range: Sent as the cookie parameter `range`.
        document: Sent as the cookie parameter `document`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/objects
    """
    return client.call(READ_OBJECTS, simple, label, matrix, x_range, x_exploded, x_document, range, document)


async def read_objects_async(
    client: AsyncApiClient,
    simple: models.Range,
    label: models.Range,
    matrix: models.Range,
    *,
    x_range: models.Range | None = None,
    x_exploded: models.Range | None = None,
    x_document: models.Range | None = None,
    range: models.Range | None = None,
    document: models.Range | None = None,
) -> None:
    """Objects in paths, headers and cookies.

    Async twin of `read_objects`.

    Args:
        simple: Sent as the path parameter `simple`.
        label: Sent as the path parameter `label`.
        matrix: Sent as the path parameter `matrix`.
        x_range: Sent as the header parameter `X-Range`.
        x_exploded: Sent as the header parameter `X-Exploded`.
        x_document: Sent as the header parameter `X-Document`.
        range: Sent as the cookie parameter `range`.
        document: Sent as the cookie parameter `document`.
    """
    return await client.call(READ_OBJECTS, simple, label, matrix, x_range, x_exploded, x_document, range, document)


READ_UNIONS: Final = Operation(
    "spec.read_unions",
    "GET",
    "/unions",
    parameters=(Query("id", models.IdOrIds), Header("X-Id", int | str)),
)


def read_unions(client: ApiClient, *, id: models.IdOrIds | None = None, x_id: int | str | None = None) -> None:
    """One value or several.

    Args:
        id: Sent as the query parameter `id`.
        x_id: Sent as the header parameter `X-Id`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/unions
    """
    return client.call(READ_UNIONS, id, x_id)


async def read_unions_async(
    client: AsyncApiClient, *, id: models.IdOrIds | None = None, x_id: int | str | None = None
) -> None:
    """One value or several.

    Async twin of `read_unions`.

    Args:
        id: Sent as the query parameter `id`.
        x_id: Sent as the header parameter `X-Id`.
    """
    return await client.call(READ_UNIONS, id, x_id)
