"""A run of the fuzzer: each answer once, over a real socket, to a synchronous or an asynchronous client."""

from __future__ import annotations

import asyncio
import logging
import resource
import secrets
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from attrs import define, field
from tests.answers.mutations import CAP, COOKIE, SIGNATURE, TASK_ID, Answer, answer_of, task
from tests.raw_server import RawServer, listening, read_head
from tests.tracebacks import locals_of

import taskclients_core
import taskclients_core.tasks
from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster.models import ExportCustomer
from taskclients_core import ClientError
from taskclients_core.tasks import PollPolicy, TaskRef

TOKEN: Final = f"canary-token-{secrets.token_hex(4)}"
SECRETS: Final = (TOKEN, SIGNATURE, COOKIE)
DEADLINE: Final = 0.5
TOLERANCE: Final = 0.5
"""Seconds over the deadline that an outcome may take."""

LIMITS: Final[Any] = {"max_response_bytes": CAP, "poll": PollPolicy(max_bytes=CAP)}
MEMORY: Final = CAP + 32 * 1024 * 1024
EXPORT: Final = ExportCustomer(brand="CAR", pos_codes=["1"], download_request_id="n")
REF: Final = TaskRef("booster", "task", TASK_ID, {})
DOCUMENTED: Final = frozenset(
    found
    for package in (taskclients_core, taskclients_core.tasks)
    for name in package.__all__
    if isinstance(found := getattr(package, name), type) and issubclass(found, ClientError)
)
GOOD: Final[dict[str, object]] = {
    "list": [task(), task(asyncTaskId="other", status="RUN")],
    "rows": [task()],
    "begin": {"asyncTaskId": TASK_ID},
    "refresh": [task(status="RUN", percentage=5)],
}


@define
class Report:
    """Outcomes of a run."""

    deadline: float
    """Deadline of each call, in seconds."""

    outcomes: Counter[str] = field(factory=Counter[str])
    latest: float = 0.0
    """Longest time over the deadline, in seconds."""

    memory: int = 0
    """Growth of the largest resident memory, in bytes."""

    problems: list[str] = field(factory=list[str])

    def text(self) -> str:
        """Return the report as lines."""
        outcomes = ", ".join(f"{name} {count}" for name, count in self.outcomes.most_common())
        megabytes = self.memory / 1024 / 1024
        return "\n".join(
            [
                *self.problems,
                f"{self.outcomes.total()} answers: {outcomes}",
                f"{len(self.problems)} problems; at most {self.latest:.2f} s over the deadline of {self.deadline} s;"
                f" memory grew by {megabytes:.0f} MiB, allowed are {MEMORY / 1024 / 1024:.0f} MiB",
            ]
        )


_SCHEDULER: Final = Path("/proc/thread-self/schedstat")


def _waited() -> float:
    """Return the seconds for which this thread was ready and had no processor, where the system counts them.

    They are subtracted, so that a busy machine is not taken for a slow client.
    """
    return int(_SCHEDULER.read_text().split()[1]) / 1e9 if _SCHEDULER.exists() else 0.0


class Log(logging.Handler):
    """Handler that searches every record for secrets."""

    def __init__(self) -> None:
        super().__init__(0)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = f"{self.format(record)} {record.__dict__!r}"
        if any(each in text for each in SECRETS):
            self.found.append(f"{record.name}: {record.msg:.100}")


@contextmanager
def debug_log() -> Iterator[Log]:
    """Search the DEBUG logs of the whole process."""
    log, root = Log(), logging.getLogger()
    before = root.level
    root.addHandler(log)
    root.setLevel(0)
    try:
        yield log
    finally:
        root.removeHandler(log)
        root.setLevel(before)


def _play(connection: socket.socket, answer: Answer, ended: threading.Event) -> None:
    """Give the answer to each request of a connection."""
    while (head := read_head(connection)) and not ended.is_set():
        length = int((head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or b"0").strip())
        body = len(head.partition(b"\r\n\r\n")[2])
        while body < length:
            body += len(connection.recv(65536))
        for piece in answer.pieces():
            connection.sendall(piece)
            if answer.step:
                time.sleep(0.002)
            if ended.is_set():
                return
        if answer.end == "stall":
            ended.wait(10)
        if answer.end == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if answer.end != "keep":
            return


def _sync(url: str, call: str, deadline: float) -> object:
    with BoosterClient(url, auth=lambda: TOKEN, deadline=deadline, **LIMITS) as client:
        match call:
            case "list":
                return client.list_tasks()
            case "rows":
                return list(client.stream(client.list_tasks))
            case "begin":
                return client.begin_export_customer(EXPORT)
            case _:
                return client.tasks.resume(REF).refresh(timeout=deadline)


async def _async(url: str, call: str, deadline: float) -> object:
    async with AsyncBoosterClient(url, auth=lambda: TOKEN, deadline=deadline, **LIMITS) as client:
        match call:
            case "list":
                return await client.list_tasks()
            case "rows":
                return [each async for each in client.stream(client.list_tasks)]
            case "begin":
                return await client.begin_export_customer(EXPORT)
            case _:
                return await client.tasks.resume(REF).refresh(timeout=deadline)


def run(seeds: Iterable[int], *, deadline: float = DEADLINE, note: Callable[[str], None] = lambda text: None) -> Report:
    """Try the answers of some seeds; `note` receives each problem as text."""
    report, before = Report(deadline), _peak()
    with listening() as server, debug_log() as log, asyncio.Runner() as runner:
        for number, seed in enumerate(seeds):
            if number == 20:  # from here on, everything is imported and cached
                before = _peak()
            call = list(GOOD)[seed // 2 % len(GOOD)]
            answer = answer_of(seed, GOOD[call])
            about = f"seed {seed} ({'async' if seed % 2 else 'sync'} {call}: {', '.join(answer.kinds)})"
            for problem in _try(server, runner, answer, call, report, asynchronous=bool(seed % 2)):
                report.problems.append(f"{about}: {problem}")
                note(report.problems[-1])
            for problem in log.found:
                report.problems.append(f"{about}: a secret is logged: {problem}")
                note(report.problems[-1])
            log.found.clear()
        report.memory = _peak() - before
    if report.memory > MEMORY:
        report.problems.append(f"the memory grew by {report.memory} bytes")
    return report


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _try(
    server: RawServer, runner: asyncio.Runner, answer: Answer, call: str, report: Report, *, asynchronous: bool
) -> Iterator[str]:
    ended = threading.Event()
    server.serve = lambda connection: _play(connection, answer, ended)
    error: BaseException | None = None
    started, waited = time.monotonic(), _waited()
    try:
        runner.run(_async(server.url, call, report.deadline)) if asynchronous else _sync(
            server.url, call, report.deadline
        )
    except Exception as caught:
        error = caught
    late = time.monotonic() - started - report.deadline - (_waited() - waited)
    ended.set()
    report.outcomes["a value" if error is None else type(error).__name__] += 1
    report.latest = max(report.latest, late)
    if late > TOLERANCE:
        yield f"{late:.2f} s over the deadline"
    if error is None:
        return
    if type(error) not in DOCUMENTED:
        yield f"{type(error).__name__} is not documented: {error}"
    for where, name, value in locals_of(error):
        if any(each in value for each in SECRETS):
            yield f"a secret is in {name!r} of {where} ({type(error).__name__})"
    if any(each in str(error) for each in SECRETS):
        yield f"a secret is in the message of {type(error).__name__}"
