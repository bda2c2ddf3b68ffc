"""Operations that a kind of task calls, and what is passed to them: for the rules about looking, acting and results."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias

from taskclients_core.json_pointer import escape
from taskclients_core.tasks.expressions import Expression, is_expression, parse

from ..source import Document
from .data import json_type
from .shapes import SCALARS, kinds, values
from .tasks import Kind, submits
from .walk import Node, Operation, parameters, resolve
from .wording import listed, nearest, shown

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
    document: Document, kind: Kind, operation: Operation, call: Mapping[str, Any], *, given: Collection[str] = ()
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


def _value(document: Document, kind: Kind, parameter: Node, value: Any) -> Iterator[tuple[str, str]]:
    name, types = parameter.data["name"], kinds(document, schema_of(parameter))
    if is_expression(value):
        expression = parse(value)
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


def _kept(document: Document, kind: Kind, expression: Expression) -> Iterator[tuple[str, str]]:
    name = expression.name
    for submit in submits(document):
        scope: Mapping[str, Any] = submit.node.data.get("scope", {})
        if submit.kind == kind.name and name not in scope:
            message = f"{submit.operation.id} starts such tasks and does not keep {expression}"
            yield message, nearest(name, scope, f"write scope: {{{name}: …}} in its x-begins-task")


def _is_free(parameter: Node) -> bool:
    """Tell whether a parameter has its value from elsewhere."""
    return bool(parameter.data.get("x-client-parameter") or parameter.data.get("x-from-body"))
