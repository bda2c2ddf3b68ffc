"""Printer of the core's structs: source that constructs a struct, without the defaults of its class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from functools import cache
from inspect import Parameter, signature
from typing import Final, TypeAlias

from attrs import field, frozen
from msgspec import Struct

from .. import ir
from ..literals import call, literal, tuple_of


class Symbol(str):
    """Source code that is printed unchanged: the name of a generated class or constant, or a type."""

    __slots__ = ()


Symbols: TypeAlias = Callable[[object], Symbol | None]
"""Function from a value to its symbol; None for a value that is printed by `source`."""


def no_symbols(_: object) -> None:
    """Return None: no value has a symbol."""


@frozen
class Printer:
    """Printer of structs, which prints some of their members as names of constants."""

    symbols: Symbols = no_symbols
    constants: Mapping[tuple[str, str], str] = field(factory=dict)
    """Constant by the name of a member and the source of its value."""

    def arguments(self, struct: Struct) -> tuple[str, ...]:
        """Return the arguments that construct a struct, as source."""
        return tuple(self._arguments(struct))

    def source(self, value: object) -> str:
        """Return source for a value: a struct, a member of an enumeration, JSON, or tuples and mappings of these."""
        symbol = value if isinstance(value, Symbol) else self.symbols(value)
        if symbol is not None:
            return str(symbol)
        match value:
            case Enum():
                return f"{type(value).__name__}.{value.name}"
            case Struct():
                return call(type(value).__name__, *self._arguments(value))
            case tuple():
                return tuple_of(map(self.source, value)) or "()"
            case Mapping():
                return "{" + ", ".join(f"{literal(name)}: {self.source(each)}" for name, each in value.items()) + "}"
            case _:
                return literal(value)

    def _arguments(self, struct: Struct) -> Iterator[str]:
        positional = True
        for parameter in _parameters(type(struct)):
            name = parameter.name
            value = getattr(struct, name)
            if _is_default(parameter, value):
                positional = False
                continue
            # Numbers and booleans are unreadable without a name.
            named = parameter.default is not Parameter.empty and isinstance(value, bool | int | float)
            positional = positional and parameter.kind is Parameter.POSITIONAL_OR_KEYWORD and not named
            printed = self._member(name, value)
            yield printed if positional else f"{name}={printed}"

    def _member(self, name: str, value: object) -> str:
        if not self.constants:
            return self.source(value)
        return self.constants.get((name, source(value, self.symbols))) or self.source(value)


def source(value: object, symbols: Symbols = no_symbols) -> str:
    """Return source for a value without constants; see `Printer.source`."""
    return Printer(symbols).source(value)


_WORTH: Final = 100
"""Number of characters that a constant has to save."""


def share(structs: Iterable[Struct], symbols: Symbols = no_symbols) -> tuple[Printer, tuple[ir.Constant, ...]]:
    """Return the constants for what members of the structs have in common, and the printer that uses them.

    A constant has the name of the member; a number follows only if members of that name share several values.
    """
    plain = Printer(symbols)
    times: Counter[tuple[str, str]] = Counter()
    members: dict[tuple[str, str], tuple[object, str]] = {}

    def count(struct: Struct) -> None:
        for parameter in _parameters(type(struct)):
            value = getattr(struct, parameter.name)
            if _is_default(parameter, value):
                continue
            key = parameter.name, plain.source(value)
            times[key] += 1
            # The parts of a repeated value are printed once, with its constant.
            if times[key] == 1:
                for part in _structs(value, symbols):
                    count(part)
                members[key] = value, type(struct).__annotations__[parameter.name]

    for struct in structs:
        count(struct)
    numbers: Counter[str] = Counter()
    names: dict[tuple[str, str], str] = {}
    printer = Printer(symbols, names)
    constants: list[ir.Constant] = []
    # `members` has the parts of a value before the value, as the module must.
    for key, (value, annotation) in members.items():
        member, printed = key
        composite = isinstance(value, Struct | tuple | Mapping) and symbols(value) is None
        if not composite or (times[key] - 1) * len(printed) < _WORTH:
            continue
        numbers[member] += 1
        number = f"_{numbers[member]}" if numbers[member] > 1 else ""
        name = f"_{member.upper()}{number}"
        # Type checkers infer `str` for the values of a mapping to literals.
        annotation = f"[{annotation}]" if isinstance(value, Mapping) else ""
        constants.append(ir.Constant(name=name, annotation=annotation, value=printer.source(value)))
        names[key] = name
    return printer, tuple(constants)


def _structs(value: object, symbols: Symbols) -> Iterator[Struct]:
    """Yield the structs of which a value consists, without those that have a symbol."""
    if isinstance(value, Symbol) or symbols(value) is not None:
        return
    match value:
        case Struct():
            yield value
        case tuple() | Mapping():
            for each in value.values() if isinstance(value, Mapping) else value:
                yield from _structs(each, symbols)
        case _:
            pass


@cache
def _parameters(struct: type[Struct]) -> tuple[Parameter, ...]:
    return tuple(signature(struct).parameters.values())


def _is_default(parameter: Parameter, value: object) -> bool:
    return parameter.default is not Parameter.empty and bool(value == parameter.default)
