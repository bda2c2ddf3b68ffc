# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import TypeAlias

from taskclients_core.lazy_attrs import define
from taskclients_core.model import wire


@wire(rename="camel")
@define(kw_only=True)
class Range:
    """From here to there."""

    min_size: int | None = None
    max_size: int | None = None


IdOrIds: TypeAlias = int | list[int] | str
"""An id, a list of ids, or a word."""
