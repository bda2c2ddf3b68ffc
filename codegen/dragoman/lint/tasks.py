"""Task types and the operations that begin tasks, as the checks of tasks need them.

Only definitions of valid form are yielded here, with the schemas that they refer to; `task-type-schema` reports the
others.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from attrs import frozen

from taskclients_core.json_pointer import escape
from taskclients_core.tasks.expressions import Expression, is_expression, parse_expression

from ..spec.keywords import json_type
from ..spec.yaml_document import Document
from .json_schema import Validator, of_schema
from .shapes import SCALARS, at, items, kinds, values
from .values import listed, nearest, preview
from .walk import Node, Operation, json_schema, operations, parameters, resolve, responses, root

_SCHEMA: Final = Path(__file__).with_name("task-types.schema.json")


@frozen
class TaskType:
    """A task type of valid form."""

    node: Node
    polled: Operation | None
    """The operation under `poll`; None if the spec has no such operation."""

    response: Node | None
    """Schema of its JSON response; None if it has none."""

    task: Node | None
    """Schema of one task in the response; None if it is not an object."""

    @property
    def name(self) -> str:
        """Name of the task type: its key under `x-task-types`."""
        return self.node.key

    @property
    def listed(self) -> bool:
        """True if `poll` lists several tasks (`shape: list`)."""
        return bool(self.node.data["poll"]["shape"] == "list")


@frozen
class Start:
    """An operation with an `x-begins-task` of valid form."""

    operation: Operation
    node: Node
    """The `x-begins-task` of the operation."""

    @property
    def type_name(self) -> str:
        """Name of the task type."""
        return str(self.node.data["type"])


def task_types(document: Document) -> Iterator[TaskType]:
    """Yield the task types of valid form."""
    components = root(document).child("components", "components")
    known = {operation.id: operation for operation in operations(document)}
    check = form("definitions")
    for node in components.children("task", "x-task-types") if components else ():
        if next(check({node.key: node.data}), None) is None:
            yield _task_type(document, node, known.get(node.data["poll"]["operationId"]))


def starts(document: Document) -> Iterator[Start]:
    """Yield the operations with an `x-begins-task` of valid form."""
    check = form("submit")
    for operation in operations(document):
        node = operation.node.child("submit", "x-begins-task")
        if node and next(check(node.data), None) is None:
            yield Start(operation, node)


def accepting(document: Document, start: Start) -> list[Node]:
    """Return the responses that mean that a task has begun: `accepted`, or else every 2xx."""
    wanted: list[int] = start.node.data.get("accepted", [])
    found = dict(responses(document, start.operation))
    if wanted:
        return [found[str(status)] for status in wanted if str(status) in found]
    return successes(found.items())


def successes(by_status: Iterable[tuple[str, Node]]) -> list[Node]:
    """Return the 2xx responses; without any, the default response."""
    pairs = list(by_status)
    found = [response for status, response in pairs if status.startswith("2")]
    return found or [response for status, response in pairs if status == "default"]


def success_schema(document: Document, operation: Operation | None) -> Node | None:
    """Return the schema of the JSON in the successful responses of an operation."""
    found = successes(responses(document, operation)) if operation else []
    return next((schema for schema in map(json_schema, found) if schema), None)


@cache
def form(part: str) -> Validator:
    """Return the validator for a part of `task-types.schema.json`: `definitions` (by name) or `submit`."""
    schema = schema_of_tasks()
    whole: dict[str, Any] = {
        "definitions": schema["properties"]["definitions"],
        "submit": {"$ref": "#/$defs/submit"},
    }
    return of_schema({"$schema": schema["$schema"], "$defs": schema["$defs"], **whole[part]})


@cache
def schema_of_tasks() -> dict[str, Any]:
    """Return the content of `task-types.schema.json`."""
    schema: dict[str, Any] = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    return schema


def _task_type(document: Document, node: Node, polled: Operation | None) -> TaskType:
    response = success_schema(document, polled)
    task = response
    if node.data["poll"]["shape"] == "list":
        task = items(document, at(document, response, node.data["poll"]["items"]))
    return TaskType(node, polled, response, task if "object" in kinds(document, task) else None)


Fault: TypeAlias = tuple[str, str, str]
"""Pointer inside the call, message, hint."""


def named(document: Document, operation: Operation) -> dict[str, Node]:
    """Return the parameters of an operation by wire name."""
    found = (each for _, each in parameters(document, operation))
    return {each.data["name"]: each for each in found if isinstance(each.data.get("name"), str)}


def schema_of(parameter: Node) -> Node | None:
    """Return the schema of a parameter."""
    return parameter.child("schema", "schema")


def faults(
    document: Document,
    task_type: TaskType,
    operation: Operation,
    call: Mapping[str, Any],
    *,
    given: Collection[str] = (),
) -> Iterator[Fault]:
    """Yield the problems of the arguments of a call in a task type.

    Args:
        document: The spec.
        task_type: The task type with the call.
        operation: The called operation.
        call: The call, with its `parameters`.
        given: Parameters that the client fills itself (pages, filter).
    """
    known = named(document, operation)
    passed: Mapping[str, Any] = call.get("parameters", {})
    for name, value in passed.items():
        where = f"/parameters/{escape(name)}"
        parameter = known.get(name)
        if parameter is None:
            yield where, f"{operation.id} has no parameter '{name}'", nearest(name, known, "remove it")
        elif name in given:
            yield where, f"'{name}' is already set by pages or filter", "remove it here"
        elif parameter.data.get("x-client-parameter"):
            yield where, f"'{name}' is set once on the client (x-client-parameter)", "remove it here"
        elif parameter.data.get("x-from-body"):
            yield where, f"'{name}' is taken from the body (x-from-body)", "remove it here"
        else:
            yield from ((where, message, hint) for message, hint in _value(document, task_type, parameter, value))
    for name, parameter in known.items():
        if parameter.data.get("required") and name not in passed and name not in given and not _is_free(parameter):
            message = f"the required parameter '{name}' of {operation.id} has no value"
            yield "", message, f"write parameters: {{{name}: $task.id}}, or $scope.<name> or a constant as the value"
    body = operation.node.child("request-body", "requestBody")
    whole = resolve(document, body) if body else None
    if whole and whole.data.get("required"):
        yield (
            "/operationId",
            f"{operation.id} requires a body, which a call in a task type cannot send",
            "write an operation without a required body",
        )


def _value(document: Document, task_type: TaskType, parameter: Node, value: Any) -> Iterator[tuple[str, str]]:
    name, types = parameter.data["name"], kinds(document, schema_of(parameter))
    if is_expression(value):
        expression = parse_expression(value)
        if expression is None or expression.source not in ("task", "scope"):
            yield (
                f"{value} is unknown after the task has begun",
                "write $task.id, or $scope.<name> and add scope to x-begins-task",
            )
        elif types and not types & SCALARS:
            yield f"'{name}' is {listed(sorted(types))}, but {value} is a scalar", "write a parameter of a scalar type"
        if expression is not None and expression.source == "scope":
            yield from _in_scope(document, task_type, expression)
        return
    allowed = values(document, schema_of(parameter))
    if types and json_type(value) not in types and not (json_type(value) == "integer" and "number" in types):
        yield f"'{name}' is {listed(sorted(types))}, not {preview(value)}", "write a value of that type"
    elif allowed and value not in allowed:
        yield (
            f"{preview(value)} is not a value of '{name}'",
            nearest(str(value), map(str, allowed), f"write {listed(allowed)}"),
        )


def _in_scope(document: Document, task_type: TaskType, expression: Expression) -> Iterator[tuple[str, str]]:
    name = expression.name
    for start in starts(document):
        scope: Mapping[str, Any] = start.node.data.get("scope", {})
        if start.type_name == task_type.name and name not in scope:
            message = f"{start.operation.id} begins such tasks, but its scope has no {name}"
            yield (
                message,
                nearest(
                    name,
                    scope,
                    f"write scope: {{{name}: $request.path.{name}}} (or another expression) in its x-begins-task",
                ),
            )


def _is_free(parameter: Node) -> bool:
    """Return True if the client itself provides the value of a parameter."""
    return bool(parameter.data.get("x-client-parameter") or parameter.data.get("x-from-body"))
