"""A client and its server, in sync and async, in virtual time: tests are written once and run with both.

The server is a function behind the transport of the testing kit, because these tests set each task's status at exact
times. Everything else is as users have it, including httpx or httpx2.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from inspect import isawaitable
from typing import Any, Final, Literal, TypeAlias, TypeVar

from attrs import Factory, define, field, frozen

from dragoman import testing as wire
from dragoman.testing import Call, SandboxTransport, VirtualClock
from taskclients_core.client import AsyncClient, Client
from taskclients_core.operation import Json, Operation, Path
from taskclients_core.security import Api
from taskclients_core.tasks.definition import (
    BoundCall,
    Condition,
    FromItem,
    FromList,
    FromOperation,
    InlineResult,
    MessagesMapping,
    Phase,
    PollTiming,
    ProgressMapping,
    StatusMapping,
    Submission,
    TaskType,
)
from taskclients_core.tasks.handles import (
    AsyncCancellableTaskHandle,
    AsyncConfirmableTaskHandle,
    CancellableTaskHandle,
    ConfirmableTaskHandle,
)

T = TypeVar("T")
Mode: TypeAlias = Literal["sync", "async"]
Reply: TypeAlias = "tuple[int, Any] | tuple[int, Any, dict[str, str]] | Exception"
"""Status, body (JSON unless it is bytes) and headers, or the transport fault."""

LATENCY: Final = 0.01


# -- A hand-written vendor


@define(kw_only=True)
class Work:
    """A task as the vendor returns it."""

    id: str
    state: str
    percent: int | None = None
    answer: int | None = None


PHASES: Final = {
    "queued": Phase.QUEUED,
    "run": Phase.RUNNING,
    "asking": Phase.NEEDS_INPUT,
    "ok": Phase.SUCCEEDED,
    "nothing": Phase.SKIPPED,
    "bad": Phase.FAILED,
    "off": Phase.CANCELLED,
}
STATE: Final = StatusMapping(at="/state", phases=PHASES, partial=Condition(at="/errors", above=0))

_ID: Final = (Path("id", str),)
GET_WORK: Final[Operation[Work]] = Operation("demo.get_work", "GET", "/works/{id}", parameters=_ID, returns=Work)
LIST_JOBS: Final[Operation[list[Work]]] = Operation("demo.list_jobs", "GET", "/jobs", returns=list[Work])
BEGIN_WORK: Final[Operation[Work]] = Operation(
    "demo.begin_work", "POST", "/works", body=Json(dict[str, Any]), returns=Work
)
BEGIN_JOB: Final[Operation[Work]] = Operation(
    "demo.begin_job", "POST", "/jobs", body=Json(dict[str, Any]), returns=Work
)
CONFIRM: Final[Operation[None]] = Operation("demo.confirm", "POST", "/works/{id}/confirm", parameters=_ID, returns=None)
CANCEL: Final[Operation[None]] = Operation("demo.cancel", "DELETE", "/works/{id}", parameters=_ID, returns=None)
REPORT: Final[Operation[int]] = Operation("demo.report", "GET", "/jobs/{id}/report", parameters=_ID, returns=int)


class WorkTaskHandle(CancellableTaskHandle[Work, int | None], ConfirmableTaskHandle[Work, int | None]):
    """Handle of a type with both actions, as the generator writes it."""


class AsyncWorkTaskHandle(AsyncCancellableTaskHandle[Work, int | None], AsyncConfirmableTaskHandle[Work, int | None]):
    """Async twin of `WorkTaskHandle`."""


WORK: Final[TaskType[Work, int | None]] = TaskType(
    name="demo.work",
    model=Work,
    poll=FromItem(BoundCall(GET_WORK, {"id": "$task.id"})),
    state=STATE,
    timing=PollTiming(min=1.0, max=8.0, jitter=0.0),
    progress=ProgressMapping(percent="/percent"),
    messages=(MessagesMapping(inside="/notes", text="/text", level="error"),),
    actions={"confirm": BoundCall(CONFIRM, {"id": "$task.id"})},
    cancel=BoundCall(CANCEL, {"id": "$task.id"}),
    result=InlineResult("/answer", int | None),
    handles=(WorkTaskHandle, AsyncWorkTaskHandle),
)
"""Polled one by one; can be cancelled and confirmed."""

JOB: Final[TaskType[Work, int | None]] = TaskType(
    name="demo.job",
    model=Work,
    poll=FromList(call=BoundCall(LIST_JOBS), items="", key="/id"),
    state=STATE,
    timing=PollTiming(min=1.0, max=8.0, jitter=0.0),
    result=FromOperation(BoundCall(REPORT, {"id": "$task.id"})),
)
"""Polled by a list; the result is a separate request."""

START_WORK: Final = Submission(operation=BEGIN_WORK, task_type=WORK, id="$response.body#/id")
START_JOB: Final = Submission(operation=BEGIN_JOB, task_type=JOB, id="$response.body#/id")


class DemoClient(Client):
    api = Api("demo", "https://demo.example")
    submissions = (START_WORK, START_JOB)


class AsyncDemoClient(AsyncClient):
    api = DemoClient.api
    submissions = DemoClient.submissions


# -- The harness


@frozen
class ReceivedRequest:
    """A received request."""

    at: float
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    origin: str


@define(eq=False)
class ClientHarness:
    """Client and server. `do` finishes what a method returns, in sync and async."""

    mode: Mode
    library: Any
    clients: tuple[Any, Any] = (DemoClient, AsyncDemoClient)
    clock: VirtualClock = field(factory=lambda: VirtualClock(seed=1))
    respond: Callable[[ReceivedRequest], Reply] = Factory(lambda self: self.vendor, takes_self=True)
    tasks: dict[str, dict[str, Any]] = field(factory=dict[str, "dict[str, Any]"])
    """Tasks of the hand-written vendor, by id."""

    requests: list[ReceivedRequest] = field(factory=list[ReceivedRequest])
    transport: SandboxTransport = field(init=False)
    _made: list[Any] = field(factory=list[Any])
    _opened: list[Any] = field(factory=list[Any])
    _runner: asyncio.Runner | None = None

    def __attrs_post_init__(self) -> None:
        self.transport = SandboxTransport(self, clock=self.clock, latency=LATENCY)

    def client(self, *given: Any, **options: Any) -> Any:
        """Return a client of the mode under test."""
        options.setdefault("http_client", self.http())
        options.setdefault("clock", self.clock)
        client = self.clients[self.mode == "async"](*given, **options)
        self._made.append(client)
        return client

    def http(self) -> Any:
        """Return an httpx client that reaches the server, for `http_client=`."""
        http = getattr(self.library, "Client" if self.mode == "sync" else "AsyncClient")(transport=self.transport)
        self._opened.append(http)
        return http

    def do(self, result: Any) -> Any:
        """Return the result of a method, awaited if needed."""
        return self.runner.run(awaited(result)) if isawaitable(result) else result

    def each(self, items: Any) -> Iterator[Any]:
        """Return the items of a sync or async iterator."""
        if not isinstance(items, AsyncIterator):
            yield from items
            return
        while True:
            try:
                item = self.do(anext(items))
            except StopAsyncIteration:
                return
            yield item

    def close(self, client: Any) -> None:
        self.do(client.close() if self.mode == "sync" else client.aclose())

    def end(self) -> None:
        """Close everything that was opened."""
        for client in self._made:
            self.close(client)
        for http in self._opened:
            self.do(http.close() if self.mode == "sync" else http.aclose())
        if self._runner is not None:
            self._runner.close()

    @property
    def runner(self) -> asyncio.Runner:
        if self._runner is None:
            self._runner = asyncio.Runner(loop_factory=self.clock.new_event_loop)
        return self._runner

    def at(self, seconds: float, change: Callable[[], Any]) -> None:
        """Run a function before the first request at or after so many seconds from now."""
        moment, before = self.clock.monotonic() + seconds, self.respond

        def respond(request: ReceivedRequest) -> Reply:
            nonlocal moment
            if request.at >= moment:
                moment = float("inf")
                change()
            return before(request)

        self.respond = respond

    # -- The hand-written vendor

    def show(self, key: str, state: str, **more: Any) -> None:
        """Set the fields of a task."""
        self.tasks[key] = {"id": key, "state": state, **more}

    def vendor(self, request: ReceivedRequest) -> Reply:
        match request.method, request.path.strip("/").split("/"):
            case "POST", ["works" | "jobs"]:
                key = f"{request.path[1:-1]}-{len(self.tasks) + 1}"
                self.show(key, "queued")
                return 200, self.tasks[key]
            case "GET", ["works", key]:
                return (200, self.tasks[key]) if key in self.tasks else (404, {})
            case "GET", ["jobs"]:
                return 200, [task for key, task in self.tasks.items() if key.startswith("job")]
            case "GET", ["jobs", key, "report"]:
                return 200, self.tasks[key].get("answer", 7)
            case "POST", ["works", key, "confirm"]:
                self.show(key, "run")
                return 204, b""
            case "DELETE", ["works", key]:
                self.show(key, "off")
                return 204, b""
            case _:
                return 404, {}

    # -- Application for the transport

    def answer(self, call: Call) -> wire.Reply:
        request = ReceivedRequest(
            self.clock.monotonic(), call.method, call.path, call.query, dict(call.headers), call.body, call.origin
        )
        self.requests.append(request)
        reply = self.respond(request)
        if isinstance(reply, Exception):
            raise reply
        status, body, *more = reply
        headers = more[0] if more else {}
        if isinstance(body, bytes):
            return wire.Reply(status, body, headers)
        return wire.Reply(status, json.dumps(body).encode(), {"Content-Type": "application/json", **headers})


async def awaited(result: Awaitable[T]) -> T:
    return await result


def counted(requests: list[ReceivedRequest], method: str, path: str) -> int:
    """Count the requests with this method whose path matches the pattern."""
    return sum(each.method == method and re.fullmatch(path, each.path) is not None for each in requests)
