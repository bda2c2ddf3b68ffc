# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Api: models."""

from __future__ import annotations

from attrs import field
from taskclients_core.classes import define
from taskclients_core.model import wire


@define(kw_only=True)
class Range:
    """From here to there."""

    min_size: int | None = field(default=None, metadata=wire("minSize"))
    max_size: int | None = field(default=None, metadata=wire("maxSize"))
