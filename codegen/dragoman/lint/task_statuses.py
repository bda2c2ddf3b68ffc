"""Checks of the status values of task types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from taskclients_core.json_pointer import escape, parse

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from .shapes import at, items, values
from .tasks import TaskType, task_types
from .values import nearest
from .walk import Node, report


@frozen
class ValueMap:
    """A map of a task type from the values of a member to phases or levels."""

    pointer: str
    """JSON Pointer of the map."""

    name: str
    """Name of the map in messages, such as `state.phases`."""

    map: Mapping[str, str]
    values: tuple[str, ...]
    """Values of the member in its schema; empty if the schema lists none."""

    fold: bool = False
    """True if the case of values is ignored (`fold: case`)."""

    def normalized(self, value: str) -> str:
        """Return a value in the form for comparison."""
        return value.casefold() if self.fold else value


def maps(document: Document) -> Iterator[ValueMap]:
    """Yield the maps of all task types."""
    for task_type in task_types(document):
        yield from _maps(document, task_type)


def _maps(document: Document, task_type: TaskType) -> Iterator[ValueMap]:
    node, state = task_type.node, task_type.node.data["state"]
    listed = _texts(document, task_type.task, state["at"])
    yield ValueMap(node.at("state", "phases"), "state.phases", state["phases"], listed, state.get("fold") == "case")
    if "steps" in node.data:
        steps: dict[str, Any] = node.data["steps"]
        step = items(document, at(document, task_type.task, steps["at"]))
        listed = _texts(document, step, steps["state"]["at"])
        yield ValueMap(node.at("steps", "state", "phases"), "steps.state.phases", steps["state"]["phases"], listed)
    for index, messages in enumerate(node.data.get("messages", ())):
        level = messages.get("level")
        if isinstance(level, dict):
            message = (
                items(document, at(document, task_type.task, messages["in"])) if "in" in messages else task_type.task
            )
            listed = _texts(document, message, level["at"])
            yield ValueMap(node.at("messages", index, "level", "levels"), "level.levels", level["levels"], listed)


def _texts(document: Document, schema: Node | None, pointer: str) -> tuple[str, ...]:
    return tuple(value for value in values(document, at(document, schema, pointer)) if isinstance(value, str))


STATUS_UNMAPPED: Final = "status-unmapped"


def check_status_unmapped(document: Document) -> Iterator[Problem]:
    """A status value of the schema has no phase, or a message value no level.

    A task with such a status would count as running forever, although the documentation page states its meaning.

    Write every value of the enum as a key: under `state.phases` and `steps.state.phases` with its phase, such as
    `Done: succeeded`, and under `level.levels` with `info`, `warning` or `error`.
    """
    for each in maps(document):
        mapped = {each.normalized(value) for value in each.map}
        is_level = each.name == "level.levels"
        for value in each.values:
            if each.normalized(value) not in mapped:
                message = f"'{value}' has no {'level' if is_level else 'phase'} in {each.name}"
                example = f"{value}: warning` (or info, error)" if is_level else f"{value}: running` (or another phase)"
                hint = f"add `{example} under {_path(each.pointer)}"
                yield report(document, STATUS_UNMAPPED, each.pointer, message, hint)


def _path(pointer: str) -> str:
    """Return the pointer of a part of `components` as a dotted path, without `components`."""
    return ".".join(parse(pointer)[1:])


STATUS_SURPLUS: Final = "status-surplus"


def check_status_surplus(document: Document) -> Iterator[Problem]:
    """A key of a map of status values is not a value of the status, or is a duplicate.

    Either the key is a typo and the intended value has no phase, or the enum of the schema is incomplete.

    Write the values exactly as in the enum, each once: `Canceled` is not `Cancelled`. With `fold: case`, keys must
    differ in more than case.
    """
    for each in maps(document):
        yield from _duplicates(document, each)
        known = {each.normalized(value) for value in each.values}
        for value in each.map:
            if known and each.normalized(value) not in known:
                hint = nearest(value, each.values, "add it to the enum, or remove it here")
                message = f"'{value}' in {each.name} is not a value of the status"
                yield report(document, STATUS_SURPLUS, f"{each.pointer}/{escape(value)}", message, hint)


def _duplicates(document: Document, each: ValueMap) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for value in each.map:
        first = seen.setdefault(each.normalized(value), value)
        if first != value:
            where = f"{each.pointer}/{escape(value)}"
            message = f"'{value}' in {each.name} repeats '{first}', as fold: case ignores case"
            yield report(document, STATUS_SURPLUS, where, message, "remove one of the two, or fold: case")
