"""Task types polled by a list: pages, a filter by status, and the scope of the submission."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import pytest

SHOP = UUID("16d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e")
ID = "26d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e"
OTHER = "36d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e"


def begin(client: Any, wire: Any, part: Any) -> Any:
    # A new task that repeats our label is ours, so the list is read before the submission.
    wire.respond({"data": [{"id": OTHER, "state": "done"}]})
    wire.respond({"id": ID, "state": "waiting"}, status=202)
    return client.begin_create_export(SHOP, part("models").NewExport(label="a"))


def test_polling_reads_pages_until_the_task_is_found(client: Any, wire: Any, part: Any) -> None:
    task = begin(client, wire, part)
    assert (wire.last.path, wire.last.json) == (f"/shops/{SHOP}/exports", {"label": "a"})
    assert dict(task.ref.scope) == {"shop": str(SHOP)}

    wire.respond({"data": [{"id": OTHER, "state": "done"}], "next": "b c"})
    wire.respond({"data": [{"id": ID, "state": "RUNNING", "rows": 1, "rowsOfAll": 4}], "next": "d"})
    view = task.refresh()
    assert (view.phase, view.status, view.progress.fraction) == ("running", "RUNNING", 0.25)
    assert view.model.rows == 1
    pages = [parse_qsl(request.query) for request in wire.requests[2:]]
    assert len(pages) == 2, "no page after the one that has it"
    for page in pages:
        assert {("order", "newest"), ("pageSize", "100")} <= set(page)
        narrowed = [value for name, value in page if name == "state"]
        assert narrowed in ([], ["waiting", "running", "asking"])
    assert ("page", "b c") in pages[1]


@pytest.mark.parametrize(
    ("item", "phase"),
    [
        ({"state": "asking"}, "needs-input"),
        ({"state": "asking", "seen": True}, "running"),
        ({"state": "no such word"}, "queued"),
        ({"state": "done", "refused": 0}, "succeeded"),
    ],
)
def test_phases(client: Any, wire: Any, part: Any, item: dict[str, Any], phase: str) -> None:
    task = begin(client, wire, part)
    wire.respond({"data": [{"id": ID, **item}]})
    view = task.refresh()
    assert (view.phase, view.known, view.partial) == (phase, "such" not in item["state"], False)


def test_a_success_with_errors_is_partial(client: Any, wire: Any, part: Any) -> None:
    task = begin(client, wire, part)
    wire.respond({"data": [{"id": ID, "state": "done", "refused": 2, "notes": [{"text": "No.", "kind": "fault"}]}]})
    view = task.refresh()
    assert (view.phase, view.partial) == ("succeeded", True)
    assert [(message.level, message.text) for message in view.messages] == [("error", "No.")]


def test_another_client_resumes_the_task_by_its_token(generated: Any, client: Any, wire: Any, part: Any) -> None:
    token = begin(client, wire, part).resume_token()
    with generated.ApiClient(wire.url) as later:
        task = later.tasks.resume(token)
        wire.respond({"data": [{"id": ID, "state": "done"}]})
        assert task.refresh().phase == "succeeded"
    assert wire.last.path == f"/shops/{SHOP}/exports"
