"""From a JSON pointer into a body to the attributes that lead there."""

from __future__ import annotations

from ..schema import Array, Map, Ref, Shape
from ..spelling import Speller


def attribute_path(shape: Shape, pointer: str, speller: Speller) -> str:
    """Return a pointer as attributes joined by dots, '' for the whole."""
    return ".".join(name for name, _ in _steps(shape, pointer, speller))


def shape_at(shape: Shape, pointer: str, speller: Speller) -> Shape:
    """Return the shape of what a pointer names."""
    for _, inner in _steps(shape, pointer, speller):
        shape = inner
    return shape


def item_shape(shape: Shape, speller: Speller) -> Shape:
    """Return the shape of the items of an array."""
    resolved = speller.resolved(shape)
    return resolved.items if isinstance(resolved, Array) else resolved


def _steps(shape: Shape, pointer: str, speller: Speller) -> list[tuple[str, Shape]]:
    steps: list[tuple[str, Shape]] = []
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        name_of_class = _class_behind(shape, speller)
        member = speller.properties(name_of_class)[name]
        steps.append((speller.attribute(member), member.shape))
        shape = member.shape
    return steps


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
