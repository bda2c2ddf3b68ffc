# Generated from mykaarma.yaml by dragoman; edit the spec, then run `make generate`.
"""myKaarma Manage API: asynchronous tasks.

Each `start_...` function calls an operation and returns a handle on the task that it begins. Besides the errors of the
operation, it raises `SubmitUnknown` when it is not known whether the task was begun (nothing is sent twice), and
`JournalError` when the journal cannot be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core.tasks.definition import (
    Bound,
    Kind,
    MessagesAt,
    ProgressAt,
    Single,
    Some,
    State,
    StepsAt,
    Submit,
    Test,
    Timing,
)
from taskclients_core.tasks.phases import Phase

from . import dealers, models, processes

if TYPE_CHECKING:
    from taskclients_core.tasks import handles

    from .client import AsyncMyKaarmaClient, MyKaarmaClient


PROCESS: Final[Kind[models.AsyncProcess, None]] = Kind(
    name="mykaarma.process",
    model=models.AsyncProcess,
    observe=Single(Bound(processes.GET_ASYNC_PROCESS, {"asyncProcessesUuid": "$task.id"})),
    state=State(
        at="/status",
        phases={
            "NOT_STARTED": Phase.QUEUED,
            "IN_PROGRESS": Phase.RUNNING,
            "COMPLETED": Phase.SUCCEEDED,
            "FAILED": Phase.FAILED,
            "NOT_NEEDED": Phase.SKIPPED,
        },
        partial=Test(some=Some("/steps", "/status", ("FAILED",))),
    ),
    timing=Timing(rate=(60, 60.0)),
    progress=ProgressAt(steps=True),
    steps=StepsAt(
        at="/steps",
        key="/uuid",
        status="/status",
        phases={
            "NOT_STARTED": Phase.QUEUED,
            "IN_PROGRESS": Phase.RUNNING,
            "COMPLETED": Phase.SUCCEEDED,
            "FAILED": Phase.FAILED,
            "NOT_NEEDED": Phase.SKIPPED,
        },
        name="/name",
        order="/order",
    ),
    messages=(
        MessagesAt(text="/errorMessage", inside="/errors", level="error"),
        MessagesAt(text="/warningMessage", inside="/warnings", level="warning"),
    ),
)
"""A dealer that is being set up.

Assumed: The page lists the states without a meaning and says nothing about polling: phases are read from the names,
intervals and rate are our own.
"""


CREATE_DEALER: Final = Submit(
    operation=dealers.CREATE_DEALER,
    kind=PROCESS,
    id="$response.body#/requestUuid",
    accepted=(200,),
)


def start_create_dealer(
    client: MyKaarmaClient, body: models.CreateDealerRequest, *, key: str | None = None
) -> handles.Task[models.AsyncProcess, None]:
    """Create a dealer.

    Call `create_dealer` and return a handle on the task that it begins; see `PROCESS`.

    Args:
        body: A dealer to be created. The page marks no member as required.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Assumed: The page does not say that requestUuid is the id of the process; it is the only id in the answer.
    """
    return client.start(CREATE_DEALER, body=body, key=key)


async def start_create_dealer_async(
    client: AsyncMyKaarmaClient, body: models.CreateDealerRequest, *, key: str | None = None
) -> handles.AsyncTask[models.AsyncProcess, None]:
    """Create a dealer.

    Async twin of `start_create_dealer`.

    Args:
        body: A dealer to be created. The page marks no member as required.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return await client.start(CREATE_DEALER, body=body, key=key)


SUBMITS: Final = (CREATE_DEALER,)
