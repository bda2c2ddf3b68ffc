"""Kinds of tasks and the operations that start them, for the rules: what is in sound form, with its schemas."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from ..source import Document
from .shapes import at, items
from .shapes import kinds as kinds_of
from .validation import Check, of_schema
from .walk import Node, Operation, json_schema, operations, responses, root

_SCHEMA: Final = Path(__file__).with_name("task-types.schema.json")


@frozen
class Kind:
    """A kind of task whose description is in sound form."""

    node: Node
    observing: Operation | None
    """The operation that shows tasks; None if there is no such."""

    answer: Node | None
    """Schema of what it answers."""

    task: Node | None
    """Schema of one task; None if it is no object."""

    @property
    def name(self) -> str:
        """Its name in the spec."""
        return self.node.key

    @property
    def listed(self) -> bool:
        """Tell whether its tasks are seen in a list."""
        return bool(self.node.data["poll"]["shape"] == "list")


@frozen
class Submit:
    """An operation that starts a task, and says so in sound form."""

    operation: Operation
    node: Node
    """Its `x-begins-task`."""

    @property
    def kind(self) -> str:
        """Name of the kind."""
        return str(self.node.data["type"])


def kinds(document: Document) -> Iterator[Kind]:
    """Yield the kinds of tasks that are in sound form."""
    components = root(document).child("components", "components")
    known = {operation.id: operation for operation in operations(document)}
    check = form("definitions")
    for node in components.children("task", "x-task-types") if components else ():
        if next(check({node.key: node.data}), None) is None:
            yield _kind(document, node, known.get(node.data["poll"]["operationId"]))


def submits(document: Document) -> Iterator[Submit]:
    """Yield the operations that start tasks and say so in sound form."""
    check = form("submit")
    for operation in operations(document):
        node = operation.node.child("submit", "x-begins-task")
        if node and next(check(node.data), None) is None:
            yield Submit(operation, node)


def accepting(document: Document, submit: Submit) -> list[Node]:
    """Return the answers with which an operation says that it started a task."""
    wanted: list[int] = submit.node.data.get("accepted", [])
    found = dict(responses(document, submit.operation))
    if wanted:
        return [found[str(status)] for status in wanted if str(status) in found]
    return successes(found.items())


def successes(answers: Iterable[tuple[str, Node]]) -> list[Node]:
    """Return the successful ones among answers by status."""
    listed = list(answers)
    found = [answer for status, answer in listed if status.startswith("2")]
    return found or [answer for status, answer in listed if status == "default"]


def success_schema(document: Document, operation: Operation | None) -> Node | None:
    """Return the schema of the JSON that an operation answers with when all is well."""
    answers = successes(responses(document, operation)) if operation else []
    return next((schema for schema in map(json_schema, answers) if schema), None)


@cache
def form(part: str) -> Check:
    """Return the check of a part of the schema of tasks: `definitions` (by name) or `submit`."""
    schema = schema_of_tasks()
    whole: dict[str, Any] = {
        "definitions": schema["properties"]["definitions"],
        "submit": {"$ref": "#/$defs/submit"},
    }
    return of_schema({"$schema": schema["$schema"], "$defs": schema["$defs"], **whole[part]})


@cache
def schema_of_tasks() -> dict[str, Any]:
    """Return the schema in which tasks are described."""
    schema: dict[str, Any] = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return schema


def _kind(document: Document, node: Node, observing: Operation | None) -> Kind:
    answer = success_schema(document, observing)
    task = answer
    if node.data["poll"]["shape"] == "list":
        task = items(document, at(document, answer, node.data["poll"]["items"]))
    return Kind(node, observing, answer, task if "object" in kinds_of(document, task) else None)
