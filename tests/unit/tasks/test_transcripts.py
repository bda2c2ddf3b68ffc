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
from tests.unit.tasks.client_harness import Asked, Mode, Reply, Scene
from tests.unit.tasks.submission_harness import LastingMemory

from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster.models import ExportCustomer
from taskclients.lifepos import AsyncLifePosClient, LifePosClient
from taskclients.lifepos.models import ClientType
from taskclients.mykaarma import AsyncMyKaarmaClient, MyKaarmaClient
from taskclients.mykaarma.models import CreateDealerRequest
from taskclients_core.errors import ClientError
from taskclients_core.events import Event
from taskclients_core.tasks import Phase, PollPolicy, TaskError, TaskSnapshot

ORGANIZATION: Final = UUID("00000000-0000-4000-8000-000000000012")


@define(eq=False)
class Play:
    """One run of a scenario, and its transcript."""

    scene: Scene
    heard: list[Any] = field(factory=list[Any])
    shown: dict[str, dict[str, Any]] = field(factory=dict[str, "dict[str, Any]"])
    """Tasks of the server, in the order of its lists."""

    # -- Clients

    def booster(self, **options: Any) -> Any:
        self.scene.clients = (BoosterClient, AsyncBoosterClient)
        self.scene.respond = self._booster
        return self.scene.client(auth="token", **self._options(options))

    def mykaarma(self, **options: Any) -> Any:
        self.scene.clients = (MyKaarmaClient, AsyncMyKaarmaClient)
        self.scene.respond = self._mykaarma
        return self.scene.client(auth=("user", "password"), **self._options(options))

    def lifepos(self, **options: Any) -> Any:
        self.scene.clients = (LifePosClient, AsyncLifePosClient)
        self.scene.respond = self._lifepos
        return self.scene.client(
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
            found = self.scene.do(method(*given, **named))
        except ClientError as error:
            more = [error.ref, error.resume_token, _told(error.last)] if isinstance(error, TaskError) else []
            self.note("raised", type(error).__name__, str(error), *more)
            return error
        self.note("returned", _told(found))
        return found

    def each(self, items: Any) -> None:
        """Iterate over all items, and record them."""
        try:
            for item in self.scene.each(items):
                self.note("came", _told(item))
        except ClientError as error:
            self.note("raised", type(error).__name__, str(error))

    def change(self, view: TaskSnapshot[Any]) -> None:
        self.note("changed", _told(view))

    def note(self, *what: Any) -> None:
        self.heard.append((self.scene.clock.monotonic(), *what))

    def later(self, seconds: float, key: int, **more: Any) -> None:
        """Change a task of the server, the `key`th, after some seconds."""

        def become() -> None:
            self.shown[list(self.shown)[key]].update(more)

        self.scene.at(seconds, become)

    def fails(self, seconds: float, reply: Reply, times: int = 1) -> None:
        """Make the server send this response, so many times from a moment on."""
        before, left = self.scene.respond, times
        moment = self.scene.clock.monotonic() + seconds

        def respond(asked: Asked) -> Reply:
            nonlocal left
            if asked.at >= moment and left:
                left -= 1
                return reply
            return before(asked)

        self.scene.respond = respond

    @property
    def transcript(self) -> list[Any]:
        sent = [
            (each.at, each.method, each.path, each.query, each.body, *sorted(each.headers.items()))
            for each in self.scene.asked
        ]
        return [*sent, *self.heard]

    def _hear(self, event: Event) -> None:
        told = asdict(event)
        told.pop("call")
        if event.kind in ("response", "failure", "success"):
            told.pop("elapsed")  # measured in real time, not read from the clock
        self.note("event", *told.items())

    # -- Servers

    def _booster(self, asked: Asked) -> Reply:
        if asked.method == "POST":
            key = f"{len(self.shown) + 1:032x}"
            self.shown[key] = {
                "asyncTaskId": key,
                "type": "crm",
                "requestDate": "2026-11-22",
                "status": "REQ",
                "percentage": 0,
                "brand": "CAR",
            }
            return 200, {"asyncTaskId": key}
        if asked.path == "/file":
            return 200, b"number,name\n" * 1000, {"Content-Type": "text/csv", "ETag": '"a"'}
        return 200, list(self.shown.values())

    def _mykaarma(self, asked: Asked) -> Reply:
        if asked.method == "POST":
            self.shown["p-1"] = {"uuid": "p-1", "status": "NOT_STARTED"}
            return 200, {"requestUuid": "p-1"}
        return 200, next(iter(self.shown.values()))

    def _lifepos(self, asked: Asked) -> Reply:
        if asked.method == "POST":
            key = f"00000000-0000-4000-8000-{len(self.shown) + 1:012}"
            self.shown[key] = {"guid": key, "status": "InQueue", "progress": 0}
            return 200, self.shown[key]
        words = [pair.partition("=")[2] for pair in asked.query.split("&") if pair.startswith("task_status=")]
        items = [task for task in self.shown.values() if not words or task["status"] in words]
        return 200, {"items": items}


def _told(value: Any) -> Any:
    """Return a form of an object that can be compared between transcripts."""
    if isinstance(value, TaskSnapshot):
        view: TaskSnapshot[Any] = value
        return [
            *(view.ref, view.phase, view.status, view.known, view.partial, view.terminal, view.progress),
            *(view.steps, view.messages, view.observed_at, view.sequence, view.model),
        ]
    if isinstance(value, list | tuple):
        return [_told(each) for each in value]
    if hasattr(value, "pending"):
        return [_told(value.done), _told(value.pending), [(ref, str(error)) for ref, error in value.failed.items()]]
    if isinstance(value, ClientError):
        return type(value).__name__, str(value)
    if hasattr(value, "record"):
        return "task", value.ref, value.resume_token(), repr(value).replace("Async", "")
    return value


Scenario = Callable[[Play], None]
SCENARIOS: dict[str, Scenario] = {}


def scenario(play: Scenario) -> Scenario:
    SCENARIOS[play.__name__] = play
    return play


@scenario
def success(play: Play) -> None:
    task = play.export(play.booster())
    play.later(7, 0, status="INP", percentage=10)
    play.later(20, 0, percentage=80)
    play.later(40, 0, status="COM", percentage=100, signedDownloadUrl="https://files.example/file?Expires=2000000000")
    play.do(task.wait, timeout=900, on_change=play.change)
    play.do(task.result, timeout=0)
    play.do(task.refresh)


@scenario
def download(play: Play) -> None:
    client = play.booster(download_client=play.scene.http(), download_hosts=["files.example"])
    task = play.export(client)
    play.later(7, 0, status="COM", percentage=100, signedDownloadUrl="https://files.example/file")
    file = BytesIO()
    play.do(task.download, file, timeout=900, on_bytes=lambda *counts: play.note("bytes", *counts))
    play.note(file.getvalue())
    play.do(task.download, BytesIO(), timeout=900, max_bytes=5)
    play.do(task.download, BytesIO(), timeout=0)
    other = play.export(play.booster(download_client=play.scene.http()))
    play.later(7, 1, status="COM", percentage=100, signedDownloadUrl="https://other.example/file")
    play.do(other.download, BytesIO(), timeout=900)


@scenario
def failure(play: Play) -> None:
    task = play.export(play.booster())
    play.later(9, 0, status="ERR")
    play.do(task.result, timeout=900)
    play.do(task.wait, timeout=0)


@scenario
def partial_success(play: Play) -> None:
    task = play.export(play.booster())
    play.later(9, 0, status="COM", totalFailed=3, downloadUrl="/file")
    play.do(task.result, timeout=900)
    play.do(task.result, timeout=900, partial="accept")


@scenario
def unknown_word(play: Play) -> None:
    task = play.export(play.booster())
    play.later(9, 0, status="NEW")
    play.do(task.wait, timeout=None, on_change=play.change)
    play.later(100, 0, status="COM")
    play.do(task.wait, timeout=None, on_change=play.change, poll=PollPolicy(max=10))


@scenario
def lost(play: Play) -> None:
    task = play.export(play.booster())
    play.do(task.refresh)
    play.scene.at(5, play.shown.clear)
    play.do(task.wait, timeout=None)
    play.do(task.wait, timeout=60)


@scenario
def timeouts(play: Play) -> None:
    task = play.export(play.booster())
    # Longer than a poll: at the deadline a thread stops polling, while an event loop continues for other waiters.
    for timeout in (0, 0.3, 5, 40):
        play.do(task.wait, timeout=timeout, on_change=play.change)
        play.do(task.result, timeout=timeout)
        play.do(task.refresh, timeout=timeout)


@scenario
def retry_after(play: Play) -> None:
    task = play.export(play.booster())
    play.fails(3, (429, {}, {"Retry-After": "30"}))
    play.later(50, 0, status="COM")
    play.do(task.wait, timeout=600)
    other = play.export(play.booster())
    play.fails(0, (503, {}, {"Retry-After": "2000"}))
    play.do(other.wait, timeout=600)
    play.do(other.wait, timeout=60)


@scenario
def bad_looks(play: Play) -> None:
    task = play.export(play.booster())
    for number, reply in enumerate(_BAD):
        play.fails(number * 4.0, reply)
    play.later(90, 0, status="COM")
    play.do(task.wait, timeout=600)


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
def refused(play: Play) -> None:
    client = play.booster()
    task = play.export(client)
    play.fails(0, (403, {"responseStatus": {"errorCode": "ForbiddenError"}}), times=3)
    for _ in range(2):
        play.do(task.wait, timeout=60)
    play.do(client.tasks.once)
    play.do(task.refresh)


@scenario
def refused_start(play: Play) -> None:
    client = play.booster(journal=LastingMemory())
    play.fails(0, (400, {"responseStatus": {"errorCode": "Invalid"}}))
    play.export(client, key="a")
    play.do(client.tasks.recover)
    play.do(client.tasks.doubts)


@scenario
def watching(play: Play) -> None:
    task = play.export(play.booster())
    for second in range(1, 60, 6):
        play.later(second, 0, status="INP", percentage=second)
    play.later(80, 0, status="COM", percentage=100)
    play.each(task.watch(timeout=30))
    play.each(task.watch(timeout=600, heartbeat=5))
    play.each(task.watch(timeout=0))


@scenario
def several(play: Play) -> None:
    client = play.booster()
    tasks = [play.export(client) for _ in range(6)]
    for number, status in enumerate(("COM", "ERR", "COM", "COM", "COM")):
        play.later(5 + number * 15, number, status=status)
    play.do(client.tasks.wait_any, tasks, timeout=100)
    play.do(client.tasks.wait_all, tasks, timeout=12, fail_fast=True)
    play.each(client.tasks.as_completed(tasks, timeout=30))
    play.do(client.tasks.wait_all, tasks, timeout=100)
    play.do(client.tasks.once)
    play.note(client.tasks.stats())


@scenario
def recovered(play: Play) -> None:
    journal = LastingMemory()
    kept = play.export(play.booster(journal=journal), key="kept")
    play.export(play.booster(journal=journal), key="kept")
    play.fails(0, (502, b""))
    play.export(play.booster(journal=journal), key="doubtful")
    client = play.booster(journal=journal)
    play.do(client.tasks.recover, settle=0)
    play.do(client.tasks.recover, settle=0, on_unknown="raise")
    play.do(client.tasks.adopt, "doubtful", kept.ref)
    play.do(client.tasks.adopt, "unheard of", kept.ref)
    play.do(client.tasks.forget, "doubtful")
    play.do(client.tasks.recover, settle=0)


@scenario
def doubtful_start(play: Play) -> None:
    client = play.booster(journal=LastingMemory())
    play.fails(0, (500, {}))
    play.export(client, key="a")
    for doubt in play.do(client.tasks.doubts):
        play.note(doubt.key, doubt.candidates)
    play.do(client.tasks.forget, "a")
    play.do(client.tasks.doubts)


@scenario
def needs_input(play: Play) -> None:
    client = play.lifepos()
    task = play.do(client.begin_create_nomenclature_import_task, ORGANIZATION, b"PK")
    play.later(5, 0, status="InProgress", progress=30)
    play.later(20, 0, status="WaitingForFeedback")
    play.do(task.wait, timeout=600, on_change=play.change)
    play.do(task.result, timeout=600)
    play.later(60, 0, is_confirmed=True)
    play.later(90, 0, status="Completed", progress=100, resolutions=[{"type": "Warning", "message": "row 3"}])
    play.each(task.watch(timeout=600))
    play.do(task.result, timeout=0)
    assert task.last.phase is Phase.SUCCEEDED


@scenario
def filtered_and_cancelled(play: Play) -> None:
    client = play.lifepos()
    for _ in range(3):
        play.do(client.begin_create_nomenclature_import_task, ORGANIZATION, b"PK")
    task = play.do(client.begin_create_nomenclature_import_task, ORGANIZATION, b"PK")
    play.later(30, 3, status="Canceled")
    play.do(task.result, timeout=600)


@scenario
def steps(play: Play) -> None:
    client = play.mykaarma()
    task = play.do(client.begin_create_dealer, CreateDealerRequest(name="Example Motors"))
    step = {"uuid": "s", "name": "copy", "order": 1}
    play.later(5, 0, status="IN_PROGRESS", steps=[{**step, "status": "IN_PROGRESS"}])
    play.later(20, 0, steps=[{**step, "status": "COMPLETED"}], warnings=[{"warningMessage": "slow"}])
    play.later(40, 0, status="COMPLETED")
    play.do(task.wait, timeout=600, on_change=play.change)
    play.do(task.result, timeout=600)


@scenario
def nothing_to_do(play: Play) -> None:
    client = play.mykaarma()
    task = play.do(client.begin_create_dealer, CreateDealerRequest(name="Example Motors"))
    play.later(5, 0, status="NOT_NEEDED")
    play.do(task.result, timeout=600)


@scenario
def closed(play: Play) -> None:
    client = play.booster()
    task = play.export(client)
    play.do(task.refresh)
    play.scene.close(client)
    play.do(task.wait, timeout=60)
    play.do(client.tasks.once)
    play.do(client.list_tasks)


def _play(mode: Mode, library: ModuleType, play: Scenario) -> list[Any]:
    scene = Scene(mode, library)
    try:
        found = Play(scene)
        play(found)
        return found.transcript
    finally:
        scene.end()


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
