# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypeAlias

from attrs import field
from taskclients_core.formats import GuidN
from taskclients_core.lazy_attrs import define
from taskclients_core.model import UNSET, Scope, Unset


@define(kw_only=True)
class Route:
    """One member for each form."""

    start: Point
    points: list[Point] | None = None
    log: Log | None = None
    stops: tuple[str, *tuple[Stop, ...]] | None | Unset = UNSET
    """A name, and the places there."""

    open: tuple[GuidN, *tuple[Any, ...]] | None = None
    """More items of any kind may follow."""

    pair: tuple[int, str | None] = field(factory=lambda: (1, "a"))
    """As long as its prefix."""

    choice: Choice | None = None


Point: TypeAlias = tuple[float, float]
"""Longitude and latitude."""


Range: TypeAlias = tuple[int, int]
"""The first and the last number."""


Log: TypeAlias = Annotated[tuple[datetime, "Log | None"], Scope(__name__)]
"""A time, and the log that it continues."""


@define(kw_only=True)
class Stop:
    """A stop."""

    name: str


Choice: TypeAlias = Point | list[str]
"""A point, or some names."""
