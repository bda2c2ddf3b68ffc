# Generated from booster.yaml by dragoman; edit the spec, then run `make generate`.
"""Richemont Booster PublicApi: asynchronous tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core.tasks.definition import (
    Bound,
    Kind,
    Link,
    Links,
    Listed,
    Match,
    ProgressAt,
    Reconcile,
    State,
    Submit,
    Test,
    Timing,
)
from taskclients_core.tasks.phases import Phase

from . import exports, models, tasks

if TYPE_CHECKING:
    from taskclients_core import AsyncClient, Client
    from taskclients_core.tasks import handles
    from taskclients_core.tasks.download.file import DownloadableFile


TASK: Final[Kind[models.Task, DownloadableFile]] = Kind(
    name="booster.task",
    model=models.Task,
    observe=Listed(call=Bound(tasks.LIST_TASKS), items="", key="/asyncTaskId"),
    state=State(
        at="/status",
        phases={"REQ": Phase.QUEUED, "INP": Phase.RUNNING, "COM": Phase.SUCCEEDED, "ERR": Phase.FAILED},
        partial=Test(at="/totalFailed", above=0),
    ),
    timing=Timing(rate=(30, 60.0)),
    progress=ProgressAt(percent="/percentage"),
    result=Links(links=(Link(at="/signedDownloadUrl", expires="url"), Link(at="/downloadUrl", api_credentials=True))),
)
"""An export or import that runs on the server.

Assumed: The pages give the states as examples without a meaning and say nothing about polling: phases are read from the
abbreviations, intervals and rate are our own. That downloadUrl takes the API's credentials is a guess.
"""


REQUEST_IMPORT: Final = Submit(
    operation=tasks.REQUEST_IMPORT,
    kind=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=Reconcile(match=(Match("/brand", "$request.body#/brand"),), unique=False),
)


def start_request_import(
    client: Client, body: models.ImportRequest, *, key: str | None = None
) -> handles.Task[models.Task, DownloadableFile]:
    """Import the sell-outs and customers of a file.

    Like `request_import`, with a handle on the task that it begins.

    Args:
        body: What is sent.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `TASK` says how it is followed.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page: https://dev-api-booster.richemont.com/json/metadata?op=ImportRequest
    """
    return client.start(REQUEST_IMPORT, body=body, key=key)


async def start_request_import_async(
    client: AsyncClient, body: models.ImportRequest, *, key: str | None = None
) -> handles.AsyncTask[models.Task, DownloadableFile]:
    """Async twin of `start_request_import`."""
    return await client.start(REQUEST_IMPORT, body=body, key=key)


EXPORT_CUSTOMER: Final = Submit(
    operation=exports.EXPORT_CUSTOMER,
    kind=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=Reconcile(match=(Match("/brand", "$request.body#/brand"),), unique=False),
)


def start_export_customer(
    client: Client, body: models.ExportCustomer, *, key: str | None = None
) -> handles.Task[models.Task, DownloadableFile]:
    """Start an export of customers.

    Like `export_customer`, with a handle on the task that it begins.

    Args:
        body: What is sent.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `TASK` says how it is followed.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page: https://dev-api-booster.richemont.com/json/metadata?op=ExportCustomer
    """
    return client.start(EXPORT_CUSTOMER, body=body, key=key)


async def start_export_customer_async(
    client: AsyncClient, body: models.ExportCustomer, *, key: str | None = None
) -> handles.AsyncTask[models.Task, DownloadableFile]:
    """Async twin of `start_export_customer`."""
    return await client.start(EXPORT_CUSTOMER, body=body, key=key)


EXPORT_STOCK: Final = Submit(
    operation=exports.EXPORT_STOCK,
    kind=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=Reconcile(match=(Match("/brand", "$request.body#/brand"),), unique=False),
)


def start_export_stock(
    client: Client, body: models.ExportStock, *, key: str | None = None
) -> handles.Task[models.Task, DownloadableFile]:
    """Start an export of the stock.

    Like `export_stock`, with a handle on the task that it begins.

    Args:
        body: What is sent.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `TASK` says how it is followed.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page: https://dev-api-booster.richemont.com/jsv/metadata?op=ExportStock
    """
    return client.start(EXPORT_STOCK, body=body, key=key)


async def start_export_stock_async(
    client: AsyncClient, body: models.ExportStock, *, key: str | None = None
) -> handles.AsyncTask[models.Task, DownloadableFile]:
    """Async twin of `start_export_stock`."""
    return await client.start(EXPORT_STOCK, body=body, key=key)


EXPORT_MOVEMENT: Final = Submit(
    operation=exports.EXPORT_MOVEMENT,
    kind=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=Reconcile(match=(Match("/brand", "$request.body#/brand"),), unique=False),
)


def start_export_movement(
    client: Client, body: models.ExportMovement, *, key: str | None = None
) -> handles.Task[models.Task, DownloadableFile]:
    """Start an export of stock movements.

    Like `export_movement`, with a handle on the task that it begins.

    Args:
        body: What is sent.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `TASK` says how it is followed.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page: https://dev-api-booster.richemont.com/jsv/metadata?op=ExportMovement
    """
    return client.start(EXPORT_MOVEMENT, body=body, key=key)


async def start_export_movement_async(
    client: AsyncClient, body: models.ExportMovement, *, key: str | None = None
) -> handles.AsyncTask[models.Task, DownloadableFile]:
    """Async twin of `start_export_movement`."""
    return await client.start(EXPORT_MOVEMENT, body=body, key=key)


EXPORT_SELL_OUT: Final = Submit(
    operation=exports.EXPORT_SELL_OUT,
    kind=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=Reconcile(match=(Match("/brand", "$request.body#/brand"),), unique=False),
)


def start_export_sell_out(
    client: Client, body: models.ExportSellOut, *, key: str | None = None
) -> handles.Task[models.Task, DownloadableFile]:
    """Start an export of sell-outs.

    Like `export_sell_out`, with a handle on the task that it begins.

    Args:
        body: What is sent.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `TASK` says how it is followed.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page: https://dev-api-booster.richemont.com/jsonl/metadata?op=ExportSellOut
    """
    return client.start(EXPORT_SELL_OUT, body=body, key=key)


async def start_export_sell_out_async(
    client: AsyncClient, body: models.ExportSellOut, *, key: str | None = None
) -> handles.AsyncTask[models.Task, DownloadableFile]:
    """Async twin of `start_export_sell_out`."""
    return await client.start(EXPORT_SELL_OUT, body=body, key=key)


EXPORT_ORDER: Final = Submit(
    operation=exports.EXPORT_ORDER,
    kind=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=Reconcile(match=(Match("/brand", "$request.body#/brand"),), unique=False),
)


def start_export_order(
    client: Client, body: models.ExportOrder, *, key: str | None = None
) -> handles.Task[models.Task, DownloadableFile]:
    """Start an export of orders.

    Like `export_order`, with a handle on the task that it begins.

    Args:
        body: What is sent.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `TASK` says how it is followed.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page: https://dev-api-booster.richemont.com/jsv/metadata?op=ExportOrder
    """
    return client.start(EXPORT_ORDER, body=body, key=key)


async def start_export_order_async(
    client: AsyncClient, body: models.ExportOrder, *, key: str | None = None
) -> handles.AsyncTask[models.Task, DownloadableFile]:
    """Async twin of `start_export_order`."""
    return await client.start(EXPORT_ORDER, body=body, key=key)


EXPORT_INVOICE: Final = Submit(
    operation=exports.EXPORT_INVOICE,
    kind=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=Reconcile(match=(Match("/brand", "$request.body#/brand"),), unique=False),
)


def start_export_invoice(
    client: Client, body: models.ExportInvoice, *, key: str | None = None
) -> handles.Task[models.Task, DownloadableFile]:
    """Start an export of invoices.

    Like `export_invoice`, with a handle on the task that it begins.

    Args:
        body: What is sent.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.

    Returns:
        A handle on the task; `TASK` says how it is followed.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.
        SubmitUnknown: whether the task was begun is not known; nothing is sent twice.
        JournalError: the journal cannot be written.

    Page: https://dev-api-booster.richemont.com/csv/metadata?op=ExportInvoice
    """
    return client.start(EXPORT_INVOICE, body=body, key=key)


async def start_export_invoice_async(
    client: AsyncClient, body: models.ExportInvoice, *, key: str | None = None
) -> handles.AsyncTask[models.Task, DownloadableFile]:
    """Async twin of `start_export_invoice`."""
    return await client.start(EXPORT_INVOICE, body=body, key=key)


SUBMITS: Final = (
    REQUEST_IMPORT,
    EXPORT_CUSTOMER,
    EXPORT_STOCK,
    EXPORT_MOVEMENT,
    EXPORT_SELL_OUT,
    EXPORT_ORDER,
    EXPORT_INVOICE,
)
