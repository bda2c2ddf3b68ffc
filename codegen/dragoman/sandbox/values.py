"""JSON values: tests of their types, and writing into them by JSON pointer."""

from __future__ import annotations

from typing import Any, TypeGuard

from taskclients_core.json_pointer import parse


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value is a JSON object."""
    return isinstance(value, dict)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Tell whether a value is a JSON array."""
    return isinstance(value, list)


def put(value: dict[str, Any], pointer: str, new: Any) -> None:
    """Set a member of an object; objects on the way to it are made where they are missing."""
    *way, last = parse(pointer)
    for token in way:
        inner = value.get(token)
        if not is_object(inner):
            inner = value[token] = {}
        value = inner
    value[last] = new
