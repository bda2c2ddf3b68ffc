"""When to look at tasks, on behalf of everybody who waits for one: pure, so that years of it can be tested in seconds.

A board has all that one operation shows within one scope: a list of tasks, or tasks that have addresses of their own.
Its requests share the vendor's rate, and what the server says about waiting holds for all of them. There is at most one
look under way. A look is never made

* within `min` of the one before it, whoever asks,
* before the time that the server named in `Retry-After`,
* when nobody waits.

It is made when the least patient of those who wait wants it. Only the monotonic clock decides; after a long sleep of
the machine that makes one look, as there is one plan at a time and not a row of them.

Nothing here is locked: whoever has several threads locks around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from itertools import count
from math import inf
from typing import Any, Final

from attrs import define, field

from ...errors import ClientClosed
from ...exchange.clock import Clock
from ..definition import Kind, Listed
from ..poll import Poll
from ..state.record import Record
from .asked import Asked, Told, look_of
from .pace import limits_of
from .patience import in_vain
from .sweep import Sweep
from .target import Target
from .throttle import Throttle
from .verdicts import verdict
from .waiter import Waiter

BATCH: Final = 200
"""Tasks that are brought up to date, and waits that end, without a break."""

_LONGEST_PAUSE: Final = 86_400.0
"""Seconds. A server that says more has not meant it, and a process may run for months."""

_ORDER: Final = count()
_SLACK: Final = 32


@define(eq=False)
class Board:
    """The tasks that one operation shows within one scope."""

    kind: Kind[Any, Any] = field(repr=False)
    clock: Clock = field(repr=False)
    client: Poll = field(factory=Poll, repr=False)

    targets: dict[str | None, Target] = field(factory=dict[str | None, Target], repr=False)
    waiters: dict[Waiter, None] = field(factory=dict[Waiter, None], init=False, repr=False)
    asked: Asked | None = field(default=None, init=False, repr=False)
    """The look under way."""

    pause_until: float = field(default=-inf, init=False)
    keys: tuple[str, ...] | None = field(default=None, init=False, repr=False)
    """All tasks of the list, as the last look showed them that was complete and not narrowed."""

    leader: Waiter | None = field(default=None, init=False, repr=False)
    """Who looks for all, among threads."""

    told: list[Told] = field(factory=list[Told], init=False, repr=False)
    """What there is to tell, for whoever takes it out."""

    sweeps: int = 0
    requests: int = 0
    served: int = 0
    """Looks, counted once for each wait that was there."""

    waits: int = 0

    _many: int = field(default=BATCH, init=False, repr=False)
    _throttle: Throttle = field(init=False, repr=False)
    _queue: list[tuple[float, int, Target]] = field(factory=list[tuple[float, int, Target]], init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        self._throttle = Throttle(self.kind.timing.rate)

    @property
    def heir(self) -> Waiter | None:
        """Who is to look for all, when the one who did it leaves: whoever waits longest, so that it seldom changes."""
        left = [waiter for waiter in self.waiters if not waiter.done and waiter is not self.leader]
        return max(left, key=lambda waiter: inf if waiter.until is None else waiter.until, default=None)

    # -- Those who wait

    def join(self, waiter: Waiter, record: Record, now: float) -> None:
        """Somebody waits for a task."""
        if waiter not in self.waiters:
            self.waiters[waiter] = None
            self.waits += 1
        target = self.target(record)
        target.join(waiter, record, now, self.clock.random())
        self._place(target)

    def leave(self, waiter: Waiter) -> None:
        """Somebody waits no more. Again changes nothing."""
        if self.waiters.pop(waiter, waiter) is waiter:
            return
        for record in waiter.boards[self]:
            target = self.targets.get(self._key(record))
            if target is not None:
                target.leave(waiter, record)
                self._place(target)
        if not self.waiters or len(self.targets) > self._many:
            self._tidy()
            self._many = 2 * len(self.targets) + BATCH

    def target(self, record: Record) -> Target:
        """What is looked at to see a task."""
        key = self._key(record)
        target = self.targets.get(key)
        if target is None:
            target = self.targets[key] = Target(key, self.kind.timing, self.client)
        return target

    # -- Looks

    def next(self) -> tuple[float, Target] | None:
        """When to look next, and at what; None if nobody waits, or a look is under way."""
        if self.asked is not None:
            return None
        queue = self._queue
        while queue and queue[0][0] != queue[0][2].placed:
            heappop(queue)
        if not queue:
            return None
        at, _, target = queue[0]
        return max(at, self._throttle.look_at, self.pause_until), target

    def begin(self, target: Target, now: float, by: Waiter | None = None) -> Asked:
        """A look begins, which must be over when who makes it has no more time."""
        target.begin(now)
        self._place(target)
        look = look_of(self.kind, target, self.client, self._throttle, None if by is None else by.until)
        self._throttle.sent(now)
        self.sweeps += 1
        self.served += len(target.waiters)
        fresh = frozenset(waiter for waiter in target.waiters if waiter.fresh) if target.fresh else frozenset[Waiter]()
        self.asked = Asked(target, look, now, len(target.waiters), fresh, by)
        return self.asked

    def abandon(self, asked: Asked | None) -> None:
        """A look was given up by whoever made it: no news, and nobody's fault. Again changes nothing."""
        if asked is not None and self.asked is asked:
            self.asked = None
            asked.target.put_off()
            self._place(asked.target)

    def settle(self, asked: Asked, sweep: Sweep, now: float) -> Iterator[list[Waiter]]:
        """Take in what a look showed, with a pause after each so many tasks; last come those whose wait is over."""
        target = asked.target
        self.requests += sweep.pages
        over: dict[Waiter, None] = {}
        changed = unseen = False
        limits = limits_of(self.kind.lifetime, self.client, target.wishes)
        absent = sweep.complete
        if sweep.error is not None and verdict(sweep.error, single=target.key is not None) == "absent":
            absent = True
        for number, key in enumerate(asked.look.wanted):
            if number % BATCH == BATCH - 1:
                yield []
            records = target.awaited.get(key)
            if records is None:
                continue
            found = sweep.found.get(key)
            for record, waiters in tuple(records.items()):
                news = looked = False
                if found is not None:
                    version = record.version
                    news, looked = record.observe(found[0], found[1], now), True
                    news |= record.version != version  # a fresh link to a file, which downloads wait for
                elif absent and asked.look.narrowed:
                    unseen = True
                elif absent:
                    news = record.absent(now, complete=True, started=record.started, limits=limits)
                    unseen = looked = True
                if news or (looked and asked.fresh):
                    changed |= news
                    over |= {waiter: None for waiter in waiters if news or waiter in asked.fresh}
                if record.notes:
                    self._note(record)
        self._account(asked, sweep, now, changed=changed, absent=absent, unseen=unseen, over=over)
        self.asked = None
        self._place(target)
        yield [waiter for waiter in over if waiter.finish(waiter.error)]

    # -- What it comes to

    def _account(
        self,
        asked: Asked,
        sweep: Sweep,
        now: float,
        *,
        changed: bool,
        absent: bool,
        unseen: bool,
        over: dict[Waiter, None],
    ) -> None:
        target, random = asked.target, self.clock.random()
        if sweep.keys is not None and target.key is None:
            self.keys = tuple(sweep.keys)
        told = {"pages": sweep.pages, "waiters": asked.waiters, "bytes": sweep.bytes, "elapsed": now - asked.started}
        if sweep.delay is not None:
            self.pause_until = max(self.pause_until, now + min(sweep.delay, _LONGEST_PAUSE))
            told["delay"] = sweep.delay
        self._tell("poll", None, **told)
        if sweep.cut:
            target.put_off()
        elif sweep.error is None or absent:
            if sweep.complete or absent:
                target.wide = unseen
            # A task that the filter hides may have ended: that is worth a look without it.
            target.succeeded(random, soon=changed or (unseen and asked.look.narrowed))
        else:
            self._failed(target, sweep.error, random, over)
        if self.pause_until > now or target.failing_since is not None:
            for waiter in tuple(self.waiters):
                if waiter not in over and not waiter.done:
                    error = in_vain(waiter, now)
                    if error is not None:
                        waiter.error = error
                        over[waiter] = None

    def _failed(self, target: Target, error: Exception, random: float, over: dict[Waiter, None]) -> None:
        found = verdict(error, single=target.key is not None)
        target.failed(error, random)
        if found == "closed":
            for waiter in target.waiters:
                waiter.error = ClientClosed(str(error))
                over[waiter] = None
        elif found == "refused":
            # The next wait may fare better, and is not to be told of the trouble of this one.
            target.failing_since = None
            for records in target.awaited.values():
                for record, waiters in records.items():
                    record.refuse(error)
                    over |= dict.fromkeys(waiters)
        detail = type(error).__name__
        status = getattr(error, "status", None)
        delay = max(target.at, self.pause_until) - self.clock.monotonic()
        self._tell("backoff", None, detail=detail, status=status, delay=delay if delay < inf else None)

    def _note(self, record: Record) -> None:
        for note in record.notes:
            self._tell(note.kind, record, detail=note.detail)
        record.notes.clear()

    def _tell(self, kind: str, record: Record | None, **more: Any) -> None:
        self.told.append(Told(kind, record, more))

    def _key(self, record: Record) -> str | None:
        return None if isinstance(self.kind.observe, Listed) else record.ref.id

    def _place(self, target: Target) -> None:
        at = target.at
        if at != target.placed:
            target.placed = at
            if at < inf:
                heappush(self._queue, (at, next(_ORDER), target))
                if len(self._queue) > 2 * len(self.targets) + _SLACK:
                    queue = [entry for entry in self._queue if entry[0] == entry[2].placed]
                    self._queue = list({entry[2]: entry for entry in queue}.values())
                    heapify(self._queue)

    def _tidy(self) -> None:
        # A target that nobody wants may go once it would not keep anybody from looking.
        now = self.clock.monotonic()
        busy = None if self.asked is None else self.asked.target
        for key, target in tuple(self.targets.items()):
            if not target.waiters and target.last_start + target.pace.max < now and target is not busy:
                del self.targets[key]
