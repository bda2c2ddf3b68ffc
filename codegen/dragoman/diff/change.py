"""Changes between two specs of a vendor as values: the places that differ, and the consequences of each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

from attrs import frozen

T = TypeVar("T")


class Direction(Enum):
    """Messages in which a changed part is sent."""

    REQUEST = "request"
    RESPONSE = "response"
    BOTH = "request and response"
    NONE = "neither"
    """Part of no message: a description, a task type, an assumption."""


class Severity(Enum):
    """Class of a change, from the worst consequence."""

    BREAKING = "breaking"
    """A client generated from the old spec, or code written for it, may fail."""

    ADDITIVE = "additive"
    """Old clients and old code keep working; new code can do more."""

    DOCUMENTATION = "documentation"
    """No message and no name differ."""


@frozen(kw_only=True)
class WireEffect:
    """Consequence for clients that were generated from the old spec and talk to a server of the new one."""

    refused: str = ""
    """Reason why the server no longer accepts their requests; '' if it does."""

    misread: str = ""
    """Reason why they no longer understand its responses; '' if they do."""


@frozen(kw_only=True)
class CallerEffect:
    """Consequence for Python code that was written for the old package and runs with the new one."""

    name: str
    """Name that callers write: `Task.brand`, `BoosterClient.list_tasks(brand=)`."""

    text: str
    """Rest of the sentence: `removed: reading it raises AttributeError, mypy reports it`."""

    type_check: bool = False
    """True if type checkers reject code that they accepted."""

    run_time: bool = False
    """True if code that ran fails, or gets a value that it did not expect."""


@frozen(kw_only=True)
class Place:
    """Part of a spec that differs."""

    words: str
    """Place for people: `Task.brand`, `GET /tasks, query parameter brand`."""

    pointer: str
    """JSON pointer into the new spec, or into the old one if the part is gone from the new one."""

    gone: bool = False
    """True if `pointer` leads into the old spec."""

    subject: tuple[str, ...] = ()
    """Kind of the part and its names in the same spec: `("member", "Task", "brand")`, `("schema", "Task")`,
    `("operation", "tasks.listTasks")`, `("parameter", "tasks.listTasks", "query", "brand")`, `("body", "…")`,
    `("response", "…", "200")`, `("server", "…")`, `("scheme", "…")`, `("task type", "…")`, `("api",)`."""


@frozen(kw_only=True)
class Change:
    """Difference between two specs, with its consequences."""

    id: str
    """Stable kind: `member-removed`, `parameter-required`, `enum-value-added`."""

    place: Place
    direction: Direction
    old: str
    """Old value in words, '' if there was none."""

    new: str
    """New value in words, '' if there is none."""

    summary: str
    """Sentence for a reviewer, without its place: `removed`, `type changed from integer to string`."""

    wire: WireEffect = WireEffect()
    callers: tuple[CallerEffect, ...] = ()
    operations: tuple[str, ...] = ()
    """Ids of the operations that use the part, in the order of the spec; empty for the whole API."""

    renamed_from: str = ""
    """Name of a removed part of the same shape, if this is a likely rename."""

    @property
    def severity(self) -> Severity:
        """Class of the change."""
        if self.wire.refused or self.wire.misread or any(each.type_check or each.run_time for each in self.callers):
            return Severity.BREAKING
        return Severity.DOCUMENTATION if self.direction is Direction.NONE and not self.callers else Severity.ADDITIVE


def renames(removed: Mapping[T, object], added: Mapping[T, object]) -> dict[T, T]:
    """Return which removed part is likely which added one: the only two of one form."""
    by_form: dict[object, tuple[list[T], list[T]]] = {}
    for index, side in enumerate((removed, added)):
        for name, form in side.items():
            by_form.setdefault(form, ([], []))[index].append(name)
    return {gone[0]: came[0] for gone, came in by_form.values() if len(gone) == len(came) == 1}
