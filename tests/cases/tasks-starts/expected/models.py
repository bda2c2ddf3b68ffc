# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import OpenStr, wire_member


class State(OpenStr):
    """State of it."""

    WAITING = "waiting"
    BUSY = "busy"
    DONE = "done"
    GONE = "gone"


@define(kw_only=True)
class Packing:
    """A parcel that is packed."""

    shift: Shift


@define(kw_only=True)
class Shift:
    """A shift."""

    number: int


@define(kw_only=True)
class Pack:
    """A parcel."""

    meta: Meta | None = None
    state: State | None = None
    sealed: str | None = field(default=None, metadata=wire_member(nullable=True))
    faults: list[str] | None = None


@define(kw_only=True)
class Meta:
    """Meta data."""

    id: str


@define(kw_only=True)
class LabelOrder:
    """Order for a label."""

    uuid: str | None = None
    text: str


@define(kw_only=True)
class Label:
    """A label."""

    uuid: str | None = None
    state: State | None = None
    faults: list[str] | None = None


@define(kw_only=True)
class Labels:
    """Labels."""

    labels: list[Label] | None = None
    faults: list[str] | None = None
