# Generated from booster.yaml by dragoman; edit the spec, then run `make generate`.
"""Richemont Booster PublicApi: asynchronous tasks.

Each `start_...` function calls an operation and returns a handle on the task that it begins. Besides the errors of the
operation, it raises `SubmitUnknown` when it is not known whether the task was begun (nothing is sent twice), and
`JournalError` when the journal cannot be written.
"""

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
    from taskclients_core.tasks import handles
    from taskclients_core.tasks.download.file import DownloadableFile

    from .client import AsyncBoosterClient, BoosterClient

RECONCILE: Final = Reconcile(match=(Match("/brand", "$request.body#/brand"),), unique=False)
"""Criteria by which most tasks are found again when it is not known whether their start succeeded."""


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
    reconcile=RECONCILE,
)


def start_request_import(
    client: BoosterClient, body: models.ImportRequest, *, key: str | None = None
) -> handles.Task[models.Task, DownloadableFile]:
    """Import the sell-outs and customers of a file.

    Call `request_import` and return a handle on the task that it begins; see `TASK`.

    Args:
        body: Which file to import. Its `brand` also fills the path.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return client.start(REQUEST_IMPORT, body=body, key=key)


async def start_request_import_async(
    client: AsyncBoosterClient, body: models.ImportRequest, *, key: str | None = None
) -> handles.AsyncTask[models.Task, DownloadableFile]:
    """Import the sell-outs and customers of a file.

    Async twin of `start_request_import`.

    Args:
        body: Which file to import. Its `brand` also fills the path.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return await client.start(REQUEST_IMPORT, body=body, key=key)


EXPORT_CUSTOMER: Final = Submit(
    operation=exports.EXPORT_CUSTOMER,
    kind=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=RECONCILE,
)


def start_export_customer(
    client: BoosterClient, body: models.ExportCustomer, *, key: str | None = None
) -> handles.Task[models.Task, DownloadableFile]:
    """Start an export of customers.

    Call `export_customer` and return a handle on the task that it begins; see `TASK`.

    Args:
        body: Which customers to export. Its `brand` also fills the path.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return client.start(EXPORT_CUSTOMER, body=body, key=key)


async def start_export_customer_async(
    client: AsyncBoosterClient, body: models.ExportCustomer, *, key: str | None = None
) -> handles.AsyncTask[models.Task, DownloadableFile]:
    """Start an export of customers.

    Async twin of `start_export_customer`.

    Args:
        body: Which customers to export. Its `brand` also fills the path.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return await client.start(EXPORT_CUSTOMER, body=body, key=key)


EXPORT_STOCK: Final = Submit(
    operation=exports.EXPORT_STOCK,
    kind=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=RECONCILE,
)


def start_export_stock(
    client: BoosterClient, body: models.ExportStock, *, key: str | None = None
) -> handles.Task[models.Task, DownloadableFile]:
    """Start an export of the stock.

    Call `export_stock` and return a handle on the task that it begins; see `TASK`.

    Args:
        body: Which stock to export. Its `brand` also fills the path.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return client.start(EXPORT_STOCK, body=body, key=key)


async def start_export_stock_async(
    client: AsyncBoosterClient, body: models.ExportStock, *, key: str | None = None
) -> handles.AsyncTask[models.Task, DownloadableFile]:
    """Start an export of the stock.

    Async twin of `start_export_stock`.

    Args:
        body: Which stock to export. Its `brand` also fills the path.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return await client.start(EXPORT_STOCK, body=body, key=key)


EXPORT_MOVEMENT: Final = Submit(
    operation=exports.EXPORT_MOVEMENT,
    kind=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=RECONCILE,
)


def start_export_movement(
    client: BoosterClient, body: models.ExportMovement, *, key: str | None = None
) -> handles.Task[models.Task, DownloadableFile]:
    """Start an export of stock movements.

    Call `export_movement` and return a handle on the task that it begins; see `TASK`.

    Args:
        body: Which stock movements to export. Its `brand` also fills the path.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return client.start(EXPORT_MOVEMENT, body=body, key=key)


async def start_export_movement_async(
    client: AsyncBoosterClient, body: models.ExportMovement, *, key: str | None = None
) -> handles.AsyncTask[models.Task, DownloadableFile]:
    """Start an export of stock movements.

    Async twin of `start_export_movement`.

    Args:
        body: Which stock movements to export. Its `brand` also fills the path.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return await client.start(EXPORT_MOVEMENT, body=body, key=key)


EXPORT_SELL_OUT: Final = Submit(
    operation=exports.EXPORT_SELL_OUT,
    kind=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=RECONCILE,
)


def start_export_sell_out(
    client: BoosterClient, body: models.ExportSellOut, *, key: str | None = None
) -> handles.Task[models.Task, DownloadableFile]:
    """Start an export of sell-outs.

    Call `export_sell_out` and return a handle on the task that it begins; see `TASK`.

    Args:
        body: Which sell-outs to export. Its `brand` also fills the path.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return client.start(EXPORT_SELL_OUT, body=body, key=key)


async def start_export_sell_out_async(
    client: AsyncBoosterClient, body: models.ExportSellOut, *, key: str | None = None
) -> handles.AsyncTask[models.Task, DownloadableFile]:
    """Start an export of sell-outs.

    Async twin of `start_export_sell_out`.

    Args:
        body: Which sell-outs to export. Its `brand` also fills the path.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return await client.start(EXPORT_SELL_OUT, body=body, key=key)


EXPORT_ORDER: Final = Submit(
    operation=exports.EXPORT_ORDER,
    kind=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=RECONCILE,
)


def start_export_order(
    client: BoosterClient, body: models.ExportOrder, *, key: str | None = None
) -> handles.Task[models.Task, DownloadableFile]:
    """Start an export of orders.

    Call `export_order` and return a handle on the task that it begins; see `TASK`.

    Args:
        body: Which orders to export. Its `brand` also fills the path.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return client.start(EXPORT_ORDER, body=body, key=key)


async def start_export_order_async(
    client: AsyncBoosterClient, body: models.ExportOrder, *, key: str | None = None
) -> handles.AsyncTask[models.Task, DownloadableFile]:
    """Start an export of orders.

    Async twin of `start_export_order`.

    Args:
        body: Which orders to export. Its `brand` also fills the path.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return await client.start(EXPORT_ORDER, body=body, key=key)


EXPORT_INVOICE: Final = Submit(
    operation=exports.EXPORT_INVOICE,
    kind=TASK,
    id="$response.body#/asyncTaskId",
    accepted=(200,),
    reconcile=RECONCILE,
)


def start_export_invoice(
    client: BoosterClient, body: models.ExportInvoice, *, key: str | None = None
) -> handles.Task[models.Task, DownloadableFile]:
    """Start an export of invoices.

    Call `export_invoice` and return a handle on the task that it begins; see `TASK`.

    Args:
        body: Which invoices to export. Its `brand` also fills the path.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
    return client.start(EXPORT_INVOICE, body=body, key=key)


async def start_export_invoice_async(
    client: AsyncBoosterClient, body: models.ExportInvoice, *, key: str | None = None
) -> handles.AsyncTask[models.Task, DownloadableFile]:
    """Start an export of invoices.

    Async twin of `start_export_invoice`.

    Args:
        body: Which invoices to export. Its `brand` also fills the path.
        key: Your own name for this start. With a journal, starting again under the same name sends nothing.
    """
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
