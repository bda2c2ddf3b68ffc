"""Starting tasks: what an operation says of the task that it begins, and the functions that return a handle."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from attrs import evolve

from .. import ir, names
from ..quoting import paragraphs, sentence
from ..spec import Operation, Spec, SubmissionDeclaration
from ..spelling import Speller
from .operation import argument_docs, plan_operation, raised
from .struct_source import arguments
from .task_kind import Kinds, TaskType, kind_constant

_KEY = ir.Argument(name="key", type="str | None", default="None")
_KEY_DOC = "key: Your own name for this start. With a journal, starting again under the same name sends nothing."


def plan_tasks(package: str, spec: Spec, speller: Speller) -> tuple[tuple[ir.TaskKind, ...], tuple[ir.Start, ...]]:
    """Return the kinds of tasks of a spec, and what starts them."""
    qualified = evolve(speller, qualifier="models.")
    kinds = Kinds(package, {each.id: each for each in spec.operations}, qualified)
    starts = tuple(
        _start(package, operation, operation.submit, kinds) for operation in spec.operations if operation.submit
    )
    return tuple(map(kinds.plan, spec.kinds)), starts


def _start(package: str, operation: Operation, submit: SubmissionDeclaration, kinds: Kinds) -> ir.Start:
    kind = submit.definition.kind
    endpoint = plan_operation(package, operation, kinds.speller, "")
    keyword = (*endpoint.keyword, _KEY)
    function = names.start(endpoint.function)
    handle = _handle(kind)
    return ir.Start(
        constant=endpoint.constant,
        entries=arguments(submit.definition, kinds.symbol),
        function=function,
        twin=names.twin(function),
        doc=_doc(operation, submit, endpoint.function, (*endpoint.positional, *endpoint.keyword), kinds),
        positional=endpoint.positional,
        keyword=keyword,
        passed=f"{endpoint.passed}, key=key",
        handle=handle,
        types=kinds.types(kind),
        narrowed=handle != "Task",
    )


def _handle(kind: TaskType) -> str:
    if kind.actions:
        return "Steerable" if kind.cancel else "Confirmable"
    return "Cancellable" if kind.cancel else "Task"


def _doc(
    operation: Operation, submit: SubmissionDeclaration, endpoint: str, order: Sequence[ir.Argument], kinds: Kinds
) -> str:
    told = [*argument_docs(operation, order, kinds.speller), _KEY_DOC]
    return paragraphs(
        [
            sentence(operation.summary) or f"Start a task by `{operation.method} {operation.path}`.",
            f"Like `{endpoint}`, with a handle on the task that it begins.",
            "Args:\n" + textwrap.indent("\n".join(told), "    "),
            f"Returns:\n    A handle on the task; `{kind_constant(submit.definition.kind)}` says how it is followed.",
            "Raises:\n" + textwrap.indent("\n".join(_raises(operation)), "    "),
            "Deprecated." if operation.deprecated else "",
            f"Assumed: {sentence(submit.assumed)}" if submit.assumed else "",
            f"Page: {operation.page_url}" if operation.page_url else "",
        ]
    )


def _raises(operation: Operation) -> list[str]:
    return [
        raised(operation),
        "SubmitUnknown: whether the task was begun is not known; nothing is sent twice.",
        "JournalError: the journal cannot be written.",
    ]
