# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import Literal

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import OpenStr, wire_member


class State(OpenStr):
    """State of it."""

    RUNNING = "running"
    ASKING = "asking"
    DONE = "done"
    CALLED_OFF = "called-off"


@define(kw_only=True)
class Work:
    """Something that goes on."""

    id: str
    state: State
    answer: str | None = field(default=None, metadata=wire_member(nullable=True))
    verdict: Literal['it\'s "done"'] | None = None
