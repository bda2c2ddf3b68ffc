# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from datetime import date

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import UNSET, Unset, wire, wire_member


@wire(rename="camel")
@define(kw_only=True)
class NewNote:
    """Only where a request may leave out what it may also set to null are the two told apart."""

    author: str | None
    """Must be given, if only as null."""

    title: str | None = None
    """May be left out, but not be null."""

    expires_on: date | None | Unset = UNSET
    """May be left out, and null says never."""

    place: Place | None | Unset = UNSET
    """The same for an object."""


@wire(rename="camel")
@define(kw_only=True)
class Note:
    """In an answer, absent and null are both None."""

    author: str | None
    title: str | None = None
    expires_on: date | None = field(default=None, metadata=wire_member(nullable=True))
    readers: list[str | None] | None = None


@define(kw_only=True)
class Place:
    """A place."""

    city: str
