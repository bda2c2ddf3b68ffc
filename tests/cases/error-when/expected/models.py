# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import wire, wire_member


@wire(rename="camel")
@define(kw_only=True)
class Created:
    """Holds either an id or errors."""

    request_uuid: str | None = field(default=None, metadata=wire_member(nullable=True))
    errors: list[Fault] | None = None
    warnings: list[str] | None = None


@wire(rename="camel")
@define(kw_only=True)
class Fault:
    """What is wrong."""

    error_code: int
    error_message: str | None = None
