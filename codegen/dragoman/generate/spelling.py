"""Spelling of one spec in Python: names and types of its component schemas, their members and their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from attrs import frozen

from ..spec import naming
from ..spec.formats import INTEGERS, fits, is_typed, parsed
from ..spec.model import Spec
from ..spec.schema import (
    Anything,
    Array,
    Component,
    Const,
    Discriminator,
    Enumeration,
    Map,
    Nullable,
    Object,
    Property,
    Ref,
    Scalar,
    Shape,
    Tuple,
    Union,
    alternatives,
)
from .literals import literal, tuple_of

# (type, format) -> the plain Python type, and the annotation with the wire format where it differs.
_PLAIN: Mapping[tuple[str, str], str] = {
    ("string", "uuid"): "UUID",
    ("string", "date"): "date",
    ("string", "date-time"): "datetime",
    ("string", "byte"): "bytes",
    ("string", "binary"): "Upload",
    ("string", "decimal"): "Decimal",
    ("number", "decimal"): "Decimal",
    ("string", "x-guid-n"): "UUID",
    ("string", "x-servicestack-date"): "datetime",
    ("string", "date-time-ms"): "datetime",
    ("string", "time"): "TimeOfDay",
    **dict.fromkeys((("string", name) for name in INTEGERS), "int"),
}
_EXACT: Mapping[tuple[str, str], str] = {
    ("string", "byte"): "Base64",
    ("string", "decimal"): "DecimalString",
    ("number", "decimal"): "DecimalNumber",
    ("string", "x-guid-n"): "GuidN",
    ("string", "x-servicestack-date"): "ServiceStackDate",
    ("string", "date-time-ms"): "DateTimeMs",
    **dict.fromkeys((("string", name) for name in INTEGERS), "IntString"),
}
PLAIN_NAMES: Mapping[str, str] = {exact: _PLAIN[key] for key, exact in _EXACT.items()}
"""Plain Python type by the annotation with its wire format: `UUID` by `GuidN`."""

SECRET = "SECRET"  # noqa: S105 - a name
"""Name of the mark of the core that keeps a value out of messages."""

_TYPES: Mapping[str, str] = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}

EXTRA = "additional_properties"
"""Attribute for the members of an object that have no attribute of their own."""


@frozen
class Speller:
    """Python names, types and values of one spec."""

    components: Mapping[str, Component]
    qualifier: str = ""
    """Prefix of classes in types and values: `models.` for modules that do not import them by name."""

    hidden: frozenset[str] = frozenset()
    """Names that the module cannot import as they are, because it defines models with these names."""

    spread: bool = False
    """True if values are formatted with one member of an object on a line, so that one more is one line more."""

    @classmethod
    def of(cls, spec: Spec, *, qualifier: str = "") -> Speller:
        """Return the names of a spec."""
        return cls({component.name: component for component in spec.components}, qualifier=qualifier)

    def imported(self, name: str) -> str:
        """Return the name under which the module imports `name`: `_Any` beside a model called `Any`."""
        return f"_{name}" if name in self.hidden else name

    def class_name(self, name: str) -> str:
        """Return the name of the class or alias of a component schema."""
        component = self.components[name]
        return component.spelling or naming.class_name(name)

    def description(self, shape: Shape) -> str:
        """Return the first paragraph of the description of the schema to which a shape refers, '' for none."""
        while isinstance(shape, Ref | Nullable):
            if isinstance(shape, Nullable):
                shape = shape.of
                continue
            component = self.components[shape.name]
            if component.description:
                return component.description.strip().partition("\n\n")[0]
            shape = component.shape
        return ""

    def attribute(self, member: Property) -> str:
        """Return the name of the attribute for a property."""
        return member.spelling or naming.attribute(member.name)

    def member_name(self, enumeration: Enumeration, index: int) -> str:
        """Return the name of an enumeration's member."""
        return enumeration.names[index] if enumeration.names else naming.member(enumeration.values[index])

    def annotation(self, shape: Shape, *, exact: bool = False, quoted: frozenset[str] = frozenset()) -> str:
        """Return the type of a shape.

        Args:
            shape: The shape.
            exact: Return the annotation with the wire format (`GuidN`), which the codec needs, instead of the plain
                Python type (`UUID`). Type checkers treat both alike.
            quoted: Components that are not defined yet: types of items and values that mention them are quoted.
        """
        return " | ".join(dict.fromkeys(self._members(shape, exact, quoted)))

    def members(self, shape: Shape) -> tuple[str, ...]:
        """Return the members of the union that is the plain type of a shape; None comes last."""
        return tuple(dict.fromkeys(self._members(shape, exact=False, quoted=frozenset())))

    def expression(self, shape: Shape) -> str:
        """Return the exact type of a shape as a value, where pyright refuses `Annotated[…] | None`."""
        members = list(dict.fromkeys(self._members(shape, exact=True, quoted=frozenset())))
        marked = len(members) > 1 and any(each.startswith("Annotated[") for each in members)
        return f"Union[{', '.join(members)}]" if marked else " | ".join(members)

    def _members(self, shape: Shape, exact: bool, quoted: frozenset[str]) -> Iterator[str]:
        """Yield the members of the union that is the type of a shape, with repetitions; None comes last."""
        match shape:
            case Ref(name):
                yield f"{self.qualifier}{self.class_name(name)}"
                # An alias contains its own None.
                if self.components[name].nullable and isinstance(self.components[name].shape, Object | Enumeration):
                    yield "None"
            case Scalar(type_, format_, secret):
                plain = _PLAIN.get((type_, format_), _TYPES[type_])
                wire = self.imported(_EXACT.get((type_, format_), plain) if exact else plain)
                mark = f"{self.imported('Annotated')}[{wire}, {self.imported(SECRET)}]"
                yield mark if secret and exact else wire
            case Const(value):
                yield self._literal_type(value)
            case Array(items):
                yield f"list[{self._inner(items, exact, quoted)}]"
            case Tuple(items, rest):
                parts = [self._inner(each, exact, quoted) for each in items]
                parts += [f"*tuple[{self._inner(rest, exact, quoted)}, ...]"] if rest else []
                yield f"tuple[{', '.join(parts)}]"
            case Map(values):
                yield f"dict[str, {self._inner(values, exact, quoted)}]"
            case Nullable(inner):
                members = list(self._members(inner, exact, quoted))
                yield from (each for each in members if each != "None")
                if self.imported("Any") not in members and not self.is_null(inner):
                    yield "None"
            case Union(members, discriminator):
                found = [each for member in members for each in self._members(member, exact, quoted)]
                classes = [each for each in found if each != "None"]
                if discriminator is None or not exact:
                    yield from classes
                else:
                    yield f"{self.imported('Annotated')}[{' | '.join(classes)}, {self._tags(discriminator)}]"
                if "None" in found:
                    yield "None"
            case _:
                yield self.imported("Any")

    def _inner(self, shape: Shape, exact: bool, quoted: frozenset[str]) -> str:
        if quoted.isdisjoint(alternatives(shape)):
            return self.annotation(shape, exact=exact, quoted=quoted)
        return literal(self.annotation(shape, exact=exact))

    def _tags(self, discriminator: Discriminator) -> str:
        pairs = (f"{literal(tag)}: {self.qualifier}{self.class_name(name)}" for tag, name in discriminator.mapping)
        return f"{self.imported('OneOf')}({literal(discriminator.property)}, {{{', '.join(pairs)}}})"

    def value(self, shape: Shape, value: Any) -> str:
        """Return source for a value of a shape, given its JSON form; for defaults."""
        if isinstance(shape, Nullable):
            return "None" if value is None else self.value(shape.of, value)
        match self.resolved(shape):
            case _ if value is None:
                return "None"
            case Enumeration() as enumeration if isinstance(shape, Ref) and value in enumeration.values:
                index = enumeration.values.index(value)
                class_name = self.class_name(self._named(shape).name)
                return f"{self.qualifier}{class_name}.{self.member_name(enumeration, index)}"
            case Array(items) if isinstance(value, list):
                return "[" + ", ".join(self.value(items, each) for each in value) + "]"
            case Tuple(items, rest) if isinstance(value, list):
                shapes = [*items, *[rest or Anything()] * (len(value) - len(items))]
                return tuple_of(self.value(each, part) for each, part in zip(shapes, value, strict=True))
            case Map(values) if isinstance(value, dict):
                return "{" + ", ".join(f"{literal(k)}: {self.value(values, v)}" for k, v in value.items()) + "}"
            case Const(fixed) if fixed == value:
                return literal(fixed)  # 2 and 2.0 are one constant
            case Union() as union:
                return self.value(self.member(union, value), value)
            case Anything() if isinstance(value, list | dict):
                return self._untyped(value)
            case Object() if isinstance(shape, Ref) and isinstance(value, dict):
                return self._instance(shape, value)
            case Scalar("string", format_) if isinstance(value, str):
                return self._text_value(format_, value)
            case Scalar("number", "decimal"):
                return f"{self.imported('Decimal')}({literal(str(value))})"
            case Scalar("number", _) if isinstance(value, int) and not isinstance(value, bool):
                return literal(float(value))
            case Scalar("integer", _) if isinstance(value, float):
                return literal(int(value))
            case _:
                return literal(value)

    def member(self, union: Union, value: Any) -> Shape:
        """Return the member of a union that a value is written as."""
        tagged = union.discriminator
        if tagged and isinstance(value, dict) and (name := self.selected(tagged, value)):
            return Ref(name)
        leaves = self._leaves(union)
        scores = [self._score(each, value) for each in leaves]
        return leaves[scores.index(max(scores))]

    def _leaves(self, union: Union) -> list[Shape]:
        """Return the members of a union and of the unions among them. A chain of unions has no limit."""
        found: list[Shape] = []
        waiting: list[Shape] = [*reversed(union.members)]
        while waiting:
            whole = self.resolved(shape := waiting.pop())
            if isinstance(whole, Union) and whole.discriminator is None:
                waiting += reversed(whole.members)
            else:
                found.append(shape)
        return found

    def _score(self, shape: Shape, value: Any) -> int:
        """Return how well a value fits a member of a union; below 0 if it does not fit."""
        whole = self.resolved(shape)
        match whole:
            case Scalar("string", format_) if isinstance(value, str):
                typed = is_typed(format_.removesuffix("-ms"))
                return typed if not typed or fits(format_.removesuffix("-ms"), value) else -1
            case Scalar("integer", _):
                return 1 if isinstance(value, int | float) and type(value) is not bool and value == int(value) else -1
            case Scalar("number", _):
                return 0 if isinstance(value, int | float) and type(value) is not bool else -1
            case Scalar("boolean", _):
                return 0 if isinstance(value, bool) else -1
            case Const(fixed):
                return 2 if fixed == value and type(fixed) is type(value) else -1
            case Enumeration(_, values):
                return 2 if value in values and type(value) is not bool else -1
            case Array(items) if isinstance(value, list):
                return min((self._score(items, each) for each in value), default=0)
            case Tuple(items, rest) if isinstance(value, list):
                if len(value) < len(items) or (rest is None and len(value) > len(items)):
                    return -1
                shapes = [*items, *[rest or Anything()] * (len(value) - len(items))]
                return min((self._score(each, part) for each, part in zip(shapes, value, strict=True)), default=0)
            case Map(values) if isinstance(value, dict):
                return min((self._score(values, each) for each in value.values()), default=0)
            case Union() as union:
                return max(self._score(each, value) for each in self._leaves(union))
            case Object() if isinstance(shape, Ref) and isinstance(value, dict):
                known = self.properties(self._named(shape).name)
                if any(each.required and each.name not in value for each in known.values()):
                    return -1
                given = [self._score(known[name].shape, each) for name, each in value.items() if name in known]
                return -1 if min(given, default=0) < 0 else len(given)
            case Anything():
                return 0
            case _:
                return 0 if value is None and isinstance(shape, Nullable) else -1

    def is_scalar(self, shape: Shape) -> bool:
        """Return True if no value of a shape is an object or a list."""
        match self.resolved(shape):
            case Union() as union:
                return all(map(self.is_scalar, self._leaves(union)))
            case Const(value):
                return not isinstance(value, dict | list)
            case whole:
                return isinstance(whole, Scalar | Enumeration)

    def is_null(self, shape: Shape) -> bool:
        """Return True if null is the only value of a shape. Its type is None, to which Python cannot add another."""
        return self.resolved(shape) == Const(None)

    def accepts_null(self, shape: Shape) -> bool:
        """Return True if null is a value of a shape."""
        match shape:
            case Ref(name):
                return self.components[name].nullable
            case Union(members, _):
                return any(map(self.accepts_null, members))
            case _:
                return shape == Const(None) or isinstance(shape, Nullable | Anything)

    def _named(self, shape: Ref) -> Ref:
        """Return the reference to the component behind other names of it, which may include None."""
        while isinstance(behind := self.components[shape.name].shape, Ref | Nullable):
            shape = behind if isinstance(behind, Ref) else behind.of if isinstance(behind.of, Ref) else shape
        return shape

    def resolved(self, shape: Shape) -> Shape:
        """Return a shape with references followed and nullability dropped."""
        while isinstance(shape, Ref | Nullable):
            shape = self.components[shape.name].shape if isinstance(shape, Ref) else shape.of
        return shape

    def properties(self, name: str) -> Mapping[str, Property]:
        """Return all properties of an object schema by wire name, inherited ones first."""
        line: list[Object] = []
        shape: Shape | None = self.resolved(Ref(name))
        while isinstance(shape, Object):
            line.append(shape)
            shape = self.resolved(Ref(shape.base)) if shape.base else None
        return {each.name: each for one in reversed(line) for each in one.properties}

    def _instance(self, shape: Ref, value: Mapping[str, Any]) -> str:
        name = self.object_of(shape, value)
        known = self.properties(name)
        arguments = [
            f"{self.attribute(known[key])}={self.value(known[key].shape, each)}"
            for key, each in value.items()
            if key in known
        ]
        others = {key: each for key, each in value.items() if key not in known}
        extra = self._extra(name) if others else None
        if extra is not None:
            arguments.append(f"{EXTRA}={self.value(Map(extra), others)}")
        comma = "," if arguments and self.spread else ""
        return f"{self.qualifier}{self.class_name(name)}({', '.join(arguments)}{comma})"

    def object_of(self, shape: Ref, value: Mapping[str, Any]) -> str:
        """Return the component of which an object is an instance, given a reference to it or to its base."""
        name = self._named(shape).name
        whole = self.components[name].shape
        children = whole.children if isinstance(whole, Object) else None
        return (self.selected(children, value) if children else "") or name

    def selected(self, discriminator: Discriminator, value: Mapping[str, Any]) -> str:
        """Return the name of the component that an object selects, '' for none."""
        return next((name for tag, name in discriminator.mapping if tag == value.get(discriminator.property)), "")

    def _extra(self, name: str) -> Shape | None:
        """Return the shape of the members of an object that have no attribute; None if they are ignored."""
        shape = self.resolved(Ref(name))
        if not isinstance(shape, Object):
            return None
        return shape.extra if shape.extra is not None or not shape.base else self._extra(shape.base)

    def _untyped(self, value: Any) -> str:
        """Return source for any JSON value. To pyright strict, the items of an empty `[]` would be unknown."""
        anything = self.imported("Any")
        if isinstance(value, dict):
            members = ", ".join(f"{literal(key)}: {self._untyped(each)}" for key, each in value.items())
            return f"{{{members}}}" if members else f"dict[str, {anything}]()"
        if isinstance(value, list):
            return f"[{', '.join(map(self._untyped, value))}]" if value else f"list[{anything}]()"
        return literal(value)

    def _literal_type(self, value: Any) -> str:
        if value is None:
            return "None"
        if has_literal_type(value):
            return f"{self.imported('Literal')}[{literal(value)}]"
        if isinstance(value, int | float):
            return type(value).__name__
        anything = self.imported("Any")
        return f"list[{anything}]" if isinstance(value, list) else f"dict[str, {anything}]"

    def _text_value(self, format_: str, text: str) -> str:
        name = format_.removesuffix("-ms")
        if name == "binary":
            return f"{self.imported('Upload')}({text.encode()!r})"
        if not is_typed(name):
            return literal(text)
        value = parsed(name, text)
        match value:
            case UUID():
                return f"{self.imported('UUID')}({literal(text)})"
            case datetime():
                # In a form that every version of Python reads.
                return f"datetime.fromisoformat({literal(value.isoformat().replace('+00:00', 'Z'))})"
            case date():
                return f"date.fromisoformat({literal(text)})"
            case time():
                moment = value.isoformat().replace("+00:00", "Z")
                return f"{self.imported('TimeOfDay')}.fromisoformat({literal(moment)})"
            case Decimal():
                return f"{self.imported('Decimal')}({literal(text)})"
            case bytes():
                return f"b64decode({literal(text)})"
            case _:
                return literal(value)


def has_literal_type(value: Any) -> bool:
    """Return True if a value can be a `Literal`: PEP 586 has no floats, and mypy no integers of 64 bits."""
    return isinstance(value, str) or (isinstance(value, int) and abs(value) < 2**63)
