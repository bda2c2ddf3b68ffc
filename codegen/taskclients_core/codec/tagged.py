"""Discriminated unions: a member of the object names the class.

msgspec chooses among the mirrors itself, one for each pair of class and tag. Only where a class takes members it did
not declare, the object is read as raw text and the tag is looked up here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from .mismatch import Mismatch, misfit, unlike
from .node import Node, Tagged
from .reader import Reader
from .space import Space
from .text import kind_of, members_of, text_member


def native(shape: Tagged) -> bool:
    """Whether msgspec can tell the members apart by itself."""
    return all(model.extra is None for model in shape.models.values())


class TagReader:
    """Reads the raw text of one of them."""

    def __init__(self, shape: Tagged, nodes: dict[str, Node], label: str, space: Space) -> None:
        self._property = shape.property
        self._readers = {tag: Reader(space, node) for tag, node in nodes.items()}
        self._label = label

    def __call__(self, raw: msgspec.Raw) -> Any:
        """The value. Raises Mismatch for a missing or unknown tag too."""
        text = bytes(raw)
        if kind_of(text) != "object":
            raise unlike(self._label, text)
        members = members_of(raw)
        tag = text_member(members, self._property)
        if tag in self._readers:
            return self._readers[tag](raw)
        if self._property not in members:
            raise Mismatch("a required member", "nothing").under(self._property)
        allowed = "one of " + ", ".join(map(repr, self._readers))
        raise unlike(allowed, bytes(members[self._property])).under(self._property)


class TagWriter:
    """Lowers one of them, so that its tag is sent."""

    def __init__(self, shape: Tagged, label: str, space: Space) -> None:
        self._space = space
        self._label = label
        self._by_class: dict[type[Any], dict[str, str]] = {}
        self._attribute: dict[type[Any], str] = {}
        for tag, model in shape.models.items():
            self._by_class.setdefault(model.cls, {})[tag] = model.lower
            for member in model.members:
                if member.name == shape.property:
                    self._attribute[model.cls] = member.attribute

    def __call__(self, value: Any) -> Any:
        """The mirror. Raises Mismatch for an object of another class."""
        lowers = self._by_class.get(value.__class__)
        if lowers is None:
            raise misfit(self._label, value)
        tag = next(iter(lowers))
        if len(lowers) > 1 and value.__class__ in self._attribute:
            said = getattr(value, self._attribute[value.__class__])
            tag = next((known for known in lowers if known == said), tag)
        lower: Callable[[Any], Any] = self._space[lowers[tag]]
        return lower(value)
