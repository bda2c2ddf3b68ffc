"""Members that a model did not declare, kept in a `dict[str, T]` of their own."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

import msgspec

from .elements import lower_values
from .mismatch import Key, Mismatch, misfit
from .node import Node
from .reader import Reader
from .space import Space
from .text import members_of


class Extras:
    """Reads and lowers them."""

    def __init__(self, known: Set[str], node: Node, space: Space) -> None:
        self._known = known
        self._read = Reader(space, node)
        self._lower = node.lower
        self._space = space

    def read(self, raw: msgspec.Raw) -> dict[str, Any]:
        """All members of a JSON object that are not the model's own."""
        found: dict[str, Any] = {}
        for name, part in members_of(raw).items():
            if name not in self._known:
                try:
                    found[name] = self._read(part)
                except Mismatch as mismatch:
                    mismatch.under(Key(name))
                    raise
        return found

    def lower(self, values: Any) -> dict[str, Any]:
        """What to send for them. Raises Mismatch for one that would overwrite a declared member."""
        lower = self._space[self._lower] if self._lower else _as_it_is
        lowered = lower_values(lower, values)
        for name in self._known & lowered.keys():
            raise misfit("no member that a field stands for", values[name]).under(name)
        return lowered


def _as_it_is(value: Any) -> Any:
    return value
