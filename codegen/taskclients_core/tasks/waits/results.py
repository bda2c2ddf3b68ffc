"""What a task results in, once it has succeeded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ...codec import encode
from ...errors import TimedOut
from ...exchange.deadline import Deadline
from ...json_pointer import MISSING, resolve
from ..definition import Fetched, Inline, Links
from ..effects import Flow
from ..phases import Phase
from .actions import in_time
from .endings import closed
from .outcomes import Partial, timed_out
from .waiting import succeeded

if TYPE_CHECKING:
    from ..state.record import Record
    from ..station import Station
    from ..views import View


def result(station: Station, record: Record, limit: Deadline, partial: Partial) -> Flow[Any]:
    """Wait for success, and return what the kind declares; None where there was nothing to do."""
    view = yield from succeeded(station, record, limit, partial)
    if view.phase is Phase.SKIPPED:
        return None
    value = yield from _value(station, record, view, limit)
    if not isinstance(record.kind.result, Links):  # a file is yet to be fetched
        yield from closed(station, record, view.phase)
    return value


def _value(station: Station, record: Record, view: View[Any], limit: Deadline) -> Flow[Any]:
    match record.kind.result:
        case None:
            return None
        case Inline(at, type_):
            found = resolve(json.loads(record.raw or b"null"), at)
            return record.decode(encode(None if found is MISSING else found), type_)
        case Fetched(bound):
            try:
                return (yield from in_time(station, record, bound, limit))
            except TimedOut as error:
                if limit.passed:
                    raise timed_out(record, limit) from error
                raise
        case Links():
            from ..download.links import downloadable

            return downloadable(station, record, view)
