"""Y1: the sync and the async client send, emit, show and return the same, at the same times.

Each scenario runs twice, with the public clients, against the same server in the same virtual time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from types import ModuleType
from typing import Any, Final
from uuid import UUID

import pytest
from attrs import asdict, define, field
from tests.unit.tasks.client_harness import ClientHarness, Mode, ReceivedRequest, Reply
from tests.unit.tasks.submission_harness import LastingMemory

from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster.models import ExportCustomer
from taskclients.lifepos import AsyncLifePosClient, LifePosClient
from taskclients.lifepos.models import ClientType
from taskclients.mykaarma import AsyncMyKaarmaClient, MyKaarmaClient
from taskclients.mykaarma.models import CreateDealerRequest
from taskclients_core.errors import ClientError
from taskclients_core.events import Event
from taskclients_core.tasks import AsyncTaskHandle, Phase, PollPolicy, TaskError, TaskHandle, TaskSnapshot

ORGANIZATION: Final = UUID("00000000-0000-4000-8000-000000000012")


@define(eq=False)
class Run:
    """One run of a scenario, and its transcript."""

    harness: ClientHarness
    recorded: list[Any] = field(factory=list[Any])
    tasks: dict[str, dict[str, Any]] = field(factory=dict[str, "dict[str, Any]"])
    """Tasks of the server, in the order of its lists."""

    # -- Clients

    def booster(self, **options: Any) -> Any:
        self.harness.clients = (BoosterClient, AsyncBoosterClient)
        self.harness.respond = self._booster
        return self.harness.client(base_url="https://api.example", auth="token", **self._options(options))

    def mykaarma(self, **options: Any) -> Any:
        self.harness.clients = (MyKaarmaClient, AsyncMyKaarmaClient)
        self.harness.respond = self._mykaarma
        return self.harness.client(auth=("user", "password"), **self._options(options))

    def lifepos(self, **options: Any) -> Any:
        self.harness.clients = (LifePosClient, AsyncLifePosClient)
        self.harness.respond = self._lifepos
        return self.harness.client(
            auth="token",
            accept_language="en-US",
            client_identifier="till",
            client_type=ClientType.SERVICE,
            **self._options(options),
        )

    def _options(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"on_event": self._hear, **options}

    def export(self, client: Any, **more: Any) -> Any:
        body = ExportCustomer(brand="CAR", pos_codes=["0042"], download_request_id="nightly")
        return self.do(client.begin_export_customer, body, **more)

    # -- Actions

    def do(self, method: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Call a method, finish it, and record the result."""
        try:
            found = self.harness.do(method(*given, **named))
        except ClientError as error:
            more = [error.ref, error.resume_token, _reported(error.last)] if isinstance(error, TaskError) else []
            self.note("raised", type(error).__name__, str(error), *more)
            return error
        self.note("returned", _reported(found))
        return found

    def each(self, items: Any) -> None:
        """Iterate over all items, and record them."""
        try:
            for item in self.harness.each(items):
                self.note("came", _reported(item))
        except ClientError as error:
            self.note("raised", type(error).__name__, str(error))

    def change(self, view: TaskSnapshot[Any]) -> None:
        self.note("changed", _reported(view))

    def note(self, *what: Any) -> None:
        self.recorded.append((self.harness.clock.monotonic(), *what))

    def later(self, seconds: float, key: int, **more: Any) -> None:
        """Change a task of the server, the `key`th, after some seconds."""

        def become() -> None:
            self.tasks[list(self.tasks)[key]].update(more)

        self.harness.at(seconds, become)

    def fails(self, seconds: float, reply: Reply, times: int = 1) -> None:
        """Make the server send this response, so many times from a moment on."""
        before, left = self.harness.respond, times
        moment = self.harness.clock.monotonic() + seconds

        def respond(request: ReceivedRequest) -> Reply:
            nonlocal left
            if request.at >= moment and left:
                left -= 1
                return reply
            return before(request)

        self.harness.respond = respond

    @property
    def transcript(self) -> list[Any]:
        sent = [
            (each.at, each.method, each.path, each.query, each.body, *sorted(each.headers.items()))
            for each in self.harness.requests
        ]
        return [*sent, *self.recorded]

    def _hear(self, event: Event) -> None:
        members = asdict(event)
        members.pop("call")
        if event.kind in ("response", "failure", "success"):
            members.pop("elapsed")  # measured in real time, not read from the clock
        self.note("event", *members.items())

    # -- Servers

    def _booster(self, request: ReceivedRequest) -> Reply:
        if request.method == "POST":
            key = f"{len(self.tasks) + 1:032x}"
            self.tasks[key] = {
                "asyncTaskId": key,
                "type": "crm",
                "requestDate": "2026-11-22",
                "status": "REQ",
                "percentage": 0,
                "brand": "CAR",
            }
            return 200, {"asyncTaskId": key}
        if request.path == "/file":
            return 200, b"number,name\n" * 1000, {"Content-Type": "text/csv", "ETag": '"a"'}
        return 200, list(self.tasks.values())

    def _mykaarma(self, request: ReceivedRequest) -> Reply:
        if request.method == "POST":
            self.tasks["p-1"] = {"uuid": "p-1", "status": "NOT_STARTED"}
            return 200, {"requestUuid": "p-1"}
        return 200, next(iter(self.tasks.values()))

    def _lifepos(self, request: ReceivedRequest) -> Reply:
        if request.method == "POST":
            key = f"00000000-0000-4000-8000-{len(self.tasks) + 1:012}"
            self.tasks[key] = {"guid": key, "status": "InQueue", "progress": 0}
            return 200, self.tasks[key]
        statuses = [pair.partition("=")[2] for pair in request.query.split("&") if pair.startswith("task_status=")]
        items = [task for task in self.tasks.values() if not statuses or task["status"] in statuses]
        return 200, {"items": items}


def _reported(value: Any) -> Any:
    """Return a form of an object that can be compared between transcripts."""
    if isinstance(value, TaskSnapshot):
        view: TaskSnapshot[Any] = value
        return [
            *(view.ref, view.phase, view.status, view.known, view.partial, view.terminal, view.progress),
            *(view.steps, view.messages, view.observed_at, view.sequence, view.model),
        ]
    if isinstance(value, list | tuple):
        return [_reported(each) for each in value]
    if hasattr(value, "pending"):
        return [
            _reported(value.done),
            _reported(value.pending),
            [(ref, str(error)) for ref, error in value.failed.items()],
        ]
    if isinstance(value, ClientError):
        return type(value).__name__, str(value)
    if isinstance(value, AsyncTaskHandle | TaskHandle):
        return "task", value.ref, value.resume_token(), repr(value).replace("Async", "")
    return value


Scenario = Callable[[Run], None]
SCENARIOS: dict[str, Scenario] = {}


def scenario(run: Scenario) -> Scenario:
    SCENARIOS[run.__name__] = run
    return run


@scenario
def success(run: Run) -> None:
    task = run.export(run.booster())
    run.later(7, 0, status="INP", percentage=10)
    run.later(20, 0, percentage=80)
    run.later(40, 0, status="COM", percentage=100, signedDownloadUrl="https://files.example/file?Expires=2000000000")
    run.do(task.wait, timeout=900, on_change=run.change)
    run.do(task.result, timeout=0)
    run.do(task.refresh)


@scenario
def download(run: Run) -> None:
    client = run.booster(download_client=run.harness.http(), download_hosts=["files.example"])
    task = run.export(client)
    run.later(7, 0, status="COM", percentage=100, signedDownloadUrl="https://files.example/file")
    file = BytesIO()
    run.do(task.download, file, timeout=900, on_bytes=lambda *counts: run.note("bytes", *counts))
    run.note(file.getvalue())
    run.do(task.download, BytesIO(), timeout=900, max_bytes=5)
    run.do(task.download, BytesIO(), timeout=0)
    other = run.export(run.booster(download_client=run.harness.http()))
    run.later(7, 1, status="COM", percentage=100, signedDownloadUrl="https://other.example/file")
    run.do(other.download, BytesIO(), timeout=900)


@scenario
def failure(run: Run) -> None:
    task = run.export(run.booster())
    run.later(9, 0, status="ERR")
    run.do(task.result, timeout=900)
    run.do(task.wait, timeout=0)


@scenario
def partial_success(run: Run) -> None:
    task = run.export(run.booster())
    run.later(9, 0, status="COM", totalFailed=3, downloadUrl="/file")
    run.do(task.result, timeout=900)
    run.do(task.result, timeout=900, partial="accept")


@scenario
def unknown_status(run: Run) -> None:
    task = run.export(run.booster())
    run.later(9, 0, status="NEW")
    run.do(task.wait, timeout=None, on_change=run.change)
    run.later(100, 0, status="COM")
    run.do(task.wait, timeout=None, on_change=run.change, poll=PollPolicy(max=10))


@scenario
def lost(run: Run) -> None:
    task = run.export(run.booster())
    run.do(task.refresh)
    run.harness.at(5, run.tasks.clear)
    run.do(task.wait, timeout=None)
    run.do(task.wait, timeout=60)


@scenario
def timeouts(run: Run) -> None:
    task = run.export(run.booster())
    # Longer than a poll: at the deadline a thread stops polling, while an event loop continues for other waiters.
    for timeout in (0, 0.3, 5, 40):
        run.do(task.wait, timeout=timeout, on_change=run.change)
        run.do(task.result, timeout=timeout)
        run.do(task.refresh, timeout=timeout)


@scenario
def retry_after(run: Run) -> None:
    task = run.export(run.booster())
    run.fails(3, (429, {}, {"Retry-After": "30"}))
    run.later(50, 0, status="COM")
    run.do(task.wait, timeout=600)
    other = run.export(run.booster())
    run.fails(0, (503, {}, {"Retry-After": "2000"}))
    run.do(other.wait, timeout=600)
    run.do(other.wait, timeout=60)


@scenario
def bad_polls(run: Run) -> None:
    task = run.export(run.booster())
    for number, reply in enumerate(_BAD):
        run.fails(number * 4.0, reply)
    run.later(90, 0, status="COM")
    run.do(task.wait, timeout=600)


_BAD: Final[Sequence[Reply]] = [
    (500, {}),
    (200, b"<html>"),
    (200, b"[{"),
    (200, {"items": []}),
    (408, b""),
    (204, b""),
    (200, b"[]" * 3),
    (502, b"<html>"),
]


@scenario
def refused(run: Run) -> None:
    client = run.booster()
    task = run.export(client)
    run.fails(0, (403, {"responseStatus": {"errorCode": "ForbiddenError"}}), times=3)
    for _ in range(2):
        run.do(task.wait, timeout=60)
    run.do(client.tasks.poll_once)
    run.do(task.refresh)


@scenario
def refused_start(run: Run) -> None:
    client = run.booster(journal=LastingMemory())
    run.fails(0, (400, {"responseStatus": {"errorCode": "Invalid"}}))
    run.export(client, idempotency_key="a")
    run.do(client.tasks.recover)
    run.do(client.tasks.unresolved)


@scenario
def watching(run: Run) -> None:
    task = run.export(run.booster())
    for second in range(1, 60, 6):
        run.later(second, 0, status="INP", percentage=second)
    run.later(80, 0, status="COM", percentage=100)
    run.each(task.watch(timeout=30))
    run.each(task.watch(timeout=600, heartbeat=5))
    run.each(task.watch(timeout=0))


@scenario
def several(run: Run) -> None:
    client = run.booster()
    tasks = [run.export(client) for _ in range(6)]
    for number, status in enumerate(("COM", "ERR", "COM", "COM", "COM")):
        run.later(5 + number * 15, number, status=status)
    run.do(client.tasks.wait_any, tasks, timeout=100)
    run.do(client.tasks.wait_all, tasks, timeout=12, fail_fast=True)
    run.each(client.tasks.as_completed(tasks, timeout=30))
    run.do(client.tasks.wait_all, tasks, timeout=100)
    run.do(client.tasks.poll_once)
    run.note(client.tasks.stats())


@scenario
def recovered(run: Run) -> None:
    journal = LastingMemory()
    stored = run.export(run.booster(journal=journal), idempotency_key="stored")
    run.export(run.booster(journal=journal), idempotency_key="stored")
    run.fails(0, (502, b""))
    run.export(run.booster(journal=journal), idempotency_key="doubtful")
    client = run.booster(journal=journal)
    run.do(client.tasks.recover, settle=0)
    run.do(client.tasks.recover, settle=0, on_unknown="raise")
    run.do(client.tasks.resolve, "doubtful", stored.ref)
    run.do(client.tasks.resolve, "unheard of", stored.ref)
    run.do(client.tasks.discard, "doubtful")
    run.do(client.tasks.recover, settle=0)


@scenario
def doubtful_start(run: Run) -> None:
    client = run.booster(journal=LastingMemory())
    run.fails(0, (500, {}))
    run.export(client, idempotency_key="a")
    for submission in run.do(client.tasks.unresolved):
        run.note(submission.key, submission.candidates)
    run.do(client.tasks.discard, "a")
    run.do(client.tasks.unresolved)


@scenario
def needs_input(run: Run) -> None:
    client = run.lifepos()
    task = run.do(client.begin_create_nomenclature_import_task, ORGANIZATION, b"PK")
    run.later(5, 0, status="InProgress", progress=30)
    run.later(20, 0, status="WaitingForFeedback")
    run.do(task.wait, timeout=600, on_change=run.change)
    run.do(task.result, timeout=600)
    run.later(60, 0, is_confirmed=True)
    run.later(90, 0, status="Completed", progress=100, resolutions=[{"type": "Warning", "message": "row 3"}])
    run.each(task.watch(timeout=600))
    run.do(task.result, timeout=0)
    assert task.last.phase is Phase.SUCCEEDED


@scenario
def filtered_and_cancelled(run: Run) -> None:
    client = run.lifepos()
    for _ in range(3):
        run.do(client.begin_create_nomenclature_import_task, ORGANIZATION, b"PK")
    task = run.do(client.begin_create_nomenclature_import_task, ORGANIZATION, b"PK")
    run.later(30, 3, status="Canceled")
    run.do(task.result, timeout=600)


@scenario
def steps(run: Run) -> None:
    client = run.mykaarma()
    task = run.do(client.begin_create_dealer, CreateDealerRequest(name="Example Motors"))
    step = {"uuid": "s", "name": "copy", "order": 1}
    run.later(5, 0, status="IN_PROGRESS", steps=[{**step, "status": "IN_PROGRESS"}])
    run.later(20, 0, steps=[{**step, "status": "COMPLETED"}], warnings=[{"warningMessage": "slow"}])
    run.later(40, 0, status="COMPLETED")
    run.do(task.wait, timeout=600, on_change=run.change)
    run.do(task.result, timeout=600)


@scenario
def nothing_to_do(run: Run) -> None:
    client = run.mykaarma()
    task = run.do(client.begin_create_dealer, CreateDealerRequest(name="Example Motors"))
    run.later(5, 0, status="NOT_NEEDED")
    run.do(task.result, timeout=600)


@scenario
def closed(run: Run) -> None:
    client = run.booster()
    task = run.export(client)
    run.do(task.refresh)
    run.harness.close(client)
    run.do(task.wait, timeout=60)
    run.do(client.tasks.poll_once)
    run.do(client.list_tasks)


def _play(mode: Mode, library: ModuleType, run: Scenario) -> list[Any]:
    harness = ClientHarness(mode, library)
    try:
        found = Run(harness)
        run(found)
        return found.transcript
    finally:
        harness.end()


@pytest.mark.parametrize("name", SCENARIOS)
def test_sync_and_async_transcripts_are_equal(library: ModuleType, name: str) -> None:
    """Invariant Y1."""
    sync, other = (_play(mode, library, SCENARIOS[name]) for mode in _MODES)
    assert len(sync) > 3
    assert other == sync


def test_the_same_seed_gives_the_same_transcript(library: ModuleType) -> None:
    """Invariant Y2."""
    again: Callable[[], Iterator[list[Any]]] = lambda: map(partial(_play, "async", library), SCENARIOS.values())  # noqa: E731
    assert list(again()) == list(again())


_MODES: Final[tuple[Mode, Mode]] = ("sync", "async")
