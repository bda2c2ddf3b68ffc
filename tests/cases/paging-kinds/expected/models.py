# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import TypeAlias

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import wire_member


@define(kw_only=True)
class Thing:
    """A thing."""

    id: int
    label: str | None = None


Things: TypeAlias = list[Thing]
"""Some of the things."""


@define(kw_only=True)
class OrderPage:
    """Some of the orders."""

    items: Things
    meta: Meta | None = None


@define(kw_only=True)
class Meta:
    """About a page."""

    total_pages: int | None = None


@define(kw_only=True)
class StockPage:
    """Some of the stocks."""

    data: Things | None = field(default=None, metadata=wire_member(nullable=True))
    total: int | None = field(default=None, metadata=wire_member(nullable=True))


@define(kw_only=True)
class UserPage:
    """Some of the users."""

    data: Things
    links: Links | None = field(default=None, metadata=wire_member(nullable=True))


@define(kw_only=True)
class Links:
    """Links to other pages."""

    next: str | None


@define(kw_only=True)
class NotePage:
    """Some of the notes."""

    notes: Things
    next_page: int | None
