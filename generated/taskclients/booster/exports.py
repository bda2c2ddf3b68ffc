# Generated from booster.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Requests that export data to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from taskclients_core import Json, Operation, Path

from . import models

if TYPE_CHECKING:
    from .client import AsyncBoosterClient, BoosterClient

ERRORS: Final[dict[int | str, object]] = {
    400: models.ErrorResponse,
    401: models.ErrorResponse,
    403: models.ErrorResponse,
    404: models.ErrorResponse,
    405: models.ErrorResponse,
    409: models.ErrorResponse,
    500: models.ErrorResponse,
}

EXPORT_CUSTOMER: Final = Operation(
    "booster.export_customer",
    "POST",
    "/customer/{brand}/export",
    parameters=(Path("brand", str, from_body="/brand"),),
    body=Json(models.ExportCustomer),
    returns=models.ExportCustomerResponse,
    errors=ERRORS,
)


def export_customer(client: BoosterClient, body: models.ExportCustomer) -> models.ExportCustomerResponse:
    """Start an export of customers.

    `begin_export_customer` returns a handle that waits for the task and downloads its file.

    Args:
        body: Which customers to export. Its `brand` also fills the path.

    Returns:
        A response with `async_task_id`: Id of the task that writes the file.

    Raises:
        ApiError: 400, 401, 403, 404, 405, 409 or 500.

    Source: https://dev-api-booster.richemont.com/json/metadata?op=ExportCustomer
    """
    return client.call(EXPORT_CUSTOMER, body=body)


async def export_customer_async(
    client: AsyncBoosterClient, body: models.ExportCustomer
) -> models.ExportCustomerResponse:
    """Start an export of customers.

    Async twin of `export_customer`.

    Args:
        body: Which customers to export. Its `brand` also fills the path.
    """
    return await client.call(EXPORT_CUSTOMER, body=body)


EXPORT_STOCK: Final = Operation(
    "booster.export_stock",
    "POST",
    "/stock/{brand}/export",
    parameters=(Path("brand", str, from_body="/brand"),),
    body=Json(models.ExportStock),
    returns=models.ExportStockResponse,
    errors=ERRORS,
)


def export_stock(client: BoosterClient, body: models.ExportStock) -> models.ExportStockResponse:
    """Start an export of the stock.

    `begin_export_stock` returns a handle that waits for the task and downloads its file.

    Args:
        body: Which stock to export. Its `brand` also fills the path.

    Returns:
        A response with `async_task_id`: Id of the task that writes the file.

    Raises:
        ApiError: 400, 401, 403, 404, 405, 409 or 500.

    Source: https://dev-api-booster.richemont.com/jsv/metadata?op=ExportStock
    """
    return client.call(EXPORT_STOCK, body=body)


async def export_stock_async(client: AsyncBoosterClient, body: models.ExportStock) -> models.ExportStockResponse:
    """Start an export of the stock.

    Async twin of `export_stock`.

    Args:
        body: Which stock to export. Its `brand` also fills the path.
    """
    return await client.call(EXPORT_STOCK, body=body)


EXPORT_MOVEMENT: Final = Operation(
    "booster.export_movement",
    "POST",
    "/stock/{brand}/movement/export",
    parameters=(Path("brand", str, from_body="/brand"),),
    body=Json(models.ExportMovement),
    returns=models.ExportMovementResponse,
    errors=ERRORS,
)


def export_movement(client: BoosterClient, body: models.ExportMovement) -> models.ExportMovementResponse:
    """Start an export of stock movements.

    `begin_export_movement` returns a handle that waits for the task and downloads its file.

    Args:
        body: Which stock movements to export. Its `brand` also fills the path.

    Returns:
        A response with `async_task_id`: Id of the task that writes the file.

    Raises:
        ApiError: 400, 401, 403, 404, 405, 409 or 500.

    Source: https://dev-api-booster.richemont.com/jsv/metadata?op=ExportMovement
    """
    return client.call(EXPORT_MOVEMENT, body=body)


async def export_movement_async(
    client: AsyncBoosterClient, body: models.ExportMovement
) -> models.ExportMovementResponse:
    """Start an export of stock movements.

    Async twin of `export_movement`.

    Args:
        body: Which stock movements to export. Its `brand` also fills the path.
    """
    return await client.call(EXPORT_MOVEMENT, body=body)


EXPORT_SELL_OUT: Final = Operation(
    "booster.export_sell_out",
    "POST",
    "/warranty/{brand}/export",
    parameters=(Path("brand", str, from_body="/brand"),),
    body=Json(models.ExportSellOut),
    returns=models.ExportSellOutResponse,
    errors=ERRORS,
)


def export_sell_out(client: BoosterClient, body: models.ExportSellOut) -> models.ExportSellOutResponse:
    """Start an export of sell-outs.

    `begin_export_sell_out` returns a handle that waits for the task and downloads its file.

    Args:
        body: Which sell-outs to export. Its `brand` also fills the path.

    Returns:
        A response with `async_task_id`: Id of the task that writes the file.

    Raises:
        ApiError: 400, 401, 403, 404, 405, 409 or 500.

    Source: https://dev-api-booster.richemont.com/jsonl/metadata?op=ExportSellOut
    """
    return client.call(EXPORT_SELL_OUT, body=body)


async def export_sell_out_async(client: AsyncBoosterClient, body: models.ExportSellOut) -> models.ExportSellOutResponse:
    """Start an export of sell-outs.

    Async twin of `export_sell_out`.

    Args:
        body: Which sell-outs to export. Its `brand` also fills the path.
    """
    return await client.call(EXPORT_SELL_OUT, body=body)


EXPORT_ORDER: Final = Operation(
    "booster.export_order",
    "POST",
    "/purchase/{brand}/export",
    parameters=(Path("brand", str, from_body="/brand"),),
    body=Json(models.ExportOrder),
    returns=models.ExportOrderResponse,
    errors=ERRORS,
)


def export_order(client: BoosterClient, body: models.ExportOrder) -> models.ExportOrderResponse:
    """Start an export of orders.

    `begin_export_order` returns a handle that waits for the task and downloads its file.

    Args:
        body: Which orders to export. Its `brand` also fills the path.

    Returns:
        A response with `async_task_id`: Id of the task that writes the file.

    Raises:
        ApiError: 400, 401, 403, 404, 405, 409 or 500.

    Source: https://dev-api-booster.richemont.com/jsv/metadata?op=ExportOrder
    """
    return client.call(EXPORT_ORDER, body=body)


async def export_order_async(client: AsyncBoosterClient, body: models.ExportOrder) -> models.ExportOrderResponse:
    """Start an export of orders.

    Async twin of `export_order`.

    Args:
        body: Which orders to export. Its `brand` also fills the path.
    """
    return await client.call(EXPORT_ORDER, body=body)


EXPORT_INVOICE: Final = Operation(
    "booster.export_invoice",
    "POST",
    "/invoice/{brand}/export",
    parameters=(Path("brand", str, from_body="/brand"),),
    body=Json(models.ExportInvoice),
    returns=models.ExportInvoiceResponse,
    errors=ERRORS,
)


def export_invoice(client: BoosterClient, body: models.ExportInvoice) -> models.ExportInvoiceResponse:
    """Start an export of invoices.

    `begin_export_invoice` returns a handle that waits for the task and downloads its file.

    Args:
        body: Which invoices to export. Its `brand` also fills the path.

    Returns:
        A response with `async_task_id`: Id of the task that writes the file.

    Raises:
        ApiError: 400, 401, 403, 404, 405, 409 or 500.

    Source: https://dev-api-booster.richemont.com/csv/metadata?op=ExportInvoice
    """
    return client.call(EXPORT_INVOICE, body=body)


async def export_invoice_async(client: AsyncBoosterClient, body: models.ExportInvoice) -> models.ExportInvoiceResponse:
    """Start an export of invoices.

    Async twin of `export_invoice`.

    Args:
        body: Which invoices to export. Its `brand` also fills the path.
    """
    return await client.call(EXPORT_INVOICE, body=body)
