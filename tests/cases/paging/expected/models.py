# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Api: models."""

from __future__ import annotations

from attrs import field
from taskclients_core.classes import define
from taskclients_core.model import wire


@define(kw_only=True)
class ThingPage:
    """Some of the things."""

    items: list[Thing]
    meta: Meta | None = None


@define(kw_only=True)
class Meta:
    """About a page."""

    next_token: str | None = field(default=None, metadata=wire("nextToken", nullable=True))


@define(kw_only=True)
class Thing:
    """A thing."""

    id: int
