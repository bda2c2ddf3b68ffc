"""Kinds of tasks: one constant that says how they are observed, and the types that go with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from taskclients_core.tasks import definition

from .. import ir, names, task_spec
from ..quoting import literal, paragraphs, sentence
from ..schema import Shape
from ..spec import Operation
from ..spelling import Speller
from ..task_spec import Call, Kind
from . import task_parts as parts
from .answer import returned, success_shape
from .operation import constant
from .pointer import is_optional, item_shape, shape_at
from .source import entries, tuple_of
from .task_source import made, maybe, pairs


@frozen
class Kinds:
    """Plans the kinds of tasks of one spec."""

    package: str
    operations: Mapping[str, Operation]
    speller: Speller
    """Spells models as `async_tasks.py` sees them."""

    def plan(self, kind: Kind) -> ir.TaskKind:
        """Return the parts of a kind."""
        return ir.TaskKind(
            constant=kind_constant(kind.name),
            types=self.types(kind),
            entries=tuple(self._entries(kind)),
            doc=paragraphs(
                [
                    sentence(kind.description) or f"Tasks of the kind `{kind.name}`.",
                    f"Assumed: {sentence(kind.assumed)}" if kind.assumed else "",
                ]
            ),
        )

    def types(self, kind: Kind) -> str:
        """Return the types of a task and of its result."""
        result = self._result_type(kind)
        # A task that had nothing to do has no result.
        nothing = _can_be(kind, "skipped") and not result.endswith("None")
        return f"{self.speller.annotation(self._task(kind))}, {result}{' | None' if nothing else ''}"

    def reference(self, operation: str) -> str:
        """Return the constant of an operation as source."""
        found = self.operations[operation]
        return f"{names.module(found.tag)}.{constant(found)}"

    def _entries(self, kind: Kind) -> Iterator[str]:
        yield from entries(
            name=literal(f"{self.package}.{names.snake(kind.name)}"),
            model=self.speller.annotation(self._task(kind), exact=True),
            observe=self._observe(kind),
            state=parts.state(kind.state),
            timing=parts.timing(kind.timing),
            lifetime=parts.lifetime(kind.lifetime),
            progress=parts.progress(kind.progress),
            steps=parts.steps(kind.steps),
            messages=tuple_of(map(parts.messages, kind.messages)),
            answered=parts.test(kind.answered),
            actions=self._actions(kind),
            cancel=self._bound(kind.cancel) if kind.cancel else "",
            result=self._result(kind),
        )

    def _observe(self, kind: Kind) -> str:
        observe = kind.observe
        bound, most = self._bound(observe.call), maybe(observe.max_bytes)
        if not observe.listed:
            return made(definition.Single, bound, max_bytes=most)
        return made(
            definition.Listed,
            call=bound,
            items=literal(observe.items),
            key=literal(observe.key),
            pages=parts.pages(observe.pages),
            narrow=parts.narrow(observe.narrow, kind.state),
            max_bytes=most,
        )

    def _bound(self, call: Call) -> str:
        arguments = pairs(call.arguments)
        first = [self.reference(call.operation), *([arguments] if arguments else [])]
        return made(definition.Bound, *first, immediate=literal(call.immediate))

    def _actions(self, kind: Kind) -> str:
        actions = [f"{literal(name)}: {self._bound(call)}" for name, call in kind.actions]
        return "{" + ", ".join(actions) + "}" if actions else ""

    def _task(self, kind: Kind) -> Shape:
        answer = success_shape(self.operations[kind.observe.call.operation])
        if not kind.observe.listed:
            return answer
        return item_shape(shape_at(answer, kind.observe.items, self.speller), self.speller)

    def _member(self, kind: Kind, pointer: str, *, exact: bool = False) -> str:
        """Return the type of a member of a task, None among it where the member need not be there."""
        task = self._task(kind)
        type_ = self.speller.annotation(shape_at(task, pointer, self.speller), exact=exact)
        optional = is_optional(task, pointer, self.speller) and type_ != "Any"
        return f"{type_} | None" if optional else type_

    def _result_type(self, kind: Kind) -> str:
        match kind.result:
            case task_spec.File():
                return "DownloadableFile"
            case task_spec.Inline(pointer):
                return self._member(kind, pointer)
            case Call(operation=operation):
                return returned(self.operations[operation], self.speller).annotation
            case None:
                return "None"

    def _result(self, kind: Kind) -> str:
        match kind.result:
            case task_spec.File() as file:
                return parts.links(file)
            case task_spec.Inline(pointer):
                return made(definition.Inline, literal(pointer), self._member(kind, pointer, exact=True))
            case Call() as call:
                return made(definition.Fetched, self._bound(call))
            case None:
                return ""


def kind_constant(name: str) -> str:
    """Return the name of a kind's constant."""
    return names.upper(name)


def _can_be(kind: Kind, name: str) -> bool:
    return name in {phase for _, phase in kind.state.words} | {rule.phase for rule in kind.state.rules}
