"""Tasks as a user follows them, with the types that a type checker must see."""

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
    AsyncTask,
    AsyncTasks,
    Batch,
    Download,
    DownloadableFile,
    Message,
    Phase,
    Ref,
    Step,
    SubmitUnknown,
    Task,
    TaskError,
    TaskFailed,
    Tasks,
    TaskTimeout,
    View,
)


def follow(client: BoosterClient, body: ExportCustomer) -> None:
    task = client.start_export_customer(body, key="nightly")
    assert_type(task, Task[models.Task, DownloadableFile])
    assert_type(async_tasks.start_export_customer(client, body), Task[models.Task, DownloadableFile])
    assert_type(client.start(async_tasks.EXPORT_CUSTOMER, body=body), Task[models.Task, DownloadableFile])
    assert_type(task.ref, Ref)
    assert_type(task.last, View[models.Task] | None)
    view = task.wait(timeout=900, on_change=tell, until=lambda view: view.model.percentage > 50)
    assert_type(view, View[models.Task])
    assert_type(view.model, models.Task)
    assert_type(view.phase, Phase)
    assert_type(view.progress.fraction, float | None)
    assert_type(view.steps, Sequence[Step])
    assert_type(task.wait(timeout=None, until=[Phase.RUNNING]), View[models.Task])
    assert_type(task.watch(timeout=None), Iterator[View[models.Task]])
    assert_type(task.refresh(), View[models.Task])
    assert_type(task.result(timeout=0), DownloadableFile)
    assert_type(task.download("customers.csv", timeout=3600), Download)
    with task.open(timeout=60) as file:
        assert_type(file.read(), bytes)


def tell(view: View[models.Task]) -> None:
    assert_type(view.model.percentage, int)


def group(client: BoosterClient, body: ExportCustomer) -> None:
    assert_type(client.tasks, Tasks)
    tasks = [client.start_export_customer(body), client.start_export_customer(body)]
    batch = client.tasks.wait_all(tasks, timeout=60)
    assert_type(batch, Batch[Task[models.Task, DownloadableFile]])
    assert_type(batch.done[0].result(timeout=0), DownloadableFile)
    for ref, error in batch.failed.items():
        assert_type(ref, Ref)
        assert_type(error, TaskError)
    for task in client.tasks.as_completed(tasks, timeout=60):
        assert_type(task, Task[models.Task, DownloadableFile])
    assert_type(client.tasks.attach("token"), Task[Any, Any])
    assert_type(client.tasks.recover(), Sequence[Task[Any, Any]])
    assert_type(client.tasks.doubts(), Sequence[SubmitUnknown])
    assert_type(client.tasks.once(), Sequence[View[Any]])


def results(lifepos: LifePosClient, mykaarma: MyKaarmaClient, org: UUID) -> None:
    imported = lifepos.start_create_nomenclature_import_task(org, b"PK", use_good_name=True)
    assert_type(imported, Task[NomenclatureImportTask, None])
    exported = lifepos.start_create_revenue_export(org, RevenueExportParameters())
    assert_type(exported, Task[RevenueExportTask, UUID | None])
    assert_type(exported.result(timeout=60), UUID | None)
    assert_type(mykaarma.start_create_dealer(CreateDealerRequest()), Task[AsyncProcess, None])
    mixed: list[Task[Any, Any]] = [imported, exported]
    assert_type(lifepos.tasks.wait_any(mixed, timeout=60), Batch[Task[Any, Any]])


def errors(error: TaskError) -> None:
    assert_type(error.token, str | None)
    assert_type(error.last, View[Any] | None)
    if isinstance(error, TaskTimeout):
        assert_type(error.waited, float)
    if isinstance(error, TaskFailed):
        assert_type(error.messages, Sequence[Message])


async def follow_async(client: AsyncBoosterClient, body: ExportCustomer) -> None:
    task = await client.start_export_customer(body)
    assert_type(task, AsyncTask[models.Task, DownloadableFile])

    async def tell_async(view: View[models.Task]) -> None:
        tell(view)

    assert_type(await task.wait(timeout=60, on_change=tell_async), View[models.Task])
    assert_type(task.watch(timeout=60), AsyncIterator[View[models.Task]])
    assert_type(await task.result(timeout=60), DownloadableFile)
    assert_type(await task.download("customers.csv", timeout=60), Download)
    async with task.open(timeout=60) as pieces:
        async for piece in pieces:
            assert_type(piece, bytes)
    assert_type(client.tasks, AsyncTasks)
    assert_type(await client.tasks.wait_any([task], timeout=60), Batch[AsyncTask[models.Task, DownloadableFile]])
    assert_type(client.tasks.as_completed([task], timeout=1), AsyncIterator[AsyncTask[models.Task, DownloadableFile]])
    assert_type(client.tasks.attach("token"), AsyncTask[Any, Any])
    assert_type(await client.tasks.recover(), Sequence[AsyncTask[Any, Any]])
