# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `jobs`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Operation, Query

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


LIST_JOBS: Final = Operation(
    "spec.list_jobs",
    "GET",
    "/jobs",
    parameters=(
        Query("state", list[models.State]),
        Query("priority", models.Priority),
        Query("code", models.Same, required=True),
        Query("rate", list[models.Rate]),
        Query("size", models.Size),
    ),
    returns=list[models.Job],
)


def list_jobs(
    client: ApiClient,
    *,
    state: list[models.State] | None = None,
    priority: models.Priority | None = None,
    code: models.Same = models.Code.VALUE_9223372036854775808,
    rate: list[models.Rate] | None = None,
    size: models.Size | None = None,
) -> list[models.Job]:
    """List jobs.

    Args:
        state: Sent as the query parameter `state`.
        priority: Sent as the query parameter `priority`.
        code: Sent as the query parameter `code`.
        rate: Sent as the query parameter `rate`.
        size: Sent as the query parameter `size`.

    Returns:
        The jobs.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/jobs
    """
    return client.call(LIST_JOBS, state, priority, code, rate, size)


async def list_jobs_async(
    client: AsyncApiClient,
    *,
    state: list[models.State] | None = None,
    priority: models.Priority | None = None,
    code: models.Same = models.Code.VALUE_9223372036854775808,
    rate: list[models.Rate] | None = None,
    size: models.Size | None = None,
) -> list[models.Job]:
    """List jobs.

    Async twin of `list_jobs`.

    Args:
        state: Sent as the query parameter `state`.
        priority: Sent as the query parameter `priority`.
        code: Sent as the query parameter `code`.
        rate: Sent as the query parameter `rate`.
        size: Sent as the query parameter `size`.
    """
    return await client.call(LIST_JOBS, state, priority, code, rate, size)
