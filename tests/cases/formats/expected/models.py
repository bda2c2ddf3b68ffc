# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

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
from taskclients_core.model import wire


@wire(rename="camel")
@define(kw_only=True)
class Sample:
    """One member for each format."""

    uuid: UUID | None = None
    guid: GuidN | None = None
    day: date | None = None
    at: datetime | None = None
    at_ms: DateTimeMs | None = None
    at_service_stack: ServiceStackDate | None = None
    content: Base64 | None = None
    price: DecimalString | None = None
    weight: DecimalNumber | None = None
    small: int | None = None
    big: int | None = None
    ratio: float | None = None
    link: str | None = None
    mail: str | None = None
    days: list[ServiceStackDate] | None = None
    clock: TimeOfDay | None = None
    number: IntString | None = None
    numbers: dict[str, IntString | None] | None = None
    either: Either | None = None
    wait: str | None = None
    host: str | None = None
    idn_host: str | None = None
    ip4: str | None = None
    ip6: str | None = None
    reference: str | None = None
    iri: str | None = None
    template: str | None = None
    pointer: str | None = None
    regex: str | None = None
    idn_mail: str | None = None


Either: TypeAlias = int | IntString | TimeOfDay
"""An integer, in quotes or without."""
