# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: asynchronous tasks.

Each `begin_...` function calls an operation and returns a handle on the task that it begins. Besides the errors of the
operation, it raises `SubmissionUnknownError` when it is not known whether the task was begun (nothing is sent twice),
and `JournalError` when the journal cannot be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from taskclients_core.tasks.definition import (
    BoundCall,
    Condition,
    FromList,
    Lifetime,
    ListPages,
    MatchRule,
    MessagesMapping,
    Phase,
    PhaseRule,
    PollTiming,
    ProgressMapping,
    ReconcileRule,
    StatusFilter,
    StatusMapping,
    Submission,
    TaskType,
)

from . import exports, models

if TYPE_CHECKING:
    from taskclients_core.tasks import handles

    from .client import ApiClient, AsyncApiClient


EXPORT: Final[TaskType[models.Export, None]] = TaskType(
    name="spec.export",
    model=models.Export,
    poll=FromList(
        call=BoundCall(exports.LIST_EXPORTS, {"shop": "$scope.shop", "order": "newest"}),
        items="/data",
        key="/id",
        guid="D",
        pages=ListPages(token="/next", parameter="page", size=("pageSize", 100), order="newest-first", max_pages=20),
        filter=StatusFilter("state", ("waiting", "running", "asking"), (Phase.QUEUED, Phase.RUNNING)),
        max_bytes=1048576,
    ),
    state=StatusMapping(
        at="/state",
        phases={
            "waiting": Phase.QUEUED,
            "running": Phase.RUNNING,
            "asking": Phase.NEEDS_INPUT,
            "done": Phase.SUCCEEDED,
            "failed": Phase.FAILED,
        },
        fold=True,
        unknown=Phase.QUEUED,
        unknown_after=300.0,
        rules=(PhaseRule(Condition(phase=(Phase.NEEDS_INPUT,), at="/seen", values=(True,)), Phase.RUNNING),),
        partial=Condition(at="/refused", above=0),
    ),
    timing=PollTiming(
        min=5.0, max=60.0, first=1.0, factor=2.0, jitter=0.5, retry_after=False, retry_after_max=3600.0, rate=(10, 90.0)
    ),
    lifetime=Lifetime(visible_within=20.0, retention=129600.0, missing_polls=5, missing_grace=120.0),
    progress=ProgressMapping(done="/rows", total="/rowsOfAll"),
    messages=(
        MessagesMapping(text="/text", inside="/notes", level_at="/kind", levels={"hint": "info", "fault": "error"}),
    ),
)
"""An export of goods."""


CREATE_EXPORT: Final = Submission(
    operation=exports.CREATE_EXPORT,
    task_type=EXPORT,
    id="$response.body#/id",
    scope={"shop": "$request.path.shop"},
    accepted=(202,),
    reconcile=ReconcileRule(
        match=(MatchRule("/label", "$request.body#/label"),), unique=True, created="/began", settle=10.0
    ),
)


def begin_create_export(
    client: ApiClient, shop: UUID, body: models.NewExport, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.TaskHandle[models.Export, None]:
    """Export the goods of a shop.

    Call `create_export` and return a handle on the task that it begins; see `EXPORT`.

    Args:
        shop: Id of the shop.
        body: What is exported.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(CREATE_EXPORT, shop, body=body, idempotency_key=idempotency_key, restart=restart)


async def begin_create_export_async(
    client: AsyncApiClient,
    shop: UUID,
    body: models.NewExport,
    *,
    idempotency_key: str | None = None,
    restart: bool = False,
) -> handles.AsyncTaskHandle[models.Export, None]:
    """Export the goods of a shop.

    Async twin of `begin_create_export`.

    Args:
        shop: Id of the shop.
        body: What is exported.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(CREATE_EXPORT, shop, body=body, idempotency_key=idempotency_key, restart=restart)


SUBMISSIONS: Final = (CREATE_EXPORT,)
