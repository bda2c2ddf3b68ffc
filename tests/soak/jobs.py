"""Jobs that export and download a file, in processes that are killed and started again until the file is there."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import signal
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from attrs import define, field, frozen
from msgspec.structs import replace
from tests.e2e.tasks.crashing import Child, Log, born
from tests.soak.server import KINDS, faults, large_files, server, stats

from dragoman.mock_server import files as result_files
from taskclients.booster import AsyncBoosterClient, BoosterClient
from taskclients.booster.async_tasks import EXPORT_CUSTOMER
from taskclients.booster.models import ExportCustomer
from taskclients_core import ClientError
from taskclients_core.tasks import SubmissionUnknownError, TaskRef
from taskclients_core.tasks.definition import PollTiming, ReconcileRule

_RULE: Final = EXPORT_CUSTOMER.reconcile
assert _RULE is not None
# The brand names the job, so that a task is certainly that of its job; and tasks take a second.
EXPORT: Final = replace(
    EXPORT_CUSTOMER,
    reconcile=ReconcileRule(match=_RULE.match, unique=True, settle=0.5),
    task_type=replace(EXPORT_CUSTOMER.task_type, timing=PollTiming(min=0.2, max=1.0)),
)
PARALLEL: Final = 6
RUNS: Final = 60
"""Runs of a job after which it counts as lost."""

BY_HAND: Final = 3
"""Run in which a submission of unknown outcome is resolved by hand: with a look at the server's list."""


class Sync(BoosterClient):
    submissions: ClassVar[Any] = (EXPORT,)


class Async(AsyncBoosterClient):
    submissions: ClassVar[Any] = (EXPORT,)


@define(eq=False)
class Job:
    name: str
    folder: Path
    is_async: bool
    runs: int = 0
    kills: int = 0
    digest: str | None = None
    errors: list[str] = field(factory=list[str])

    @property
    def body(self) -> ExportCustomer:
        return ExportCustomer(brand=self.name, pos_codes=["1"], download_request_id=self.name)

    def options(self, url: str) -> dict[str, Any]:
        return {
            "base_url": f"{url}/booster",
            "auth": "token",
            "journal": self.folder / "journal",
            "deadline": 10.0,
            "download_hosts": [urlsplit(url).netloc],
            "allow_private_downloads": True,
        }

    @property
    def path(self) -> Path:
        return self.folder / f"{self.name}.csv"

    def run(self, url: str, log: Log) -> None:
        """Export and download, in a process of its own."""
        try:
            if self.is_async:
                asyncio.run(self._run_async(url, log))
            else:
                self._run(url, log)
        except ClientError as error:
            log("error", f"{type(error).__name__}: {error}")

    def _run(self, url: str, log: Log) -> None:
        with Sync(**self.options(url)) as client:
            try:
                task = client.begin(EXPORT, body=self.body, idempotency_key=self.name)
            except SubmissionUnknownError as error:
                if self.runs < BY_HAND:
                    raise
                log("by hand", error.key)
                ids = [each.async_task_id.hex for each in client.list_tasks() if each.brand == self.name]
                if not ids:
                    client.tasks.discard(error.key)
                    raise
                task = client.tasks.resolve(error.key, TaskRef("booster", "task", ids[0], {}))
            log("ref", task.ref.id)
            log("file", task.download(self.path, timeout=30).sha256)

    async def _run_async(self, url: str, log: Log) -> None:
        async with Async(**self.options(url)) as client:
            try:
                task = await client.begin(EXPORT, body=self.body, idempotency_key=self.name)
            except SubmissionUnknownError as error:
                if self.runs < BY_HAND:
                    raise
                log("by hand", error.key)
                ids = [each.async_task_id.hex for each in await client.list_tasks() if each.brand == self.name]
                if not ids:
                    await client.tasks.discard(error.key)
                    raise
                task = await client.tasks.resolve(error.key, TaskRef("booster", "task", ids[0], {}))
            log("ref", task.ref.id)
            log("file", (await task.download(self.path, timeout=30)).sha256)


@frozen
class Result:
    """Outcome of a soak."""

    jobs: int
    seconds: float
    runs: int
    kills: int
    faults: int
    """Injected faults that met a request."""

    by_hand: int
    """Submissions of unknown outcome that were resolved by hand."""

    twice: list[str]
    """Jobs of which the server has more than one task."""

    lost: list[str]
    """Jobs without a file, and tasks that a job has reported and that are not its own."""

    wrong: list[str]
    """Jobs whose file is not that of their task."""

    errors: Counter[str]
    """Errors that ended runs, by class."""

    def __str__(self) -> str:
        ended = ", ".join(f"{count} {name}" for name, count in self.errors.most_common()) or "none"
        return (
            f"{self.jobs} jobs, half of them async, in {self.seconds:.0f} s: {self.kills} kill -9 in {self.runs} runs, "
            f"{self.faults} faults of {KINDS} kinds; {len(self.twice)} executed twice, {len(self.lost)} lost, "
            f"{self.jobs - len(self.wrong)} digests right, {self.by_hand} resolved by hand; runs ended by {ended}"
        )


@frozen
class _Running:
    job: Job
    child: Child
    killed_at: float | None


def soak(folder: Path, *, jobs: int, seconds: float, seed: int = 1) -> Result:
    """Run jobs, whose starts are spread over so many seconds."""
    chance = random.Random(seed)
    injected = faults(jobs, chance)
    due = [(seconds * number / jobs, Job(f"job-{number}", folder, bool(number % 2))) for number in range(jobs)]
    waiting, running = list(due), list[_Running]()
    refs: dict[str, set[str]] = {}
    by_hand = 0
    with large_files(), server(injected) as url:
        started = time.monotonic()
        while waiting or running:
            now = time.monotonic() - started
            while waiting and waiting[0][0] <= now and len(running) < PARALLEL:
                job = waiting.pop(0)[1]
                job.runs += 1
                kill = now + chance.uniform(0.0, 3.0) if chance.random() < 0.5 else None
                running.append(_Running(job, born(partial(job.run, url)), kill))
            for each in running:
                if each.killed_at is not None and each.killed_at <= now:
                    os.kill(each.child.number, signal.SIGKILL)
            for each in [each for each in running if _has_ended(each.child)]:
                running.remove(each)
                report, job = each.child.ended(), each.job
                job.kills += report.killed
                job.errors += report.all("error")
                by_hand += len(report.all("by hand"))
                refs.setdefault(job.name, set()).update(report.all("ref"))
                job.digest = next(iter(report.all("file")), None)
                if job.digest is None and job.runs < RUNS:
                    waiting.insert(0, (now, job))
            time.sleep(0.01)
        took = time.monotonic() - started
        at_server = stats(url)
        begun = at_server.tasks
        everyone = [job for _, job in due]
        wrong = [job.name for job in everyone if not _is_right(job, begun.get(job.name, []))]
    return Result(
        jobs=jobs,
        seconds=took,
        runs=sum(job.runs for job in everyone),
        kills=sum(job.kills for job in everyone),
        faults=sum(each.nth <= at_server.requests.get(each.request, 0) for each in injected),
        by_hand=by_hand,
        twice=[job.name for job in everyone if len(begun.get(job.name, ())) > 1],
        lost=[job.name for job in everyone if job.digest is None or not refs[job.name] <= set(begun.get(job.name, ()))],
        wrong=wrong,
        errors=Counter(error.partition(":")[0] for job in everyone for error in job.errors),
    )


def _has_ended(child: Child) -> bool:
    return os.waitid(os.P_PID, child.number, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _is_right(job: Job, ids: list[str]) -> bool:
    expected = {hashlib.sha256(result_files.rows(each)).hexdigest() for each in ids}
    return job.path.exists() and {job.digest, hashlib.sha256(job.path.read_bytes()).hexdigest()} == expected
