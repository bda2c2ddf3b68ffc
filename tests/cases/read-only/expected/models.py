# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from attrs import field
from taskclients_core.lazy_attrs import define


@define(kw_only=True)
class User:
    """Travels both ways, with members that travel one way only."""

    id: int | None = None
    """The server's to give."""

    name: str
    password: str | None = field(default=None, repr=False)
    """The caller's to give; no answer has it."""
