# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `jobs`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Operation, Query

from .models import Job, Priority, State

LIST_JOBS: Final = Operation(
    "spec.list_jobs",
    "GET",
    "/jobs",
    parameters=(Query("state", list[State]), Query("priority", Priority)),
    returns=list[Job],
)


def list_jobs(client: Client, *, state: list[State] | None = None, priority: Priority | None = None) -> list[Job]:
    """List jobs.

    Args:
        state: Sent as the query parameter `state`.
        priority: Sent as the query parameter `priority`.

    Returns:
        The jobs.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/jobs
    """
    return client.call(LIST_JOBS, state, priority)


async def list_jobs_async(
    client: AsyncClient, *, state: list[State] | None = None, priority: Priority | None = None
) -> list[Job]:
    """Async twin of `list_jobs`."""
    return await client.call(LIST_JOBS, state, priority)
