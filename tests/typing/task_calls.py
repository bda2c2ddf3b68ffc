"""Tasks as users begin and wait for them, with the types that a type checker must infer."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type
from uuid import UUID

from taskclients.booster import AsyncBoosterClient, BoosterClient, async_tasks
from taskclients.booster.models import ExportCustomer, Task
from taskclients.lifepos import LifePosClient
from taskclients.lifepos.models import NomenclatureImportTask, RevenueExportParameters, RevenueExportTask
from taskclients.mykaarma import AsyncMyKaarmaClient, MyKaarmaClient
from taskclients.mykaarma.models import AsyncProcess, CreateDealerRequest
from taskclients_core.tasks import AsyncTaskHandle, DownloadableFile, Journal, TaskSnapshot
from taskclients_core.tasks import TaskHandle as Handle


def booster(client: BoosterClient, body: ExportCustomer) -> None:
    task = client.begin_export_customer(body, idempotency_key="nightly")
    assert_type(task, Handle[Task, DownloadableFile])
    assert_type(async_tasks.begin_export_customer(client, body), Handle[Task, DownloadableFile])
    assert_type(task.wait(timeout=900), TaskSnapshot[Task])
    assert_type(task.wait(timeout=None).model, Task)
    assert_type(task.result(timeout=900), DownloadableFile)
    assert_type(task.last, TaskSnapshot[Task] | None)
    assert_type(task.resume_token(), str)
    for view in task.watch(timeout=10):
        assert_type(view, TaskSnapshot[Task])


def journals(folder: Path) -> None:
    shared = Journal(folder / "shared.journal", keep=86_400)
    BoosterClient(auth="token", journal="booster.journal")
    BoosterClient(auth="token", journal=folder / "booster.journal")
    AsyncBoosterClient(auth="token", journal=shared)
    assert_type(shared.close(), None)


async def async_booster(client: AsyncBoosterClient, body: ExportCustomer) -> None:
    task = await client.begin_export_customer(body)
    assert_type(task, AsyncTaskHandle[Task, DownloadableFile])
    assert_type(await task.result(timeout=900), DownloadableFile)


def lifepos(client: LifePosClient, org: UUID, body: RevenueExportParameters) -> None:
    task = client.begin_create_nomenclature_import_task(org, b"", use_good_name=True, idempotency_key="goods")
    assert_type(task, Handle[NomenclatureImportTask, None])
    assert_type(client.begin_create_revenue_export(org, body), Handle[RevenueExportTask, UUID | None])


async def mykaarma(client: MyKaarmaClient, other: AsyncMyKaarmaClient, body: CreateDealerRequest) -> None:
    assert_type(client.begin_create_dealer(body), Handle[AsyncProcess, None])
    assert_type(await other.begin_create_dealer(body), AsyncTaskHandle[AsyncProcess, None])
