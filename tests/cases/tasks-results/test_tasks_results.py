"""Results of tasks: a member of the task, the result of another operation, or nothing."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

ID = "16d1f9cd4d1b459b9b8a1f8f6e3bee3e"
NUMBER = UUID("16d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3f")
BEGUN = {"id": ID, "state": "running", "total": 0}


def test_a_result_from_a_required_member(client: Any, wire: Any) -> None:
    wire.respond(BEGUN)
    wire.respond({"id": ID, "state": "done", "total": 42})
    assert client.begin_add_up().result(timeout=10) == 42
    assert wire.last.target == f"/work/{ID}", "the id goes into the path as it came"


def test_a_result_from_an_optional_member(client: Any, wire: Any) -> None:
    for task, guess, expected in ((ID, {"guess": {"made": NUMBER.hex}}, NUMBER), (NUMBER.hex, {}, None)):
        wire.respond({**BEGUN, "id": task})
        wire.respond({"id": task, "state": "done", "total": 0, **guess})
        assert client.begin_make_guess().result(timeout=10) == expected


def test_a_result_from_another_operation(client: Any, wire: Any, part: Any) -> None:
    wire.respond(BEGUN)
    wire.respond({"id": ID, "state": "done", "total": 0})
    wire.respond({"text": "All is well."})
    assert client.begin_write_report().result(timeout=10) == part("models").Report(text="All is well.")
    assert wire.last.target == f"/work/{ID}/report?language=en"


def test_a_result_in_pages_has_the_items_of_all_pages(client: Any, wire: Any, part: Any, core: Any) -> None:
    wire.respond(BEGUN)
    wire.respond({"id": ID, "state": "done", "total": 0})
    wire.respond({"faults": [{"text": "a"}, {"text": "b"}], "next": "2"})
    wire.respond({"faults": [{"text": "c"}]})
    task = client.begin_list_faults()
    assert task.result(timeout=10) == [part("models").Report(text=text) for text in "abc"]
    assert wire.last.target == f"/work/{ID}/faults?after=2"
    wire.respond({"faults": [{"text": "a"}], "next": "2"})
    wire.respond({"faults": [{"text": "b"}], "next": "2"})
    with pytest.raises(core.ClientError, match="the server repeats the token of an earlier page"):
        task.result(timeout=10)


def test_a_skipped_task_has_the_result_none(client: Any, wire: Any) -> None:
    wire.respond(BEGUN)
    wire.respond({"id": ID, "state": "needless", "total": 0})
    assert client.begin_write_report().result(timeout=10) is None
    assert wire.last.path == f"/work/{ID}"


def test_a_task_type_without_a_result_returns_none(client: Any, wire: Any) -> None:
    wire.respond(BEGUN)
    wire.respond({"id": ID, "state": "done", "total": 0})
    assert client.begin_sweep_floor().result(timeout=10) is None


def test_async(generated: Any, wire: Any, part: Any) -> None:
    async def results() -> Any:
        async with generated.AsyncApiClient(wire.url) as client:
            report, faults = await client.begin_write_report(), await client.begin_list_faults()
            return await report.result(timeout=10), await faults.result(timeout=10)

    wire.respond(BEGUN)
    wire.respond({**BEGUN, "id": NUMBER.hex})
    wire.respond({"id": ID, "state": "done", "total": 0})
    wire.respond({"text": "All is well."})
    wire.respond({"id": NUMBER.hex, "state": "done", "total": 0})
    wire.respond({"faults": [{"text": "a"}], "next": "2"})
    wire.respond({"faults": [{"text": "b"}]})
    report = part("models").Report
    assert asyncio.run(results()) == (report(text="All is well."), [report(text="a"), report(text="b")])
