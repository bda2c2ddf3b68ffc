# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from taskclients_core.lazy_attrs import define
from taskclients_core.model import OneOf, wire


@wire(rename="camel")
@define(kw_only=True)
class Cat:
    """A cat; its type is fixed."""

    pet_type: Literal["cat"] = "cat"
    name: str


@wire(rename="camel")
@define(kw_only=True)
class Dog:
    """A dog of either type."""

    pet_type: str
    name: str


Pet: TypeAlias = Annotated[Cat | Dog, OneOf("petType", {"cat": Cat, "dog": Dog, "puppy": Dog})]
"""Its mapping is explicit; two values name one class."""


@define(kw_only=True)
class Arrived:
    """Somebody came."""

    kind: str
    pet: Pet


@define(kw_only=True)
class Left:
    """Somebody went."""

    kind: str


Event: TypeAlias = Annotated[Arrived | Left, OneOf("kind", {"Arrived": Arrived, "Left": Left})]
"""Its mapping is implicit, so a member goes by the name of its schema."""
