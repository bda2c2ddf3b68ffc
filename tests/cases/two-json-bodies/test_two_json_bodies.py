"""The type of the body selects its media type."""

from __future__ import annotations

from typing import Any


def test_the_type_chooses(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond({"title": "a", "done": True})
    assert client.update_task(1, models.Task(title="a", done=True)) == models.Task(title="a", done=True)
    assert wire.last.header("Content-Type") == "application/json"

    wire.respond({"title": "b", "done": True})
    client.update_task(1, models.TaskPatch(title="b"))
    assert wire.last.header("Content-Type") == "application/merge-patch+json"
    assert wire.last.json == {"title": "b"}
