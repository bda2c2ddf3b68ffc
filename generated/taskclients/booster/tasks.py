# Generated from booster.yaml by dragoman; edit the spec, then run `make generate`.
"""Background tasks of the signed-in user, and imports."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from taskclients_core import AsyncClient, Client, Json, Operation, Path
from taskclients_core.formats import GuidN

from .models import ErrorResponse, ImportRequest, ImportRequestResponse, Task

ERRORS: Final[dict[int | str, object]] = {
    400: ErrorResponse,
    401: ErrorResponse,
    403: ErrorResponse,
    404: ErrorResponse,
    405: ErrorResponse,
    409: ErrorResponse,
    500: ErrorResponse,
}

LIST_TASKS: Final = Operation(
    "booster.list_tasks",
    "GET",
    "/tasks",
    returns=list[Task],
    errors=ERRORS,
)


def list_tasks(client: Client) -> list[Task]:
    """List the tasks of the signed-in user.

    There are no filters and no pages; how long a finished task stays listed is not documented.

    Returns:
        The tasks, none or more.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.

    Page: https://dev-api-booster.richemont.com/csv/metadata?op=GetTask
    """
    return client.call(LIST_TASKS)


async def list_tasks_async(client: AsyncClient) -> list[Task]:
    """Async twin of `list_tasks`."""
    return await client.call(LIST_TASKS)


GET_TASK: Final = Operation(
    "booster.get_task",
    "GET",
    "/tasks/{asyncTaskId}",
    parameters=(Path("asyncTaskId", GuidN),),
    returns=Task,
    errors=ERRORS,
)


def get_task(client: Client, async_task_id: UUID) -> Task:
    """Read one task.

    Shows the same members as the list does.

    Args:
        async_task_id: Id of the task.

    Returns:
        The task as it stands now.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.

    Page: https://dev-api-booster.richemont.com/csv/metadata?op=GetTaskDetail
    """
    return client.call(GET_TASK, async_task_id)


async def get_task_async(client: AsyncClient, async_task_id: UUID) -> Task:
    """Async twin of `get_task`."""
    return await client.call(GET_TASK, async_task_id)


REQUEST_IMPORT: Final = Operation(
    "booster.request_import",
    "POST",
    "/tasks/{brand}/importrequest",
    parameters=(Path("brand", str, body="/brand"),),
    body=Json(ImportRequest),
    returns=ImportRequestResponse,
    errors=ERRORS,
)


def request_import(client: Client, body: ImportRequest) -> ImportRequestResponse:
    """Import the sell-outs and customers of a file.

    The file must already lie on the cloud file server; how it gets there is not documented. Answers with the id of the
    task that imports it.

    Args:
        body: What is sent.

    Returns:
        The import was accepted.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.

    Page: https://dev-api-booster.richemont.com/json/metadata?op=ImportRequest
    """
    return client.call(REQUEST_IMPORT, body=body)


async def request_import_async(client: AsyncClient, body: ImportRequest) -> ImportRequestResponse:
    """Async twin of `request_import`."""
    return await client.call(REQUEST_IMPORT, body=body)
