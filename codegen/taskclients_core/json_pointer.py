"""JSON pointers (RFC 6901): `/items/0/a~1b` is the member `a/b` of the first of the `items`; '' is the whole value.

The functions take any text and any JSON value, and never raise: a text that is not a pointer leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, cast

from msgspec import UNSET

MISSING: Final = UNSET
"""Returned for a place that does not exist, as None is a value."""

_LONGEST_INDEX: Final = 18
# A name that no member can have: the text of JSON contains no lone surrogates.
_NOWHERE: Final = ("\ud800", "\ud800")


def escape(name: str) -> str:
    """Return a member's name as a pointer contains it."""
    return name.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """Return the member's name that a part of a pointer stands for."""
    return token.replace("~1", "/").replace("~0", "~")


def from_names(names: Iterable[str | int]) -> str:
    """Return the pointer that leads through these names and indices."""
    return "".join([f"/{escape(str(name))}" for name in names])


@lru_cache(1024)
def parse(pointer: str) -> tuple[str, ...]:
    """Return the names and indices of a pointer; of a text that is not a pointer, names that no value has."""
    if not pointer:
        return ()
    first, *tokens = pointer.split("/")
    return _NOWHERE if first else tuple(map(unescape, tokens))


def array_index(name: str) -> int | None:
    """Return the index that a part of a pointer stands for in an array; None if it is not one (`-`, `01`)."""
    plain = name.isascii() and name.isdecimal() and len(name) <= _LONGEST_INDEX
    return int(name) if plain and (name == "0" or name[0] != "0") else None


def resolve(value: object, pointer: str, default: Any = MISSING) -> Any:
    """Return what a value contains at a pointer, `default` if there is nothing."""
    for name in parse(pointer):
        if isinstance(value, dict):
            value = cast("dict[str, object]", value).get(name, MISSING)
        elif isinstance(value, list):
            value = _item(cast("list[object]", value), name)
        else:
            return default
    return default if value is MISSING else value


def _item(items: list[object], name: str) -> object:
    index = array_index(name)
    return MISSING if index is None or index >= len(items) else items[index]
