# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `jobs`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Header, Operation, Path, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


CREATE_JOB: Final = Operation(
    "spec.create_job",
    "PUT",
    "/jobs",
    parameters=(Query("color", models.Color), Header("Idempotency-Key", str)),
)


def create_job(client: ApiClient, *, color: models.Color | None = None, idempotency_key: str | None = None) -> None:
    """Start a job.

    `begin_create_job` returns a handle that waits for the task and downloads its file.

    Args:
        color: Sent as the query parameter `color`.
        idempotency_key: Sent as the header parameter `Idempotency-Key`.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/jobs/create
    """
    return client.call(CREATE_JOB, color, idempotency_key)


async def create_job_async(
    client: AsyncApiClient, *, color: models.Color | None = None, idempotency_key: str | None = None
) -> None:
    """Start a job.

    Async twin of `create_job`.

    Args:
        color: Sent as the query parameter `color`.
        idempotency_key: Sent as the header parameter `Idempotency-Key`.
    """
    return await client.call(CREATE_JOB, color, idempotency_key)


GET_JOB: Final = Operation(
    "spec.get_job",
    "GET",
    "/jobs/{id}",
    parameters=(Path("id", int),),
    returns=models.Job,
)


def get_job(client: ApiClient, id: int) -> models.Job:
    """Read a job.

    Args:
        id: Sent as the path parameter `id`.

    Returns:
        The job.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/jobs/get
    """
    return client.call(GET_JOB, id)


async def get_job_async(client: AsyncApiClient, id: int) -> models.Job:
    """Read a job.

    Async twin of `get_job`.

    Args:
        id: Sent as the path parameter `id`.
    """
    return await client.call(GET_JOB, id)
