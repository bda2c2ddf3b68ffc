# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from taskclients_core.lazy_attrs import define
from taskclients_core.model import wire


@define(kw_only=True)
class Export:
    """What to export."""

    brand: str
    place: Place


@wire(rename="camel")
@define(kw_only=True)
class Place:
    """Where."""

    point_number: int
