# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import Any, TypeAlias

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import UNSET, OpenStr, Unset, discriminated, extra, wire


class EventKind(OpenStr):
    """Kind of an event."""

    MOVED = "moved"
    FED_BEFORE = "fed"
    FED = "Fed"


@wire(rename="camel")
@discriminated("petType", {"cat": "Cat", "Lion": "Lion", "dog": "Dog", "puppy": "Dog"})
@define(kw_only=True)
class Pet:
    """A response of this type is read as the child that its type names."""

    pet_type: str
    """Type of the pet."""

    name: str
    note: str | None = None


@wire(rename="camel")
@discriminated("petType", {"Lion": "Lion"})
@define(kw_only=True)
class Cat(Pet):
    """One value names it, so it has that value."""

    pet_type: str = "cat"
    purrs: bool | None = None


@define(kw_only=True)
class Dog(Pet):
    """Two values name it, so callers choose one."""

    barks: bool
    friends: list[Pet] | None = None


@wire(rename="camel")
@define(kw_only=True)
class Lion(Cat):
    """A child of a child; its name is its value. It says its type again, and narrows a member."""

    pet_type: str = "Lion"
    mane: bool | None = None
    additional_properties: dict[str, Any] = field(factory=lambda: {}, metadata=extra())
    """Members without an attribute of their own, by wire name."""


@wire(rename="camel")
@define(kw_only=True)
class Home:
    """Has pets of any type, and cats."""

    pet: Pet
    cat: Cat | None = None
    by_name: dict[str, Pet] | None = None
    maybe: Pet | None | Unset = UNSET
    either: PetOrText | None = None


PetOrText: TypeAlias = Pet | str
"""A pet, or a text."""


@discriminated("kind", {"moved": "Moved", "Fed": "Fed"})
@define(kw_only=True)
class Event:
    """Its type is an enumeration; a child has children of its own, by another member."""

    kind: EventKind


@discriminated("way", {"Flown": "Flown"})
@define(kw_only=True)
class Moved(Event):
    """A move. Its way selects the child."""

    kind: EventKind = EventKind.MOVED
    way: str


@define(kw_only=True)
class Flown(Moved):
    """By air."""

    way: str = "Flown"
    height: int | None = None


@define(kw_only=True)
class Fed(Event):
    """A meal. No mapping names it, so its own name does."""

    kind: EventKind = EventKind.FED
    food: str | None = None
