# Generated from lifepos.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""LIFE POS API: asynchronous tasks.

Each `begin_...` function calls an operation and returns a handle on the task that it begins. Besides the errors of the
operation, it raises `SubmissionUnknownError` when it is not known whether the task was begun (nothing is sent twice),
and `JournalError` when the journal cannot be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from taskclients_core.tasks.definition import (
    AnyItem,
    BoundCall,
    Condition,
    FromList,
    InlineResult,
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

from . import exports, imports, models

if TYPE_CHECKING:
    from collections.abc import Mapping

    from taskclients_core import FileContent, Upload
    from taskclients_core.tasks import handles

    from .client import AsyncLifePosClient, LifePosClient

_FILTER: Final = StatusFilter(
    "task_status", ("InQueue", "InProgress", "WaitingForFeedback"), (Phase.QUEUED, Phase.RUNNING, Phase.NEEDS_INPUT)
)
_PHASES: Final[Mapping[str, Phase]] = {
    "InQueue": Phase.QUEUED,
    "InProgress": Phase.RUNNING,
    "WaitingForFeedback": Phase.NEEDS_INPUT,
    "Completed": Phase.SUCCEEDED,
    "Canceled": Phase.CANCELLED,
}
_MESSAGES: Final = (
    MessagesMapping(
        text="/message",
        inside="/resolutions",
        level_at="/type",
        levels={"Information": "info", "Warning": "warning", "Error": "error"},
    ),
)
_RECONCILE: Final = ReconcileRule(
    match=(MatchRule("/organization/guid", "$request.path.org_guid"),), unique=False, created="/created_at"
)


NOMENCLATURE_IMPORT: Final[TaskType[models.NomenclatureImportTask, None]] = TaskType(
    name="lifepos.nomenclature_import",
    model=models.NomenclatureImportTask,
    poll=FromList(
        call=BoundCall(
            imports.LIST_NOMENCLATURE_IMPORT_TASKS, {"org_guid": "$scope.org_guid", "order_by": "created_at_desc"}
        ),
        items="/items",
        key="/guid",
        guid="D",
        pages=ListPages(token="/next_page_token", parameter="page_token", order="newest-first"),
        filter=_FILTER,
    ),
    state=StatusMapping(
        at="/status",
        phases=_PHASES,
        rules=(PhaseRule(Condition(phase=(Phase.NEEDS_INPUT,), at="/is_confirmed", values=(True,)), Phase.RUNNING),),
        partial=Condition(any_item=AnyItem("/resolutions", "/type", ("Error",))),
    ),
    timing=PollTiming(rate=(60, 60.0)),
    progress=ProgressMapping(percent="/progress"),
    messages=_MESSAGES,
)
"""An import of goods.

Assumed: The pages list the states without a meaning and say nothing about polling: phases are read from the names,
intervals and rate are our own. That the list of version 5 shows the imports of version 6 is not stated.
"""


REVENUE_EXPORT: Final[TaskType[models.RevenueExportTask, UUID | None]] = TaskType(
    name="lifepos.revenue_export",
    model=models.RevenueExportTask,
    poll=FromList(
        call=BoundCall(exports.LIST_REVENUE_EXPORTS, {"org_guid": "$scope.org_guid", "order_by": "created_at_desc"}),
        items="/items",
        key="/guid",
        guid="D",
        pages=ListPages(token="/next_page_token", parameter="page_token", order="newest-first"),
        filter=_FILTER,
    ),
    state=StatusMapping(
        at="/status", phases=_PHASES, partial=Condition(any_item=AnyItem("/resolutions", "/type", ("Error",)))
    ),
    timing=PollTiming(rate=(60, 60.0)),
    progress=ProgressMapping(percent="/progress"),
    messages=_MESSAGES,
    result=InlineResult("/file", UUID | None),
)
"""An export of a revenue report.

Assumed: As for imports; beyond that, the saved pages show neither the common members of a task nor that file names the
finished report, and that the list of version 6 shows the exports of version 5 is not stated.
"""


CREATE_NOMENCLATURE_IMPORT_TASK: Final = Submission(
    operation=imports.CREATE_NOMENCLATURE_IMPORT_TASK,
    task_type=NOMENCLATURE_IMPORT,
    id="$response.body#/guid",
    scope={"org_guid": "$request.path.org_guid"},
    accepted=(200,),
    reconcile=_RECONCILE,
)


def begin_create_nomenclature_import_task(
    client: LifePosClient,
    org_guid: UUID,
    body: FileContent | Upload,
    *,
    import_strategy: models.NomenclatureImportStrategies | None = None,
    use_good_name: bool | None = None,
    use_barcodes_ean13: bool | None = None,
    use_barcodes_local: bool | None = None,
    idempotency_key: str | None = None,
    restart: bool = False,
) -> handles.TaskHandle[models.NomenclatureImportTask, None]:
    """Start an import of goods from an Excel file.

    Call `create_nomenclature_import_task` and return a handle on the task that it begins; see `NOMENCLATURE_IMPORT`.

    Args:
        org_guid: Id of the organization.
        body: The Excel file.
        import_strategy: Scope of the file: all goods or only changes.
        use_good_name: Whether goods are recognized by their name.
        use_barcodes_ean13: Whether goods are recognized by their EAN-13 bar code.
        use_barcodes_local: Whether goods are recognized by their own bar code.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(
        CREATE_NOMENCLATURE_IMPORT_TASK,
        org_guid,
        import_strategy,
        use_good_name,
        use_barcodes_ean13,
        use_barcodes_local,
        body=body,
        idempotency_key=idempotency_key,
        restart=restart,
    )


async def begin_create_nomenclature_import_task_async(
    client: AsyncLifePosClient,
    org_guid: UUID,
    body: FileContent | Upload,
    *,
    import_strategy: models.NomenclatureImportStrategies | None = None,
    use_good_name: bool | None = None,
    use_barcodes_ean13: bool | None = None,
    use_barcodes_local: bool | None = None,
    idempotency_key: str | None = None,
    restart: bool = False,
) -> handles.AsyncTaskHandle[models.NomenclatureImportTask, None]:
    """Start an import of goods from an Excel file.

    Async twin of `begin_create_nomenclature_import_task`.

    Args:
        org_guid: Id of the organization.
        body: The Excel file.
        import_strategy: Scope of the file: all goods or only changes.
        use_good_name: Whether goods are recognized by their name.
        use_barcodes_ean13: Whether goods are recognized by their EAN-13 bar code.
        use_barcodes_local: Whether goods are recognized by their own bar code.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(
        CREATE_NOMENCLATURE_IMPORT_TASK,
        org_guid,
        import_strategy,
        use_good_name,
        use_barcodes_ean13,
        use_barcodes_local,
        body=body,
        idempotency_key=idempotency_key,
        restart=restart,
    )


CREATE_REVENUE_EXPORT: Final = Submission(
    operation=exports.CREATE_REVENUE_EXPORT,
    task_type=REVENUE_EXPORT,
    id="$response.body#/guid",
    scope={"org_guid": "$request.path.org_guid"},
    accepted=(200,),
    reconcile=_RECONCILE,
)


def begin_create_revenue_export(
    client: LifePosClient,
    org_guid: UUID,
    body: models.RevenueExportParameters,
    *,
    idempotency_key: str | None = None,
    restart: bool = False,
) -> handles.TaskHandle[models.RevenueExportTask, UUID | None]:
    """Start an export of the revenue by periods to a CSV file.

    Call `create_revenue_export` and return a handle on the task that it begins; see `REVENUE_EXPORT`.

    Args:
        org_guid: Id of the organization.
        body: Scope and columns of the report.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(CREATE_REVENUE_EXPORT, org_guid, body=body, idempotency_key=idempotency_key, restart=restart)


async def begin_create_revenue_export_async(
    client: AsyncLifePosClient,
    org_guid: UUID,
    body: models.RevenueExportParameters,
    *,
    idempotency_key: str | None = None,
    restart: bool = False,
) -> handles.AsyncTaskHandle[models.RevenueExportTask, UUID | None]:
    """Start an export of the revenue by periods to a CSV file.

    Async twin of `begin_create_revenue_export`.

    Args:
        org_guid: Id of the organization.
        body: Scope and columns of the report.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(
        CREATE_REVENUE_EXPORT, org_guid, body=body, idempotency_key=idempotency_key, restart=restart
    )


SUBMISSIONS: Final = (CREATE_NOMENCLATURE_IMPORT_TASK, CREATE_REVENUE_EXPORT)
