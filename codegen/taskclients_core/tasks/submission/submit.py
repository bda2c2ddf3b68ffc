"""Beginning a task at most once, and recovery from the journal after a crash."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar

from attrs import evolve

from ...deadline import Deadline, deadline_after
from ...effects import RunBlocking, Sleep, TaskFlow
from ...errors import ApiError, CallTimeoutError, ClientError, DecodeError, InvalidArgumentError, TransportError
from ..definition import Submission, TaskType
from ..errors import JournalError, SubmissionUnknownError
from ..failpoints import failpoint
from ..journal.entry import JournalEntry, full_key, make_lease, process_id, submission_owner
from ..journal.journal import LEASE_SECONDS, Journal
from ..polling.policy import check_seconds
from ..snapshot import TaskRef
from .reconcile import Filter, ReconcileResult, can_reconcile, list_baseline, list_candidates, pick_candidate
from .send import NoTaskIdError, PreparedSubmission, SubmitOutcome, lease_seconds, prepare, send_submission, task_scope

if TYPE_CHECKING:
    from ...config import CallOptions
    from ..state import TaskState
    from ..task_registry import TaskRegistry

T = TypeVar("T")

_LOOK_AGAIN: Final = 0.05
"""Seconds between two looks at the entry of a start that somebody else makes."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def submit(
    station: TaskRegistry,
    submit: Submission[Any, Any],
    arguments: Sequence[object],
    body: object,
    key: str | None,
    choices: CallOptions | None = None,
) -> TaskFlow[TaskState]:
    """Begin a task, unless one was begun under this key; `choices` are those of the view that was called.

    Raises:
        InvalidArgument: the arguments do not fit, or the key is that of another request; nothing was sent.
        JournalError: with `ref`, the task was begun and that could not be kept; without, nothing was sent.
        TransportError: the request never left.
        ApiError: it was refused.
        SubmitUnknown: whether the task was begun is not known.
    """
    prepared = prepare(station, submit, arguments, body, key, choices)
    failpoint("submit.checked")
    with submission_owner(prepared.entry.start) as owner:
        record = yield from _submit(station, prepared, owner)
    return record


def _submit(station: TaskRegistry, prepared: PreparedSubmission, owner: str) -> TaskFlow[TaskState]:
    journal, entry = station.journal, prepared.entry
    waited = deadline_after(prepared.config.options.deadline, station.config.clock.monotonic)
    while True:
        found = (yield from write_journal(lambda: journal.find(entry.key))) if entry.key_given else None
        if found is None:
            # Half of the time is the request's own: a list that hangs must not keep tasks from being started.
            half = deadline_after(waited.remaining / 2, waited.now).bounded
            baseline = yield from list_baseline(station, prepared.submission, entry, half)
            failpoint("submit.baseline")
            lease = make_lease(station.config.clock, owner, lease_seconds(prepared.config.options))
            wanted = evolve(entry, baseline=baseline, lease=lease, wall=station.config.clock.wall())
            found = yield from write_journal(partial(journal.intend, wanted))
            if found.start == entry.start:
                failpoint("submit.intended")
                return (yield from _submit_prepared(station, evolve(prepared, entry=wanted), waited.bounded))
        _check_same(found, entry)
        record = yield from _attached(station, prepared.submission, found)
        if record is not None:
            return record
        if waited.expired:
            raise CallTimeoutError(
                f"{entry.operation}: the start under key {entry.name!r} was not over in time", sent=False
            )
        yield Sleep(_LOOK_AGAIN, station.config.clock)


def write_journal(work: Callable[[], T]) -> TaskFlow[T]:
    """Have the journal do something. Raises JournalError."""
    try:
        result: T = yield RunBlocking(work)
    except ClientError:
        raise
    except Exception as error:
        raise JournalError(f"journal: {type(error).__name__}: {error}") from error
    return result


def _check_same(found: JournalEntry, entry: JournalEntry) -> None:
    if found.digest != entry.digest:
        began = _moment(found.wall).isoformat(timespec="seconds")
        what = "the same operation with other arguments" if found.operation == entry.operation else found.operation
        raise InvalidArgumentError(f"key: {entry.name!r} stands for another request since {began}: {what}")


def _attached(station: TaskRegistry, submit: Submission[Any, Any], found: JournalEntry) -> TaskFlow[TaskState | None]:
    """The task of a start that was made under this key; None if it is under way, or gone."""
    if found.ref is not None:
        return state_for_entry(station, submit.task_type, found)
    journal, mine = station.journal, process_id()
    if not (yield from write_journal(lambda: journal.lease(found.key, mine, LEASE_SECONDS))):
        return None
    now = yield from write_journal(lambda: journal.find(found.key))
    if now is None or now.ref is not None:
        return None  # it came to its end between the two
    try:
        return (yield from reconcile_entry(station, submit, now, None))
    except SubmissionUnknownError:
        yield from write_journal(lambda: release_lease(journal, found.key, mine))
        raise


def release_lease(journal: Journal, key: str, owner: str) -> None:
    """Nothing more can be found out about a start: others may try."""
    journal.mark_unknown(key)
    journal.lease(key, owner, 0)


def _submit_prepared(
    station: TaskRegistry, prepared: PreparedSubmission, deadline: Deadline | None
) -> TaskFlow[TaskState]:
    journal, entry = station.journal, prepared.entry
    fate = SubmitOutcome()
    try:
        name, answer, sent = yield from send_submission(prepared.config, prepared, fate, deadline)
    except Exception as error:
        if not fate.may_have_begun:
            failpoint("submit.refused" if isinstance(error, ApiError) else "submit.unsent")
            yield from _noted(station, prepared.submission.task_type, error, lambda: journal.discard(entry.key))
            raise
        failpoint("submit.unknown")
        yield from _noted(station, prepared.submission.task_type, error, lambda: journal.mark_unknown(entry.key))
        if fate.source_failed or not isinstance(error, TransportError | ApiError | DecodeError | NoTaskIdError):
            # Somebody's own code has ended it, such as what reads the body.
            error.add_note(f"whether the task was begun is not known; its key is {entry.name!r}")
            raise
        return (yield from reconcile_entry(station, prepared.submission, entry, error))
    ref = TaskRef(entry.vendor, entry.task_type, name, task_scope(prepared, answer))
    failpoint("submit.identified")
    try:
        accepted: JournalEntry | None = yield RunBlocking(lambda: journal.accept(entry.key, ref))
    except Exception as error:
        raise JournalError(
            f"{entry.operation}: the task was begun, but that could not be kept: {error}", ref=ref
        ) from error
    failpoint("submit.accepted")
    record = station.state_for(ref, prepared.submission.task_type)
    if accepted is not None and accepted.open:
        record.journal_key = entry.key
    record.started = sent
    station.emit("submit", record)
    return record


def _noted(
    station: TaskRegistry, kind: TaskType[Any, Any], error: Exception, work: Callable[[], Any]
) -> TaskFlow[None]:
    """Keep what came of it. An entry that cannot be changed says less than it could, and nothing wrong."""
    try:
        yield RunBlocking(work)
    except Exception as failure:
        error.add_note(f"the journal could not be changed: {failure}")
        station.emit("journal", kind, detail=type(failure).__name__)


def reconcile_entry(
    station: TaskRegistry, submit: Submission[Any, Any], entry: JournalEntry, error: Exception | None
) -> TaskFlow[TaskState]:
    """Look for the task of a start of unknown outcome.

    Raises:
        SubmitUnknown: it was not found, or not for certain.
    """
    verdict = ReconcileResult()
    if can_reconcile(submit, entry):
        wait = settle_time_left(station, submit, entry, None) if error is None else _settle(submit)
        if wait > 0:
            yield Sleep(wait, station.config.clock)
        failpoint("submit.reconciling")
        shown = yield from list_candidates(station, submit, [entry])
        failpoint("submit.reconciled")
        verdict = (yield from pick_candidate(submit, [entry], shown))[entry.key]
    record = yield from accept_candidate(station, submit, entry, verdict)
    if record is not None:
        failpoint("submit.resolved")
        return record
    failpoint("submit.unresolved")
    raise submission_unknown(entry, verdict, error) from error


def accept_candidate(
    station: TaskRegistry, submit: Submission[Any, Any], entry: JournalEntry, verdict: ReconcileResult
) -> TaskFlow[TaskState | None]:
    """The task that was found for a start; None if there is none, or if it is another start's."""
    if verdict.own is None:
        return None
    journal = station.journal
    ref = TaskRef(entry.vendor, entry.task_type, verdict.own, entry.scope)
    try:
        taken: bool = yield RunBlocking(lambda: journal.resolve(entry.key, ref))
    except Exception as error:
        raise JournalError(
            f"{entry.operation}: the task was found, but that could not be kept: {error}", ref=ref
        ) from error
    found = evolve(entry, id=ref.id, state="accepted" if journal.lasting else "settled")
    if not taken:
        now = yield from write_journal(lambda: journal.find(entry.key))
        if now is None or now.ref is None:
            return None
        found = now  # somebody was quicker
    record = state_for_entry(station, submit.task_type, found)
    station.emit("resolve", record)
    return record


def state_for_entry(station: TaskRegistry, kind: TaskType[Any, Any], entry: JournalEntry) -> TaskState:
    """The record of an entry whose task is known."""
    assert entry.ref is not None  # noqa: S101 - who calls has looked
    clock = station.config.clock
    record = station.state_for(entry.ref, kind)
    record.journal_key = entry.key if entry.open else record.journal_key
    if record.started is None:
        record.started = clock.monotonic() - max(0.0, clock.wall() - entry.wall)
    return record


def submission_unknown(
    entry: JournalEntry, verdict: ReconcileResult, error: Exception | None
) -> SubmissionUnknownError:
    """Return the error of a start of unknown outcome."""
    candidates = [TaskRef(entry.vendor, entry.task_type, name, entry.scope) for name in verdict.candidates]
    why = "nothing was heard of it" if error is None else str(error)
    return SubmissionUnknownError(
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


def _found(verdict: ReconcileResult) -> str:
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
        " pass one to `tasks.resolve(key, candidate)`, or call `tasks.discard(key)`"
    )


def _settle(submit: Submission[Any, Any]) -> float:
    return 0.0 if submit.reconcile is None else submit.reconcile.settle


def settle_time_left(
    station: TaskRegistry, submit: Submission[Any, Any], entry: JournalEntry, settle: float | None
) -> float:
    """Seconds until a task that was begun must be visible. A clock that was set anew does not make them more."""
    seconds = _settle(submit) if settle is None else settle
    return min(seconds, max(0.0, entry.wall + seconds - station.config.clock.wall()))


def _moment(wall: float) -> datetime:
    return _EPOCH + timedelta(seconds=wall)


OnUnknown: TypeAlias = Literal["keep", "raise"]


def recover(station: TaskRegistry, settle: float | None, on_unknown: OnUnknown) -> TaskFlow[tuple[TaskState, ...]]:
    """All tasks of this client that the journal has open and nobody else holds, in the order of their starts.

    Raises:
        SubmitUnknown: with `on_unknown="raise"`, for the first start of unknown outcome.
        JournalError: the journal cannot be read.
    """
    if settle is not None:
        check_seconds("settle", settle)
    journal, owner = station.journal, process_id()
    held = yield from _held(station, journal, owner, settle)
    failpoint("recover.held")
    records: dict[str, TaskState] = {}
    doubts: list[SubmissionUnknownError] = []
    for group in _groups(held):
        submit = group[0][0]
        verdicts = yield from _looked(station, submit, [entry for _, entry in group], settle)
        for _, entry in group:
            verdict = verdicts.get(entry.key, ReconcileResult())
            record = yield from accept_candidate(station, submit, entry, verdict)
            if record is not None:
                failpoint("recover.resolved")
                records[entry.key] = record
                continue
            yield from write_journal(partial(release_lease, journal, entry.key, owner))
            doubts.append(submission_unknown(entry, verdict, None))
    for submit, entry in held:
        if entry.ref is not None:
            records[entry.key] = state_for_entry(station, submit.task_type, entry)
    failpoint("recover.end")
    if doubts and on_unknown == "raise":
        raise doubts[0]
    return tuple(records[entry.key] for _, entry in held if entry.key in records)


def unresolved(station: TaskRegistry) -> TaskFlow[tuple[SubmissionUnknownError, ...]]:
    """The starts whose outcome is not known, as errors that say what is known of them. Sends nothing."""
    journal = station.journal
    entries = yield from write_journal(lambda: [entry for _, entry in _ours(station, journal)])
    return tuple(submission_unknown(entry, ReconcileResult(), None) for entry in entries if entry.id is None)


def resolve(station: TaskRegistry, key: str, record: TaskState) -> TaskFlow[None]:
    """The caller says which task a start began.

    Raises:
        InvalidArgument: the journal has no such start.
    """
    journal = station.journal
    found = yield from _named(station, journal, key, record.ref.vendor)
    yield from write_journal(lambda: journal.accept(found.key, record.ref))
    record.journal_key = found.key
    station.emit("resolve", record)


def discard(station: TaskRegistry, key: str) -> TaskFlow[None]:
    """The caller says that a start began nothing, or does not matter.

    Raises:
        InvalidArgument: the journal has no such start.
    """
    journal = station.journal
    found = yield from _named(station, journal, key, None)
    yield from write_journal(lambda: journal.discard(found.key))


def _named(station: TaskRegistry, journal: Journal, key: str, vendor: str | None) -> TaskFlow[JournalEntry]:
    vendors = [vendor] if vendor is not None else list(_vendors(station))
    for each in vendors:
        full = full_key(each, station.account, station.config.origin, key)
        found = yield from write_journal(partial(journal.find, full))
        if found is not None:
            return found
    raise InvalidArgumentError(f"key: the journal has no start under {key!r:.80}")


def _vendors(station: TaskRegistry) -> dict[str, None]:
    return dict.fromkeys(submit.task_type.name.partition(".")[0] for submit in station.submissions)


def _ours(station: TaskRegistry, journal: Journal) -> list[tuple[Submission[Any, Any], JournalEntry]]:
    known = {(submit.task_type.name, submit.operation.name): submit for submit in station.submissions}
    found: list[tuple[Submission[Any, Any], JournalEntry]] = []
    for vendor in _vendors(station):
        for entry in journal.open_entries(vendor, station.account):
            submit = known.get((f"{entry.vendor}.{entry.task_type}", entry.operation))
            if submit is not None and entry.origin == station.config.origin:
                found.append((submit, entry))
    return found


def _held(
    station: TaskRegistry, journal: Journal, owner: str, settle: float | None
) -> TaskFlow[list[tuple[Submission[Any, Any], JournalEntry]]]:
    def work() -> list[tuple[Submission[Any, Any], JournalEntry]]:
        held: list[tuple[Submission[Any, Any], JournalEntry]] = []
        for submit, entry in _ours(station, journal):
            wait = 0.0 if entry.id is not None else settle_time_left(station, submit, entry, settle)
            if not journal.lease(entry.key, owner, LEASE_SECONDS + wait):
                continue
            # It may have changed between the two.
            now = journal.find(entry.key)
            if now is not None and now.open:
                held.append((submit, now))
        return held

    return (yield from write_journal(work))


def _groups(
    held: Sequence[tuple[Submission[Any, Any], JournalEntry]],
) -> list[list[tuple[Submission[Any, Any], JournalEntry]]]:
    """Starts of unknown outcome, those together that one look will do for."""
    groups: dict[object, list[tuple[Submission[Any, Any], JournalEntry]]] = {}
    for submit, entry in held:
        if entry.id is None:
            place = (submit.task_type.name, repr(submit.reconcile), tuple(sorted(entry.scope.items())))
            groups.setdefault(place, []).append((submit, entry))
    return list(groups.values())


def _looked(
    station: TaskRegistry, submit: Submission[Any, Any], entries: Sequence[JournalEntry], settle: float | None
) -> TaskFlow[dict[str, ReconcileResult]]:
    if not all(can_reconcile(submit, entry) for entry in entries):
        return {}
    wait = max(settle_time_left(station, submit, entry, settle) for entry in entries)
    if wait > 0:
        yield Sleep(wait, station.config.clock)
    shown = yield from list_candidates(station, submit, entries)
    failpoint("recover.reconciled")
    return (yield from pick_candidate(submit, entries, shown))
