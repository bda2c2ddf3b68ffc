"""What all handles have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ...exchange.deadline import Deadline
from ..effects import Flow, Work
from ..poll import check_seconds, wait_deadline

if TYPE_CHECKING:
    from ..ref import Ref
    from ..state.record import Record
    from ..station import Station
    from ..views import View

M_co = TypeVar("M_co", covariant=True)
R_co = TypeVar("R_co", covariant=True)

REFRESH_TIMEOUT = 30.0
"""Seconds that `refresh`, `cancel` and the like take at most, unless told otherwise."""


class Handle(Generic[M_co, R_co]):
    """What both twins know without asking anybody."""

    def __init__(self, station: Station, runner: Any, record: Record) -> None:
        self._station = station
        self._runner = runner
        self.record = record
        """What all handles of the task share."""

    @property
    def ref(self) -> Ref:
        """Its name: vendor, kind, id and scope."""
        return self.record.ref

    @property
    def last(self) -> View[M_co] | None:
        """The last look at it; None before the first. Sends nothing."""
        return self.record.view

    def token(self) -> str:
        """Its name as text, for `client.tasks.attach` in another process or on another day."""
        return self.record.ref.token()

    def __repr__(self) -> str:
        phase = "not looked at" if self.record.view is None else self.record.view.phase
        return f"<{type(self).__name__} {self.record.ref}: {phase}>"

    def of(self, station: Station) -> bool:
        """Whether it belongs to that client."""
        return self._station is station

    def _limit(self, timeout: float | None) -> Deadline:
        return wait_deadline(self._station.setting.clock, timeout)


def check_heartbeat(heartbeat: float | None) -> None:
    """Raises InvalidArgument."""
    if heartbeat is not None:
        check_seconds("heartbeat", heartbeat)


def forgotten(station: Station, record: Record) -> Flow[None]:
    """Take a task out of the journal."""
    key, journal = record.journal_key, station.journal
    if key is not None:
        record.journal_key = None
        yield Work(lambda: journal.discard(key))
