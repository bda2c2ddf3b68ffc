# Generated from mykaarma.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""myKaarma Manage API: asynchronous tasks.

Each `begin_...` function calls an operation and returns a handle on the task that it begins. Besides the errors of the
operation, it raises `SubmissionUnknownError` when it is not known whether the task was begun (nothing is sent twice),
and `JournalError` when the journal cannot be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core.tasks.definition import (
    AnyItem,
    BoundCall,
    Condition,
    FromItem,
    MessagesMapping,
    Phase,
    PollTiming,
    ProgressMapping,
    StatusMapping,
    StepsMapping,
    Submission,
    TaskType,
)

from . import dealers, models, processes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from taskclients_core.tasks import handles

    from .client import AsyncMyKaarmaClient, MyKaarmaClient

_PHASES: Final[Mapping[str, Phase]] = {
    "NOT_STARTED": Phase.QUEUED,
    "IN_PROGRESS": Phase.RUNNING,
    "COMPLETED": Phase.SUCCEEDED,
    "FAILED": Phase.FAILED,
    "NOT_NEEDED": Phase.SKIPPED,
}


PROCESS: Final[TaskType[models.AsyncProcess, None]] = TaskType(
    name="mykaarma.process",
    model=models.AsyncProcess,
    poll=FromItem(BoundCall(processes.GET_ASYNC_PROCESS, {"asyncProcessesUuid": "$task.id"})),
    state=StatusMapping(
        at="/status", phases=_PHASES, partial=Condition(any_item=AnyItem("/steps", "/status", ("FAILED",)))
    ),
    timing=PollTiming(rate=(60, 60.0)),
    progress=ProgressMapping(steps=True),
    steps=StepsMapping(at="/steps", key="/uuid", status="/status", phases=_PHASES, name="/name", order="/order"),
    messages=(
        MessagesMapping(text="/errorMessage", inside="/errors", level="error"),
        MessagesMapping(text="/warningMessage", inside="/warnings", level="warning"),
    ),
)
"""A dealer that is being set up.

Assumed: The page lists the states without a meaning and says nothing about polling: phases are read from the names,
intervals and rate are our own.
"""


CREATE_DEALER: Final = Submission(
    operation=dealers.CREATE_DEALER,
    task_type=PROCESS,
    id="$response.body#/requestUuid",
    accepted=(200,),
)


def begin_create_dealer(
    client: MyKaarmaClient,
    body: models.CreateDealerRequest,
    *,
    idempotency_key: str | None = None,
    restart: bool = False,
) -> handles.TaskHandle[models.AsyncProcess, None]:
    """Create a dealer.

    Call `create_dealer` and return a handle on the task that it begins; see `PROCESS`.

    Args:
        body: A dealer to be created. The page marks no member as required.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.

    Assumed: The page does not say that requestUuid is the id of the process; it is the only id in the answer.
    """
    return client.begin(CREATE_DEALER, body=body, idempotency_key=idempotency_key, restart=restart)


async def begin_create_dealer_async(
    client: AsyncMyKaarmaClient,
    body: models.CreateDealerRequest,
    *,
    idempotency_key: str | None = None,
    restart: bool = False,
) -> handles.AsyncTaskHandle[models.AsyncProcess, None]:
    """Create a dealer.

    Async twin of `begin_create_dealer`.

    Args:
        body: A dealer to be created. The page marks no member as required.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(CREATE_DEALER, body=body, idempotency_key=idempotency_key, restart=restart)


SUBMISSIONS: Final = (CREATE_DEALER,)
