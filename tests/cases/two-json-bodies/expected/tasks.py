# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Operations of `tasks`."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation, Path

from .models import Task, TaskPatch

UPDATE_TASK: Final = Operation(
    "spec.update_task",
    "PATCH",
    "/tasks/{id}",
    parameters=(Path("id", int),),
    body=(Json(Task), Json(TaskPatch, media_type="application/merge-patch+json")),
    returns=Task,
)


def update_task(client: Client, id: int, body: Task | TaskPatch) -> Task:
    """Replace a task, or change parts of it.

    Args:
        id: Sent as the path parameter `id`.
        body: What is sent.

    Returns:
        The task as it is now.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Page: https://docs.example/update
    """
    return client.call(UPDATE_TASK, id, body=body)


async def update_task_async(client: AsyncClient, id: int, body: Task | TaskPatch) -> Task:
    """Async twin of `update_task`."""
    return await client.call(UPDATE_TASK, id, body=body)
