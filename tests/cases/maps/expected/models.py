# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import extra, wire


@wire(rename="kebab")
@define(kw_only=True)
class Labels:
    """Known members, and others that are all numbers."""

    shop_name: str
    additional_properties: dict[str, int] = field(factory=lambda: {}, metadata=extra())
    """Members without an attribute of their own, by wire name."""


@wire(rename="camel")
@define(kw_only=True)
class Stock:
    """Maps in every place."""

    counts: Counts
    shelves: dict[str, Shelf]
    by_day: dict[str, list[date]] | None = None
    notes: dict[str, Any] | None = None
    by_name: dict[str, str | None] | None = None


Counts: TypeAlias = dict[str, int]
"""How many there are of each."""


@define(kw_only=True)
class Shelf:
    """A shelf."""

    width: float


Free: TypeAlias = dict[str, Any]
"""Anything by name."""
