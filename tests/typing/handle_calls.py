"""Task handles as users use them, with the types that a type checker must infer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, assert_type
from uuid import UUID

from taskclients.booster import AsyncBoosterClient, BoosterClient, async_tasks, models
from taskclients.booster.models import ExportCustomer
from taskclients.lifepos import LifePosClient
from taskclients.lifepos.models import NomenclatureImportTask, RevenueExportParameters, RevenueExportTask
from taskclients.mykaarma import MyKaarmaClient
from taskclients.mykaarma.models import AsyncProcess, CreateDealerRequest
from taskclients_core.tasks import (
    AsyncTaskHandle,
    AsyncTasks,
    DownloadableFile,
    DownloadResult,
    Message,
    Phase,
    Step,
    SubmissionUnknownError,
    TaskError,
    TaskFailedError,
    TaskHandle,
    TaskRef,
    Tasks,
    TaskSnapshot,
    TaskTimeoutError,
    WaitResult,
)


def follow(client: BoosterClient, body: ExportCustomer) -> None:
    task = client.begin_export_customer(body, idempotency_key="nightly")
    assert_type(task, TaskHandle[models.Task, DownloadableFile])
    assert_type(async_tasks.begin_export_customer(client, body), TaskHandle[models.Task, DownloadableFile])
    assert_type(client.begin(async_tasks.EXPORT_CUSTOMER, body=body), TaskHandle[models.Task, DownloadableFile])
    assert_type(task.ref, TaskRef)
    assert_type(task.last, TaskSnapshot[models.Task] | None)
    view = task.wait(timeout=900, on_change=report, until=lambda view: view.model.percentage > 50)
    assert_type(view, TaskSnapshot[models.Task])
    assert_type(view.model, models.Task)
    assert_type(view.phase, Phase)
    assert_type(view.progress.fraction, float | None)
    assert_type(view.steps, Sequence[Step])
    assert_type(task.wait(timeout=None, until=[Phase.RUNNING]), TaskSnapshot[models.Task])
    assert_type(task.watch(timeout=None), Iterator[TaskSnapshot[models.Task]])
    assert_type(task.refresh(), TaskSnapshot[models.Task])
    assert_type(task.result(timeout=0), DownloadableFile)
    assert_type(task.download("customers.csv", timeout=3600), DownloadResult)
    with task.open(timeout=60) as file:
        assert_type(file.read(), bytes)


def report(view: TaskSnapshot[models.Task]) -> None:
    assert_type(view.model.percentage, int)


def group(client: BoosterClient, body: ExportCustomer) -> None:
    assert_type(client.tasks, Tasks)
    tasks = [client.begin_export_customer(body), client.begin_export_customer(body)]
    batch = client.tasks.wait_all(tasks, timeout=60)
    assert_type(batch, WaitResult[TaskHandle[models.Task, DownloadableFile]])
    assert_type(batch.done[0].result(timeout=0), DownloadableFile)
    for ref, error in batch.failed.items():
        assert_type(ref, TaskRef)
        assert_type(error, TaskError)
    for task in client.tasks.as_completed(tasks, timeout=60):
        assert_type(task, TaskHandle[models.Task, DownloadableFile])
    assert_type(client.tasks.resume("token"), TaskHandle[Any, Any])
    assert_type(client.tasks.recover(), Sequence[TaskHandle[Any, Any]])
    assert_type(client.tasks.unresolved(), Sequence[SubmissionUnknownError])
    assert_type(client.tasks.poll_once(), Sequence[TaskSnapshot[Any]])


def results(lifepos: LifePosClient, mykaarma: MyKaarmaClient, org: UUID) -> None:
    imported = lifepos.begin_create_nomenclature_import_task(org, b"PK", use_good_name=True)
    assert_type(imported, TaskHandle[NomenclatureImportTask, None])
    exported = lifepos.begin_create_revenue_export(org, RevenueExportParameters())
    assert_type(exported, TaskHandle[RevenueExportTask, UUID | None])
    assert_type(exported.result(timeout=60), UUID | None)
    assert_type(mykaarma.begin_create_dealer(CreateDealerRequest()), TaskHandle[AsyncProcess, None])
    mixed: list[TaskHandle[Any, Any]] = [imported, exported]
    assert_type(lifepos.tasks.wait_any(mixed, timeout=60), WaitResult[TaskHandle[Any, Any]])


def errors(error: TaskError) -> None:
    assert_type(error.resume_token, str | None)
    assert_type(error.last, TaskSnapshot[Any] | None)
    if isinstance(error, TaskTimeoutError):
        assert_type(error.waited, float)
    if isinstance(error, TaskFailedError):
        assert_type(error.messages, Sequence[Message])


async def follow_async(client: AsyncBoosterClient, body: ExportCustomer) -> None:
    task = await client.begin_export_customer(body)
    assert_type(task, AsyncTaskHandle[models.Task, DownloadableFile])

    async def report_async(view: TaskSnapshot[models.Task]) -> None:
        report(view)

    assert_type(await task.wait(timeout=60, on_change=report_async), TaskSnapshot[models.Task])
    assert_type(task.watch(timeout=60), AsyncIterator[TaskSnapshot[models.Task]])
    assert_type(await task.result(timeout=60), DownloadableFile)
    assert_type(await task.download("customers.csv", timeout=60), DownloadResult)
    async with task.open(timeout=60) as pieces:
        async for piece in pieces:
            assert_type(piece, bytes)
    assert_type(client.tasks, AsyncTasks)
    assert_type(
        await client.tasks.wait_any([task], timeout=60), WaitResult[AsyncTaskHandle[models.Task, DownloadableFile]]
    )
    assert_type(
        client.tasks.as_completed([task], timeout=1), AsyncIterator[AsyncTaskHandle[models.Task, DownloadableFile]]
    )
    assert_type(client.tasks.resume("token"), AsyncTaskHandle[Any, Any])
    assert_type(await client.tasks.recover(), Sequence[AsyncTaskHandle[Any, Any]])
