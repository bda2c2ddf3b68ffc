# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from attrs import field
from taskclients_core.formats import GuidN
from taskclients_core.lazy_attrs import define
from taskclients_core.model import OpenStr, wire_member


class State(OpenStr):
    """State of work."""

    RUNNING = "running"
    DONE = "done"
    NEEDLESS = "needless"


@define(kw_only=True)
class Work:
    """Work that goes on."""

    id: GuidN
    state: State
    total: int
    guess: Guess | None = None


@define(kw_only=True)
class Guess:
    """A guess."""

    made: GuidN


@define(kw_only=True)
class Report:
    """A report."""

    text: str


@define(kw_only=True)
class Faults:
    """A page of faults."""

    faults: list[Report]
    next: str | None = field(default=None, metadata=wire_member(nullable=True))
