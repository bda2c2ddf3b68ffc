"""From a JSON pointer into a body to the attributes that lead there."""

from __future__ import annotations

from taskclients_core.json_pointer import parse

from ..schema import Array, Map, Property, Ref, Shape
from ..spelling import Speller


def attribute_path(shape: Shape, pointer: str, speller: Speller) -> str:
    """Return a pointer as attributes joined by dots, '' for the whole."""
    return ".".join(speller.attribute(member) for member in _members(shape, pointer, speller))


def shape_at(shape: Shape, pointer: str, speller: Speller) -> Shape:
    """Return the shape of what a pointer names."""
    members = _members(shape, pointer, speller)
    return members[-1].shape if members else shape


def is_optional(shape: Shape, pointer: str, speller: Speller) -> bool:
    """Tell whether what a pointer names, or a member on the way to it, may be missing or null."""
    return any(not member.required or member.nullable for member in _members(shape, pointer, speller))


def item_shape(shape: Shape, speller: Speller) -> Shape:
    """Return the shape of the items of an array."""
    resolved = speller.resolved(shape)
    return resolved.items if isinstance(resolved, Array) else resolved


def _members(shape: Shape, pointer: str, speller: Speller) -> list[Property]:
    found: list[Property] = []
    for name in parse(pointer):
        member = speller.properties(_class_behind(shape, speller))[name]
        found.append(member)
        shape = member.shape
    return found


def _class_behind(shape: Shape, speller: Speller) -> str:
    """Return the component that a shape refers to, through aliases."""
    while True:
        match shape:
            case Ref(name) if isinstance(speller.components[name].shape, Ref):
                shape = speller.components[name].shape
            case Ref(name):
                return name
            case Map(inner) | Array(inner):
                shape = inner
            case _:
                raise LookupError(f"no members in {shape}")
