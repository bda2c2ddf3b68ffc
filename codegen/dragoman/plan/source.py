"""Small pieces of Python source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ..quoting import literal


def call(callee: str, *arguments: str) -> str:
    """Return a call."""
    return f"{callee}({', '.join(arguments)})"


def entries(**values: str) -> tuple[str, ...]:
    """Return keyword arguments, without those that are ''."""
    return tuple(f"{name}={value}" for name, value in values.items() if value)


def alternatives(security: Iterable[Iterable[str]]) -> str:
    """Return alternatives of security, each a set of schemes that go together, as source."""
    return tuple_of(tuple_of(map(literal, each)) or "()" for each in security) or "()"


def tuple_of(items: Iterable[str]) -> str:
    """Return a tuple, '' for an empty one."""
    listed = list(items)
    return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})" if listed else ""


def repeated(sources: Iterable[str]) -> str:
    """Return the source that occurs most often, '' if none occurs twice: what a module says once, as a constant."""
    (most, times), *_ = Counter(filter(None, sources)).most_common(1) or [("", 0)]
    return most if times > 1 else ""
