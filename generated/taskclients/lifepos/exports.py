# Generated from lifepos.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Exports of reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from taskclients_core import AsyncPages, Json, Operation, Pages, Pagination, Path, Query

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

CREATE_REVENUE_EXPORT: Final = Operation(
    "lifepos.create_revenue_export",
    "POST",
    "/v5/orgs/{org_guid}/async/exports/revenueperiods:new.csv",
    parameters=(Path("org_guid", UUID),),
    body=Json(models.RevenueExportParameters),
    returns=models.RevenueExportTask,
    errors=ERRORS,
)


def create_revenue_export(
    client: LifePosClient, org_guid: UUID, body: models.RevenueExportParameters
) -> models.RevenueExportTask:
    """Start an export of the revenue by periods to a CSV file.

    Answers with the new task, which is then found in the list of exports.

    `begin_create_revenue_export` returns a handle that waits for the task and returns its result.

    Args:
        org_guid: Id of the organization.
        body: Scope and columns of the report.

    Returns:
        The new task.

    Raises:
        ApiError: 401, 403, 404, 422, 429 or 500.

    Source:
    https://docs.life-pay.ru/docs/api/lpos_api_v5/%D0%B4%D0%BE%D0%B1%D0%B0%D0%B2%D0%BB%D1%8F%D0%B5%D1%82-%D0%BD%D0%BE%D0%B2%D1%83%D1%8E-%D0%B0%D1%81%D0%B8%D0%BD%D1%85%D1%80%D0%BE%D0%BD%D0%BD%D1%83%D1%8E-%D0%B7%D0%B0%D0%B4%D0%B0%D1%87%D1%83-%D0%BD%D0%B0-%D1%8D%D0%BA%D1%81%D0%BF%D0%BE%D1%80%D1%82-%D0%B2%D1%8B%D1%80%D1%83%D1%87%D0%BA%D0%B8-%D0%BF%D0%BE-%D0%BF%D0%B5%D1%80%D0%B8%D0%BE%D0%B4%D0%B0%D0%BC-%D0%BF%D0%BE-%D0%B2%D1%8B%D1%80%D1%83%D1%87%D0%BA%D0%B5-%D0%B2-csv
    """
    return client.call(CREATE_REVENUE_EXPORT, org_guid, body=body)


async def create_revenue_export_async(
    client: AsyncLifePosClient, org_guid: UUID, body: models.RevenueExportParameters
) -> models.RevenueExportTask:
    """Start an export of the revenue by periods to a CSV file.

    Async twin of `create_revenue_export`.

    Args:
        org_guid: Id of the organization.
        body: Scope and columns of the report.
    """
    return await client.call(CREATE_REVENUE_EXPORT, org_guid, body=body)


LIST_REVENUE_EXPORTS: Final = Operation(
    "lifepos.list_revenue_exports",
    "GET",
    "/orgs/{org_guid}/async/exports/revenuereports",
    parameters=(
        Path("org_guid", UUID),
        Query("page_token", str),
        Query("presentation", models.PresentationModes),
        Query("order_by", models.AsyncTaskOrdering),
        Query("task_status", list[models.AsyncTaskStatuses]),
    ),
    returns=models.RevenueExportTaskList,
    errors=ERRORS,
    pagination=Pagination(items="items", token="next_page_token", parameter="page_token"),
)


def list_revenue_exports(
    client: LifePosClient,
    org_guid: UUID,
    *,
    page_token: str | None = None,
    presentation: models.PresentationModes | None = None,
    order_by: models.AsyncTaskOrdering | None = None,
    task_status: list[models.AsyncTaskStatuses] | None = None,
) -> Pages[models.RevenueExportTaskList, models.RevenueExportTask]:
    """List the exports of revenue reports.

    The server decides how many tasks a page holds.

    Args:
        org_guid: Id of the organization.
        page_token: Which page; leave out for the first one. Assumed: The saved page has lost the names of the query
            parameters; the answer carries a next_page_token.
        presentation: How much of each task is shown. Assumed: The saved page shows the values without the name, which
            is that of the list of imports.
        order_by: Order of the tasks. Assumed: The saved page shows the values without the name, which is that of the
            list of imports.
        task_status: Only tasks in one of these states. Assumed: The saved page shows the values without the name, which
            is that of the list of imports; other lists of this API repeat the key for several values.

    Returns:
        Lazy `Pages` of `RevenueExportTask`: iterate over the items of all pages, or fetch one page with `.page()`.

    Raises:
        ApiError: 401, 403, 404, 422, 429 or 500.

    Source: https://docs.life-pay.ru/docs/api/lpos_api_v6/list-revenue-reports-export-task
    """
    return client.pages(LIST_REVENUE_EXPORTS, org_guid, page_token, presentation, order_by, task_status)


def list_revenue_exports_async(
    client: AsyncLifePosClient,
    org_guid: UUID,
    *,
    page_token: str | None = None,
    presentation: models.PresentationModes | None = None,
    order_by: models.AsyncTaskOrdering | None = None,
    task_status: list[models.AsyncTaskStatuses] | None = None,
) -> AsyncPages[models.RevenueExportTaskList, models.RevenueExportTask]:
    """List the exports of revenue reports.

    Async twin of `list_revenue_exports`.

    Args:
        org_guid: Id of the organization.
        page_token: Which page; leave out for the first one.
        presentation: How much of each task is shown.
        order_by: Order of the tasks.
        task_status: Only tasks in one of these states.
    """
    return client.pages(LIST_REVENUE_EXPORTS, org_guid, page_token, presentation, order_by, task_status)
