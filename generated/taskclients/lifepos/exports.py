# Generated from lifepos.yaml by dragoman; edit the spec, then run `make generate`.
"""Exports of reports."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from taskclients_core import AsyncClient, AsyncPages, Client, Json, Operation, Page, Pages, Path, Query

from .models import (
    AsyncTaskOrdering,
    AsyncTaskStatuses,
    ErrorBody,
    PresentationModes,
    RevenueExportParameters,
    RevenueExportTask,
    RevenueExportTaskList,
)

ERRORS: Final[dict[int | str, object]] = {
    401: ErrorBody,
    403: ErrorBody,
    404: ErrorBody,
    422: ErrorBody,
    429: ErrorBody,
    500: ErrorBody,
}

CREATE_REVENUE_EXPORT: Final = Operation(
    "lifepos.create_revenue_export",
    "POST",
    "/v5/orgs/{org_guid}/async/exports/revenueperiods:new.csv",
    parameters=(Path("org_guid", UUID),),
    body=Json(RevenueExportParameters),
    returns=RevenueExportTask,
    errors=ERRORS,
)


def create_revenue_export(client: Client, org_guid: UUID, body: RevenueExportParameters) -> RevenueExportTask:
    """Start an export of the revenue by periods to a CSV file.

    Answers with the new task, which is then found in the list of exports.

    Args:
        org_guid: Id of the organization.
        body: What the report covers and which columns it has.

    Returns:
        The new task.

    Raises:
        ApiError: the server answers 401, 403, 404, 422, 429 or 500.

    Page:
    https://docs.life-pay.ru/docs/api/lpos_api_v5/%D0%B4%D0%BE%D0%B1%D0%B0%D0%B2%D0%BB%D1%8F%D0%B5%D1%82-%D0%BD%D0%BE%D0%B2%D1%83%D1%8E-%D0%B0%D1%81%D0%B8%D0%BD%D1%85%D1%80%D0%BE%D0%BD%D0%BD%D1%83%D1%8E-%D0%B7%D0%B0%D0%B4%D0%B0%D1%87%D1%83-%D0%BD%D0%B0-%D1%8D%D0%BA%D1%81%D0%BF%D0%BE%D1%80%D1%82-%D0%B2%D1%8B%D1%80%D1%83%D1%87%D0%BA%D0%B8-%D0%BF%D0%BE-%D0%BF%D0%B5%D1%80%D0%B8%D0%BE%D0%B4%D0%B0%D0%BC-%D0%BF%D0%BE-%D0%B2%D1%8B%D1%80%D1%83%D1%87%D0%BA%D0%B5-%D0%B2-csv
    """
    return client.call(CREATE_REVENUE_EXPORT, org_guid, body=body)


async def create_revenue_export_async(
    client: AsyncClient, org_guid: UUID, body: RevenueExportParameters
) -> RevenueExportTask:
    """Async twin of `create_revenue_export`."""
    return await client.call(CREATE_REVENUE_EXPORT, org_guid, body=body)


LIST_REVENUE_EXPORTS: Final = Operation(
    "lifepos.list_revenue_exports",
    "GET",
    "/orgs/{org_guid}/async/exports/revenuereports",
    parameters=(
        Path("org_guid", UUID),
        Query("page_token", str),
        Query("presentation", PresentationModes),
        Query("order_by", AsyncTaskOrdering),
        Query("task_status", list[AsyncTaskStatuses]),
    ),
    returns=RevenueExportTaskList,
    errors=ERRORS,
    page=Page(items="items", token="next_page_token", parameter="page_token"),
)


def list_revenue_exports(
    client: Client,
    org_guid: UUID,
    *,
    page_token: str | None = None,
    presentation: PresentationModes | None = None,
    order_by: AsyncTaskOrdering | None = None,
    task_status: list[AsyncTaskStatuses] | None = None,
) -> Pages[RevenueExportTaskList, RevenueExportTask]:
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
        One page of tasks.

    Raises:
        ApiError: the server answers 401, 403, 404, 422, 429 or 500.

    Page: https://docs.life-pay.ru/docs/api/lpos_api_v6/list-revenue-reports-export-task
    """
    return client.pages(LIST_REVENUE_EXPORTS, org_guid, page_token, presentation, order_by, task_status)


def list_revenue_exports_async(
    client: AsyncClient,
    org_guid: UUID,
    *,
    page_token: str | None = None,
    presentation: PresentationModes | None = None,
    order_by: AsyncTaskOrdering | None = None,
    task_status: list[AsyncTaskStatuses] | None = None,
) -> AsyncPages[RevenueExportTaskList, RevenueExportTask]:
    """Async twin of `list_revenue_exports`."""
    return client.pages(LIST_REVENUE_EXPORTS, org_guid, page_token, presentation, order_by, task_status)
