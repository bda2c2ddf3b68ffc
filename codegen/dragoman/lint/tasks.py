"""Kinds of tasks and the operations that start them, for the rules: what is in sound form, with its schemas."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from attrs import frozen

from taskclients_core.json_pointer import escape
from taskclients_core.tasks.expressions import Expression, is_expression, parse_expression

from ..spec.yaml_document import Document
from .json_schema import Validator, of_schema
from .shapes import SCALARS, at, items, kinds, values
from .shapes import kinds as kinds_of
from .values import json_type, listed, nearest, shown
from .walk import Node, Operation, json_schema, operations, parameters, resolve, responses, root

_SCHEMA: Final = Path(__file__).with_name("task-types.schema.json")


@frozen
class TaskType:
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
class Start:
    """An operation that starts a task, and says so in sound form."""

    operation: Operation
    node: Node
    """Its `x-begins-task`."""

    @property
    def kind(self) -> str:
        """Name of the kind."""
        return str(self.node.data["type"])


def task_types(document: Document) -> Iterator[TaskType]:
    """Yield the kinds of tasks that are in sound form."""
    components = root(document).child("components", "components")
    known = {operation.id: operation for operation in operations(document)}
    check = form("definitions")
    for node in components.children("task", "x-task-types") if components else ():
        if next(check({node.key: node.data}), None) is None:
            yield _kind(document, node, known.get(node.data["poll"]["operationId"]))


def starts(document: Document) -> Iterator[Start]:
    """Yield the operations that start tasks and say so in sound form."""
    check = form("submit")
    for operation in operations(document):
        node = operation.node.child("submit", "x-begins-task")
        if node and next(check(node.data), None) is None:
            yield Start(operation, node)


def accepting(document: Document, submit: Start) -> list[Node]:
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
def form(part: str) -> Validator:
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


def _kind(document: Document, node: Node, observing: Operation | None) -> TaskType:
    answer = success_schema(document, observing)
    task = answer
    if node.data["poll"]["shape"] == "list":
        task = items(document, at(document, answer, node.data["poll"]["items"]))
    return TaskType(node, observing, answer, task if "object" in kinds_of(document, task) else None)


Fault: TypeAlias = tuple[str, str, str]
"""Where in the call (a pointer), what is wrong, what to write."""


def named(document: Document, operation: Operation) -> dict[str, Node]:
    """Return the parameters of an operation by wire name."""
    found = (each for _, each in parameters(document, operation))
    return {each.data["name"]: each for each in found if isinstance(each.data.get("name"), str)}


def schema_of(parameter: Node) -> Node | None:
    """Return the schema of a parameter."""
    return parameter.child("schema", "schema")


def faults(
    document: Document, kind: TaskType, operation: Operation, call: Mapping[str, Any], *, given: Collection[str] = ()
) -> Iterator[Fault]:
    """Yield what is wrong with the arguments of a call.

    Args:
        document: The spec.
        kind: The kind of task that makes the call.
        operation: What is called.
        call: The call, with its `parameters`.
        given: Parameters that get their values otherwise.
    """
    known = named(document, operation)
    passed: Mapping[str, Any] = call.get("parameters", {})
    for name, value in passed.items():
        where = f"/parameters/{escape(name)}"
        parameter = known.get(name)
        if parameter is None:
            yield where, f"{operation.id} has no parameter '{name}'", nearest(name, known, "remove it")
        elif name in given:
            yield where, f"'{name}' is set by what turns pages or narrows", "remove it here"
        elif parameter.data.get("x-client-parameter"):
            yield where, f"'{name}' is set once on the client (x-client-parameter)", "remove it here"
        elif parameter.data.get("x-from-body"):
            yield where, f"'{name}' is taken from the body (x-from-body)", "remove it here"
        else:
            yield from ((where, message, hint) for message, hint in _value(document, kind, parameter, value))
    for name, parameter in known.items():
        if parameter.data.get("required") and name not in passed and name not in given and not _is_free(parameter):
            message = f"the required parameter '{name}' of {operation.id} gets no value"
            yield "", message, f"write parameters: {{{name}: $task.id}}, a $scope value or a constant"
    body = operation.node.child("request-body", "requestBody")
    whole = resolve(document, body) if body else None
    if whole and whole.data.get("required"):
        yield "/operationId", f"{operation.id} requires a body, and there is none to send", "name another operation"


def _value(document: Document, kind: TaskType, parameter: Node, value: Any) -> Iterator[tuple[str, str]]:
    name, types = parameter.data["name"], kinds(document, schema_of(parameter))
    if is_expression(value):
        expression = parse_expression(value)
        if expression is None or expression.source not in ("task", "scope"):
            yield f"{value} is not known when a task is looked at", "keep it as scope of the submits, or use $task.id"
        elif types and not types & SCALARS:
            yield f"'{name}' takes {listed(sorted(types))}, and {value} is a text", "bind a parameter that takes a text"
        if expression is not None and expression.source == "scope":
            yield from _kept(document, kind, expression)
        return
    listing = values(document, schema_of(parameter))
    if types and json_type(value) not in types and not (json_type(value) == "integer" and "number" in types):
        yield f"'{name}' takes {listed(sorted(types))}, not {shown(value)}", "write a value of that type"
    elif listing and value not in listing:
        yield (
            f"{shown(value)} is no value of '{name}'",
            nearest(str(value), map(str, listing), f"write {listed(listing)}"),
        )


def _kept(document: Document, kind: TaskType, expression: Expression) -> Iterator[tuple[str, str]]:
    name = expression.name
    for submit in starts(document):
        scope: Mapping[str, Any] = submit.node.data.get("scope", {})
        if submit.kind == kind.name and name not in scope:
            message = f"{submit.operation.id} starts such tasks and does not keep {expression}"
            yield message, nearest(name, scope, f"write scope: {{{name}: …}} in its x-begins-task")


def _is_free(parameter: Node) -> bool:
    """Tell whether a parameter has its value from elsewhere."""
    return bool(parameter.data.get("x-client-parameter") or parameter.data.get("x-from-body"))
