"""Shallow type checks and safe descriptions of arguments, for error messages raised before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Final, ForwardRef, Literal, NewType, TypeVar, Union, get_args, get_origin

_WORD: Final = re.compile("[a-z_]{1,20}", re.ASCII)


def describe(value: object) -> str:
    """Describe a value for a message: numbers, booleans, None and plain words by value, anything else by its type."""
    if value is None or isinstance(value, int | float) or (isinstance(value, str) and _WORD.fullmatch(value)):
        return f"{value!r:.80}"
    return type(value).__name__


_WIDER: dict[object, tuple[type, ...]] = {
    float: (float, int),
    Decimal: (Decimal, int, float),
    list: (list, tuple),
    dict: (Mapping,),
    bytes: (bytes, bytearray, memoryview),
    Sequence: (list, tuple),
}


def accepted_classes(hint: Any) -> tuple[type, ...]:
    """Return the classes of the values of a type; `(object,)` if they are unknown."""
    if hint is None:
        return (NoneType,)
    origin = get_origin(hint)
    if origin is Annotated:
        return accepted_classes(get_args(hint)[0])
    if origin in (Union, UnionType):
        return tuple(found for member in get_args(hint) for found in accepted_classes(member))
    if origin is Literal:
        return tuple({type(value): None for value in get_args(hint)})
    if isinstance(hint, NewType):
        return accepted_classes(hint.__supertype__)
    if hint is Any or isinstance(hint, TypeVar | ForwardRef | str):
        return (object,)
    found = origin or hint
    return _WIDER.get(found) or ((found,) if isinstance(found, type) else (object,))


def format_type(hint: Any) -> str:
    """Format a type as it is written in source code."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return format_type(arguments[0])
    if origin in (Union, UnionType):
        return " | ".join(format_type(member) for member in arguments)
    if origin is list or origin is dict:
        return f"{origin.__name__}[{', '.join(format_type(member) for member in arguments)}]"
    if hint is None or hint is NoneType:
        return "None"
    return hint.__name__ if isinstance(hint, type) else str(hint)
