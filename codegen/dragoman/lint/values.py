"""JSON values: type guards, and their text in messages and hints."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final, TypeGuard

from taskclients_core.errors import closest

from ..spec.keywords import json_type


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Return True if a value is a JSON object."""
    return isinstance(value, dict)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Return True if a value is a JSON array."""
    return isinstance(value, list)


def is_number(value: Any) -> TypeGuard[int | float]:
    """Return True if a value is a JSON number; a bool is not one, although it is an int in Python."""
    return isinstance(value, int | float) and not isinstance(value, bool)


_LONGEST: Final = 60


def preview(value: Any) -> str:
    """Return a value as JSON of at most 60 characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def typed(value: Any) -> str:
    """Return the JSON type of a value; with the value itself for a scalar."""
    name = json_type(value)
    return name if name in ("object", "array", "null") else f"{name} {preview(value)}"


def listed(words: Iterable[Any]) -> str:
    """Return words as `a, b or c`."""
    *some, last = [str(word) for word in words] or ["nothing"]
    return f"{', '.join(some)} or {last}" if some else last


def nearest(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return a hint with the known word that is closest to `word`; `otherwise` if none is close."""
    close = closest(word, sorted(set(known)))
    return f"did you mean {close}?" if close else otherwise
