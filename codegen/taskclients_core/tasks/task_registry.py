"""Registry of a client's tasks: their states, schedulers and journal.

Handles and runners share it. It finds the state of a task, registers waiters with schedulers and reports events.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final, Literal, cast
from weakref import WeakValueDictionary

from attrs import Factory, define, field

from ..codec import decode
from ..errors import ClientClosedError, DecodeError, InvalidArgumentError, describe
from ..events import Event, TaskEventKind, emit, is_enabled
from ..forks import ForkLock, register
from ..security import Api
from ..transport.config import ClientConfig
from .definition import Submission, TaskType
from .expressions import TASK_ID, task_expression
from .journal.journal import Journal, MemoryJournal
from .polling.policy import PollPolicy
from .polling.scheduler import BATCH, PollScheduler, Waiter, give_up_error
from .snapshot import TaskRef
from .state import TaskState

_QUIET: Final = frozenset({"change", "poll", "refresh", "journal"})
"""Events that are created only if a hook or logger is enabled for them."""


@define(eq=False, kw_only=True)
class TaskRegistry:
    """Tasks of one client. Used by many threads, or by one event loop."""

    config: ClientConfig
    api: Api
    submissions: tuple[Submission[Any, Any], ...] = ()
    poll: PollPolicy = field(factory=PollPolicy)
    journal: Journal = field(
        default=Factory(lambda registry: MemoryJournal(clock=registry.config.clock), takes_self=True)
    )
    """Without a journal of the caller, keys are known to this client only, until it is closed."""

    closes_journal: bool = False
    """True if the client opened the journal and closes it with itself."""

    account: str = "default"
    download_hosts: tuple[str, ...] = ()
    allow_private_downloads: bool = False

    lock: ForkLock = field(factory=ForkLock, init=False, repr=False)
    """Guards the members below, and the schedulers, between threads."""

    closed: bool = field(default=False, init=False)
    _states: WeakValueDictionary[TaskRef, TaskState] = field(
        factory=WeakValueDictionary[TaskRef, TaskState], init=False, repr=False
    )
    _schedulers: dict[object, PollScheduler] = field(factory=dict[object, PollScheduler], init=False, repr=False)
    _task_types: dict[str, TaskType[Any, Any]] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._task_types = {submission.task_type.name: submission.task_type for submission in self.submissions}
        register(self)

    def after_fork(self) -> None:
        """Forget the waits and polls of the parent, whose threads do not exist here."""
        self._schedulers = {}

    # -- Tasks

    def now(self) -> float:
        """Return the time of the client's monotonic clock."""
        return self.config.clock.monotonic()

    def task_type(self, name: str) -> TaskType[Any, Any] | None:
        """Return the task type of a name such as `booster.task`; None if the client has none."""
        return self._task_types.get(name)

    def state_for(self, ref: TaskRef, task_type: TaskType[Any, Any]) -> TaskState:
        """Return the state of a task: the same object while it is referenced anywhere."""
        with self.lock:
            state = self._states.get(ref)
            if state is None:
                decode_model = partial(self._decode, ref, task_type)
                state = self._states[ref] = TaskState(ref, task_type, clock=self.config.clock, decode=decode_model)
            return state

    def _decode(self, ref: TaskRef, task_type: TaskType[Any, Any], data: bytes, hint: Any) -> Any:
        """Decode a part of a task, with the client's `lenient` option.

        Raises:
            DecodeError: the data does not match the spec.
        """
        try:
            if not self.config.options.lenient:
                return decode(data, hint)
            from ..media.decoders import cached_body_decoder  # imported late: most callers never need it

            decode_lenient = cached_body_decoder("json", hint, lenient=True)
            return decode_lenient(
                data, lambda deviation: self.emit("deviation", ref, path=deviation.path, detail=deviation.detail)
            )
        except DecodeError as error:
            error.operation = task_type.poll.call.operation.name
            raise

    def resume(self, ref: TaskRef | str) -> TaskState:
        """Return the state of a task by its ref or token. Sends nothing.

        Raises:
            InvalidArgumentError: the token is invalid, or the client has no such task type.
        """
        if isinstance(ref, str):
            ref = TaskRef.parse(ref)
        if not isinstance(ref, TaskRef):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidArgumentError(f"resume: expected a resume_token or a TaskRef, got {describe(ref)}")
        name = f"{ref.vendor}.{ref.task_type}"
        task_type = self.task_type(name)
        if task_type is None:
            known = ", ".join(sorted(self._task_types)) or "none"
            raise InvalidArgumentError(f"{ref}: this client has no task type {name!r:.80}; it has {known}")
        self._check_ref(ref, task_type)
        return self.state_for(ref, task_type)

    def _check_ref(self, ref: TaskRef, task_type: TaskType[Any, Any]) -> None:
        """Check that polls can identify the task: another one, or none, would be shown for an incomplete ref."""
        if not ref.id:
            raise InvalidArgumentError(f"resume: the id of {task_type.name} is empty; pass the task's resume_token")
        known = {name for each in self.submissions if each.task_type.name == task_type.name for name in each.scope}
        unknown = sorted(ref.scope.keys() - known)
        if unknown:
            names = ", ".join(sorted(known)) or "none"
            raise InvalidArgumentError(
                f"resume: {ref}: unknown scope {unknown[0]!r:.80}; tasks of this type have {names}"
            )
        for value in task_type.poll.call.arguments.values():
            task_expression(value, ref)

    def live_states(self) -> tuple[TaskState, ...]:
        """Return the states that are still referenced, by handles for example."""
        with self.lock:
            return tuple(self._states.values())

    def listed_ids(self, task_type: TaskType[Any, Any], scope: Mapping[str, str]) -> Collection[str] | None:
        """Return all ids of the list from the last complete poll without filter; None if there was none."""
        vendor, _, name = task_type.name.partition(".")
        with self.lock:
            scheduler = self._schedulers.get(_scheduler_key(TaskRef(vendor, name, "", scope), task_type))
            return None if scheduler is None else scheduler.keys

    def open_keys(self, state: TaskState) -> Sequence[str]:
        """Return the keys of a task's journal entries whose end is not recorded. Blocks."""
        return self.journal.open_keys(state.ref, self.account, self.config.origin)

    # -- Waiters

    def add_waiter(self, waiter: Waiter) -> None:
        """Register a waiter with the schedulers of its tasks. It may complete immediately.

        Raises:
            ClientClosedError: the client was closed.
            InvalidArgumentError: a task's scope lacks a value that its type needs.
        """
        self.check_open()
        now = waiter.joined = self.now()
        if waiter.has_changes():
            waiter.finish()
            return
        for state in waiter.seen:
            waiter.schedulers.setdefault(self._scheduler_for(state), []).append(state)
        error = give_up_error(waiter, now)
        if error is not None:
            waiter.finish(error)
            return
        for scheduler, states in waiter.schedulers.items():
            for state in states:
                scheduler.add_waiter(waiter, state, now)

    def check_open(self) -> None:
        """Check that the client is usable. Raises ClientClosedError."""
        if self.closed:
            raise ClientClosedError("the client was closed")

    def close(self) -> list[Waiter]:
        """Close the registry: end all waits and return their waiters, which the caller wakes."""
        self.closed = True
        waiters = {waiter: None for scheduler in self._schedulers.values() for waiter in scheduler.waiters}
        return [waiter for waiter in waiters if waiter.finish(ClientClosedError("the client was closed"))]

    def release_holds(self) -> None:
        """Let other processes recover the tasks that this client holds. Blocks; call without the lock."""
        for state in self.live_states():
            state.hold = None

    def _scheduler_for(self, state: TaskState) -> PollScheduler:
        key = _scheduler_key(state.ref, state.task_type)
        scheduler = self._schedulers.get(key)
        if scheduler is None:
            scheduler = self._schedulers[key] = PollScheduler(state.task_type, self.config.clock, self.poll)
        return scheduler

    # -- Statistics and events

    def stats(self) -> Mapping[str, int]:
        """Return the counts of polls so far.

        `polls` were made with `requests` requests for `waits` waits. If each wait had polled for itself, there would
        have been `served` polls; `saved` is the difference.
        """
        found: Counter[str] = Counter(polls=0, requests=0, waits=0, served=0)
        with self.lock:
            for scheduler in self._schedulers.values():
                found.update(
                    polls=scheduler.polls, requests=scheduler.requests, waits=scheduler.waits, served=scheduler.served
                )
        return {**found, "saved": max(0, found["served"] - found["polls"])}

    def emit(
        self, kind: TaskEventKind | Literal["deviation"], about: TaskState | TaskRef | TaskType[Any, Any], **more: Any
    ) -> None:
        """Emit an event. Call without the lock: the hook may use the client."""
        on_event = self.config.options.on_event
        if kind in _QUIET and not is_enabled(on_event, kind):
            return
        task = about.ref if isinstance(about, TaskState) else about if isinstance(about, TaskRef) else None
        of = about.task_type if isinstance(about, TaskState) else about if isinstance(about, TaskType) else None
        if of is None and task is not None:
            of = self.task_type(f"{task.vendor}.{task.task_type}")
        operation = None if of is None else of.poll.call.operation
        event = Event(
            kind=kind,
            operation="" if operation is None else operation.name,
            method="" if operation is None else operation.method,
            origin=self.config.origin,
            template="" if operation is None else operation.path,
            task="" if task is None else str(task),
            **more,
        )
        emit(on_event, event)

    def emit_poll_events(self, scheduler: PollScheduler) -> bool:
        """Emit a batch of a scheduler's events; return True if there are more. Call without the lock."""
        if not scheduler.pending_events:
            return False
        with self.lock:
            events, scheduler.pending_events = scheduler.pending_events[:BATCH], scheduler.pending_events[BATCH:]
        for each in events:
            self.emit(each.kind, each.state if each.state is not None else scheduler.task_type, **each.details)
        return bool(scheduler.pending_events)


def _scheduler_key(ref: TaskRef, task_type: TaskType[Any, Any]) -> object:
    """Return the key of the scheduler of a task: its type, operation and arguments, without the task's id."""
    call = task_type.poll.call
    given: Iterable[tuple[str, object]] = (
        (name, None if value == TASK_ID else _typed_value(value, ref)) for name, value in call.arguments.items()
    )
    return task_type.name, call.operation, tuple(sorted(cast("Any", given), key=lambda pair: pair[0]))


def _typed_value(value: object, ref: TaskRef) -> object:
    found = task_expression(value, ref)
    return type(found), found  # the type too, because 1 == True
