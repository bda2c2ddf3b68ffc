"""Lowering of task types and of the operations that begin tasks: `async_tasks.py`."""

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
from .operations import argument_docs, constant, lower_operation, section, summary, twin_doc
from .requests import argument_name
from .responses import is_optional, item_shape, returned, shape_at, success_shape
from .struct_source import Symbol, arguments, source


@frozen
class TaskTypeLowering:
    """Lowering of the task types of one spec."""

    package: str
    operations: Mapping[str, Operation]
    speller: Speller
    """Names of models, as `async_tasks.py` imports them."""

    def lower(self, declared: TaskTypeDeclaration) -> ir.TaskType:
        """Lower a task type."""
        task_type = declared.definition
        result = task_type.result
        if isinstance(result, InlineResult):
            result = InlineResult(result.at, Symbol(self._member(task_type, result.at, exact=True)))
        generated = structs.replace(
            task_type,
            name=f"{self.package}.{naming.snake(task_type.name)}",
            model=Symbol(self.speller.annotation(self._task(task_type), exact=True)),
            result=result,
        )
        return ir.TaskType(
            constant=task_type_constant(task_type),
            types=self.types(task_type),
            entries=arguments(generated, self.symbol),
            doc=paragraphs(
                [
                    sentence(declared.description) or f"Tasks of the type `{task_type.name}`.",
                    f"Assumed: {sentence(declared.assumed)}" if declared.assumed else "",
                ]
            ),
        )

    def types(self, task_type: TaskType[Any, Any]) -> str:
        """Return the types of a task and of its result."""
        result = self._result_type(task_type)
        # A skipped task has no result.
        nothing = _can_be(task_type, Phase.SKIPPED) and not result.endswith("None")
        return f"{self.speller.annotation(self._task(task_type))}, {result}{' | None' if nothing else ''}"

    def symbol(self, value: object) -> Symbol | None:
        """Return the constant of an operation or of a task type; None for other values."""
        if isinstance(value, CoreOperation):
            found = self.operations[value.name]
            return Symbol(f"{naming.module(found.tag)}.{constant(found)}")
        return Symbol(task_type_constant(value)) if isinstance(value, TaskType) else None

    def _task(self, task_type: TaskType[Any, Any]) -> Shape:
        answer = success_shape(self.operations[task_type.poll.call.operation.name])
        if not isinstance(task_type.poll, FromList):
            return answer
        return item_shape(shape_at(answer, task_type.poll.items, self.speller), self.speller)

    def _member(self, task_type: TaskType[Any, Any], pointer: str, *, exact: bool = False) -> str:
        """Return the type of a member of a task, including None if the member may be missing."""
        task = self._task(task_type)
        type_ = self.speller.annotation(shape_at(task, pointer, self.speller), exact=exact)
        optional = is_optional(task, pointer, self.speller) and type_ != "Any"
        return f"{type_} | None" if optional else type_

    def _result_type(self, task_type: TaskType[Any, Any]) -> str:
        match task_type.result:
            case DownloadLinks():
                return "DownloadableFile"
            case InlineResult(pointer):
                return self._member(task_type, pointer)
            case FromOperation(call):
                return returned(self.operations[call.operation.name], self.speller).annotation
            case None:
                return "None"


def task_type_constant(task_type: TaskType[Any, Any]) -> str:
    """Return the name of the constant of a task type."""
    return naming.upper(task_type.name)


def _can_be(task_type: TaskType[Any, Any], phase: Phase) -> bool:
    return phase in task_type.state.phases.values() or any(rule.phase is phase for rule in task_type.state.rules)


_KEY = "idempotency_key"
_KEY_DOC = (
    "idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing "
    "and returns the same task."
)


RECONCILE = "RECONCILE"


@frozen(kw_only=True)
class Tasks:
    """Contents of `async_tasks.py`."""

    task_types: tuple[ir.TaskType, ...]
    begin_functions: tuple[ir.BeginFunction, ...]
    reconcile: str
    """Value of `RECONCILE`, '' for none."""


def lower_tasks(package: str, spec: Spec, speller: Speller) -> Tasks:
    """Lower the task types of a spec, and the operations that begin tasks."""
    lowering = TaskTypeLowering(package, {each.id: each for each in spec.operations}, speller)
    beginning = [(operation, operation.submission) for operation in spec.operations if operation.submission]
    rules = [submit.definition.reconcile for _, submit in beginning]
    shared = repeated(source(rule) for rule in rules if rule is not None)
    return Tasks(
        task_types=tuple(map(lowering.lower, spec.task_types)),
        begin_functions=tuple(_begin_function(package, each, submit, lowering, shared) for each, submit in beginning),
        reconcile=shared,
    )


def begins(operation: Operation) -> str:
    """Return the sentence on the `begin_...` function of an operation, '' if it begins no task."""
    if operation.submission is None:
        return ""
    function = naming.begin(operation.spelling or naming.function(operation.name))
    match operation.submission.definition.task_type.result:
        case DownloadLinks():
            rest = " and downloads its file"
        case None:
            rest = ""
        case _:
            rest = " and returns its result"
    return f"`{function}` returns a handle that waits for the task{rest}."


def _begin_function(
    package: str, operation: Operation, submit: SubmissionDeclaration, lowering: TaskTypeLowering, shared: str
) -> ir.BeginFunction:
    task_type = submit.definition.task_type

    def symbol(value: object) -> Symbol | None:
        if isinstance(value, ReconcileRule) and source(value) == shared:
            return Symbol(RECONCILE)
        return lowering.symbol(value)

    endpoint = lower_operation(package, operation, lowering.speller)
    function = naming.begin(endpoint.function)
    handle = _handle(task_type)
    header = _key_argument(operation, submit.definition.idempotency_header, endpoint)
    keyword = tuple(each for each in endpoint.keyword if each is not header)
    key = ir.Argument(
        name=_KEY,
        type="str" if header and not header.default else "str | None",
        default=header.default if header else "None",
    )
    passed = [_KEY if header and each == header.name else each for each in endpoint.passed.split(", ")]
    docs = [*argument_docs(operation, (*endpoint.positional, *keyword), lowering.speller, assumed=False), _KEY_DOC]
    return ir.BeginFunction(
        constant=endpoint.constant,
        entries=arguments(submit.definition, symbol),
        function=function,
        twin=naming.twin(function),
        doc=_doc(operation, submit, endpoint.function, docs),
        twin_doc=twin_doc(summary(operation), function, docs),
        positional=endpoint.positional,
        keyword=tuple(sorted((*keyword, key), key=lambda each: bool(each.default))),
        passed=", ".join([*passed, f"{_KEY}={_KEY}"]),
        handle=handle,
        types=lowering.types(task_type),
        needs_cast=handle != "TaskHandle",
    )


def _key_argument(operation: Operation, header: str | None, endpoint: ir.Operation) -> ir.Argument | None:
    """Return the argument for the idempotency header, which `idempotency_key` replaces; None without such a header."""
    for parameter in operation.parameters:
        if parameter.place == "header" and header is not None and parameter.name.lower() == header.lower():
            name = argument_name(parameter)
            return next((each for each in endpoint.keyword if each.name == name and each.type.startswith("str")), None)
    return None


def _handle(task_type: TaskType[Any, Any]) -> str:
    if task_type.actions:
        return "CancellableConfirmableTaskHandle" if task_type.cancel else "ConfirmableTaskHandle"
    return "CancellableTaskHandle" if task_type.cancel else "TaskHandle"


def _doc(operation: Operation, submit: SubmissionDeclaration, endpoint: str, docs: Sequence[str]) -> str:
    constant_name = task_type_constant(submit.definition.task_type)
    return paragraphs(
        [
            summary(operation),
            f"Call `{endpoint}` and return a handle on the task that it begins; see `{constant_name}`.",
            section("Args", docs),
            "Deprecated." if operation.deprecated else "",
            f"Assumed: {sentence(submit.assumed)}" if submit.assumed else "",
        ]
    )
