# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from taskclients_core.lazy_attrs import define
from taskclients_core.operation import Upload


@define(kw_only=True)
class Where:
    """Conditions."""

    name: str | None = None
    tags: list[str] | None = None
    metadata: dict[str, str] | None = None


@define(kw_only=True)
class Item:
    """An item."""

    price: str
    counts: list[int] | None = None


@define(kw_only=True)
class Charge:
    """A charge."""

    amount: int
    expand: list[str] | None = None
    where: Where | None = None
    items: list[Item] | None = None
    codes: list[str] | None = None
    note: str | None = None
    plain: Where | None = None


@define(kw_only=True)
class Parcel:
    """A parcel."""

    picture: Upload
    where: Where | None = None
    note: str | None = None
