"""Wrong calls. Each line names its error; `test_typing` checks that it is reported, and no other."""

from __future__ import annotations

from uuid import UUID

import attrs

from taskclients.booster import AsyncBoosterClient, BoosterClient, async_tasks, exports
from taskclients.booster.models import ExportInvoice, ExportStock, Task, TaskStatus
from taskclients.lifepos import LifePosClient
from taskclients.lifepos.models import ClientType, SignInRequest


def wrong_arguments(client: BoosterClient) -> None:
    client.get_task("16d1f9cd4d1b459b9b8a1f8f6e3bee3e")  # type: ignore[arg-type]
    client.get_task()  # type: ignore[call-arg]
    client.list_tasks(limit=10)  # type: ignore[call-arg]
    client.export_stock(ExportInvoice(brand="CAR", pos_codes=[], download_request_id="a"))  # type: ignore[arg-type]
    client.export_sock()  # type: ignore[attr-defined]


def wrong_models() -> None:
    ExportInvoice(brand="CAR", download_request_id="a")  # type: ignore[call-arg]
    ExportInvoice("CAR", pos_codes=[], download_request_id="a")  # type: ignore[call-arg]
    ExportStock(brand="CAR", posCodes=["1"], download_request_id="a")  # type: ignore[call-arg]
    ExportInvoice(brand="CAR", pos_codes=[1], download_request_id="a")  # type: ignore[list-item]
    ExportInvoice(brand=None, pos_codes=[], download_request_id="a")  # type: ignore[arg-type]


def wrong_changes(task: Task) -> None:
    attrs.evolve(task, percent=50)  # type: ignore[call-arg]
    attrs.evolve(task, percentage="50")  # type: ignore[arg-type]
    attrs.asdict(TaskStatus.COMPLETED)  # type: ignore[arg-type]


def wrong_reading(task: Task) -> None:
    task.percent  # type: ignore[attr-defined]  # noqa: B018
    task.signed_download_url.split("?")  # type: ignore[union-attr]
    task.status = "COM"  # type: ignore[assignment]
    TaskStatus.DONE  # type: ignore[attr-defined]  # noqa: B018


def wrong_clients(org: UUID, body: SignInRequest, lifepos: LifePosClient) -> None:
    LifePosClient(client_identifier="a", client_type=ClientType.UNKNOWN)  # type: ignore[call-arg]
    LifePosClient(accept_language="en", client_identifier="a", client_type="web")  # type: ignore[arg-type]
    BoosterClient(retries=3)  # type: ignore[call-arg]
    BoosterClient(auth=1)  # type: ignore[arg-type]
    BoosterClient(journal=1)  # type: ignore[arg-type]
    BoosterClient(auth=body)  # type: ignore[arg-type]
    lifepos.create_nomenclature_import_task(org, "goods.xlsx")  # type: ignore[arg-type]


def wrong_vendors(lifepos: LifePosClient, booster: AsyncBoosterClient, body: ExportStock) -> None:
    exports.export_stock(lifepos, body)  # type: ignore[arg-type]
    exports.export_stock(booster, body)  # type: ignore[arg-type]
    async_tasks.begin_export_stock(lifepos, body)  # type: ignore[arg-type]


def wrong_pages(client: LifePosClient, org: UUID) -> None:
    client.list_revenue_exports(org, "token")  # type: ignore[call-arg]
    client.list_revenue_exports(org)[0]  # type: ignore[index]
    for task in client.list_revenue_exports(org):
        task.items  # type: ignore[attr-defined]  # noqa: B018


async def wrong_async(client: AsyncBoosterClient, task_id: UUID) -> Task:
    client.get_task(task_id).status  # type: ignore[attr-defined]  # noqa: B018
    return client.get_task(task_id)  # type: ignore[return-value]


def wrong_tasks(client: BoosterClient, body: ExportInvoice) -> None:
    task = client.begin_export_invoice(body, "tonight")  # type: ignore[call-arg]
    task.wait()  # type: ignore[call-arg]
    task.cancel()  # type: ignore[attr-defined]
    task.confirm()  # type: ignore[attr-defined]
    client.start_list_tasks()  # type: ignore[attr-defined]


def wrong_handles(booster: BoosterClient, lifepos: LifePosClient, body: ExportStock, org: UUID) -> None:
    task = booster.begin_export_stock(body)
    lifepos.begin_create_nomenclature_import_task(org, b"PK").confirm()  # type: ignore[attr-defined]
    task.wait(timeout="5")  # type: ignore[arg-type]
    task.result(timeout=5, partial=True)  # type: ignore[arg-type]
    booster.tasks.wait_all([body], timeout=5)  # type: ignore[type-var]
    booster.begin_export_customer(body)  # type: ignore[arg-type]
