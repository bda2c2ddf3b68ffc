"""A task handle has the actions that its task type declares, and no others."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest


def test_handles_have_the_declared_actions(client: Any, wire: Any) -> None:
    for _ in range(3):
        wire.respond({"id": "7", "state": "running"})
    merge, copy, check = client.begin_create_merge(), client.begin_create_copy(), client.begin_create_check()
    assert [(hasattr(each, "cancel"), hasattr(each, "confirm")) for each in (merge, copy, check)] == [
        (True, True),
        (True, False),
        (False, True),
    ]
    assert [type(each).__name__ for each in (merge, copy, check)] == [
        "MergeTaskHandle",
        "CancellableTaskHandle",
        "ConfirmableTaskHandle",
    ]
    assert type(client.tasks.resume(merge.resume_token())) is type(merge)


def test_cancel(client: Any, wire: Any) -> None:
    wire.respond({"id": "7", "state": "running"})
    merge = client.begin_create_merge()
    wire.respond(status=204)
    wire.respond({"id": "7", "state": "called-off"})
    assert merge.cancel().phase == "cancelled"
    assert [(request.method, request.target) for request in wire.requests[1:]] == [
        ("DELETE", "/merges/7?force=true"),
        ("GET", "/merges/7"),
    ]


def test_a_result_of_one_value_with_quotes(client: Any, wire: Any) -> None:
    wire.respond({"id": "7", "state": "running"})
    copy = client.begin_create_copy()
    wire.respond({"id": "7", "state": "done", "verdict": 'it\'s "done"'})
    assert copy.result(timeout=10) == 'it\'s "done"'


def test_confirm(client: Any, wire: Any, core: Any) -> None:
    wire.respond({"id": "7", "state": "running"})
    merge = client.begin_create_merge()
    wire.respond({"id": "7", "state": "asking"})
    with pytest.raises(core.ClientError) as caught:
        merge.result(timeout=10)
    assert type(caught.value).__name__ == "TaskInputRequiredError"
    assert list(caught.value.actions) == ["confirm"]
    wire.respond(status=204)
    wire.respond({"id": "7", "state": "asking", "answer": "yes"})
    wire.respond({"id": "7", "state": "done"})
    assert merge.confirm().phase == "running", "it has its answer, so it goes on"
    assert wire.requests[2].target == "/merges/7/confirm"
    assert merge.result(timeout=30) is None


def test_async(generated: Any, wire: Any) -> None:
    async def cancelled() -> Any:
        async with generated.AsyncApiClient(wire.url) as client:
            copy = await client.begin_create_copy()
            assert not hasattr(copy, "confirm")
            return await copy.cancel()

    wire.respond({"id": "7", "state": "running"})
    wire.respond(status=204)
    wire.respond({"id": "7", "state": "called-off"})
    assert asyncio.run(cancelled()).phase == "cancelled"
    assert wire.requests[1].target == "/merges/7?force=false"
