# Generated from booster.yaml by dragoman; edit the spec, then run `make generate`.
"""Requests that export data to a file."""

from __future__ import annotations

from typing import Final

from taskclients_core import AsyncClient, Client, Json, Operation, Path

from .models import (
    ErrorResponse,
    ExportCustomer,
    ExportCustomerResponse,
    ExportInvoice,
    ExportInvoiceResponse,
    ExportMovement,
    ExportMovementResponse,
    ExportOrder,
    ExportOrderResponse,
    ExportSellOut,
    ExportSellOutResponse,
    ExportStock,
    ExportStockResponse,
)

ERRORS: Final[dict[int | str, object]] = {
    400: ErrorResponse,
    401: ErrorResponse,
    403: ErrorResponse,
    404: ErrorResponse,
    405: ErrorResponse,
    409: ErrorResponse,
    500: ErrorResponse,
}

EXPORT_CUSTOMER: Final = Operation(
    "booster.export_customer",
    "POST",
    "/customer/{brand}/export",
    parameters=(Path("brand", str, body="/brand"),),
    body=Json(ExportCustomer),
    returns=ExportCustomerResponse,
    errors=ERRORS,
)


def export_customer(client: Client, body: ExportCustomer) -> ExportCustomerResponse:
    """Start an export of customers.

    Answers with the id of the task that writes the file.

    Args:
        body: What is sent.

    Returns:
        The export was accepted.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.

    Page: https://dev-api-booster.richemont.com/json/metadata?op=ExportCustomer
    """
    return client.call(EXPORT_CUSTOMER, body=body)


async def export_customer_async(client: AsyncClient, body: ExportCustomer) -> ExportCustomerResponse:
    """Async twin of `export_customer`."""
    return await client.call(EXPORT_CUSTOMER, body=body)


EXPORT_STOCK: Final = Operation(
    "booster.export_stock",
    "POST",
    "/stock/{brand}/export",
    parameters=(Path("brand", str, body="/brand"),),
    body=Json(ExportStock),
    returns=ExportStockResponse,
    errors=ERRORS,
)


def export_stock(client: Client, body: ExportStock) -> ExportStockResponse:
    """Start an export of the stock.

    Answers with the id of the task that writes the file.

    Args:
        body: What is sent.

    Returns:
        The export was accepted.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.

    Page: https://dev-api-booster.richemont.com/jsv/metadata?op=ExportStock
    """
    return client.call(EXPORT_STOCK, body=body)


async def export_stock_async(client: AsyncClient, body: ExportStock) -> ExportStockResponse:
    """Async twin of `export_stock`."""
    return await client.call(EXPORT_STOCK, body=body)


EXPORT_MOVEMENT: Final = Operation(
    "booster.export_movement",
    "POST",
    "/stock/{brand}/movement/export",
    parameters=(Path("brand", str, body="/brand"),),
    body=Json(ExportMovement),
    returns=ExportMovementResponse,
    errors=ERRORS,
)


def export_movement(client: Client, body: ExportMovement) -> ExportMovementResponse:
    """Start an export of stock movements.

    Answers with the id of the task that writes the file.

    Args:
        body: What is sent.

    Returns:
        The export was accepted.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.

    Page: https://dev-api-booster.richemont.com/jsv/metadata?op=ExportMovement
    """
    return client.call(EXPORT_MOVEMENT, body=body)


async def export_movement_async(client: AsyncClient, body: ExportMovement) -> ExportMovementResponse:
    """Async twin of `export_movement`."""
    return await client.call(EXPORT_MOVEMENT, body=body)


EXPORT_SELL_OUT: Final = Operation(
    "booster.export_sell_out",
    "POST",
    "/warranty/{brand}/export",
    parameters=(Path("brand", str, body="/brand"),),
    body=Json(ExportSellOut),
    returns=ExportSellOutResponse,
    errors=ERRORS,
)


def export_sell_out(client: Client, body: ExportSellOut) -> ExportSellOutResponse:
    """Start an export of sell-outs.

    Answers with the id of the task that writes the file.

    Args:
        body: What is sent.

    Returns:
        The export was accepted.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.

    Page: https://dev-api-booster.richemont.com/jsonl/metadata?op=ExportSellOut
    """
    return client.call(EXPORT_SELL_OUT, body=body)


async def export_sell_out_async(client: AsyncClient, body: ExportSellOut) -> ExportSellOutResponse:
    """Async twin of `export_sell_out`."""
    return await client.call(EXPORT_SELL_OUT, body=body)


EXPORT_ORDER: Final = Operation(
    "booster.export_order",
    "POST",
    "/purchase/{brand}/export",
    parameters=(Path("brand", str, body="/brand"),),
    body=Json(ExportOrder),
    returns=ExportOrderResponse,
    errors=ERRORS,
)


def export_order(client: Client, body: ExportOrder) -> ExportOrderResponse:
    """Start an export of orders.

    Answers with the id of the task that writes the file.

    Args:
        body: What is sent.

    Returns:
        The export was accepted.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.

    Page: https://dev-api-booster.richemont.com/jsv/metadata?op=ExportOrder
    """
    return client.call(EXPORT_ORDER, body=body)


async def export_order_async(client: AsyncClient, body: ExportOrder) -> ExportOrderResponse:
    """Async twin of `export_order`."""
    return await client.call(EXPORT_ORDER, body=body)


EXPORT_INVOICE: Final = Operation(
    "booster.export_invoice",
    "POST",
    "/invoice/{brand}/export",
    parameters=(Path("brand", str, body="/brand"),),
    body=Json(ExportInvoice),
    returns=ExportInvoiceResponse,
    errors=ERRORS,
)


def export_invoice(client: Client, body: ExportInvoice) -> ExportInvoiceResponse:
    """Start an export of invoices.

    Answers with the id of the task that writes the file.

    Args:
        body: What is sent.

    Returns:
        The export was accepted.

    Raises:
        ApiError: the server answers 400, 401, 403, 404, 405, 409 or 500.

    Page: https://dev-api-booster.richemont.com/csv/metadata?op=ExportInvoice
    """
    return client.call(EXPORT_INVOICE, body=body)


async def export_invoice_async(client: AsyncClient, body: ExportInvoice) -> ExportInvoiceResponse:
    """Async twin of `export_invoice`."""
    return await client.call(EXPORT_INVOICE, body=body)
