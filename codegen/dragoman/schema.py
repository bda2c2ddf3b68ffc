"""The shapes that data can have: a spec's schemas as frozen values, references by name."""

from __future__ import annotations

from typing import Any, TypeAlias

from attrs import frozen


class Missing:
    """The type of `MISSING`: a schema says nothing here, which is not the same as null."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


@frozen
class Anything:
    """Any JSON value."""


@frozen
class Scalar:
    """A string, integer, number or boolean, in one of the known formats ('' when the spec names none)."""

    type: str
    format: str = ""


@frozen
class Const:
    """One fixed value."""

    value: Any


@frozen
class Ref:
    """A component schema, by its name in the spec."""

    name: str


@frozen
class Array:
    """A list of items of one shape."""

    items: Shape


@frozen
class Map:
    """An object with free keys and values of one shape."""

    values: Shape


@frozen
class Nullable:
    """A shape, or null."""

    of: Shape


@frozen
class Discriminator:
    """The member whose value says which member of a union an object is."""

    property: str
    """Wire name of the member."""

    mapping: tuple[tuple[str, str], ...]
    """Value of the member -> name of the component schema."""


@frozen
class Union:
    """One of several shapes."""

    members: tuple[Shape, ...]
    discriminator: Discriminator | None = None


@frozen
class Enumeration:
    """An open list of strings or integers."""

    type: str
    values: tuple[Any, ...]
    names: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()


@frozen(kw_only=True)
class Property:
    """A member of an object."""

    name: str
    """Wire name."""

    shape: Shape
    """Never Nullable: `nullable` says so."""

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
    """An object with known members."""

    properties: tuple[Property, ...]
    """Its own ones: without those of `base`, unless it narrows them."""

    base: str = ""
    """Component schema that it extends (the first `$ref` of an `allOf`)."""

    extra: Shape | None = None
    """Shape of members that are not among the properties; None when they are of no interest."""


Shape: TypeAlias = Anything | Scalar | Const | Ref | Array | Map | Nullable | Union | Enumeration | Object


@frozen(kw_only=True)
class Component:
    """A component schema."""

    name: str
    """Name in the spec."""

    pointer: str
    """Where it stands (RFC 6901)."""

    shape: Shape
    spelling: str = ""
    description: str = ""
    assumed: str = ""
    deprecated: bool = False


def references(shape: Shape | None) -> tuple[str, ...]:
    """Return the names of the component schemas that a shape mentions, in order, with repetitions."""
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
