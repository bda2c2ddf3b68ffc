# Generated from booster.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Background tasks of the signed-in user, and imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from taskclients_core import Json, Operation, Path
from taskclients_core.formats import GuidN

from . import models

if TYPE_CHECKING:
    from .client import AsyncBoosterClient, BoosterClient

ERRORS: Final[dict[int | str, object]] = {
    400: models.ErrorResponse,
    401: models.ErrorResponse,
    403: models.ErrorResponse,
    404: models.ErrorResponse,
    405: models.ErrorResponse,
    409: models.ErrorResponse,
    500: models.ErrorResponse,
}

LIST_TASKS: Final = Operation(
    "booster.list_tasks",
    "GET",
    "/tasks",
    returns=list[models.Task],
    errors=ERRORS,
)


def list_tasks(client: BoosterClient) -> list[models.Task]:
    """List the tasks of the signed-in user.

    There are no filters and no pages; how long a finished task stays listed is not documented.

    Returns:
        The tasks, none or more.

    Raises:
        ApiError: 400, 401, 403, 404, 405, 409 or 500.

    Source: https://dev-api-booster.richemont.com/csv/metadata?op=GetTask
    """
    return client.call(LIST_TASKS)


async def list_tasks_async(client: AsyncBoosterClient) -> list[models.Task]:
    """List the tasks of the signed-in user.

    Async twin of `list_tasks`.
    """
    return await client.call(LIST_TASKS)


GET_TASK: Final = Operation(
    "booster.get_task",
    "GET",
    "/tasks/{asyncTaskId}",
    parameters=(Path("asyncTaskId", GuidN),),
    returns=models.Task,
    errors=ERRORS,
)


def get_task(client: BoosterClient, async_task_id: UUID) -> models.Task:
    """Read one task.

    Shows the same members as the list does.

    Args:
        async_task_id: Id of the task.

    Returns:
        The task as it stands now.

    Raises:
        ApiError: 400, 401, 403, 404, 405, 409 or 500.

    Source: https://dev-api-booster.richemont.com/csv/metadata?op=GetTaskDetail
    """
    return client.call(GET_TASK, async_task_id)


async def get_task_async(client: AsyncBoosterClient, async_task_id: UUID) -> models.Task:
    """Read one task.

    Async twin of `get_task`.

    Args:
        async_task_id: Id of the task.
    """
    return await client.call(GET_TASK, async_task_id)


REQUEST_IMPORT: Final = Operation(
    "booster.request_import",
    "POST",
    "/tasks/{brand}/importrequest",
    parameters=(Path("brand", str, from_body="/brand"),),
    body=Json(models.ImportRequest),
    returns=models.ImportRequestResponse,
    errors=ERRORS,
)


def request_import(client: BoosterClient, body: models.ImportRequest) -> models.ImportRequestResponse:
    """Import the sell-outs and customers of a file.

    The file must already lie on the cloud file server; how it gets there is not documented. Answers with the id of the
    task that imports it.

    `begin_request_import` returns a handle that waits for the task and downloads its file.

    Args:
        body: Which file to import. Its `brand` also fills the path.

    Returns:
        A response with `async_task_id`: Id of the task that imports the file.

    Raises:
        ApiError: 400, 401, 403, 404, 405, 409 or 500.

    Source: https://dev-api-booster.richemont.com/json/metadata?op=ImportRequest
    """
    return client.call(REQUEST_IMPORT, body=body)


async def request_import_async(client: AsyncBoosterClient, body: models.ImportRequest) -> models.ImportRequestResponse:
    """Import the sell-outs and customers of a file.

    Async twin of `request_import`.

    Args:
        body: Which file to import. Its `brand` also fills the path.
    """
    return await client.call(REQUEST_IMPORT, body=body)
