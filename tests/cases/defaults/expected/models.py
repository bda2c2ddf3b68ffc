# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Api: models."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from attrs import field
from taskclients_core.formats import DecimalString
from taskclients_core.lazy_attrs import define
from taskclients_core.model import OpenStr, wire, wire_member


class Mode(OpenStr):
    """How to compare."""

    EXACT = "exact"
    FUZZY = "fuzzy"


class Order(OpenStr):
    """What comes first."""

    NEWEST = "newest"
    OLDEST = "oldest"


@wire(rename="camel")
@define(kw_only=True)
class Search:
    """A request."""

    text: str
    mode: Mode = Mode.EXACT
    """Must be sent, so the client sends its default."""

    window: Window = field(factory=lambda: Window(from_=date.fromisoformat("2024-01-01"), size=7))
    """An object, with a default."""

    page_size: int | None = None
    """Need not be sent, so the server fills it in.

    If omitted, the server uses 100.
    """


@wire(rename="camel")
@define(kw_only=True)
class Found:
    """An answer."""

    total: int
    page_size: int = 100
    ratio: float = 1.0
    price: DecimalString = Decimal("0.00")
    id: UUID = UUID("00000000-0000-0000-0000-000000000000")
    mode: Mode = Mode.FUZZY
    tags: list[str] = field(factory=lambda: ["new"])
    counts: dict[str, int] = field(factory=lambda: {})
    note: str | None = field(default="none given", metadata=wire_member(nullable=True))
    """Null when it is null, the default only when it is absent."""


@wire(rename="camel")
@define(kw_only=True)
class Window:
    """Some days."""

    from_: date
    size: int
