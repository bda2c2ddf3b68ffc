"""Shallow type checks and safe descriptions of arguments, for error messages raised before anything is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Final, ForwardRef, Literal, NewType, TypeVar, Union, get_args, get_origin

_WORD: Final = re.compile("[a-z_]{1,20}", re.ASCII)


def describe(value: object) -> str:
    """Numbers, truth values, None and plain words as they are; of anything else no more than its type."""
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
    """The classes that a value of this type can have; `(object,)` when that cannot be told."""
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
    """A type as its author would write it."""
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
