"""When the journal may forget a task: once its caller has had all there is to have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..definition import Fetched, Links
from ..effects import Flow, Work
from ..phases import Phase

if TYPE_CHECKING:
    from ..state.record import Record
    from ..station import Station
    from ..views import View


def settled(station: Station, record: Record, view: View[Any]) -> Flow[None]:
    """The caller gets the last view. What a success leaves to be fetched keeps the task in the journal."""
    if not view.terminal:
        return
    if view.phase is Phase.SUCCEEDED and isinstance(record.kind.result, Links | Fetched):
        return
    yield from closed(station, record, view.phase)


def closed(station: Station, record: Record, phase: Phase) -> Flow[None]:
    """The caller has all there is."""
    key, journal = record.journal_key, station.journal
    if key is None:
        return
    try:
        yield Work(lambda: journal.settle(key, phase))
    except Exception as error:
        # Nothing is lost by it, as `recover` brings the task back; what the caller has waited for would be.
        station.tell("journal", record, detail=f"its end could not be kept: {type(error).__name__}")
        return
    record.journal_key = None
