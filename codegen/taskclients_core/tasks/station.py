"""What a client knows of its tasks, and who looks at them: one station for a client and all of its views."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any, Final, Literal, cast
from weakref import WeakValueDictionary

from attrs import Factory, define, field

from ..api import Api
from ..codec import decode
from ..errors import ClientClosed, DecodeError, InvalidArgument
from ..events import Event, TaskKind, emit, heard
from ..exchange.setting import Setting
from .calls import evaluated
from .definition import Kind, Submit
from .expressions import TASK_ID
from .given import named
from .journal.journal import Journal, MemoryJournal
from .looking.board import BATCH, Board
from .looking.patience import in_vain
from .looking.waiter import Waiter
from .poll import Poll
from .ref import Ref
from .state.record import Record

_QUIET: Final = frozenset({"change", "poll", "refresh", "journal"})
"""Events that need not be made if nobody wants to know of them."""


@define(eq=False, kw_only=True)
class Station:
    """Tasks of one client. For many threads, or for many tasks of one event loop."""

    setting: Setting
    api: Api
    submits: tuple[Submit[Any, Any], ...] = ()
    poll: Poll = field(factory=Poll)
    journal: Journal = field(
        default=Factory(lambda station: MemoryJournal(clock=station.setting.clock), takes_self=True)
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
    _records: WeakValueDictionary[Ref, Record] = field(factory=WeakValueDictionary[Ref, Record], init=False, repr=False)
    _boards: dict[object, Board] = field(factory=dict[object, Board], init=False, repr=False)
    _kinds: dict[str, Kind[Any, Any]] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._kinds = {submit.kind.name: submit.kind for submit in self.submits}

    # -- Tasks

    def now(self) -> float:
        """The monotonic clock."""
        return self.setting.clock.monotonic()

    def known(self, name: str) -> Kind[Any, Any] | None:
        """The kind of that name, such as `booster.task`."""
        return self._kinds.get(name)

    def record(self, ref: Ref, kind: Kind[Any, Any]) -> Record:
        """The record of a task: one, as long as anybody has it."""
        with self.lock:
            record = self._records.get(ref)
            if record is None:
                read = partial(self._decode, ref, kind)
                record = self._records[ref] = Record(ref, kind, clock=self.setting.clock, decode=read)
            return record

    def _decode(self, ref: Ref, kind: Kind[Any, Any], data: bytes, hint: Any) -> Any:
        """A part of what the server shows of a task, read as the client reads its answers.

        Raises:
            DecodeError: it is not what the API promises.
        """
        try:
            if not self.setting.choices.lenient:
                return decode(data, hint)
            from ..media.bodies import decoder_of  # most callers never need it

            read = decoder_of("json", hint, lenient=True)
            return read(data, lambda oddity: self.tell("deviation", ref, path=oddity.path, detail=oddity.detail))
        except DecodeError as error:
            error.operation = kind.observe.call.operation.name
            raise

    def attach(self, ref: Ref | str) -> Record:
        """The record of a task by its name or token. Nothing is sent.

        Raises:
            InvalidArgument: it is no task of this API.
        """
        if isinstance(ref, str):
            ref = Ref.parse(ref)
        if not isinstance(ref, Ref):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidArgument(f"attach: expected a token or a Ref, got {named(ref)}")
        name = f"{ref.vendor}.{ref.kind}"
        kind = self.known(name)
        if kind is None:
            known = ", ".join(sorted(self._kinds)) or "none"
            raise InvalidArgument(f"{ref}: this client has no such kind of task; it has {known}")
        return self.record(ref, kind)

    def held(self) -> tuple[Record, ...]:
        """Those that somebody has."""
        with self.lock:
            return tuple(self._records.values())

    def snapshot(self, kind: Kind[Any, Any], scope: Mapping[str, str]) -> Collection[str] | None:
        """Ids of the list, as the last look showed them that was complete and not narrowed; None without one."""
        vendor, _, name = kind.name.partition(".")
        with self.lock:
            board = self._boards.get(_place(Ref(vendor, name, "", scope), kind))
            return None if board is None else board.keys

    # -- Those who wait

    def join(self, waiter: Waiter) -> None:
        """Somebody waits. He may be through at once.

        Raises:
            ClientClosed: the client was closed, or belongs to another process.
            InvalidArgument: a task's scope does not fit its kind.
        """
        self.check_open()
        now = waiter.joined = self.now()
        if waiter.news():
            waiter.finish()
            return
        for record in waiter.seen:
            waiter.boards.setdefault(self._board(record), []).append(record)
        error = in_vain(waiter, now)
        if error is not None:
            waiter.finish(error)
            return
        for board, records in waiter.boards.items():
            for record in records:
                board.join(waiter, record, now)

    def check_open(self) -> None:
        """Raises ClientClosed."""
        if self.closed:
            raise ClientClosed("the client was closed")
        if os.getpid() != self._process:
            # Its connections are shared with the parent, and whoever looked there for all does not exist here.
            raise ClientClosed("the client was made in another process; make one after the fork")

    def close(self) -> list[Waiter]:
        """Nobody waits any more: those who did."""
        self.closed = True
        waiters = {waiter: None for board in self._boards.values() for waiter in board.waiters}
        return [waiter for waiter in waiters if waiter.finish(ClientClosed("the client was closed"))]

    def _board(self, record: Record) -> Board:
        place = _place(record.ref, record.kind)
        board = self._boards.get(place)
        if board is None:
            board = self._boards[place] = Board(record.kind, self.setting.clock, self.poll)
        return board

    # -- What is told

    def stats(self) -> Mapping[str, int]:
        """What looking has cost so far.

        `sweeps` were made with `requests` requests on behalf of `waits` waits. Had each wait looked for itself, that
        would have been `served` sweeps, so `saved` is how many were not needed.
        """
        found: Counter[str] = Counter(sweeps=0, requests=0, waits=0, served=0)
        with self.lock:
            for board in self._boards.values():
                found.update(sweeps=board.sweeps, requests=board.requests, waits=board.waits, served=board.served)
        return {**found, "saved": max(0, found["served"] - found["polls"])}

    def tell(self, kind: TaskKind | Literal["deviation"], about: Record | Ref | Kind[Any, Any], **more: Any) -> None:
        """Tell of an event. Not under the lock: whoever hears it may use the client."""
        on_event = self.setting.choices.on_event
        if kind in _QUIET and not heard(on_event, kind):
            return
        task = about.ref if isinstance(about, Record) else about if isinstance(about, Ref) else None
        of = about.kind if isinstance(about, Record) else about if isinstance(about, Kind) else None
        if of is None and task is not None:
            of = self.known(f"{task.vendor}.{task.kind}")
        operation = None if of is None else of.observe.call.operation
        event = Event(
            kind=kind,
            operation="" if operation is None else operation.name,
            method="" if operation is None else operation.method,
            origin=self.setting.origin,
            template="" if operation is None else operation.path,
            task="" if task is None else str(task),
            **more,
        )
        emit(on_event, event)

    def report(self, board: Board) -> bool:
        """Tell of what happened on a board, as much of it as takes little time; whether there is more.

        Not under the lock.
        """
        if not board.told:
            return False
        with self.lock:
            told, board.told = board.told[:BATCH], board.told[BATCH:]
        for each in told:
            self.tell(each.kind, each.record if each.record is not None else board.kind, **each.more)
        return bool(board.told)


def _place(ref: Ref, kind: Kind[Any, Any]) -> object:
    """What all tasks have in common that one board looks at: the kind and the arguments, except for a task's id."""
    call = kind.observe.call
    given: Iterable[tuple[str, object]] = (
        (name, None if value == TASK_ID else _told(value, ref)) for name, value in call.arguments.items()
    )
    return kind.name, call.operation, tuple(sorted(cast("Any", given), key=lambda pair: pair[0]))


def _told(value: object, ref: Ref) -> object:
    told = evaluated(value, ref)
    return type(told), told  # 1 is not true
