# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `files`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Operation

from .models import Trouble

READ_REPORT: Final = Operation(
    "spec.read_report",
    "GET",
    "/report.csv",
    returns=str,
    accept="text/csv",
)


def read_report(client: Client) -> str:
    """Read a report.

    Returns:
        Rows.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/report
    """
    return client.call(READ_REPORT)


async def read_report_async(client: AsyncClient) -> str:
    """Async twin of `read_report`."""
    return await client.call(READ_REPORT)


READ_ARCHIVE: Final = Operation(
    "spec.read_archive",
    "GET",
    "/archive",
    returns=bytes,
    accept="application/octet-stream",
)


def read_archive(client: Client) -> bytes:
    """Read an archive.

    Returns:
        The archive.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/archive
    """
    return client.call(READ_ARCHIVE)


async def read_archive_async(client: AsyncClient) -> bytes:
    """Async twin of `read_archive`."""
    return await client.call(READ_ARCHIVE)


READ_PICTURE: Final = Operation(
    "spec.read_picture",
    "GET",
    "/picture",
    returns=bytes,
    accept="image/png",
    errors={404: Trouble},
)


def read_picture(client: Client) -> bytes:
    """Read a picture.

    Returns:
        The picture.

    Raises:
        ApiError: the server answers 404.

    Page: https://docs.example/picture
    """
    return client.call(READ_PICTURE)


async def read_picture_async(client: AsyncClient) -> bytes:
    """Async twin of `read_picture`."""
    return await client.call(READ_PICTURE)
