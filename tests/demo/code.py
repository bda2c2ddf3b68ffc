"""User code of the demo. The demo runs these functions, and prints their source."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

from taskclients.booster import BoosterClient
from taskclients.booster.models import ExportCustomer, Task
from taskclients.lifepos import LifePosClient
from taskclients.lifepos.models import NomenclatureImportTask
from taskclients.mykaarma import MyKaarmaClient
from taskclients.mykaarma.models import AsyncProcess, CreateDealerRequest
from taskclients_core.tasks import TaskSnapshot


def export_customers(client: BoosterClient, path: Path, watch: Callable[[TaskSnapshot[Task]], None]) -> None:
    """Export the customers of a shop, wait for the task, and download its file."""
    wanted = ExportCustomer(brand="CAR", pos_codes=["0042"], download_request_id="demo")
    task = client.begin_export_customer(wanted)
    task.wait(timeout=30, on_change=watch)
    task.download(path, timeout=30)


def create_dealer(
    client: MyKaarmaClient, watch: Callable[[TaskSnapshot[AsyncProcess]], None]
) -> TaskSnapshot[AsyncProcess]:
    """Create a dealer, and wait for the process that sets it up."""
    task = client.begin_create_dealer(CreateDealerRequest(name="Example Motors", is_test_dealer=True))
    return task.wait(timeout=30, on_change=watch)


def list_imports(client: LifePosClient, organization: UUID) -> Iterator[NomenclatureImportTask]:
    """Start an import, then iterate over all imports; each page is fetched when it is needed."""
    client.create_nomenclature_import_task(organization, b"an Excel file", use_good_name=True)
    yield from client.list_nomenclature_import_tasks(organization)
