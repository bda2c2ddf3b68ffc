"""Schemas of a spec as frozen values (shapes), with references by name; `schema_reader` makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any, TypeAlias

from attrs import field, frozen


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
    secret: bool = False
    """True if no message may show it (`x-secret`, `format: password`)."""


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
class Tuple:
    """List with a shape for each position."""

    items: tuple[Shape, ...]
    rest: Shape | None
    """Shape of further items; None if there are none."""


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
    """Open enumeration of strings, integers or numbers."""

    type: str
    values: tuple[Any, ...]
    names: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()


@frozen(kw_only=True)
class Property:
    """Property of an object."""

    name: str
    """Wire name."""

    pointer: str = field(default="", eq=False)
    """JSON pointer to the part that defines it."""

    shape: Shape
    """Never `Nullable`; see `nullable`."""

    required: bool
    nullable: bool
    """True if it may be null, itself or through references."""

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

    secret_extra: bool = False
    """True if other members are secret."""

    extra: Shape | None = None
    """Shape of other members (`additionalProperties`); None if they are ignored, or `base` has the same."""

    children: Discriminator | None = None
    """Objects that extend it, by the value of a property, if it or its base has a `discriminator`."""


Shape: TypeAlias = Anything | Scalar | Const | Ref | Array | Tuple | Map | Nullable | Union | Enumeration | Object


@frozen(kw_only=True)
class Component:
    """Component schema."""

    name: str
    """Name in the spec."""

    pointer: str
    """JSON pointer to it."""

    shape: Shape
    """Never `Nullable` for an object or an enumeration, which become classes; see `nullable`."""

    nullable: bool = False
    """True if null is one of its values, itself or through references."""

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
        case Tuple(items, rest):
            return tuple(name for item in items for name in references(item)) + references(rest)
        case Union(members, discriminator):
            tagged = tuple(name for _, name in discriminator.mapping) if discriminator else ()
            return tuple(name for member in members for name in references(member)) + tagged
        case Object():
            base = (shape.base,) if shape.base else ()
            own = tuple(name for each in shape.properties for name in references(each.shape))
            children = tuple(name for _, name in shape.children.mapping) if shape.children else ()
            return base + own + references(shape.extra) + children
        case _:
            return ()


def alternatives(shape: Shape) -> tuple[str, ...]:
    """Return the names of the component schemas that a value of a shape may be itself, not in a list or a map."""
    match shape:
        case Ref(name):
            return (name,)
        case Nullable(inner):
            return alternatives(inner)
        case Union(members, _):
            return tuple(name for member in members for name in alternatives(member))
        case _:
            return ()


def post_order(names: Iterable[str], needs: Callable[[str], Iterable[str]]) -> tuple[str, ...]:
    """Sort names so that each comes after those that it needs, and otherwise in the given order.

    It uses no recursion, because a spec may chain thousands of references. In a circle, one name comes too early.
    """
    done: dict[str, None] = {}
    open_: set[str] = set()
    waiting = [(name, False) for name in reversed(tuple(names))]
    while waiting:
        name, left = waiting.pop()
        if left:
            done[name] = None
        elif name not in open_:
            open_.add(name)
            waiting.append((name, True))
            waiting += [(each, False) for each in reversed(tuple(needs(name)))]
    return tuple(done)


def circles(needs: Mapping[str, Set[str]]) -> dict[str, str]:
    """Return the names that need themselves, directly or through others; names of one circle have the same value."""
    users: dict[str, set[str]] = {name: set() for name in needs}
    for name, needed in needs.items():
        for each in needed & needs.keys():
            users[each].add(name)
    # Kosaraju's algorithm: from users to what they need, then back over what is left.
    left = set(needs)
    found: dict[str, str] = {}
    for start in reversed(post_order(needs, lambda name: needs[name] & needs.keys())):
        circle: set[str] = set()
        waiting = [start] if start in left else []
        while waiting:
            name = waiting.pop()
            circle.add(name)
            left.discard(name)
            waiting += users[name] & left
        if len(circle) > 1 or (start in needs[start] and circle):
            found |= dict.fromkeys(circle, start)
    return found
