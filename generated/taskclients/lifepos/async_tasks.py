# Generated from lifepos.yaml by dragoman; edit the spec, then run `make generate`.
"""LIFE POS API: asynchronous tasks."""

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
    from taskclients_core import AsyncClient, Client, FileContent, Upload
    from taskclients_core.tasks import handles


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
    reconcile=Reconcile(
        match=(Match("/organization/guid", "$request.path.org_guid"),), unique=False, created="/created_at"
    ),
)


def start_create_nomenclature_import_task(
    client: Client,
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

    Like `create_nomenclature_import_task`, with a handle on the task that it begins.

    Args:
        org_guid: Id of the organization.
        body: The Excel file.
        import_strategy: Whether the file holds all goods or only changes. Assumed: The saved page has lost the names of
            the query parameters; this one is a member of the task.
        use_good_name: Whether goods are recognized by their name. Assumed: The saved page has lost the names of the
            query parameters; this one is a member of the task.
        use_barcodes_ean13: Whether goods are recognized by their EAN-13 bar code. Assumed: The saved page has lost the
            names of the query parameters; this one is a member of the task.
        use_barcodes_local: Whether goods are recognized by their own bar code. Assumed: The saved page has lost the
            names of the query parameters; this one is a member of the task.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `NOMENCLATURE_IMPORT` says how it is followed.

    Raises:
        ApiError: the server answers 401, 403, 404, 422, 429 or 500.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page: https://docs.life-pos.ru/docs/api/lpos_api_v6/create-nomenclature-import-task
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
    client: AsyncClient,
    org_guid: UUID,
    body: FileContent | Upload,
    *,
    import_strategy: models.NomenclatureImportStrategies | None = None,
    use_good_name: bool | None = None,
    use_barcodes_ean13: bool | None = None,
    use_barcodes_local: bool | None = None,
    key: str | None = None,
) -> handles.AsyncTask[models.NomenclatureImportTask, None]:
    """Async twin of `start_create_nomenclature_import_task`."""
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
    reconcile=Reconcile(
        match=(Match("/organization/guid", "$request.path.org_guid"),), unique=False, created="/created_at"
    ),
)


def start_create_revenue_export(
    client: Client, org_guid: UUID, body: models.RevenueExportParameters, *, key: str | None = None
) -> handles.Task[models.RevenueExportTask, UUID | None]:
    """Start an export of the revenue by periods to a CSV file.

    Like `create_revenue_export`, with a handle on the task that it begins.

    Args:
        org_guid: Id of the organization.
        body: What the report covers and which columns it has.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `REVENUE_EXPORT` says how it is followed.

    Raises:
        ApiError: the server answers 401, 403, 404, 422, 429 or 500.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page:
    https://docs.life-pay.ru/docs/api/lpos_api_v5/%D0%B4%D0%BE%D0%B1%D0%B0%D0%B2%D0%BB%D1%8F%D0%B5%D1%82-%D0%BD%D0%BE%D0%B2%D1%83%D1%8E-%D0%B0%D1%81%D0%B8%D0%BD%D1%85%D1%80%D0%BE%D0%BD%D0%BD%D1%83%D1%8E-%D0%B7%D0%B0%D0%B4%D0%B0%D1%87%D1%83-%D0%BD%D0%B0-%D1%8D%D0%BA%D1%81%D0%BF%D0%BE%D1%80%D1%82-%D0%B2%D1%8B%D1%80%D1%83%D1%87%D0%BA%D0%B8-%D0%BF%D0%BE-%D0%BF%D0%B5%D1%80%D0%B8%D0%BE%D0%B4%D0%B0%D0%BC-%D0%BF%D0%BE-%D0%B2%D1%8B%D1%80%D1%83%D1%87%D0%BA%D0%B5-%D0%B2-csv
    """
    return client.start(CREATE_REVENUE_EXPORT, org_guid, body=body, key=key)


async def start_create_revenue_export_async(
    client: AsyncClient, org_guid: UUID, body: models.RevenueExportParameters, *, key: str | None = None
) -> handles.AsyncTask[models.RevenueExportTask, UUID | None]:
    """Async twin of `start_create_revenue_export`."""
    return await client.start(CREATE_REVENUE_EXPORT, org_guid, body=body, key=key)


SUBMITS: Final = (CREATE_NOMENCLATURE_IMPORT_TASK, CREATE_REVENUE_EXPORT)
