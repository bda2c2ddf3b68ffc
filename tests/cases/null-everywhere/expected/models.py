# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import UNSET, OneOf, OpenInt, OpenStr, Unset, wire_member


class State(OpenStr):
    """An open enumeration, or null."""

    ON = "on duty"
    """Works."""

    AWAY = "away"
    """Gone."""


class Level(OpenInt):
    """An enumeration of integers, or null."""

    LOW = 1
    HIGH = 2


@define(kw_only=True)
class Place:
    """An object, or null."""

    city: str


Note: TypeAlias = str | None
"""A text, or null."""


SameNote: TypeAlias = Note
"""The same by another name."""


Notes: TypeAlias = list[Note] | None
"""A list, or null, of texts or null."""


Places: TypeAlias = dict[str, Place | None] | None
"""A map, or null, of objects or null."""


Mixed: TypeAlias = State | Place | int | None
"""A union with null in two members."""


Nothing: TypeAlias = None
"""Null, and nothing else."""


Anything: TypeAlias = Any
"""Any JSON value."""


@define(kw_only=True)
class Cat:
    """A cat."""

    kind: Literal["cat"] = "cat"


@define(kw_only=True)
class Dog:
    """A dog."""

    kind: Literal["dog"] = "dog"


Animal: TypeAlias = Annotated[Cat | Dog, OneOf("kind", {"cat": Cat, "dog": Dog})] | None
"""A discriminated union, or null."""


MaybeDog: TypeAlias = Dog | None
"""A dog, or null."""


Pet: TypeAlias = Annotated[Cat | MaybeDog, OneOf("kind", {"cat": Cat, "dog": MaybeDog})]
"""A discriminated union that has null through a member."""


@define(kw_only=True)
class Thing:
    """Each kind of null, required and optional."""

    state: State | None
    place: Place | None
    note: SameNote | None
    notes: Notes | None
    places: Places | None
    mixed: Mixed | None
    animal: Animal | None
    nothing: Nothing
    anything: Anything | None
    fixed: Literal["x"] | None
    states: list[State | None] | None = None
    levels: dict[str, Level | None] | None = None


@define(kw_only=True)
class Reset:
    """A required null by default is sent, an optional one is not."""

    to: str | None = field(factory=lambda: None, metadata=wire_member(nullable=True))
    by: str | None = field(default=None, metadata=wire_member(nullable=True))


MaybeThing: TypeAlias = Thing | None
"""A thing, or null."""


@define(kw_only=True)
class Step:
    """A step of a JSON Patch. A value of null and no value differ."""

    op: str
    path: str
    value: Any | Unset = UNSET
    """The new value."""

    state: State | None | Unset = UNSET
    place: Place | None | Unset = UNSET
    note: SameNote | None | Unset = UNSET
    notes: Notes | None | Unset = UNSET
    places: Places | None | Unset = UNSET
    mixed: Mixed | None | Unset = UNSET
    animal: Animal | None | Unset = UNSET
    nothing: Nothing | Unset = UNSET
    anything: Anything | None | Unset = UNSET
    fixed: Literal["x"] | None | Unset = UNSET


@define(kw_only=True)
class Page:
    """A page, or null."""

    page: MaybeContents | None = field(default=None, metadata=wire_member(nullable=True))


@define(kw_only=True)
class Contents:
    """Contents of a page."""

    items: MaybeItems | None = field(default=None, metadata=wire_member(nullable=True))
    next: Note | None = field(default=None, metadata=wire_member(nullable=True))


MaybeContents: TypeAlias = Contents | None
"""Contents, or null."""


MaybeItems: TypeAlias = list[Place | None] | None
"""A list, or null."""


@define(kw_only=True)
class Outcome:
    """What happened."""

    result: Result | None = field(default=None, metadata=wire_member(nullable=True))


@define(kw_only=True)
class Result:
    """An id or errors, or null."""

    id: Note | None = field(default=None, metadata=wire_member(nullable=True))
    errors: Notes | None = field(default=None, metadata=wire_member(nullable=True))


@define(kw_only=True)
class Credentials:
    """A password."""

    password: str = field(repr=False)


@define(kw_only=True)
class Session:
    """A session, or null."""

    session: Secret | None = field(default=None, metadata=wire_member(nullable=True))


@define(kw_only=True)
class Secret:
    """A token, or null."""

    token: str | None = field(default=None, repr=False, metadata=wire_member(nullable=True))
