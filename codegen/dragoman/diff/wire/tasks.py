"""Comparison of task types and of the operations that begin tasks."""

from __future__ import annotations

from typing import Any

from attrs import define, field
from msgspec.structs import replace

from taskclients_core.json_pointer import from_names
from taskclients_core.tasks.definition import TaskType

from ..change import renames
from .graph import Graph, Node, Spot
from .operations import Operations, operation_spot
from .rules import Row
from .sides import Side
from .structs import Field, differences, report_field


@define(eq=False)
class Tasks:
    """Comparison of the task types and submissions of two specs."""

    graph: Graph
    old: Side
    new: Side
    operations: Operations
    _users: dict[tuple[str, str], int] = field(factory=dict[tuple[str, str], int], init=False)
    """Operations that begin tasks of a type of one side."""

    def __attrs_post_init__(self) -> None:
        for word, side in (("old", self.old), ("new", self.new)):
            for name, operation in side.operations.items():
                if operation.submission:
                    key = word, operation.submission.definition.task_type.name
                    self._users[key] = self._users.get(key, 0) | 1 << self.operations.index[name]

    def compare(self) -> None:
        """Compare all of them."""
        sides = self.old.spec.task_types, self.new.spec.task_types
        before, after = ({each.definition.name: each.definition for each in side} for side in sides)
        pairs = {name: name for name in before if name in after}
        pairs |= renames(
            {name: _form(each) for name, each in before.items() if name not in pairs},
            {name: _form(each) for name, each in after.items() if name not in pairs},
        )
        for name, definition in before.items():
            other = pairs.get(name, name)
            node, spot = self._node(name, other), _spot(name, other)
            if name not in pairs:
                node.report(spot, "task-type", "removed", "removed", gone=True)
                continue
            if name != other:
                rows = (Row("task-type", "removed"), Row("task-type", "added"))
                summary = f"likely renamed from {name}"
                node.report(spot, "task-type", "renamed", summary, old=name, new=other, rows=rows, renamed_from=name)
            for each in differences(definition, after[other], self._same):
                report_field(node, spot, each, "task", promise=_covered(each, definition))
        known = set(pairs.values())
        for name in after:
            if name not in known:
                self._node(name, name).report(_spot(name, name), "task-type", "added", "added")
        self._submissions(pairs)

    def _same(self, old: str, new: str) -> bool:
        return self.operations.pairs.get(old) == new

    def _node(self, old: str, new: str) -> Node:
        """Return a node for a task type, used by the operations that begin such tasks."""
        users = self._users.get(("old", old), 0) | self._users.get(("new", new), 0)
        users = users or 1 << len(self.operations.ids)
        return self.graph.root(requests=users, responses=users)

    def _submissions(self, types: dict[str, str]) -> None:
        for old_id, new_id in self.operations.pairs.items():
            old, new = self.old.operations[old_id], self.new.operations[new_id]
            before, after = old.submission, new.submission
            if not before and not after:
                continue
            bit = 1 << self.operations.index[new_id]
            node = self.graph.root(requests=bit, responses=bit)
            spot = operation_spot(old, new).inside("task", "x-begins-task")
            if not before or not after:
                how = "added" if after else "removed"
                text = "now begins a task" if after else "no longer begins a task"
                node.report(spot, "submission", how, text, gone=how == "removed")
                continue
            a, b = before.definition.task_type.name, after.definition.task_type.name
            if types.get(a) != b:
                summary = f"begins a task of the type {b} instead of {a}"
                node.report(spot, "submission-task-type", "changed", summary, old=a, new=b)
            for each in differences(before.definition, after.definition, self._same):
                report_field(node, spot, each, "submission")


def _form(definition: TaskType[Any, Any]) -> str:
    """Return everything but the name."""
    return repr(replace(definition, name=""))


def _covered(field: Field, definition: TaskType[Any, Any]) -> str:
    """Return `covered` for a host that a pattern of the old spec includes."""
    if field.what != "DownloadLinks.hosts" or field.how != "added":
        return ""
    hosts: tuple[str, ...] = getattr(definition.result, "hosts", ())
    covered = any(each.startswith("*.") and field.new.endswith(each[1:]) for each in hosts)
    return "covered" if covered else ""


def _spot(old: str, new: str) -> Spot:
    return Spot(
        words=f"task type {new}",
        old=from_names(("components", "x-task-types", old)),
        new=from_names(("components", "x-task-types", new)),
        old_subject=("task type", old),
        subject=("task type", new),
    )
