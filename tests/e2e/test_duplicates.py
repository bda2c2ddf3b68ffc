"""Server that writes a member of each object twice: the last one counts, and nothing fails."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from pathlib import Path
from types import ModuleType

import pytest

from dragoman.mock_server import Sandbox, fault, serving
from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster.models import ExportCustomer
from taskclients_core.tasks import Phase

SPEC = Path(__file__).parents[2] / "specs" / "booster.yaml"
BODY = ExportCustomer(brand="CAR", pos_codes=["0042"], download_request_id="nightly")


@pytest.fixture
def repeating(library: ModuleType) -> Generator[str]:
    """Return the URL of a server that sends the first member of each object twice, first as null."""
    operations = ["exports.exportCustomer", "tasks.listTasks", "tasks.getTask"]
    faults = [fault(operation, "duplicate-member", times="always") for operation in operations]
    with serving(Sandbox([SPEC], speed=50, faults=faults)) as url:
        yield f"{url}/booster"


def test_the_last_one_counts_in_calls_lists_and_polls(repeating: str) -> None:
    with BoosterClient(repeating, auth="token") as client:
        task_id = client.export_customer(BODY).async_task_id
        assert client.get_task(task_id).async_task_id == task_id
        assert task_id in [task.async_task_id for task in client.list_tasks()]
        assert task_id in [task.async_task_id for task in client.stream(client.list_tasks)]
        snapshot = client.begin_export_customer(BODY).wait(timeout=60)
    assert (snapshot.phase, snapshot.model.status) == (Phase.SUCCEEDED, "COM")


def test_the_last_one_counts_for_async_clients_too(repeating: str) -> None:
    async def run() -> None:
        async with AsyncBoosterClient(repeating, auth="token") as client:
            task_id = (await client.export_customer(BODY)).async_task_id
            assert (await client.get_task(task_id)).async_task_id == task_id
            assert task_id in [task.async_task_id for task in await client.list_tasks()]
            snapshot = await (await client.begin_export_customer(BODY)).wait(timeout=60)
        assert (snapshot.phase, snapshot.model.status) == (Phase.SUCCEEDED, "COM")

    asyncio.run(run())
