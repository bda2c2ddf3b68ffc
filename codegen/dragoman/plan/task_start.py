"""Starting tasks: the constant of an operation that begins one, and the functions that return a handle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from taskclients_core.tasks.definition import Kind, Links, Reconcile

from .. import ir, names
from ..quoting import paragraphs, sentence
from ..spec import Operation, Spec, SubmissionDeclaration
from ..spelling import Speller
from .operation import argument_docs, plan_operation, section, summary, twin_doc
from .source import repeated
from .struct_source import Symbol, arguments, source
from .task_kind import Kinds, kind_constant

_KEY = ir.Argument(name="key", type="str | None", default="None")
_KEY_DOC = "key: Your own name for this start. With a journal, starting again under the same name sends nothing."


RECONCILE = "RECONCILE"


@frozen(kw_only=True)
class Tasks:
    """Contents of `async_tasks.py`."""

    kinds: tuple[ir.TaskKind, ...]
    starts: tuple[ir.Start, ...]
    reconcile: str
    """What stands in `RECONCILE`, '' for nothing."""


def plan_tasks(package: str, spec: Spec, speller: Speller) -> Tasks:
    """Return the kinds of tasks of a spec, and what starts them."""
    kinds = Kinds(package, {each.id: each for each in spec.operations}, speller)
    beginning = [(operation, operation.submit) for operation in spec.operations if operation.submit]
    rules = [submit.definition.reconcile for _, submit in beginning]
    shared = repeated(source(rule) for rule in rules if rule is not None)
    return Tasks(
        kinds=tuple(map(kinds.plan, spec.kinds)),
        starts=tuple(_start(package, each, submit, kinds, shared) for each, submit in beginning),
        reconcile=shared,
    )


def begins(operation: Operation) -> str:
    """Return the sentence on the function that follows the task of an operation, '' if it begins none."""
    if operation.submit is None:
        return ""
    function = names.start(operation.spelling or names.function(operation.name))
    match operation.submit.definition.kind.result:
        case Links():
            rest = " and downloads its file"
        case None:
            rest = ""
        case _:
            rest = " and returns its result"
    return f"`{function}` returns a handle that waits for the task{rest}."


def _start(package: str, operation: Operation, submit: SubmissionDeclaration, kinds: Kinds, shared: str) -> ir.Start:
    kind = submit.definition.kind

    def symbol(value: object) -> Symbol | None:
        if isinstance(value, Reconcile) and source(value) == shared:
            return Symbol(RECONCILE)
        return kinds.symbol(value)

    endpoint = plan_operation(package, operation, kinds.speller)
    function = names.start(endpoint.function)
    handle = _handle(kind)
    order = (*endpoint.positional, *endpoint.keyword)
    told = [*argument_docs(operation, order, kinds.speller, assumed=False), _KEY_DOC]
    return ir.Start(
        constant=endpoint.constant,
        entries=arguments(submit.definition, symbol),
        function=function,
        twin=names.twin(function),
        doc=_doc(operation, submit, endpoint.function, told),
        twin_doc=twin_doc(summary(operation), function, told),
        positional=endpoint.positional,
        keyword=(*endpoint.keyword, _KEY),
        passed=f"{endpoint.passed}, key=key",
        handle=handle,
        types=kinds.types(kind),
        narrowed=handle != "Task",
    )


def _handle(kind: Kind[Any, Any]) -> str:
    if kind.actions:
        return "Steerable" if kind.cancel else "Confirmable"
    return "Cancellable" if kind.cancel else "Task"


def _doc(operation: Operation, submit: SubmissionDeclaration, endpoint: str, told: Sequence[str]) -> str:
    kind = kind_constant(submit.definition.kind)
    return paragraphs(
        [
            summary(operation),
            f"Call `{endpoint}` and return a handle on the task that it begins; see `{kind}`.",
            section("Args", told),
            "Deprecated." if operation.deprecated else "",
            f"Assumed: {sentence(submit.assumed)}" if submit.assumed else "",
        ]
    )
