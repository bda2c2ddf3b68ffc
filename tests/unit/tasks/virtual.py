"""A driver that answers like a vendor, without HTTP, and runners of flows above it, in virtual time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, cast

from attrs import define, evolve, field

from dragoman.testing import VirtualClock
from taskclients_core.api import Api
from taskclients_core.errors import TimedOut
from taskclients_core.exchange.clock import Clock
from taskclients_core.exchange.effects import Send, Sleep
from taskclients_core.exchange.outside import AsyncOutside, SyncOutside
from taskclients_core.exchange.setting import Setting, settle
from taskclients_core.messages import Answer, Request
from taskclients_core.operation import Operation, Path, Query
from taskclients_core.options import Choices
from taskclients_core.tasks.async_runner import AsyncRunner
from taskclients_core.tasks.definition import Bound, Kind, Lifetime, Listed, Narrow, Pages, Single, State, Timing
from taskclients_core.tasks.effects import Flow, News
from taskclients_core.tasks.phases import Phase
from taskclients_core.tasks.poll import Poll
from taskclients_core.tasks.ref import Ref
from taskclients_core.tasks.state.record import Record
from taskclients_core.tasks.station import Station
from taskclients_core.tasks.sync_runner import SyncRunner

STATE = State(
    at="/status",
    phases={"queued": Phase.QUEUED, "run": Phase.RUNNING, "ok": Phase.SUCCEEDED, "bad": Phase.FAILED},
)


def listed(
    timing: Timing | None = None,
    *,
    pages: bool = False,
    narrow: bool = False,
    lifetime: Lifetime | None = None,
    most: int = 50,
) -> Kind[Any, Any]:
    """A kind of task that a list shows."""
    operation: Operation[Any] = Operation(
        "vendor.list",
        "GET",
        "/{org}/tasks",
        parameters=(Path("org", str), Query("page", str), Query("status", list[str])),
        returns=object,
    )
    return Kind(
        name="vendor.task",
        model=object,
        observe=Listed(
            call=Bound(operation, {"org": "$scope.org"}),
            items="/items",
            key="/id",
            pages=Pages(token="/next", parameter="page", most=most) if pages else None,
            narrow=Narrow("status", ("queued", "run"), (Phase.QUEUED, Phase.RUNNING)) if narrow else None,
        ),
        state=STATE,
        timing=timing or Timing(),
        lifetime=lifetime or Lifetime(),
    )


def single(timing: Timing | None = None, lifetime: Lifetime | None = None) -> Kind[Any, Any]:
    """A kind of task of which each has an address."""
    operation: Operation[Any] = Operation(
        "vendor.get", "GET", "/tasks/{id}", parameters=(Path("id", str),), returns=object
    )
    return Kind(
        name="vendor.one",
        model=object,
        observe=Single(Bound(operation, {"id": "$task.id"})),
        state=STATE,
        timing=timing or Timing(),
        lifetime=lifetime or Lifetime(),
    )


@define(eq=False)
class Vendor:
    """A server without sockets, for either kind of runner."""

    clock: VirtualClock = field(factory=lambda: VirtualClock(seed=1))
    tasks: dict[str, str] = field(factory=dict[str, str])
    """Status words by id."""

    respond: Callable[[Request], Answer | Exception] | None = None
    latency: Callable[[], float] = lambda: 0.01
    asked: list[tuple[float, str]] = field(factory=list[tuple[float, str]])
    """When, and what for."""

    @property
    def times(self) -> list[float]:
        return [at for at, _ in self.asked]

    def answer(self, request: Request) -> Answer | Exception:
        target = request.url.partition("vendor.test")[2]
        if self.respond is not None:
            return self.respond(request)
        if target.startswith("/tasks/"):
            key = target.removeprefix("/tasks/")
            return reply({"id": key, "status": self.tasks[key]}) if key in self.tasks else reply({}, 404)
        return reply({"items": [{"id": key, "status": word} for key, word in self.tasks.items()]})

    # -- As a driver

    def do(self, effect: Any) -> Any:
        if isinstance(effect, Sleep):
            effect.clock.sleep(effect.seconds)
            return None
        assert isinstance(effect, Send)
        self.asked.append((self.clock.monotonic(), effect.request.url.partition("vendor.test")[2]))
        deadline = effect.request.deadline
        latency = self.latency()
        if deadline is not None and latency > deadline.left:
            self.clock.sleep(max(0.0, deadline.left))
            raise TimedOut("late")
        self.clock.sleep(latency)
        return _or_raise(self.answer(effect.request))


@define(eq=False)
class AsyncVendor(Vendor):
    """The same, asynchronously."""

    async def do(self, effect: Any) -> Any:
        if isinstance(effect, Sleep):
            await asyncio.sleep(effect.seconds)
            return None
        assert isinstance(effect, Send)
        self.asked.append((self.clock.monotonic(), effect.request.url.partition("vendor.test")[2]))
        deadline = effect.request.deadline
        latency = self.latency()
        if deadline is not None and latency > deadline.left:
            await asyncio.sleep(max(0.0, deadline.left))
            raise TimedOut("late")
        await asyncio.sleep(latency)
        return _or_raise(self.answer(effect.request))


def _or_raise(answer: Answer | Exception) -> Answer:
    if isinstance(answer, Exception):
        raise answer
    return answer


def reply(body: object, status: int = 200, **headers: str) -> Answer:
    """An answer of a server; names of headers with `_` for `-`."""
    raw = tuple((name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items())
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, raw, content, 0.01)


def setting_of(clock: Clock, on_event: Any = None) -> Setting:
    found = settle(
        Api("vendor"),
        "http://vendor.test",
        auth=None,
        user_agent="test",
        parameters=(),
        choices=Choices(on_event=on_event),
    )
    return evolve(found, clock=clock)


@define(eq=False)
class Bench:
    """A station with its runner and its vendor."""

    vendor: Any
    kind: Kind[Any, Any]
    poll: Poll = field(factory=Poll)
    on_event: Any = None
    station: Station = field(init=False)
    runner: Any = field(init=False)

    def __attrs_post_init__(self) -> None:
        setting = setting_of(self.vendor.clock, self.on_event)
        self.station = Station(setting=setting, api=Api("vendor"), poll=self.poll)
        vendor: Any = self.vendor
        if isinstance(vendor, AsyncVendor):
            self.runner = AsyncRunner(cast("Any", vendor), self.station, AsyncOutside(None))
        else:
            self.runner = SyncRunner(vendor, self.station, SyncOutside(None))

    def record(self, key: str, org: str = "o") -> Record:
        vendor, _, name = self.kind.name.partition(".")
        return self.station.record(Ref(vendor, name, key, {"org": org}), self.kind)

    def board(self) -> Any:
        return next(iter(self.station._boards.values()))


def ending(record: Record, timeout: float | None, poll: Poll | None = None) -> Flow[bool]:
    """A short form of what handles do: wait until a task has ended; whether it has before the time is over."""
    until = None if timeout is None else record.clock.monotonic() + timeout
    trouble = record.trouble
    while not record.terminal and record.lost_after is None:
        if record.trouble is not None and record.trouble is not trouble:
            raise record.trouble
        if until is not None and record.clock.monotonic() >= until:
            return False
        yield News({record: record.version}, until, poll=poll)
    return record.terminal


def looked(record: Record, timeout: float | None = 60.0) -> Flow[bool]:
    """A short form of `refresh`."""
    until = None if timeout is None else record.clock.monotonic() + timeout
    looks, trouble = record.looks, record.trouble
    while record.looks == looks:
        if record.trouble is not None and record.trouble is not trouble:
            raise record.trouble
        if until is not None and record.clock.monotonic() >= until:
            return False
        yield News({record: record.version}, until, fresh=True)
    return True


def gaps(times: Sequence[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(times)]
