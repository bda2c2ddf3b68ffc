"""Processes that begin tasks at a real server and are killed, and the state of their tasks afterwards."""

from __future__ import annotations

import itertools
import json
import os
import signal
import socket
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

import httpcore
import httpx
from attrs import frozen
from tests.unit.tasks.submission_harness import Process, Vendor

from taskclients_core import Client, ClientError
from taskclients_core.operation import Json, Operation
from taskclients_core.security import Api
from taskclients_core.tasks import collection, failpoints
from taskclients_core.tasks.definition import (
    BoundCall,
    FromList,
    MatchRule,
    Phase,
    PollTiming,
    ReconcileRule,
    StatusMapping,
    Submission,
    TaskType,
)
from taskclients_core.tasks.errors import SubmissionUnknownError
from taskclients_core.tasks.journal import sqlite

LIST: Final = Operation("vendor.list", "GET", "/tasks", returns=list[Any])
BEGIN: Final[Operation[Any]] = Operation(
    "vendor.begin", "POST", "/tasks", body=Json(dict[str, Any]), returns=dict[str, Any]
)
TASK_TYPE: Final[TaskType[Any, None]] = TaskType(
    name="vendor.task",
    model=Any,
    poll=FromList(call=BoundCall(LIST), items="", key="/id"),
    state=StatusMapping(at="/status", phases={"done": Phase.SUCCEEDED}),
    timing=PollTiming(min=0.01, max=0.01),
)
_MATCH: Final = (MatchRule("/name", "$request.body#/name"),)


def submit(*, unique: bool) -> Submission[Any, Any]:
    reconcile = ReconcileRule(match=_MATCH, unique=unique, settle=0.02)
    return Submission(operation=BEGIN, task_type=TASK_TYPE, id="$response.body#/id", reconcile=reconcile)


class UniqueClient(Client):
    api = Api("vendor", "http://127.0.0.1:1")
    submissions = (submit(unique=True),)


class AmbiguousClient(Client):
    api = Api("vendor", "http://127.0.0.1:1")
    submissions = (submit(unique=False),)


# Import and compile once what every child would otherwise import for itself.
PREPARED: Final = (httpx, httpcore, collection, sqlite, Process(Vendor(), None).submit())


# -- The server


class _Vendor(BaseHTTPRequestHandler):
    """Begins tasks, then fails as the name of the task says."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    posts: Counter[str]
    tasks: list[dict[str, str]]
    lock: threading.Lock

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        with self.lock:
            shown = {"posts": self.posts, "tasks": self.tasks} if self.path == "/stats" else self.tasks
            content = json.dumps(shown).encode()
        self._respond(200, content)

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        if len(content) < int(self.headers["content-length"]):
            self.close_connection = True  # the client is gone
            return
        name = json.loads(content)["name"]
        with self.lock:
            self.posts[name] += 1
            if name.startswith("refuse"):
                task = None
            else:
                task = {"id": f"{name}-{self.posts[name]}", "name": name, "status": "done"}
                self.tasks.append(task)
        if name.startswith("drop"):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._respond(400 if task is None else 200, json.dumps(task or {}).encode())

    def _respond(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def vendor() -> Iterator[str]:
    """Run a server in a new process; yield its URL."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:

        class Handler(_Vendor):
            posts, tasks, lock = Counter[str](), [], threading.Lock()

        try:
            server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            server.daemon_threads = True
            os.write(writer, str(server.server_port).encode())
            os.close(writer)
            server.serve_forever()
        finally:
            os._exit(1)
    os.close(writer)
    with open(reader, encoding="ascii") as file:
        url = f"http://127.0.0.1:{file.read()}"
    try:
        yield url
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@frozen
class Stats:
    posts: dict[str, int]
    tasks: list[dict[str, str]]

    def begun(self, name: str) -> list[str]:
        return [task["id"] for task in self.tasks if task["name"] == name]


def stats(url: str) -> Stats:
    with urlopen(f"{url}/stats") as response:
        return Stats(**json.load(response))


# -- Processes to kill


@frozen
class Report:
    """Messages that a process sent before its end."""

    logged: list[list[Any]]
    killed: bool

    def all(self, what: str) -> list[Any]:
        return [each[1] for each in self.logged if each[0] == what]


Log = Callable[..., None]


@frozen
class Child:
    """A running process."""

    number: int
    reader: int

    def ended(self) -> Report:
        """Wait for its end."""
        with open(self.reader, encoding="utf-8") as file:
            lines = file.read().split("\n")
        _, status = os.waitpid(self.number, 0)
        killed = os.WIFSIGNALED(status)
        assert killed or os.WEXITSTATUS(status) == 0
        return Report([json.loads(line) for line in lines[:-1]], killed)


def born(work: Callable[[Log], None]) -> Child:
    """Run a function in a new process."""
    reader, writer = os.pipe()
    number = os.fork()
    if not number:

        def log(*parts: Any) -> None:
            os.write(writer, json.dumps(parts).encode() + b"\n")

        status = 1
        try:
            work(log)
            status = 0
        finally:
            if status:
                traceback.print_exc()
            os._exit(status)
    os.close(writer)
    return Child(number, reader)


def live(work: Callable[[Log], None], *, seconds: float | None = None) -> Report:
    """Run a function in a new process, which is killed after so many seconds."""
    child = born(work)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child.number, signal.SIGKILL)
    return child.ended()


def dying_at(point: str, number: int, log: Log | None = None) -> None:
    """Kill this process the `number`th time that it reaches a failpoint."""
    seen: Counter[str] = Counter()

    def hook(name: str) -> None:
        seen[name] += 1
        if log is not None:
            log("at", name)
        if name == point and seen[name] == number:
            os.kill(os.getpid(), signal.SIGKILL)

    failpoints.failpoint_hook = hook


def begin(url: str, path: Path, name: str, log: Log, *, key: str | None = None, to_the_end: bool = False) -> None:
    """Begin a task and send the result."""
    kind = AmbiguousClient if name.startswith("drop-ask") else UniqueClient
    with kind(url, journal=path) as client:
        try:
            task = client.begin(kind.submissions[0], body={"name": name}, idempotency_key=key)
        except SubmissionUnknownError as error:
            log("unknown", error.key)
        except ClientError as error:
            log("refused", type(error).__name__)
        else:
            log("ref", task.ref.id)
            if to_the_end:
                task.result(timeout=10)
                log("settled", task.ref.id)


def begin_many(url: str, path: Path, prefix: str, log: Log) -> None:
    """Begin task after task, half of them with a key, and send each as soon as it is known."""
    with UniqueClient(url, journal=path) as client:
        for number in itertools.count():
            name = f"{prefix}-{number}"
            task = client.begin(
                client.submissions[0], body={"name": name}, idempotency_key=name if number % 2 else None
            )
            log("ref", task.ref.id)


def kills(url: str, path: Path, prefix: str, seconds: float) -> tuple[int, int]:
    """Kill processes that begin tasks; return how many tasks were begun, and how many of those are unresolved."""
    report = live(lambda log: begin_many(url, path, prefix, log), seconds=seconds)
    after = live(lambda log: recover(url, path, log))
    server = stats(url)
    begun = [task["id"] for task in server.tasks if task["name"].startswith(f"{prefix}-")]
    assert all(posts == 1 for name, posts in server.posts.items() if name.startswith(f"{prefix}-")), "sent twice"
    assert len(begun) == len(set(begun))
    assert set(report.all("ref")) <= set(after.all("ref")) <= set(begun), "lost after it was reported"
    request = set(begun) - set(after.all("ref"))
    assert len(request) <= len(after.all("unknown")) <= 1, "lost without a word"
    return len(begun), len(after.all("unknown"))


def recover(url: str, path: Path, log: Log, *, unique: bool = True, hold: float = 0.0) -> None:
    """Send the tasks that recovery finds, and hold them for some seconds."""
    kind = UniqueClient if unique else AmbiguousClient
    with kind(url, journal=path) as client:
        tasks = client.tasks.recover()
        for task in tasks:
            log("ref", task.ref.id)
        time.sleep(hold)
        for submission in client.tasks.unresolved():
            log("unknown", submission.key)
