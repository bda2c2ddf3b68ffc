"""Registry of a client's tasks: their states, schedulers and journal."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any, Final, Literal, cast
from weakref import WeakValueDictionary

from attrs import Factory, define, field

from ..codec import decode
from ..errors import ClientClosedError, DecodeError, InvalidArgumentError
from ..events import Event, TaskEventKind, emit, is_enabled
from ..security import Api
from ..transport.config import ClientConfig
from ..type_check import describe
from .definition import Submission, TaskType
from .expressions import TASK_ID, task_expression
from .journal.journal import Journal, MemoryJournal
from .polling.policy import PollPolicy
from .polling.scheduler import BATCH, PollScheduler, Waiter, give_up_error
from .snapshot import TaskRef
from .state import TaskState

_QUIET: Final = frozenset({"change", "poll", "refresh", "journal"})
"""Events that need not be made if nobody wants to know of them."""


@define(eq=False, kw_only=True)
class TaskRegistry:
    """Tasks of one client. For many threads, or for many tasks of one event loop."""

    config: ClientConfig
    api: Api
    submissions: tuple[Submission[Any, Any], ...] = ()
    poll: PollPolicy = field(factory=PollPolicy)
    journal: Journal = field(
        default=Factory(lambda station: MemoryJournal(clock=station.config.clock), takes_self=True)
    )
    """Without one, keys mean something in this client alone, for as long as it lives."""

    closes_journal: bool = False
    """True if the client opened the journal and closes it with itself."""

    account: str = "default"
    download_hosts: tuple[str, ...] = ()
    allow_private_downloads: bool = False

    lock: threading.Lock = field(factory=threading.Lock, init=False, repr=False)
    """Around everything that follows, among threads."""

    closed: bool = field(default=False, init=False)
    _process: int = field(factory=os.getpid, init=False, repr=False)
    _records: WeakValueDictionary[TaskRef, TaskState] = field(
        factory=WeakValueDictionary[TaskRef, TaskState], init=False, repr=False
    )
    _boards: dict[object, PollScheduler] = field(factory=dict[object, PollScheduler], init=False, repr=False)
    _kinds: dict[str, TaskType[Any, Any]] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._kinds = {submit.task_type.name: submit.task_type for submit in self.submissions}

    # -- Tasks

    def now(self) -> float:
        """The monotonic clock."""
        return self.config.clock.monotonic()

    def task_type(self, name: str) -> TaskType[Any, Any] | None:
        """The kind of that name, such as `booster.task`."""
        return self._kinds.get(name)

    def state_for(self, ref: TaskRef, kind: TaskType[Any, Any]) -> TaskState:
        """The record of a task: one, as long as anybody has it."""
        with self.lock:
            record = self._records.get(ref)
            if record is None:
                read = partial(self._decode, ref, kind)
                record = self._records[ref] = TaskState(ref, kind, clock=self.config.clock, decode=read)
            return record

    def _decode(self, ref: TaskRef, kind: TaskType[Any, Any], data: bytes, hint: Any) -> Any:
        """A part of what the server shows of a task, read as the client reads its answers.

        Raises:
            DecodeError: it is not what the API promises.
        """
        try:
            if not self.config.options.lenient:
                return decode(data, hint)
            from ..media.decoders import cached_body_decoder  # most callers never need it

            read = cached_body_decoder("json", hint, lenient=True)
            return read(data, lambda oddity: self.emit("deviation", ref, path=oddity.path, detail=oddity.detail))
        except DecodeError as error:
            error.operation = kind.poll.call.operation.name
            raise

    def resume(self, ref: TaskRef | str) -> TaskState:
        """The record of a task by its name or token. Nothing is sent.

        Raises:
            InvalidArgument: it is no task of this API.
        """
        if isinstance(ref, str):
            ref = TaskRef.parse(ref)
        if not isinstance(ref, TaskRef):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidArgumentError(f"attach: expected a token or a Ref, got {describe(ref)}")
        name = f"{ref.vendor}.{ref.task_type}"
        kind = self.task_type(name)
        if kind is None:
            known = ", ".join(sorted(self._kinds)) or "none"
            raise InvalidArgumentError(f"{ref}: this client has no such kind of task; it has {known}")
        return self.state_for(ref, kind)

    def live_states(self) -> tuple[TaskState, ...]:
        """Those that somebody has."""
        with self.lock:
            return tuple(self._records.values())

    def listed_ids(self, kind: TaskType[Any, Any], scope: Mapping[str, str]) -> Collection[str] | None:
        """Ids of the list, as the last look showed them that was complete and not narrowed; None without one."""
        vendor, _, name = kind.name.partition(".")
        with self.lock:
            board = self._boards.get(_place(TaskRef(vendor, name, "", scope), kind))
            return None if board is None else board.keys

    # -- Those who wait

    def add_waiter(self, waiter: Waiter) -> None:
        """Somebody waits. He may be through at once.

        Raises:
            ClientClosed: the client was closed, or belongs to another process.
            InvalidArgument: a task's scope does not fit its kind.
        """
        self.check_open()
        now = waiter.joined = self.now()
        if waiter.has_changes():
            waiter.finish()
            return
        for record in waiter.seen:
            waiter.schedulers.setdefault(self._board(record), []).append(record)
        error = give_up_error(waiter, now)
        if error is not None:
            waiter.finish(error)
            return
        for board, records in waiter.schedulers.items():
            for record in records:
                board.add_waiter(waiter, record, now)

    def check_open(self) -> None:
        """Raises ClientClosed."""
        if self.closed:
            raise ClientClosedError("the client was closed")
        if os.getpid() != self._process:
            # Its connections are shared with the parent, and whoever looked there for all does not exist here.
            raise ClientClosedError("the client was made in another process; make one after the fork")

    def close(self) -> list[Waiter]:
        """Nobody waits any more: those who did."""
        self.closed = True
        waiters = {waiter: None for board in self._boards.values() for waiter in board.waiters}
        return [waiter for waiter in waiters if waiter.finish(ClientClosedError("the client was closed"))]

    def _board(self, record: TaskState) -> PollScheduler:
        place = _place(record.ref, record.task_type)
        board = self._boards.get(place)
        if board is None:
            board = self._boards[place] = PollScheduler(record.task_type, self.config.clock, self.poll)
        return board

    # -- What is told

    def stats(self) -> Mapping[str, int]:
        """What looking has cost so far.

        `polls` were made with `requests` requests on behalf of `waits` waits. Had each wait looked for itself, that
        would have been `served` polls, so `saved` is how many were not needed.
        """
        found: Counter[str] = Counter(polls=0, requests=0, waits=0, served=0)
        with self.lock:
            for board in self._boards.values():
                found.update(polls=board.polls, requests=board.requests, waits=board.waits, served=board.served)
        return {**found, "saved": max(0, found["served"] - found["polls"])}

    def emit(
        self, kind: TaskEventKind | Literal["deviation"], about: TaskState | TaskRef | TaskType[Any, Any], **more: Any
    ) -> None:
        """Tell of an event. Not under the lock: whoever hears it may use the client."""
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

    def emit_poll_events(self, board: PollScheduler) -> bool:
        """Tell of what happened on a board, as much of it as takes little time; whether there is more.

        Not under the lock.
        """
        if not board.pending_events:
            return False
        with self.lock:
            told, board.pending_events = board.pending_events[:BATCH], board.pending_events[BATCH:]
        for each in told:
            self.emit(each.kind, each.record if each.record is not None else board.task_type, **each.details)
        return bool(board.pending_events)


def _place(ref: TaskRef, kind: TaskType[Any, Any]) -> object:
    """What all tasks have in common that one board looks at: the kind and the arguments, except for a task's id."""
    call = kind.poll.call
    given: Iterable[tuple[str, object]] = (
        (name, None if value == TASK_ID else _told(value, ref)) for name, value in call.arguments.items()
    )
    return kind.name, call.operation, tuple(sorted(cast("Any", given), key=lambda pair: pair[0]))


def _told(value: object, ref: TaskRef) -> object:
    told = task_expression(value, ref)
    return type(told), told  # 1 is not true
