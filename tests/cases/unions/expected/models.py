# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import TypeAlias

from taskclients_core.lazy_attrs import define


@define(kw_only=True)
class Square:
    """As wide as it is high."""

    width: int


@define(kw_only=True)
class Rectangle:
    """Has all that a square has, and more."""

    width: int
    height: int


@define(kw_only=True)
class Circle:
    """Round."""

    radius: float


Shape: TypeAlias = Square | Rectangle | Circle
"""Nothing in it says which of the three it is."""


@define(kw_only=True)
class Wanted:
    """What to look for."""

    like: Likeness
    size: str | int | None = None
    """A number of points, or a text such as `large`."""


Likeness: TypeAlias = Shape | str | list[int]
"""A shape, a name or some numbers."""
