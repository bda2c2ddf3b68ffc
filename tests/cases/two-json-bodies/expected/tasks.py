# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Operations of `tasks`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation, Path

from . import models

if TYPE_CHECKING:
    from .client import ApiClient, AsyncApiClient


UPDATE_TASK: Final = Operation(
    "spec.update_task",
    "PATCH",
    "/tasks/{id}",
    parameters=(Path("id", int),),
    body=(Json(models.Task), Json(models.TaskPatch, media_type="application/merge-patch+json")),
    returns=models.Task,
)


def update_task(client: ApiClient, id: int, body: models.Task | models.TaskPatch) -> models.Task:
    """Replace a task, or change parts of it.

    Args:
        id: Sent as the path parameter `id`.
        body: `Task`: A task. `TaskPatch`: What changes.

    Returns:
        The task as it is now.

    Raises:
        ClientError: the call failed; see `taskclients_core.errors`.

    Source: https://docs.example/update
    """
    return client.call(UPDATE_TASK, id, body=body)


async def update_task_async(client: AsyncApiClient, id: int, body: models.Task | models.TaskPatch) -> models.Task:
    """Replace a task, or change parts of it.

    Async twin of `update_task`.

    Args:
        id: Sent as the path parameter `id`.
        body: `Task`: A task. `TaskPatch`: What changes.
    """
    return await client.call(UPDATE_TASK, id, body=body)
