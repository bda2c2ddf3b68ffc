"""Waits for one task or several, results and actions, as flows over the state of tasks.

The handles and `client.tasks` run these flows. A flow yields `WaitForChange`; the runner answers when a poll shows a
change.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from attrs import define, evolve, field

from ..codec import encode
from ..deadline import Deadline
from ..effects import Callback, RunBlocking, TaskFlow, WaitForChange
from ..errors import CallTimeoutError, ClientError, InvalidArgumentError, describe, problem_of
from ..json_pointer import MISSING, resolve
from ..paging import page_items, paginate
from ..server_text import join_texts
from ..transport.call import call, call_page
from .definition import BoundCall, DownloadLinks, FromOperation, InlineResult, Phase
from .errors import (
    PollingError,
    TaskCancelledError,
    TaskError,
    TaskFailedError,
    TaskInputRequiredError,
    TaskLostError,
    TaskPartialError,
    TaskTimeoutError,
    UnknownStatusError,
)
from .expressions import call_arguments
from .polling.policy import PollPolicy, check_seconds

if TYPE_CHECKING:
    from ..transport.config import ClientConfig
    from .snapshot import TaskSnapshot
    from .state import TaskState
    from .task_registry import TaskRegistry

OnPartial: TypeAlias = Literal["raise", "accept"]

_SHOWN_MESSAGES: Final = 3
"""Maximum number of a vendor's messages that a message of ours repeats."""


# -- Errors at the end of a wait


def outcome_error(state: TaskState, snapshot: TaskSnapshot[Any], partial: OnPartial = "raise") -> TaskError | None:
    """Return the error of a task without a result; None if it has one.

    Args:
        state: The task.
        snapshot: Snapshot at the end of the wait.
        partial: "accept" counts a success with errors as a result.
    """
    ref = state.ref
    again = f"; pass restart=True to begin it again under idempotency_key {state.idempotency_key!r}"
    again = again if state.idempotency_key is not None else ""
    said = _vendor_messages(snapshot)
    seen = f"(status {snapshot.status!r:.80}){said and ': ' + said}"
    match snapshot.phase:
        case Phase.FAILED:
            message = f"{ref}: the task failed {seen}; remove the cause, then begin a new task{again}"
            return TaskFailedError(message, ref=ref, last=snapshot, messages=snapshot.messages)
        case Phase.CANCELLED:
            message = f"{ref}: the task was cancelled on the server {seen}; begin a new one if you still need it{again}"
            return TaskCancelledError(message, ref=ref, last=snapshot)
        case Phase.NEEDS_INPUT:
            actions = tuple(state.task_type.actions)
            how = f"call {' or '.join(f'{name}()' for name in actions)}" if actions else "answer it in the vendor's app"
            return TaskInputRequiredError(
                f"{ref}: the task needs input; {how}", ref=ref, last=snapshot, actions=actions
            )
        case Phase.SUCCEEDED if snapshot.partial and partial == "raise":
            message = f"{ref}: the task succeeded with errors {seen}; pass partial='accept' to accept it"
            return TaskPartialError(message, ref=ref, last=snapshot, messages=snapshot.messages)
        case _:
            return None


def _vendor_messages(snapshot: TaskSnapshot[Any]) -> str:
    """Return the vendor's error messages about a task, fit for a message of ours; without any, its last message."""
    errors = [message.text for message in snapshot.messages if message.level == "error"]
    shown = errors or [message.text for message in snapshot.messages[-1:]]
    more = f" (and {len(shown) - _SHOWN_MESSAGES} more)" if len(shown) > _SHOWN_MESSAGES else ""
    return join_texts(shown[:_SHOWN_MESSAGES]) + more


def timeout_error(state: TaskState, waited: float) -> TaskTimeoutError:
    """Return the error of a wait whose timeout passed after `waited` seconds."""
    snapshot = state.snapshot
    if snapshot is not None:
        seen = f"is {snapshot.phase}"
        polled = f"the last poll succeeded {snapshot.age:.0f} s ago, at {snapshot.observed_at:%Y-%m-%d %H:%M:%S} UTC"
    else:
        seen = "has not been seen yet"
        polls = "one poll" if state.polls == 1 else f"{state.polls} polls"
        polled = f"{polls} did not find it" if state.polls else "no poll has succeeded"
    if state.gap:
        missed = f"the list does not show it and was not read completely: {state.gap}"
        polled = missed if snapshot is None else f"{polled}; {missed}"
    does = "continues"
    if state.failure is not None:
        failed = "one poll has" if state.failures == 1 else f"{state.failures} polls have"
        polled += f"; {failed} failed since, the last with: {problem_of(state.failure)}"
        does = "may continue"
    message = (
        f"{state.ref}: the task {seen} after {waited:.1f} s ({polled}); "
        f"it {does}, wait again or resume it with its resume_token"
    )
    return TaskTimeoutError(message, ref=state.ref, last=snapshot, waited=waited)


def polling_error(state: TaskState, cause: Exception) -> TaskError:
    """Return the error of refused polls; `cause` itself if it is a TaskError."""
    if isinstance(cause, TaskError):
        return cause
    why = cause if isinstance(cause, ClientError) else problem_of(cause)
    message = f"{state.ref}: the poll failed: {why}; the task may continue, wait again to poll again"
    error = PollingError(message, ref=state.ref, last=state.snapshot)
    error.__cause__ = cause
    return error


def lost_error(state: TaskState, polls: int) -> TaskLostError:
    """Return the error of a task that the server no longer shows."""
    message = (
        f"{state.ref}: the task is lost: {polls} complete polls did not find it; "
        "check on the server if it has run before you begin a new task"
    )
    return TaskLostError(message, ref=state.ref, last=state.snapshot, polls=polls)


def unknown_status_error(state: TaskState) -> UnknownStatusError:
    """Return the error of a task whose status has been unknown for too long."""
    snapshot = state.snapshot
    status = None if snapshot is None else snapshot.status
    problem = "no status" if status is None else f"unknown status {status!r:.80}, which the spec does not list"
    message = f"{state.ref}: {problem}; wait again to continue, or set PollPolicy.unknown_after"
    return UnknownStatusError(message, ref=state.ref, last=snapshot, status=status)


# -- Settling in the journal


def settle_after_snapshot(registry: TaskRegistry, state: TaskState, snapshot: TaskSnapshot[Any]) -> TaskFlow[None]:
    """Settle a task whose last snapshot the caller receives, unless its result has yet to be fetched."""
    if not snapshot.terminal:
        return
    if snapshot.phase is Phase.SUCCEEDED and isinstance(state.task_type.result, DownloadLinks | FromOperation):
        return
    yield from settle_task(registry, state, snapshot.phase)


def settle_task(registry: TaskRegistry, state: TaskState, phase: Phase) -> TaskFlow[None]:
    """Settle a task in the journal: the caller has received everything."""
    journal = registry.journal
    if not journal.lasting and state.idempotency_key is None:
        return  # accepted submissions are settled

    def settle() -> None:
        for key in registry.journal_keys(state, unfinished=True):
            journal.settle(key, phase, state.ref)

    try:
        yield RunBlocking(settle, heavy=journal.lasting)
    except Exception as error:
        # Do not raise: `recover` returns the task again, but the caller's result would be lost.
        registry.emit("journal", state, detail=f"the end of the task could not be written: {type(error).__name__}")


# -- Waits for one task


Until: TypeAlias = "Collection[Phase] | Callable[[TaskSnapshot[Any]], bool]"

STOP_PHASES: Final = frozenset({Phase.NEEDS_INPUT})
"""Phases that end every wait besides the terminal ones: the task does not continue without an answer."""

_LEAST_BEAT: Final = 0.05
"""Minimum `heartbeat` in seconds; a shorter one would leave no time for polls."""


@define(eq=False)
class Cursor:
    """Position of one caller in the snapshots of a task, so that it receives each once."""

    state: TaskState
    poll: PollPolicy
    last_sequence: int = 0
    """Sequence of the last snapshot that the caller received."""

    version: int = 0
    """Version of the state that the caller has read. A change by another thread in the meantime counts as new."""

    _refusal_before: Exception | None = field(init=False)
    """Refusal from before this wait began, which does not end it."""

    _polls_before: int = field(init=False)
    _may_be_outdated: bool = field(init=False)
    """True if the state at the beginning would end the wait at once but may be outdated."""

    _unknown_counts_from: float = field(init=False)
    """Time from which an unknown status counts: a wait after UnknownStatusError gets the full time again."""

    def __attrs_post_init__(self) -> None:
        # Read `polls` first: another thread may change the state in the meantime.
        state = self.state
        self._polls_before = state.polls
        self._refusal_before = state.refusal
        self._unknown_counts_from = -math.inf
        snapshot, now = state.snapshot, state.clock.monotonic()
        stopped = snapshot is not None and snapshot.phase in STOP_PHASES and snapshot.age >= state.task_type.timing.min
        since = self.unknown_status_deadline()
        overdue = since is not None and since <= now
        self._may_be_outdated = stopped or overdue or state.lost_after is not None
        if overdue:
            self._unknown_counts_from = now

    @property
    def stale(self) -> bool:
        """True if a poll is needed first: an answer may have arrived, or a lost task may be back."""
        return self._may_be_outdated and self.state.polls == self._polls_before

    def next_snapshot(self) -> TaskSnapshot[Any] | None:
        """Return the current snapshot if the caller has not received it, else None."""
        snapshot = self.state.snapshot
        if snapshot is None or snapshot.sequence <= self.last_sequence:
            return None
        self.last_sequence = snapshot.sequence
        return snapshot

    def error(self) -> TaskError | None:
        """Return the error that ends the wait; None to continue."""
        refused = self.refusal()
        if refused is not None:
            return refused
        state = self.state
        if state.lost_after is not None:
            return lost_error(state, state.lost_after)
        since = self.unknown_status_deadline()
        if since is not None and self.state.clock.monotonic() >= since:
            return unknown_status_error(state)
        return None

    def refusal(self) -> TaskError | None:
        """Return the error of polls that were refused since this wait began; None if they were not."""
        error = self.state.refusal
        return None if error is None or error is self._refusal_before else polling_error(self.state, error)

    def unknown_status_deadline(self) -> float | None:
        """Return the time at which an unknown status ends the wait; None if the status is known."""
        since = self.state.unknown_since
        if since is None:
            return None
        since = max(since, self._unknown_counts_from)
        if self.poll.unknown_status == "raise":
            return since
        after = self.poll.unknown_after
        return since + (self.state.task_type.state.unknown_after if after is None else after)


def wait_for_task(
    registry: TaskRegistry,
    state: TaskState,
    deadline: Deadline,
    *,
    until: Until = (),
    on_change: Callable[[TaskSnapshot[Any]], Any] | None = None,
    poll: PollPolicy | None = None,
) -> TaskFlow[TaskSnapshot[Any]]:
    """Wait until a task has ended, needs input or meets `until`. Raises as `TaskHandle.wait`."""
    wanted = _stop_condition(until)
    if poll is not None and not isinstance(poll, PollPolicy):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"poll: expected PollPolicy(…), got {describe(poll)}")
    cursor = Cursor(state, poll or registry.poll)
    yield from _poll_if_stale(cursor, deadline, poll)
    while True:
        snapshot = yield from _next_snapshot(cursor, deadline, poll, wanted, failures=on_change is not None)
        if snapshot is not None and on_change is not None:
            yield Callback(on_change, snapshot)
        snapshot = snapshot or state.snapshot
        if snapshot is not None and cursor.last_sequence >= snapshot.sequence and wanted(snapshot):
            yield from settle_after_snapshot(registry, state, snapshot)
            return snapshot


def next_change(
    registry: TaskRegistry, cursor: Cursor, deadline: Deadline, heartbeat: float | None
) -> TaskFlow[TaskSnapshot[Any] | None]:
    """Return the next snapshot for `watch`: a new one, or the last one at the heartbeat; None after the end."""
    state = cursor.state
    snapshot = state.snapshot
    if snapshot is not None and snapshot.terminal and cursor.last_sequence >= snapshot.sequence:
        return None
    heartbeat_at = None if heartbeat is None else deadline.now() + max(heartbeat, _LEAST_BEAT)
    snapshot = yield from _next_snapshot(cursor, deadline, None, _never, heartbeat_at=heartbeat_at, failures=True)
    if snapshot is None:
        snapshot = cursor.next_snapshot() or state.snapshot
    if snapshot is not None and snapshot.terminal:
        yield from settle_after_snapshot(registry, state, snapshot)
    return snapshot


def _next_snapshot(
    cursor: Cursor,
    deadline: Deadline,
    poll: PollPolicy | None,
    wanted: Callable[[TaskSnapshot[Any]], bool],
    heartbeat_at: float | None = None,
    *,
    failures: bool,
) -> TaskFlow[TaskSnapshot[Any] | None]:
    """Return a snapshot that the caller has not received; None if the last one is wanted, or at the heartbeat.

    With `failures`, a failed poll makes a snapshot too.
    """
    state = cursor.state
    while True:
        cursor.version = state.version
        snapshot = cursor.next_snapshot()
        if snapshot is not None:
            return snapshot
        if state.snapshot is not None and wanted(state.snapshot):
            return None
        error = cursor.error()
        if error is not None:
            raise error
        if deadline.expired:
            raise timeout_error(state, deadline.waited)
        if heartbeat_at is not None and state.snapshot is not None and deadline.now() >= heartbeat_at:
            return None
        # Without a snapshot there is nothing to return at the heartbeat.
        heart = None if state.snapshot is None else heartbeat_at
        wake_times = [at for at in (heart, cursor.unknown_status_deadline()) if at is not None]
        yield from _wait_for_change(
            deadline,
            WaitForChange(
                {state: cursor.version},
                deadline.at,
                poll=poll,
                heartbeat=min(wake_times, default=None),
                failures=failures,
            ),
        )


def _poll_if_stale(cursor: Cursor, deadline: Deadline, poll: PollPolicy | None) -> TaskFlow[None]:
    """Poll if the known state may be outdated. After the deadline the known state has to do."""
    state = cursor.state
    while cursor.stale and not deadline.expired:
        version = state.version
        error = cursor.refusal()
        if error is not None:
            raise error
        yield from _wait_for_change(deadline, WaitForChange({state: version}, deadline.at, fresh=True, poll=poll))


def refresh_task(
    registry: TaskRegistry, state: TaskState, deadline: Deadline, *, max_age: float = 0.0
) -> TaskFlow[TaskSnapshot[Any]]:
    """Return a snapshot that is at most `max_age` seconds old. Raises as `TaskHandle.refresh`."""
    check_seconds("max_age", max_age)
    cursor = Cursor(state, registry.poll)
    polls = state.polls
    while True:
        # Read these before the snapshot, because another thread may change both.
        version, new = state.version, state.polls != polls
        snapshot = state.snapshot
        if new and state.lost_after is not None:
            raise lost_error(state, state.lost_after)
        young = snapshot is not None and max_age > 0 and snapshot.age <= max_age and state.lost_after is None
        if snapshot is not None and (new or young):
            return snapshot
        error = cursor.refusal()
        if error is not None:
            raise error
        if deadline.expired:
            raise timeout_error(state, deadline.waited)
        yield from _wait_for_change(deadline, WaitForChange({state: version}, deadline.at, fresh=True))


def _wait_for_change(deadline: Deadline, effect: WaitForChange) -> TaskFlow[None]:
    try:
        yield effect
    except TaskTimeoutError as error:
        error.waited = deadline.waited  # of the whole wait, not only of this step
        raise


def wait_for_success(
    registry: TaskRegistry, state: TaskState, deadline: Deadline, partial: OnPartial = "raise"
) -> TaskFlow[TaskSnapshot[Any]]:
    """Wait until a task has succeeded or had nothing to do. Raises as `TaskHandle.result`."""
    if partial not in ("raise", "accept"):
        raise InvalidArgumentError(f"partial: expected 'raise' or 'accept', got {describe(partial)}")
    snapshot = yield from wait_for_task(registry, state, deadline)
    failure = outcome_error(state, snapshot, partial)
    if failure is not None:
        raise failure
    return snapshot


def _has_stopped(snapshot: TaskSnapshot[Any]) -> bool:
    return snapshot.terminal or snapshot.phase in STOP_PHASES


def _never(_: TaskSnapshot[Any]) -> bool:
    return False


def _stop_condition(until: Until) -> Callable[[TaskSnapshot[Any]], bool]:
    if callable(until):
        return lambda snapshot: snapshot.terminal or snapshot.phase in STOP_PHASES or until(snapshot)
    wrong = isinstance(until, str) or not isinstance(until, Collection)  # pyright: ignore[reportUnnecessaryIsInstance]
    unknown = [until] if wrong else [phase for phase in until if phase not in frozenset(Phase)]
    if unknown:
        raise InvalidArgumentError(f"until: expected a collection of phases, or a function, got {describe(unknown[0])}")
    if not until:
        return _has_stopped  # one function for all waits: many of them wait at once
    phases = STOP_PHASES.union(until)
    return lambda snapshot: snapshot.terminal or snapshot.phase in phases


# -- Waits for several tasks


EndedTasks: TypeAlias = "dict[TaskState, TaskError | None]"
"""Tasks that have ended, each with its error, or None if it has a result."""

IsEnough: TypeAlias = Callable[[Mapping["TaskState", "TaskError | None"], int], bool]
"""Test that ends a wait for several tasks, by the ended tasks and the number of all."""


def any_ended(found: Mapping[TaskState, TaskError | None], _stop_condition: int) -> bool:
    """Return True if one task has ended, with or without a result."""
    return bool(found)


def all_ended(found: Mapping[TaskState, TaskError | None], wanted: int) -> bool:
    """Return True if all tasks have ended."""
    return len(found) == wanted


def all_ended_or_one_failed(found: Mapping[TaskState, TaskError | None], wanted: int) -> bool:
    """Return True if all tasks have ended or one has an error."""
    return len(found) == wanted or any(failure is not None for failure in found.values())


@define(eq=False)
class WaitGroup:
    """Tasks of one wait, each once."""

    registry: TaskRegistry
    deadline: Deadline
    cursors: dict[TaskState, Cursor] = field(factory=dict["TaskState", Cursor])
    """Cursors of the tasks that have not ended."""

    def take_ended(self) -> TaskFlow[EndedTasks]:
        """Remove and return the tasks that have ended by now."""
        found: EndedTasks = {}
        for state, cursor in tuple(self.cursors.items()):
            cursor.version = state.version
            snapshot = state.snapshot
            if cursor.stale and not self.deadline.expired:
                refused = cursor.refusal()
                if refused is None:
                    continue
                found[state] = refused
            elif snapshot is not None and (snapshot.terminal or snapshot.phase in STOP_PHASES):
                found[state] = outcome_error(state, snapshot)
                yield from settle_after_snapshot(self.registry, state, snapshot)
            elif (error := cursor.error()) is not None:
                found[state] = error
            else:
                continue
            del self.cursors[state]
        return found

    def wait_effect(self) -> WaitForChange:
        """Return the effect that waits for the next change."""
        cursors = self.cursors.values()
        wake_times = [at for cursor in cursors if (at := cursor.unknown_status_deadline()) is not None]
        return WaitForChange(
            {cursor.state: cursor.version for cursor in cursors},
            self.deadline.at,
            fresh=any(cursor.stale for cursor in cursors),
            heartbeat=min(wake_times, default=None),
        )


def wait_group(registry: TaskRegistry, deadline: Deadline, states: Iterable[TaskState]) -> WaitGroup:
    """Begin a wait for tasks. Duplicates count once."""
    return WaitGroup(registry, deadline, {state: Cursor(state, registry.poll) for state in states})


def wait_for_enough(group: WaitGroup, enough: IsEnough) -> TaskFlow[EndedTasks]:
    """Wait until enough tasks have ended or the deadline passes; return the ended ones."""
    wanted = len(group.cursors)
    found: EndedTasks = yield from group.take_ended()
    while group.cursors and not enough(found, wanted) and not group.deadline.expired:
        try:
            yield group.wait_effect()
        except TaskTimeoutError:  # the server asked for a pause beyond the deadline
            break
        except PollingError as error:
            return found | {state: copy_polling_error(state, error) for state in group.cursors}
        found |= yield from group.take_ended()
    return found


def next_ended(group: WaitGroup) -> TaskFlow[Collection[TaskState]]:
    """Wait for the next task to end; return it, or several that end at once.

    Raises:
        TaskTimeoutError: the deadline passed.
    """
    while True:
        found: EndedTasks = yield from group.take_ended()
        if found:
            return found
        if group.deadline.expired:
            raise timeout_error(next(iter(group.cursors)), group.deadline.waited)
        yield group.wait_effect()


def wait_for_polls(states: Collection[TaskState], deadline: Deadline, poll: PollPolicy) -> TaskFlow[None]:
    """Wait until each task was polled once more, its polls are refused, or the deadline passes.

    Raises:
        PollingError: the polls of all tasks are refused.
    """
    cursors = [Cursor(state, poll) for state in states if not state.terminal]
    # Wait separately for each group of tasks that one poll covers: a poll that began before this wait returned from
    # another one would not count as fresh.
    groups: dict[object, list[Cursor]] = {}
    for cursor in cursors:
        groups.setdefault((cursor.state.task_type.name, tuple(cursor.state.ref.scope.items())), []).append(cursor)
    for group in groups.values():
        yield from _wait_for_group(group, deadline)
    refused = [error for cursor in cursors if (error := cursor.refusal()) is not None]
    if refused and len(refused) == len(cursors):
        raise refused[0]


def _wait_for_group(cursors: list[Cursor], deadline: Deadline) -> TaskFlow[None]:
    begun = {cursor.state: cursor.state.polls for cursor in cursors}
    left: list[Cursor] = cursors
    while left and not deadline.expired:
        try:
            yield WaitForChange({cursor.state: cursor.state.version for cursor in left}, deadline.at, fresh=True)
        except TaskTimeoutError:  # the server asked for a pause beyond the deadline
            return
        left = [each for each in left if each.state.polls == begun[each.state] and each.refusal() is None]


def copy_polling_error(state: TaskState, error: PollingError) -> PollingError:
    """Return a copy of an error for another task of the same poll."""
    found = PollingError(
        str(error) if error.ref == state.ref else f"{state.ref}: {error}", ref=state.ref, last=state.snapshot
    )
    found.__cause__ = error.__cause__
    return found


# -- Actions and results


def run_action(registry: TaskRegistry, state: TaskState, name: str, deadline: Deadline) -> TaskFlow[TaskSnapshot[Any]]:
    """Make the call that the task type declares as `cancel` or under `actions`, then poll the task."""
    task_type = state.task_type
    bound = task_type.cancel if name == "cancel" else task_type.actions[name]
    if bound is None:
        raise LookupError(f"{task_type.name} declares no {name}")  # unreachable: the handle class has no such method
    yield from call_within(registry, state, bound, deadline)
    return (yield from refresh_task(registry, state, deadline))


def call_within(registry: TaskRegistry, state: TaskState, bound: BoundCall, deadline: Deadline) -> TaskFlow[Any]:
    """Make a call for a task within the caller's deadline.

    Raises:
        TaskTimeoutError: the deadline passed; nothing was sent.
        ClientError: the call failed.
    """
    given = call_arguments(bound, state.ref)
    return (yield from call(_config_within(registry, state, deadline), bound.operation, given, None))


def _config_within(registry: TaskRegistry, state: TaskState, deadline: Deadline) -> ClientConfig:
    """Return the client's config for a call that ends by the caller's deadline. Raises TaskTimeoutError."""
    config = registry.config
    left = deadline.remaining
    if left <= 0:
        raise timeout_error(state, deadline.waited)
    if not deadline.bounded:
        return config
    own = config.options.deadline
    return evolve(config, options=evolve(config.options, deadline=left if own is None else min(own, left)))


def wait_for_result(registry: TaskRegistry, state: TaskState, deadline: Deadline, partial: OnPartial) -> TaskFlow[Any]:
    """Wait for success and return the result that the task type declares; None if there was nothing to do."""
    snapshot = yield from wait_for_success(registry, state, deadline, partial)
    if snapshot.phase is Phase.SKIPPED:
        return None
    value = yield from _value(registry, state, snapshot, deadline)
    if not isinstance(state.task_type.result, DownloadLinks):  # a file has yet to be downloaded
        yield from settle_task(registry, state, snapshot.phase)
    return value


def _value(registry: TaskRegistry, state: TaskState, snapshot: TaskSnapshot[Any], deadline: Deadline) -> TaskFlow[Any]:
    match state.task_type.result:
        case None:
            return None
        case InlineResult(at, type_):
            found = resolve(json.loads(state.raw or b"null"), at)
            return state.decode(encode(None if found is MISSING else found), type_)
        case FromOperation(bound):
            try:
                if bound.operation.pagination is None:
                    return (yield from call_within(registry, state, bound, deadline))
                return (yield from _all_items(registry, state, bound, deadline))
            except CallTimeoutError as error:
                if deadline.expired:
                    raise timeout_error(state, deadline.waited) from error
                raise
        case DownloadLinks():
            from .download.links import find_download

            return find_download(registry, state, snapshot)


def _all_items(registry: TaskRegistry, state: TaskState, bound: BoundCall, deadline: Deadline) -> TaskFlow[list[Any]]:
    """Return the items of all pages of a list.

    Raises:
        TaskTimeoutError: the deadline passed before a page was requested.
        PagingError: the pages cannot be followed to their end.
        ClientError: a call failed.
    """
    operation, found = bound.operation, list[Any]()
    steps = paginate(operation, call_arguments(bound, state.ref))
    request = next(steps)
    while True:
        config = _config_within(registry, state, deadline)
        page = yield from call_page(config, operation, request.arguments, None, request.url)
        found.extend(page_items(operation, page[0]))
        try:
            request = steps.send(page)
        except StopIteration:
            return found
