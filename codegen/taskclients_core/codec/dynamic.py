"""Lowers values by what they are, where no annotation says it: at the top of `encode`, and below `Any`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from .elements import lower_items, lower_values
from .scalars import finite

Lower = Callable[[Any], Any]


class Dynamic:
    """Lowers any value; models wherever they are in it. It learns the classes it meets."""

    def __init__(self, lower_of: Callable[[type[Any]], Lower]) -> None:
        self._lower_of = lower_of
        self._by_class: dict[type[Any], Lower | None] = {}

    def lower(self, value: Any) -> Any:
        """What msgspec can write as the value."""
        cls: type[Any] = value.__class__
        try:
            lower = self._by_class[cls]
        except KeyError:
            lower = self._by_class[cls] = self._for(cls)
        return value if lower is None else lower(value)

    def _for(self, cls: type[Any]) -> Lower | None:
        if attrs.has(cls):
            return self._lower_of(cls)
        if issubclass(cls, (list, tuple)):
            return self._items
        if issubclass(cls, dict):
            return self._values
        return finite if hasattr(cls, "__float__") and not issubclass(cls, int) else None

    def _items(self, values: Any) -> Any:
        classes = set(map(type, values))
        if len(classes) == 1:
            first: Any = classes.pop()
            lower = self._by_class.get(first, self.lower)
            return values if lower is None else lower_items(lower, values)
        return lower_items(self.lower, values)

    def _values(self, values: Any) -> Any:
        return lower_values(self.lower, values)
