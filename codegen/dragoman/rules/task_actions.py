"""What can be done to a task cannot be called as its kind says.

`cancel` and `input.actions` become methods of the handle: they take no arguments, so all that the operation needs must
be known from the task itself.

Write an operation that is no GET, and a value for each of its required parameters: `$task.id`, `$scope.<name>` where
every submit of the kind keeps `<name>`, or a constant. An operation that requires a body cannot be called so. Where
`input` is written, some word means `needs-input`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from taskclients_core.tasks.expressions import TASK_ID

from ..problem import Problem
from ..source import Document
from .task_calls import faults
from .tasks import Kind, kinds
from .walk import Node, operations, report

ID: Final = "task-actions"


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each fault of a call."""
    known = {operation.id: operation for operation in operations(document)}
    for kind in kinds(document):
        for call in _calls(kind):
            # That there is such an operation is for `task-type-schema` to say.
            operation = known.get(call.data["operationId"])
            if operation is None:
                continue
            if operation.method in ("get", "head", "options"):
                message = f"{operation.id} is a {operation.method.upper()}, which does nothing to a task"
                yield report(document, ID, call.at("operationId"), message, "name the operation that does it")
            if TASK_ID not in call.data.get("parameters", {}).values():
                message = "no parameter gets $task.id, so it is not said which task is meant"
                yield report(document, ID, call.pointer, message, "bind the parameter that takes the id")
            for pointer, message, hint in faults(document, kind, operation, call.data):
                yield report(document, ID, call.pointer + pointer, message, hint)
        if "input" in kind.node.data and not _asks(kind):
            hint = "map the word for it, or remove input"
            yield report(document, ID, kind.node.at("input"), "no task of this kind is ever in needs-input", hint)


def _calls(kind: Kind) -> Iterator[Node]:
    cancel = kind.node.child("call", "cancel")
    if cancel:
        yield cancel
    yield from kind.node.children("call", "input", "actions")


def _asks(kind: Kind) -> bool:
    state = kind.node.data["state"]
    return "needs-input" in [*state["phases"].values(), *(rule["then"] for rule in state.get("rules", ()))]
