# Generated from spec.yaml by dragoman; edit the spec, then run `make generate`.
"""Api: models."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from taskclients_core.formats import Base64, DateTimeMs, DecimalNumber, DecimalString, GuidN, ServiceStackDate
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
