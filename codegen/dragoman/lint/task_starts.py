"""Checks of operations that begin tasks (`x-begins-task`): expressions and links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from taskclients_core.json_pointer import escape
from taskclients_core.tasks.expressions import TASK_ID, Expression, is_expression, needs_response, parse_expression

from ..diagnostics import Problem
from ..spec.keywords import json_type
from ..spec.yaml_document import Document
from .expressions import Evaluated, evaluate
from .shapes import SCALARS, at, kinds, near
from .tasks import Start, TaskType, accepting, named, starts, task_types
from .values import listed, nearest, preview
from .walk import Node, Operation, operations, parameters, report, resolve, responses

TASK_EXPRESSION: Final = "task-expression"

_Fault = tuple[str, str, str]
_ID: Final = frozenset({"string", "integer"})


@frozen
class ExpressionRule:
    """Requirements of an expression in an `x-begins-task`, found at `pointer`."""

    pointer: str
    sources: tuple[str, ...]
    """Allowed sources: request, response."""

    types: frozenset[str] = SCALARS
    public: bool = True
    """True if the value is stored and logged, so that it must be neither secret nor a URL."""

    always: bool = False
    """True if every request must contain the value."""


def check_task_expression(document: Document) -> Iterator[Problem]:
    """An expression in an `x-begins-task` has no value according to the declarations of the operation.

    An expression without a value would begin a task and lose its id.

    Write `$response.body#/id` for a scalar member of the JSON in every response that begins a task,
    `$response.header.<Name>` for a header that all of them declare, `$request.path.<name>`, `$request.query.<name>` and
    `$request.header.<Name>` for parameters of the operation, `$request.body#/<name>` for a scalar member of its JSON
    body. Values under `scope` are stored and logged, so they must not be secret; they are needed to find the task, so
    they must be required, and a string or an integer. Neither they nor the id may be URLs: a client would send the
    whole URL where the API wants the id. `reconcile` compares members of the request only, and its list needs nothing
    of the response, because that may be lost. `idempotency.header` is a header parameter of the operation. `accepted`
    lists declared statuses.
    """
    by_name = {each.name: each for each in task_types(document)}
    for start in starts(document):
        faults = (*_expressions(document, start), *_idempotency(document, start), *_accepted(document, start))
        task_type = by_name.get(start.type_name)
        for pointer, message, hint in (*faults, *(_reconcile(document, start, task_type) if task_type else ())):
            yield report(document, TASK_EXPRESSION, start.node.pointer + pointer, message, hint)


def _expressions(document: Document, start: Start) -> Iterator[_Fault]:
    yield from _one(document, start, start.node.data["id"], ExpressionRule("/id", ("response", "request"), _ID))
    for name, value in start.node.data.get("scope", {}).items():
        yield from _one(
            document, start, value, ExpressionRule(f"/scope/{escape(name)}", ("response", "request"), _ID, always=True)
        )
    idempotency = start.node.data.get("idempotency")
    if isinstance(idempotency, dict) and "clientId" in idempotency:
        rule = ExpressionRule("/idempotency/clientId", ("request",), _ID, public=False)
        yield from _one(document, start, idempotency["clientId"], rule)


def _one(document: Document, start: Start, value: Any, rule: ExpressionRule) -> Iterator[_Fault]:
    if not is_expression(value):
        # `evaluate` returns a constant unchanged, of which the client keeps the text.
        if rule.types is _ID and json_type(value) not in _ID:
            yield rule.pointer, f"{preview(value)} is not {listed(sorted(_ID))}", "write a text, or an expression"
        return
    expression = parse_expression(value)
    if expression is None or expression.source not in rule.sources:
        hint = f"write an expression that begins with {listed(f'${source}.' for source in rule.sources)}"
        yield rule.pointer, f"{value} is not allowed here", hint
        return
    found = evaluate(document, start, value)
    if not isinstance(found, Evaluated):
        yield rule.pointer, *found
        return
    if found.types and not found.types & rule.types:
        message = f"{value} is {listed(sorted(found.types))}, not {listed(sorted(rule.types))}"
        yield rule.pointer, message, f"write a member of type {listed(sorted(rule.types))}"
    elif found.secret and rule.public:
        yield (
            rule.pointer,
            f"{value} is secret, but this value is stored and logged",
            "write a value that is not secret",
        )
    elif found.url and rule.public:
        message = f"{value} is a URL, which would be sent as it is"
        yield rule.pointer, message, "write the expression of a value that is the id alone"
    elif found.optional and rule.always:
        message = f"{value} is optional, but the task cannot be found without it"
        yield rule.pointer, message, "make it required, or remove it from scope"


def _reconcile(document: Document, start: Start, task_type: TaskType) -> Iterator[_Fault]:
    reconcile: Mapping[str, Any] = start.node.data.get("reconcile", {})
    if reconcile and not task_type.listed:
        yield (
            "/reconcile",
            "reconcile needs a task type with shape: list",
            "remove reconcile, or write shape: list in the task type",
        )
        return
    yield from _unlisted(start, task_type) if reconcile else ()
    for index, match in enumerate(reconcile.get("match", ())):
        where, wanted = f"/reconcile/match/{index}", match["equals"]
        types = frozenset({json_type(wanted)})
        if is_expression(wanted):
            yield from _one(document, start, wanted, ExpressionRule(f"{where}/equals", ("request",), public=False))
            found = evaluate(document, start, wanted)
            types = found.types if isinstance(found, Evaluated) else frozenset()
        yield from _item(document, task_type, match["item"], f"{where}/item", types, preview(wanted))
    if "created" in reconcile:
        yield from _item(
            document, task_type, reconcile["created"], "/reconcile/created", frozenset({"string"}), "a date"
        )


def _unlisted(start: Start, task_type: TaskType) -> Iterator[_Fault]:
    """Yield a fault for each value that the list needs and that only a lost response has."""
    scope: Mapping[str, Any] = start.node.data.get("scope", {})
    bound: Mapping[str, Any] = task_type.node.data["poll"].get("parameters", {})
    for name, value in scope.items():
        if needs_response(value) and str(Expression("scope", name=name)) in bound.values():
            message = f"the list cannot be read after the response was lost, because $scope.{name} is {value}"
            yield "/reconcile", message, "remove reconcile, or take the value from the request"


def _item(
    document: Document, task_type: TaskType, pointer: str, where: str, wanted: frozenset[str], value: str
) -> Iterator[_Fault]:
    if task_type.task is None:
        return
    found = at(document, task_type.task, pointer)
    if found is None:
        hint = nearest(pointer, near(document, task_type.task, pointer), "write the pointer of a member of a task")
        yield where, f"the schema of a task has no member at {pointer}", hint
        return
    types = kinds(document, found) - {"null"}
    if types and wanted and not types & wanted:
        message = f"{pointer} is {listed(sorted(types))}, so it is never {value}"
        yield where, message, f"write the pointer of a member of type {listed(sorted(wanted))}"


def _idempotency(document: Document, start: Start) -> Iterator[_Fault]:
    idempotency = start.node.data.get("idempotency")
    if not isinstance(idempotency, dict) or "header" not in idempotency:
        return
    name = idempotency["header"]
    headers = [node.data.get("name") for _, node in parameters(document, start.operation) if _is_header(node.data)]
    known = [each for each in headers if isinstance(each, str)]
    if name.lower() not in map(str.lower, known):
        message = f"{start.operation.id} has no header parameter '{name}'"
        yield (
            "/idempotency/header",
            message,
            nearest(
                name,
                known,
                f"write parameters: [{{name: {name}, in: header, schema: {{type: string}}}}] on the operation",
            ),
        )


def _is_header(data: Mapping[str, Any]) -> bool:
    return data.get("in") == "header"


def _accepted(document: Document, start: Start) -> Iterator[_Fault]:
    declared = [status for status, _ in responses(document, start.operation)]
    for index, status in enumerate(start.node.data.get("accepted", ())):
        if str(status) not in declared:
            hint = f"write {listed(each for each in declared if each.startswith('2'))}"
            yield f"/accepted/{index}", f"{start.operation.id} declares no response {status}", hint
        elif not 200 <= status < 300:
            yield f"/accepted/{index}", f"a response {status} is not a success", "write a 2xx status"


TASK_LINK: Final = "task-link"

_LOCATION: Final = re.compile(r"(path|query|header|cookie)\.")


def check_task_link(document: Document) -> Iterator[Problem]:
    """A response that begins a task has no link that matches its `x-begins-task`.

    The `links` of OpenAPI tell other tools how to find the task. If they contradict `x-begins-task`, one of the two is
    wrong.

    Write in the response `links: {task: {operationId: tasks.getTask, parameters: {id: $response.body#/id}}}` with the
    operation under `poll`, or with another GET of one task. Its parameters have the expressions of `x-begins-task`:
    that under `id` for `$task.id`, that under `scope` for `$scope.<name>`.
    """
    by_name = {each.name: each for each in task_types(document)}
    known = {operation.id: operation for operation in operations(document)}
    for start in starts(document):
        task_type = by_name.get(start.type_name)
        if task_type is None or task_type.polled is None:
            continue
        for response in accepting(document, start):
            links = [whole for link in response.children("link", "links") if (whole := resolve(document, link))]
            faults = [_fault(document, link, start, task_type, known) for link in links]
            if not links:
                arguments = _arguments(start, task_type.node.data["poll"].get("parameters", {}))
                hint = f"write links: {{task: {{operationId: {task_type.polled.id}, parameters: {{{arguments}}}}}}}"
                message = "the response that begins a task has no link to the task"
                yield report(document, TASK_LINK, response.pointer, message, hint, about=start.operation.id)
            elif all(faults):
                where, message, hint = next(fault for fault in faults if fault)
                yield report(document, TASK_LINK, where, message, hint, about=start.operation.id)


def _fault(
    document: Document, link: Node, start: Start, task_type: TaskType, known: Mapping[str, Operation]
) -> tuple[str, str, str] | None:
    """Return pointer, message and hint for a link that does not match `x-begins-task`; None for one that does."""
    name = link.data.get("operationId")
    target = known.get(name) if isinstance(name, str) else None
    given: Any = link.data.get("parameters", {})
    # OpenAPI allows the location before the name: `path.id`.
    passed: Mapping[str, Any] = (
        {_LOCATION.sub("", name, count=1) if _LOCATION.match(name) else name: value for name, value in given.items()}
        if isinstance(given, dict)
        else {}
    )
    if target is None or task_type.polled is None:
        hint = nearest(str(name), known, f"write operationId: {task_type.polled.id if task_type.polled else '<id>'}")
        return link.pointer, f"the link has an unknown operationId '{name}'", hint
    parameters = named(document, target)
    for each in passed:
        if each not in parameters:
            hint = nearest(each, parameters, "remove it")
            return link.pointer, f"{target.id} has no parameter '{each}'", hint
    if target.id == task_type.polled.id:
        return _disagreement(link, passed, start, task_type.node.data["poll"].get("parameters", {}))
    if target.method != "get":
        return (
            link.pointer,
            f"the link has the operationId {target.id}, which is not a GET",
            f"write operationId: {task_type.polled.id}",
        )
    if start.node.data["id"] not in passed.values():
        message = f"no parameter of the link to {target.id} has the id of the task"
        return link.pointer, message, f"write parameters: {{<parameter>: {start.node.data['id']}}}"
    return None


def _arguments(start: Start, bound: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in _expected(start, bound).items())


def _expected(start: Start, bound: Mapping[str, Any]) -> dict[str, str]:
    """Return the expressions of `x-begins-task` for the parameters under `poll`."""
    scope: Mapping[str, Any] = start.node.data.get("scope", {})
    known = {
        TASK_ID: start.node.data["id"],
        **{str(Expression("scope", name=name)): value for name, value in scope.items()},
    }
    return {name: known[value] for name, value in bound.items() if isinstance(value, str) and value in known}


def _disagreement(
    link: Node, passed: Mapping[str, Any], start: Start, bound: Mapping[str, Any]
) -> tuple[str, str, str] | None:
    for name, expected in _expected(start, bound).items():
        if passed.get(name) != expected:
            message = f"the link has {passed.get(name, 'no value')} for '{name}', but x-begins-task has {expected}"
            return link.pointer, message, f"write parameters: {{{name}: {expected}}}"
    return None
