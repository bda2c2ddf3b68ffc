"""Kinds of tasks: one constant that says how they are observed, and the types that go with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from msgspec import structs

from taskclients_core.operation import Operation as CoreOperation
from taskclients_core.tasks.definition import Fetched, Inline, Kind, Links, Listed
from taskclients_core.tasks.phases import Phase

from .. import ir, names
from ..quoting import paragraphs, sentence
from ..schema import Shape
from ..spec import Operation, TaskTypeDeclaration
from ..spelling import Speller
from .answer import returned, success_shape
from .operation import constant
from .pointer import is_optional, item_shape, shape_at
from .struct_source import Symbol, arguments


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
        if isinstance(result, Inline):
            result = Inline(result.at, Symbol(self._member(kind, result.at, exact=True)))
        generated = structs.replace(
            kind,
            name=f"{self.package}.{names.snake(kind.name)}",
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

    def types(self, kind: Kind[Any, Any]) -> str:
        """Return the types of a task and of its result."""
        result = self._result_type(kind)
        # A task that had nothing to do has no result.
        nothing = _can_be(kind, Phase.SKIPPED) and not result.endswith("None")
        return f"{self.speller.annotation(self._task(kind))}, {result}{' | None' if nothing else ''}"

    def symbol(self, value: object) -> Symbol | None:
        """Return the constant of an operation or of a kind; None for other values."""
        if isinstance(value, CoreOperation):
            found = self.operations[value.name]
            return Symbol(f"{names.module(found.tag)}.{constant(found)}")
        return Symbol(kind_constant(value)) if isinstance(value, Kind) else None

    def _task(self, kind: Kind[Any, Any]) -> Shape:
        answer = success_shape(self.operations[kind.observe.call.operation.name])
        if not isinstance(kind.observe, Listed):
            return answer
        return item_shape(shape_at(answer, kind.observe.items, self.speller), self.speller)

    def _member(self, kind: Kind[Any, Any], pointer: str, *, exact: bool = False) -> str:
        """Return the type of a member of a task, None among it where the member need not be there."""
        task = self._task(kind)
        type_ = self.speller.annotation(shape_at(task, pointer, self.speller), exact=exact)
        optional = is_optional(task, pointer, self.speller) and type_ != "Any"
        return f"{type_} | None" if optional else type_

    def _result_type(self, kind: Kind[Any, Any]) -> str:
        match kind.result:
            case Links():
                return "DownloadableFile"
            case Inline(pointer):
                return self._member(kind, pointer)
            case Fetched(call):
                return returned(self.operations[call.operation.name], self.speller).annotation
            case None:
                return "None"


def kind_constant(kind: Kind[Any, Any]) -> str:
    """Return the name of a kind's constant."""
    return names.upper(kind.name)


def _can_be(kind: Kind[Any, Any], phase: Phase) -> bool:
    return phase in kind.state.phases.values() or any(rule.phase is phase for rule in kind.state.rules)
