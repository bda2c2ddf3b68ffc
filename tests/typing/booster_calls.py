"""Calls of the Booster client as users write them, with the types that a type checker must infer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, assert_type
from uuid import UUID

import attrs

from taskclients.booster import AsyncBoosterClient, BoosterClient, exports, tasks
from taskclients.booster.models import (
    ErrorResponse,
    ExportCustomer,
    ExportCustomerResponse,
    ExportInvoice,
    ExportMovementResponse,
    ExportStock,
    ExportStockResponse,
    ImportRequest,
    ImportRequestResponse,
    Task,
    TaskStatus,
)
from taskclients_core import UNSET, ApiError, Response, Unset


def read_tasks(task_id: UUID) -> None:
    with BoosterClient("https://booster.example", auth="token", timeout=5) as client:
        assert_type(client, BoosterClient)
        assert_type(client.list_tasks(), list[Task])
        assert_type(client.get_task(task_id), Task)
        assert_type(tasks.get_task(client, task_id), Task)
        assert_type(client.response(client.get_task, task_id), Response[Task])
        assert_type(client.response(client.get_task, task_id).value, Task)


def read_a_task(task: Task) -> None:
    assert_type(task.async_task_id, UUID)
    assert_type(task.status, TaskStatus)
    assert_type(task.status.is_known, bool)
    assert_type(task.percentage, int)
    assert_type(task.signed_download_url, str | None)
    assert_type(task.total_results, int | None)
    assert_type(TaskStatus("NEW"), TaskStatus)


def change_a_task(task: Task) -> None:
    assert_type(attrs.evolve(task, percentage=100), Task)
    assert_type(attrs.asdict(task), dict[str, Any])


def start_exports(client: BoosterClient) -> None:
    customers = ExportCustomer(brand="CAR", pos_codes=["1"], download_request_id="a")
    assert_type(client.export_customer(customers), ExportCustomerResponse)
    assert_type(exports.export_customer(client, customers), ExportCustomerResponse)
    assert_type(client.export_customer(customers).async_task_id, UUID)
    assert_type(client.export_stock(ExportStock(brand="CAR", download_request_id="a")), ExportStockResponse)
    assert_type(
        client.request_import(ImportRequest(brand="CAR", external_file_id="a", type="x")), ImportRequestResponse
    )


def send_null_or_nothing(since: datetime) -> None:
    for date_from in (UNSET, None, since):
        invoice = ExportInvoice(brand="CAR", pos_codes=[], download_request_id="a", date_from=date_from)
        assert_type(invoice.date_from, datetime | None | Unset)


def read_an_error(error: ApiError) -> None:
    if isinstance(error.body, ErrorResponse):
        assert_type(error.body, ErrorResponse)
    assert_type(error.status, int)
    assert_type(error.request_id, str | None)


async def read_tasks_async(task_id: UUID) -> None:
    async with AsyncBoosterClient(auth=lambda: "token") as client:
        assert_type(client, AsyncBoosterClient)
        assert_type(await client.list_tasks(), list[Task])
        assert_type(await client.get_task(task_id), Task)
        assert_type(await tasks.get_task_async(client, task_id), Task)
        assert_type(await client.response(client.get_task, task_id), Response[Task])


async def begin_an_export_async(client: AsyncBoosterClient) -> None:
    customers = ExportCustomer(brand="CAR", pos_codes=["1"], download_request_id="a")
    assert_type(await client.export_customer(customers), ExportCustomerResponse)


def task_id_of_a_movement(response: ExportMovementResponse) -> UUID:
    return response.async_task_id
