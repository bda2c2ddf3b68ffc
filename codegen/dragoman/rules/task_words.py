"""The maps from a vendor's words to ours, beside the values that the schemas list: for the rules about words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from ..source import Document
from .shapes import at, items, values
from .tasks import Kind, kinds
from .walk import Node


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
    for kind in kinds(document):
        yield from _maps(document, kind)


def _maps(document: Document, kind: Kind) -> Iterator[Words]:
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
