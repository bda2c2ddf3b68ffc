"""Kinds of tasks: one constant that says how they are observed, and the types that go with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen
from msgspec import structs

from taskclients_core.operation import Operation as CoreOperation
from taskclients_core.tasks.definition import (
    DownloadLinks,
    FromList,
    FromOperation,
    InlineResult,
    Phase,
    ReconcileRule,
    TaskType,
)

from ...spec import naming
from ...spec.model import Operation, Spec, SubmissionDeclaration, TaskTypeDeclaration
from ...spec.schema import Shape
from .. import ir
from ..literals import paragraphs, repeated, sentence
from ..spelling import Speller
from .operations import argument_docs, constant, plan_operation, section, summary, twin_doc
from .requests import argument_name
from .responses import is_optional, item_shape, returned, shape_at, success_shape
from .struct_source import Symbol, arguments, source


@frozen
class Kinds:
    """Plans the kinds of tasks of one spec."""

    package: str
    operations: Mapping[str, Operation]
    speller: Speller
    """Spells models as `async_tasks.py` sees them."""

    def plan(self, declared: TaskTypeDeclaration) -> ir.TaskKind:
        """Return the parts of a kind."""
        kind = declared.definition
        result = kind.result
        if isinstance(result, InlineResult):
            result = InlineResult(result.at, Symbol(self._member(kind, result.at, exact=True)))
        generated = structs.replace(
            kind,
            name=f"{self.package}.{naming.snake(kind.name)}",
            model=Symbol(self.speller.annotation(self._task(kind), exact=True)),
            result=result,
        )
        return ir.TaskKind(
            constant=kind_constant(kind),
            types=self.types(kind),
            entries=arguments(generated, self.symbol),
            doc=paragraphs(
                [
                    sentence(declared.description) or f"Tasks of the kind `{kind.name}`.",
                    f"Assumed: {sentence(declared.assumed)}" if declared.assumed else "",
                ]
            ),
        )

    def types(self, kind: TaskType[Any, Any]) -> str:
        """Return the types of a task and of its result."""
        result = self._result_type(kind)
        # A task that had nothing to do has no result.
        nothing = _can_be(kind, Phase.SKIPPED) and not result.endswith("None")
        return f"{self.speller.annotation(self._task(kind))}, {result}{' | None' if nothing else ''}"

    def symbol(self, value: object) -> Symbol | None:
        """Return the constant of an operation or of a kind; None for other values."""
        if isinstance(value, CoreOperation):
            found = self.operations[value.name]
            return Symbol(f"{naming.module(found.tag)}.{constant(found)}")
        return Symbol(kind_constant(value)) if isinstance(value, TaskType) else None

    def _task(self, kind: TaskType[Any, Any]) -> Shape:
        answer = success_shape(self.operations[kind.poll.call.operation.name])
        if not isinstance(kind.poll, FromList):
            return answer
        return item_shape(shape_at(answer, kind.poll.items, self.speller), self.speller)

    def _member(self, kind: TaskType[Any, Any], pointer: str, *, exact: bool = False) -> str:
        """Return the type of a member of a task, None among it where the member need not be there."""
        task = self._task(kind)
        type_ = self.speller.annotation(shape_at(task, pointer, self.speller), exact=exact)
        optional = is_optional(task, pointer, self.speller) and type_ != "Any"
        return f"{type_} | None" if optional else type_

    def _result_type(self, kind: TaskType[Any, Any]) -> str:
        match kind.result:
            case DownloadLinks():
                return "DownloadableFile"
            case InlineResult(pointer):
                return self._member(kind, pointer)
            case FromOperation(call):
                return returned(self.operations[call.operation.name], self.speller).annotation
            case None:
                return "None"


def kind_constant(kind: TaskType[Any, Any]) -> str:
    """Return the name of a kind's constant."""
    return naming.upper(kind.name)


def _can_be(kind: TaskType[Any, Any], phase: Phase) -> bool:
    return phase in kind.state.phases.values() or any(rule.phase is phase for rule in kind.state.rules)


_KEY = "idempotency_key"
_KEY_DOC = (
    "idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing "
    "and returns the same task."
)


RECONCILE = "RECONCILE"


@frozen(kw_only=True)
class Tasks:
    """Contents of `async_tasks.py`."""

    kinds: tuple[ir.TaskKind, ...]
    begin_functions: tuple[ir.BeginFunction, ...]
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
        begin_functions=tuple(_begin_function(package, each, submit, kinds, shared) for each, submit in beginning),
        reconcile=shared,
    )


def begins(operation: Operation) -> str:
    """Return the sentence on the function that follows the task of an operation, '' if it begins none."""
    if operation.submit is None:
        return ""
    function = naming.begin(operation.spelling or naming.function(operation.name))
    match operation.submit.definition.task_type.result:
        case DownloadLinks():
            rest = " and downloads its file"
        case None:
            rest = ""
        case _:
            rest = " and returns its result"
    return f"`{function}` returns a handle that waits for the task{rest}."


def _begin_function(
    package: str, operation: Operation, submit: SubmissionDeclaration, kinds: Kinds, shared: str
) -> ir.BeginFunction:
    kind = submit.definition.task_type

    def symbol(value: object) -> Symbol | None:
        if isinstance(value, ReconcileRule) and source(value) == shared:
            return Symbol(RECONCILE)
        return kinds.symbol(value)

    endpoint = plan_operation(package, operation, kinds.speller)
    function = naming.begin(endpoint.function)
    handle = _handle(kind)
    header = _key_argument(operation, submit.definition.idempotency_header, endpoint)
    keyword = tuple(each for each in endpoint.keyword if each is not header)
    key = ir.Argument(
        name=_KEY,
        type="str" if header and not header.default else "str | None",
        default=header.default if header else "None",
    )
    passed = [_KEY if header and each == header.name else each for each in endpoint.passed.split(", ")]
    told = [*argument_docs(operation, (*endpoint.positional, *keyword), kinds.speller, assumed=False), _KEY_DOC]
    return ir.BeginFunction(
        constant=endpoint.constant,
        entries=arguments(submit.definition, symbol),
        function=function,
        twin=naming.twin(function),
        doc=_doc(operation, submit, endpoint.function, told),
        twin_doc=twin_doc(summary(operation), function, told),
        positional=endpoint.positional,
        keyword=tuple(sorted((*keyword, key), key=lambda each: bool(each.default))),
        passed=", ".join([*passed, f"{_KEY}={_KEY}"]),
        handle=handle,
        types=kinds.types(kind),
        narrowed=handle != "TaskHandle",
    )


def _key_argument(operation: Operation, header: str | None, endpoint: ir.Operation) -> ir.Argument | None:
    """Return the argument for the header that carries the idempotency key: the key of the task serves for it."""
    for parameter in operation.parameters:
        if parameter.place == "header" and header is not None and parameter.name.lower() == header.lower():
            name = argument_name(parameter)
            return next((each for each in endpoint.keyword if each.name == name and each.type.startswith("str")), None)
    return None


def _handle(kind: TaskType[Any, Any]) -> str:
    if kind.actions:
        return "CancellableConfirmableTaskHandle" if kind.cancel else "ConfirmableTaskHandle"
    return "CancellableTaskHandle" if kind.cancel else "TaskHandle"


def _doc(operation: Operation, submit: SubmissionDeclaration, endpoint: str, told: Sequence[str]) -> str:
    kind = kind_constant(submit.definition.task_type)
    return paragraphs(
        [
            summary(operation),
            f"Call `{endpoint}` and return a handle on the task that it begins; see `{kind}`.",
            section("Args", told),
            "Deprecated." if operation.deprecated else "",
            f"Assumed: {sentence(submit.assumed)}" if submit.assumed else "",
        ]
    )
