# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `work`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from taskclients_core import AsyncPages, Operation, Pages, Pagination, Path, Query
from taskclients_core.formats import GuidN

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


ADD_UP: Final = Operation(
    "spec.add_up",
    "POST",
    "/sums",
    returns=models.Work,
)


def add_up(client: ApiClient) -> models.Work:
    """Add numbers up.

    `begin_add_up` returns a handle that waits for the task and returns its result.

    Returns:
        It has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/sums
    """
    return client.call(ADD_UP)


async def add_up_async(client: AsyncApiClient) -> models.Work:
    """Add numbers up.

    Async twin of `add_up`.
    """
    return await client.call(ADD_UP)


MAKE_GUESS: Final = Operation(
    "spec.make_guess",
    "POST",
    "/guesses",
    returns=models.Work,
)


def make_guess(client: ApiClient) -> models.Work:
    """Guess a number.

    `begin_make_guess` returns a handle that waits for the task and returns its result.

    Returns:
        It has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/guesses
    """
    return client.call(MAKE_GUESS)


async def make_guess_async(client: AsyncApiClient) -> models.Work:
    """Guess a number.

    Async twin of `make_guess`.
    """
    return await client.call(MAKE_GUESS)


WRITE_REPORT: Final = Operation(
    "spec.write_report",
    "POST",
    "/reports",
    returns=models.Work,
)


def write_report(client: ApiClient) -> models.Work:
    """Write a report.

    `begin_write_report` returns a handle that waits for the task and returns its result.

    Returns:
        It has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/reports
    """
    return client.call(WRITE_REPORT)


async def write_report_async(client: AsyncApiClient) -> models.Work:
    """Write a report.

    Async twin of `write_report`.
    """
    return await client.call(WRITE_REPORT)


SWEEP_FLOOR: Final = Operation(
    "spec.sweep_floor",
    "POST",
    "/sweeps",
    returns=models.Work,
)


def sweep_floor(client: ApiClient) -> models.Work:
    """Sweep the floor.

    `begin_sweep_floor` returns a handle that waits for the task.

    Returns:
        It has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/sweeps
    """
    return client.call(SWEEP_FLOOR)


async def sweep_floor_async(client: AsyncApiClient) -> models.Work:
    """Sweep the floor.

    Async twin of `sweep_floor`.
    """
    return await client.call(SWEEP_FLOOR)


LIST_FAULTS: Final = Operation(
    "spec.list_faults",
    "POST",
    "/lists",
    returns=models.Work,
)


def list_faults(client: ApiClient) -> models.Work:
    """List faults.

    `begin_list_faults` returns a handle that waits for the task and returns its result.

    Returns:
        It has begun.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/lists
    """
    return client.call(LIST_FAULTS)


async def list_faults_async(client: AsyncApiClient) -> models.Work:
    """List faults.

    Async twin of `list_faults`.
    """
    return await client.call(LIST_FAULTS)


GET_FAULTS: Final = Operation(
    "spec.get_faults",
    "GET",
    "/work/{id}/faults",
    parameters=(Path("id", GuidN), Query("after", str)),
    returns=models.Faults,
    pagination=Pagination(items="faults", token="next", parameter="after"),
)


def get_faults(client: ApiClient, id: UUID, *, after: str | None = None) -> Pages[models.Faults, models.Report]:
    """Read the faults that were found.

    Args:
        id: Sent as the path parameter `id`.
        after: Sent as the query parameter `after`.

    Returns:
        Lazy `Pages` of `Report`: iterate over the items of all pages, or fetch one page with `.page()`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/faults
    """
    return client.pages(GET_FAULTS, id, after)


def get_faults_async(
    client: AsyncApiClient, id: UUID, *, after: str | None = None
) -> AsyncPages[models.Faults, models.Report]:
    """Read the faults that were found.

    Async twin of `get_faults`.

    Args:
        id: Sent as the path parameter `id`.
        after: Sent as the query parameter `after`.
    """
    return client.pages(GET_FAULTS, id, after)


GET_WORK: Final = Operation(
    "spec.get_work",
    "GET",
    "/work/{id}",
    parameters=(Path("id", GuidN),),
    returns=models.Work,
)


def get_work(client: ApiClient, id: UUID) -> models.Work:
    """Read how the work goes.

    Args:
        id: Sent as the path parameter `id`.

    Returns:
        How it goes.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/work
    """
    return client.call(GET_WORK, id)


async def get_work_async(client: AsyncApiClient, id: UUID) -> models.Work:
    """Read how the work goes.

    Async twin of `get_work`.

    Args:
        id: Sent as the path parameter `id`.
    """
    return await client.call(GET_WORK, id)


GET_REPORT: Final = Operation(
    "spec.get_report",
    "GET",
    "/work/{id}/report",
    parameters=(Path("id", GuidN), Query("language", str)),
    returns=models.Report,
)


def get_report(client: ApiClient, id: UUID, *, language: str | None = None) -> models.Report:
    """Read a report.

    Args:
        id: Sent as the path parameter `id`.
        language: Sent as the query parameter `language`.

    Returns:
        The report.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/report
    """
    return client.call(GET_REPORT, id, language)


async def get_report_async(client: AsyncApiClient, id: UUID, *, language: str | None = None) -> models.Report:
    """Read a report.

    Async twin of `get_report`.

    Args:
        id: Sent as the path parameter `id`.
        language: Sent as the query parameter `language`.
    """
    return await client.call(GET_REPORT, id, language)
