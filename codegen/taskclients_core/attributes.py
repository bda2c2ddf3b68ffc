"""Attributes by path: where a page has its token, where an answer tells of a failure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .model import UNSET


def attribute(path: str) -> Callable[[Any], Any]:
    """A getter by attribute path, such as `meta.next_token`; None where the path breaks off."""
    names = path.split(".") if path else []

    def get(value: Any) -> Any:
        for name in names:
            if value is None or value is UNSET:
                return None
            value = getattr(value, name)
        return value

    return get
