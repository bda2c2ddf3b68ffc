"""Schemas of a spec as frozen values (shapes), with references by name, and their reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from attrs import evolve, frozen

from taskclients_core.json_pointer import unescape


class Missing:
    """Type of `MISSING`, the value of a keyword that a schema does not have. It differs from null."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


@frozen
class Anything:
    """Any JSON value."""


@frozen
class Scalar:
    """String, integer, number or boolean, in one of the known formats ('' for none)."""

    type: str
    format: str = ""


@frozen
class Const:
    """One fixed value."""

    value: Any


@frozen
class Ref:
    """Reference to a component schema, by its name in the spec."""

    name: str


@frozen
class Array:
    """List of items of one shape."""

    items: Shape


@frozen
class Map:
    """Object with arbitrary keys and values of one shape."""

    values: Shape


@frozen
class Nullable:
    """Shape, or null."""

    of: Shape


@frozen
class Discriminator:
    """Property whose value selects the member of a union."""

    property: str
    """Wire name of the property."""

    mapping: tuple[tuple[str, str], ...]
    """Pairs of a value of the property and the name of a component schema."""


@frozen
class Union:
    """One of several shapes."""

    members: tuple[Shape, ...]
    discriminator: Discriminator | None = None


@frozen
class Enumeration:
    """Open enumeration of strings or integers."""

    type: str
    values: tuple[Any, ...]
    names: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()


@frozen(kw_only=True)
class Property:
    """Property of an object."""

    name: str
    """Wire name."""

    shape: Shape
    """Never `Nullable`; see `nullable`."""

    required: bool
    nullable: bool
    default: Any = MISSING
    spelling: str = ""
    """The spec's `x-name`, if any."""

    description: str = ""
    assumed: str = ""
    secret: bool = False
    deprecated: bool = False
    read_only: bool = False
    write_only: bool = False


@frozen(kw_only=True)
class Object:
    """Object with declared properties."""

    properties: tuple[Property, ...]
    """Its own properties, without those of `base`. An object that narrows a base has no `base`, and all properties."""

    base: str = ""
    """Name of the component schema that it extends (the first `$ref` of an `allOf`), '' for none."""

    extra: Shape | None = None
    """Shape of other members (`additionalProperties`); None if they are ignored."""


Shape: TypeAlias = Anything | Scalar | Const | Ref | Array | Map | Nullable | Union | Enumeration | Object


@frozen(kw_only=True)
class Component:
    """Component schema."""

    name: str
    """Name in the spec."""

    pointer: str
    """JSON pointer to it."""

    shape: Shape
    spelling: str = ""
    description: str = ""
    assumed: str = ""
    deprecated: bool = False


def references(shape: Shape | None) -> tuple[str, ...]:
    """Return the names of the component schemas that a shape refers to, in order, with repetitions."""
    match shape:
        case Ref(name):
            return (name,)
        case Array(inner) | Map(inner) | Nullable(inner):
            return references(inner)
        case Union(members, discriminator):
            tagged = tuple(name for _, name in discriminator.mapping) if discriminator else ()
            return tuple(name for member in members for name in references(member)) + tagged
        case Object():
            base = (shape.base,) if shape.base else ()
            own = tuple(name for each in shape.properties for name in references(each.shape))
            return base + own + references(shape.extra)
        case _:
            return ()


FORMATS: Mapping[str, frozenset[str]] = {
    "binary": frozenset({"string"}),
    "byte": frozenset({"string"}),
    "date": frozenset({"string"}),
    "date-time": frozenset({"string"}),
    "decimal": frozenset({"string", "number"}),
    "double": frozenset({"number"}),
    "email": frozenset({"string"}),
    "float": frozenset({"number"}),
    "int32": frozenset({"integer"}),
    "int64": frozenset({"integer"}),
    "password": frozenset({"string"}),
    "uri": frozenset({"string"}),
    "uuid": frozenset({"string"}),
    "x-guid-n": frozenset({"string"}),
    "x-servicestack-date": frozenset({"string"}),
}
"""Known format -> JSON types that can have it. Other formats have no effect."""

_SCALARS = frozenset({"string", "integer", "number", "boolean"})
_PREFIX = "#/components/schemas/"


def component(node: Any, schemas: Mapping[str, Any]) -> Shape:
    """Return the shape of a component schema; `schemas` contains all component schemas."""
    if not isinstance(node, Mapping):
        return Anything()
    if "allOf" in node:
        return _all_of(node, schemas)
    if "enum" in node:
        return _enumeration(node)
    if "properties" in node:
        return Object(properties=tuple(_properties(node)), extra=_extra(node))
    return shape(node)


def shape(node: Any) -> Shape:
    """Return the shape of an inline schema."""
    if not isinstance(node, Mapping):
        return Anything()
    if "$ref" in node:
        return Ref(reference(node))
    if "const" in node:
        return Const(node["const"])
    if "allOf" in node and len(node["allOf"]) == 1:
        return shape(node["allOf"][0])
    for keyword in ("oneOf", "anyOf"):
        if keyword in node:
            return _union(node[keyword], node.get("discriminator"))
    types = node.get("type", [])
    if isinstance(types, list):
        return _several(node, types)
    return _typed(node, types)


def default(node: Any) -> Any:
    """Return the default of a schema, or MISSING."""
    return node.get("default", MISSING) if isinstance(node, Mapping) else MISSING


def reference(node: Mapping[str, Any]) -> str:
    """Return the name of the component schema to which a `$ref` points."""
    name: str = node["$ref"].removeprefix(_PREFIX)
    return unescape(name)


def _several(node: Mapping[str, Any], types: list[str]) -> Shape:
    if not types:
        return _typed(node, "object") if "additionalProperties" in node else Anything()
    members = tuple(_typed(node, each) for each in types if each != "null")
    one: Shape = members[0] if len(members) == 1 else Union(members) if members else Const(None)
    return Nullable(one) if "null" in types and members else one


def _typed(node: Mapping[str, Any], type_: str) -> Shape:
    if type_ in _SCALARS:
        return Scalar(type_, _format(node) if type_ != "boolean" else "")
    if type_ == "array":
        return Array(shape(node.get("items")))
    if type_ == "null":
        return Const(None)
    values = node.get("additionalProperties")
    return Map(shape(values) if isinstance(values, Mapping) else Anything())


def _format(node: Mapping[str, Any]) -> str:
    name: str = node.get("format", "")
    if name not in FORMATS:
        return ""
    return f"{name}-ms" if node.get("x-milliseconds") else name


def _union(members: list[Any], discriminator: Mapping[str, Any] | None) -> Shape:
    shapes = [shape(each) for each in members]
    nullable = any(each == Const(None) for each in shapes)
    rest = tuple(each.of if isinstance(each, Nullable) else each for each in shapes if each != Const(None))
    nullable = nullable or any(isinstance(each, Nullable) for each in shapes)
    one: Shape = rest[0] if len(rest) == 1 else Union(rest, _discriminator(rest, discriminator))
    return Nullable(one) if nullable else one


def _discriminator(members: tuple[Shape, ...], node: Mapping[str, Any] | None) -> Discriminator | None:
    if node is None:
        return None
    explicit = {
        value: target.removeprefix(_PREFIX) if target.startswith(_PREFIX) else target
        for value, target in node.get("mapping", {}).items()
    }
    # A member without a mapping entry is selected by the name of its schema.
    implicit = {
        each.name: each.name for each in members if isinstance(each, Ref) and each.name not in explicit.values()
    }
    return Discriminator(node["propertyName"], tuple((explicit | implicit).items()))


def _enumeration(node: Mapping[str, Any]) -> Shape:
    values = tuple(value for value in node["enum"] if value is not None)
    integers = all(isinstance(value, int) and not isinstance(value, bool) for value in values)
    enumeration = Enumeration(
        "integer" if integers else "string",
        values,
        tuple(node.get("x-enum-varnames", ())),
        tuple(node.get("x-enum-descriptions", ())),
    )
    return Nullable(enumeration) if None in node["enum"] else enumeration


def _properties(node: Mapping[str, Any]) -> Iterator[Property]:
    required = node.get("required", [])
    for name, entry in node["properties"].items():
        yield _property(name, entry, required=name in required)


def _property(name: str, entry: Any, *, required: bool) -> Property:
    whole = shape(entry)
    node = entry if isinstance(entry, Mapping) else {}
    return Property(
        name=name,
        shape=whole.of if isinstance(whole, Nullable) else whole,
        required=required,
        nullable=isinstance(whole, Nullable),
        default=default(entry),
        spelling=node.get("x-name", ""),
        description=(node.get("description") or "").strip(),
        assumed=(node.get("x-assumed") or "").strip(),
        secret=node.get("x-secret", False) or node.get("format") == "password",
        deprecated=node.get("deprecated", False),
        read_only=node.get("readOnly", False),
        write_only=node.get("writeOnly", False),
    )


def _extra(node: Mapping[str, Any]) -> Shape | None:
    values = node.get("additionalProperties")
    return shape(values) if isinstance(values, Mapping) and values else None


def _all_of(node: Mapping[str, Any], schemas: Mapping[str, Any]) -> Object:
    """Read an `allOf`: its first `$ref` becomes the base class, properties of all other parts become its own."""
    references = [reference(each) for each in node["allOf"] if "$ref" in each]
    base, others = (references[0], references[1:]) if references else ("", [])
    inherited = _flat(base, schemas) if base else {}
    own: dict[str, Property] = {}
    extra: Shape | None = None
    narrowed: list[str] = []
    for name in others:
        members = _flat(name, schemas)
        own |= {key: each for key, each in members.items() if key not in inherited}
        narrowed += [key for key, each in members.items() if each.required]
    for part in [*(each for each in node["allOf"] if "$ref" not in each), node]:
        narrowed += part.get("required", [])
        extra = _extra(part) or extra
        if "properties" in part:
            own |= {each.name: each for each in _properties(part)}
    # A property is required if any part requires it, even if another part defines it.
    narrowed += [key for key in own if key in inherited and inherited[key].required]
    whole = (inherited | own).items()
    own |= {key: evolve(each, required=True) for key, each in whole if key in narrowed and not each.required}
    if own.keys() & inherited.keys():
        # Type checkers refuse a subclass that changes the type of a field, so it repeats all fields instead.
        return Object(properties=tuple((inherited | own).values()), extra=extra)
    return Object(properties=tuple(own.values()), base=base, extra=extra)


def _flat(name: str, schemas: Mapping[str, Any]) -> dict[str, Property]:
    """Return all properties of an object schema by name, inherited ones first."""
    whole = component(schemas[name], schemas)
    if not isinstance(whole, Object):
        return {}
    inherited = _flat(whole.base, schemas) if whole.base else {}
    return inherited | {each.name: each for each in whole.properties}
