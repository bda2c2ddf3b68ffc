"""Beginning a task, at most once.

What is to be sent is kept first; then it is sent, and what came of it is kept. A crash at any place leaves a trace of
whatever may have been sent. When nobody knows whether the task was begun it is looked for, never sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from attrs import evolve

from ...errors import ApiError, ClientError, DecodeError, InvalidArgument, TimedOut, TransportError
from ...exchange.deadline import Deadline, deadline_in
from ...exchange.effects import Sleep
from ..crash import crashpoint
from ..definition import Kind, Submit
from ..effects import Flow, Work
from ..errors import JournalError, SubmitUnknown
from ..journal.entry import Entry, granted, process, starting
from ..journal.journal import LEASE, Journal
from ..ref import Ref
from .look import Filter, Verdict, before, can_look, judge, look
from .posting import Fate, NoTask, post
from .prepared import Prepared, lease_seconds, prepare, scope_of

if TYPE_CHECKING:
    from ...options import Choices
    from ..state.record import Record
    from ..station import Station

T = TypeVar("T")

_LOOK_AGAIN: Final = 0.05
"""Seconds between two looks at the entry of a start that somebody else makes."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def submit(
    station: Station,
    submit: Submit[Any, Any],
    arguments: Sequence[object],
    body: object,
    key: str | None,
    choices: Choices | None = None,
) -> Flow[Record]:
    """Begin a task, unless one was begun under this key; `choices` are those of the view that was called.

    Raises:
        InvalidArgument: the arguments do not fit, or the key is that of another request; nothing was sent.
        JournalError: with `ref`, the task was begun and that could not be kept; without, nothing was sent.
        TransportError: the request never left.
        ApiError: it was refused.
        SubmitUnknown: whether the task was begun is not known.
    """
    prepared = prepare(station, submit, arguments, body, key, choices)
    crashpoint("submit.checked")
    with starting(prepared.entry.start) as owner:
        record = yield from _submit(station, prepared, owner)
    return record


def _submit(station: Station, prepared: Prepared, owner: str) -> Flow[Record]:
    journal, entry = station.journal, prepared.entry
    waited = deadline_in(prepared.setting.choices.deadline, station.setting.clock.monotonic)
    while True:
        found = (yield from kept(lambda: journal.find(entry.key))) if entry.named else None
        if found is None:
            # Half of the time is the request's own: a list that hangs must not keep tasks from being started.
            half = deadline_in(waited.left / 2, waited.now).bounded
            baseline = yield from before(station, prepared.submit, entry, half)
            crashpoint("submit.baseline")
            lease = granted(station.setting.clock, owner, lease_seconds(prepared.setting.choices))
            wanted = evolve(entry, baseline=baseline, lease=lease, wall=station.setting.clock.wall())
            found = yield from kept(partial(journal.intend, wanted))
            if found.start == entry.start:
                crashpoint("submit.intended")
                return (yield from _begin(station, evolve(prepared, entry=wanted), waited.bounded))
        _check_same(found, entry)
        record = yield from _attached(station, prepared.submit, found)
        if record is not None:
            return record
        if waited.passed:
            raise TimedOut(f"{entry.operation}: the start under key {entry.name!r} was not over in time", sent=False)
        yield Sleep(_LOOK_AGAIN, station.setting.clock)


def kept(work: Callable[[], T]) -> Flow[T]:
    """Have the journal do something. Raises JournalError."""
    try:
        result: T = yield Work(work)
    except ClientError:
        raise
    except Exception as error:
        raise JournalError(f"journal: {type(error).__name__}: {error}") from error
    return result


def _check_same(found: Entry, entry: Entry) -> None:
    if found.digest != entry.digest:
        began = _moment(found.wall).isoformat(timespec="seconds")
        what = "the same operation with other arguments" if found.operation == entry.operation else found.operation
        raise InvalidArgument(f"key: {entry.name!r} stands for another request since {began}: {what}")


def _attached(station: Station, submit: Submit[Any, Any], found: Entry) -> Flow[Record | None]:
    """The task of a start that was made under this key; None if it is under way, or gone."""
    if found.ref is not None:
        return record_of(station, submit.kind, found)
    journal, mine = station.journal, process()
    if not (yield from kept(lambda: journal.lease(found.key, mine, LEASE))):
        return None
    now = yield from kept(lambda: journal.find(found.key))
    if now is None or now.ref is not None:
        return None  # it came to its end between the two
    try:
        return (yield from resolved(station, submit, now, None))
    except SubmitUnknown:
        yield from kept(lambda: left(journal, found.key, mine))
        raise


def left(journal: Journal, key: str, owner: str) -> None:
    """Nothing more can be found out about a start: others may try."""
    journal.mark_unknown(key)
    journal.lease(key, owner, 0)


def _begin(station: Station, prepared: Prepared, deadline: Deadline | None) -> Flow[Record]:
    journal, entry = station.journal, prepared.entry
    fate = Fate()
    try:
        name, answer, sent = yield from post(prepared.setting, prepared, fate, deadline)
    except Exception as error:
        if not fate.begun_maybe:
            crashpoint("submit.refused" if isinstance(error, ApiError) else "submit.unsent")
            yield from _noted(station, prepared.submit.kind, error, lambda: journal.discard(entry.key))
            raise
        crashpoint("submit.unknown")
        yield from _noted(station, prepared.submit.kind, error, lambda: journal.mark_unknown(entry.key))
        if fate.theirs or not isinstance(error, TransportError | ApiError | DecodeError | NoTask):
            # Somebody's own code has ended it, such as what reads the body.
            error.add_note(f"whether the task was begun is not known; its key is {entry.name!r}")
            raise
        return (yield from resolved(station, prepared.submit, entry, error))
    ref = Ref(entry.vendor, entry.kind, name, scope_of(prepared, answer))
    crashpoint("submit.identified")
    try:
        accepted: Entry | None = yield Work(lambda: journal.accept(entry.key, ref))
    except Exception as error:
        raise JournalError(
            f"{entry.operation}: the task was begun, but that could not be kept: {error}", ref=ref
        ) from error
    crashpoint("submit.accepted")
    record = station.record(ref, prepared.submit.kind)
    if accepted is not None and accepted.open:
        record.journal_key = entry.key
    record.started = sent
    station.tell("submit", record)
    return record


def _noted(station: Station, kind: Kind[Any, Any], error: Exception, work: Callable[[], Any]) -> Flow[None]:
    """Keep what came of it. An entry that cannot be changed says less than it could, and nothing wrong."""
    try:
        yield Work(work)
    except Exception as failure:
        error.add_note(f"the journal could not be changed: {failure}")
        station.tell("journal", kind, detail=type(failure).__name__)


def resolved(station: Station, submit: Submit[Any, Any], entry: Entry, error: Exception | None) -> Flow[Record]:
    """Look for the task of a start of unknown outcome.

    Raises:
        SubmitUnknown: it was not found, or not for certain.
    """
    verdict = Verdict()
    if can_look(submit, entry):
        wait = left_to_settle(station, submit, entry, None) if error is None else _settle(submit)
        if wait > 0:
            yield Sleep(wait, station.setting.clock)
        crashpoint("submit.reconciling")
        shown = yield from look(station, submit, [entry])
        crashpoint("submit.reconciled")
        verdict = (yield from judge(submit, [entry], shown))[entry.key]
    record = yield from adopted(station, submit, entry, verdict)
    if record is not None:
        crashpoint("submit.resolved")
        return record
    crashpoint("submit.unresolved")
    raise unknown(entry, verdict, error) from error


def adopted(station: Station, submit: Submit[Any, Any], entry: Entry, verdict: Verdict) -> Flow[Record | None]:
    """The task that was found for a start; None if there is none, or if it is another start's."""
    if verdict.own is None:
        return None
    journal = station.journal
    ref = Ref(entry.vendor, entry.kind, verdict.own, entry.scope)
    try:
        taken: bool = yield Work(lambda: journal.resolve(entry.key, ref))
    except Exception as error:
        raise JournalError(
            f"{entry.operation}: the task was found, but that could not be kept: {error}", ref=ref
        ) from error
    found = evolve(entry, id=ref.id, state="accepted" if journal.lasting else "settled")
    if not taken:
        now = yield from kept(lambda: journal.find(entry.key))
        if now is None or now.ref is None:
            return None
        found = now  # somebody was quicker
    record = record_of(station, submit.kind, found)
    station.tell("resolve", record)
    return record


def record_of(station: Station, kind: Kind[Any, Any], entry: Entry) -> Record:
    """The record of an entry whose task is known."""
    assert entry.ref is not None  # noqa: S101 - who calls has looked
    clock = station.setting.clock
    record = station.record(entry.ref, kind)
    record.journal_key = entry.key if entry.open else record.journal_key
    if record.started is None:
        record.started = clock.monotonic() - max(0.0, clock.wall() - entry.wall)
    return record


def unknown(entry: Entry, verdict: Verdict, error: Exception | None) -> SubmitUnknown:
    """Return the error of a start of unknown outcome."""
    candidates = [Ref(entry.vendor, entry.kind, name, entry.scope) for name in verdict.candidates]
    why = "nothing was heard of it" if error is None else str(error)
    return SubmitUnknown(
        f"{entry.operation}: whether the task was begun is not known (key {entry.name!r}): {why}{_found(verdict)}",
        key=entry.name,
        sent_at=_moment(entry.wall),
        candidates=candidates,
        total=verdict.total,
    )


_FILTERS: Final[Mapping[Filter, str]] = {
    "none": "unfiltered: the list was not read before the start, so they include tasks that are older than it",
    "listed-before": "without those that were listed before the start",
    "created": "without those that were created before the start",
}


def _found(verdict: Verdict) -> str:
    """What a message says of the candidates."""
    if verdict.total is None:
        return ""
    if not verdict.total:
        return "; no listed task repeats the request"
    number = "1 listed task repeats" if verdict.total == 1 else f"{verdict.total} listed tasks repeat"
    shown = len(verdict.candidates)
    which = "" if shown == verdict.total else f"the last {shown} are "
    return (
        f"; {number} the request ({_FILTERS[verdict.filtered]}): {which}{', '.join(verdict.candidates)};"
        " pass one to tasks.adopt(key, ref), or call tasks.forget(key)"
    )


def _settle(submit: Submit[Any, Any]) -> float:
    return 0.0 if submit.reconcile is None else submit.reconcile.settle


def left_to_settle(station: Station, submit: Submit[Any, Any], entry: Entry, settle: float | None) -> float:
    """Seconds until a task that was begun must be visible. A clock that was set anew does not make them more."""
    seconds = _settle(submit) if settle is None else settle
    return min(seconds, max(0.0, entry.wall + seconds - station.setting.clock.wall()))


def _moment(wall: float) -> datetime:
    return _EPOCH + timedelta(seconds=wall)
