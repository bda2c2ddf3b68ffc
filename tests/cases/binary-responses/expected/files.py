# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `files`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


READ_REPORT: Final = Operation(
    "spec.read_report",
    "GET",
    "/report.csv",
    returns=str,
    accept="text/csv",
)


def read_report(client: ApiClient) -> str:
    """Read a report.

    Returns:
        Rows.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/report
    """
    return client.call(READ_REPORT)


async def read_report_async(client: AsyncApiClient) -> str:
    """Read a report.

    Async twin of `read_report`.
    """
    return await client.call(READ_REPORT)


READ_ARCHIVE: Final = Operation(
    "spec.read_archive",
    "GET",
    "/archive",
    returns=bytes,
    accept="application/octet-stream",
)


def read_archive(client: ApiClient) -> bytes:
    """Read an archive.

    Returns:
        The archive.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/archive
    """
    return client.call(READ_ARCHIVE)


async def read_archive_async(client: AsyncApiClient) -> bytes:
    """Read an archive.

    Async twin of `read_archive`.
    """
    return await client.call(READ_ARCHIVE)


READ_PICTURE: Final = Operation(
    "spec.read_picture",
    "GET",
    "/picture",
    returns=bytes,
    accept="image/png",
    errors={404: models.Trouble},
)


def read_picture(client: ApiClient) -> bytes:
    """Read a picture.

    Returns:
        The picture.

    Raises:
        ApiError: 404.

    Source: https://docs.example/picture
    """
    return client.call(READ_PICTURE)


async def read_picture_async(client: AsyncApiClient) -> bytes:
    """Read a picture.

    Async twin of `read_picture`.
    """
    return await client.call(READ_PICTURE)
