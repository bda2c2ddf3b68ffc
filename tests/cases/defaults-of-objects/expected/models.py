# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import OneOf, OpenStr, discriminated, extra, wire_member


class Level(OpenStr):
    """A level, or null."""

    LOW = "low"
    HIGH = "high"


@define(kw_only=True)
class Order:
    """Each default is what the decoder makes of its JSON."""

    owner: Person | None = field(
        factory=lambda: Person(name="ann", additional_properties={"age": 7}), metadata=wire_member(nullable=True)
    )
    """An object that may be null, and keeps other members."""

    sender: Sender | None = field(factory=lambda: Person(name="bob"), metadata=wire_member(nullable=True))
    """The same by another name."""

    pet: Pet = field(factory=lambda: Cat(kind="cat", lives=9))
    """An object that its discriminator selects."""

    shape: Shape = field(factory=lambda: Square(form="square", size=1))
    """An object that the discriminator of a union selects."""

    people: dict[str, Person | None] = field(factory=lambda: {"first": Person(name="eve"), "second": None})
    """Objects, or null, in a map."""

    levels: list[Level | None] = field(factory=lambda: [Level.HIGH, None])
    """Values of an enum, or null."""

    notes: list[str | None] | None = field(
        factory=lambda: list[str | None](["new"]), metadata=wire_member(nullable=True)
    )
    """Texts, or null, in a list that may be null."""

    anything: Any = field(factory=lambda: {"list": list[Any](), "map": dict[str, Any](), "number": 1})
    """Any JSON value."""


@define(kw_only=True)
class Person:
    """A person, or null."""

    name: str
    additional_properties: dict[str, int] = field(factory=lambda: {}, metadata=extra())
    """Members without an attribute of their own, by wire name."""


Sender: TypeAlias = Person | None
"""Another name."""


@discriminated("kind", {"cat": "Cat"})
@define(kw_only=True)
class Pet:
    """A pet."""

    kind: str


@define(kw_only=True)
class Cat(Pet):
    """A cat."""

    kind: str = "cat"
    lives: int | None = None


@define(kw_only=True)
class Circle:
    """A circle."""

    form: str
    size: int


@define(kw_only=True)
class Square:
    """A square; only its form tells it from a circle."""

    form: str
    size: int


Shape: TypeAlias = Annotated[Circle | Square, OneOf("form", {"circle": Circle, "square": Square})]
"""A shape."""
