"""Clients of before a fork in its children, over real sockets, while the parent goes on using them."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import pickle
import signal
import socket
import ssl
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import httpx
import pytest
from tests.raw_server import RawServer, listening, read_head

from taskclients_core import Api, AsyncClient, Client, ClientError, Operation, operation
from taskclients_core.tasks import TaskRef
from taskclients_core.tasks.definition import (
    BoundCall,
    FromItem,
    Phase,
    PollTiming,
    StatusMapping,
    Submission,
    TaskType,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")

GET: Final[Operation[Any]] = Operation(
    "vendor.get", "GET", "/tasks/{id}", parameters=(operation.Path("id", str),), returns=dict[str, Any]
)
LIST: Final[Operation[Any]] = Operation("vendor.list", "GET", "/list", returns=list[Any])
BEGIN: Final[Operation[Any]] = Operation(
    "vendor.begin", "POST", "/begin/{id}", parameters=(operation.Path("id", str),), returns=dict[str, Any]
)
TYPE: Final[TaskType[Any, Any]] = TaskType(
    name="vendor.task",
    model=Any,
    poll=FromItem(BoundCall(GET, {"id": "$task.id"})),
    state=StatusMapping(at="/status", phases={"done": Phase.SUCCEEDED}),
    timing=PollTiming(min=0.05, max=0.05, first=0.0),
)
SUBMISSION: Final[Submission[Any, Any]] = Submission(operation=BEGIN, task_type=TYPE, id="$response.body#/id")


class VendorClient(Client):
    api = Api("vendor")
    submissions = (SUBMISSION,)


class AsyncVendorClient(AsyncClient):
    api = Api("vendor")
    submissions = (SUBMISSION,)


@pytest.fixture
def server(library: ModuleType) -> Iterator[RawServer]:
    with listening() as found:
        found.serve = partial(converse, found)
        yield found


def converse(server: RawServer, connection: socket.socket) -> None:
    """Serve `/…/<id>` with the task of that id, late enough for two processes to overlap on one connection.

    The task `connections` has the number of connections as its id.
    """
    while head := read_head(connection):
        time.sleep(0.01)
        name = head.split()[1].decode().rpartition("/")[2]
        connection.sendall(response(str(server.connections) if name == "connections" else name))


def response(name: str) -> bytes:
    content = json.dumps({"id": name, "status": "done"}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def in_children(count: int, work: Callable[[int], Any], meanwhile: Callable[[], Any] = lambda: None) -> list[Any]:
    """Call a function in forked children and another one here; return the children's results, errors as text."""
    children = [forked(partial(work, number)) for number in range(count)]
    meanwhile()
    found = []
    for child, reader in children:
        with os.fdopen(reader, "rb") as file:
            found.append(pickle.loads(file.read()))  # noqa: S301 - of our own child
        os.waitpid(child, 0)
    return found


def forked(work: Callable[[], Any]) -> tuple[int, int]:
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking with threads, which these tests are about
        child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    try:
        signal.alarm(20)
        try:
            result = work()
        except ClientError as error:
            result = f"{type(error).__name__}: {error}"
        os.write(writer, pickle.dumps(result))
    finally:
        os._exit(0)


def wrong_answers(client: Client, sender: object, calls: int = 20) -> list[Any]:
    """Make calls, and return the answers that belong to another caller."""
    found = [(f"{sender}-{number}", client.call(GET, f"{sender}-{number}")["id"]) for number in range(calls)]
    return [pair for pair in found if pair[0] != pair[1]]


def test_calls_of_children_have_connections_of_their_own(server: RawServer) -> None:
    with VendorClient(server.url) as client:
        client.call(GET, "before")
        wrong: list[Any] = []
        found = in_children(4, partial(wrong_answers, client), lambda: wrong.extend(wrong_answers(client, "parent")))
        assert (found, wrong) == ([[]] * 4, [])
        assert server.connections == 5


def test_starts_and_waits_of_children_return_their_own_tasks(server: RawServer) -> None:
    def work(number: int) -> list[str]:
        names = [f"{number}-{each}" for each in range(10)]
        tasks = [client.begin(SUBMISSION, name) for name in names]
        return [name for name, task in zip(names, tasks, strict=True) if task.ref.id != name] + [
            task.ref.id for task in tasks if task.wait(timeout=5).phase is not Phase.SUCCEEDED
        ]

    with VendorClient(server.url) as client:
        before = client.begin(SUBMISSION, "before")
        assert before.wait(timeout=5).phase is Phase.SUCCEEDED
        assert in_children(4, work, lambda: work(4)) == [[]] * 4
        assert before.refresh().phase is Phase.SUCCEEDED


def test_a_child_that_closes_the_client_leaves_the_parent_s_connection_open(server: RawServer) -> None:
    with VendorClient(server.url) as client:
        client.call(GET, "before")
        assert in_children(2, lambda _: client.close()) == [None, None]
        assert not wrong_answers(client, "parent")
        assert server.connections == 1


def _serve_tls(tls: Path, told: Connection) -> None:
    """Serve as `server` does, with TLS, until the process is terminated."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tls / "cert.pem", tls / "key.pem")
    with listening() as found:

        def serve(connection: socket.socket) -> None:
            with suppress(OSError), context.wrap_socket(connection, server_side=True) as wrapped:
                converse(found, wrapped)

        found.serve = serve
        told.send(found.url)
        threading.Event().wait()


@pytest.fixture
def tls_url(library: ModuleType, tls: Path) -> Iterator[str]:
    # In another process: one that forks while its threads use OpenSSL leaves OpenSSL's locks to the children for ever.
    context = multiprocessing.get_context("fork")
    told, telling = context.Pipe()
    process = context.Process(target=_serve_tls, args=(tls, telling), daemon=True)
    process.start()
    yield told.recv().replace("http:", "https:")
    process.terminate()
    process.join()


def test_tls_connections_stay_the_parent_s(tls: Path, tls_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tls / "cert.pem"))
    with VendorClient(tls_url) as client:
        client.call(GET, "before")
        wrong: list[Any] = []
        found = in_children(3, partial(wrong_answers, client), lambda: wrong.extend(wrong_answers(client, "parent")))
        assert (found, wrong) == ([[]] * 3, [])
        assert client.call(GET, "connections")["id"] == "4"


def test_a_response_that_the_parent_reads_is_refused_in_the_child(server: RawServer) -> None:
    rows = b'{"id": "a"}\n' * 3
    rest = threading.Event()

    def serve(connection: socket.socket) -> None:
        read_head(connection)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/jsonl\r\nContent-Length: {len(rows)}\r\n\r\n".encode()
        connection.sendall(head + rows[:12])
        rest.wait(10)
        connection.sendall(rows[12:])

    server.serve = serve
    with VendorClient(server.url) as client:
        stream = client.stream(lambda: client.call(LIST))
        assert next(stream) == {"id": "a"}
        refused = in_children(1, lambda _: list(stream), rest.set)
        assert "ClientClosedError: vendor.list: the parent process reads this response" in refused[0]
        assert len(list(stream)) == 2


@pytest.mark.parametrize("used", [True, False])
def test_a_supplied_client_works_in_a_child_unless_it_was_used_before(server: RawServer, *, used: bool) -> None:
    with httpx.Client() as http, VendorClient(server.url, http_client=http) as client:
        if used:
            client.call(GET, "before")
        found = in_children(2, partial(wrong_answers, client))
        if not used:
            assert found == [[], []]
            return
        assert all(str(each).startswith("ClientClosedError: http_client: was used before a fork") for each in found)
        assert server.connections == 1
        assert not wrong_answers(client, "parent")


def test_a_supplied_client_that_its_owner_used_before_is_refused(server: RawServer) -> None:
    with httpx.Client() as http, VendorClient(server.url, http_client=http) as client:
        http.get(f"{server.url}/tasks/before")
        assert "http_client: was used before a fork" in str(in_children(1, partial(wrong_answers, client)))


@pytest.mark.parametrize("used", [True, False])
def test_an_async_client_works_in_a_child_unless_it_was_used_before(server: RawServer, *, used: bool) -> None:
    client = AsyncVendorClient(server.url)

    def work(number: int) -> Any:
        async def run() -> Any:
            task = client.tasks.resume(TaskRef("vendor", "task", str(number)))
            return (await task.wait(timeout=5)).phase, await client.call(GET, str(number))

        return asyncio.run(run())

    async def parent() -> None:
        if used:
            await client.call(GET, "before")
        found = await asyncio.to_thread(in_children, 2, work)
        if used:
            assert all(str(each).startswith("ClientClosedError: the client was used before a fork") for each in found)
            assert server.connections == 1
            assert (await client.call(GET, "after"))["id"] == "after"
        else:
            assert [each[1]["id"] for each in found] == ["0", "1"]
        await client.aclose()

    asyncio.run(parent())


def test_no_lock_of_another_thread_is_held_in_a_child(server: RawServer) -> None:
    """All locks of the core are taken and freed by other threads while children are forked."""
    stop = threading.Event()

    def churn(number: int) -> None:
        while not stop.is_set():
            with VendorClient(server.url) as client:
                client.tasks.resume(TaskRef("vendor", "task", str(number))).wait(timeout=5)

    threads = [threading.Thread(target=churn, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        with VendorClient(server.url) as client:
            assert [in_children(1, lambda _: wrong_answers(client, "child", 1)) for _ in range(8)] == [[[]]] * 8
    finally:
        stop.set()
        for thread in threads:
            thread.join()
