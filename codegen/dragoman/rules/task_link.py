"""The answer that starts a task has no link that agrees with its `x-begins-task`.

OpenAPI's own `links` let other tools follow a task; they say the same as we do, or one of the two is wrong.

Write in the answer a link to the operation that `poll` names, or to another GET that shows one task, with the
parameters that are bound there: the one that takes the id gets the expression under `id`, those that take
`$scope.<name>` get the expression under `scope`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from taskclients_core.tasks.expressions import TASK_ID, Expression

from ..problem import Problem
from ..source import Document
from .task_calls import named
from .tasks import Kind, Submit, accepting, kinds, submits
from .walk import Node, Operation, operations, report, resolve
from .wording import nearest

ID: Final = "task-link"

_PLACE: Final = re.compile(r"(path|query|header|cookie)\.")


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each answer without such a link."""
    by_name = {kind.name: kind for kind in kinds(document)}
    known = {operation.id: operation for operation in operations(document)}
    for submit in submits(document):
        kind = by_name.get(submit.kind)
        if kind is None or kind.observing is None:
            continue
        for answer in accepting(document, submit):
            links = [whole for link in answer.children("link", "links") if (whole := resolve(document, link))]
            faults = [_fault(document, link, submit, kind, known) for link in links]
            if not links:
                hint = f"write links: with operationId: {kind.observing.id} and its parameters"
                message = "the answer that starts a task has no link to it"
                yield report(document, ID, answer.pointer, message, hint, about=submit.operation.id)
            elif all(faults):
                where, message, hint = next(fault for fault in faults if fault)
                yield report(document, ID, where, message, hint, about=submit.operation.id)


def _fault(
    document: Document, link: Node, submit: Submit, kind: Kind, known: Mapping[str, Operation]
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
    link: Node, passed: Mapping[str, Any], submit: Submit, bound: Mapping[str, Any]
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
