# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import Literal

from taskclients_core.lazy_attrs import define


@define(kw_only=True)
class Event:
    """Fixed values need not be given."""

    kind: Literal["order.placed"] = "order.placed"
    version: Literal[2] = 2
    final: Literal[True] = True
    huge: int | None = None
    """Too large for a type of its own."""

    subject: str
    channel: Literal["web"] | None = None
    """Not required, so it is sent only if it is given."""
