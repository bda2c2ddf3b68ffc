"""Checks of operations that begin tasks: expressions and links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from taskclients_core.json_pointer import escape
from taskclients_core.tasks.expressions import TASK_ID, Expression, is_expression, parse_expression

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from .expressions import Evaluated, evaluate
from .shapes import SCALARS, at, kinds, near
from .tasks import Start, TaskType, accepting, named, starts, task_types
from .tasks import task_types as kinds_of_tasks
from .values import json_type, listed, nearest, shown
from .walk import Node, Operation, operations, parameters, report, resolve, responses

TASK_EXPRESSION: Final = "task-expression"

_Fault = tuple[str, str, str]
_ID: Final = frozenset({"string", "integer"})


@frozen
class Place:
    """Where an expression stands, and what it may be."""

    pointer: str
    sources: tuple[str, ...]
    """What it may be a part of."""

    types: frozenset[str] = SCALARS
    public: bool = True
    """Whether it is kept and shown, so that it must hold no secret."""

    always: bool = False
    """Whether every request must have it."""


def check_task_expression(document: Document) -> Iterator[Problem]:
    """An expression in an `x-begins-task` cannot be evaluated on what the operation declares.

    Unlike in OpenAPI's links, an expression that finds nothing is an error here: the task would have begun, and its id
    would be lost.

    Write `$response.body#/id` for a scalar member of the JSON in every answer that starts a task,
    `$response.header.Name` for a header that all of them declare, `$open_link.path.name`, `$open_link.query.name` and
    `$open_link.header.Name` for parameters of the operation, `$open_link.body#/name` for a scalar member of its JSON
    body. A scope is written down and logged, so nothing secret belongs in it; and it is needed to find the task, so
    what it takes from a request is required, and a text or an integer. What is compared under `reconcile` was known
    before there was an answer. A key of idempotency goes into a header that the operation declares. `accepted` lists
    statuses that are declared.
    """
    by_name = {kind.name: kind for kind in kinds_of_tasks(document)}
    for submit in starts(document):
        faults = (*_expressions(document, submit), *_idempotency(document, submit), *_accepted(document, submit))
        kind = by_name.get(submit.kind)
        for pointer, message, hint in (*faults, *(_reconcile(document, submit, kind) if kind else ())):
            yield report(document, TASK_EXPRESSION, submit.node.pointer + pointer, message, hint)


def _expressions(document: Document, submit: Start) -> Iterator[_Fault]:
    yield from _one(document, submit, submit.node.data["id"], Place("/id", ("response", "request"), _ID))
    for name, value in submit.node.data.get("scope", {}).items():
        yield from _one(
            document, submit, value, Place(f"/scope/{escape(name)}", ("response", "request"), _ID, always=True)
        )
    idempotency = submit.node.data.get("idempotency")
    if isinstance(idempotency, dict) and "clientId" in idempotency:
        place = Place("/idempotency/clientId", ("request",), _ID)
        yield from _one(document, submit, idempotency["clientId"], place)


def _one(document: Document, submit: Start, value: Any, place: Place) -> Iterator[_Fault]:
    if not is_expression(value):
        return
    expression = parse_expression(value)
    if expression is None or expression.source not in place.sources:
        hint = f"begin it with {listed(f'${source}.' for source in place.sources)}"
        yield place.pointer, f"{value} is not known here", hint
        return
    found = evaluate(document, submit, value)
    if not isinstance(found, Evaluated):
        yield place.pointer, *found
        return
    if found.types and not found.types & place.types:
        message = f"{value} is {listed(sorted(found.types))}, not {listed(sorted(place.types))}"
        yield place.pointer, message, "name a member of such a type"
    elif found.secret and place.public:
        yield place.pointer, f"{value} is secret, and this is written down and logged", "name something else"
    elif found.optional and place.always:
        message = f"{value} need not be given, and without it the task cannot be found again"
        yield place.pointer, message, "name what is required, or remove it"


def _reconcile(document: Document, submit: Start, kind: TaskType) -> Iterator[_Fault]:
    reconcile: Mapping[str, Any] = submit.node.data.get("reconcile", {})
    if reconcile and not kind.listed:
        yield "/reconcile", "a kind that is seen one by one has no list to look in", "remove it"
        return
    for index, match in enumerate(reconcile.get("match", ())):
        where, wanted = f"/reconcile/match/{index}", match["equals"]
        types = frozenset({json_type(wanted)})
        if is_expression(wanted):
            yield from _one(document, submit, wanted, Place(f"{where}/equals", ("request",), public=False))
            found = evaluate(document, submit, wanted)
            types = found.types if isinstance(found, Evaluated) else frozenset()
        yield from _item(document, kind, match["item"], f"{where}/item", types, shown(wanted))
    if "created" in reconcile:
        yield from _item(document, kind, reconcile["created"], "/reconcile/created", frozenset({"string"}), "a date")


def _item(
    document: Document, kind: TaskType, pointer: str, where: str, wanted: frozenset[str], told: str
) -> Iterator[_Fault]:
    if kind.task is None:
        return
    found = at(document, kind.task, pointer)
    if found is None:
        hint = nearest(pointer, near(document, kind.task, pointer), "point to a member of a task")
        yield where, f"a task has nothing at {pointer}", hint
        return
    types = kinds(document, found) - {"null"}
    if types and wanted and not types & wanted:
        message = f"{pointer} is {listed(sorted(types))}, and never {told}"
        yield where, message, "point to a member that repeats something of the request"


def _idempotency(document: Document, submit: Start) -> Iterator[_Fault]:
    idempotency = submit.node.data.get("idempotency")
    if not isinstance(idempotency, dict) or "header" not in idempotency:
        return
    name = idempotency["header"]
    headers = [node.data.get("name") for _, node in parameters(document, submit.operation) if _is_header(node.data)]
    known = [each for each in headers if isinstance(each, str)]
    if name.lower() not in map(str.lower, known):
        message = f"{submit.operation.id} has no header '{name}'"
        yield "/idempotency/header", message, nearest(name, known, "declare it as a parameter of the operation")


def _is_header(data: Mapping[str, Any]) -> bool:
    return data.get("in") == "header"


def _accepted(document: Document, submit: Start) -> Iterator[_Fault]:
    declared = [status for status, _ in responses(document, submit.operation)]
    for index, status in enumerate(submit.node.data.get("accepted", ())):
        if str(status) not in declared:
            hint = f"write {listed(each for each in declared if each.startswith('2'))}"
            yield f"/accepted/{index}", f"{submit.operation.id} declares no answer {status}", hint
        elif not 200 <= status < 300:
            yield f"/accepted/{index}", f"an answer {status} starts nothing", "write a status 2xx"


TASK_LINK: Final = "task-link"

_PLACE: Final = re.compile(r"(path|query|header|cookie)\.")


def check_task_link(document: Document) -> Iterator[Problem]:
    """The answer that starts a task has no link that agrees with its `x-begins-task`.

    OpenAPI's own `links` let other tools follow a task; they say the same as we do, or one of the two is wrong.

    Write in the answer a link to the operation that `poll` names, or to another GET that shows one task, with the
    parameters that are bound there: the one that takes the id gets the expression under `id`, those that take
    `$scope.<name>` get the expression under `scope`.
    """
    by_name = {kind.name: kind for kind in task_types(document)}
    known = {operation.id: operation for operation in operations(document)}
    for submit in starts(document):
        kind = by_name.get(submit.kind)
        if kind is None or kind.observing is None:
            continue
        for answer in accepting(document, submit):
            links = [whole for link in answer.children("link", "links") if (whole := resolve(document, link))]
            faults = [_fault(document, link, submit, kind, known) for link in links]
            if not links:
                hint = f"write links: with operationId: {kind.observing.id} and its parameters"
                message = "the answer that starts a task has no link to it"
                yield report(document, TASK_LINK, answer.pointer, message, hint, about=submit.operation.id)
            elif all(faults):
                where, message, hint = next(fault for fault in faults if fault)
                yield report(document, TASK_LINK, where, message, hint, about=submit.operation.id)


def _fault(
    document: Document, link: Node, submit: Start, kind: TaskType, known: Mapping[str, Operation]
) -> tuple[str, str, str] | None:
    """Return what keeps a link from leading to the task, None if it does."""
    name = link.data.get("operationId")
    target = known.get(name) if isinstance(name, str) else None
    given: Any = link.data.get("parameters", {})
    # OpenAPI lets a place stand before a name: `path.id`.
    passed: Mapping[str, Any] = (
        {_PLACE.sub("", name, count=1) if _PLACE.match(name) else name: value for name, value in given.items()}
        if isinstance(given, dict)
        else {}
    )
    if target is None or kind.observing is None:
        hint = nearest(str(name), known, f"write operationId: {kind.observing.id if kind.observing else '…'}")
        return link.pointer, f"the link leads to no operation '{name}'", hint
    parameters = named(document, target)
    for each in passed:
        if each not in parameters:
            hint = nearest(each, parameters, "remove it")
            return link.pointer, f"{target.id} has no parameter '{each}'", hint
    if target.id == kind.observing.id:
        return _disagreement(link, passed, submit, kind.node.data["poll"].get("parameters", {}))
    if target.method != "get":
        return link.pointer, f"the link leads to {target.id}, which is no GET", f"write {kind.observing.id}"
    if submit.node.data["id"] not in passed.values():
        message = f"the link gives {target.id} no parameter {submit.node.data['id']}"
        return link.pointer, message, "give it the id of the task, as x-begins-task has it"
    return None


def _disagreement(
    link: Node, passed: Mapping[str, Any], submit: Start, bound: Mapping[str, Any]
) -> tuple[str, str, str] | None:
    scope: Mapping[str, Any] = submit.node.data.get("scope", {})
    wanted = {
        TASK_ID: submit.node.data["id"],
        **{str(Expression("scope", name=name)): value for name, value in scope.items()},
    }
    for name, value in bound.items():
        expected = wanted.get(value) if isinstance(value, str) else None
        if expected is not None and passed.get(name) != expected:
            message = f"the link gives '{name}' {passed.get(name, 'no value')}, x-begins-task has {expected}"
            return link.pointer, message, f"write parameters: {{{name}: {expected}}}"
    return None
