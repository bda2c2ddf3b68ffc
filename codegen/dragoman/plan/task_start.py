"""Starting tasks: what an operation says of the task that it begins, and the functions that return a handle."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from attrs import evolve

from taskclients_core.tasks import definition

from .. import ir, names
from ..quoting import literal, paragraphs, sentence
from ..spec import Operation, Spec
from ..spelling import Speller
from ..task_spec import Kind, Reconcile, Submit
from .operation import argument_docs, plan_operation, raised
from .source import tuple_of
from .task_kind import Kinds, kind_constant
from .task_source import made, maybe, pairs, seconds

_KEY = ir.Argument(name="key", type="str | None", default="None")
_KEY_DOC = "key: Your own name for this start. With a journal, starting again under the same name sends nothing."


def plan_tasks(package: str, spec: Spec, speller: Speller) -> tuple[tuple[ir.TaskKind, ...], tuple[ir.Start, ...]]:
    """Return the kinds of tasks of a spec, and what starts them."""
    qualified = evolve(speller, qualifier="models.")
    kinds = Kinds(package, {each.id: each for each in spec.operations}, qualified)
    by_name = {kind.name: kind for kind in spec.kinds}
    starts = tuple(
        _start(package, operation, operation.submit, kinds, by_name)
        for operation in spec.operations
        if operation.submit
    )
    return tuple(map(kinds.plan, spec.kinds)), starts


def _start(package: str, operation: Operation, submit: Submit, kinds: Kinds, by_name: Mapping[str, Kind]) -> ir.Start:
    kind = by_name[submit.kind]
    endpoint = plan_operation(package, operation, kinds.speller, "")
    keyword = (*endpoint.keyword, _KEY)
    function = names.start(endpoint.function)
    handle = _handle(kind)
    return ir.Start(
        constant=endpoint.constant,
        entries=tuple(_entries(operation, submit, kinds)),
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


def _entries(operation: Operation, submit: Submit, kinds: Kinds) -> Sequence[str]:
    source = {
        "operation": kinds.reference(operation.id),
        "kind": kind_constant(submit.kind),
        "id": literal(submit.id),
        "scope": pairs(submit.scope),
        "accepted": tuple_of(map(literal, submit.accepted)),
        "idempotency_header": maybe(submit.idempotency_header),
        "client_id": maybe(submit.client_id),
        "reconcile": _reconcile(submit.reconcile),
    }
    return [f"{name}={value}" for name, value in source.items() if value]


def _reconcile(reconcile: Reconcile | None) -> str:
    if reconcile is None:
        return ""
    return made(
        definition.Reconcile,
        match=tuple_of(made(definition.Match, literal(at), literal(value)) for at, value in reconcile.match),
        unique=literal(reconcile.unique),
        created=maybe(reconcile.created),
        settle=seconds(reconcile.settle),
    )


def _handle(kind: Kind) -> str:
    if kind.actions:
        return "Steerable" if kind.cancel else "Confirmable"
    return "Cancellable" if kind.cancel else "Task"


def _doc(operation: Operation, submit: Submit, endpoint: str, order: Sequence[ir.Argument], kinds: Kinds) -> str:
    told = [*argument_docs(operation, order, kinds.speller), _KEY_DOC]
    return paragraphs(
        [
            sentence(operation.summary) or f"Start a task by `{operation.method} {operation.path}`.",
            f"Like `{endpoint}`, with a handle on the task that it begins.",
            "Args:\n" + textwrap.indent("\n".join(told), "    "),
            f"Returns:\n    A handle on the task; `{kind_constant(submit.kind)}` says how it is followed.",
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
