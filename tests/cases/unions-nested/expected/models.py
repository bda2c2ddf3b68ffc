# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeAlias
from typing import Any as _Any
from uuid import UUID

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import OneOf, discriminated, extra, wire_member


@define(kw_only=True)
class Cat:
    """A cat."""

    type: Literal["feline"] = "feline"
    kind: Literal["Cat"] = "Cat"
    purrs: bool | None = None


@define(kw_only=True)
class Lion:
    """A lion."""

    type: Literal["feline"] = "feline"
    kind: Literal["Lion"] = "Lion"
    mane: bool | None = None


Feline: TypeAlias = Annotated[Cat | Lion, OneOf("kind", {"Cat": Cat, "Lion": Lion})]
"""A union in a union."""


@define(kw_only=True)
class Dog:
    """A dog."""

    type: Literal["dog"] = "dog"
    additional_properties: dict[str, _Any] = field(factory=lambda: {}, metadata=extra())
    """Members without an attribute of their own, by wire name."""


@discriminated("water", {"salt": "Shark"})
@define(kw_only=True)
class Fish:
    """A base with a child."""

    type: Literal["fish"] = "fish"
    water: str


@define(kw_only=True)
class Crow:
    """A crow."""

    type: Literal["crow"] = "crow"


@define(kw_only=True)
class Duck:
    """A duck."""

    type: Literal["duck"] = "duck"


Bird: TypeAlias = Annotated[Crow | Duck, OneOf("type", {"crow": Crow, "duck": Duck})]
"""A union by the same property."""


Pet: TypeAlias = Annotated[
    Feline | Dog | Fish | Bird, OneOf("type", {"feline": Feline, "dog": Dog, "fish": Fish, "crow": Bird, "duck": Bird})
]
"""Felines are a union by another property, birds one by the same property, and fish a base class."""


@define(kw_only=True)
class Shark(Fish):
    """Lives in salt water."""

    water: str = "salt"
    teeth: int | None = None


@define(kw_only=True)
class Values:
    """Unions of scalars, lists and maps."""

    scalar: str | int | bool | None = field(default=None, metadata=wire_member(nullable=True))
    lists: list[int] | list[str] | date | None = None
    maps: dict[str, int] | dict[str, list[str]] | None = None
    deep: dict[str, list[float | dict[str, bool]]] | None = None
    any: Any | None = None


Any: TypeAlias = int | UUID | str | list[Pet] | dict[str, Pet] | Pet
"""One of each."""
