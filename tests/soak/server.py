"""Mock server in a process of its own that injects faults, counts requests and shows the tasks that it began."""

from __future__ import annotations

import json
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import Any, Final
from urllib.request import urlopen

from attrs import frozen

from dragoman.mock_server import Fault, Sandbox, fault, serving
from dragoman.mock_server import files as result_files
from dragoman.testing import spec_of

SPEED: Final = 6.0
"""Tasks take a second."""

BEGIN, LIST, FILE = "exports.exportCustomer", "tasks.listTasks", "/_files/*"
_PATHS: Final = {BEGIN: "*/export", LIST: "*/task*", FILE: "*/_files/*"}
_KINDS: Final[Sequence[tuple[str, str, dict[str, Any]]]] = (
    (BEGIN, "lost", {}),
    (BEGIN, "reset", {}),
    (BEGIN, "closed", {}),
    (BEGIN, "cut", {}),
    (BEGIN, "status", {"status": 503}),
    (BEGIN, "late", {"seconds": 1.0}),
    (LIST, "status", {"status": 500}),
    (LIST, "status", {"status": 429, "retry_after": "1"}),
    (LIST, "html", {}),
    (LIST, "empty", {}),
    (LIST, "truncated", {}),
    (LIST, "nan", {}),
    (LIST, "bad-chunk", {}),
    (LIST, "head-only", {}),
    (LIST, "reset", {}),
    (FILE, "cut", {}),
    (FILE, "status", {"status": 404}),
    (FILE, "status", {"status": 503}),
    (FILE, "link-expired", {}),
    (FILE, "length", {}),
)
KINDS: Final = len(_KINDS)


def faults(jobs: int, chance: random.Random) -> list[Fault]:
    """Return faults of all kinds at random requests: two for each job."""
    shares = {BEGIN: jobs, LIST: 10 * jobs, FILE: 2 * jobs}
    found: list[Fault] = []
    for number in range(2 * jobs):
        target, name, options = _KINDS[number % KINDS]
        found.append(fault(target, name, nth=chance.randint(1, shares[target]), **options))
    return found


@frozen
class Stats:
    """Requests by target, and the ids of the tasks begun for each brand."""

    requests: dict[str, int]
    tasks: dict[str, list[str]]


def stats(url: str) -> Stats:
    with urlopen(f"{url}/stats") as response:
        return Stats(**json.load(response))


@contextmanager
def large_files() -> Iterator[None]:
    """Make files 100 KiB long, so that responses consist of several chunks."""
    before = result_files.ROWS
    setattr(result_files, "ROWS", 2000)  # noqa: B010 - a constant
    try:
        yield
    finally:
        setattr(result_files, "ROWS", before)  # noqa: B010


@contextmanager
def server(injected: Sequence[Fault]) -> Iterator[str]:
    """Run the server; yield its URL."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(reader)
            sandbox = Sandbox([spec_of("booster")], speed=SPEED, faults=injected)
            with serving(_Counting(sandbox)) as url, open(writer, "w", encoding="ascii") as file:
                file.write(url)
                file.close()
                signal.pause()
        finally:
            os._exit(1)
    os.close(writer)
    with open(reader, encoding="ascii") as file:
        url = file.read()
    try:
        yield url
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


class _Counting:
    """ASGI application around the sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._requests: Counter[str] = Counter()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] != "/stats":
            self._requests.update(name for name, form in _PATHS.items() if fnmatchcase(scope["path"], form))
            await self._sandbox(scope, receive, send)
            return
        begun: dict[str, list[str]] = {}
        for store in self._sandbox.mounts["booster"].stores.values():
            for task in store:
                if task.from_request:
                    begun.setdefault(task.echoes["/brand"], []).append(task.id)
        content = json.dumps({"requests": self._requests, "tasks": begun}).encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": content})
