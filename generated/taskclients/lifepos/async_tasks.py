# Generated from lifepos.yaml by dragoman; edit the spec, then run `make generate`.
"""LIFE POS API: asynchronous tasks.

Each `start_...` function calls an operation and returns a handle on the task that it begins. Besides the errors of the
operation, it raises `SubmitUnknown` when it is not known whether the task was begun (nothing is sent twice), and
`JournalError` when the journal cannot be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from taskclients_core.tasks.definition import (
    Bound,
    Inline,
    Kind,
    Listed,
    Match,
    MessagesAt,
    Narrow,
    Pages,
    ProgressAt,
    Reconcile,
    Rule,
    Some,
    State,
    Submit,
    Test,
    Timing,
)
from taskclients_core.tasks.phases import Phase

from . import exports, imports, models

if TYPE_CHECKING:
    from taskclients_core import FileContent, Upload
    from taskclients_core.tasks import handles

    from .client import AsyncLifePosClient, LifePosClient

RECONCILE: Final = Reconcile(
    match=(Match("/organization/guid", "$request.path.org_guid"),), unique=False, created="/created_at"
)
"""Criteria by which most tasks are found again when it is not known whether their start succeeded."""


NOMENCLATURE_IMPORT: Final[Kind[models.NomenclatureImportTask, None]] = Kind(
    name="lifepos.nomenclature_import",
    model=models.NomenclatureImportTask,
    observe=Listed(
        call=Bound(
            imports.LIST_NOMENCLATURE_IMPORT_TASKS, {"org_guid": "$scope.org_guid", "order_by": "created_at_desc"}
        ),
        items="/items",
        key="/guid",
        pages=Pages(token="/next_page_token", parameter="page_token", order="newest-first"),
        narrow=Narrow(
            "task_status",
            ("InQueue", "InProgress", "WaitingForFeedback"),
            (Phase.QUEUED, Phase.RUNNING, Phase.NEEDS_INPUT),
        ),
    ),
    state=State(
        at="/status",
        phases={
            "InQueue": Phase.QUEUED,
            "InProgress": Phase.RUNNING,
            "WaitingForFeedback": Phase.NEEDS_INPUT,
            "Completed": Phase.SUCCEEDED,
            "Canceled": Phase.CANCELLED,
        },
        rules=(Rule(Test(phase=(Phase.NEEDS_INPUT,), at="/is_confirmed", values=(True,)), Phase.RUNNING),),
        partial=Test(some=Some("/resolutions", "/type", ("Error",))),
    ),
    timing=Timing(rate=(60, 60.0)),
    progress=ProgressAt(percent="/progress"),
    messages=(
        MessagesAt(
            text="/message",
            inside="/resolutions",
            level_at="/type",
            levels={"Information": "info", "Warning": "warning", "Error": "error"},
        ),
    ),
)
"""An import of goods.

Assumed: The pages list the states without a meaning and say nothing about polling: phases are read from the names,
intervals and rate are our own. That the list of version 5 shows the imports of version 6 is not stated.
"""


REVENUE_EXPORT: Final[Kind[models.RevenueExportTask, UUID | None]] = Kind(
    name="lifepos.revenue_export",
    model=models.RevenueExportTask,
    observe=Listed(
        call=Bound(exports.LIST_REVENUE_EXPORTS, {"org_guid": "$scope.org_guid", "order_by": "created_at_desc"}),
        items="/items",
        key="/guid",
        pages=Pages(token="/next_page_token", parameter="page_token", order="newest-first"),
        narrow=Narrow(
            "task_status",
            ("InQueue", "InProgress", "WaitingForFeedback"),
            (Phase.QUEUED, Phase.RUNNING, Phase.NEEDS_INPUT),
        ),
    ),
    state=State(
        at="/status",
        phases={
            "InQueue": Phase.QUEUED,
            "InProgress": Phase.RUNNING,
            "WaitingForFeedback": Phase.NEEDS_INPUT,
            "Completed": Phase.SUCCEEDED,
            "Canceled": Phase.CANCELLED,
        },
        partial=Test(some=Some("/resolutions", "/type", ("Error",))),
    ),
    timing=Timing(rate=(60, 60.0)),
    progress=ProgressAt(percent="/progress"),
    messages=(
        MessagesAt(
            text="/message",
            inside="/resolutions",
            level_at="/type",
            levels={"Information": "info", "Warning": "warning", "Error": "error"},
        ),
    ),
    result=Inline("/file", UUID | None),
)
"""An export of a revenue report.

Assumed: As for imports; beyond that, the saved pages show neither the common members of a task nor that file names the
finished report, and that the list of version 6 shows the exports of version 5 is not stated.
"""


CREATE_NOMENCLATURE_IMPORT_TASK: Final = Submit(
    operation=imports.CREATE_NOMENCLATURE_IMPORT_TASK,
    kind=NOMENCLATURE_IMPORT,
    id="$response.body#/guid",
    scope={"org_guid": "$request.path.org_guid"},
    accepted=(200,),
    reconcile=RECONCILE,
)


def start_create_nomenclature_import_task(
    client: LifePosClient,
    org_guid: UUID,
    body: FileContent | Upload,
    *,
    import_strategy: models.NomenclatureImportStrategies | None = None,
    use_good_name: bool | None = None,
    use_barcodes_ean13: bool | None = None,
    use_barcodes_local: bool | None = None,
    key: str | None = None,
) -> handles.Task[models.NomenclatureImportTask, None]:
    """Start an import of goods from an Excel file.

    Call `create_nomenclature_import_task` and return a handle on the task that it begins; see `NOMENCLATURE_IMPORT`.

    Args:
        org_guid: Id of the organization.
        body: The Excel file.
        import_strategy: Whether the file holds all goods or only changes.
        use_good_name: Whether goods are recognized by their name.
        use_barcodes_ean13: Whether goods are recognized by their EAN-13 bar code.
        use_barcodes_local: Whether goods are recognized by their own bar code.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return client.start(
        CREATE_NOMENCLATURE_IMPORT_TASK,
        org_guid,
        import_strategy,
        use_good_name,
        use_barcodes_ean13,
        use_barcodes_local,
        body=body,
        key=key,
    )


async def start_create_nomenclature_import_task_async(
    client: AsyncLifePosClient,
    org_guid: UUID,
    body: FileContent | Upload,
    *,
    import_strategy: models.NomenclatureImportStrategies | None = None,
    use_good_name: bool | None = None,
    use_barcodes_ean13: bool | None = None,
    use_barcodes_local: bool | None = None,
    key: str | None = None,
) -> handles.AsyncTask[models.NomenclatureImportTask, None]:
    """Start an import of goods from an Excel file.

    Async twin of `start_create_nomenclature_import_task`.

    Args:
        org_guid: Id of the organization.
        body: The Excel file.
        import_strategy: Whether the file holds all goods or only changes.
        use_good_name: Whether goods are recognized by their name.
        use_barcodes_ean13: Whether goods are recognized by their EAN-13 bar code.
        use_barcodes_local: Whether goods are recognized by their own bar code.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return await client.start(
        CREATE_NOMENCLATURE_IMPORT_TASK,
        org_guid,
        import_strategy,
        use_good_name,
        use_barcodes_ean13,
        use_barcodes_local,
        body=body,
        key=key,
    )


CREATE_REVENUE_EXPORT: Final = Submit(
    operation=exports.CREATE_REVENUE_EXPORT,
    kind=REVENUE_EXPORT,
    id="$response.body#/guid",
    scope={"org_guid": "$request.path.org_guid"},
    accepted=(200,),
    reconcile=RECONCILE,
)


def start_create_revenue_export(
    client: LifePosClient, org_guid: UUID, body: models.RevenueExportParameters, *, key: str | None = None
) -> handles.Task[models.RevenueExportTask, UUID | None]:
    """Start an export of the revenue by periods to a CSV file.

    Call `create_revenue_export` and return a handle on the task that it begins; see `REVENUE_EXPORT`.

    Args:
        org_guid: Id of the organization.
        body: What the report covers and which columns it has.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return client.start(CREATE_REVENUE_EXPORT, org_guid, body=body, key=key)


async def start_create_revenue_export_async(
    client: AsyncLifePosClient, org_guid: UUID, body: models.RevenueExportParameters, *, key: str | None = None
) -> handles.AsyncTask[models.RevenueExportTask, UUID | None]:
    """Start an export of the revenue by periods to a CSV file.

    Async twin of `start_create_revenue_export`.

    Args:
        org_guid: Id of the organization.
        body: What the report covers and which columns it has.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return await client.start(CREATE_REVENUE_EXPORT, org_guid, body=body, key=key)


SUBMITS: Final = (CREATE_NOMENCLATURE_IMPORT_TASK, CREATE_REVENUE_EXPORT)
