# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from base64 import b64decode
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from attrs import field
from taskclients_core.formats import (
    Base64,
    DateTimeMs,
    DecimalNumber,
    DecimalString,
    GuidN,
    IntString,
    ServiceStackDate,
    TimeOfDay,
)
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

    guid: GuidN = UUID("16d1f9cd4d1b459b9b8a1f8f6e3bee3e")
    day: date = date.fromisoformat("2024-02-29")
    at: datetime = datetime.fromisoformat("2024-05-01T12:00:00.500000Z")
    """In a form that fewer readers know."""

    at_ms: DateTimeMs = datetime.fromisoformat("2024-05-01T12:00:00+02:00")
    stamp: Stamp = datetime.fromisoformat("2022-01-01T00:00:00")
    other_stamp: SameStamp = datetime.fromisoformat("1970-01-01T02:00:00+02:00")
    clock: TimeOfDay = TimeOfDay.fromisoformat("08:30:00.250000+01:00")
    wait: str = "P1M"
    content: Base64 = b64decode("AP8=")
    weight: DecimalNumber = Decimal("0.1")
    cursor: IntString = 42
    whole: int = 3
    huge: int = 100000000000000000000
    flag: bool = False
    either: Either = "some text"
    other: Either = UUID("16d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e")
    days: list[date] = field(factory=lambda: [date.fromisoformat("2024-01-01")])
    stamps: dict[str, Stamp] = field(factory=lambda: {"a": datetime.fromisoformat("1970-01-01T00:00:00Z")})
    place: Place = field(factory=lambda: Window(size=1, from_=date.fromisoformat("2024-01-01")))


Stamp: TypeAlias = ServiceStackDate
"""A date, with a default wherever it is used."""


SameStamp: TypeAlias = Stamp
"""The type `SameStamp`."""


Either: TypeAlias = UUID | str | int
"""A default selects the member that it fits best."""


@wire(rename="camel")
@define(kw_only=True)
class Point:
    """A point."""

    from_: str | None = None


@wire(rename="camel")
@define(kw_only=True)
class Window:
    """Some days."""

    from_: date
    size: int


Place: TypeAlias = Point | Window
"""Here too."""
