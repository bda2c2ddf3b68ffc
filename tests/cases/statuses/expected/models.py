# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from taskclients_core.lazy_attrs import define


@define(kw_only=True)
class Order:
    """An order."""

    number: int


@define(kw_only=True)
class Ticket:
    """Says where the order will be."""

    ticket: str


@define(kw_only=True)
class Conflict:
    """What is in the way."""

    other: int


@define(kw_only=True)
class Problem:
    """What is wrong."""

    title: str
