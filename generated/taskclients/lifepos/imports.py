# Generated from lifepos.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Imports of goods."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from taskclients_core import AsyncPages, Binary, FileContent, Operation, Pages, Pagination, Path, Query, Upload

from . import models

if TYPE_CHECKING:
    from .client import AsyncLifePosClient, LifePosClient

ERRORS: Final[dict[int | str, object]] = {
    401: models.ErrorBody,
    403: models.ErrorBody,
    404: models.ErrorBody,
    422: models.ErrorBody,
    429: models.ErrorBody,
    500: models.ErrorBody,
}

LIST_NOMENCLATURE_IMPORT_TASKS: Final = Operation(
    "lifepos.list_nomenclature_import_tasks",
    "GET",
    "/v5/orgs/{org_guid}/async/imports/nomenclature",
    parameters=(
        Path("org_guid", UUID),
        Query("page_token", str),
        Query("presentation", models.PresentationModes),
        Query("created_from", datetime),
        Query("created_to", datetime),
        Query("updated_from", datetime),
        Query("updated_to", datetime),
        Query("order_by", models.AsyncTaskOrdering),
        Query("task_status", list[models.AsyncTaskStatuses]),
    ),
    returns=models.NomenclatureImportTaskList,
    errors=ERRORS,
    pagination=Pagination(items="items", token="next_page_token", parameter="page_token"),
)


def list_nomenclature_import_tasks(
    client: LifePosClient,
    org_guid: UUID,
    *,
    page_token: str | None = None,
    presentation: models.PresentationModes | None = None,
    created_from: datetime | None = None,
    created_to: datetime | None = None,
    updated_from: datetime | None = None,
    updated_to: datetime | None = None,
    order_by: models.AsyncTaskOrdering | None = None,
    task_status: list[models.AsyncTaskStatuses] | None = None,
) -> Pages[models.NomenclatureImportTaskList, models.NomenclatureImportTask]:
    """List the imports of goods that the user started.

    The server decides how many tasks a page holds.

    Args:
        org_guid: Id of the organization.
        page_token: Which page; leave out for the first one.
        presentation: How much of each task is shown.
        created_from: Only tasks created at this time or later. Assumed: The page does not say which bounds are
            inclusive; the page of a sibling list does.
        created_to: Only tasks created before this time. Assumed: The page does not say which bounds are inclusive; the
            page of a sibling list does.
        updated_from: Only tasks changed at this time or later. Assumed: The page does not say which bounds are
            inclusive; the page of a sibling list does.
        updated_to: Only tasks changed before this time. Assumed: The page does not say which bounds are inclusive; the
            page of a sibling list does.
        order_by: Order of the tasks.
        task_status: Only tasks in one of these states. Assumed: The page does not say how several values are written;
            other lists of this API repeat the key.

    Returns:
        Lazy `Pages` of `NomenclatureImportTask`: iterate over the items of all pages, or fetch one page with `.page()`.

    Raises:
        ApiError: 401, 403, 404, 422, 429 or 500.

    Assumed: The saved page shows the successful answer only; the errors are those of the neighbouring operations.

    Source: https://docs.life-pos.ru/docs/api/lpos_api_v5/list-nomenclature-import-task
    """
    return client.pages(
        LIST_NOMENCLATURE_IMPORT_TASKS,
        org_guid,
        page_token,
        presentation,
        created_from,
        created_to,
        updated_from,
        updated_to,
        order_by,
        task_status,
    )


def list_nomenclature_import_tasks_async(
    client: AsyncLifePosClient,
    org_guid: UUID,
    *,
    page_token: str | None = None,
    presentation: models.PresentationModes | None = None,
    created_from: datetime | None = None,
    created_to: datetime | None = None,
    updated_from: datetime | None = None,
    updated_to: datetime | None = None,
    order_by: models.AsyncTaskOrdering | None = None,
    task_status: list[models.AsyncTaskStatuses] | None = None,
) -> AsyncPages[models.NomenclatureImportTaskList, models.NomenclatureImportTask]:
    """List the imports of goods that the user started.

    Async twin of `list_nomenclature_import_tasks`.

    Args:
        org_guid: Id of the organization.
        page_token: Which page; leave out for the first one.
        presentation: How much of each task is shown.
        created_from: Only tasks created at this time or later.
        created_to: Only tasks created before this time.
        updated_from: Only tasks changed at this time or later.
        updated_to: Only tasks changed before this time.
        order_by: Order of the tasks.
        task_status: Only tasks in one of these states.
    """
    return client.pages(
        LIST_NOMENCLATURE_IMPORT_TASKS,
        org_guid,
        page_token,
        presentation,
        created_from,
        created_to,
        updated_from,
        updated_to,
        order_by,
        task_status,
    )


CREATE_NOMENCLATURE_IMPORT_TASK: Final = Operation(
    "lifepos.create_nomenclature_import_task",
    "POST",
    "/orgs/{org_guid}/async/imports/nomenclature:new.xlsx",
    parameters=(
        Path("org_guid", UUID),
        Query("import_strategy", models.NomenclatureImportStrategies),
        Query("use_good_name", bool),
        Query("use_barcodes_ean13", bool),
        Query("use_barcodes_local", bool),
    ),
    body=Binary("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    returns=models.NomenclatureImportTask,
    errors=ERRORS,
)


def create_nomenclature_import_task(
    client: LifePosClient,
    org_guid: UUID,
    body: FileContent | Upload,
    *,
    import_strategy: models.NomenclatureImportStrategies | None = None,
    use_good_name: bool | None = None,
    use_barcodes_ean13: bool | None = None,
    use_barcodes_local: bool | None = None,
) -> models.NomenclatureImportTask:
    """Start an import of goods from an Excel file.

    Answers with the new task, which is then found in the list of imports.

    `begin_create_nomenclature_import_task` returns a handle that waits for the task.

    Args:
        org_guid: Id of the organization.
        body: The Excel file.
        import_strategy: Scope of the file: all goods or only changes. Assumed: The saved page has lost the names of the
            query parameters; this one is a member of the task.
        use_good_name: Whether goods are recognized by their name. Assumed: The saved page has lost the names of the
            query parameters; this one is a member of the task.
        use_barcodes_ean13: Whether goods are recognized by their EAN-13 bar code. Assumed: The saved page has lost the
            names of the query parameters; this one is a member of the task.
        use_barcodes_local: Whether goods are recognized by their own bar code. Assumed: The saved page has lost the
            names of the query parameters; this one is a member of the task.

    Returns:
        The new task.

    Raises:
        ApiError: 401, 403, 404, 422, 429 or 500.

    Source: https://docs.life-pos.ru/docs/api/lpos_api_v6/create-nomenclature-import-task
    """
    return client.call(
        CREATE_NOMENCLATURE_IMPORT_TASK,
        org_guid,
        import_strategy,
        use_good_name,
        use_barcodes_ean13,
        use_barcodes_local,
        body=body,
    )


async def create_nomenclature_import_task_async(
    client: AsyncLifePosClient,
    org_guid: UUID,
    body: FileContent | Upload,
    *,
    import_strategy: models.NomenclatureImportStrategies | None = None,
    use_good_name: bool | None = None,
    use_barcodes_ean13: bool | None = None,
    use_barcodes_local: bool | None = None,
) -> models.NomenclatureImportTask:
    """Start an import of goods from an Excel file.

    Async twin of `create_nomenclature_import_task`.

    Args:
        org_guid: Id of the organization.
        body: The Excel file.
        import_strategy: Scope of the file: all goods or only changes.
        use_good_name: Whether goods are recognized by their name.
        use_barcodes_ean13: Whether goods are recognized by their EAN-13 bar code.
        use_barcodes_local: Whether goods are recognized by their own bar code.
    """
    return await client.call(
        CREATE_NOMENCLATURE_IMPORT_TASK,
        org_guid,
        import_strategy,
        use_good_name,
        use_barcodes_ean13,
        use_barcodes_local,
        body=body,
    )
