# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from datetime import datetime

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import OpenStr, wire, wire_member


class Color(OpenStr):
    """A color."""

    RED = "red"
    BLUE = "blue"


@define(kw_only=True)
class Job:
    """A job."""

    state: str | None = None
    steps: list[JobStep] | None = field(default=None, metadata=wire_member(nullable=True))
    file: JobFile | None = None
    faults: list[str] | None = None


@define(kw_only=True)
class JobStep:
    """A part of a job."""

    number: int
    title: str | None = None
    state: str


@wire(rename="camel")
@define(kw_only=True)
class JobFile:
    """What a job wrote."""

    link: str | None = None
    link_ends: datetime | None = None
    mirror: str | None = None
    bytes_: int | None = None
    digest: str | None = None
