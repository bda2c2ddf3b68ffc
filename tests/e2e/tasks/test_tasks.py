"""Task handles over sockets, as the guide shows them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster.models import ExportCustomer
from taskclients.lifepos import LifePosClient
from taskclients.mykaarma import MyKaarmaClient
from taskclients.mykaarma.models import CreateDealerRequest
from taskclients_core.tasks import Journal, Phase, TaskSnapshot, TaskTimeoutError

if TYPE_CHECKING:
    from ..conftest import Seen

ORGANIZATION = UUID("00000000-0000-4000-8000-000000000012")
EXPORT = ExportCustomer(brand="CAR", pos_codes=["0042"], download_request_id="nightly")


def files_from(url: str) -> Any:
    """Return the options that allow downloads from the sandbox."""
    return {"allow_private_downloads": True, "download_hosts": [url.removeprefix("http://")]}


def test_an_export_is_started_waited_for_and_its_file_fetched_without_credentials(
    url: str, seen: list[Seen], tmp_path: Path
) -> None:
    journal, file = Journal(tmp_path / "journal"), tmp_path / "customers.csv"
    views: list[TaskSnapshot[Any]] = []
    with BoosterClient(f"{url}/booster", auth="token", journal=journal, **files_from(url)) as client:
        task = client.begin_export_customer(EXPORT, idempotency_key="2026-11-22")
        again = client.begin_export_customer(EXPORT, idempotency_key="2026-11-22")
        assert again.ref == task.ref
        assert task.wait(timeout=60, on_change=views.append).phase is Phase.SUCCEEDED
        found = task.download(file, timeout=60)
        assert file.read_text().startswith("number,name,email")
        assert found.bytes == file.stat().st_size
        assert client.tasks.recover() == []
        assert views[-1].model.percentage == 100
        assert str(task.ref) in repr(task)
    assert [each.path for each in seen if each.method == "POST"] == ["/booster/customer/CAR/export"]
    assert "authorization" not in seen[-1].headers


def test_a_task_is_found_again_by_its_token_and_by_the_journal(url: str, tmp_path: Path) -> None:
    where = tmp_path / "journal"
    with BoosterClient(f"{url}/booster", auth="token", journal=where) as client:
        task = client.begin_export_customer(EXPORT)
        with pytest.raises(TaskTimeoutError) as caught:
            task.wait(timeout=0)
        task.discard()
        stored = client.begin_export_customer(EXPORT)
        stored_ref = stored.ref
    assert caught.value.resume_token
    with BoosterClient(f"{url}/booster", auth="token", journal=where) as client:
        resumed = client.tasks.resume(caught.value.resume_token)
        recovered = client.tasks.recover()
        assert [each.ref for each in recovered] == [stored_ref]
        views = client.tasks.poll_once()
        assert {view.ref for view in views} == {resumed.ref, stored_ref}
        batch = client.tasks.wait_all([resumed, *recovered], timeout=60)
        assert len(batch.done) == 2


def test_a_process_is_followed_step_by_step(mykaarma: MyKaarmaClient) -> None:
    task = mykaarma.begin_create_dealer(CreateDealerRequest(name="Example Motors"))
    views = list(task.watch(timeout=60))
    assert views[-1].phase is Phase.SUCCEEDED
    assert [step.phase for step in views[-1].steps] == [Phase.SUCCEEDED] * 3
    assert views[-1].progress.fraction == 1.0
    assert task.result(timeout=0) is None


def test_an_import_is_found_in_a_list_of_pages(lifepos: LifePosClient, seen: list[Seen]) -> None:
    task = lifepos.begin_create_nomenclature_import_task(ORGANIZATION, b"PK")
    assert task.ref.scope == {"org_guid": str(ORGANIZATION)}
    view = task.wait(timeout=60)
    assert view.phase in (Phase.SUCCEEDED, Phase.NEEDS_INPUT)
    assert view.model.guid == UUID(task.ref.id)
    assert all(str(ORGANIZATION) in each.path for each in seen)


def test_async_tasks_are_waited_for_together(url: str, seen: list[Seen], tmp_path: Path) -> None:
    async def run() -> None:
        async with AsyncBoosterClient(f"{url}/booster", auth="token", **files_from(url)) as client:
            tasks = [await client.begin_export_customer(EXPORT) for _ in range(5)]
            batch = await client.tasks.wait_all(tasks, timeout=60)
            assert set(batch.done) == set(tasks)
            downloads = [task.download(tmp_path / task.ref.id, timeout=60) for task in tasks]
            assert all(each.bytes > 0 for each in await asyncio.gather(*downloads))
            async with tasks[0].open(timeout=60) as pieces:
                assert b"".join([piece async for piece in pieces]).startswith(b"number,name,email")

    asyncio.run(run())
    assert sum(each.path == "/booster/tasks" for each in seen) < 15
