"""Reader and writer of arrays with a type for each position: `tuple[int, str]`, `tuple[int, *tuple[str, ...]]`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from .mismatch import Mismatch, items_of, json_mismatch, kind_of, value_mismatch
from .node import Namespace, Positional
from .reader import Reader


class TupleReader:
    """Reads the raw text of an array with a type for each position."""

    def __init__(self, shape: Positional, label: str, namespace: Namespace) -> None:
        self._readers = [Reader(namespace, node) for node in shape.nodes]
        self._rest = Reader(namespace, shape.rest) if shape.rest else None
        self._label = label

    def __call__(self, raw: msgspec.Raw) -> tuple[Any, ...]:
        """Decode a text. Raises Mismatch, for another number of items too."""
        text = bytes(raw)
        if kind_of(text) != "array":
            raise json_mismatch(self._label, text)
        items = items_of(raw)
        more = len(items) - len(self._readers)
        if more < 0 or (more and self._rest is None):
            raise json_mismatch(self._label, text, f"of length {len(items)}")
        readers = self._readers + [self._rest] * more if self._rest else self._readers
        found: list[Any] = []
        for reader, item in zip(readers, items, strict=True):
            try:
                found.append(reader(item))
            except Mismatch as mismatch:
                raise mismatch.under(len(found)) from None
        return tuple(found)


class TupleWriter:
    """Lowers a tuple, or a list, item by item."""

    def __init__(self, shape: Positional, label: str, namespace: Namespace) -> None:
        self._shape = shape
        self._label = label
        self._namespace = namespace

    def __call__(self, value: Any) -> list[Any]:
        """Return the items to encode. Raises Mismatch, for another number of items too."""
        if not issubclass(value.__class__, (tuple, list)):
            raise value_mismatch(self._label, value)
        found: list[Any] = []
        for index, item in enumerate(value):
            node = self._shape.at(index)
            if node is None:
                break
            lower: Callable[[Any], Any] | None = self._namespace[node.lower] if node.lower else None
            try:
                found.append(item if lower is None else lower(item))
            except Mismatch as mismatch:
                raise mismatch.under(index) from None
        if len(found) < max(len(value), len(self._shape.nodes)):
            raise value_mismatch(self._label, value, f"of length {len(value)}")
        return found
