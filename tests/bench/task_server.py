"""Server with Booster's three operations on tasks, which counts the requests. It runs in its own process.

Tasks are `task_id(0)`, `task_id(1)` and so on, in progress until `begin` sets the end of each; the clock is the
monotonic one, which all processes of a machine share. A POST takes the next id. Only GETs are counted.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import re
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.request import urlopen

REQUEST_LINE = re.compile(rb"([A-Z]+) (/\S*) HTTP/1.1\r\n")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def task_id(number: int) -> str:
    """Return the id of a task: 32 hexadecimal digits, as Booster writes it."""
    return f"{number:032x}"


def shown(number: int, *, ended: bool) -> bytes:
    """Return a task as in `codec.page`."""
    task: dict[str, Any] = {
        "asyncTaskId": task_id(number),
        "type": "crm",
        "requestDate": "2022-01-01",
        "status": "COM" if ended else "INP",
        "percentage": 100 if ended else 40,
        "brand": "CAR",
        "totalResults": 50,
        "totalSucceeded": 50 if ended else 20,
        "totalFailed": 0,
    }
    if ended:
        task["signedDownloadUrl"] = f"https://signed.example.com/CAR/{number}.csv?signature=abcdef"
    return json.dumps(task).encode()


class Tasks:
    """All tasks, and the number of polls."""

    def __init__(self) -> None:
        self.open: list[bytes] = []
        self.ended: list[bytes] = []
        self.ends: list[float] = []
        self.posts = self.requests = self.sent = 0

    def begin(self, count: int, first: float, spread: float) -> dict[str, Any]:
        """End the tasks one after the other, over `spread` seconds from `first` on."""
        self.open = [shown(number, ended=False) for number in range(count)]
        self.ended = [shown(number, ended=True) for number in range(count)]
        self.requests = self.sent = self.posts = 0
        now = time.monotonic()
        self.ends = [now + first + spread * number / count for number in range(count)]
        return {"now": now, "ends": self.ends}

    def task(self, number: int) -> bytes:
        return (self.ended if time.monotonic() >= self.ends[number] else self.open)[number]

    def respond(self, method: str, path: str) -> bytes:
        if path.startswith("/bench/"):
            _, _, what, *numbers = path.split("/")
            if what == "begin":
                return json.dumps(self.begin(int(numbers[0]), float(numbers[1]), float(numbers[2]))).encode()
            return json.dumps({"requests": self.requests, "bytes": self.sent}).encode()
        if method == "POST":
            self.posts += 1
            return b'{"asyncTaskId": "%s"}' % task_id(self.posts - 1).encode()
        _, _, wanted = path[1:].partition("/")
        if wanted:
            body = self.task(int(wanted, 16))
        else:
            body = b"[%s]" % b",".join(self.task(number) for number in range(len(self.open)))
        self.requests += 1
        self.sent += len(body)
        return body


class Answering(asyncio.Protocol):
    """Minimal HTTP server over asyncio, so that the server costs little."""

    def __init__(self, tasks: Tasks) -> None:
        self.tasks = tasks
        self.received = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.received += data
        while (end := self.received.find(b"\r\n\r\n")) >= 0:
            head = self.received[: end + 2]
            length = LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self.received) < whole:
                return
            self.received = self.received[whole:]
            line = REQUEST_LINE.match(head)
            assert line, head
            body = self.tasks.respond(line[1].decode(), line[2].decode())
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            self.transport.write(head + body)


def _serve(port: Any) -> None:
    async def main() -> None:
        tasks = Tasks()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Answering(tasks), "127.0.0.1", 0, backlog=4096)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


@contextmanager
def serving() -> Generator[str]:
    """Serve while the context lasts; yield the URL."""
    context = multiprocessing.get_context("spawn")
    port = context.Queue()
    server = context.Process(target=_serve, args=(port,), daemon=True)
    server.start()
    try:
        yield f"http://127.0.0.1:{port.get()}"
    finally:
        server.kill()


def control(url: str, *words: object) -> Any:
    """Send the server a command that is not counted: `begin`, or `counts`."""
    with urlopen("/".join([url, "bench", *map(str, words)])) as response:
        return json.load(response)
