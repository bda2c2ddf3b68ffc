"""Requests sent by many waits, in real time scaled down a hundred times, against the sandbox.

    python tests/bench/poll_rate.py

The sandbox runs in its own process, where tasks never end, and records the time of each request. Five seconds of a
vendor's limits are 50 ms here, and ten minutes are six seconds.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.request import urlopen

from pollers import paced

from dragoman.mock_server import Sandbox, serving
from taskclients.booster import AsyncBoosterClient
from taskclients.booster.models import ExportCustomer
from taskclients.mykaarma import AsyncMyKaarmaClient
from taskclients.mykaarma.models import CreateDealerRequest
from taskclients_core.tasks import TaskRef, TaskTimeoutError

SPECS = Path(__file__).parents[2] / "specs"
SCALE = 100
INTERVAL = 5 / SCALE
TEN_MINUTES = 600 / SCALE


class Noting:
    """ASGI application that records the requests to another one and returns them at `/asked`."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self.requests: list[tuple[float, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["path"] == "/asked":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": json.dumps(self.requests).encode()})
            return
        if scope["method"] == "GET":
            self.requests.append((monotonic(), scope["path"]))
        await self.application(scope, receive, send)


def _serve(url: Any) -> None:
    specs = [SPECS / "booster.yaml", SPECS / "mykaarma.yaml"]
    with serving(Noting(Sandbox(specs, speed=0.001))) as found:
        url.put(found)
        threading.Event().wait()


@contextmanager
def sandbox() -> Generator[str]:
    context = multiprocessing.get_context("spawn")
    url = context.Queue()
    server = context.Process(target=_serve, args=(url,), daemon=True)
    server.start()
    try:
        yield url.get()
    finally:
        server.kill()


async def waited(client: Any, refs: list[TaskRef], seconds: float) -> None:
    """Wait for all of them until the time is over."""
    tasks = [client.tasks.resume(ref) for ref in refs]
    found = await asyncio.gather(*[task.wait(timeout=seconds) for task in tasks], return_exceptions=True)
    assert all(isinstance(each, TaskTimeoutError) for each in found), found[:3]


async def requests(url: str, begun: float) -> list[tuple[float, str]]:
    """Return the requests since then."""
    with await asyncio.to_thread(urlopen, f"{url}/asked") as response:
        return [(at, path) for at, path in json.load(response) if at >= begun]


async def booster(url: str, waits: int, what: str, **timing: Any) -> None:
    """Many waits for few tasks of one account."""
    async with paced(AsyncBoosterClient, **timing)(f"{url}/booster", auth="token") as client:
        body = ExportCustomer(brand="CAR", pos_codes=[], download_request_id="nightly")
        ids = [str((await client.export_customer(body)).async_task_id) for _ in range(100)]
        begun = monotonic()
        await waited(client, [TaskRef("booster", "task", ids[at % len(ids)]) for at in range(waits)], TEN_MINUTES)
        polled = await requests(url, begun)
    print(f"Booster, {waits} waits, {what}: {len(polled)} requests in ten minutes")


async def mykaarma(url: str) -> None:
    """Wait with one client, and with as many as the rate limit allows in ten minutes."""
    rate = (60, 60 / SCALE)
    async with paced(AsyncMyKaarmaClient, min=INTERVAL, max=INTERVAL, rate=rate)(
        f"{url}/mykaarma", auth=("user", "password")
    ) as client:
        refs = []
        for _ in range(600):
            accepted = await client.create_dealer(CreateDealerRequest(name="Example Motors"))
            refs.append(TaskRef("mykaarma", "process", str(accepted.request_uuid)))
        begun = monotonic()
        await waited(client, refs[:1] * 1000, TEN_MINUTES / 2)
        polled = await requests(url, begun)
        print(f"myKaarma, 1000 waits for one process, every 5 s: {len(polled)} requests in five minutes")
        begun = monotonic()
        await waited(client, refs, 2 * TEN_MINUTES)
        polled = await requests(url, begun)
    times = [at for at, _ in polled]
    most = max(bisect_left(times, at + rate[1]) - number for number, at in enumerate(times))
    polls: dict[str, list[float]] = defaultdict(lambda: [begun])
    for at, path in polled:
        polls[path].append(at)
    oldest = max(later - earlier for each in polls.values() for earlier, later in pairwise(each)) * SCALE
    print(
        f"myKaarma, 600 waits for 600 processes, every 5 s, 60 requests a minute: {most} requests in a minute at most,"
    )
    print(f"  {len(polls)} processes were polled, none after more than {oldest:.0f} s")


async def main() -> None:
    """Measure and print."""
    with sandbox() as url:
        await booster(url, 1000, "every 5 s", min=INTERVAL, max=INTERVAL)
        shipped = {"min": 2 / SCALE, "max": 30 / SCALE, "rate": (30, 60 / SCALE)}
        await booster(url, 1000, "at the pace of its spec", **shipped)
        await mykaarma(url)


if __name__ == "__main__":
    asyncio.run(main())
