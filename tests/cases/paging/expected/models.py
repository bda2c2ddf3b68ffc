# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import wire, wire_member


@define(kw_only=True)
class ThingPage:
    """Some of the things."""

    items: list[Thing]
    meta: Meta | None = None


@wire(rename="camel")
@define(kw_only=True)
class Meta:
    """About a page."""

    next_token: str | None = field(default=None, metadata=wire_member(nullable=True))


@define(kw_only=True)
class Thing:
    """A thing."""

    id: int
