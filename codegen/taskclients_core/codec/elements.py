"""Applies a codec to each element of a list or map; on failure, and only then, finds out which one it was."""

from __future__ import annotations

from collections.abc import Callable
from operator import length_hint
from typing import Any

from .mismatch import Key, Mismatch, misfit


def lift_items(lift: Callable[[Any], Any], values: list[Any]) -> list[Any]:
    """Lift each item of an array."""
    rest = iter(values)
    try:
        return list(map(lift, rest))
    except Mismatch as mismatch:
        mismatch.under(len(values) - length_hint(rest) - 1)
        raise


def place_of(value: Any, values: list[Any]) -> int:
    """The index at which a list holds this very object."""
    return next(index for index, each in enumerate(values) if each is value)


def lift_values(lift: Callable[[Any], Any], values: dict[Any, Any]) -> dict[Any, Any]:
    """Lift each value of a map."""
    rest = iter(values.items())
    try:
        return {key: lift(value) for key, value in rest}
    except Mismatch as mismatch:
        mismatch.under(_key(values, length_hint(rest)))
        raise


def lower_items(lower: Callable[[Any], Any], values: Any) -> list[Any]:
    """Lower each item of a list or tuple."""
    if not issubclass(values.__class__, (list, tuple)):
        raise misfit("list", values)
    return lift_items(lower, values)  # a tuple does as well


def lower_values(lower: Callable[[Any], Any], values: Any) -> dict[Any, Any]:
    """Lower each value of a dict."""
    if not issubclass(values.__class__, dict):
        raise misfit("dict", values)
    return lift_values(lower, values)


def _key(values: dict[Any, Any], left: int) -> Key:
    return Key(list(values)[len(values) - left - 1])
