"""`x-task-types` or `x-begins-task` is not of the form that tasks are described in.

Waiting for a task is generated from this description, and a slip in it would show only when a task hangs.

Write it as `task-types.schema.json` beside this file says: definitions by kind under `components: x-task-types:`,
and `x-begins-task: {kind: …, id: …}` on each operation that starts one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from ..problem import Problem
from ..source import Document
from .data import is_object
from .tasks import form, schema_of_tasks
from .walk import Node, nodes, operations, report, root
from .wording import nearest, shown

ID: Final = "task-type-schema"

_TEXTS: Final = {
    "ptr": "JSON Pointer, such as /status",
    "expr": "runtime expression, such as $response.body#/id",
    "dur": "duration, such as PT30S",
    "host": "name of a host, such as files.example.com or *.example.com",
}
_CALLS: Final = (("poll",), ("cancel",), ("result",), ("input", "actions"))


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each fault in the description of tasks."""
    components = root(document).child("components", "components")
    kinds: list[str] = []
    if components and "x-task-types" in components.data:
        definitions = components.data["x-task-types"]
        kinds = list(definitions) if is_object(definitions) else []
        yield from _form(document, components.at("x-task-types"), "definitions", definitions)
        yield from _calls(document, components)
    started: set[str] = set()
    for operation in nodes(document, "operation"):
        if "x-begins-task" in operation.data:
            yield from _form(document, operation.at("x-begins-task"), "submit", operation.data["x-begins-task"])
            yield from _kind(document, operation, kinds)
            task = operation.data["x-begins-task"]
            started.add(str(task.get("type")) if is_object(task) else "")
    # Where an operation names a kind that there is not, it may be this one that it means.
    for kind in kinds if started <= set(kinds) else ():
        if components and kind not in started:
            hint = "write x-begins-task on the operation that does, or remove the kind"
            yield report(document, ID, components.at("x-task-types", kind), "no operation starts such a task", hint)


def _form(document: Document, where: str, part: str, value: Any) -> Iterator[Problem]:
    schema = schema_of_tasks()
    patterns = {schema["$defs"][name]["pattern"]: words for name, words in _TEXTS.items()}
    patterns[schema["properties"]["definitions"]["propertyNames"]["pattern"]] = "name of a kind, such as import"
    for finding in form(part)(value):
        words = patterns.get(finding.wanted) if finding.keyword == "pattern" else None
        message = f"{shown(finding.value)} is no {words}" if words else str(finding)
        yield report(document, ID, where + finding.pointer, message, "see task-types.schema.json")


def _kind(document: Document, operation: Node, kinds: list[str]) -> Iterator[Problem]:
    task = operation.data["x-begins-task"]
    kind = task.get("type") if is_object(task) else None
    if isinstance(kind, str) and kind not in kinds:
        hint = nearest(kind, kinds, "add it to components.x-task-types")
        yield report(document, ID, operation.at("x-begins-task", "type"), f"there is no task type '{kind}'", hint)


def _calls(document: Document, components: Node) -> Iterator[Problem]:
    known = [operation.id for operation in operations(document)]
    for definition in components.children("task", "x-task-types"):
        for tokens in _CALLS:
            calls = definition.children("call", *tokens) if len(tokens) > 1 else [definition.child("call", *tokens)]
            for call in calls:
                name = call.data.get("operationId") if call else None
                if call and isinstance(name, str) and name not in known:
                    hint = nearest(name, known, "write the operationId of an operation")
                    yield report(document, ID, call.at("operationId"), f"there is no operation '{name}'", hint)
