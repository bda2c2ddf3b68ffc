# Generated from spec.yaml by dragoman; edit the spec, then run `dragoman generate`.
"""Api: models."""

from __future__ import annotations

from typing import TypeAlias

from attrs import field
from taskclients_core.lazy_attrs import define
from taskclients_core.model import OpenFloat, OpenInt, OpenStr, wire, wire_member


class State(OpenStr):
    """Its values are their own names."""

    QUEUED = "queued"
    IN_PROGRESS = "in-progress"
    DONE_AND_GONE = "doneAndGone"


class Priority(OpenInt):
    """Numbers that have names."""

    LOW = 1
    """It can wait."""

    HIGH = 2
    """At once."""

    NONE = -1
    """Nobody cares."""


class Level(OpenInt):
    """Numbers that have no names."""

    VALUE_0 = 0
    VALUE_10 = 10
    VALUE_MINUS_10 = -10


class Paper(OpenStr):
    """Values that start with digits, are words of Python, or are nothing but signs."""

    DIN_2A0 = "2a0"
    LABEL = "100x150mm"
    NONE = "None"
    CLASS = "class"
    EMPTY = ""
    ANY = "*"


class Resolution(OpenStr):
    """Values that start with digits, and have no names."""

    X_720P = "720p"
    X_4K = "4K"


class Rate(OpenFloat):
    """Numbers; one has no fraction."""

    VALUE_0_5 = 0.5
    VALUE_1 = 1.0
    VALUE_MINUS_2_25 = -2.25
    VALUE_1E_MINUS_07 = 1e-07


class Share(OpenFloat):
    """Integers today, but any number by their type."""

    ONE = 1.0
    TWO = 2.0


class Version(OpenInt):
    """Quotes are missing on the page; the values count."""

    VALUE_1 = 1
    VALUE_2 = 2


class Code(OpenInt):
    """Integers of any size, one of them written as a number with a fraction."""

    VALUE_1 = 1
    VALUE_9223372036854775808 = 9223372036854775808


@wire(rename="camel")
@define(kw_only=True)
class Job:
    """A job."""

    state: State
    priority: Priority
    paper: Paper | None = field(default=None, metadata=wire_member(nullable=True))
    rate: Rate | None = None
    share: Share = Share.TWO
    flag: Flag | None = None
    size: Size | None = field(default="auto", metadata=wire_member(nullable=True))
    version: Version = Version.VALUE_2
    code: Same = Code.VALUE_9223372036854775808
    codes: list[Code] | None = None
    per_state: dict[str, Priority] | None = None


Flag: TypeAlias = bool
"""Only true so far.

Declared values: `true`.
"""


Size: TypeAlias = str | float | bool | None
"""Values of several types.

Declared values:

- `"auto"`: As it fits.
- `1`: Small.
- `2.5`
- `true`: The default.
- `null`: None.
"""


Same: TypeAlias = Code
"""Another name."""
