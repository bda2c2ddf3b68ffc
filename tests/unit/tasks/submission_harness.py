"""In-memory vendor whose tasks are begun by the real flows, with every outcome of a request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from attrs import define, evolve, field, frozen
from tests.unit.tasks.task_types import EXPORT

from dragoman.testing import VirtualClock
from taskclients_core.config import CallOptions
from taskclients_core.deadline import Clock
from taskclients_core.effects import Callback, Exclusive, RunBlocking, Send, Sleep
from taskclients_core.errors import CallTimeoutError, ConnectionFailedError
from taskclients_core.events import Event
from taskclients_core.http_messages import HttpRequest, HttpResponse
from taskclients_core.operation import Header, Json, Operation, Query
from taskclients_core.security import Api
from taskclients_core.tasks import failpoints
from taskclients_core.tasks.definition import BoundCall, FromList, MatchRule, ReconcileRule, Submission, TaskType
from taskclients_core.tasks.journal.entry import MemoryStorage
from taskclients_core.tasks.journal.journal import KEEP_SECONDS, Journal, MemoryJournal
from taskclients_core.tasks.snapshot import TaskRef
from taskclients_core.tasks.state import TaskState
from taskclients_core.tasks.submission import submit
from taskclients_core.tasks.task_registry import TaskRegistry
from taskclients_core.transport.config import build_config

LIST: Final = Operation("booster.list_tasks", "GET", "/tasks", returns=list[Any])
BEGIN: Final[Operation[Any]] = Operation(
    "booster.export",
    "POST",
    "/exports",
    parameters=(Query("brand", str), Header("X-Note", str)),
    body=Json(dict[str, Any]),
    returns=dict[str, Any],
    errors={"4XX": dict[str, Any], "5XX": dict[str, Any]},
)
UNIQUE: Final = ReconcileRule(match=(MatchRule("/name", "$request.body#/name"),), unique=True, settle=5.0)
SIMILAR: Final = ReconcileRule(match=(MatchRule("/name", "$request.body#/name"),), unique=False, settle=5.0)
TASK_TYPE: Final[TaskType[Any, None]] = TaskType(
    name="booster.task",
    model=Any,
    poll=FromList(call=BoundCall(LIST), items="", key="/asyncTaskId"),
    state=EXPORT.state,
)


def start(**more: Any) -> Submission[Any, Any]:
    """Return a submission of the test's task type."""
    wanted: dict[str, Any] = {"operation": BEGIN, "task_type": TASK_TYPE, "id": "$response.body#/asyncTaskId"}
    return Submission(**{**wanted, "reconcile": UNIQUE, **more})


class LastingMemory(MemoryJournal):
    """In-memory journal that outlives the clients of a test, as a file does."""

    lasting = True

    def __init__(self, *, keep: float = KEEP_SECONDS, clock: Clock | None = None) -> None:
        self._set_up(MemoryStorage(), keep, clock)


class Killed(BaseException):
    """Raised at a failpoint where the process ends."""


@frozen
class RequestOutcome:
    """Outcome of a request that begins a task."""

    name: str
    arrives: bool
    """True if the server begins the task."""

    status: int | None = 200
    """Status of the response; None without a response."""

    content: bytes | None = None
    """Content instead of the normal response's."""

    sent: bool = True
    """True if anything was sent, although no response came."""

    known: bool = False
    """True if the client can know that nothing was begun."""


OUTCOMES: Final = (
    RequestOutcome("well", arrives=True),
    RequestOutcome("created", arrives=True, status=201),
    RequestOutcome("accepted", arrives=True, status=202),
    RequestOutcome("refused", arrives=False, status=400, known=True),
    RequestOutcome("forbidden", arrives=False, status=403, known=True),
    RequestOutcome("too often", arrives=False, status=429, known=True),
    RequestOutcome("contradicted", arrives=False, status=409, content=b'{"message": "no"}', known=True),
    RequestOutcome("unclear contradiction", arrives=True, status=409, content=b"<html>"),
    RequestOutcome("never left", arrives=False, status=None, sent=False, known=True),
    RequestOutcome("lost on the way", arrives=False, status=None),
    RequestOutcome("response lost", arrives=True, status=None),
    RequestOutcome("gave up waiting", arrives=False, status=408),
    RequestOutcome("gave up too late", arrives=True, status=408),
    RequestOutcome("failed before", arrives=False, status=500),
    RequestOutcome("failed after", arrives=True, status=502, content=b"<html>Bad gateway"),
    RequestOutcome("response cut", arrives=True, content=b'{"asyncTa'),
    RequestOutcome("response without id", arrives=True, content=b"{}"),
    RequestOutcome("empty response", arrives=True, status=204, content=b""),
    RequestOutcome("page of a portal", arrives=False, content=b"<html>Please log in"),
    RequestOutcome("moved", arrives=True, status=303, content=b""),
)


@define(slots=False)
class Vendor:
    """Begins tasks and lists them."""

    tasks: list[dict[str, Any]] = field(factory=list)
    posts: list[HttpRequest] = field(factory=list)
    gets: int = 0
    outcome: Callable[[int], RequestOutcome] = lambda number: OUTCOMES[0]
    """Outcome by the number of the request."""

    listing: Callable[[], HttpResponse] | None = None
    foreign: str | None = None
    """Name of a task of another user, which appears with the first submission."""

    def send(self, request: HttpRequest) -> HttpResponse:
        if request.method == "GET":
            self.gets += 1
            if self.listing is not None:
                return self.listing()
            return http_response(200, json.dumps(self.tasks).encode())
        outcome = self.outcome(len(self.posts))
        if outcome.sent or outcome.status is not None:
            self.posts.append(request)
        if self.foreign is not None:
            self.tasks.append({"asyncTaskId": "foreign", "status": "INP", "name": self.foreign})
            self.foreign = None
        task: dict[str, Any] = {}
        if outcome.arrives:
            assert isinstance(request.content, bytes)
            name = json.loads(request.content).get("name")
            task = {"asyncTaskId": f"task-{len(self.begun)}", "status": "REQ", "name": name}
            self.tasks.append(task)
        if outcome.status is None:
            raise CallTimeoutError("no response") if outcome.sent else ConnectionFailedError("refused", sent=False)
        content = json.dumps(task or {"message": "no"}).encode() if outcome.content is None else outcome.content
        return http_response(outcome.status, content)

    @property
    def begun(self) -> list[str]:
        """Return the ids of our tasks."""
        return [task["asyncTaskId"] for task in self.tasks if task["asyncTaskId"].startswith("task-")]


def http_response(status: int, content: bytes) -> HttpResponse:
    return HttpResponse(status, ((b"Content-Type", b"application/json"),), content, 0.0)


@define(slots=False)
class Process:
    """A process with a client, which can be ended at any failpoint."""

    vendor: Vendor
    journal: Journal | None
    clock: VirtualClock = field(factory=lambda: VirtualClock(now=1_700_000_000.0))
    submit_: Submission[Any, Any] = field(factory=start)
    options: CallOptions = field(factory=CallOptions)
    account: str = "default"
    events: list[Event] = field(factory=list)
    registry: TaskRegistry = field(init=False)
    slept: list[float] = field(factory=list)
    heavy: list[bool] = field(factory=list)
    """For each blocking work, whether an event loop would run it in a thread."""

    def __attrs_post_init__(self) -> None:
        api = Api("booster", "https://api.example.test/v1")
        options = self.options.replace({"on_event": self.events.append})
        config = build_config(api, None, auth=None, user_agent="t", parameters=(), options=options)
        config = evolve(config, clock=self.clock)
        journal = MemoryJournal(clock=self.clock) if self.journal is None else self.journal
        self.registry = TaskRegistry(
            config=config, api=api, submissions=(self.submit_,), journal=journal, account=self.account
        )

    def submit(self, name: object = "nightly", *, key: str | None = None, brand: str | None = None) -> TaskState:
        flow = submit.submit(self.registry, self.submit_, (brand, None), {"name": name}, key)
        record: TaskState = self.run(flow)
        return record

    def recover(self, settle: float | None = None, on_unknown: Any = "keep") -> list[TaskRef]:
        return [record.ref for record in self.run(submit.recover(self.registry, settle, on_unknown))]

    def run(self, flow: Any) -> Any:
        try:
            effect = next(flow)
            while True:
                try:
                    result = self._do(effect)
                except BaseException as error:
                    if isinstance(error, Killed):
                        flow.close()  # close now: it may be part of a cycle, and be collected at any time later
                        raise
                    effect = flow.throw(error)
                else:
                    effect = flow.send(result)
        except StopIteration as end:
            return end.value

    def _do(self, effect: Any) -> Any:
        if isinstance(effect, Send):
            return self.vendor.send(effect.request)
        if isinstance(effect, RunBlocking):
            self.heavy.append(effect.heavy)
            return effect.function()
        if isinstance(effect, Exclusive):
            return self.run(effect.flow)
        if isinstance(effect, Callback):
            return effect.function(effect.value)
        assert isinstance(effect, Sleep)
        self.slept.append(effect.seconds)
        self.clock.advance(effect.seconds)
        return None


@contextmanager
def dying_at(name: str, number: int = 1) -> Iterator[list[str]]:
    """End the process the `number`th time that it reaches a failpoint; yield the failpoints reached."""
    reached: list[str] = []

    def hook(point: str) -> None:
        reached.append(point)
        if point == name and reached.count(name) == number:
            raise Killed(name)

    before, failpoints.failpoint_hook = failpoints.failpoint_hook, hook
    try:
        yield reached
    finally:
        failpoints.failpoint_hook = before
