"""What a user of the clients writes. The demo runs these functions, and prints them as they stand here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from uuid import UUID

import httpx

from taskclients.booster import BoosterClient
from taskclients.booster.models import ExportCustomer, Task, TaskStatus
from taskclients.lifepos import LifePosClient
from taskclients.lifepos.models import NomenclatureImportTask
from taskclients.mykaarma import MyKaarmaClient
from taskclients.mykaarma.models import AsyncProcess, CreateDealerRequest, ProcessStatus


def export_customers(client: BoosterClient, watch: Callable[[Task], None]) -> bytes:
    """Export the customers of a shop, wait for the task, and fetch its file."""
    wanted = ExportCustomer(brand="CAR", pos_codes=["0042"], download_request_id="demo")
    task_id = client.export_customer(wanted).async_task_id
    while True:
        task = client.get_task(task_id)
        watch(task)
        if task.status in (TaskStatus.COMPLETED, TaskStatus.ERROR):
            break
        time.sleep(0.2)
    assert task.signed_download_url, f"the export ended as {task.status}"
    # The link is signed: no credentials go there.
    return httpx.get(task.signed_download_url).raise_for_status().content


def create_dealer(client: MyKaarmaClient, watch: Callable[[AsyncProcess], None]) -> AsyncProcess:
    """Create a dealer, and follow the process that sets it up."""
    accepted = client.create_dealer(CreateDealerRequest(name="Example Motors", is_test_dealer=True))
    assert accepted.request_uuid
    while True:
        process = client.get_async_process(accepted.request_uuid)
        watch(process)
        if process.status not in (ProcessStatus.NOT_STARTED, ProcessStatus.IN_PROGRESS):
            return process
        time.sleep(0.2)


def list_imports(client: LifePosClient, organization: UUID) -> Iterator[NomenclatureImportTask]:
    """Start an import, then go through all imports; a page is fetched when the one before is used up."""
    client.create_nomenclature_import_task(organization, b"an Excel file", use_good_name=True)
    yield from client.list_nomenclature_import_tasks(organization)
