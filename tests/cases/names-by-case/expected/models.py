# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import OpenStr, wire_member


class Order(OpenStr):
    """In small letters upwards, in capitals downwards."""

    NAME_UP = "name"
    NAME_DOWN = "NAME"
    A_DASH_B = "a-b"
    A_LINE_B = "a_b"


@define(kw_only=True)
class Price:
    """A price for the end customer."""

    value: int | None = None
    formatted_value: str | None = field(default=None, metadata=wire_member("Value"))
    inner: DealerPrice | None = None


@define(kw_only=True)
class DealerPrice:
    """A price among dealers."""

    value: int | None = None
