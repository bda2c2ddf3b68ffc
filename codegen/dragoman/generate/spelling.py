"""Spelling of one spec in Python: names and types of its component schemas, their members and their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from ..spec import naming
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
    Union,
    alternatives,
)
from .literals import literal

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
}
_EXACT: Mapping[tuple[str, str], str] = {
    ("string", "byte"): "Base64",
    ("string", "decimal"): "DecimalString",
    ("number", "decimal"): "DecimalNumber",
    ("string", "x-guid-n"): "GuidN",
    ("string", "x-servicestack-date"): "ServiceStackDate",
    ("string", "date-time-ms"): "DateTimeMs",
}
_TYPES: Mapping[str, str] = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}

EXTRA = "additional_properties"
"""Attribute for the members of an object that have no attribute of their own."""


@frozen
class Speller:
    """Python names, types and values of one spec."""

    components: Mapping[str, Component]
    qualifier: str = ""
    """Prefix of classes in types and values: `models.` for modules that do not import them by name."""

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

    def _members(self, shape: Shape, exact: bool, quoted: frozenset[str]) -> Iterator[str]:
        """Yield the members of the union that is the type of a shape, with repetitions; None comes last."""
        match shape:
            case Ref(name):
                yield f"{self.qualifier}{self.class_name(name)}"
                # An alias contains its own None.
                if self.components[name].nullable and isinstance(self.components[name].shape, Object | Enumeration):
                    yield "None"
            case Scalar(type_, format_):
                plain = _PLAIN.get((type_, format_), _TYPES[type_])
                yield _EXACT.get((type_, format_), plain) if exact else plain
            case Const(value):
                yield self._literal_type(value)
            case Array(items):
                yield f"list[{self._inner(items, exact, quoted)}]"
            case Map(values):
                yield f"dict[str, {self._inner(values, exact, quoted)}]"
            case Nullable(inner):
                members = list(self._members(inner, exact, quoted))
                yield from (each for each in members if each != "None")
                if "Any" not in members and not self.is_null(inner):
                    yield "None"
            case Union(members, discriminator):
                found = [each for member in members for each in self._members(member, exact, quoted)]
                classes = [each for each in found if each != "None"]
                if discriminator is None or not exact:
                    yield from classes
                else:
                    yield f"Annotated[{' | '.join(classes)}, {self._tags(discriminator)}]"
                if "None" in found:
                    yield "None"
            case _:
                yield "Any"

    def _inner(self, shape: Shape, exact: bool, quoted: frozenset[str]) -> str:
        if quoted.isdisjoint(alternatives(shape)):
            return self.annotation(shape, exact=exact, quoted=quoted)
        return literal(self.annotation(shape, exact=exact))

    def _tags(self, discriminator: Discriminator) -> str:
        pairs = (f"{literal(tag)}: {self.qualifier}{self.class_name(name)}" for tag, name in discriminator.mapping)
        return f"OneOf({literal(discriminator.property)}, {{{', '.join(pairs)}}})"

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
            case Map(values) if isinstance(value, dict):
                return "{" + ", ".join(f"{literal(k)}: {self.value(values, v)}" for k, v in value.items()) + "}"
            case Union(_, Discriminator() as tagged) if isinstance(value, dict) and self._selected(tagged, value):
                return self.value(Ref(self._selected(tagged, value)), value)
            case Anything() if isinstance(value, list | dict):
                return self._untyped(value)
            case Object() if isinstance(shape, Ref) and isinstance(value, dict):
                return self._instance(shape, value)
            case Scalar("string", format_) if isinstance(value, str):
                return _text_value(format_, value)
            case Scalar("number", "decimal"):
                return f"Decimal({literal(str(value))})"
            case Scalar("number", _) if isinstance(value, int) and not isinstance(value, bool):
                return literal(float(value))
            case Union(members, _):
                fitting = next((each for each in members if _fits(self.resolved(each), value)), Anything())
                return self.value(fitting, value)
            case _:
                return literal(value)

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

    def resolved(self, shape: Shape) -> Shape:
        """Return a shape with references followed and nullability dropped."""
        while isinstance(shape, Ref | Nullable):
            shape = self.components[shape.name].shape if isinstance(shape, Ref) else shape.of
        return shape

    def properties(self, name: str) -> Mapping[str, Property]:
        """Return all properties of an object schema by wire name, inherited ones first."""
        shape = self.resolved(Ref(name))
        if not isinstance(shape, Object):
            return {}
        inherited = self.properties(shape.base) if shape.base else {}
        return {**inherited, **{each.name: each for each in shape.properties}}

    def _instance(self, shape: Ref, value: Mapping[str, Any]) -> str:
        name = self._named(shape).name
        whole = self.components[name].shape
        if isinstance(whole, Object) and whole.children:
            name = self._selected(whole.children, value) or name
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
        return f"{self.qualifier}{self.class_name(name)}({', '.join(arguments)})"

    def _named(self, shape: Ref) -> Ref:
        """Return the reference to the component behind other names of it, which may include None."""
        while isinstance(behind := self.components[shape.name].shape, Ref | Nullable):
            shape = behind if isinstance(behind, Ref) else behind.of if isinstance(behind.of, Ref) else shape
        return shape

    def _selected(self, discriminator: Discriminator, value: Mapping[str, Any]) -> str:
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
        if isinstance(value, dict):
            members = ", ".join(f"{literal(key)}: {self._untyped(each)}" for key, each in value.items())
            return f"{{{members}}}" if members else "dict[str, Any]()"
        if isinstance(value, list):
            return f"[{', '.join(map(self._untyped, value))}]" if value else "list[Any]()"
        return literal(value)

    def _literal_type(self, value: Any) -> str:
        if value is None:
            return "None"
        # PEP 586 has no literal floats, lists or objects.
        others = {float: "float", list: "list[Any]"}
        return (
            f"Literal[{literal(value)}]" if isinstance(value, str | int) else others.get(type(value), "dict[str, Any]")
        )


def _text_value(format_: str, value: str) -> str:
    match format_:
        case "uuid" | "x-guid-n":
            return f"UUID({literal(value)})"
        case "date":
            return f"date.fromisoformat({literal(value)})"
        case "date-time" | "date-time-ms":
            return f"datetime.fromisoformat({literal(value)})"
        case "decimal":
            return f"Decimal({literal(value)})"
        case "byte":
            return f"b64decode({literal(value)})"
        case _:
            return literal(value)


def _fits(shape: Shape, value: Any) -> bool:
    match shape:
        case Scalar("string", _) | Enumeration("string"):
            return isinstance(value, str)
        case Scalar("boolean", _):
            return isinstance(value, bool)
        case Scalar("integer", _) | Enumeration("integer"):
            return isinstance(value, int) and not isinstance(value, bool)
        case Scalar("number", _):
            return isinstance(value, int | float) and not isinstance(value, bool)
        case Array():
            return isinstance(value, list)
        case Object() | Map():
            return isinstance(value, dict)
        case Const(fixed):
            return fixed == value and type(fixed) is type(value)
        case _:
            return False
