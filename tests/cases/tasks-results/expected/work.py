# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `work`."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from taskclients_core import AsyncClient, Client, Operation, Path, Query
from taskclients_core.formats import GuidN

from .models import Report, Work

ADD_UP: Final = Operation(
    "spec.add_up",
    "POST",
    "/sums",
    returns=Work,
)


def add_up(client: Client) -> Work:
    """Add numbers up.

    Returns:
        It has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/sums
    """
    return client.call(ADD_UP)


async def add_up_async(client: AsyncClient) -> Work:
    """Async twin of `add_up`."""
    return await client.call(ADD_UP)


MAKE_GUESS: Final = Operation(
    "spec.make_guess",
    "POST",
    "/guesses",
    returns=Work,
)


def make_guess(client: Client) -> Work:
    """Guess a number.

    Returns:
        It has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/guesses
    """
    return client.call(MAKE_GUESS)


async def make_guess_async(client: AsyncClient) -> Work:
    """Async twin of `make_guess`."""
    return await client.call(MAKE_GUESS)


WRITE_REPORT: Final = Operation(
    "spec.write_report",
    "POST",
    "/reports",
    returns=Work,
)


def write_report(client: Client) -> Work:
    """Write a report.

    Returns:
        It has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/reports
    """
    return client.call(WRITE_REPORT)


async def write_report_async(client: AsyncClient) -> Work:
    """Async twin of `write_report`."""
    return await client.call(WRITE_REPORT)


SWEEP_FLOOR: Final = Operation(
    "spec.sweep_floor",
    "POST",
    "/sweeps",
    returns=Work,
)


def sweep_floor(client: Client) -> Work:
    """Sweep the floor.

    Returns:
        It has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/sweeps
    """
    return client.call(SWEEP_FLOOR)


async def sweep_floor_async(client: AsyncClient) -> Work:
    """Async twin of `sweep_floor`."""
    return await client.call(SWEEP_FLOOR)


GET_WORK: Final = Operation(
    "spec.get_work",
    "GET",
    "/work/{id}",
    parameters=(Path("id", GuidN),),
    returns=Work,
)


def get_work(client: Client, id: UUID) -> Work:
    """Read how the work goes.

    Args:
        id: Sent as the path parameter `id`.

    Returns:
        How it goes.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/work
    """
    return client.call(GET_WORK, id)


async def get_work_async(client: AsyncClient, id: UUID) -> Work:
    """Async twin of `get_work`."""
    return await client.call(GET_WORK, id)


GET_REPORT: Final = Operation(
    "spec.get_report",
    "GET",
    "/work/{id}/report",
    parameters=(Path("id", GuidN), Query("language", str)),
    returns=Report,
)


def get_report(client: Client, id: UUID, *, language: str | None = None) -> Report:
    """Read a report.

    Args:
        id: Sent as the path parameter `id`.
        language: Sent as the query parameter `language`.

    Returns:
        The report.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/report
    """
    return client.call(GET_REPORT, id, language)


async def get_report_async(client: AsyncClient, id: UUID, *, language: str | None = None) -> Report:
    """Async twin of `get_report`."""
    return await client.call(GET_REPORT, id, language)
