"""Tasks from submission to result, and lists of tasks, through the public clients."""

from __future__ import annotations

import asyncio
import time
from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

import httpx
import pytest

from taskclients.booster import BoosterClient
from taskclients.booster.models import ExportCustomer, TaskStatus
from taskclients.lifepos import AsyncLifePosClient, LifePosClient
from taskclients.lifepos.models import AsyncTaskStatuses, ClientType
from taskclients.mykaarma import MyKaarmaClient
from taskclients.mykaarma.models import CreateDealerRequest, ProcessStatus

if TYPE_CHECKING:
    from .conftest import Seen

ORGANIZATION = UUID("00000000-0000-4000-8000-000000000015")


@pytest.mark.serial  # each status lasts some 40 ms
def test_an_export_ends_with_a_file_behind_a_link_that_takes_no_credentials(
    booster: BoosterClient, seen: list[Seen]
) -> None:
    wanted = ExportCustomer(brand="CAR", pos_codes=["0042"], download_request_id="nightly")
    task_id = booster.export_customer(wanted).async_task_id
    task = booster.get_task(task_id)
    statuses = [task.status]
    while task.status != TaskStatus.COMPLETED:
        time.sleep(0.01)
        task = booster.get_task(task_id)
        if task.status != statuses[-1]:
            statuses.append(task.status)
    order = (TaskStatus.REQUESTED, TaskStatus.IN_PROGRESS, TaskStatus.COMPLETED)
    assert statuses == [status for status in order if status in statuses]  # a slow machine may miss one
    assert (task.percentage, task.brand) == (100, "CAR")
    assert task.signed_download_url
    assert httpx.get(task.signed_download_url).raise_for_status().text.startswith("number,name,email")
    assert "authorization" not in seen[-1].headers
    assert task.signed_download_url not in repr(task)


def test_the_brand_of_the_body_is_sent_in_the_path_too(booster: BoosterClient, seen: list[Seen]) -> None:
    booster.export_customer(ExportCustomer(brand="A/B?", pos_codes=[], download_request_id="nightly"))
    assert seen[0].path == "/booster/customer/A%2FB%3F/export"
    assert b'"brand":"A/B?"' in seen[0].body


def test_a_process_is_followed_step_by_step(mykaarma: MyKaarmaClient) -> None:
    accepted = mykaarma.create_dealer(CreateDealerRequest(name="Example Motors"))
    assert accepted.request_uuid
    process = mykaarma.get_async_process(accepted.request_uuid)
    while process.status != ProcessStatus.COMPLETED:
        time.sleep(0.01)
        process = mykaarma.get_async_process(accepted.request_uuid)
    assert [step.order for step in process.steps or ()] == [1, 2, 3]
    assert {step.status for step in process.steps or ()} == {ProcessStatus.COMPLETED}


def test_pages_are_fetched_as_they_are_needed(lifepos: LifePosClient, seen: list[Seen]) -> None:
    tasks = lifepos.list_nomenclature_import_tasks(ORGANIZATION, task_status=[AsyncTaskStatuses.COMPLETED])
    assert seen == []
    assert len(list(islice(tasks, 3))) == 3
    assert len(seen) == 1
    everything = list(tasks)
    assert len(everything) == len({task.guid for task in everything}) == 5
    assert len(seen) == 1 + 2
    assert [len(page.items or ()) for page in tasks.pages()] == [3, 2]
    assert all("task_status=Completed" in each.query for each in seen)


def test_async_pages_are_fetched_as_they_are_needed(url: str, seen: list[Seen]) -> None:
    async def run() -> None:
        async with AsyncLifePosClient(
            f"{url}/lifepos",
            accept_language="ru-RU",
            client_identifier="till",
            client_type=ClientType.SERVICE,
            auth="token",
        ) as client:
            tasks = client.list_revenue_exports(ORGANIZATION)
            async for _ in tasks:
                break
            assert len(seen) == 1
            everything = [task async for task in tasks]
            assert len(everything) == len({task.guid for task in everything}) == 7
            assert len(seen) == 1 + 3

    asyncio.run(run())


def test_a_page_can_be_requested_by_its_token(lifepos: LifePosClient) -> None:
    first = lifepos.list_nomenclature_import_tasks(ORGANIZATION).page()
    second = lifepos.list_nomenclature_import_tasks(ORGANIZATION, page_token=first.next_page_token)
    assert second.page().page_number == 2
    assert len(list(second)) == 4
