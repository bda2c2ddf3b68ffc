# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from taskclients_core.lazy_attrs import define
from taskclients_core.model import wire


@wire(rename="camel")
@define(kw_only=True)
class Animal:
    """The base."""

    name: str
    born_on: date | None = None


@wire(rename="camel")
@define(kw_only=True)
class Dog(Animal):
    """Extends its base by one member."""

    barks_loudly: bool | None = None


@wire(rename="camel")
@define(kw_only=True)
class GuideDog(Dog):
    """Extends a class that extends another, and takes in the members of a third."""

    chip_id: UUID
    handler: str


@wire(rename="camel")
@define(kw_only=True)
class Stray:
    """Narrows a member, so it repeats its base instead of extending it."""

    name: Literal["unknown"] = "unknown"
    born_on: date | None = None
    found_at: str


@wire(rename="camel")
@define(kw_only=True)
class Tracked:
    """Whatever carries a chip."""

    chip_id: UUID
