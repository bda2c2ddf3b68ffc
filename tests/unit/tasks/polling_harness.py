"""Driver that responds like a vendor, without HTTP, and runners of flows on top of it, in virtual time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from attrs import define, evolve, field

from dragoman.testing import VirtualClock
from taskclients_core.config import CallOptions
from taskclients_core.deadline import Clock
from taskclients_core.effects import Send, Sleep, TaskFlow, WaitForChange
from taskclients_core.errors import CallTimeoutError
from taskclients_core.http_messages import HttpRequest, HttpResponse
from taskclients_core.operation import Operation, Path, Query
from taskclients_core.security import Api
from taskclients_core.tasks.definition import (
    BoundCall,
    FromItem,
    FromList,
    Lifetime,
    ListPages,
    Phase,
    PollTiming,
    StatusFilter,
    StatusMapping,
    TaskType,
)
from taskclients_core.tasks.polling.policy import PollPolicy
from taskclients_core.tasks.runners import AsyncRunner, SyncRunner
from taskclients_core.tasks.snapshot import TaskRef
from taskclients_core.tasks.state import TaskState
from taskclients_core.tasks.task_registry import TaskRegistry
from taskclients_core.transport.async_driver import EventLoopOwner
from taskclients_core.transport.config import ClientConfig, build_config
from taskclients_core.transport.download_transport import AsyncDownloadTransport, SyncDownloadTransport

STATE = StatusMapping(
    at="/status",
    phases={"queued": Phase.QUEUED, "run": Phase.RUNNING, "ok": Phase.SUCCEEDED, "bad": Phase.FAILED},
)


def listed(
    timing: PollTiming | None = None,
    *,
    pages: bool = False,
    filtered: bool = False,
    lifetime: Lifetime | None = None,
    most: int = 50,
) -> TaskType[Any, Any]:
    """Return a task type polled by a list."""
    operation: Operation[Any] = Operation(
        "vendor.list",
        "GET",
        "/{org}/tasks",
        parameters=(Path("org", str), Query("page", str), Query("status", list[str])),
        returns=object,
    )
    return TaskType(
        name="vendor.task",
        model=object,
        poll=FromList(
            call=BoundCall(operation, {"org": "$scope.org"}),
            items="/items",
            key="/id",
            pages=ListPages(token="/next", parameter="page", max_pages=most) if pages else None,
            filter=StatusFilter("status", ("queued", "run"), (Phase.QUEUED, Phase.RUNNING)) if filtered else None,
        ),
        state=STATE,
        timing=timing or PollTiming(),
        lifetime=lifetime or Lifetime(),
    )


def single(timing: PollTiming | None = None, lifetime: Lifetime | None = None) -> TaskType[Any, Any]:
    """Return a task type polled one by one."""
    operation: Operation[Any] = Operation(
        "vendor.get", "GET", "/tasks/{id}", parameters=(Path("id", str),), returns=object
    )
    return TaskType(
        name="vendor.one",
        model=object,
        poll=FromItem(BoundCall(operation, {"id": "$task.id"})),
        state=STATE,
        timing=timing or PollTiming(),
        lifetime=lifetime or Lifetime(),
    )


@define(eq=False)
class Vendor:
    """Server without sockets, for sync and async runners."""

    clock: VirtualClock = field(factory=lambda: VirtualClock(seed=1))
    tasks: dict[str, str] = field(factory=dict[str, str])
    """Statuses by id."""

    respond: Callable[[HttpRequest], HttpResponse | Exception] | None = None
    latency: Callable[[], float] = lambda: 0.01
    requests: list[tuple[float, str]] = field(factory=list[tuple[float, str]])
    """Times and paths of the requests."""

    @property
    def times(self) -> list[float]:
        return [at for at, _ in self.requests]

    def response_to(self, request: HttpRequest) -> HttpResponse | Exception:
        target = request.url.partition("vendor.test")[2]
        if self.respond is not None:
            return self.respond(request)
        if target.startswith("/tasks/"):
            key = target.removeprefix("/tasks/")
            return reply({"id": key, "status": self.tasks[key]}) if key in self.tasks else reply({}, 404)
        return reply({"items": [{"id": key, "status": status} for key, status in self.tasks.items()]})

    # -- Driver interface

    def perform(self, effect: Any) -> Any:
        if isinstance(effect, Sleep):
            effect.clock.sleep(effect.seconds)
            return None
        assert isinstance(effect, Send)
        self.requests.append((self.clock.monotonic(), effect.request.url.partition("vendor.test")[2]))
        deadline = effect.request.deadline
        latency = self.latency()
        if deadline is not None and latency > deadline.remaining:
            self.clock.sleep(max(0.0, deadline.remaining))
            raise CallTimeoutError("late")
        self.clock.sleep(latency)
        return _or_raise(self.response_to(effect.request))


@define(eq=False)
class AsyncVendor(Vendor):
    """Asynchronous version."""

    loops: EventLoopOwner = field(factory=EventLoopOwner)

    def check_open(self) -> None:
        """The vendor is never closed."""

    async def perform(self, effect: Any) -> Any:
        if isinstance(effect, Sleep):
            await asyncio.sleep(effect.seconds)
            return None
        assert isinstance(effect, Send)
        self.requests.append((self.clock.monotonic(), effect.request.url.partition("vendor.test")[2]))
        deadline = effect.request.deadline
        latency = self.latency()
        if deadline is not None and latency > deadline.remaining:
            await asyncio.sleep(max(0.0, deadline.remaining))
            raise CallTimeoutError("late")
        await asyncio.sleep(latency)
        return _or_raise(self.response_to(effect.request))


def _or_raise(response: HttpResponse | Exception) -> HttpResponse:
    if isinstance(response, Exception):
        raise response
    return response


def reply(body: object, status: int = 200, **headers: str) -> HttpResponse:
    """Return a response; names of headers have `_` for `-`."""
    raw = tuple((name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items())
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return HttpResponse(status, raw, content, 0.01)


def paged(pages: dict[str, tuple[list[Any], str | None]]) -> Callable[[HttpRequest], HttpResponse]:
    """Return a function that serves pages, each with its items and the token of the next one, by token."""

    def respond(request: HttpRequest) -> HttpResponse:
        query = parse_qs(urlsplit(request.url).query)
        items, token = pages[query.get("page", [""])[0]]
        return reply({"items": items, "next": token})

    return respond


def config_of(clock: Clock, on_event: Any = None) -> ClientConfig:
    found = build_config(
        Api("vendor"),
        "http://vendor.test",
        auth=None,
        user_agent="test",
        parameters=(),
        options=CallOptions(on_event=on_event),
    )
    return evolve(found, clock=clock)


@define(eq=False)
class PollingHarness:
    """Task registry with its runner and its vendor."""

    vendor: Any
    kind: TaskType[Any, Any]
    poll: PollPolicy = field(factory=PollPolicy)
    on_event: Any = None
    registry: TaskRegistry = field(init=False)
    runner: Any = field(init=False)

    def __attrs_post_init__(self) -> None:
        config = config_of(self.vendor.clock, self.on_event)
        self.registry = TaskRegistry(config=config, api=Api("vendor"), poll=self.poll)
        vendor: Any = self.vendor
        if isinstance(vendor, AsyncVendor):
            self.runner = AsyncRunner(cast("Any", vendor), self.registry, AsyncDownloadTransport(None))
        else:
            self.runner = SyncRunner(vendor, self.registry, SyncDownloadTransport(None))

    def record(self, key: str, org: str = "o") -> TaskState:
        vendor, _, name = self.kind.name.partition(".")
        return self.registry.state_for(TaskRef(vendor, name, key, {"org": org}), self.kind)

    def scheduler(self) -> Any:
        return next(iter(self.registry._schedulers.values()))


def ending(record: TaskState, timeout: float | None, poll: PollPolicy | None = None) -> TaskFlow[bool]:
    """Wait until a task has ended, as handles do; return whether it ended before the deadline."""
    until = None if timeout is None else record.clock.monotonic() + timeout
    refusal = record.refusal
    while not record.terminal and record.lost_after is None:
        if record.refusal is not None and record.refusal is not refusal:
            raise record.refusal
        if until is not None and record.clock.monotonic() >= until:
            return False
        yield WaitForChange({record: record.version}, until, poll=poll)
    return record.terminal


def poll_once(record: TaskState, timeout: float | None = 60.0) -> TaskFlow[bool]:
    """Poll a task once, as `refresh_task` does."""
    until = None if timeout is None else record.clock.monotonic() + timeout
    polls, refusal = record.polls, record.refusal
    while record.polls == polls:
        if record.refusal is not None and record.refusal is not refusal:
            raise record.refusal
        if until is not None and record.clock.monotonic() >= until:
            return False
        yield WaitForChange({record: record.version}, until, fresh=True)
    return True


def gaps(times: Sequence[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(times)]
