# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, TypeAlias

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import UNSET, OpenStr, Unset, extra, wire_member


class State(OpenStr):
    """A state."""

    NEW = "new"
    DONE = "done"


@define(kw_only=True)
class Everything:
    """Holds one of each."""

    narrowed: Narrowed | None = None
    plain: ThroughAlias | None = None
    nullable: OverNullable | None = None
    several: Several | None = None
    merged: Merged | None = None
    free: Free | None = None
    freer: Freer | None = None
    manager: Manager | None = None
    renamed: RenamedState | None = None
    noted: State | None = None
    """An inline reference with a description."""

    owner: Base | None = None
    """The same for an object."""


@define(kw_only=True)
class Counted:
    """Other members are numbers."""

    a: str | None = None
    b: str | None = field(default=None, metadata=wire_member(nullable=True))
    additional_properties: dict[str, int] = field(factory=lambda: {}, metadata=extra())
    """Members without an attribute of their own, by wire name."""


@define(kw_only=True)
class Narrowed:
    """Requires a member, so it repeats its base; other members are still numbers."""

    a: str
    b: str | None | Unset = UNSET
    additional_properties: dict[str, int] = field(factory=lambda: {}, metadata=extra())
    """Members without an attribute of their own, by wire name."""


@define(kw_only=True)
class Base:
    """A base."""

    x: str
    owner: Person | None = None


Alias: TypeAlias = Base
"""Another name of the base."""


SecondAlias: TypeAlias = Alias
"""A name of a name."""


@define(kw_only=True)
class ThroughAlias(Base):
    """Extends a base through two other names."""

    z: str | None = None


MaybeBase: TypeAlias = Base | None
"""A base, or null."""


@define(kw_only=True)
class OverNullable(Base):
    """Extends a base that may be null; it may not."""

    z: str | None = None


@define(kw_only=True)
class Several(Base):
    """Several references, several inline parts, and members beside them."""

    a: str | None = None
    b: str | None | Unset = UNSET
    day: date
    late: str
    beside: bool
    additional_properties: dict[str, int] = field(factory=lambda: {}, metadata=extra())
    """Members without an attribute of their own, by wire name."""


@define(kw_only=True)
class Dated:
    """Has a date."""

    day: date | None = None
    x: str | None = None


@define(kw_only=True)
class Merged:
    """Retypes members of its base."""

    id: int
    kind: Literal["m"] | None = None
    note: str | None = None


@define(kw_only=True)
class Loose:
    """Has members of several types."""

    id: str | int
    kind: str | None = None
    note: str | None = field(default=None, metadata=wire_member(nullable=True))


@define(kw_only=True)
class Free:
    """Keeps the members that it does not declare."""

    a: str
    additional_properties: dict[str, Any] = field(factory=lambda: {}, metadata=extra())
    """Members without an attribute of their own, by wire name."""


Numbers: TypeAlias = dict[str, int]
"""A map."""


@define(kw_only=True)
class Freer:
    """Extends it; other members are numbers, as the map says."""

    a: str
    additional_properties: dict[str, int] = field(factory=lambda: {}, metadata=extra())
    """Members without an attribute of their own, by wire name."""


@define(kw_only=True)
class Person:
    """A person."""

    name: str | None = None


@define(kw_only=True)
class Employee(Person):
    """A person at work."""

    number: int | None = None


@define(kw_only=True)
class Manager:
    """Its owner is a person that says more."""

    x: str
    owner: Employee | None = None


RenamedState: TypeAlias = State
"""Another name of the state."""
