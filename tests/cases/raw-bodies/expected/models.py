# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from taskclients_core.lazy_attrs import define
from taskclients_core.model import OpenStr


class State(OpenStr):
    """A state."""

    QUEUED = "queued"
    DONE = "done"


@define(kw_only=True)
class Pet:
    """A pet."""

    name: str
