"""Starting tasks: the constant of an operation that begins one, and the functions that return a handle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from taskclients_core.tasks import definition

from .. import ir, names
from ..quoting import literal, paragraphs, sentence
from ..spec import Operation, Spec
from ..spelling import Speller
from ..task_spec import File, Kind, Reconcile, Submit
from .operation import argument_docs, plan_operation, section, summary, twin_doc
from .source import repeated, tuple_of
from .task_kind import Kinds, kind_constant
from .task_source import made, maybe, pairs, seconds

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
    by_name = {kind.name: kind for kind in spec.kinds}
    beginning = [(operation, operation.submit) for operation in spec.operations if operation.submit]
    shared = repeated(_reconcile(submit.reconcile) for _, submit in beginning)
    return Tasks(
        kinds=tuple(map(kinds.plan, spec.kinds)),
        starts=tuple(_start(package, each, submit, kinds, by_name[submit.kind], shared) for each, submit in beginning),
        reconcile=shared,
    )


def begins(operation: Operation, kinds: Mapping[str, Kind]) -> str:
    """Return the sentence on the function that follows the task of an operation, '' if it begins none."""
    if operation.submit is None:
        return ""
    function = names.start(operation.spelling or names.function(operation.name))
    match kinds[operation.submit.kind].result:
        case File():
            rest = " and downloads its file"
        case None:
            rest = ""
        case _:
            rest = " and returns its result"
    return f"`{function}` returns a handle that waits for the task{rest}."


def _start(package: str, operation: Operation, submit: Submit, kinds: Kinds, kind: Kind, shared: str) -> ir.Start:
    endpoint = plan_operation(package, operation, kinds.speller)
    function = names.start(endpoint.function)
    handle = _handle(kind)
    order = (*endpoint.positional, *endpoint.keyword)
    arguments = [*argument_docs(operation, order, kinds.speller, assumed=False), _KEY_DOC]
    return ir.Start(
        constant=endpoint.constant,
        entries=tuple(_entries(operation, submit, kinds, shared)),
        function=function,
        twin=names.twin(function),
        doc=_doc(operation, submit, endpoint.function, arguments),
        twin_doc=twin_doc(summary(operation), function, arguments),
        positional=endpoint.positional,
        keyword=(*endpoint.keyword, _KEY),
        passed=f"{endpoint.passed}, key=key",
        handle=handle,
        types=kinds.types(kind),
        narrowed=handle != "Task",
    )


def _entries(operation: Operation, submit: Submit, kinds: Kinds, shared: str) -> Sequence[str]:
    reconcile = _reconcile(submit.reconcile)
    source = {
        "operation": kinds.reference(operation.id),
        "kind": kind_constant(submit.kind),
        "id": literal(submit.id),
        "scope": pairs(submit.scope),
        "accepted": tuple_of(map(literal, submit.accepted)),
        "idempotency_header": maybe(submit.idempotency_header),
        "client_id": maybe(submit.client_id),
        "reconcile": RECONCILE if reconcile and reconcile == shared else reconcile,
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


def _doc(operation: Operation, submit: Submit, endpoint: str, arguments: Sequence[str]) -> str:
    return paragraphs(
        [
            summary(operation),
            f"Call `{endpoint}` and return a handle on the task that it begins; see `{kind_constant(submit.kind)}`.",
            section("Args", arguments),
            "Deprecated." if operation.deprecated else "",
            f"Assumed: {sentence(submit.assumed)}" if submit.assumed else "",
        ]
    )
