"""A look under way, and what there is to tell of it afterwards."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from ..definition import Kind, Listed
from ..poll import Poll
from ..state.record import Record
from .pace import chosen
from .sweep import Look
from .target import Target
from .throttle import Throttle
from .waiter import Waiter


@frozen(eq=False)
class Asked:
    """A look under way."""

    target: Target
    look: Look
    started: float
    waiters: int
    fresh: frozenset[Waiter]
    """Who wants a look, whatever it shows, and was there when it began."""

    by: Waiter | None
    """Who makes it, if it is one of those who wait."""


@frozen(eq=False)
class Told:
    """Something worth an event."""

    kind: Any
    record: Record | None
    more: dict[str, Any]


def look_of(kind: Kind[Any, Any], target: Target, client: Poll, throttle: Throttle, until: float | None = None) -> Look:
    """What to ask, to see all that is awaited there."""
    records = [next(iter(records)) for records in target.awaited.values()]
    return Look(
        kind=kind,
        ref=records[0].ref,
        wanted={record.ref.id: record.raw for record in records},
        narrowed=_narrow(kind, target),
        seconds=max(chosen("attempt_timeout", 10.0, wish, client) for wish in target.wishes),
        until=until,
        throttle=throttle,
    )


def _narrow(kind: Kind[Any, Any], target: Target) -> bool:
    observe = kind.observe
    if not isinstance(observe, Listed) or observe.narrow is None or target.wide:
        return False
    phases = observe.narrow.phases
    return all(record.phase in phases for records in target.awaited.values() for record in records)
