# Generated from booster.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Richemont Booster PublicApi: asynchronous tasks.

Each `begin_...` function calls an operation and returns a handle on the task that it begins. Besides the errors of the
operation, it raises `SubmissionUnknownError` when it is not known whether the task was begun (nothing is sent twice),
and `JournalError` when the journal cannot be written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core.tasks.definition import (
    BoundCall,
    Condition,
    DownloadLink,
    DownloadLinks,
    FromList,
    MatchRule,
    Phase,
    PollTiming,
    ProgressMapping,
    ReconcileRule,
    StatusMapping,
    Submission,
    TaskType,
)

from . import exports, models, tasks

if TYPE_CHECKING:
    from taskclients_core.tasks import handles
    from taskclients_core.tasks.download.links import DownloadableFile

    from .client import AsyncBoosterClient, BoosterClient

_RECONCILE: Final = ReconcileRule(match=(MatchRule("/brand", "$request.body#/brand"),), unique=False)


TASK: Final[TaskType[models.Task, DownloadableFile]] = TaskType(
    name="booster.task",
    model=models.Task,
    poll=FromList(call=BoundCall(tasks.LIST_TASKS), items="", key="/asyncTaskId", guid="N"),
    state=StatusMapping(
        at="/status",
        phases={"REQ": Phase.QUEUED, "INP": Phase.RUNNING, "COM": Phase.SUCCEEDED, "ERR": Phase.FAILED},
        partial=Condition(at="/totalFailed", above=0),
    ),
    timing=PollTiming(rate=(30, 60.0)),
    progress=ProgressMapping(percent="/percentage"),
    result=DownloadLinks(
        links=(
            DownloadLink(at="/signedDownloadUrl", expires="url"),
            DownloadLink(at="/downloadUrl", api_credentials=True),
        )
    ),
)
"""An export or import that runs on the server.

Assumed: The pages give the states as examples without a meaning and say nothing about polling: phases are read from the
abbreviations, intervals and rate are our own. That downloadUrl takes the API's credentials is a guess.
"""


REQUEST_IMPORT: Final = Submission(
    operation=tasks.REQUEST_IMPORT,
    task_type=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=_RECONCILE,
)


def begin_request_import(
    client: BoosterClient, body: models.ImportRequest, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.TaskHandle[models.Task, DownloadableFile]:
    """Import the sell-outs and customers of a file.

    Call `request_import` and return a handle on the task that it begins; see `TASK`.

    Args:
        body: Which file to import. Its `brand` also fills the path.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(REQUEST_IMPORT, body=body, idempotency_key=idempotency_key, restart=restart)


async def begin_request_import_async(
    client: AsyncBoosterClient, body: models.ImportRequest, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.AsyncTaskHandle[models.Task, DownloadableFile]:
    """Import the sell-outs and customers of a file.

    Async twin of `begin_request_import`.

    Args:
        body: Which file to import. Its `brand` also fills the path.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(REQUEST_IMPORT, body=body, idempotency_key=idempotency_key, restart=restart)


EXPORT_CUSTOMER: Final = Submission(
    operation=exports.EXPORT_CUSTOMER,
    task_type=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=_RECONCILE,
)


def begin_export_customer(
    client: BoosterClient, body: models.ExportCustomer, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.TaskHandle[models.Task, DownloadableFile]:
    """Start an export of customers.

    Call `export_customer` and return a handle on the task that it begins; see `TASK`.

    Args:
        body: Which customers to export. Its `brand` also fills the path.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(EXPORT_CUSTOMER, body=body, idempotency_key=idempotency_key, restart=restart)


async def begin_export_customer_async(
    client: AsyncBoosterClient,
    body: models.ExportCustomer,
    *,
    idempotency_key: str | None = None,
    restart: bool = False,
) -> handles.AsyncTaskHandle[models.Task, DownloadableFile]:
    """Start an export of customers.

    Async twin of `begin_export_customer`.

    Args:
        body: Which customers to export. Its `brand` also fills the path.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(EXPORT_CUSTOMER, body=body, idempotency_key=idempotency_key, restart=restart)


EXPORT_STOCK: Final = Submission(
    operation=exports.EXPORT_STOCK,
    task_type=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=_RECONCILE,
)


def begin_export_stock(
    client: BoosterClient, body: models.ExportStock, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.TaskHandle[models.Task, DownloadableFile]:
    """Start an export of the stock.

    Call `export_stock` and return a handle on the task that it begins; see `TASK`.

    Args:
        body: Which stock to export. Its `brand` also fills the path.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(EXPORT_STOCK, body=body, idempotency_key=idempotency_key, restart=restart)


async def begin_export_stock_async(
    client: AsyncBoosterClient, body: models.ExportStock, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.AsyncTaskHandle[models.Task, DownloadableFile]:
    """Start an export of the stock.

    Async twin of `begin_export_stock`.

    Args:
        body: Which stock to export. Its `brand` also fills the path.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(EXPORT_STOCK, body=body, idempotency_key=idempotency_key, restart=restart)


EXPORT_MOVEMENT: Final = Submission(
    operation=exports.EXPORT_MOVEMENT,
    task_type=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=_RECONCILE,
)


def begin_export_movement(
    client: BoosterClient, body: models.ExportMovement, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.TaskHandle[models.Task, DownloadableFile]:
    """Start an export of stock movements.

    Call `export_movement` and return a handle on the task that it begins; see `TASK`.

    Args:
        body: Which stock movements to export. Its `brand` also fills the path.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(EXPORT_MOVEMENT, body=body, idempotency_key=idempotency_key, restart=restart)


async def begin_export_movement_async(
    client: AsyncBoosterClient,
    body: models.ExportMovement,
    *,
    idempotency_key: str | None = None,
    restart: bool = False,
) -> handles.AsyncTaskHandle[models.Task, DownloadableFile]:
    """Start an export of stock movements.

    Async twin of `begin_export_movement`.

    Args:
        body: Which stock movements to export. Its `brand` also fills the path.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(EXPORT_MOVEMENT, body=body, idempotency_key=idempotency_key, restart=restart)


EXPORT_SELL_OUT: Final = Submission(
    operation=exports.EXPORT_SELL_OUT,
    task_type=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=_RECONCILE,
)


def begin_export_sell_out(
    client: BoosterClient, body: models.ExportSellOut, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.TaskHandle[models.Task, DownloadableFile]:
    """Start an export of sell-outs.

    Call `export_sell_out` and return a handle on the task that it begins; see `TASK`.

    Args:
        body: Which sell-outs to export. Its `brand` also fills the path.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(EXPORT_SELL_OUT, body=body, idempotency_key=idempotency_key, restart=restart)


async def begin_export_sell_out_async(
    client: AsyncBoosterClient, body: models.ExportSellOut, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.AsyncTaskHandle[models.Task, DownloadableFile]:
    """Start an export of sell-outs.

    Async twin of `begin_export_sell_out`.

    Args:
        body: Which sell-outs to export. Its `brand` also fills the path.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(EXPORT_SELL_OUT, body=body, idempotency_key=idempotency_key, restart=restart)


EXPORT_ORDER: Final = Submission(
    operation=exports.EXPORT_ORDER,
    task_type=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=_RECONCILE,
)


def begin_export_order(
    client: BoosterClient, body: models.ExportOrder, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.TaskHandle[models.Task, DownloadableFile]:
    """Start an export of orders.

    Call `export_order` and return a handle on the task that it begins; see `TASK`.

    Args:
        body: Which orders to export. Its `brand` also fills the path.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(EXPORT_ORDER, body=body, idempotency_key=idempotency_key, restart=restart)


async def begin_export_order_async(
    client: AsyncBoosterClient, body: models.ExportOrder, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.AsyncTaskHandle[models.Task, DownloadableFile]:
    """Start an export of orders.

    Async twin of `begin_export_order`.

    Args:
        body: Which orders to export. Its `brand` also fills the path.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(EXPORT_ORDER, body=body, idempotency_key=idempotency_key, restart=restart)


EXPORT_INVOICE: Final = Submission(
    operation=exports.EXPORT_INVOICE,
    task_type=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=_RECONCILE,
)


def begin_export_invoice(
    client: BoosterClient, body: models.ExportInvoice, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.TaskHandle[models.Task, DownloadableFile]:
    """Start an export of invoices.

    Call `export_invoice` and return a handle on the task that it begins; see `TASK`.

    Args:
        body: Which invoices to export. Its `brand` also fills the path.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return client.begin(EXPORT_INVOICE, body=body, idempotency_key=idempotency_key, restart=restart)


async def begin_export_invoice_async(
    client: AsyncBoosterClient, body: models.ExportInvoice, *, idempotency_key: str | None = None, restart: bool = False
) -> handles.AsyncTaskHandle[models.Task, DownloadableFile]:
    """Start an export of invoices.

    Async twin of `begin_export_invoice`.

    Args:
        body: Which invoices to export. Its `brand` also fills the path.
        idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing
            and returns the same task.
        restart: Begin another task if the one of `idempotency_key` failed or was cancelled.
    """
    return await client.begin(EXPORT_INVOICE, body=body, idempotency_key=idempotency_key, restart=restart)


SUBMISSIONS: Final = (
    REQUEST_IMPORT,
    EXPORT_CUSTOMER,
    EXPORT_STOCK,
    EXPORT_MOVEMENT,
    EXPORT_SELL_OUT,
    EXPORT_ORDER,
    EXPORT_INVOICE,
)
