"""The sandbox as an in-process transport: it behaves as the same sandbox behind a socket."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator
from types import ModuleType
from typing import Any

import httpx
import pytest

from dragoman.mock_server import Fault, Sandbox, fault, serving
from dragoman.testing import Call, Reply, SandboxTransport, VirtualClock, spec_of, vendors

LIST = "tasks.listTasks"
BEARER = {"Authorization": "Bearer token"}
IMPATIENT = 0.2
FAULTS = [
    fault(LIST, "status", status=429, retry_after="7"),
    fault(LIST, "status", status=204),
    fault(LIST, "reset"),
    fault(LIST, "closed"),
    fault(LIST, "ignored"),
    fault(LIST, "lost"),
    fault(LIST, "unanswered"),
    fault(LIST, "late", seconds=0.01),
    fault(LIST, "late", seconds=10),
    fault(LIST, "head-only"),
    fault(LIST, "cut", reset=True),
    fault(LIST, "cut", reset=False),
    fault(LIST, "drip", piece=1000, seconds=0.01),
    fault(LIST, "length", by=10),
    fault(LIST, "length", by=-10),
    fault(LIST, "bad-chunk"),
    fault(LIST, "closes"),
    fault(LIST, "interim", count=3),
    fault(LIST, "truncated"),
    fault(LIST, "gzip-bomb", size=1_000_000),
]


class Place:
    """ASGI application that is replaced in each test."""

    application: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.application(scope, receive, send)


@pytest.fixture(scope="module")
def place() -> Generator[tuple[Place, str]]:
    found = Place()
    with serving(found) as url:
        yield found, url


def sandbox(*faults: Fault) -> Sandbox:
    return Sandbox([spec_of("booster")], faults=faults, clock=lambda: 1_800_000_000.0)


def outcome(client: httpx.Client, url: str) -> tuple[Any, ...]:
    """Return the client's view: its error, or status, length and the relevant headers."""
    try:
        response = client.get(f"{url}/booster/tasks", headers=BEARER)
    except httpx.HTTPError as error:
        return (type(error).__name__,)
    return seen(response)


def seen(response: httpx.Response) -> tuple[Any, ...]:
    # Compare lengths, because each sandbox signs links with its own secret.
    named = (response.headers.get(name) for name in ("content-type", "content-encoding", "retry-after"))
    return (response.status_code, len(response.content), *named)


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize("each", FAULTS, ids=lambda each: f"{each.name} {dict(each.options)}")
def test_each_fault_equals_the_one_on_a_socket(each: Fault, place: tuple[Place, str]) -> None:
    server, url = place
    server.application = sandbox(each)
    # Of equal length, so that links in responses are too.
    here = "http://" + "h" * (len(url) - len("http://"))
    clock = VirtualClock()
    with httpx.Client(transport=SandboxTransport(sandbox(each), clock=clock), timeout=IMPATIENT) as client:
        simulated = outcome(client, here)
        assert outcome(client, here)[0] == 200
    # Only a fault that ends in a timeout may be timed on a busy machine.
    patience = IMPATIENT if simulated == ("ReadTimeout",) else 30
    with httpx.Client(timeout=patience, trust_env=False) as client:
        expected = outcome(client, url)
    assert simulated == expected

    async def main() -> tuple[Any, ...]:
        transport = SandboxTransport(sandbox(each), clock=clock)
        async with httpx.AsyncClient(transport=transport, timeout=IMPATIENT) as other:
            try:
                response = await other.get(f"{here}/booster/tasks", headers=BEARER)
            except httpx.HTTPError as error:
                return (type(error).__name__,)
            return seen(response)

    assert clock.run(main()) == expected


@pytest.mark.usefixtures("library")
def test_waiting_for_a_response_takes_virtual_time() -> None:
    clock = VirtualClock()
    transport = SandboxTransport(sandbox(fault(LIST, "late", seconds=600), fault(LIST, "ignored", nth=2)), clock=clock)
    with httpx.Client(transport=transport, timeout=1000) as client:
        before = clock.monotonic()
        assert client.get("https://x.test/tasks", headers=BEARER).status_code == 200
        assert clock.monotonic() - before == 600
        with pytest.raises(httpx.ReadTimeout):
            client.get("https://x.test/tasks", headers=BEARER)
        assert clock.monotonic() - before == 1600


@pytest.mark.usefixtures("library")
def test_latency_delays_each_response_and_counts_for_timeouts() -> None:
    clock = VirtualClock()
    transport = SandboxTransport(sandbox(), clock=clock, latency=3.0)
    with httpx.Client(transport=transport, timeout=5) as client:
        before = clock.monotonic()
        assert client.get("https://x.test/tasks", headers=BEARER).status_code == 200
        assert clock.monotonic() - before == 3
        transport.latency = 60.0
        with pytest.raises(httpx.ReadTimeout):
            client.get("https://x.test/tasks", headers=BEARER)
        assert clock.monotonic() - before == 8


@pytest.mark.usefixtures("library")
def test_a_custom_responder_can_be_used() -> None:
    class Own:
        def answer(self, call: Call) -> Reply:
            if call.path == "/gone":
                raise httpx.ConnectError("refused")
            return Reply(200, call.path.encode())

    with httpx.Client(transport=SandboxTransport(Own())) as client:
        assert client.get("https://x.test/here").content == b"/here"
        with pytest.raises(httpx.ConnectError, match="refused"):
            client.get("https://x.test/gone")


@pytest.mark.usefixtures("library")
def test_a_wait_without_end_is_a_read_timeout() -> None:
    transport = SandboxTransport(sandbox(fault(LIST, "ignored")), clock=VirtualClock())
    with httpx.Client(transport=transport, timeout=None) as client, pytest.raises(httpx.ReadTimeout):  # noqa: S113
        client.get("https://x.test/tasks", headers=BEARER)


@pytest.mark.usefixtures("library")
def test_requests_arrive_byte_for_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    served = sandbox()
    seen: list[Call] = []
    answer = served.answer

    def note(call: Call) -> Any:
        seen.append(call)
        return answer(call)

    monkeypatch.setattr(served, "answer", note)
    with httpx.Client(transport=SandboxTransport(served)) as client:
        client.post("https://x.test:444/a%2Fb/c?d=%20e&f", content=b"\x00body", headers=[("X-A", "1"), ("X-A", "2")])
    (call,) = seen
    assert (call.method, call.path, call.query, call.body) == ("POST", "/a%2Fb/c", "d=%20e&f", b"\x00body")
    assert (call.headers["x-a"], call.origin) == ("1, 2", "https://x.test:444")


@pytest.mark.usefixtures("library")
def test_many_threads_may_use_it() -> None:
    errors: list[BaseException] = []
    with httpx.Client(transport=SandboxTransport(sandbox())) as client:

        def ask() -> None:
            try:
                for _ in range(10):
                    client.get("https://x.test/tasks", headers=BEARER).raise_for_status()
            except BaseException as error:
                errors.append(error)

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    assert errors == []


def test_by_real_time_it_works_too(library: ModuleType) -> None:
    async def main() -> int:
        transport = SandboxTransport(sandbox(fault(LIST, "late", seconds=0.05)))
        async with library.AsyncClient(transport=transport) as client:
            response = await client.get("https://x.test/tasks", headers=BEARER)
            return int(response.status_code)

    assert asyncio.run(main()) == 200


def test_the_specs_of_all_vendors_are_there() -> None:
    assert set(vendors()) == {"booster", "lifepos", "mykaarma"}
    assert all(spec_of(name).is_file() for name in vendors())
    for other in ("missing", "../booster", ""):
        with pytest.raises(ValueError, match="no path of a spec; "):
            spec_of(other)
