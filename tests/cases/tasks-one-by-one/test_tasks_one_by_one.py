"""Task types polled one by one: steps, an id in a header, a file as the result."""

from __future__ import annotations

from typing import Any


def begin(client: Any, wire: Any, **arguments: Any) -> Any:
    wire.responses.append((201, {"X-Job": "7"}, b""))
    return client.begin_create_job(**arguments)


def test_the_id_is_in_a_header(client: Any, wire: Any) -> None:
    assert begin(client, wire).ref.id == "7"
    assert wire.last.header("Idempotency-Key"), "the server gets a key, so a lost response can be requested again"
    begin(client, wire, idempotency_key="mine")
    assert wire.last.header("Idempotency-Key") == "mine"


def test_steps(client: Any, wire: Any) -> None:
    task = begin(client, wire)
    steps = [{"number": 2, "title": "b", "state": "begun"}, {"number": 1, "title": "a", "state": "ended"}]
    wire.respond({"state": "running", "steps": steps, "faults": ["x"]})
    view = task.refresh()
    assert wire.last.target == "/jobs/7"
    assert (view.phase, view.status) == ("running", "running")
    assert [(step.key, step.name, step.phase) for step in view.steps] == [
        ("1", "a", "succeeded"),
        ("2", "b", "running"),
    ]
    assert view.progress.fraction == 0.5
    assert [(message.level, message.text) for message in view.messages] == [("error", "x")]


def test_a_job_without_a_file(client: Any, wire: Any) -> None:
    task = begin(client, wire)
    wire.respond({"state": "empty"})
    assert task.result(timeout=10) is None


def test_the_file_of_a_job(client: Any, wire: Any) -> None:
    task = begin(client, wire)
    link = "https://files.example.com/7.csv?signature=s3cret"
    wire.respond({"state": "written", "file": {"link": link, "bytes": 12, "digest": "ab" * 32}})
    file = task.result(timeout=10)
    assert (file.url, file.size) == (link, 12)
    assert "s3cret" not in repr(file)
