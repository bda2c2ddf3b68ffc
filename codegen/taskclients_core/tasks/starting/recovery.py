"""After a crash: what the journal holds is found again. Nothing is ever sent that begins a task."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ...errors import InvalidArgument
from ...exchange.effects import Sleep
from ..crash import crashpoint
from ..definition import Submit
from ..effects import Flow
from ..errors import SubmitUnknown
from ..journal.entry import Entry, full_key, process
from ..journal.journal import LEASE, Journal
from ..poll import check_seconds
from .look import Verdict, can_look, judge, look
from .submitting import adopted, kept, left, left_to_settle, record_of, unknown

if TYPE_CHECKING:
    from ..state.record import Record
    from ..station import Station

OnUnknown: TypeAlias = Literal["keep", "raise"]


def recover(station: Station, settle: float | None, on_unknown: OnUnknown) -> Flow[tuple[Record, ...]]:
    """All tasks of this client that the journal has open and nobody else holds, in the order of their starts.

    Raises:
        SubmitUnknown: with `on_unknown="raise"`, for the first start of unknown outcome.
        JournalError: the journal cannot be read.
    """
    if settle is not None:
        check_seconds("settle", settle)
    journal, owner = station.journal, process()
    held = yield from _held(station, journal, owner, settle)
    crashpoint("recover.held")
    records: dict[str, Record] = {}
    doubts: list[SubmitUnknown] = []
    for group in _groups(held):
        submit = group[0][0]
        verdicts = yield from _looked(station, submit, [entry for _, entry in group], settle)
        for _, entry in group:
            verdict = verdicts.get(entry.key, Verdict())
            record = yield from adopted(station, submit, entry, verdict)
            if record is not None:
                crashpoint("recover.resolved")
                records[entry.key] = record
                continue
            yield from kept(partial(left, journal, entry.key, owner))
            doubts.append(unknown(entry, verdict, None))
    for submit, entry in held:
        if entry.ref is not None:
            records[entry.key] = record_of(station, submit.kind, entry)
    crashpoint("recover.end")
    if doubts and on_unknown == "raise":
        raise doubts[0]
    return tuple(records[entry.key] for _, entry in held if entry.key in records)


def doubts(station: Station) -> Flow[tuple[SubmitUnknown, ...]]:
    """The starts whose outcome is not known, as errors that say what is known of them. Sends nothing."""
    journal = station.journal
    entries = yield from kept(lambda: [entry for _, entry in _ours(station, journal)])
    return tuple(unknown(entry, Verdict(), None) for entry in entries if entry.id is None)


def adopt(station: Station, key: str, record: Record) -> Flow[None]:
    """The caller says which task a start began.

    Raises:
        InvalidArgument: the journal has no such start.
    """
    journal = station.journal
    found = yield from _named(station, journal, key, record.ref.vendor)
    yield from kept(lambda: journal.accept(found.key, record.ref))
    record.journal_key = found.key
    station.tell("resolve", record)


def forget(station: Station, key: str) -> Flow[None]:
    """The caller says that a start began nothing, or does not matter.

    Raises:
        InvalidArgument: the journal has no such start.
    """
    journal = station.journal
    found = yield from _named(station, journal, key, None)
    yield from kept(lambda: journal.discard(found.key))


def _named(station: Station, journal: Journal, key: str, vendor: str | None) -> Flow[Entry]:
    vendors = [vendor] if vendor is not None else list(_vendors(station))
    for each in vendors:
        full = full_key(each, station.account, station.setting.origin, key)
        found = yield from kept(partial(journal.find, full))
        if found is not None:
            return found
    raise InvalidArgument(f"key: the journal has no start under {key!r:.80}")


def _vendors(station: Station) -> dict[str, None]:
    return dict.fromkeys(submit.kind.name.partition(".")[0] for submit in station.submits)


def _ours(station: Station, journal: Journal) -> list[tuple[Submit[Any, Any], Entry]]:
    known = {(submit.kind.name, submit.operation.name): submit for submit in station.submits}
    found: list[tuple[Submit[Any, Any], Entry]] = []
    for vendor in _vendors(station):
        for entry in journal.open_entries(vendor, station.account):
            submit = known.get((f"{entry.vendor}.{entry.kind}", entry.operation))
            if submit is not None and entry.origin == station.setting.origin:
                found.append((submit, entry))
    return found


def _held(
    station: Station, journal: Journal, owner: str, settle: float | None
) -> Flow[list[tuple[Submit[Any, Any], Entry]]]:
    def work() -> list[tuple[Submit[Any, Any], Entry]]:
        held: list[tuple[Submit[Any, Any], Entry]] = []
        for submit, entry in _ours(station, journal):
            wait = 0.0 if entry.id is not None else left_to_settle(station, submit, entry, settle)
            if not journal.lease(entry.key, owner, LEASE + wait):
                continue
            # It may have changed between the two.
            now = journal.find(entry.key)
            if now is not None and now.open:
                held.append((submit, now))
        return held

    return (yield from kept(work))


def _groups(held: Sequence[tuple[Submit[Any, Any], Entry]]) -> list[list[tuple[Submit[Any, Any], Entry]]]:
    """Starts of unknown outcome, those together that one look will do for."""
    groups: dict[object, list[tuple[Submit[Any, Any], Entry]]] = {}
    for submit, entry in held:
        if entry.id is None:
            place = (submit.kind.name, repr(submit.reconcile), tuple(sorted(entry.scope.items())))
            groups.setdefault(place, []).append((submit, entry))
    return list(groups.values())


def _looked(
    station: Station, submit: Submit[Any, Any], entries: Sequence[Entry], settle: float | None
) -> Flow[dict[str, Verdict]]:
    if not all(can_look(submit, entry) for entry in entries):
        return {}
    wait = max(left_to_settle(station, submit, entry, settle) for entry in entries)
    if wait > 0:
        yield Sleep(wait, station.setting.clock)
    shown = yield from look(station, submit, entries)
    crashpoint("recover.reconciled")
    return (yield from judge(submit, entries, shown))
