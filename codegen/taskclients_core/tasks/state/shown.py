"""From what a record holds to the view that callers get."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from ...errors import DecodeError
from ..phases import Phase
from ..ref import Ref
from ..views import Progress, View
from .reading import Reading

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Shown(msgspec.Struct, kw_only=True, eq=False):
    """All that makes a view, put in place at once: threads that do not lock see the one before or the one after.

    Making views costs much more, and most looks are of no interest to anybody.
    """

    reading: Reading | None
    lost: bool
    model: Callable[[], Any]
    best: float | None
    stalled: float
    at: float
    date: float
    sequence: int
    view: View[Any] | None = None


def view_of(ref: Ref, shown: Shown, monotonic: Callable[[], float]) -> View[Any]:
    """The view that callers get."""
    reading, at = shown.reading, shown.at
    more: dict[str, Any] = {}
    if reading is not None:
        more = {
            "known": reading.known,
            "partial": reading.partial,
            "steps": reading.steps,
            "messages": reading.messages,
        }
    return View(
        ref=ref,
        phase=Phase.LOST if shown.lost or reading is None else reading.phase,
        status=None if reading is None else reading.status,
        progress=Progress(
            fraction=None if reading is None else reading.fraction,
            done=None if reading is None else reading.done,
            total=None if reading is None else reading.total,
            best=shown.best,
            stalled_for=timedelta(seconds=shown.stalled),
        ),
        observed_at=_EPOCH + timedelta(seconds=shown.date),
        sequence=shown.sequence,
        model=shown.model,
        since=lambda: max(0.0, monotonic() - at),
        **more,
    )


def decoded_once(decode: Callable[[bytes, Any], Any], raw: bytes, model: Any) -> Callable[[], Any]:
    """What makes a model when it is first asked for, and then gives the same one."""
    found: list[Any] = []

    def decoded() -> Any:
        if not found:
            found.append(decode(raw, model))
        return found[0]

    return decoded


def never_shown() -> Any:
    """Stands for the model of a task that no look has shown."""
    raise DecodeError(path="$", expected="a task", found="nothing: no look has shown it", raw=b"")
