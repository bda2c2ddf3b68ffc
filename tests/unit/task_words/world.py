"""Vendor of the test, a scenario that clients play with it, and another that asks the mock server."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import httpx
import msgspec
from attrs import define, field

from dragoman.mock_server import Sandbox
from dragoman.spec.task_types import read_submission, read_task_type
from dragoman.testing import Call, Reply, SandboxTransport, VirtualClock, fault
from taskclients_core import RetryPolicy
from taskclients_core.operation import Operation
from taskclients_core.tasks.definition import Submission, TaskType
from taskclients_core.tasks.handles import (
    AsyncCancellableTaskHandle,
    AsyncConfirmableTaskHandle,
    CancellableTaskHandle,
    ConfirmableTaskHandle,
)

from .document import Node, start_of

Trace = list[str]

FILE: Final = b"a,b\r\n1,2\r\n"
_STALE: Final = 10.0
"""Seconds for which a link to a file is valid at least."""


class BothTaskHandle(CancellableTaskHandle[Any, Any], ConfirmableTaskHandle[Any, Any]):
    """Handle of a type with both actions."""


class AsyncBothTaskHandle(AsyncCancellableTaskHandle[Any, Any], AsyncConfirmableTaskHandle[Any, Any]):
    """Async twin of `BothTaskHandle`."""


# -- The vendor


@define
class Task:
    id: str
    name: str
    title: str
    place: str
    began: float
    wall: float
    answered: float | None = None
    stopped: float | None = None


@define
class World:
    """Vendor whose tasks do what their name says, whatever the spec."""

    clock: VirtualClock = field(factory=lambda: VirtualClock(seed=3))
    tasks: list[Task] = field(factory=list[Task])
    trace: Trace = field(factory=list[str])
    _busy: bool = True

    def __attrs_post_init__(self) -> None:
        now, wall = self.clock.monotonic(), self.clock.wall()
        self.tasks.append(Task("w0", "old", "title", "north", now - 2000, wall - 2000))

    def answer(self, call: Call) -> Reply:
        now = self.clock.monotonic() - 1000
        sent = {name: call.headers.get(name) for name in ("key", "other-key", "authorization") if name in call.headers}
        # A start without a key of the caller's has a random one.
        sent = {name: "<random>" if re.fullmatch("[0-9a-f]{32}", str(each)) else each for name, each in sent.items()}
        self.trace.append(f"{now:.2f} {call.method} {call.origin}{call.path}?{call.query} {sent} {call.body!r}")
        return self._answer(call, dict(parse_qsl(call.query)))

    def _answer(self, call: Call, query: dict[str, str]) -> Reply:
        match call.method, call.path.strip("/").split("/"):
            case "POST", ["works" | "jobs"]:
                return self._begin(json.loads(call.body), query)
            case "GET", ["works" | "others" as kind]:
                return self._list(call, query, kind)
            case "GET", ["works" | "others" as kind, name]:
                found = next((each for each in self.tasks if each.id == name and self._visible(each)), None)
                return _json(404, {}) if found is None else _json(200, self._show(found, kind))
            case "POST", ["works", name, action]:
                self._act(next(each for each in self.tasks if each.id == name), action)
                return Reply(204)
            case "GET", ["works", name, kind]:
                return _json(200, {"id": name, "name": kind, "title": query.get("reason")})
            case "GET", ["files", _]:
                fresh = float(query["Expires"]) > self.clock.wall()
                return Reply(200 if fresh else 403, FILE if fresh else b"", {"Content-Type": "text/csv"})
            case _:
                return _json(404, {})

    def _begin(self, order: Node, query: dict[str, str]) -> Reply:
        if order["name"] == "busy" and self._busy:
            self._busy = False
            return Reply(503)
        number = len(self.tasks) + 1
        own = order.get("uuid") if order["name"] == "own" else None
        task = Task(
            own or f"w{number}",
            order["name"],
            order["title"],
            query["place"],
            self.clock.monotonic(),
            self.clock.wall(),
        )
        self.tasks.append(task)
        if task.name == "cut":
            raise httpx.ReadError("connection reset")
        headers = {"X-Id": f"head-{task.id}", "X-Place": "south"} | (
            {"Retry-After": "15"} if task.name == "later" else {}
        )
        status = 202 if task.name == "accepted" else 200
        return _json(status, {"id": task.id, "code": "south", "inner": {"id": f"inner-{task.id}"}}, headers)

    def _act(self, task: Task, action: str) -> None:
        if action in ("confirm", "agree"):
            task.answered = self.clock.monotonic()
        else:
            task.stopped = self.clock.monotonic()

    def _visible(self, task: Task) -> bool:
        elapsed = self.clock.monotonic() - task.began
        return not (task.name == "hidden" and elapsed < 40) and not (task.name == "vanished" and elapsed > 5)

    def _list(self, call: Call, query: dict[str, str], kind: str) -> Reply:
        states = [value for name, value in parse_qsl(call.query) if name == "status"]
        shown = [self._show(each, kind) for each in reversed(self.tasks) if self._visible(each)]
        shown = [each for each in shown if not states or each["status"] in states]
        start, size = int(query.get("after", 0)), int(query.get("size", 3))
        page, end = shown[start : start + size], start + size
        token = str(end) if end < len(shown) else None
        return _json(200, {"items": page, "next": token, "second": {"items": shown[1:], "next": None}})

    def _show(self, task: Task, kind: str) -> Node:
        elapsed = self.clock.monotonic() - task.began
        status = self._status(task, elapsed)
        fresh = self.clock.wall() // _STALE * _STALE + 2 * _STALE
        elapsed = min(elapsed, 12.0)
        shown = self._members(task, elapsed, status, fresh, kind)
        other = {**shown, "status": "run", "percent": 1, "done": 1, "total": 3, "number": 9, "answer": "maybe"}
        other |= {"name": "another", "title": "another", "size": 1, "sha256": "0" * 64, "md5": "0" * 32}
        other |= {"id": f"x{task.id}", "began": "2031-01-01T00:00:00Z", "expiry": "2031-01-01T00:00:00Z"}
        return {**shown, "second": {**other, "url": f"https://other.example/files/{task.id}?Expires={fresh:.0f}"}}

    def _members(self, task: Task, elapsed: float, status: str, fresh: float, kind: str) -> Node:
        stamp = _stamp(task.wall)
        part = {"key": "p", "name": "Part", "order": 2, "status": "run"}
        more = {"key": "q", "name": "Another", "order": 1, "status": "bad" if elapsed > 5 else "wait"}
        second = {"key": "s", "name": "Second", "order": 3, "status": "ok"}
        parts = [{**part, "second": {**second, "order": 1}}, {**more, "second": second}]
        found: Node = {"id": task.id, "status": status, "percent": min(100, int(elapsed * 8)), "done": int(elapsed)}
        found |= {"total": 40, "parts": parts, "others": parts[:1], "number": int(elapsed), "began": stamp}
        found |= {"name": task.name if kind == "works" else "other", "title": task.title, "size": len(FILE)}
        found |= {
            "sha256": hashlib.sha256(FILE).hexdigest(),
            "md5": hashlib.md5(FILE, usedforsecurity=False).hexdigest(),
        }
        found |= {"url": f"https://files.example/files/{task.id}?Expires={fresh:.0f}", "expiry": _stamp(fresh)}
        return found | ({"answer": "yes"} if task.answered else {})

    def _status(self, task: Task, elapsed: float) -> str:
        now = self.clock.monotonic()
        if task.stopped is not None:
            return "gone" if now - task.stopped > 1 else "run"
        if elapsed < 3:
            return "Wait" if task.name == "odd" else "wait"
        if task.name in ("bad", "skipped", "odd", "stopped"):
            return {"bad": "bad", "skipped": "none", "odd": "weird", "stopped": "run"}[task.name]
        if elapsed < 9 or task.name != "asking":
            return "run" if elapsed < 9 else "ok"
        if task.answered is None or now - task.answered < 3:
            return "ask"
        return "run" if now - task.answered < 6 else "ok"


def _json(status: int, value: Any, headers: dict[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})


def _stamp(wall: float) -> str:
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


# -- The client


NAMES: Final = (
    "cut",
    "asking",
    "bad",
    "skipped",
    "odd",
    "hidden",
    "vanished",
    "later",
    "accepted",
    "own",
    "stopped",
    "busy",
)
_BOUNDED: Final = 150.0


@define
class Player:
    """A client that plays the scenario with the definitions of a spec, and the operations of a generated package."""

    generated: Any
    operations: Callable[[str], Operation[Any]]
    folder: Path

    def play(self, document: Node, start: str) -> Trace:
        """Begin tasks of all names and bring each to its end; return what was sent and what was seen."""
        world = World()
        submission = self._submission(document, start)
        http = httpx.Client(transport=SandboxTransport(world, clock=world.clock, latency=0.01))
        client = self.generated.ApiClient(
            "https://works.example",
            auth="secret",
            http_client=http,
            download_client=http,
            clock=world.clock,
            retry=RetryPolicy(),
        )
        with client:
            for name in NAMES:
                self._play(client, submission, world, name)
        return world.trace

    def _play(self, client: Any, submission: Submission[Any, Any], world: World, name: str) -> None:
        log = world.trace.append
        values = {"Key": None, "Other-Key": None, "place": "north", "area": "east"}
        arguments = [values[each.name] for each in submission.operation.parameters]
        body = self.generated.models.Order(name=name, title="title", uuid="own-id", key="own-key")

        def attempt(what: str, work: Callable[[], Any]) -> Any:
            try:
                found = work()
            except Exception as error:
                # Keys of submissions are random.
                text = re.sub("[0-9a-f]{32}", "<random>", str(error))
                log(f"{what}: {type(error).__name__}: {text}")
                return None
            log(f"{what}: {_shown(found)}")
            return found

        task = attempt(f"begin {name}", lambda: client.begin(submission, *arguments, body=body))
        if task is None:
            return
        log(f"{task.ref.id} {dict(task.ref.scope)}")
        seen = lambda snapshot: log(f"seen {_shown(snapshot)}")  # noqa: E731
        if name == "stopped" and hasattr(task, "cancel"):
            attempt("cancel", task.cancel)
        last = attempt("wait", lambda: task.wait(timeout=_BOUNDED, on_change=seen))
        if last is not None and last.phase == "needs-input" and hasattr(task, "confirm"):
            attempt("confirm", task.confirm)
            last = attempt("wait", lambda: task.wait(timeout=_BOUNDED, on_change=seen))
        if last is not None and last.terminal:
            world.clock.sleep(40)
            attempt("result", lambda: task.result(timeout=60))
            if name == "later":
                target = self.folder / f"{len(list(self.folder.iterdir()))}.csv"
                attempt("download", lambda: task.download(target, timeout=60))

    def _submission(self, document: Node, start: str) -> Submission[Any, Any]:
        node = start_of(document, start)["x-begins-task"]
        declared = document["components"]["x-task-types"][node["type"]]
        found: TaskType[Any, Any] = read_task_type(node["type"], declared, self.operations)
        both = (BothTaskHandle, AsyncBothTaskHandle) if found.cancel and found.actions else None
        task_type = msgspec.structs.replace(found, name=f"spec.{found.name}", handles=both)
        return read_submission(node, self.operations(f"works.{start}"), task_type)


def _shown(value: Any) -> str:
    members = ("phase", "status", "known", "partial", "progress", "steps", "messages")
    if hasattr(value, "phase"):
        return " ".join(f"{name}={getattr(value, name)!r}" for name in members) + f" {value.messages!r}" + _texts(value)
    names = ("api_credentials", "expires", "size", "sha256", "md5", "media_type", "verified", "bytes", "refreshes")
    found = {name: getattr(value, name) for name in names if hasattr(value, name)}
    return repr(found or value)


def _texts(snapshot: Any) -> str:
    return repr([message.text for message in snapshot.messages])


# -- The mock server


def ask(path: Path) -> Trace:
    """Send the mock server of a spec always the same requests; return its responses."""
    clock = VirtualClock(seed=3)
    asks = "input" in json.loads(path.read_text())["components"]["x-task-types"]["job"]
    faults = [fault("works.startJob", "ends", phase="needs-input", seconds=1)] if asks else []
    sandbox = Sandbox([path], clock=clock.world, faults=faults)
    trace: Trace = []

    def send(method: str, target: str, body: Any = None, **headers: str) -> Any:
        head, _, query = target.partition("?")
        content = b"" if body is None else json.dumps(body).encode()
        sent = {"authorization": "Bearer secret", "content-type": "application/json", **headers}
        reply = sandbox.answer(Call(method=method, path=head, query=query, headers=sent, body=content))
        text = re.sub(rb"signature=[0-9a-f]+", b"signature=", reply.body)
        shown = {name: value for name, value in reply.headers.items() if name != "ETag"}
        trace.append(f"{clock.world():.0f} {method} {target}: {reply.status} {shown} {text!r}")
        return json.loads(reply.body) if reply.body[:1] in (b"{", b"[") else None

    order = {"name": "name", "title": "title", "uuid": "own-id", "key": "own-key"}
    for start in ("works", "jobs"):
        for other in ("b", "c"):
            send("POST", f"/{start}?place=north&area=east", order, key="a", **{"other-key": other})
    mount = next(iter(sandbox.mounts.values()))
    ids = [task.id for store in dict.fromkeys(mount.stores.values()) for task in store if task.from_request]
    for pause in (0.5, 2, 3, 4):
        clock.sleep(pause)
        for listing in ("works", "others"):
            for query in (
                "",
                "?size=2&place=north",
                "?count=2&place=south",
                "?status=ok",
                "?state=ok",
                "?status=run&after=x",
            ):
                send("GET", f"/{listing}{query}")
        for name in ids:
            for query in ("", "?place=north", "?place=south"):
                send("GET", f"/works/{name}{query}")
                send("GET", f"/others/{name}{query}")
        if pause == 2:
            for name, action in zip(ids, ("cancel", "stop", "confirm", "agree"), strict=False):
                send("POST", f"/works/{name}/{action}")
    for task in [task for store in mount.stores.values() for task in store]:
        send("GET", f"/_files/{mount.api.package}/{task.definition.kind}/{task.id}.csv")
    return trace
