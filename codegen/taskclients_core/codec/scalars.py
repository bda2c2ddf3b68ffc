"""Nodes of everything that has no parts: plain scalars, formats, enums and literals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from math import isfinite
from types import NoneType
from typing import Any, Final
from uuid import UUID

import msgspec

from ..formats import Format
from ..model import OpenInt, OpenStr
from .mismatch import UNRENDERED, misfit, unlike, unrendered
from .node import Node
from .space import Space
from .text import KINDS, kind_of

_STR: Final = frozenset({"str"})
_NATIVE: Final[dict[Any, tuple[str, str]]] = {
    str: ("str", "str"),
    bool: ("bool", "bool"),
    int: ("int", "int"),
    UUID: ("str", "UUID"),
    datetime: ("str", "date-time (RFC 3339)"),
    date: ("str", "date (yyyy-mm-dd)"),
    time: ("str", "time (RFC 3339)"),
    bytes: ("str", "base64"),
}
_KIND_OF_VALUE: Final[dict[Any, str]] = {str: "str", int: "int", bool: "bool", NoneType: "null"}

ANY: Final = Node("object", KINDS, "any JSON", lower="lower_any", python=(object,), looseness=4)
NULL: Final = Node("None", frozenset({"null"}), "null", python=(NoneType,))


def native(hint: type[Any], space: Space) -> Node | None:
    """The node of a class that msgspec reads and writes by itself, but for numbers that JSON cannot hold."""
    if hint is float:
        return Node("float", frozenset({"float"}), "float", None, "finite", (float, int))
    if hint is Decimal:
        return Node(
            space.add("Decimal", Decimal), frozenset({"str", "float"}), "decimal number", "finite", "finite", (Decimal,)
        )
    if hint not in _NATIVE:
        return None
    kind, label = _NATIVE[hint]
    looseness = 3 if hint is str else 0
    return Node(space.add(hint.__name__, hint), frozenset({kind}), label, python=(hint,), looseness=looseness)


def finite(value: Any) -> Any:
    """The number itself. Raises Mismatch for what JSON cannot hold; msgspec would write null."""
    if isfinite(value) if isinstance(value, float) else not isinstance(value, Decimal) or value.is_finite():
        return value
    raise misfit("finite number", value)


def enum(hint: type[Enum], space: Space) -> Node:
    """The node of an enum. An open one takes any value of its kind."""
    kinds = frozenset(_KIND_OF_VALUE.get(member.value.__class__, "str") for member in hint)
    name = space.add(hint.__name__, hint)
    if issubclass(hint, OpenStr):
        return Node(name, _STR, "str", python=(hint,), looseness=2)
    if issubclass(hint, OpenInt):
        return Node(name, frozenset({"int"}), "int", python=(hint,), looseness=2)
    return Node(name, kinds, _one_of([member.value for member in hint]), python=(hint,))


def literal(hint: Any, values: tuple[Any, ...], space: Space) -> Node:
    """The node of `Literal[values]`."""
    kinds = frozenset(_KIND_OF_VALUE[value.__class__] for value in values)
    classes: tuple[type[Any], ...] = tuple(dict.fromkeys(value.__class__ for value in values))
    if bool in classes:  # not every msgspec reads these
        lift = space.add("literal", _member_of(values))
        return Node("object", kinds, _one_of(values), lift, python=classes)
    return Node(space.add("Literal", hint), kinds, _one_of(values), python=classes)


def _member_of(values: tuple[Any, ...]) -> Callable[[Any], Any]:
    def lift(value: Any) -> Any:
        if any(value is allowed or (value == allowed and type(value) is type(allowed)) for allowed in values):
            return value
        raise unlike(_one_of(values), msgspec.json.encode(value))

    return lift


def _one_of(values: list[Any] | tuple[Any, ...]) -> str:
    return ("one of " if len(values) > 1 else "") + ", ".join(map(repr, values))


def formatted(form: Format[Any], space: Space) -> Node:
    """The node of a value with a format of its own."""
    if form.bare:
        lift, lower = space.add("parse", _bare_parser(form)), space.add("render", _bare_renderer(form))
        return Node("Raw", frozenset({"float"}), form.name, lift, lower, (form.type,))
    lower, render = space.add("checked_render", _renderer(form)), space.add("render", form.render)
    if form.native is not None:
        return Node(space.add("Native", form.native), _STR, form.name, None, lower, (form.type,), render=render)
    lift = space.add("parse", _parser(form))
    return Node("str", _STR, form.name, lift, lower, (form.type,), render=render)


def _parser(form: Format[Any]) -> Callable[[str], Any]:
    parse, name = form.parse, form.name

    def lift(text: str) -> Any:
        try:
            return parse(text)
        except (ValueError, ArithmeticError):
            raise misfit(name, text) from None

    return lift


def _bare_parser(form: Format[Any]) -> Callable[[msgspec.Raw], Any]:
    def lift(raw: msgspec.Raw) -> Any:
        text = bytes(raw)
        try:
            if kind_of(text) in ("int", "float"):
                return form.parse(text.decode("ascii"))
        except (ValueError, ArithmeticError):
            pass
        raise unlike(form.name, text)

    return lift


def _renderer(form: Format[Any]) -> Callable[[Any], str]:
    render, kind, name = form.render, form.type, form.name

    def lower(value: Any) -> str:
        if not isinstance(value, kind):
            raise misfit(f"{kind.__name__} for {name}", value)
        try:
            return render(value)
        except UNRENDERED as error:
            raise unrendered(error, name, value) from None

    return lower


def _bare_renderer(form: Format[Any]) -> Callable[[Any], msgspec.Raw]:
    render = _renderer(form)
    return lambda value: msgspec.Raw(render(value).encode("ascii"))
