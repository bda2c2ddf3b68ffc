# Generated from mykaarma.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Background processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import ErrorCondition, Operation, Path

from . import models

if TYPE_CHECKING:
    from .client import AsyncMyKaarmaClient, MyKaarmaClient


GET_ASYNC_PROCESS: Final = Operation(
    "mykaarma.get_async_process",
    "GET",
    "/v2/asyncProcesses/{asyncProcessesUuid}",
    parameters=(Path("asyncProcessesUuid", str),),
    returns=models.AsyncProcess,
    errors={
        400: models.ResponseEnvelope,
        401: models.ResponseEnvelope,
        403: models.ResponseEnvelope,
        404: models.ResponseEnvelope,
        500: models.ResponseEnvelope,
    },
    error_when=ErrorCondition(filled="errors", absent="uuid"),
)


def get_async_process(client: MyKaarmaClient, async_processes_uuid: str) -> models.AsyncProcess:
    """Read one background process.

    Needs the scope manage.async.process.read at the level ServiceSubscriberScope.

    Args:
        async_processes_uuid: Id of the process.

    Returns:
        The process as it stands now.

    Raises:
        ApiError: 400, 401, 403, 404, 500 or a successful response that reports an error.

    Assumed: The copied text has neither verb nor path, which the theme prints beside it: GET because the scope reads
    and there is no body, the path from the parameter's name and the neighbouring operations.

    Source: https://docs.mykaarma.com/API_references/admin/manage/API_reference/get-async-process-details
    """
    return client.call(GET_ASYNC_PROCESS, async_processes_uuid)


async def get_async_process_async(client: AsyncMyKaarmaClient, async_processes_uuid: str) -> models.AsyncProcess:
    """Read one background process.

    Async twin of `get_async_process`.

    Args:
        async_processes_uuid: Id of the process.
    """
    return await client.call(GET_ASYNC_PROCESS, async_processes_uuid)
