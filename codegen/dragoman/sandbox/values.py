"""JSON values, and JSON Pointers into them."""

from __future__ import annotations

from typing import Any, TypeGuard


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Tell whether a value is a JSON object."""
    return isinstance(value, dict)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Tell whether a value is a JSON array."""
    return isinstance(value, list)


def tokens(pointer: str) -> list[str]:
    """Return the member names of an RFC 6901 pointer."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def at(value: Any, pointer: str) -> Any:
    """Return what `pointer` names in `value`, or None where there is nothing."""
    for token in tokens(pointer):
        if is_object(value):
            value = value.get(token)
        elif is_list(value) and token.isdecimal() and int(token) < len(value):
            value = value[int(token)]
        else:
            return None
    return value


def put(value: dict[str, Any], pointer: str, new: Any) -> None:
    """Set a member of an object; objects on the way to it are made where they are missing."""
    *way, last = tokens(pointer)
    for token in way:
        inner = value.get(token)
        if not is_object(inner):
            inner = value[token] = {}
        value = inner
    value[last] = new
