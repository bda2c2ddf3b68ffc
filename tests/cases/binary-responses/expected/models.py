# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from taskclients_core.lazy_attrs import define


@define(kw_only=True)
class Trouble:
    """What went wrong."""

    message: str
