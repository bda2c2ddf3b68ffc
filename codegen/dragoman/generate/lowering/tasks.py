"""Lowering of task types and of the operations that begin tasks: `async_tasks.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from attrs import frozen
from msgspec import structs

from taskclients_core.operation import Operation as CoreOperation
from taskclients_core.tasks.definition import (
    DownloadLinks,
    FromList,
    FromOperation,
    InlineResult,
    Phase,
    TaskType,
)

from ...spec import naming
from ...spec.model import Operation, Spec, SubmissionDeclaration, TaskTypeDeclaration
from ...spec.schema import Scalar, Shape
from .. import ir
from ..literals import paragraphs, sentence, tuple_of
from ..spelling import Speller
from .operations import argument_docs, async_doc, constant, function_name, lower_operation, section, summary
from .requests import argument_name
from .responses import is_optional, item_shape, page_item, returned, shape_at, success_shape
from .struct_source import Printer, Symbol, share

_CANCELLABLE = "CancellableTaskHandle"
_CONFIRMABLE = "ConfirmableTaskHandle"
_GUIDS: Final[Mapping[str, Literal["N", "D"]]] = {"x-guid-n": "N", "uuid": "D"}


@frozen
class TaskTypeLowering:
    """Lowering of the task types of one spec."""

    package: str
    operations: Mapping[str, Operation]
    references: Mapping[str, str]
    """Name under which the module of a tag is imported."""

    speller: Speller
    """Names of models, as `async_tasks.py` imports them."""

    def definition(self, task_type: TaskType[Any, Any]) -> TaskType[Any, Any]:
        """Return a task type with the names and types that are generated for it."""
        result = task_type.result
        if isinstance(result, InlineResult):
            result = InlineResult(result.at, Symbol(self._member(task_type, result.at, exact=True)))
        handles = tuple_of(each.name for each in self.handle_classes(task_type))
        poll = task_type.poll
        if isinstance(poll, FromList):
            key = self.speller.resolved(shape_at(self._task(task_type), poll.key, self.speller))
            poll = structs.replace(poll, guid=_GUIDS.get(key.format) if isinstance(key, Scalar) else None)
        return structs.replace(
            task_type,
            poll=poll,
            name=f"{self.package}.{naming.snake(task_type.name)}",
            model=Symbol(self.speller.expression(self._task(task_type))),
            result=result,
            handles=Symbol(handles) if handles else None,
        )

    def lower(self, declared: TaskTypeDeclaration, printer: Printer) -> ir.TaskType:
        """Lower a task type."""
        task_type = declared.definition
        return ir.TaskType(
            constant=task_type_constant(task_type),
            types=self.types(task_type),
            entries=printer.arguments(self.definition(task_type)),
            doc=paragraphs(
                [
                    sentence(declared.description) or f"Tasks of the type `{task_type.name}`.",
                    f"Assumed: {sentence(declared.assumed)}" if declared.assumed else "",
                ]
            ),
        )

    def handle(self, task_type: TaskType[Any, Any], prefix: str = "") -> str:
        """Return the type of the handles of a task type; `prefix` is `Async` for the async one."""
        if _has_own_handles(task_type):
            return f"{prefix}{naming.handle_class(task_type.name)}"
        able = _CANCELLABLE if task_type.cancel else _CONFIRMABLE if task_type.actions else "TaskHandle"
        return f"handles.{prefix}{able}[{self.types(task_type)}]"

    def handle_classes(self, task_type: TaskType[Any, Any]) -> Iterator[ir.HandleClass]:
        """Yield the handle classes of a task type's own, sync and async."""
        if not _has_own_handles(task_type):
            return
        name, types = naming.handle_class(task_type.name), self.types(task_type)
        for prefix, doc in (
            ("", f"A task of the type `{task_type_constant(task_type)}`, which can be cancelled and confirmed."),
            ("Async", f"Async twin of `{name}`."),
        ):
            yield ir.HandleClass(
                name=f"{prefix}{name}",
                bases=tuple(f"handles.{prefix}{each}[{types}]" for each in (_CANCELLABLE, _CONFIRMABLE)),
                doc=doc,
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
            return Symbol(f"{self.references[found.tag]}.{constant(found)}")
        return Symbol(task_type_constant(value)) if isinstance(value, TaskType) else None

    def _task(self, task_type: TaskType[Any, Any]) -> Shape:
        shape = success_shape(self.operations[task_type.poll.call.operation.name])
        if not isinstance(task_type.poll, FromList):
            return shape
        return item_shape(shape_at(shape, task_type.poll.items, self.speller), self.speller)

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
                operation = self.operations[call.operation.name]
                item = page_item(operation, self.speller)
                return f"list[{item}]" if item else returned(operation, self.speller).annotation
            case None:
                return "None"


def task_type_constant(task_type: TaskType[Any, Any]) -> str:
    """Return the name of the constant of a task type."""
    return naming.upper(task_type.name)


def _has_own_handles(task_type: TaskType[Any, Any]) -> bool:
    return bool(task_type.cancel and task_type.actions)


def _can_be(task_type: TaskType[Any, Any], phase: Phase) -> bool:
    return phase in task_type.state.phases.values() or any(rule.phase is phase for rule in task_type.state.rules)


_KEY = "idempotency_key"
_KEY_DOC = (
    "idempotency_key: Name of your own for this task. With a journal, a second call under the same key sends nothing "
    "and returns the same task."
)
_RESTART = ir.Argument(name="restart", type="bool", default="False")
_RESTART_DOC = "restart: Begin another task if the one of `idempotency_key` failed or was cancelled."


@frozen(kw_only=True)
class Tasks:
    """Contents of `async_tasks.py`."""

    task_types: tuple[ir.TaskType, ...]
    begin_functions: tuple[ir.BeginFunction, ...]
    constants: tuple[ir.Constant, ...]
    handle_classes: tuple[ir.HandleClass, ...]


def lower_tasks(spec: Spec, speller: Speller, references: Mapping[str, str]) -> Tasks:
    """Lower the task types of a spec, and the operations that begin tasks.

    Args:
        spec: The spec.
        speller: Names of models, as `async_tasks.py` imports them.
        references: Name under which it imports the module of each tag.
    """
    operations = {each.id: each for each in spec.operations}
    lowering = TaskTypeLowering(spec.stem, operations, references, speller)
    starts = [(operation, operation.submission) for operation in spec.operations if operation.submission]
    printer, constants = share(
        [
            *(lowering.definition(each.definition) for each in spec.task_types),
            *(submission.definition for _, submission in starts),
        ],
        lowering.symbol,
    )
    return Tasks(
        constants=constants,
        handle_classes=tuple(
            each for task_type in spec.task_types for each in lowering.handle_classes(task_type.definition)
        ),
        task_types=tuple(lowering.lower(each, printer) for each in spec.task_types),
        begin_functions=tuple(_begin_function(*each, lowering, printer) for each in starts),
    )


def begins(operation: Operation) -> str:
    """Return the sentence on the `begin_...` function of an operation, '' if it begins no task."""
    if operation.submission is None:
        return ""
    function = naming.begin(function_name(operation))
    match operation.submission.definition.task_type.result:
        case DownloadLinks():
            rest = " and downloads its file"
        case None:
            rest = ""
        case _:
            rest = " and returns its result"
    return f"`{function}` returns a handle that waits for the task{rest}."


def _begin_function(
    operation: Operation, submission: SubmissionDeclaration, lowering: TaskTypeLowering, printer: Printer
) -> ir.BeginFunction:
    task_type = submission.definition.task_type
    endpoint = lower_operation(lowering.package, operation, lowering.speller)
    function = naming.begin(endpoint.function)
    header = _key_argument(operation, submission.definition.idempotency_header, endpoint)
    keyword = tuple(each for each in endpoint.keyword if each is not header)
    key = ir.Argument(
        name=_KEY,
        type="str" if header and not header.default else "str | None",
        default=header.default if header else "None",
    )
    passed = [_KEY if header and each == header.name else each for each in endpoint.passed.split(", ")]
    arguments = argument_docs(operation, (*endpoint.positional, *keyword), lowering.speller, assumed=False)
    docs = [*arguments, _KEY_DOC, _RESTART_DOC]
    return ir.BeginFunction(
        constant=endpoint.constant,
        entries=printer.arguments(submission.definition),
        function=function,
        async_function=naming.async_function(function),
        doc=_doc(operation, submission, endpoint.function, docs),
        async_doc=async_doc(summary(operation), function, docs),
        positional=endpoint.positional,
        keyword=tuple(sorted((*keyword, key, _RESTART), key=lambda each: bool(each.default))),
        passed=", ".join([*passed, f"{_KEY}={_KEY}", "restart=restart"]),
        handle=lowering.handle(task_type),
        async_handle=lowering.handle(task_type, "Async"),
        needs_cast=bool(task_type.cancel or task_type.actions),
    )


def _key_argument(operation: Operation, header: str | None, endpoint: ir.Operation) -> ir.Argument | None:
    """Return the argument for the idempotency header, which `idempotency_key` replaces; None without such a header."""
    for parameter in operation.parameters:
        if parameter.place == "header" and header is not None and parameter.name.lower() == header.lower():
            name = argument_name(parameter)
            return next((each for each in endpoint.keyword if each.name == name and each.type.startswith("str")), None)
    return None


def _doc(operation: Operation, submission: SubmissionDeclaration, endpoint: str, docs: Sequence[str]) -> str:
    constant_name = task_type_constant(submission.definition.task_type)
    return paragraphs(
        [
            summary(operation),
            f"Call `{endpoint}` and return a handle on the task that it begins; see `{constant_name}`.",
            section("Args", docs),
            "Deprecated." if operation.deprecated else "",
            f"Assumed: {sentence(submission.assumed)}" if submission.assumed else "",
        ]
    )
