"""Submissions through real clients and sockets: lost responses, renewed tokens and cancellation."""

from __future__ import annotations

import asyncio
import gc
import json
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from attrs import evolve
from tests.unit.tasks.submission_harness import TASK_TYPE, start

from taskclients.booster import BoosterClient
from taskclients.booster.models import ExportCustomer
from taskclients_core import (
    Api,
    AsyncClient,
    Client,
    ClientClosedError,
    ClientCredentials,
    ConnectionFailedError,
    InvalidArgumentError,
    RetryPolicy,
)
from taskclients_core.operation import Binary, Operation
from taskclients_core.tasks.definition import Phase, ReconcileRule, Submission
from taskclients_core.tasks.errors import JournalError, SubmissionUnknownError
from taskclients_core.tasks.journal.journal import Journal
from taskclients_core.tasks.snapshot import TaskRef

if TYPE_CHECKING:
    from types import ModuleType

    from tests.unit.conftest import ReceivedRequest, Reply, WireServer

QUICK = ReconcileRule(match=start().reconcile.match, unique=True, settle=0.01)  # type: ignore[union-attr]
BEGIN = start(reconcile=QUICK)
UPLOAD: Submission[Any, Any] = Submission(
    operation=Operation("booster.upload", "POST", "/uploads", body=Binary(), returns=Any),
    task_type=TASK_TYPE,
    id="$response.body#/asyncTaskId",
)
SECURED = Submission(
    operation=Operation("booster.secured", "POST", "/exports", body=Binary(), returns=Any, security=(("oauth",),)),
    task_type=TASK_TYPE,
    id="$response.body#/asyncTaskId",
)


class Sync(Client):
    api = Api("booster", schemes={"oauth": ClientCredentials("/token")})
    submissions = (BEGIN, UPLOAD, SECURED)


class Async(AsyncClient):
    api = Sync.api
    submissions = Sync.submissions


class Exports:
    """Server that begins exports, and drops the responses that a test selects."""

    def __init__(self, server: WireServer, reply: type[Reply]) -> None:
        self.reply = reply
        self.drops = 0
        self.slow = 0.0
        self.tasks: list[dict[str, Any]] = []
        self.posts = 0
        server.respond = self.respond

    def respond(self, request: ReceivedRequest) -> Reply | None:
        if request.method == "GET":
            return self.reply(body=self.tasks)
        self.posts += 1
        self.tasks.append({"asyncTaskId": f"task-{self.posts}", "name": json.loads(request.body)["name"]})
        if self.drops:
            self.drops -= 1
            return None
        return self.reply(body=self.tasks[-1], after=self.slow)


@pytest.fixture
def exports(server: WireServer, reply: type[Reply]) -> Exports:
    return Exports(server, reply)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(tmp_path / "journal")
    yield opened
    opened.close()


def test_a_submission_without_a_response_is_unknown(server: WireServer, exports: Exports, journal: Journal) -> None:
    exports.drops = 1
    with Sync(server.url, journal=journal) as client:
        assert client.begin(BEGIN, None, None, body={"name": "a"}, idempotency_key="k").ref.id == "task-1"
        assert client.begin(BEGIN, None, None, body={"name": "a"}, idempotency_key="k").ref.id == "task-1"
        exports.drops = 1
        exports.tasks.append({"asyncTaskId": "theirs", "name": "b"})
        with pytest.raises(SubmissionUnknownError) as caught:
            client.begin(BEGIN, None, None, body={"name": "b"})
        assert pickle.loads(pickle.dumps(caught.value)).candidates == caught.value.candidates  # noqa: S301
        assert [ref.id for ref in caught.value.candidates] == ["task-2"]
        client.tasks.resolve(caught.value.key, caught.value.candidates[0])
    with Sync(server.url, journal=journal) as client:
        assert [task.ref.id for task in client.tasks.recover()] == ["task-1", "task-2"]
    assert exports.posts == 2


async def _drop_response(url: str, exports: Exports, journal: Journal) -> None:
    exports.drops = 1
    async with Async(url, journal=journal) as client:
        starts = [client.begin(BEGIN, None, None, body={"name": "a"}, idempotency_key="k") for _ in range(8)]
        assert {task.ref.id for task in await asyncio.gather(*starts)} == {"task-1"}
    assert exports.posts == 1


def test_an_asynchronous_submission_without_a_response_is_unknown(
    server: WireServer, exports: Exports, journal: Journal
) -> None:
    asyncio.run(_drop_response(server.url, exports, journal))


async def _cancelled(url: str, exports: Exports, journal: Journal, seconds: float) -> None:
    async with Async(url, journal=journal) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(seconds):
                await client.begin(BEGIN, None, None, body={"name": "a"}, idempotency_key="k")
        await asyncio.sleep(0.3)  # the server may still begin it
        posts = exports.posts
        exports.slow = 0.0
        try:
            task = await client.begin(BEGIN, None, None, body={"name": "a"}, idempotency_key="k")
        except SubmissionUnknownError:
            assert not posts  # the entry is kept, because nothing shows that the request was not sent
        else:
            assert task.ref.id == "task-1"
    assert exports.posts <= 1


@pytest.mark.parametrize("seconds", [0.0, 0.005, 0.02, 0.1])
def test_a_start_that_is_cancelled_is_not_made_twice(
    server: WireServer, exports: Exports, journal: Journal, seconds: float
) -> None:
    exports.slow = 0.25
    asyncio.run(_cancelled(server.url, exports, journal, seconds))


def test_a_renewed_token_leaves_nothing_unknown(
    server: WireServer, reply: type[Reply], journal: Journal, tmp_path: Path
) -> None:
    tokens = [0]

    def respond(request: ReceivedRequest) -> Reply:
        if request.path == "/token":
            tokens[0] += 1
            return reply(body={"access_token": f"t{tokens[0]}", "token_type": "bearer"})
        good = request.headers["authorization"] == "Bearer t2"
        return reply(body={"asyncTaskId": "a"}) if good else reply(401, body={})

    server.respond = respond
    with Sync(server.url, auth=("id", "secret"), journal=journal) as client:
        assert client.begin(SECURED, body=b"x").ref.id == "a"
    journal.close()
    content = (tmp_path / "journal").read_bytes()
    assert b"secret" not in content
    assert b"t2" not in content


def test_without_a_token_the_submission_was_not_sent(server: WireServer, reply: type[Reply], journal: Journal) -> None:
    server.respond = lambda request: reply(503, body={})
    with Sync(server.url, auth=("id", "secret"), journal=journal) as client:
        with pytest.raises(Exception, match="503"):
            client.begin(SECURED, body=b"x")
        assert not client.tasks.unresolved()
    assert {request.path for request in server.requests} == {"/token"}


def test_an_asynchronous_body_is_refused_before_anything_is_sent(server: WireServer, journal: Journal) -> None:
    async def pieces() -> Any:
        yield b"x"

    with Sync(server.url, journal=journal) as client:
        with pytest.raises(InvalidArgumentError, match="asynchronous"):
            client.begin(UPLOAD, body=pieces())
        assert not client.tasks.unresolved()
    assert not server.requests


def test_a_body_that_raises_leaves_the_submission_unknown(server: WireServer, journal: Journal) -> None:
    def pieces() -> Any:
        yield b"x"
        raise RuntimeError("mine")

    with Sync(server.url, journal=journal) as client:
        with pytest.raises(RuntimeError, match="mine"):
            client.begin(UPLOAD, body=pieces())
        assert len(client.tasks.unresolved()) == 1


def test_a_body_that_cannot_reach_another_server_leaves_the_submission_unknown(
    server: WireServer, journal: Journal
) -> None:
    def pieces() -> Any:
        yield b"x"
        raise ConnectionFailedError("mine", sent=False)

    with Sync(server.url, journal=journal, retry=RetryPolicy(base=0)) as client:
        with pytest.raises(ConnectionFailedError, match="mine"):
            client.begin(UPLOAD, body=pieces())
        assert len(client.tasks.unresolved()) == 1


def test_a_hook_that_cannot_connect_leaves_the_submission_unknown(
    server: WireServer, reply: type[Reply], journal: Journal, library: ModuleType
) -> None:
    def hook(response: Any) -> None:
        raise library.ConnectError("mine")

    server.reply(reply(body={"asyncTaskId": "a"}))
    with (
        library.Client(event_hooks={"response": [hook]}) as http,
        Sync(server.url, journal=journal, retry=RetryPolicy(base=0), http_client=http) as client,
    ):
        for _ in range(2):
            with pytest.raises(SubmissionUnknownError):
                client.begin(UPLOAD, body=b"x", idempotency_key="k")
        assert len(client.tasks.unresolved()) == 1
    assert len(server.requests) == 1


def test_a_views_deadline_holds_for_its_starts(server: WireServer, exports: Exports) -> None:
    exports.slow = 30.0
    with Sync(server.url) as client:
        hasty = client.with_options(deadline=1.0)
        # The response is late; the list contains the task with an echo that only this submission can have caused.
        assert hasty.begin(BEGIN, None, None, body={"name": "a"}).ref.id == "task-1"
        assert hasty.tasks is client.tasks
    assert exports.posts == 1


def _begin_in_four_loops(client: Async) -> list[str]:
    """Use a new client in four threads at the same moment; return ids of tasks and messages of errors."""
    barrier, refused, found = threading.Barrier(4), threading.Semaphore(0), list[str]()

    async def use() -> None:
        barrier.wait(20)
        try:
            found.append((await client.begin(BEGIN, None, None, body={"name": "a"})).ref.id)
        except ClientClosedError as error:
            found.append(str(error))
            refused.release()
        else:
            for _ in range(3):  # keep the loop open: calls of a closed one may be taken over
                refused.acquire(timeout=20)
            await client.aclose()

    with ThreadPoolExecutor(4) as pool:
        for each in [pool.submit(asyncio.run, use()) for _ in range(4)]:
            each.result(60)
    return found


def test_the_first_event_loop_owns_a_client_and_others_send_nothing(server: WireServer, exports: Exports) -> None:
    for number in range(1, 11):
        found = _begin_in_four_loops(Async(server.url))
        assert sum(each == f"task-{number}" for each in found) == 1
        assert sum("belongs to another event loop" in each for each in found) == 3
        assert len(server.requests) == 2 * number  # the owner's list and its request


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_an_event_loop_can_begin_no_task_with_the_client_of_another(server: WireServer, exports: Exports) -> None:
    client = Async(server.url)

    async def begin() -> str:
        return (await client.begin(BEGIN, None, None, body={"name": "a"})).ref.id

    assert asyncio.run(begin()) == "task-1"
    with pytest.raises(ClientClosedError, match="create one client for each loop"):
        asyncio.run(begin())
    assert exports.posts == 1
    asyncio.run(client.aclose())
    gc.collect()  # the connections of a closed event loop can be dropped, but not closed


def test_without_asyncio_a_client_sends_nothing(server: WireServer, exports: Exports) -> None:
    """A coroutine that is driven by hand, as trio does it."""
    client = Async(server.url)
    for coroutine in (client.begin(BEGIN, None, None, body={}), client.call(BEGIN.operation, None, None, body={})):
        with pytest.raises(ClientClosedError, match="asyncio is required"):
            coroutine.send(None)
    assert server.requests == []


@pytest.mark.parametrize("settle", [0.01, 0.5])
def test_a_deadline_covers_the_lists_and_the_request_of_a_start(
    server: WireServer, exports: Exports, reply: type[Reply], settle: float
) -> None:
    """The server answers nothing in time: not the list before, the request, or the list after."""
    begin = exports.respond
    server.respond = lambda request: reply(body=[], after=30.0) if request.method == "GET" else begin(request)
    exports.slow = 30.0
    submission = start(reconcile=ReconcileRule(match=QUICK.match, unique=True, settle=settle))
    with Sync(server.url, deadline=1.2) as client:
        started = time.monotonic()
        with pytest.raises(SubmissionUnknownError, match="check on the server") as caught:
            client.begin(submission, None, None, body={"name": "a"}, idempotency_key="k")
        assert time.monotonic() - started < 1.2 + 0.4
        assert caught.value.total is None
        started = time.monotonic()
        with pytest.raises(SubmissionUnknownError):
            client.begin(submission, None, None, body={"name": "a"}, idempotency_key="k")
        assert time.monotonic() - started < 1.2 + 0.4
    assert exports.posts == 1


HELD: Final = r"another process has held it for .* s; try again"


@pytest.mark.parametrize("opened", [True, False])
def test_a_deadline_covers_the_wait_for_a_journal_that_another_process_holds(
    server: WireServer, exports: Exports, tmp_path: Path, opened: bool
) -> None:
    other = Journal(tmp_path / "journal")
    journal = Journal(tmp_path / "journal") if opened else tmp_path / "journal"
    with Sync(server.url, journal=journal, deadline=0.5) as client, other._storage.transaction(write=True):
        started = time.monotonic()
        with pytest.raises(JournalError, match=HELD):
            client.begin(BEGIN, None, None, body={"name": "a"})
        assert time.monotonic() - started < 0.5 + 0.4
    assert exports.posts == 0
    if isinstance(journal, Journal):
        journal.close()
    other.close()


def test_an_event_loop_goes_on_while_another_process_holds_the_journal(
    server: WireServer, exports: Exports, tmp_path: Path
) -> None:
    other = Journal(tmp_path / "journal")

    async def main() -> None:
        async with Async(server.url, journal=tmp_path / "journal", deadline=10.0) as client:
            with other._storage.transaction(write=True):
                begun = asyncio.create_task(client.begin(BEGIN, None, None, body={"name": "a"}))
                await asyncio.sleep(0.1)
                assert not begun.done()
                assert exports.posts == 0
            assert (await begun).ref.id == "task-1"

    asyncio.run(main())
    other.close()


@pytest.mark.parametrize("path", [str, Path])
def test_a_client_opens_a_journal_from_a_path_and_closes_it(
    server: WireServer, exports: Exports, tmp_path: Path, path: Callable[[Path], str | Path]
) -> None:
    given = path(tmp_path / "journal")
    with Sync(server.url, journal=given) as client:
        assert not (tmp_path / "journal").exists()  # it is opened with the first task
        client.begin(BEGIN, None, None, body={"name": "a"})
        opened = client.tasks._registry.journal
    with pytest.raises(ClientClosedError):
        opened.find("k")
    assert [found.name for found in tmp_path.iterdir()] == ["journal"]
    with Sync(server.url, journal=given) as client:
        assert [task.ref.id for task in client.tasks.recover()] == ["task-1"]


async def _opened_from_a_path(url: str, path: Path) -> None:
    async with Async(url, journal=path) as client:
        await client.begin(BEGIN, None, None, body={"name": "a"})
        opened = client.tasks._registry.journal
    with pytest.raises(ClientClosedError):
        opened.find("k")


def test_an_asynchronous_client_closes_a_journal_that_it_opened(
    server: WireServer, exports: Exports, tmp_path: Path
) -> None:
    asyncio.run(_opened_from_a_path(server.url, tmp_path / "journal"))


def test_a_client_leaves_a_journal_open_that_it_was_given(
    server: WireServer, exports: Exports, journal: Journal
) -> None:
    with Sync(server.url, journal=journal) as client:
        client.begin(BEGIN, None, None, body={"name": "a"}, idempotency_key="k")
    assert len(journal.open_entries("booster", "default")) == 1


def test_an_unopenable_journal_raises_before_anything_is_sent(
    server: WireServer, exports: Exports, tmp_path: Path
) -> None:
    with Sync(server.url, journal=tmp_path) as client:
        with pytest.raises(JournalError, match="a directory"):
            client.begin(BEGIN, None, None, body={"name": "a"})
        with pytest.raises(JournalError, match="a directory"):
            client.tasks.resume(TaskRef("booster", "task", "task-1")).wait(timeout=10)

    async def main() -> None:
        async with Async(server.url, journal=tmp_path) as client:
            with pytest.raises(JournalError, match="a directory"):
                await client.begin(BEGIN, None, None, body={"name": "a"})
            with pytest.raises(JournalError, match="a directory"):
                await client.tasks.resume(TaskRef("booster", "task", "task-1")).wait(timeout=10)

    asyncio.run(main())
    assert server.requests == []


def test_an_accepted_start_without_a_journal_is_not_recovered(server: WireServer, exports: Exports) -> None:
    with Sync(server.url) as client:
        task = client.begin(BEGIN, None, None, body={"name": "a"}, idempotency_key="k")
        assert client.begin(BEGIN, None, None, body={"name": "a"}, idempotency_key="k").ref == task.ref
        assert client.tasks.recover() == []
    assert exports.posts == 1


@pytest.mark.parametrize(
    "options",
    [
        {"poll": 5},
        {"account": ""},
        {"account": 7},
        {"download_hosts": "a.example.com"},
        {"journal": 5},
        {"journal": b"x"},
    ],
)
def test_invalid_task_options_are_refused(options: dict[str, Any], server: WireServer, exports: Exports) -> None:
    with Sync(server.url, **options) as client, pytest.raises(InvalidArgumentError, match=next(iter(options))):
        client.begin(BEGIN, None, None, body={"name": "a"})
    assert exports.posts == 0


def test_ids_in_a_guid_format_are_compared_as_guids(server: WireServer, reply: type[Reply]) -> None:
    sent = "6F9619FF-8B86-D011-B42D-00CF4FC964FF"
    task = {"type": "crm", "requestDate": "d", "status": "COM", "percentage": 100, "brand": "CAR"}

    def respond(request: ReceivedRequest) -> Reply:
        if request.method == "POST":
            return reply(body={"asyncTaskId": sent})
        listed = json.dumps(
            [{"asyncTaskId": "b" * 32, **task, "percentage": 7.5}, {"asyncTaskId": sent.lower(), **task}]
        )
        return reply(body=listed.replace("7.5", "NaN").encode(), headers={"Content-Type": "application/json"})

    server.respond = respond
    with BoosterClient(server.url, auth="t") as client:
        handle = client.begin_export_customer(ExportCustomer(brand="CAR", pos_codes=["1"], download_request_id="n"))
        assert handle.ref.id == sent.replace("-", "").lower()
        assert handle.wait(timeout=60).phase is Phase.SUCCEEDED
        assert client.tasks.resume(evolve(handle.ref, id=sent)).ref == handle.ref
