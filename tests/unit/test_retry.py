"""Retries over a real socket and a virtual clock: which calls, delays, and events."""

from __future__ import annotations

import asyncio
import math
import pickle
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, Literal

import pytest
from attrs import define, evolve, field
from tests.raw_server import read_head

from dragoman.testing import VirtualClock
from taskclients_core import (
    Api,
    ApiError,
    AsyncClient,
    Attempt,
    Client,
    ClientCredentials,
    ConnectionFailedError,
    DecodeError,
    Event,
    Headers,
    HttpBearer,
    InvalidArgumentError,
    Json,
    NotFoundError,
    Operation,
    Path,
    RateLimitError,
    RetryPolicy,
    ServerError,
    TransportError,
)
from taskclients_core.transport.retry_policy import RetryBudget, backoff, is_transient, retry_after

if TYPE_CHECKING:
    from tests.raw_server import RawServer
    from tests.unit.conftest import ReceivedRequest, Reply, WireServer

Mode = Literal["sync", "async"]

READ: Final = Operation("test.read", "GET", "/things/{id}", parameters=(Path("id", str),), returns=dict[str, int])
WRITE: Final = Operation("test.write", "POST", "/things", body=Json(dict[str, int]), returns=dict[str, int])
ONCE: Final = Operation("test.once", "POST", "/once", body=Json(dict[str, int]), idempotent=True)
BY_METHOD: Final = {method: Operation(f"test.{method}", method, "/any") for method in ("HEAD", "OPTIONS")} | {
    method: Operation(f"test.{method}", method, "/any", body=Json(dict[str, int]), body_required=False)
    for method in ("PUT", "DELETE", "POST", "PATCH")
}


class Thing(Client):
    api = Api("test", schemes={"bearer": HttpBearer()}, security=(("bearer",),))


class AsyncThing(AsyncClient):
    api = Thing.api


class SignedIn(Client):
    api = Api("test", schemes={"oauth": ClientCredentials("/token")}, security=(("oauth",),))


class AsyncSignedIn(AsyncClient):
    api = SignedIn.api


class Recorded(VirtualClock):
    """Virtual clock that records sleeps; random values are given by the test."""

    def __init__(self) -> None:
        super().__init__(now=1_700_001_000.0)
        self.chance = 1.0
        self.slept: list[float] = []
        self.on_sleep: Callable[[], object] = lambda: None

    def random(self) -> float:
        return self.chance

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self._note(seconds)

    async def sleep_async(self, seconds: float) -> None:
        await super().sleep_async(seconds)
        self._note(seconds)

    def _note(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.on_sleep()


@define
class Caller:
    """Calls through a new client, sync or async."""

    mode: Mode
    clock: Recorded = field(factory=Recorded)
    events: list[Event] = field(factory=list)
    auth: Any = "token"
    kinds: tuple[type[Client], type[AsyncClient]] = (Thing, AsyncThing)

    def __call__(
        self, url: str, operation: Operation[Any], *arguments: object, body: object = None, **options: Any
    ) -> Any:
        return self.several(url, [(operation, arguments, body)], **options)[0]

    def several(self, url: str, calls: list[tuple[Operation[Any], tuple[object, ...], object]], **options: Any) -> Any:
        options = {"retry": RetryPolicy(), "on_event": self.events.append, **options}
        if self.mode == "sync":
            with self.kinds[0](url, auth=self.auth, **options) as client:
                self._wind(client)
                return [client.call(operation, *given, body=body) for operation, given, body in calls]

        async def run() -> list[Any]:
            async with self.kinds[1](url, auth=self.auth, **options) as client:
                self._wind(client)
                return [await client.call(operation, *given, body=body) for operation, given, body in calls]

        return asyncio.run(run())

    def _wind(self, client: Client | AsyncClient) -> None:
        client._config = evolve(client._config, clock=self.clock)

    @property
    def told(self) -> list[str]:
        return [event.kind for event in self.events]


@pytest.fixture(params=["sync", "async"])
def caller(request: pytest.FixtureRequest) -> Caller:
    return Caller(request.param)


def outcomes(error: ApiError | TransportError) -> list[int | str | None]:
    return [each.status or each.error for each in error.attempts]


# Which calls are retried.


def test_nothing_is_retried_without_a_policy(caller: Caller, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(503))
    with pytest.raises(ServerError) as caught:
        caller(server.url, READ, "a", retry=None)
    assert len(server.requests) == 1
    assert outcomes(caught.value) == [503]
    assert caught.value.attempts[0].stopped == ""


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 507, 520, 599])
def test_transient_failures_are_retried(caller: Caller, server: WireServer, reply: type[Reply], status: int) -> None:
    server.reply(reply(status), reply(status), reply(body={"n": 1}))
    assert caller(server.url, READ, "a") == {"n": 1}
    assert len(server.requests) == 3
    assert caller.clock.slept == [0.5, 1.0]


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 409, 410, 422, 501, 505, 506, 508, 510, 511])
def test_permanent_failures_are_not_retried(
    caller: Caller, server: WireServer, reply: type[Reply], status: int
) -> None:
    server.reply(reply(status))
    with pytest.raises(ApiError):
        caller(server.url, READ, "a")
    assert len(server.requests) == 1
    assert caller.clock.slept == []


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "DELETE"])
def test_idempotent_methods_are_retried(caller: Caller, server: WireServer, reply: type[Reply], method: str) -> None:
    server.reply(reply(503, b""), reply(204))
    arguments = {"body": {"n": 1}} if method in ("PUT", "DELETE") else {}
    caller(server.url, BY_METHOD[method], **arguments)
    assert len(server.requests) == 2
    assert server.requests[0].body == server.requests[1].body


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
def test_other_methods_are_not_retried(
    caller: Caller, server: WireServer, reply: type[Reply], method: str, status: int
) -> None:
    server.reply(reply(status, headers={"Retry-After": "0"}))
    with pytest.raises(ApiError) as caught:
        caller(server.url, BY_METHOD[method])
    assert len(server.requests) == 1
    assert caught.value.attempts[-1].stopped == "unsafe"


def test_operations_declared_idempotent_are_retried(caller: Caller, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(503), reply(204))
    caller(server.url, ONCE, body={"n": 1})
    assert [each.body for each in server.requests] == [b'{"n":1}'] * 2


def hang_up_first(server: WireServer, reply: type[Reply], times: int) -> None:
    left = [None] * times

    def respond(request: ReceivedRequest) -> Reply | None:
        return left.pop() if left else reply(body={"n": 1})

    server.respond = respond


def test_a_get_without_a_response_is_retried(caller: Caller, server: WireServer, reply: type[Reply]) -> None:
    hang_up_first(server, reply, 2)
    assert caller(server.url, READ, "a") == {"n": 1}
    assert len(server.requests) == 3


def test_a_post_without_a_response_is_not_retried(caller: Caller, server: WireServer, reply: type[Reply]) -> None:
    hang_up_first(server, reply, 1)
    with pytest.raises(TransportError) as caught:
        caller(server.url, WRITE, body={"n": 1})
    assert caught.value.sent is True
    assert len(server.requests) == 1
    assert caught.value.attempts[-1].stopped == "unsafe"


@pytest.mark.usefixtures("library")
def test_a_post_that_was_not_sent_is_retried(caller: Caller) -> None:
    """Listens only after the client has waited twice."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = taken.getsockname()
    found: list[bytes] = []
    open_now: list[socket.socket] = []

    def listen() -> None:
        if len(caller.clock.slept) == 2:
            listener = socket.create_server(address)
            open_now.append(listener)
            threading.Thread(target=serve, args=(listener,), daemon=True).start()

    def serve(listener: socket.socket) -> None:
        with listener.accept()[0] as connection:
            found.append(connection.recv(65536))
            connection.sendall(b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 7\r\n\r\n{"n":1}')

    caller.clock.on_sleep = listen
    try:
        assert caller(f"http://127.0.0.1:{address[1]}", WRITE, body={"n": 1}) == {"n": 1}
    finally:
        for each in open_now:
            each.close()
    assert len(found) == 1
    retries = [event for event in caller.events if event.kind == "retry"]
    assert [(event.detail, event.status) for event in retries] == [("ConnectionFailedError", None)] * 2


@pytest.mark.usefixtures("library")
def test_a_truncated_response_is_retried(caller: Caller) -> None:
    requests: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        for body in (b'{"n"', b'{"n":1}'):
            with listener.accept()[0] as connection:
                requests.append(connection.recv(65536))
                connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 7\r\n\r\n" + body)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        assert caller(f"http://127.0.0.1:{listener.getsockname()[1]}", READ, "a") == {"n": 1}
        thread.join()
    assert len(requests) == 2


def test_an_undecodable_response_is_not_retried(caller: Caller, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body=b"<html>"))
    with pytest.raises(Exception, match="expected"):
        caller(server.url, READ, "a")
    assert len(server.requests) == 1


# Delays.


def test_delays_grow_and_are_capped(caller: Caller, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(500))
    with pytest.raises(ServerError) as caught:
        caller(server.url, READ, "a", retry=RetryPolicy(attempts=8, base=1, cap=10, budget=None))
    assert caller.clock.slept == [1, 2, 4, 8, 10, 10, 10]
    assert len(caught.value.attempts) == 8
    assert caught.value.attempts[-1].stopped == "attempts"


def test_jitter_spreads_the_delays() -> None:
    retry = RetryPolicy(base=1, cap=30)
    assert [backoff(retry, number, 0.25) for number in (1, 2, 3, 9)] == [0.25, 0.5, 1.0, 7.5]
    assert backoff(retry, 10_000, 0.999) < 30
    assert backoff(retry, 1, 0.0) == 0.0


T7 = [
    ("0", 0.0),
    ("5", 5.0),
    ("007", 7.0),
    (" 120 ", 120.0),
    ("4" * 400, math.inf),
    ("99999999999", math.inf),
    ("inf", None),
    ("nan", None),
    ("1e3", None),
    ("1.5", None),
    ("-1", None),
    ("+1", None),
    ("", None),
    ("\u0665", None),
    ("\u00b2", None),
    ("5, 10", None),
    ("5;10", None),
    ("soon", None),
    ("Wed, 21 Oct 2015 07:28:30 GMT", 30.0),
    ("Wednesday, 21-Oct-15 07:28:30 GMT", 30.0),
    ("Wed Oct 21 07:28:30 2015", 30.0),
    ("Sun Nov  1 07:28:00 2015", 11 * 86400.0),
    ("Wed, 21 Oct 2015 07:28:60 GMT", 60.0),
    ("Wed, 21 Oct 2015 07:27:00 GMT", 0.0),
    ("Sunday, 06-Nov-94 08:49:37 GMT", 0.0),
    ("Fri, 31 Dec 9999 23:59:59 GMT", 251956888319.0),
    ("Wed, 31 Feb 2015 07:28:30 GMT", None),
    ("Wed, 21 Oct 2015 25:28:30 GMT", None),
    ("Wed, 21 Oct 2015 07:28:30 +0200", None),
    ("2015-10-21T07:28:30Z", None),
    ("Wed, 21 Oct 0000 07:28:30 GMT", None),
    # A year of two digits is at most 50 years ahead.
    ("Thursday, 31-Dec-65 23:59:59 GMT", 1584117119.0),
    ("Friday, 01-Jan-66 00:00:00 GMT", 0.0),
    # Date forms that mail allows and HTTP does not.
    ("21 Oct 2015 07:28:30 GMT", None),
    ("Wed, 21 Oct 2015 07:28:30", None),
    ("Wed, 21 Oct 2015 07:28:30 EST", None),
    ("Wed, 21 Oct 2015 07:28:30 GMT (noon)", None),
    ("Wed, 21 Oct 2015 07:28 GMT", None),
    ("Wed, 21 Oct 2015 07.28.30 GMT", None),
    ("wed, 21 oct 2015 07:28:30 gmt", None),
    ("Wed, 1 Oct 2015 07:28:30 GMT", None),
    ("Wed, 21 Oct 15 07:28:30 GMT", None),
    ("Wed, 21 Oct 0050 07:28:30 GMT", None),
    ("Wed, 21-Oct-2015 07:28:30 GMT", None),
    ("Wed Oct 21 07:28:30 2015 GMT", None),
]
NOW = 1445412480.0
"""Wed, 21 Oct 2015 07:28:00 GMT"""


def headers(*values: str, date: str = "") -> Headers:
    found = [(b"Retry-After", value.encode("utf-8")) for value in values]
    return Headers([*found, (b"Date", date.encode())] if date else found)


@pytest.mark.parametrize(("text", "seconds"), T7, ids=lambda value: str(value)[:40])
def test_retry_after_is_read_as_seconds_or_a_date(text: str, seconds: float | None) -> None:
    """Invariant T7."""
    assert retry_after(headers(text), lambda: NOW) == seconds


def test_superscript_digits_are_not_seconds() -> None:
    """Invariant T7."""
    assert retry_after(Headers([(b"Retry-After", b"\xb2")]), lambda: NOW) is None


def test_the_longest_of_several_retry_after_headers_applies() -> None:
    """Invariant T7."""
    assert retry_after(headers("5", "10", "x"), lambda: NOW) == 10
    assert retry_after(headers(), lambda: NOW) is None


def test_a_date_is_measured_against_the_server_s_own_clock() -> None:
    """Invariant T7. Our clock is ten years off."""
    told = headers("Wed, 21 Oct 2015 07:28:30 GMT", date="Wed, 21 Oct 2015 07:28:00 GMT")
    for off in (-10, 10):
        assert retry_after(told, lambda off=off: NOW + off * 365 * 86400) == 30  # type: ignore[misc]


@pytest.mark.parametrize("text", [text for text, _ in T7 if text.isascii()], ids=lambda text: text[:40])
def test_retry_after_delays_the_next_attempt(caller: Caller, server: WireServer, reply: type[Reply], text: str) -> None:
    """Invariant T7. The result is never an error, never shorter than the backoff, and never longer than allowed."""
    server.reply(reply(503, headers={"Retry-After": text}), reply(body={"n": 1}))
    seconds = retry_after(headers(text), caller.clock.wall)
    if seconds is not None and seconds > 60:
        with pytest.raises(ServerError) as caught:
            caller(server.url, READ, "a")
        assert caller.clock.slept == []
        assert caught.value.attempts[-1].stopped == "retry-after"
    else:
        assert caller(server.url, READ, "a") == {"n": 1}
        assert caller.clock.slept == [0.5 + (seconds or 0.0)]


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_waited_for_with_jitter(
    caller: Caller, server: WireServer, reply: type[Reply], status: int
) -> None:
    server.reply(reply(status, headers={"Retry-After": "7"}), reply(body={"n": 1}))
    caller.clock.chance = 0.5
    assert caller(server.url, READ, "a") == {"n": 1}
    assert caller.clock.slept == [7.25]


def broken_off(status: int, *headers: bytes) -> bytes:
    """Return the head of a response, and half of its body."""
    lines = (b"HTTP/1.1 %d S" % status, *headers, b"Content-Length: 100", b"", b"half")
    return b"\r\n".join(lines)


@pytest.mark.parametrize(
    "first",
    [
        broken_off(503, b"Retry-After: 7"),
        broken_off(503, b"Retry-After: 7", b"Content-Encoding: gzip").replace(b": 100", b": 4"),
    ],
    ids=["cut", "damaged"],
)
def test_retry_after_of_a_truncated_response_is_waited_for(caller: Caller, raw: RawServer, first: bytes) -> None:
    responses = [first, b'HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n{"n": 1}']

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(responses.pop(0))

    raw.serve = serve
    assert caller(raw.url, READ, "a") == {"n": 1}
    assert caller.clock.slept == [7.5]
    retry = next(event for event in caller.events if event.kind == "retry")
    assert (retry.status, retry.delay, retry.detail) == (503, 7.5, "TransportError")


def test_retry_after_of_a_truncated_response_beyond_the_maximum_ends_the_call(caller: Caller, raw: RawServer) -> None:
    raw.respond(broken_off(429, b"Retry-After: 3600"))
    with pytest.raises(TransportError) as caught:
        caller(raw.url, READ, "a")
    error = caught.value
    assert error.attempts == (Attempt(429, "TransportError", 0.0, None, "retry-after"),)
    assert (error.status, error.headers["retry-after"]) == (429, "3600")
    copied = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (copied.status, copied.headers["retry-after"], copied.attempts) == (429, "3600", error.attempts)


def test_the_jitter_of_retry_after_stays_within_the_maximum(
    caller: Caller, server: WireServer, reply: type[Reply]
) -> None:
    server.reply(reply(503, headers={"Retry-After": "60"}), reply(body={"n": 1}))
    assert caller(server.url, READ, "a") == {"n": 1}
    assert caller.clock.slept == [60]


def test_retry_after_beyond_the_maximum_ends_the_call(caller: Caller, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(429, headers={"Retry-After": "61"}))
    with pytest.raises(RateLimitError) as caught:
        caller(server.url, READ, "a")
    assert caller.clock.slept == []
    assert caught.value.headers["retry-after"] == "61"
    assert caught.value.attempts == (Attempt(429, None, 0.0, None, "retry-after"),)


def test_no_delay_exceeds_the_deadline(caller: Caller, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(503, headers={"Retry-After": "4"}))
    with pytest.raises(ServerError) as caught:
        caller(server.url, READ, "a", deadline=10, retry=RetryPolicy(attempts=9))
    assert caller.clock.slept == [4.5, 5.0]
    assert [each.stopped for each in caught.value.attempts] == ["", "", "deadline"]


# The budget.


def test_calls_of_a_client_share_its_retry_budget(caller: Caller, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(500))
    with pytest.raises(ServerError) as caught:
        caller(server.url, READ, "a", retry=RetryPolicy(attempts=9, budget=4))
    assert len(server.requests) == 5
    assert caught.value.attempts[-1].stopped == "budget"


def test_a_success_returns_a_tenth_to_the_retry_budget() -> None:
    budget, retry = RetryBudget(), RetryPolicy(budget=2)
    assert [budget.acquire(retry) for _ in range(3)] == [True, True, False]
    for _ in range(9):
        budget.release()
    assert not budget.acquire(retry)
    budget.release()
    assert budget.acquire(retry)
    assert not budget.acquire(retry)
    for _ in range(100):
        budget.release()
    assert [budget.acquire(retry) for _ in range(3)] == [True, True, False]


def test_views_of_a_client_share_its_retry_budget(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(500))
    with Thing(server.url, auth="token", retry=RetryPolicy(base=0, budget=3)) as client:
        for view in (client, client.with_options(deadline=5), client.with_options(timeout=5)):
            with pytest.raises(ServerError):
                view.call(READ, "a")
    assert len(server.requests) == 3 + 3


def test_threads_share_the_retry_budget(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(500))

    def one(_: int) -> None:
        with pytest.raises(ServerError):
            client.call(READ, "a")

    with Thing(server.url, auth="token", retry=RetryPolicy(base=0)) as client, ThreadPoolExecutor(8) as threads:
        list(threads.map(one, range(40)))
    assert len(server.requests) == 40 + 10


# Credentials.


@pytest.fixture
def signed_in(caller: Caller) -> Caller:
    return evolve(caller, auth=("id", "secret"), kinds=(SignedIn, AsyncSignedIn))


def test_a_token_request_is_retried_even_for_a_post(signed_in: Caller, server: WireServer, reply: type[Reply]) -> None:
    token = reply(body={"access_token": "t"})
    server.reply(reply(503, headers={"Retry-After": "3"}), token, reply(body={"n": 1}))
    assert signed_in(server.url, WRITE, body={"n": 1}) == {"n": 1}
    assert [each.path for each in server.requests] == ["/token", "/token", "/things"]
    assert signed_in.clock.slept == [3.5]


def test_a_token_renewal_does_not_count_as_a_retry(signed_in: Caller, server: WireServer, reply: type[Reply]) -> None:
    token = reply(body={"access_token": "t"})
    server.reply(token, reply(401), token, reply(503), reply(503), reply(body={"n": 1}))
    assert signed_in(server.url, READ, "a") == {"n": 1}
    assert [each.path for each in server.requests] == ["/token", "/things/a", "/token"] + ["/things/a"] * 3
    assert signed_in.clock.slept == [0.5, 1.0]


def test_a_second_refusal_is_raised(signed_in: Caller, server: WireServer, reply: type[Reply]) -> None:
    token = reply(body={"access_token": "t"})
    server.reply(token, reply(401), token, reply(401))
    with pytest.raises(ApiError) as caught:
        signed_in(server.url, READ, "a", retry=None)
    assert outcomes(caught.value) == [401, 401]


# Events.


@pytest.mark.parametrize("page", [b"x" * 500, None], ids=["too long", "broken off"])
def test_a_refusal_with_an_unreadable_body_renews_the_token(
    signed_in: Caller, raw: RawServer, page: bytes | None
) -> None:
    requests: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        head = read_head(connection)
        path, good = head.split(b" ")[1], b"Bearer t2" in head
        requests.append(path)
        if path == b"/token":
            token = b'{"access_token": "t%d", "token_type": "bearer"}' % requests.count(b"/token")
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(token), token)
            )
        elif good:
            connection.sendall(b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 8\r\n\r\n{"n": 1}')
        elif page is None:
            connection.sendall(broken_off(401))
        else:
            connection.sendall(
                b"HTTP/1.1 401 U\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(page), page)
            )

    raw.serve = serve
    assert signed_in(raw.url, WRITE, body={"n": 1}, retry=None, max_response_bytes=100) == {"n": 1}
    assert requests == [b"/token", b"/things", b"/token", b"/things"]


def test_events_report_all_attempts(caller: Caller, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(503), reply(404, body={"email": "canary@example.com"}))
    with pytest.raises(NotFoundError):
        caller(server.url, READ, "canary")
    reported = [(event.kind, event.attempt, event.status, event.detail) for event in caller.events]
    assert reported == [
        ("call", 1, None, ""),
        ("request", 1, None, ""),
        ("response", 1, 503, ""),
        ("retry", 1, 503, "503"),
        ("request", 2, None, ""),
        ("response", 2, 404, ""),
        ("failure", 2, 404, "NotFoundError"),
    ]
    assert len({event.call for event in caller.events}) == 1
    assert {event.template for event in caller.events} == {"/things/{id}"}
    assert {event.origin for event in caller.events} == {server.url}
    assert caller.events[3].delay == 0.5
    assert caller.events[5].bytes == len(b'{"email": "canary@example.com"}')
    assert "canary" not in repr(caller.events) + "".join(map(str, caller.events))


def test_a_successful_call_is_reported(caller: Caller, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(body={"n": 1}))
    caller.several(server.url, [(READ, ("a",), None)] * 2)
    assert caller.told == ["call", "request", "response", "success"] * 2
    assert caller.events[0].call != caller.events[4].call


def test_an_error_in_a_hook_does_not_fail_the_call(
    caller: Caller, server: WireServer, reply: type[Reply], caplog: pytest.LogCaptureFixture
) -> None:
    def hook(event: Event) -> None:
        raise ValueError("canary")

    server.reply(reply(body={"n": 1}))
    assert caller(server.url, READ, "a", on_event=hook) == {"n": 1}
    assert "on_event raised ValueError" in caplog.text
    assert "canary" not in caplog.text


def test_levels_of_what_is_logged(
    caller: Caller, server: WireServer, reply: type[Reply], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "taskclients")
    server.reply(reply(503), reply(404))
    with pytest.raises(NotFoundError):
        caller(server.url, READ, "a", on_event=None)
    logged = [(record.name, record.levelname) for record in caplog.records if record.name.startswith("taskclients")]
    assert logged == [
        ("taskclients.request", "DEBUG"),
        ("taskclients.response", "DEBUG"),
        ("taskclients.retry", "INFO"),
        ("taskclients.request", "DEBUG"),
        ("taskclients.response", "DEBUG"),
        ("taskclients.failure", "INFO"),
    ]
    assert "test.read: 503 (GET http://" in caplog.text
    assert "/things/{id}) status 503 again in 0.500 s" in caplog.text


@pytest.mark.parametrize("kind", ["request", "response"])
def test_one_kind_can_be_logged_alone(
    caller: Caller, server: WireServer, reply: type[Reply], caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    caplog.set_level("DEBUG", f"taskclients.{kind}")
    server.reply(reply(body={"n": 1}))
    caller(server.url, READ, "a", on_event=None)
    ours = [record.name for record in caplog.records if record.name.startswith("taskclients")]
    assert ours == [f"taskclients.{kind}"]


def test_the_error_has_its_attempts(caller: Caller, server: WireServer, reply: type[Reply]) -> None:
    def respond(request: ReceivedRequest) -> Reply | None:
        return None if len(server.requests) == 2 else reply(500)

    server.respond = respond
    with pytest.raises(ServerError) as caught:
        caller(server.url, READ, "a")
    error = caught.value
    assert error.attempts == (
        Attempt(500, None, 0.0, 0.5),
        Attempt(None, "TransportError", 0.0, 0.0),  # an old connection was closed, which is no retry
        Attempt(500, None, 0.0, 1.0),
        Attempt(500, None, 0.0, None, "attempts"),
    )
    assert error.__notes__ == ["after 4 requests: 500, TransportError, 500, 500"]
    assert pickle.loads(pickle.dumps(error)).attempts == error.attempts  # noqa: S301


def test_a_decode_error_has_its_attempts(caller: Caller, server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(503), reply(body=b"<html>"))
    with pytest.raises(DecodeError) as caught:
        caller(server.url, READ, "a")
    error = caught.value
    assert error.attempts == (Attempt(503, None, 0.0, 0.5), Attempt(200, None, 0.0))
    assert error.__notes__ == ["after 2 requests: 503, 200"]
    assert "Attempt" not in repr(error)
    assert pickle.loads(pickle.dumps(error)).attempts == error.attempts  # noqa: S301


def test_a_cancelled_call_is_reported(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(after=0.5))
    events: list[Event] = []

    async def run() -> None:
        async with AsyncThing(server.url, auth="token", on_event=events.append) as client:
            await asyncio.wait_for(client.call(READ, "a"), 0.05)

    with pytest.raises(TimeoutError):
        asyncio.run(run())
    assert [(event.kind, event.detail) for event in events][-1] == ("failure", "CancelledError")


@pytest.mark.usefixtures("library")
def test_a_refused_connection_is_retried(caller: Caller) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ConnectionFailedError) as caught:
        caller(f"http://127.0.0.1:{port}", WRITE, body={"n": 1})
    assert outcomes(caught.value) == ["ConnectionFailedError"] * 3


# Invalid options.


@pytest.mark.parametrize(
    "options",
    [{"attempts": each} for each in (0, -1, True, 1.5, "3", None)]
    + [{name: each} for name in ("base", "cap", "max_delay") for each in (-1, math.nan, math.inf, True, "1", None)]
    + [{"budget": each} for each in (0, 0.5, -1, math.nan, math.inf, True, "1")],
    ids=str,
)
def test_invalid_numbers_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgumentError, match=f"{next(iter(options))}: expected"):
        RetryPolicy(**options)


def test_a_retry_option_of_another_type_is_refused(server: WireServer) -> None:
    for wrong in (True, 3, RetryPolicy):
        with pytest.raises(InvalidArgumentError, match="retry: expected"):
            Thing(server.url, retry=wrong)  # type: ignore[arg-type]


def test_a_sync_client_refuses_an_async_hook(server: WireServer) -> None:
    async def hook(event: Event) -> None: ...

    class Hook:
        async def __call__(self, event: Event) -> None: ...

    for wrong in (hook, Hook(), 3):
        with pytest.raises(InvalidArgumentError, match="on_event: expected"):
            Thing(server.url, on_event=wrong)  # type: ignore[arg-type]


def test_transient_statuses() -> None:
    assert [status for status in range(100, 512) if is_transient(status)] == [
        408,
        425,
        429,
        500,
        502,
        503,
        504,
        507,
        509,
    ]
    assert all(map(is_transient, range(512, 600)))
