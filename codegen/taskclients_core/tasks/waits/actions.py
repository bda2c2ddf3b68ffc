"""What a caller can do to a task besides waiting: declared calls, such as cancelling it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import evolve

from ...exchange.deadline import Deadline
from ...exchange.flow import call
from ..calls import arguments
from ..definition import Bound
from ..effects import Flow
from .outcomes import timed_out
from .waiting import refresh

if TYPE_CHECKING:
    from ..state.record import Record
    from ..station import Station
    from ..views import View


def act(station: Station, record: Record, name: str, limit: Deadline) -> Flow[View[Any]]:
    """Make the call that a kind declares as `cancel` or under `actions`, then look at the task."""
    kind = record.kind
    bound = kind.cancel if name == "cancel" else kind.actions[name]
    if bound is None:
        raise LookupError(f"{kind.name} declares no {name}")  # a handle of this kind has no such method
    yield from in_time(station, record, bound, limit)
    return (yield from refresh(station, record, limit))


def in_time(station: Station, record: Record, bound: Bound, limit: Deadline) -> Flow[Any]:
    """Make a call on behalf of a task, within its caller's time.

    Raises:
        TaskTimeout: there is none left; nothing was sent.
        ClientError: whatever the call raises.
    """
    given = arguments(bound, record.ref)
    setting = station.setting
    left = limit.left
    if left <= 0:
        raise timed_out(record, limit)
    if limit.bounded:
        own = setting.choices.deadline
        setting = evolve(setting, choices=evolve(setting.choices, deadline=left if own is None else min(own, left)))
    return (yield from call(setting, bound.operation, given, None))
