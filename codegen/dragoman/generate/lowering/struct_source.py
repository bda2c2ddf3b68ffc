"""Printer of the core's structs: source that constructs a struct, without the defaults of its class."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import cache
from inspect import Parameter, signature
from typing import TypeAlias

from msgspec import Struct

from ..literals import call, literal, tuple_of


class Symbol(str):
    """Source code that is printed unchanged: the name of a generated class or constant, or a type."""

    __slots__ = ()


Symbols: TypeAlias = Callable[[object], Symbol | None]
"""Function from a value to its symbol; None for a value that is printed by `source`."""


def no_symbols(_: object) -> None:
    """Return None: no value has a symbol."""


def arguments(struct: Struct, symbols: Symbols = no_symbols) -> tuple[str, ...]:
    """Return the arguments that construct a struct, as source."""
    return tuple(_arguments(struct, symbols))


def source(value: object, symbols: Symbols = no_symbols) -> str:
    """Return source code for a value: a struct, a member of an enumeration, JSON, or tuples and mappings of these."""
    symbol = value if isinstance(value, Symbol) else symbols(value)
    if symbol is not None:
        return str(symbol)
    match value:
        case Enum():
            return f"{type(value).__name__}.{value.name}"
        case Struct():
            return call(type(value).__name__, *_arguments(value, symbols))
        case tuple():
            return tuple_of(source(each, symbols) for each in value) or "()"
        case Mapping():
            return "{" + ", ".join(f"{literal(name)}: {source(each, symbols)}" for name, each in value.items()) + "}"
        case _:
            return literal(value)


@cache
def _parameters(struct: type[Struct]) -> tuple[Parameter, ...]:
    return tuple(signature(struct).parameters.values())


def _arguments(struct: Struct, symbols: Symbols) -> Iterator[str]:
    positional = True
    for parameter in _parameters(type(struct)):
        name = parameter.name
        value = getattr(struct, name)
        if parameter.default is not Parameter.empty and value == parameter.default:
            positional = False
            continue
        # Numbers and booleans are unreadable without a name.
        named = parameter.default is not Parameter.empty and isinstance(value, bool | int | float)
        positional = positional and parameter.kind is Parameter.POSITIONAL_OR_KEYWORD and not named
        printed = source(value, symbols)
        yield printed if positional else f"{name}={printed}"
