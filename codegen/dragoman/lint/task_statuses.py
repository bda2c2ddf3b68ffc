"""Checks of the status words of task types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from taskclients_core.json_pointer import escape

from ..diagnostics import Problem
from ..spec.yaml_document import Document
from .shapes import at, items, values
from .tasks import TaskType, task_types
from .values import nearest
from .walk import Node, report


@frozen
class Words:
    """A map of words, and the values that its words are."""

    pointer: str
    """Where the map stands."""

    told: str
    """What to call it."""

    map: Mapping[str, str]
    values: tuple[str, ...]
    """What the schema lists; empty if it lists nothing."""

    fold: bool = False

    def same(self, word: str) -> str:
        """Return a word as words are compared."""
        return word.casefold() if self.fold else word


def maps(document: Document) -> Iterator[Words]:
    """Yield the maps of all kinds of tasks."""
    for kind in task_types(document):
        yield from _maps(document, kind)


def _maps(document: Document, kind: TaskType) -> Iterator[Words]:
    node, state = kind.node, kind.node.data["state"]
    listed = _texts(document, kind.task, state["at"])
    yield Words(node.at("state", "phases"), "state.phases", state["phases"], listed, state.get("fold") == "case")
    if "steps" in node.data:
        steps: dict[str, Any] = node.data["steps"]
        step = items(document, at(document, kind.task, steps["at"]))
        listed = _texts(document, step, steps["state"]["at"])
        yield Words(node.at("steps", "state", "phases"), "steps.state.phases", steps["state"]["phases"], listed)
    for index, messages in enumerate(node.data.get("messages", ())):
        level = messages.get("level")
        if isinstance(level, dict):
            message = items(document, at(document, kind.task, messages["in"])) if "in" in messages else kind.task
            listed = _texts(document, message, level["at"])
            yield Words(node.at("messages", index, "level", "levels"), "level.levels", level["levels"], listed)


def _texts(document: Document, schema: Node | None, pointer: str) -> tuple[str, ...]:
    return tuple(value for value in values(document, at(document, schema, pointer)) if isinstance(value, str))


STATUS_UNMAPPED: Final = "status-unmapped"


def check_status_unmapped(document: Document) -> Iterator[Problem]:
    """A value that a status can have is not mapped to a phase.

    A task with such a word would count as running for ever, though its page says what the word means. The same holds
    for the words of its steps, and for the words that give messages their level.

    Write every value of the enumeration in the map: under `state.phases` with the phase that it stands for, under
    `steps.state.phases` likewise, under `level.levels` with `info`, `warning` or `error`.
    """
    for each in maps(document):
        mapped = {each.same(word) for word in each.map}
        what = "level" if each.told == "level.levels" else "phase"
        for value in each.values:
            if each.same(value) not in mapped:
                message = f"'{value}' has no {what} in {each.told}"
                yield report(document, STATUS_UNMAPPED, each.pointer, message, f"write {value}: and its {what}")


STATUS_SURPLUS: Final = "status-surplus"


def check_status_surplus(document: Document) -> Iterator[Problem]:
    """A map of status words has a word that the status cannot be.

    It is a slip of the pen, and the word that was meant is then missing; or the enumeration is not complete.

    Write the words as the enumeration has them, each once: `Canceled` is not `Cancelled`. With `fold: case` two words
    that differ in case only are one.
    """
    for each in maps(document):
        yield from _twice(document, each)
        known = {each.same(value) for value in each.values}
        for word in each.map:
            if known and each.same(word) not in known:
                hint = nearest(word, each.values, "add it to the enum, or remove it here")
                message = f"'{word}' in {each.told} is no value of the status"
                yield report(document, STATUS_SURPLUS, f"{each.pointer}/{escape(word)}", message, hint)


def _twice(document: Document, words: Words) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for word in words.map:
        first = seen.setdefault(words.same(word), word)
        if first != word:
            message = f"'{word}' in {words.told} is '{first}' once more, as case does not count"
            yield report(
                document, STATUS_SURPLUS, f"{words.pointer}/{escape(word)}", message, "keep one, or remove fold: case"
            )
