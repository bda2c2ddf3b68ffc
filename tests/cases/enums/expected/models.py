# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Api: models."""

from __future__ import annotations

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import OpenInt, OpenStr, wire, wire_member


class State(OpenStr):
    """Its values are their own names."""

    QUEUED = "queued"
    IN_PROGRESS = "in-progress"
    DONE_AND_GONE = "doneAndGone"


class Priority(OpenInt):
    """Numbers that have names."""

    LOW = 1
    """It can wait."""

    HIGH = 2
    """At once."""

    NONE = -1
    """Nobody cares."""


class Level(OpenInt):
    """Numbers that have no names."""

    VALUE_0 = 0
    VALUE_10 = 10
    VALUE_MINUS_10 = -10


class Paper(OpenStr):
    """Values that start with digits, are words of Python, or are nothing but signs."""

    DIN_2A0 = "2a0"
    LABEL = "100x150mm"
    NONE = "None"
    CLASS = "class"
    EMPTY = ""
    ANY = "*"


class Resolution(OpenStr):
    """Values that start with digits, and have no names."""

    X_720P = "720p"
    X_4K = "4K"


@wire(rename="camel")
@define(kw_only=True)
class Job:
    """A job."""

    state: State
    priority: Priority
    paper: Paper | None = field(default=None, metadata=wire_member(nullable=True))
    per_state: dict[str, Priority] | None = None
