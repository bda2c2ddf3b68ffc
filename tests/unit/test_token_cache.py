"""Token cache: a token shared by many calls is fetched once when it is missing or refused."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import pytest
from attrs import define

from taskclients_core import (
    Api,
    ApiKey,
    AsyncClient,
    Binary,
    CallTimeoutError,
    Client,
    ClientCredentials,
    HttpBearer,
    Json,
    Operation,
    RetryPolicy,
    SignIn,
    UnauthorizedError,
)

if TYPE_CHECKING:
    from tests.unit.conftest import ReceivedRequest, Reply, WireServer

STORM: Final = 50


@define(kw_only=True)
class Login:
    user: str


@define(kw_only=True)
class Opened:
    access_token: str | None = None


GET: Final = Operation("test.get", "GET", "/x", returns=str)
PUT: Final = Operation("test.put", "PUT", "/x", body=Binary(), returns=str)
SIGN_IN: Final = Operation("test.sign_in", "POST", "/token", body=Json(Login), returns=Opened, security=())
SIGN_INS: Final = (SignIn(SIGN_IN, token="access_token"),)

KINDS: Final[dict[str, tuple[Any, Any]]] = {
    "oauth": (ClientCredentials("/token"), ("id", "secret")),
    "bearer": (HttpBearer(sign_in=SIGN_INS), Login(user="ann")),
    "header": (ApiKey("header", "X-Key", sign_in=SIGN_INS), Login(user="ann")),
    "query": (ApiKey("query", "key", sign_in=SIGN_INS), Login(user="ann")),
    "cookie": (ApiKey("cookie", "key", sign_in=SIGN_INS), Login(user="ann")),
}


class TokenServer:
    """Server that issues t1, t2, … and accepts only the newest. It holds refused requests until `crowd` have come."""

    def __init__(self, server: WireServer, reply: type[Reply]) -> None:
        self.server = server
        self.reply = reply
        self.handed = 0
        self.refused = 0
        self.concurrent = 1
        self.slow = 0.05
        self.first_comes = threading.Event()
        """Delays the response with the first token until set."""
        self.first_comes.set()
        self.revoked: set[str] = set()
        self.lock = threading.Lock()
        self.barrier = threading.Barrier(STORM)
        server.respond = self.respond

    def respond(self, request: ReceivedRequest) -> Reply:
        if request.path == "/token":
            with self.lock:
                self.handed += 1
                number = self.handed
            if number == 1:
                self.first_comes.wait(timeout=20)
            return self.reply(body={"access_token": f"t{number}"}, after=self.slow)
        printed = f"{request.headers} {request.query}"
        token = next(
            (
                text
                for text in ("t1", "t2", "t3")
                if f"'Bearer {text}'" in printed or f"={text}" in printed or f"'x-key': '{text}'" in printed
            ),
            "",
        )
        if not token or token in self.revoked:
            with self.lock:
                self.refused += 1
            if self.concurrent == STORM:
                self.barrier.wait(timeout=20)
            return self.reply(401)
        return self.reply(body=token)


@pytest.fixture
def tokens(server: WireServer, reply: type[Reply]) -> TokenServer:
    return TokenServer(server, reply)


def client_class(kind: str, base: type[Any]) -> Any:
    class AnyClient(base):  # type: ignore[misc]  # Client or AsyncClient
        api = Api("test", schemes={"one": KINDS[kind][0]}, security=(("one",),))

    return AnyClient


def client_of(kind: str, tokens: TokenServer, **options: Any) -> Any:
    return client_class(kind, Client)(tokens.server.url, credential=KINDS[kind][1], **options)


@pytest.mark.parametrize("kind", KINDS)
def test_a_token_is_fetched_once_and_replaced_when_refused(kind: str, tokens: TokenServer) -> None:
    with client_of(kind, tokens) as client:
        assert [client.call(GET), client.call(GET)] == ["t1", "t1"]
        tokens.revoked = {"t1"}
        assert [client.call(GET), client.call(GET)] == ["t2", "t2"]
    assert (tokens.handed, tokens.refused) == (2, 1)


@pytest.mark.parametrize("kind", ["oauth", "bearer", "query"])
def test_many_concurrent_threads_fetch_one_token(kind: str, tokens: TokenServer) -> None:
    with client_of(kind, tokens) as client, ThreadPoolExecutor(STORM) as pool:
        assert list(pool.map(lambda _: client.call(GET), range(STORM))) == ["t1"] * STORM
        assert tokens.handed == 1
        tokens.revoked, tokens.concurrent = {"t1"}, STORM
        assert list(pool.map(lambda _: client.call(GET), range(STORM))) == ["t2"] * STORM
    assert (tokens.handed, tokens.refused) == (2, STORM)


@pytest.mark.parametrize("kind", ["oauth", "bearer", "query"])
def test_many_concurrent_tasks_fetch_one_token(kind: str, tokens: TokenServer) -> None:
    async def main() -> None:
        async with client_class(kind, AsyncClient)(tokens.server.url, credential=KINDS[kind][1]) as client:
            assert await asyncio.gather(*[client.call(GET) for _ in range(STORM)]) == ["t1"] * STORM
            assert tokens.handed == 1
            tokens.revoked, tokens.concurrent = {"t1"}, STORM
            assert await asyncio.gather(*[client.call(GET) for _ in range(STORM)]) == ["t2"] * STORM

    asyncio.run(main())
    assert (tokens.handed, tokens.refused) == (2, STORM)


@pytest.mark.parametrize("kind", ["oauth", "bearer"])
def test_one_callers_deadline_is_not_the_failure_of_the_others(kind: str, tokens: TokenServer) -> None:
    tokens.first_comes.clear()

    async def main() -> None:
        async with client_class(kind, AsyncClient)(tokens.server.url, credential=KINDS[kind][1]) as client:
            hasty = asyncio.create_task(client.with_options(deadline=1.0).call(GET))
            while not tokens.handed:
                await asyncio.sleep(0.001)
            patient = [asyncio.create_task(client.call(GET)) for _ in range(4)]
            with pytest.raises(CallTimeoutError):
                await hasty
            assert await asyncio.gather(*patient) == ["t2"] * 4

    try:
        asyncio.run(main())
    finally:
        tokens.first_comes.set()
    assert tokens.handed == 2


def test_a_body_that_can_be_read_once_is_not_sent_twice(tokens: TokenServer) -> None:
    with client_of("bearer", tokens) as client:
        assert client.call(PUT, body=iter([b"a"])) == "t1"
        tokens.revoked = {"t1"}
        with pytest.raises(UnauthorizedError):
            client.call(PUT, body=iter([b"a"]))
        assert client.call(PUT, body=iter([b"a"])) == "t2", "the refused token is not used again"
        tokens.revoked = {"t1", "t2"}
        assert client.call(PUT, body=[b"a", b"b"]) == "t3", "a list can be sent again"
    assert tokens.server.last.body == b"ab"


def test_signing_in_is_tried_again_like_any_call(tokens: TokenServer, reply: type[Reply]) -> None:
    responses = [reply(503), reply(body={"access_token": "t1"}), reply(body="in")]
    tokens.server.respond = lambda _: responses.pop(0)
    with client_of("bearer", tokens, retry=RetryPolicy(base=0.001)) as client:
        assert client.call(GET) == "in"
    assert [each.path for each in tokens.server.requests] == ["/token", "/token", "/x"]
