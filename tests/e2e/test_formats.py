"""Lists of tasks in every format that the service supports."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster.models import ExportCustomer, Task
from taskclients_core import InvalidArgumentError

if TYPE_CHECKING:
    from .conftest import Seen

MEDIA_TYPES = ("application/json", "text/csv", "text/jsonl", "text/jsv")


def ended(tasks: list[Task], ids: set[UUID]) -> list[Task]:
    """Return the tasks that no longer change, so that two lists can be compared."""
    return [task for task in tasks if task.async_task_id in ids]


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_the_models_are_equal_in_every_format(booster: BoosterClient, seen: list[Seen], media_type: str) -> None:
    ids = {task.async_task_id for task in booster.list_tasks() if task.percentage == 100}
    expected = ended(booster.list_tasks(), ids)
    client = booster.with_options(media_type=media_type)
    assert ids
    for found in (client.list_tasks(), list(client.stream(booster.list_tasks))):
        # A link is signed anew for each response.
        assert [stable(task) for task in ended(found, ids)] == [stable(task) for task in expected]
        assert seen[-1].headers["accept"] == media_type
    assert stable(client.get_task(expected[0].async_task_id)) == stable(expected[0])
    wanted = ExportCustomer(brand="CAR", pos_codes=[], download_request_id="nightly")
    assert isinstance(client.export_customer(wanted).async_task_id, UUID)


def stable(task: Task) -> tuple[object, ...]:
    shown = (task.async_task_id, task.type, task.request_date, task.status, task.percentage, task.brand)
    return (*shown, task.download_url, task.total_results, task.total_succeeded, task.total_failed)


def test_a_table_is_a_file_with_a_name(booster: BoosterClient) -> None:
    response = booster.response(booster.with_options(media_type="text/csv").list_tasks)
    assert response.headers["content-type"] == "text/csv"
    assert response.headers["content-disposition"] == 'attachment; filename="ListTasks.csv"'
    assert response.raw.startswith(b"asyncTaskId,type,requestDate,status,percentage,brand,")
    assert response.raw.count(b"\r\n") == len(response.value) + 1


def test_rows_stream_asynchronously(url: str) -> None:
    async def run() -> tuple[int, int]:
        async with AsyncBoosterClient(f"{url}/booster", auth="token", media_type="text/csv") as client:
            async with aclosing(client.stream(client.list_tasks)) as rows:
                first = await anext(rows)
            assert isinstance(first, Task)
            tasks = await client.list_tasks()
            return len([task async for task in client.stream(client.list_tasks)]), len(tasks)

    streamed, listed = asyncio.run(run())
    assert streamed == listed


def test_xml_is_refused_before_anything_is_sent(booster: BoosterClient, seen: list[Seen]) -> None:
    with pytest.raises(InvalidArgumentError, match="XML is not supported; use one of application/json, text/csv"):
        booster.with_options(media_type="application/xml").list_tasks()
    assert seen == []
