"""JSON pointers (RFC 6901): `/items/0/a~1b` is the member `a/b` of the first of the `items`; '' is the whole value.

The functions accept any text and any JSON value and never raise; text that is not a pointer matches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, cast

from msgspec import UNSET

MISSING: Final = UNSET
"""Result for a place that does not exist; None is a valid value."""

_LONGEST_INDEX: Final = 18
# Matches no member: JSON text cannot contain lone surrogates.
_NO_MATCH: Final = ("\ud800", "\ud800")


def escape(name: str) -> str:
    """Escape the name of a member for use in a pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def unescape(token: str) -> str:
    """Decode one token of a pointer to the name of a member."""
    return token.replace("~1", "/").replace("~0", "~")


def from_names(names: Iterable[str | int]) -> str:
    """Return the pointer for a sequence of names and indices."""
    return "".join([f"/{escape(str(name))}" for name in names])


@lru_cache(1024)
def parse(pointer: str) -> tuple[str, ...]:
    """Split a pointer into names and indices; for text that is not a pointer, return names that match nothing."""
    if not pointer:
        return ()
    first, *tokens = pointer.split("/")
    return _NO_MATCH if first else tuple(map(unescape, tokens))


def array_index(name: str) -> int | None:
    """Convert a token of a pointer to an array index; None if it is not an index (`-`, `01`)."""
    plain = name.isascii() and name.isdecimal() and len(name) <= _LONGEST_INDEX
    return int(name) if plain and (name == "0" or name[0] != "0") else None


def resolve(value: object, pointer: str, default: Any = MISSING) -> Any:
    """Return the part of a value that a pointer refers to; `default` if it does not exist."""
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
