"""Nodes of scalars, enums and formats, and the functions that lift and lower lists, maps and untyped values."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from math import isfinite
from operator import length_hint
from types import NoneType
from typing import Any, Final
from uuid import UUID

import attrs
import msgspec

from ..formats import Format
from ..model import OpenFloat, OpenInt, OpenStr
from .mismatch import (
    JSON_KINDS,
    RENDER_ERRORS,
    MapKey,
    Mismatch,
    json_mismatch,
    kind_of,
    render_mismatch,
    value_mismatch,
)
from .node import Namespace, Node


def lift_items(lift: Callable[[Any], Any], values: list[Any]) -> list[Any]:
    """Lift each item of an array."""
    rest = iter(values)
    try:
        return list(map(lift, rest))
    except Mismatch as mismatch:
        mismatch.under(len(values) - length_hint(rest) - 1)
        raise


def index_of_object(value: Any, values: list[Any]) -> int:
    """Return the index of an object in a list, by identity."""
    return next(index for index, each in enumerate(values) if each is value)


def lift_values(lift: Callable[[Any], Any], values: dict[Any, Any]) -> dict[Any, Any]:
    """Lift each value of a map."""
    rest = iter(values.items())
    try:
        return {key: lift(value) for key, value in rest}
    except Mismatch as mismatch:
        mismatch.under(_key(values, length_hint(rest)))
        raise


def lower_items(lower: Callable[[Any], Any], values: Any) -> list[Any]:
    """Lower each item of a list or tuple."""
    if not issubclass(values.__class__, (list, tuple)):
        raise value_mismatch("list", values)
    return lift_items(lower, values)  # works for a tuple too


def lower_exact_items(exact: frozenset[type], lower: Callable[[Any], Any], values: Any) -> list[Any]:
    """Lower each item of a list or tuple; a list whose items are all of these classes is returned unchanged."""
    if values.__class__ is list and exact.issuperset(map(type, values)):
        return values
    return lower_items(lower, values)


def lower_exact_values(exact: frozenset[type], lower: Callable[[Any], Any], values: Any) -> dict[Any, Any]:
    """Lower each value of a dict; a dict whose values are all of these classes is returned unchanged."""
    if values.__class__ is dict and exact.issuperset(map(type, values.values())):
        return values
    return lower_values(lower, values)


def lower_values(lower: Callable[[Any], Any], values: Any) -> dict[Any, Any]:
    """Lower each value of a dict."""
    if not issubclass(values.__class__, dict):
        raise value_mismatch("dict", values)
    return lift_values(lower, values)


def _key(values: dict[Any, Any], left: int) -> MapKey:
    return MapKey(list(values)[len(values) - left - 1])


_STR: Final = frozenset({"str"})
_INT: Final = frozenset({"int"})
_FLOAT: Final = frozenset({"float"})
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
_WIDER: Final[dict[Any, tuple[type, ...]]] = {bytes: (bytes, bytearray, memoryview)}
_NOT: Final[dict[Any, type]] = {int: bool, date: datetime}
"""Subclasses whose values are of another type on the wire."""
_KIND_OF_VALUE: Final[dict[Any, str]] = {str: "str", int: "int", bool: "bool", NoneType: "null"}

ANY_NODE: Final = Node("object", JSON_KINDS, "any JSON", lower="lower_any", python=(object,), looseness=4)
NULL_NODE: Final = Node("None", frozenset({"null"}), "null", python=(NoneType,))


def native_scalar(hint: type[Any], namespace: Namespace) -> Node | None:
    """Return the node of a class that msgspec handles natively; None for others. Non-finite numbers are refused."""
    if hint is float:
        return Node("float", frozenset({"float"}), "float", None, "number", (float, int), unchanged=True)
    if hint is Decimal:
        return Node(
            namespace.add("Decimal", Decimal),
            frozenset({"str", "float"}),
            "decimal number",
            "finite",
            "decimal",
            (Decimal,),
            unchanged=True,
        )
    if hint not in _NATIVE:
        return None
    kind, label = _NATIVE[hint]
    lower = namespace.add("check", _class_check(label, _WIDER.get(hint, (hint,)), _NOT.get(hint)))
    return Node(
        namespace.add(hint.__name__, hint),
        frozenset({kind}),
        label,
        lower=lower,
        python=(hint,),
        looseness=3 if hint is str else 0,
        exact=(hint,),
        unchanged=True,
    )


def _class_check(label: str, classes: tuple[type, ...], refused: type | None = None) -> Callable[[Any], Any]:
    """Return a function that returns values of some classes. It raises Mismatch for others, and for a subclass."""

    def check(value: Any) -> Any:
        if isinstance(value, classes) and not (refused is not None and isinstance(value, refused)):
            return value
        raise value_mismatch(label, value)

    return check


def _value_check(label: str, values: tuple[Any, ...]) -> Callable[[Any], Any]:
    """Return a function that returns one of these values. It raises Mismatch for others, and for 1 or 1.0 as True."""

    def check(value: Any) -> Any:
        if any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in values):
            return value
        raise value_mismatch(label, value)

    return check


def check_number(value: Any) -> Any:
    """Return an int or a finite float. Raises Mismatch for others."""
    if isinstance(value, float | int) and not isinstance(value, bool) and isfinite(value):
        return value
    raise value_mismatch("finite number", value)


def check_decimal(value: Any) -> Any:
    """Return a finite number. Raises Mismatch for others."""
    return check_finite(value) if isinstance(value, Decimal) else check_number(value)


def check_finite(value: Any) -> Any:
    """Return the number. Raises Mismatch for NaN and infinities, which msgspec would encode as null."""
    if isfinite(value) if isinstance(value, float) else not isinstance(value, Decimal) or value.is_finite():
        return value
    raise value_mismatch("finite number", value)


class _Members(dict[Any, Enum]):
    """Members of an open enum by value. A lookup is several times faster than a call of the class."""

    def __init__(self, enum: type[Enum]) -> None:
        super().__init__({member.value: member for member in enum})
        self._enum = enum

    def __missing__(self, value: Any) -> Enum:
        return self._enum(value)


def enum_node(hint: type[Enum], namespace: Namespace) -> Node:
    """Return the node of an enum. An open enum accepts any value of its kind."""
    kinds = frozenset(_KIND_OF_VALUE.get(member.value.__class__, "str") for member in hint)
    name = namespace.add(hint.__name__, hint)
    if issubclass(hint, OpenStr):
        lower = namespace.add("check", _class_check("str", (str,)))
        return Node(name, _STR, "str", None, lower, (hint,), 2, exact=(hint, str), unchanged=True)
    if issubclass(hint, OpenInt):
        # msgspec's own enums have no integers above 64 bits and no floats.
        lift = namespace.add("member_of", _Members(hint).__getitem__)
        lower = namespace.add("check", _class_check("int", (int,), bool))
        return Node("int", _INT, "int", lift, lower, (hint,), 2, exact=(hint, int), unchanged=True)
    if issubclass(hint, OpenFloat):
        lift = namespace.add("member_of", _Members(hint).__getitem__)
        return Node("float", _FLOAT, "float", lift, "number", (hint,), 2, unchanged=True)
    values = [member.value for member in hint]
    lower = namespace.add("check", _value_check(_one_of(values), (*hint, *values)))
    return Node(name, kinds, _one_of(values), None, lower, (hint,), exact=(hint,), unchanged=True)


def _is_native(value: object) -> bool:
    """Return True if msgspec supports the value in an enum or a literal."""
    return not isinstance(value, int) or -(2**63) <= value < 2**63


def literal_node(hint: Any, values: tuple[Any, ...], namespace: Namespace) -> Node:
    """Return the node of `Literal[values]`."""
    kinds = frozenset(_KIND_OF_VALUE[value.__class__] for value in values)
    classes: tuple[type[Any], ...] = tuple(dict.fromkeys(value.__class__ for value in values))
    lower = namespace.add("check", _value_check(_one_of(values), values))
    if bool in classes or not all(map(_is_native, values)):  # msgspec does not support these
        lift = namespace.add("literal", _member_of(values))
        return Node("int" if kinds == _INT else "object", kinds, _one_of(values), lift, lower, classes, unchanged=True)
    return Node(namespace.add("Literal", hint), kinds, _one_of(values), None, lower, classes, unchanged=True)


def _member_of(values: tuple[Any, ...]) -> Callable[[Any], Any]:
    def lift(value: Any) -> Any:
        if type(value) is float and value.is_integer():  # JSON Schema defines 1.0 as an integer
            value = int(value)
        if any(value is allowed or (value == allowed and type(value) is type(allowed)) for allowed in values):
            return value
        raise json_mismatch(_one_of(values), msgspec.json.encode(value))

    return lift


def _one_of(values: list[Any] | tuple[Any, ...]) -> str:
    return ("one of " if len(values) > 1 else "") + ", ".join(map(repr, values))


def format_node(form: Format[Any], namespace: Namespace) -> Node:
    """Return the node of a value with a wire format of its own, such as GuidN."""
    if form.bare:
        lift, lower = namespace.add("parse", _bare_parser(form)), namespace.add("render", _bare_renderer(form))
        return Node("Raw", frozenset({"float"}), form.name, lift, lower, (form.type,))
    lower, render = namespace.add("checked_render", _renderer(form)), namespace.add("render", form.render)
    if form.native is not None:
        return Node(namespace.add("Native", form.native), _STR, form.name, None, lower, (form.type,), render=render)
    lift = namespace.add("parse", _parser(form))
    looseness = int(form.type is int)  # so that a union sends an int as a number if it can
    return Node("str", _STR, form.name, lift, lower, (form.type,), looseness, render=render)


def _parser(form: Format[Any]) -> Callable[[str], Any]:
    parse, name = form.parse, form.name

    def lift(text: str) -> Any:
        try:
            return parse(text)
        except (ValueError, ArithmeticError):
            raise value_mismatch(name, text) from None

    return lift


def _bare_parser(form: Format[Any]) -> Callable[[msgspec.Raw], Any]:
    def lift(raw: msgspec.Raw) -> Any:
        text = bytes(raw)
        try:
            if kind_of(text) in ("int", "float"):
                return form.parse(text.decode("ascii"))
        except (ValueError, ArithmeticError):
            pass
        raise json_mismatch(form.name, text)

    return lift


def _renderer(form: Format[Any]) -> Callable[[Any], str]:
    render, kind, name = form.render, form.type, form.name

    def lower(value: Any) -> str:
        if not isinstance(value, kind):
            raise value_mismatch(f"{kind.__name__} for {name}", value)
        try:
            return render(value)
        except RENDER_ERRORS as error:
            raise render_mismatch(error, name, value) from None

    return lower


def _bare_renderer(form: Format[Any]) -> Callable[[Any], msgspec.Raw]:
    render = _renderer(form)
    return lambda value: msgspec.Raw(render(value).encode("ascii"))


class NumberText(str):
    """Text of a number whose digits a float may not hold. Forms and URLs take the text; in JSON it is a number."""

    __slots__ = ()


Lower = Callable[[Any], Any]


class UntypedLowering:
    """Lowers values without an annotation, including models inside them. Caches the function of each class."""

    def __init__(self, lower_of: Callable[[type[Any]], Lower]) -> None:
        self._lower_of = lower_of
        self._by_class: dict[type[Any], Lower | None] = {}

    def lower(self, value: Any) -> Any:
        """Convert a value to one that msgspec can encode."""
        cls: type[Any] = value.__class__
        try:
            lower = self._by_class[cls]
        except KeyError:
            lower = self._by_class[cls] = self._lower_for(cls)
        return value if lower is None else lower(value)

    def _lower_for(self, cls: type[Any]) -> Lower | None:
        if attrs.has(cls):
            return self._lower_of(cls)
        if cls is NumberText:
            return lambda text: msgspec.Raw(text.encode("ascii"))
        if issubclass(cls, (list, tuple)):
            return self._items
        if issubclass(cls, dict):
            return self._values
        return check_finite if hasattr(cls, "__float__") and not issubclass(cls, int) else None

    def _items(self, values: Any) -> Any:
        classes = set(map(type, values))
        if len(classes) == 1:
            first: Any = classes.pop()
            lower = self._by_class.get(first, self.lower)
            return values if lower is None else lower_items(lower, values)
        return lower_items(self.lower, values)

    def _values(self, values: Any) -> Any:
        return lower_values(self.lower, values)
