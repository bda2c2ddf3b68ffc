"""Waiting for one task or several, results and actions, as flows over the state of tasks."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from attrs import define, evolve, field

from ..codec import encode
from ..deadline import Deadline
from ..effects import Callback, RunBlocking, TaskFlow, WaitForChange
from ..errors import CallTimeoutError, InvalidArgumentError
from ..json_pointer import MISSING, resolve
from ..transport.call import call
from ..type_check import describe
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
    from .snapshot import TaskSnapshot
    from .state import TaskState
    from .task_registry import TaskRegistry

OnPartial: TypeAlias = Literal["raise", "accept"]


def outcome_error(record: TaskState, view: TaskSnapshot[Any], partial: OnPartial = "raise") -> TaskError | None:
    """Why a task has no result; None if it has one."""
    ref = record.ref
    errors = [message for message in view.messages if message.level == "error"]
    match view.phase:
        case Phase.FAILED:
            return TaskFailedError(f"{ref}: it ended as {view.status}", ref=ref, last=view, messages=view.messages)
        case Phase.CANCELLED:
            return TaskCancelledError(f"{ref}: it was cancelled ({view.status})", ref=ref, last=view)
        case Phase.NEEDS_INPUT:
            actions = tuple(record.task_type.actions)
            how = f"answer with {' or '.join(actions)}" if actions else "answer at the vendor's"
            return TaskInputRequiredError(f"{ref}: it waits for an answer ({how})", ref=ref, last=view, actions=actions)
        case Phase.SUCCEEDED if view.partial and partial == "raise":
            message = f"{ref}: it succeeded with errors ({len(errors)} messages); partial='accept' takes it so"
            return TaskPartialError(message, ref=ref, last=view, messages=view.messages)
        case _:
            return None


def timeout_error(record: TaskState, limit: Deadline) -> TaskTimeoutError:
    """The caller's time is over."""
    view = record.snapshot
    seen = "it has not been seen yet" if view is None else f"it is {view.phase}"
    message = f"{record.ref}: {seen} after {limit.waited:.1f} s; it goes on, and its token finds it again"
    return TaskTimeoutError(message, ref=record.ref, last=view, waited=limit.waited)


def polling_error(record: TaskState, trouble: Exception) -> TaskError:
    """Looking at it is refused."""
    if isinstance(trouble, TaskError):
        return trouble
    message = f"{record.ref}: looking at it failed ({trouble}); the task may be well"
    error = PollingError(message, ref=record.ref, last=record.snapshot)
    error.__cause__ = trouble
    return error


def lost_error(record: TaskState, looks: int) -> TaskLostError:
    """The server does not show it any more."""
    message = f"{record.ref}: the server has not shown it in {looks} complete looks"
    return TaskLostError(message, ref=record.ref, last=record.snapshot, polls=looks)


def unknown_status_error(record: TaskState) -> UnknownStatusError:
    """Its status word has been unknown for too long."""
    view = record.snapshot
    status = None if view is None else view.status
    message = f"{record.ref}: its status is {status!r:.80}, which the spec does not know; waiting again goes on"
    return UnknownStatusError(message, ref=record.ref, last=view, status=status)


def settle_after_snapshot(station: TaskRegistry, record: TaskState, view: TaskSnapshot[Any]) -> TaskFlow[None]:
    """The caller gets the last view. What a success leaves to be fetched keeps the task in the journal."""
    if not view.terminal:
        return
    if view.phase is Phase.SUCCEEDED and isinstance(record.task_type.result, DownloadLinks | FromOperation):
        return
    yield from settle_task(station, record, view.phase)


def settle_task(station: TaskRegistry, record: TaskState, phase: Phase) -> TaskFlow[None]:
    """The caller has all there is."""
    key, journal = record.journal_key, station.journal
    if key is None:
        return
    try:
        yield RunBlocking(lambda: journal.settle(key, phase))
    except Exception as error:
        # Nothing is lost by it, as `recover` brings the task back; what the caller has waited for would be.
        station.emit("journal", record, detail=f"its end could not be kept: {type(error).__name__}")
        return
    record.journal_key = None


Until: TypeAlias = "Collection[Phase] | Callable[[TaskSnapshot[Any]], bool]"

STOP_PHASES: Final = frozenset({Phase.NEEDS_INPUT})
"""Where every wait ends besides the end: nothing moves until somebody answers."""

_LEAST_BEAT: Final = 0.05
"""Seconds. A heart that beats faster would leave no time to look."""


@define(eq=False)
class Cursor:
    """What one caller has seen of a task, so that each view comes to it once."""

    record: TaskState
    poll: PollPolicy
    last_sequence: int = 0
    """Sequence of the last view that it got."""

    version: int = 0
    """Of the record when the caller began to look at it: another thread may change it meanwhile, and that is news."""

    _trouble: Exception | None = field(init=False)
    """What was wrong before it came: that is news to others only."""

    _looks: int = field(init=False)
    _old: bool = field(init=False)
    """Whether what was known then may be over by now, and would end the wait at once."""

    _patient_from: float = field(init=False)
    """Since when an unknown word counts: who comes again after UnknownStatus waits as long again."""

    def __attrs_post_init__(self) -> None:
        # The looks before the rest: another thread may change all of it.
        record = self.record
        self._looks = record.polls
        self._trouble = record.refusal
        self._patient_from = -math.inf
        view, now = record.snapshot, record.clock.monotonic()
        stopped = view is not None and view.phase in STOP_PHASES and view.age >= record.task_type.timing.min
        since = self.unknown_status_deadline()
        overdue = since is not None and since <= now
        self._old = stopped or overdue or record.lost_after is not None
        if overdue:
            self._patient_from = now

    @property
    def stale(self) -> bool:
        """Whether a look is needed first: somebody may have answered, or what was lost may be there again."""
        return self._old and self.record.polls == self._looks

    def next_snapshot(self) -> TaskSnapshot[Any] | None:
        """A view that it has not got yet."""
        view = self.record.snapshot
        if view is None or view.sequence <= self.last_sequence:
            return None
        self.last_sequence = view.sequence
        return view

    def error(self) -> TaskError | None:
        """Why waiting longer does not help."""
        refused = self.refusal()
        if refused is not None:
            return refused
        record = self.record
        if record.lost_after is not None:
            return lost_error(record, record.lost_after)
        since = self.unknown_status_deadline()
        if since is not None and self.record.clock.monotonic() >= since:
            return unknown_status_error(record)
        return None

    def refusal(self) -> TaskError | None:
        """Why looking is refused, if it was since this caller came."""
        trouble = self.record.refusal
        return None if trouble is None or trouble is self._trouble else polling_error(self.record, trouble)

    def unknown_status_deadline(self) -> float | None:
        """When an unknown status word has stood there for too long; None if it is known."""
        since = self.record.unknown_since
        if since is None:
            return None
        since = max(since, self._patient_from)
        if self.poll.unknown_status == "raise":
            return since
        after = self.poll.unknown_after
        return since + (self.record.task_type.state.unknown_after if after is None else after)


def wait_for_task(
    station: TaskRegistry,
    record: TaskState,
    limit: Deadline,
    *,
    until: Until = (),
    on_change: Callable[[TaskSnapshot[Any]], Any] | None = None,
    poll: PollPolicy | None = None,
) -> TaskFlow[TaskSnapshot[Any]]:
    """Wait until a task has ended, or is where the caller wants it. Raises what `Task.wait_for_task` raises."""
    wanted = _wanted(until)
    if poll is not None and not isinstance(poll, PollPolicy):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"poll: expected Poll(…), got {describe(poll)}")
    watcher = Cursor(record, poll or station.poll)
    yield from _renewed(watcher, limit, poll)
    while True:
        view = yield from _news(watcher, limit, poll, lambda: record.snapshot is not None and wanted(record.snapshot))
        if view is not None and on_change is not None:
            yield Callback(on_change, view)
        view = view or record.snapshot
        if view is not None and watcher.last_sequence >= view.sequence and wanted(view):
            yield from settle_after_snapshot(station, record, view)
            return view


def next_change(
    station: TaskRegistry, watcher: Cursor, limit: Deadline, heartbeat: float | None
) -> TaskFlow[TaskSnapshot[Any] | None]:
    """The next view for `watch`: a new one, or after `heartbeat` seconds the last one again; None after the end."""
    record = watcher.record
    view = record.snapshot
    if view is not None and view.terminal and watcher.last_sequence >= view.sequence:
        return None
    beat = None if heartbeat is None else limit.now() + max(heartbeat, _LEAST_BEAT)
    view = yield from _news(watcher, limit, None, lambda: False, beat=beat)
    if view is None:
        view = watcher.next_snapshot() or record.snapshot
    if view is not None and view.terminal:
        yield from settle_after_snapshot(station, record, view)
    return view


def _news(
    watcher: Cursor, limit: Deadline, poll: PollPolicy | None, done: Callable[[], bool], beat: float | None = None
) -> TaskFlow[TaskSnapshot[Any] | None]:
    """A view that the caller has not got; None if it has what it wants already, or at the time of the beat."""
    record = watcher.record
    while True:
        watcher.version = record.version
        view = watcher.next_snapshot()
        if view is not None:
            return view
        if done():
            return None
        trouble = watcher.error()
        if trouble is not None:
            raise trouble
        if limit.expired:
            raise timeout_error(record, limit)
        if beat is not None and record.snapshot is not None and limit.now() >= beat:
            return None
        # Without a view there is nothing to come back with.
        heart = None if record.snapshot is None else beat
        beats = [at for at in (heart, watcher.unknown_status_deadline()) if at is not None]
        yield from _told(
            limit, WaitForChange({record: watcher.version}, limit.at, poll=poll, heartbeat=min(beats, default=None))
        )


def _renewed(watcher: Cursor, limit: Deadline, poll: PollPolicy | None) -> TaskFlow[None]:
    """Look before what was known before the wait is believed. If the time is over first, it has to do."""
    record = watcher.record
    while watcher.stale and not limit.expired:
        version = record.version
        trouble = watcher.refusal()
        if trouble is not None:
            raise trouble
        yield from _told(limit, WaitForChange({record: version}, limit.at, fresh=True, poll=poll))


def refresh_task(
    station: TaskRegistry, record: TaskState, limit: Deadline, *, max_age: float = 0.0
) -> TaskFlow[TaskSnapshot[Any]]:
    """A view that is at most so old. Raises what `Task.refresh_task` raises."""
    check_seconds("max_age", max_age)
    watcher = Cursor(record, station.poll)
    looks = record.polls
    while True:
        # Before the view, as another thread may change both.
        version, new = record.version, record.polls != looks
        view = record.snapshot
        if new and record.lost_after is not None:
            raise lost_error(record, record.lost_after)
        young = view is not None and max_age > 0 and view.age <= max_age and record.lost_after is None
        if view is not None and (new or young):
            return view
        trouble = watcher.refusal()
        if trouble is not None:
            raise trouble
        if limit.expired:
            raise timeout_error(record, limit)
        yield from _told(limit, WaitForChange({record: version}, limit.at, fresh=True))


def _told(limit: Deadline, news: WaitForChange) -> TaskFlow[None]:
    try:
        yield news
    except TaskTimeoutError as error:
        error.waited = limit.waited  # in all, not only for these news
        raise


def wait_for_success(
    station: TaskRegistry, record: TaskState, limit: Deadline, partial: OnPartial = "raise"
) -> TaskFlow[TaskSnapshot[Any]]:
    """Wait for success, or for a task that had nothing to do. Raises what `Task.result` raises."""
    if partial not in ("raise", "accept"):
        raise InvalidArgumentError(f"partial: expected 'raise' or 'accept', got {describe(partial)}")
    view = yield from wait_for_task(station, record, limit)
    failure = outcome_error(record, view, partial)
    if failure is not None:
        raise failure
    return view


def _wanted(until: Until) -> Callable[[TaskSnapshot[Any]], bool]:
    if callable(until):
        return lambda view: view.terminal or view.phase in STOP_PHASES or until(view)
    wrong = isinstance(until, str) or not isinstance(until, Collection)  # pyright: ignore[reportUnnecessaryIsInstance]
    unknown = [until] if wrong else [phase for phase in until if phase not in frozenset(Phase)]
    if unknown:
        raise InvalidArgumentError(f"until: expected phases in a collection, or a function, got {describe(unknown[0])}")
    phases = STOP_PHASES.union(until)
    return lambda view: view.terminal or view.phase in phases


EndedTasks: TypeAlias = "dict[TaskState, TaskError | None]"
"""Tasks that have ended, each with why it has no result, if it has none."""

IsEnough: TypeAlias = Callable[[Mapping["TaskState", "TaskError | None"], int], bool]
"""Whether a wait is over, by what has ended and how many were waited for."""


def any_ended(found: Mapping[TaskState, TaskError | None], _wanted: int) -> bool:
    """Enough: one of them, however it ended."""
    return bool(found)


def all_ended(found: Mapping[TaskState, TaskError | None], wanted: int) -> bool:
    """Enough: all of them."""
    return len(found) == wanted


def all_ended_or_one_failed(found: Mapping[TaskState, TaskError | None], wanted: int) -> bool:
    """Enough: all of them, or one that failed."""
    return len(found) == wanted or any(failure is not None for failure in found.values())


@define(eq=False)
class WaitGroup:
    """Tasks that are waited for, each once."""

    station: TaskRegistry
    deadline: Deadline
    cursors: dict[TaskState, Cursor] = field(factory=dict["TaskState", Cursor])
    """Of those that have not ended yet."""

    def take_ended(self) -> TaskFlow[EndedTasks]:
        """Those that have ended by now; they are not waited for any more."""
        found: EndedTasks = {}
        for record, watcher in tuple(self.cursors.items()):
            watcher.version = record.version
            view = record.snapshot
            if watcher.stale and not self.deadline.expired:
                refused = watcher.refusal()
                if refused is None:
                    continue
                found[record] = refused
            elif view is not None and (view.terminal or view.phase in STOP_PHASES):
                found[record] = outcome_error(record, view)
                yield from settle_after_snapshot(self.station, record, view)
            elif (trouble := watcher.error()) is not None:
                found[record] = trouble
            else:
                continue
            del self.cursors[record]
        return found

    def wait_effect(self) -> WaitForChange:
        """What to wait for next."""
        watchers = self.cursors.values()
        beats = [at for watcher in watchers if (at := watcher.unknown_status_deadline()) is not None]
        return WaitForChange(
            {watcher.record: watcher.version for watcher in watchers},
            self.deadline.at,
            fresh=any(watcher.stale for watcher in watchers),
            heartbeat=min(beats, default=None),
        )


def wait_group(station: TaskRegistry, limit: Deadline, records: Iterable[TaskState]) -> WaitGroup:
    """Begin to wait for tasks, some of which may be the same."""
    return WaitGroup(station, limit, {record: Cursor(record, station.poll) for record in records})


def wait_for_enough(group: WaitGroup, enough: IsEnough) -> TaskFlow[EndedTasks]:
    """Wait until enough of them have ended, or the time is over."""
    wanted = len(group.cursors)
    found: EndedTasks = yield from group.take_ended()
    while group.cursors and not enough(found, wanted) and not group.deadline.expired:
        try:
            yield group.wait_effect()
        except TaskTimeoutError:  # the server wants to be left alone for longer than this
            break
        except PollingError as error:
            return found | {record: copy_polling_error(record, error) for record in group.cursors}
        found |= yield from group.take_ended()
    return found


def next_ended(group: WaitGroup) -> TaskFlow[Collection[TaskState]]:
    """The next of them to end, or several that end at once.

    Raises:
        TaskTimeout: the time is over.
    """
    while True:
        found: EndedTasks = yield from group.take_ended()
        if found:
            return found
        if group.deadline.expired:
            raise timeout_error(next(iter(group.cursors)), group.deadline)
        yield group.wait_effect()


def wait_for_polls(records: Collection[TaskState], limit: Deadline, poll: PollPolicy) -> TaskFlow[None]:
    """Wait until each of them was looked at once more, or looking at it is refused, or the time is over.

    Raises:
        PollError: looking is refused, for all of them.
    """
    watchers = [Cursor(record, poll) for record in records if not record.terminal]
    # What one look shows together is waited for together, and no more: a look that began before somebody came back
    # from another one is not made on his behalf.
    groups: dict[object, list[Cursor]] = {}
    for watcher in watchers:
        groups.setdefault((watcher.record.task_type.name, tuple(watcher.record.ref.scope.items())), []).append(watcher)
    for group in groups.values():
        yield from _looked(group, limit)
    refused = [error for watcher in watchers if (error := watcher.refusal()) is not None]
    if refused and len(refused) == len(watchers):
        raise refused[0]


def _looked(watchers: list[Cursor], limit: Deadline) -> TaskFlow[None]:
    begun = {watcher.record: watcher.record.polls for watcher in watchers}
    left: list[Cursor] = watchers
    while left and not limit.expired:
        try:
            yield WaitForChange({watcher.record: watcher.record.version for watcher in left}, limit.at, fresh=True)
        except TaskTimeoutError:  # the server wants to be left alone for longer than this
            return
        left = [each for each in left if each.record.polls == begun[each.record] and each.refusal() is None]


def copy_polling_error(record: TaskState, error: PollingError) -> PollingError:
    """The same trouble, for one of the tasks that share it."""
    found = PollingError(
        str(error) if error.ref == record.ref else f"{record.ref}: {error}", ref=record.ref, last=record.snapshot
    )
    found.__cause__ = error.__cause__
    return found


def run_action(station: TaskRegistry, record: TaskState, name: str, limit: Deadline) -> TaskFlow[TaskSnapshot[Any]]:
    """Make the call that a kind declares as `cancel` or under `actions`, then look at the task."""
    kind = record.task_type
    bound = kind.cancel if name == "cancel" else kind.actions[name]
    if bound is None:
        raise LookupError(f"{kind.name} declares no {name}")  # a handle of this kind has no such method
    yield from call_within(station, record, bound, limit)
    return (yield from refresh_task(station, record, limit))


def call_within(station: TaskRegistry, record: TaskState, bound: BoundCall, limit: Deadline) -> TaskFlow[Any]:
    """Make a call on behalf of a task, within its caller's time.

    Raises:
        TaskTimeout: there is none left; nothing was sent.
        ClientError: whatever the call raises.
    """
    given = call_arguments(bound, record.ref)
    setting = station.config
    left = limit.remaining
    if left <= 0:
        raise timeout_error(record, limit)
    if limit.bounded:
        own = setting.options.deadline
        setting = evolve(setting, options=evolve(setting.options, deadline=left if own is None else min(own, left)))
    return (yield from call(setting, bound.operation, given, None))


def wait_for_result(station: TaskRegistry, record: TaskState, limit: Deadline, partial: OnPartial) -> TaskFlow[Any]:
    """Wait for success, and return what the kind declares; None where there was nothing to do."""
    view = yield from wait_for_success(station, record, limit, partial)
    if view.phase is Phase.SKIPPED:
        return None
    value = yield from _value(station, record, view, limit)
    if not isinstance(record.task_type.result, DownloadLinks):  # a file is yet to be fetched
        yield from settle_task(station, record, view.phase)
    return value


def _value(station: TaskRegistry, record: TaskState, view: TaskSnapshot[Any], limit: Deadline) -> TaskFlow[Any]:
    match record.task_type.result:
        case None:
            return None
        case InlineResult(at, type_):
            found = resolve(json.loads(record.raw or b"null"), at)
            return record.decode(encode(None if found is MISSING else found), type_)
        case FromOperation(bound):
            try:
                return (yield from call_within(station, record, bound, limit))
            except CallTimeoutError as error:
                if limit.expired:
                    raise timeout_error(record, limit) from error
                raise
        case DownloadLinks():
            from .download.links import find_download

            return find_download(station, record, view)
