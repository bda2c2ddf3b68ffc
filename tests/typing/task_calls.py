"""Tasks as a user starts and follows them, with the types that a type checker must see."""

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
from taskclients_core.tasks import AsyncTask, DownloadableFile, Journal, View
from taskclients_core.tasks import Task as Handle


def booster(client: BoosterClient, body: ExportCustomer) -> None:
    task = client.start_export_customer(body, key="nightly")
    assert_type(task, Handle[Task, DownloadableFile])
    assert_type(async_tasks.start_export_customer(client, body), Handle[Task, DownloadableFile])
    assert_type(task.wait(timeout=900), View[Task])
    assert_type(task.wait(timeout=None).model, Task)
    assert_type(task.result(timeout=900), DownloadableFile)
    assert_type(task.last, View[Task] | None)
    assert_type(task.token(), str)
    for view in task.watch(timeout=10):
        assert_type(view, View[Task])


def journals(folder: Path) -> None:
    shared = Journal(folder / "shared.journal", keep=86_400)
    BoosterClient(auth="token", journal="booster.journal")
    BoosterClient(auth="token", journal=folder / "booster.journal")
    AsyncBoosterClient(auth="token", journal=shared)
    assert_type(shared.close(), None)


async def async_booster(client: AsyncBoosterClient, body: ExportCustomer) -> None:
    task = await client.start_export_customer(body)
    assert_type(task, AsyncTask[Task, DownloadableFile])
    assert_type(await task.result(timeout=900), DownloadableFile)


def lifepos(client: LifePosClient, org: UUID, body: RevenueExportParameters) -> None:
    task = client.start_create_nomenclature_import_task(org, b"", use_good_name=True, key="goods")
    assert_type(task, Handle[NomenclatureImportTask, None])
    assert_type(client.start_create_revenue_export(org, body), Handle[RevenueExportTask, UUID | None])


async def mykaarma(client: MyKaarmaClient, other: AsyncMyKaarmaClient, body: CreateDealerRequest) -> None:
    assert_type(client.start_create_dealer(body), Handle[AsyncProcess, None])
    assert_type(await other.start_create_dealer(body), AsyncTask[AsyncProcess, None])
