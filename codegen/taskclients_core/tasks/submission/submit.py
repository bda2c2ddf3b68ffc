"""Submission of a task at most once, and recovery from the journal after a crash.

The journal records the intent before the request is sent. A request of unknown outcome is never sent again: its task
is searched for in the list (`reconcile`), or the caller decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar

from attrs import evolve

from ...deadline import Deadline, deadline_after
from ...effects import RunBlocking, Sleep, TaskFlow
from ...errors import (
    ApiError,
    CallTimeoutError,
    ClientError,
    DecodeError,
    InvalidArgumentError,
    TransportError,
    problem_of,
)
from ...transport.retry_policy import retry_after
from ..definition import Phase, Submission, TaskType
from ..errors import JournalError, SubmissionUnknownError, TaskCancelledError, TaskError, TaskFailedError
from ..failpoints import failpoint
from ..journal.entry import JournalEntry, full_key, make_lease, process_id, submission_owner
from ..journal.journal import LEASE_SECONDS, Hold, Journal
from ..polling.policy import LONGEST_PAUSE, check_seconds
from ..snapshot import TaskRef
from ..waiters import refresh_task
from .reconcile import Filter, ReconcileResult, can_reconcile, list_baseline, list_candidates, pick_candidate
from .send import NoTaskIdError, PreparedSubmission, SubmitOutcome, lease_seconds, prepare, send_submission, task_scope

if TYPE_CHECKING:
    from ...config import CallOptions
    from ..snapshot import TaskSnapshot
    from ..state import TaskState
    from ..task_registry import TaskRegistry

T = TypeVar("T")

_POLL_JOURNAL: Final = 0.05
"""Seconds between two reads of an entry whose submission is in progress elsewhere."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def submit(
    registry: TaskRegistry,
    submission: Submission[Any, Any],
    arguments: Sequence[object],
    body: object,
    key: str | None,
    options: CallOptions | None = None,
    *,
    restart: bool = False,
) -> TaskFlow[TaskState]:
    """Begin a task, or return the task that was begun under this key. With `restart`, replace one that failed.

    Raises:
        InvalidArgumentError: the arguments are invalid, or the key belongs to another request; nothing was sent.
        TaskFailedError, TaskCancelledError: the task of this key has ended so; nothing was begun.
        JournalError: the journal cannot be written; with `ref`, the task was begun, without, nothing was sent.
        TransportError: the request was not sent.
        ApiError: the server refused the request.
        SubmissionUnknownError: it is unknown if the task was begun.
    """
    if restart and key is None:
        raise InvalidArgumentError("restart: requires an idempotency_key, which names the task to begin again")
    seconds = (registry.config.options if options is None else options).deadline
    deadline = deadline_after(seconds, registry.config.clock.monotonic)
    prepared = prepare(registry, submission, arguments, body, key, options)
    if key is not None and submission.idempotency_header is None:
        registry.warn_of_key_without_journal(submission.task_type)
    failpoint("submit.checked")
    with submission_owner(prepared.entry.start) as owner:
        state = yield from _submit(registry, prepared, owner, deadline, restart=restart)
    return state


def _submit(
    registry: TaskRegistry, prepared: PreparedSubmission, owner: str, deadline: Deadline, *, restart: bool
) -> TaskFlow[TaskState]:
    journal, entry = registry.journal, prepared.entry
    if not journal.is_open:
        yield from write_journal(lambda: journal.open(max(_LEAST_PATIENCE, deadline.remaining)))
    while True:
        found = (yield from write_journal(lambda: journal.find(entry.key))) if entry.key_given else None
        failure = None
        if found is not None:
            failure = yield from _failure(registry, prepared.submission, found, deadline if restart else None)
        if found is None or (failure is not None and restart):
            if found is not None:
                prepared = prepared.renewed()
            # Keep half of the time for the request: a list that hangs must not prevent the submission.
            list_deadline = deadline_after(deadline.remaining / 2, deadline.now).bounded
            baseline = yield from list_baseline(registry, prepared.submission, entry, list_deadline)
            failpoint("submit.baseline")
            lease = make_lease(registry.config.clock, owner, lease_seconds(prepared.config.options))
            intended = evolve(entry, baseline=baseline, lease=lease, wall=registry.config.clock.wall())
            replaces = None if found is None else found.start
            patience = max(_LEAST_PATIENCE, deadline.remaining)
            intend = partial(journal.intend, intended, replaces=replaces, patience=patience)
            found = yield from write_journal(intend)
            if found.start == entry.start:
                failpoint("submit.intended")
                return (yield from _submit_prepared(registry, evolve(prepared, entry=intended), deadline))
            failure = None
        _check_same(found, entry)
        if failure is not None:
            raise failure
        state = yield from _existing_task(registry, prepared.submission, found, deadline)
        if state is not None:
            return state
        if deadline.expired:
            raise CallTimeoutError(
                f"{entry.operation}: another submission with idempotency_key {entry.name!r} did not finish in time; "
                "repeat the call",
                sent=False,
            )
        yield Sleep(_POLL_JOURNAL, registry.config.clock)


def write_journal(work: Callable[[], T]) -> TaskFlow[T]:
    """Call the journal in a thread where needed. Raises JournalError."""
    try:
        result: T = yield RunBlocking(work)
    except ClientError:
        raise
    except Exception as error:
        raise JournalError(f"journal: {type(error).__name__}: {error}; check its path and disk") from error
    return result


def _check_same(found: JournalEntry, entry: JournalEntry) -> None:
    if found.digest != entry.digest:
        began = _moment(found.wall).isoformat(timespec="seconds")
        what = "the same operation with other arguments" if found.operation == entry.operation else found.operation
        raise InvalidArgumentError(
            f"idempotency_key: {entry.name!r} belongs to another request since {began}: {what}; pass another key"
        )


_LEAST_PATIENCE: Final = 0.1
"""Seconds for which a start waits for others that write to the journal, even after its deadline: they take less."""

_POLL_TIMEOUT: Final = 60.0
"""Maximum seconds to find out if a task has failed."""


def _failure(
    registry: TaskRegistry, submission: Submission[Any, Any], found: JournalEntry, deadline: Deadline | None
) -> TaskFlow[TaskError | None]:
    """Return the error of a task that failed or was cancelled under this key; None for another task.

    With a deadline, poll a task whose end is not known; without, send nothing.
    """
    if found.ref is None:
        return None
    snapshot: TaskSnapshot[Any] | None = None
    phase = found.phase
    if phase is None:
        state = state_for_entry(registry, submission.task_type, found)
        snapshot = state.snapshot
        if deadline is not None and not (snapshot is not None and snapshot.terminal):
            limit = deadline_after(min(_POLL_TIMEOUT, deadline.remaining), deadline.now)
            snapshot = yield from refresh_task(registry, state, limit)
        phase = None if snapshot is None else snapshot.phase
    if phase not in (Phase.FAILED, Phase.CANCELLED):
        return None
    error_class = TaskFailedError if phase == Phase.FAILED else TaskCancelledError
    ended = "has failed" if phase == Phase.FAILED else "was cancelled"
    began = _moment(found.wall).isoformat(timespec="seconds")
    return error_class(
        f"{found.operation}: the task of idempotency_key {found.name!r}, begun {began}, {ended} ({found.ref}), and "
        f"nothing was begun; pass restart=True to begin it again, or free the key with `tasks.discard({found.name!r})`",
        ref=found.ref,
        last=snapshot,
    )


def _existing_task(
    registry: TaskRegistry, submission: Submission[Any, Any], found: JournalEntry, deadline: Deadline
) -> TaskFlow[TaskState | None]:
    """Return the task of a submission that exists under this key; None if it is in progress or was removed."""
    journal, owner = registry.journal, process_id()
    if found.ref is not None:
        return (yield from _held_state(registry, submission.task_type, found))
    hold = yield from write_journal(lambda: journal.hold(found.key))
    if hold is None:
        return None
    current = yield from write_journal(lambda: journal.find(found.key))
    if current is None or current.ref is not None:
        return None  # it was finished between the two calls
    try:
        return (yield from reconcile_entry(registry, submission, current, None, deadline))
    except SubmissionUnknownError:
        yield from write_journal(lambda: release_lease(journal, found.key, owner))
        raise


def _held_state(registry: TaskRegistry, task_type: TaskType[Any, Any], entry: JournalEntry) -> TaskFlow[TaskState]:
    """Return the state of an entry whose task is known; hold the entry, unless another process does."""
    state = state_for_entry(registry, task_type, entry)
    if state.hold is None and entry.open:
        state.hold = yield from write_journal(lambda: registry.journal.hold(entry.key))
    return state


def release_lease(journal: Journal, key: str, owner: str) -> None:
    """Mark a submission as unknown and release its lease, so that other processes can reconcile it."""
    journal.mark_unknown(key)
    journal.lease(key, owner, 0)


def _submit_prepared(registry: TaskRegistry, prepared: PreparedSubmission, deadline: Deadline) -> TaskFlow[TaskState]:
    journal, entry = registry.journal, prepared.entry
    outcome = SubmitOutcome()
    try:
        name, response, sent = yield from send_submission(
            prepared.config, prepared, outcome, _request_deadline(prepared.submission, entry, deadline)
        )
    except Exception as error:
        if not outcome.may_have_begun:
            failpoint("submit.refused" if isinstance(error, ApiError) else "submit.unsent")
            yield from _note_in_journal(
                registry, prepared.submission.task_type, error, lambda: journal.discard(entry.key)
            )
            raise
        failpoint("submit.unknown")
        yield from _note_in_journal(
            registry, prepared.submission.task_type, error, lambda: journal.mark_unknown(entry.key)
        )
        if outcome.source_failed or not isinstance(error, TransportError | ApiError | DecodeError | NoTaskIdError):
            # The caller's own code raised, such as the source of the body.
            error.add_note(f"it is unknown if the task was begun; its key in the journal is {entry.name!r}")
            raise
        return (yield from reconcile_entry(registry, prepared.submission, entry, error, deadline))
    ref = TaskRef(entry.vendor, entry.task_type, name, task_scope(prepared, response))
    failpoint("submit.identified")
    # The lease of the submission becomes one of this process once it is accepted.
    hold = journal.keep_lease(entry.key) if journal.lasting else None
    try:
        accepted: JournalEntry | None = yield RunBlocking(lambda: journal.accept(entry.key, ref))
    except Exception as error:
        raise JournalError(
            f"{entry.operation}: the task was begun, but the journal could not be written: {error}; keep resume_token",
            ref=ref,
        ) from error
    failpoint("submit.accepted")
    state = registry.begun_state(ref, prepared.submission.task_type)
    if accepted is not None and accepted.open:
        state.hold = hold
    state.idempotency_key = entry.name if entry.key_given else None
    state.started = sent
    delay = retry_after(response.headers, registry.config.clock.wall)
    if delay is not None and prepared.submission.task_type.timing.retry_after:
        state.poll_after = registry.now() + min(delay, LONGEST_PAUSE)
    registry.emit("submit", state, operation=prepared.operation)
    return state


def _request_deadline(submission: Submission[Any, Any], entry: JournalEntry, deadline: Deadline) -> Deadline | None:
    """Return the deadline of the request: a quarter of the time is left for a search that can find the task."""
    share = deadline.remaining / 4
    rule = submission.reconcile
    certain = rule is not None and rule.unique and can_reconcile(submission, entry)
    if deadline.at is None or rule is None or not certain or rule.settle >= share:
        return deadline.bounded
    return deadline_after(deadline.remaining - share, deadline.now).bounded


def _note_in_journal(
    registry: TaskRegistry, task_type: TaskType[Any, Any], error: Exception, work: Callable[[], Any]
) -> TaskFlow[None]:
    """Record the outcome in the journal. A failure is reported, not raised: the entry is incomplete but not wrong."""
    try:
        yield RunBlocking(work)
    except Exception as failure:
        error.add_note(f"the journal could not be written: {failure}")
        registry.emit("journal", task_type, detail=type(failure).__name__)


# -- Submissions of unknown outcome


def reconcile_entry(
    registry: TaskRegistry,
    submission: Submission[Any, Any],
    entry: JournalEntry,
    error: Exception | None,
    deadline: Deadline,
) -> TaskFlow[TaskState]:
    """Search for the task of a submission of unknown outcome, as far as the deadline of the start allows.

    Raises:
        SubmissionUnknownError: the task was not found for certain.
    """
    result = ReconcileResult()
    if can_reconcile(submission, entry):
        wait = settle_time_left(registry, submission, entry, None) if error is None else _settle(submission)
        # A list read too early may lack the task, and would say that none was begun.
        if wait < deadline.remaining:
            if wait > 0:
                yield Sleep(wait, registry.config.clock)
            failpoint("submit.reconciling")
            candidates = yield from list_candidates(registry, submission, [entry], deadline.bounded)
            failpoint("submit.reconciled")
            result = (yield from pick_candidate(submission, [entry], candidates))[entry.key]
    state = yield from accept_candidate(registry, submission, entry, result)
    if state is not None:
        failpoint("submit.resolved")
        return state
    failpoint("submit.unresolved")
    raise submission_unknown(entry, result, error) from error


def accept_candidate(
    registry: TaskRegistry, submission: Submission[Any, Any], entry: JournalEntry, result: ReconcileResult
) -> TaskFlow[TaskState | None]:
    """Return the task that was found for a submission; None if there is none, or if it is another submission's."""
    if result.own is None:
        return None
    journal = registry.journal
    ref = TaskRef(entry.vendor, entry.task_type, result.own, entry.scope)
    try:
        resolved: bool = yield RunBlocking(lambda: journal.resolve(entry.key, ref))
    except Exception as error:
        raise JournalError(
            f"{entry.operation}: the task was found, but the journal could not be written: {error}; keep resume_token",
            ref=ref,
        ) from error
    found = evolve(entry, id=ref.id, state="accepted" if journal.lasting else "settled")
    if not resolved:
        current = yield from write_journal(lambda: journal.find(entry.key))
        if current is None or current.ref is None:
            return None
        found = current  # another process resolved it first
    state = state_for_entry(registry, submission.task_type, found)
    if resolved and found.open:
        state.hold = journal.keep_lease(entry.key)
    registry.emit("resolve", state, operation=submission.operation)
    return state


def state_for_entry(registry: TaskRegistry, task_type: TaskType[Any, Any], entry: JournalEntry) -> TaskState:
    """Return the state of an entry whose task is known."""
    assert entry.ref is not None  # noqa: S101 - checked by the callers
    clock = registry.config.clock
    state = registry.state_for(entry.ref, task_type)
    state.idempotency_key = entry.name if entry.key_given else None
    if state.started is None:
        state.started = clock.monotonic() - max(0.0, clock.wall() - entry.wall)
    return state


def submission_unknown(entry: JournalEntry, result: ReconcileResult, error: Exception | None) -> SubmissionUnknownError:
    """Return the error of a submission of unknown outcome."""
    candidates = [TaskRef(entry.vendor, entry.task_type, name, entry.scope) for name in result.candidates]
    why = "the journal records no response" if error is None else problem_of(error)
    why = why.removeprefix(f"{entry.operation}: ")
    return SubmissionUnknownError(
        f"{entry.operation}: it is unknown if the task was begun (key {entry.name!r}): "
        f"{why}{_describe_candidates(result)}; `tasks.unresolved()` lists such starts",
        key=entry.name,
        sent_at=_moment(entry.wall),
        candidates=candidates,
        total=result.total,
    )


_FILTERS: Final[Mapping[Filter, str]] = {
    "none": "unfiltered: the list was not read before the submission, so older tasks are included",
    "listed-before": "without those that were listed before the submission",
    "created": "without those that were created before the submission",
}


def _describe_candidates(result: ReconcileResult) -> str:
    """Return the part of the message about the candidates."""
    if result.total is None:
        return "; check on the server, then call `tasks.resolve(key, candidate)` or `tasks.discard(key)`"
    if not result.total:
        return (
            "; no listed task repeats the request; if no task was begun, call `tasks.discard(key)` and submit again, "
            "if one was, `tasks.resolve(key, candidate)`"
        )
    number = "1 listed task repeats" if result.total == 1 else f"{result.total} listed tasks repeat"
    listed = len(result.candidates)
    which = "" if listed == result.total else f"the last {listed} are "
    return (
        f"; {number} the request ({_FILTERS[result.filtered]}): {which}{', '.join(result.candidates)};"
        " pass one to `tasks.resolve(key, candidate)`, or call `tasks.discard(key)`"
    )


def _settle(submission: Submission[Any, Any]) -> float:
    return 0.0 if submission.reconcile is None else submission.reconcile.settle


def settle_time_left(
    registry: TaskRegistry, submission: Submission[Any, Any], entry: JournalEntry, settle: float | None
) -> float:
    """Return the seconds until the list must show the task: at most `settle`, even if the wall clock was changed."""
    seconds = _settle(submission) if settle is None else settle
    return min(seconds, max(0.0, entry.wall + seconds - registry.config.clock.wall()))


def _moment(wall: float) -> datetime:
    return _EPOCH + timedelta(seconds=wall)


# -- Recovery


OnUnknown: TypeAlias = Literal["keep", "raise"]


def recover(registry: TaskRegistry, settle: float | None, on_unknown: OnUnknown) -> TaskFlow[tuple[TaskState, ...]]:
    """Return this client's open tasks in the journal that no other process holds, in the order of submission.

    Raises:
        SubmissionUnknownError: with `on_unknown="raise"`, for the first submission of unknown outcome.
        JournalError: the journal cannot be read.
    """
    if settle is not None:
        check_seconds("settle", settle)
    journal, owner = registry.journal, process_id()
    leased, holds = yield from _lease_entries(registry, journal, settle)
    failpoint("recover.held")
    states: dict[str, TaskState] = {}
    errors: list[SubmissionUnknownError] = []
    for group in _groups(leased):
        submission = group[0][0]
        results = yield from _reconcile_group(registry, submission, [entry for _, entry in group], settle)
        for _, entry in group:
            result = results.get(entry.key, ReconcileResult())
            state = yield from accept_candidate(registry, submission, entry, result)
            if state is not None:
                failpoint("recover.resolved")
                states[entry.key] = state
                continue
            yield from write_journal(partial(release_lease, journal, entry.key, owner))
            errors.append(submission_unknown(entry, result, None))
    for submission, entry in leased:
        if entry.ref is not None:
            state = states[entry.key] = state_for_entry(registry, submission.task_type, entry)
            state.hold = holds[entry.key]
    failpoint("recover.end")
    if errors and on_unknown == "raise":
        raise errors[0]
    return tuple(states[entry.key] for _, entry in leased if entry.key in states)


def from_journal(registry: TaskRegistry) -> TaskFlow[tuple[TaskState, ...]]:
    """Return the open tasks of the journal, whichever process holds them. Sends and changes nothing."""
    entries = yield from write_journal(lambda: _own_entries(registry, registry.journal))
    return tuple(
        state_for_entry(registry, submission.task_type, entry) for submission, entry in entries if entry.id is not None
    )


def unresolved(registry: TaskRegistry) -> TaskFlow[tuple[SubmissionUnknownError, ...]]:
    """Return the submissions of unknown outcome as errors. Sends nothing."""
    journal = registry.journal
    entries = yield from write_journal(lambda: [entry for _, entry in _own_entries(registry, journal)])
    return tuple(submission_unknown(entry, ReconcileResult(), None) for entry in entries if entry.id is None)


def resolve(registry: TaskRegistry, key: str, state: TaskState) -> TaskFlow[None]:
    """Record the caller's decision that a submission began this task.

    Raises:
        InvalidArgumentError: the journal has no submission with this key.
    """
    journal = registry.journal
    found = yield from _entry_named(registry, journal, key, state.ref.vendor)
    yield from write_journal(lambda: journal.accept(found.key, state.ref))
    state.hold = yield from write_journal(lambda: journal.hold(found.key))
    begun_by = [each.operation for each in registry.submissions if each.operation.name == found.operation]
    registry.emit("resolve", state, operation=begun_by[0] if begun_by else None)


def discard(registry: TaskRegistry, key: str) -> TaskFlow[None]:
    """Record the caller's decision that a submission began no task or is irrelevant. It frees the key.

    Raises:
        InvalidArgumentError: the journal has no submission with this key.
    """
    journal = registry.journal
    found = yield from _entry_named(registry, journal, key, None)
    yield from write_journal(lambda: journal.discard(found.key))


def _entry_named(registry: TaskRegistry, journal: Journal, key: str, vendor: str | None) -> TaskFlow[JournalEntry]:
    vendors = [vendor] if vendor is not None else list(_vendors(registry))
    for vendor_name in vendors:
        entry_key = full_key(vendor_name, registry.account, registry.config.origin, key)
        found = yield from write_journal(partial(journal.find, entry_key))
        if found is not None:
            return found
    raise InvalidArgumentError(f"key: the journal has no submission under {key!r:.80}; see `tasks.unresolved()`")


def _vendors(registry: TaskRegistry) -> dict[str, None]:
    return dict.fromkeys(submission.task_type.name.partition(".")[0] for submission in registry.submissions)


def _own_entries(registry: TaskRegistry, journal: Journal) -> list[tuple[Submission[Any, Any], JournalEntry]]:
    known = {(submission.task_type.name, submission.operation.name): submission for submission in registry.submissions}
    found: list[tuple[Submission[Any, Any], JournalEntry]] = []
    for vendor in _vendors(registry):
        for entry in journal.open_entries(vendor, registry.account):
            submission = known.get((f"{entry.vendor}.{entry.task_type}", entry.operation))
            if submission is not None and entry.origin == registry.config.origin:
                found.append((submission, entry))
    return found


def _lease_entries(
    registry: TaskRegistry, journal: Journal, settle: float | None
) -> TaskFlow[tuple[list[tuple[Submission[Any, Any], JournalEntry]], dict[str, Hold]]]:
    """Hold the entries that no other process holds; return them, and the holds by key."""

    def work() -> tuple[list[tuple[Submission[Any, Any], JournalEntry]], dict[str, Hold]]:
        leased: list[tuple[Submission[Any, Any], JournalEntry]] = []
        holds: dict[str, Hold] = {}
        for submission, entry in _own_entries(registry, journal):
            wait = 0.0 if entry.id is not None else settle_time_left(registry, submission, entry, settle)
            hold = journal.hold(entry.key, LEASE_SECONDS + wait)
            if hold is None:
                continue
            # It may have changed between the two reads.
            current = journal.find(entry.key)
            if current is not None and current.open:
                leased.append((submission, current))
                holds[entry.key] = hold
        return leased, holds

    return (yield from write_journal(work))


def _groups(
    leased: Sequence[tuple[Submission[Any, Any], JournalEntry]],
) -> list[list[tuple[Submission[Any, Any], JournalEntry]]]:
    """Group the submissions of unknown outcome by the list that shows their tasks."""
    groups: dict[object, list[tuple[Submission[Any, Any], JournalEntry]]] = {}
    for submission, entry in leased:
        if entry.id is None:
            group_key = (submission.task_type.name, repr(submission.reconcile), tuple(sorted(entry.scope.items())))
            groups.setdefault(group_key, []).append((submission, entry))
    return list(groups.values())


def _reconcile_group(
    registry: TaskRegistry, submission: Submission[Any, Any], entries: Sequence[JournalEntry], settle: float | None
) -> TaskFlow[dict[str, ReconcileResult]]:
    if not all(can_reconcile(submission, entry) for entry in entries):
        return {}
    wait = max(settle_time_left(registry, submission, entry, settle) for entry in entries)
    if wait > 0:
        yield Sleep(wait, registry.config.clock)
    candidates = yield from list_candidates(registry, submission, entries)
    failpoint("recover.reconciled")
    return (yield from pick_candidate(submission, entries, candidates))
