# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import OpenStr, wire, wire_member


class State(OpenStr):
    """State of an export."""

    WAITING = "waiting"
    RUNNING = "running"
    ASKING = "asking"
    DONE = "done"
    FAILED = "failed"


class NoteKind(OpenStr):
    """How grave a remark is."""

    HINT = "hint"
    FAULT = "fault"


@define(kw_only=True)
class NewExport:
    """What is exported."""

    label: str


@wire(rename="camel")
@define(kw_only=True)
class Export:
    """An export."""

    id: UUID
    label: str | None = None
    state: State
    seen: bool | None = None
    began: datetime | None = None
    rows: int | None = None
    rows_of_all: int | None = None
    refused: int | None = None
    notes: list[Note] | None = None


@define(kw_only=True)
class ExportPage:
    """Some of the exports."""

    data: list[Export]
    next: str | None = field(default=None, metadata=wire_member(nullable=True))


@define(kw_only=True)
class Note:
    """A remark."""

    text: str
    kind: NoteKind
