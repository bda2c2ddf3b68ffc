# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `jobs`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Header, Operation, Path, Query

from .models import Color, Job

CREATE_JOB: Final = Operation(
    "spec.create_job",
    "PUT",
    "/jobs",
    parameters=(Query("color", Color), Header("Idempotency-Key", str)),
)


def create_job(client: Client, *, color: Color | None = None, idempotency_key: str | None = None) -> None:
    """Start a job.

    Args:
        color: Sent as the query parameter `color`.
        idempotency_key: Sent as the header parameter `Idempotency-Key`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/jobs/create
    """
    return client.call(CREATE_JOB, color, idempotency_key)


async def create_job_async(
    client: AsyncClient, *, color: Color | None = None, idempotency_key: str | None = None
) -> None:
    """Async twin of `create_job`."""
    return await client.call(CREATE_JOB, color, idempotency_key)


GET_JOB: Final = Operation(
    "spec.get_job",
    "GET",
    "/jobs/{id}",
    parameters=(Path("id", int),),
    returns=Job,
)


def get_job(client: Client, id: int) -> Job:
    """Read a job.

    Args:
        id: Sent as the path parameter `id`.

    Returns:
        The job.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/jobs/get
    """
    return client.call(GET_JOB, id)


async def get_job_async(client: AsyncClient, id: int) -> Job:
    """Async twin of `get_job`."""
    return await client.call(GET_JOB, id)
