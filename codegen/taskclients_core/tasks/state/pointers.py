"""JSON pointers (RFC 6901) and JSON's own equality. Both take any value that JSON can be, and never fail."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final, cast

from msgspec import UNSET

MISSING: Final = UNSET
"""What stands where nothing stands."""

_LONGEST_INDEX: Final = 18


def find(value: object, pointer: str) -> Any:
    """What a value has at a place; MISSING if there is none, or if the pointer is no pointer."""
    for name in tokens(pointer):
        if isinstance(value, dict):
            value = cast("dict[str, object]", value).get(name, MISSING)
        elif isinstance(value, list):
            value = _item(cast("list[object]", value), name)
        else:
            return MISSING
    return value


@lru_cache(1024)
def tokens(pointer: str) -> tuple[str, ...]:
    """The names and indices that lead to a place; of what is no pointer, one that leads nowhere."""
    if not pointer:
        return ()
    first, *names = pointer.split("/")
    if first:
        return _NOWHERE
    return tuple(name.replace("~1", "/").replace("~0", "~") for name in names)


def index(name: str) -> int | None:
    """The index that a part of a pointer is; None if it is none."""
    plain = name.isascii() and name.isdecimal() and len(name) <= _LONGEST_INDEX
    return int(name) if plain and (name == "0" or name[0] != "0") else None


def equal(one: object, other: object) -> bool:
    """Whether two values are the same to JSON: 1 is 1.0 but not true, members have no order."""
    # A loop, as values may nest as deeply as Python's own recursion goes.
    pairs = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if isinstance(left, dict) and isinstance(right, dict):
            lefts, rights = cast("dict[str, object]", left), cast("dict[str, object]", right)
            if lefts.keys() != rights.keys():
                return False
            pairs.extend((value, rights[name]) for name, value in lefts.items())
        elif isinstance(left, list) and isinstance(right, list):
            firsts, seconds = cast("list[object]", left), cast("list[object]", right)
            if len(firsts) != len(seconds):
                return False
            pairs.extend(zip(firsts, seconds, strict=True))
        elif isinstance(left, bool) or isinstance(right, bool):
            if left is not right:
                return False
        elif left != right:
            return False
    return True


def _item(items: list[object], name: str) -> object:
    at = index(name)
    return MISSING if at is None or at >= len(items) else items[at]


# A name that no member can have, as JSON's text has no lone surrogates.
_NOWHERE: Final = ("\ud800", "\ud800")
