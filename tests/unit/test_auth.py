"""Credentials: accepted forms, how they are sent, and that they are never shown."""

from __future__ import annotations

import asyncio
import threading
import time
from base64 import b64decode
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

import httpx
import pytest

from taskclients_core import (
    Api,
    ApiKey,
    AsyncClient,
    CallTimeoutError,
    Client,
    ClientCredentials,
    ClientError,
    Cookie,
    DecodeError,
    Header,
    HttpBasic,
    HttpBearer,
    InvalidArgumentError,
    Operation,
    Query,
    ServerError,
    UnauthorizedError,
)
from taskclients_core.auth.tokens import client_credentials_cache
from taskclients_core.effects import Exclusive, Send
from taskclients_core.http_messages import HttpRequest, HttpResponse
from taskclients_core.security import MutualTls

if TYPE_CHECKING:
    from tests.unit.conftest import ReceivedRequest, Reply, WireServer

GET: Final = Operation("test.get", "GET", "/x")
OPEN: Final = Operation("test.open", "GET", "/open", security=())


def client_of(
    server: WireServer, auth: Any, schemes: Mapping[str, Any], security: Any = None, **options: Any
) -> Client:
    class AnyClient(Client):
        api = Api(
            "test", schemes=schemes, security=tuple((name,) for name in schemes) if security is None else security
        )

    return AnyClient(server.url, auth=auth, **options)


def request_with(server: WireServer, auth: Any, schemes: Mapping[str, Any], security: Any = None) -> ReceivedRequest:
    with client_of(server, auth, schemes, security) as client:
        client.call(GET)
    return server.last


class BearerClient(AsyncClient):
    api = Api("test", schemes={"bearer": HttpBearer()}, security=(("bearer",),))


BEARER = {"bearer": HttpBearer()}
BASIC = {"basic": HttpBasic()}
KEY = {"key": ApiKey("header", "X-Key")}


# -- Schemes


@pytest.mark.parametrize("auth", ["t0ken", lambda: "t0ken", {"bearer": "t0ken"}, {"bearer": lambda: "t0ken"}])
def test_a_bearer_token(server: WireServer, auth: Any) -> None:
    assert request_with(server, auth, BEARER).headers["authorization"] == "Bearer t0ken"


@pytest.mark.parametrize("auth", [("üser", "pass:wörd"), {"basic": ("üser", "pass:wörd")}])
def test_http_basic(server: WireServer, auth: Any) -> None:
    kind, _, encoded = request_with(server, auth, BASIC).headers["authorization"].partition(" ")
    assert (kind, b64decode(encoded).decode()) == ("Basic", "üser:pass:wörd")


@pytest.mark.parametrize("auth", [("key", ""), ("", "key")])
def test_half_of_http_basic_may_be_empty(server: WireServer, auth: tuple[str, str]) -> None:
    encoded = request_with(server, auth, BASIC).headers["authorization"].partition(" ")[2]
    assert b64decode(encoded).decode() == ":".join(auth)


def test_an_api_key_is_sent_where_the_scheme_declares_it(server: WireServer) -> None:
    assert request_with(server, "k=1", KEY).headers["x-key"] == "k=1"
    assert request_with(server, "k=1&x", {"key": ApiKey("query", "api key")}).target == "/x?api%20key=k%3D1%26x"
    assert request_with(server, "k=1", {"key": ApiKey("cookie", "sid")}).headers["cookie"] == "sid=k=1"


def test_keys_stand_beside_the_callers_own_query_and_cookies(server: WireServer) -> None:
    schemes = {"q": ApiKey("query", "key"), "c": ApiKey("cookie", "sid")}
    operation = Operation("test.get", "GET", "/", parameters=(Query("a", int), Cookie("b", int)))
    with client_of(server, {"q": "1", "c": "2"}, schemes, (("q", "c"),)) as client:
        client.call(operation, 3, 4)
    assert server.last.target == "/?a=3&key=1"
    assert server.last.headers["cookie"] == "b=4; sid=2"


def test_a_function_is_called_for_each_call(server: WireServer) -> None:
    tokens = iter("abc")
    with client_of(server, lambda: next(tokens), BEARER) as client:
        client.call(GET)
        client.call(OPEN)
        client.call(GET)
    assert [request.headers.get("authorization") for request in server.requests] == ["Bearer a", None, "Bearer b"]


class Rotation:
    """Secrets that expire: a function that returns the current one, and a server that accepts only that one."""

    def __init__(self, server: WireServer, reply: type[Reply]) -> None:
        self.reply = reply
        self.calls = 0
        self.cached = "token-0"
        """Secret that the function returns until it is called again after a refusal."""

        self.valid = "token-1"
        server.respond = self.respond

    def __call__(self) -> str:
        self.calls += 1
        time.sleep(0.02)
        return self.valid if self.calls > self.stale else self.cached

    stale = 1
    """Number of calls of the function that return the old secret."""

    def respond(self, request: ReceivedRequest) -> Reply:
        return self.reply(200 if request.headers["authorization"] == f"Bearer {self.valid}" else 401)


def test_a_function_is_called_again_once_after_a_401(server: WireServer, reply: type[Reply]) -> None:
    rotation = Rotation(server, reply)
    with client_of(server, rotation, BEARER) as client:
        client.call(GET)
        assert (rotation.calls, len(server.requests)) == (2, 2)
        rotation.stale, rotation.calls = 100, 0
        with pytest.raises(UnauthorizedError) as caught:
            client.call(GET)
        assert (rotation.calls, len(server.requests)) == (2, 4)
        assert [(each.status, each.stopped) for each in caught.value.attempts] == [(401, ""), (401, "")]


def test_a_post_is_sent_again_with_another_secret(server: WireServer, reply: type[Reply]) -> None:
    rotation = Rotation(server, reply)
    with client_of(server, rotation, BEARER) as client:
        client.call(Operation("test.post", "POST", "/x"))
    assert [request.method for request in server.requests] == ["POST", "POST"]


def test_each_of_several_functions_is_called_again(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(401), reply())
    keys, tokens = iter("kl"), iter("st")
    schemes = {"bearer": HttpBearer(), "key": ApiKey("query", "key")}
    auth = {"bearer": lambda: next(tokens), "key": lambda: next(keys)}
    with client_of(server, auth, schemes, (("bearer", "key"),)) as client:
        client.call(GET)
    sent = [(request.headers["authorization"], request.target) for request in server.requests]
    assert sent == [("Bearer s", "/x?key=k"), ("Bearer t", "/x?key=l")]


def test_threads_that_are_refused_together_share_one_further_call(server: WireServer, reply: type[Reply]) -> None:
    rotation, barrier = Rotation(server, reply), threading.Barrier(20)
    rotation.stale = 20
    refuse = rotation.respond

    def respond(request: ReceivedRequest) -> Reply:
        found = refuse(request)
        if found.status == 401:
            barrier.wait(20)  # until all have their old secret
        return found

    server.respond = respond
    with client_of(server, rotation, BEARER) as client, ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda _: client.call(GET), range(20)))
    assert (rotation.calls, len(server.requests)) == (21, 40)


@pytest.mark.parametrize("asynchronous", [False, True], ids=["function", "coroutine"])
def test_tasks_that_are_refused_together_share_one_further_call(
    server: WireServer, reply: type[Reply], asynchronous: bool
) -> None:
    rotation = Rotation(server, reply)
    rotation.stale = 20

    async def coroutine() -> str:
        return rotation()

    async def main() -> None:
        async with BearerClient(server.url, auth=coroutine if asynchronous else rotation) as client:
            await asyncio.gather(*(client.call(GET) for _ in range(20)))
            rotation.valid = "token-2"
            await asyncio.gather(*(client.call(GET) for _ in range(3)))

    barrier, refuse = threading.Barrier(20), rotation.respond

    def respond(request: ReceivedRequest) -> Reply:
        found = refuse(request)
        if found.status == 401 and rotation.valid == "token-1":
            barrier.wait(20)
        return found

    server.respond = respond
    asyncio.run(main())
    assert (rotation.calls, len(server.requests)) == (24, 43)


def test_a_call_after_a_failed_renewal_calls_the_function_itself(server: WireServer, reply: type[Reply]) -> None:
    rotation = Rotation(server, reply)
    failures = iter([None, LookupError("the vault is sealed"), None, None])

    def secret() -> str:
        failure = next(failures)
        if failure is not None:
            raise failure
        return rotation()

    with client_of(server, secret, BEARER) as client:
        with pytest.raises(LookupError, match="sealed"):
            client.call(GET)
        client.call(GET)
    assert len(server.requests) == 2


@pytest.mark.parametrize("secret", ["", "two\nlines", "line\n", 7, None])
def test_a_function_must_return_a_usable_secret(server: WireServer, secret: Any) -> None:
    with client_of(server, lambda: secret, BEARER) as client, pytest.raises(InvalidArgumentError, match="for 'bearer'"):
        client.call(GET)
    assert server.requests == []


async def secret() -> str:
    await asyncio.sleep(0)
    return "t0ken"


class Vault:
    """Return a coroutine without being declared `async`."""

    async def __call__(self) -> str:
        return await secret()


@pytest.mark.parametrize("auth", [secret, Vault(), {"bearer": secret}, lambda: "t0ken"])
def test_an_async_client_awaits_a_function(server: WireServer, auth: Any) -> None:
    async def main() -> None:
        async with BearerClient(server.url, auth=auth) as client:
            await client.call(GET)

    asyncio.run(main())
    assert server.last.headers["authorization"] == "Bearer t0ken"


@pytest.mark.parametrize("auth", [secret, {"bearer": secret}])
def test_a_synchronous_client_refuses_an_async_function(server: WireServer, auth: Any) -> None:
    with pytest.raises(
        InvalidArgumentError, match=r"auth: the function for 'bearer' is async, which only an async client"
    ):
        client_of(server, auth, BEARER)


def test_a_synchronous_client_refuses_what_turns_out_to_be_async(server: WireServer) -> None:
    with (
        client_of(server, Vault(), BEARER) as client,
        pytest.raises(InvalidArgumentError, match=r"for 'bearer' is async"),
    ):
        client.call(GET)
    assert server.requests == []


def test_a_function_on_requests_cannot_be_async(server: WireServer) -> None:
    async def sign(request: object) -> object:
        return request

    with pytest.raises(InvalidArgumentError, match=r"a function on httpx requests cannot be async"):
        client_of(server, sign, BEARER)


def test_a_slow_function_does_not_block_other_calls(server: WireServer) -> None:
    beside = threading.Event()

    def slow() -> str:
        assert beside.wait(20), "the event loop stood still"
        return "t0ken"

    async def main() -> None:
        async with BearerClient(server.url, auth=slow) as client:
            call = asyncio.create_task(client.call(GET))
            await asyncio.sleep(0.01)
            beside.set()
            await call

    asyncio.run(main())
    assert server.last.headers["authorization"] == "Bearer t0ken"


@pytest.mark.parametrize("asynchronous", [False, True])
def test_the_deadline_holds_for_a_function(server: WireServer, asynchronous: bool) -> None:
    over = threading.Event()

    async def patient() -> str:
        await asyncio.sleep(20)
        return "t0ken"

    def slow() -> str:
        over.wait(20)
        return "t0ken"

    async def main() -> None:
        async with BearerClient(server.url, auth=patient if asynchronous else slow, deadline=0.2) as client:
            with pytest.raises(CallTimeoutError, match="the function for 'bearer' took until the deadline") as caught:
                await client.call(GET)
            assert caught.value.sent is False
            assert not over.is_set()
            over.set()

    asyncio.run(main())
    assert server.requests == []


# -- Choice of the scheme

BOTH = {"bearer": HttpBearer(), "key": ApiKey("header", "X-Key"), "basic": HttpBasic()}


def sent(server: WireServer, auth: Any, security: Any) -> tuple[str | None, str | None]:
    headers = request_with(server, auth, BOTH, security).headers
    return headers.get("authorization"), headers.get("x-key")


def test_the_first_alternative_with_credentials_is_used(server: WireServer) -> None:
    either = (("bearer",), ("key",))
    assert sent(server, {"bearer": "t", "key": "k"}, either) == ("Bearer t", None)
    assert sent(server, {"key": "k"}, either) == (None, "k")
    assert sent(server, {"bearer": "t", "key": "k"}, (("bearer", "key"),)) == ("Bearer t", "k")
    assert sent(server, {"key": "k"}, (("bearer", "key"), ("key",))) == (None, "k")
    assert sent(server, {"key": "k"}, ((), ("key",))) == (None, "k")  # optional, but given


def test_a_call_without_its_credentials_is_not_sent(server: WireServer) -> None:
    key = Operation("test.key", "GET", "/x", parameters=(Header("X-Key", str),))
    for given, security in ((None, (("bearer",),)), ({"bearer": "t"}, (("bearer", "key"),)), ({}, None)):
        with client_of(server, given, BOTH, security) as client:
            with pytest.raises(InvalidArgumentError, match=r"needs credentials.*TASKCLIENTS_TEST_TOKEN, or"):
                client.call(GET)
            client.call(OPEN)
            client.call(key, "k")  # the caller passed a key as a parameter
            with pytest.raises(InvalidArgumentError, match="needs credentials"):
                client.call(key, None)
    assert [request.path for request in server.requests] == ["/open", "/x"] * 3
    certificate = client_of(server, None, {"tls": MutualTls()})
    with (
        certificate as client,
        pytest.raises(InvalidArgumentError, match="pass http_client= with a client certificate"),
    ):
        client.call(GET)


def test_without_credentials_a_client_of_the_caller_is_in_charge(server: WireServer, reply: type[Reply]) -> None:
    assert sent(server, None, ((), ("bearer",))) == (None, None)  # they are optional
    with httpx.Client() as http, client_of(server, None, BEARER, http_client=http) as client:
        client.call(GET)
        assert "authorization" not in server.last.headers
        server.reply(reply(401))
        with pytest.raises(UnauthorizedError):
            client.call(GET)


def test_an_operation_can_have_its_own_requirements(server: WireServer) -> None:
    own = Operation("test.own", "GET", "/own", security=(("key",),))
    with client_of(server, {"bearer": "t", "key": "k"}, BOTH, (("bearer",),)) as client:
        client.call(own)
        client.call(OPEN)
        client.call(GET)
    assert [(request.headers.get("authorization"), request.headers.get("x-key")) for request in server.requests] == [
        (None, "k"),
        (None, None),
        ("Bearer t", None),
    ]


def test_a_pair_or_a_secret_finds_its_scheme(server: WireServer) -> None:
    schemes = {"bearer": HttpBearer(), "basic": HttpBasic()}
    assert request_with(server, "t", schemes).headers["authorization"] == "Bearer t"
    assert request_with(server, ("u", "p"), schemes).headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("auth", "schemes", "message"),
    [
        ("s3cret", {}, r"auth: a single secret fits no schemes, expected an httpx\.Auth or a function"),
        ("s3cret", BASIC, r"fits no schemes, expected \(user, password\) for 'basic'; or an httpx\.Auth"),
        (("u", "s3cret"), BEARER, r"a pair fits no schemes, expected a token or a function returning it for 'bearer'"),
        (
            "s3cret",
            BOTH,
            r"fits 2 schemes, expected a token .* for 'bearer'; or a key .* or a mapping from scheme name",
        ),
        (7, BEARER, r"auth: expected a token .*, got int"),
        (b"s3cret", BEARER, r"auth: expected a token .*, got bytes"),
        ({"other": "s3cret"}, BEARER, r"auth: no scheme 'other', expected a token"),
        ({"bearer": ("u", "s3cret")}, BEARER, r"auth: expected a token .* for 'bearer', got tuple"),
        ({"basic": "s3cret"}, BASIC, r"auth: expected \(user, password\) for 'basic', got str"),
        (("u", "s3cret", "x"), BASIC, r"auth: expected \(user, password\) for 'basic', got tuple"),
        (("u", None), BASIC, r"auth: expected \(user, password\)"),
        (("", ""), BASIC, r"auth: expected \(user, password\) for 'basic', got an empty one"),
        (
            ("id", ""),
            {"o": ClientCredentials("/t")},
            r"expected \(client id, client secret\) for 'o', got an empty one",
        ),
        (("u:v", "s3cret"), BASIC, r"the user for 'basic' cannot contain a colon"),
        ("", BEARER, r"the secret for 'bearer' is empty"),
        ("s3cret\n", BEARER, r"the secret for 'bearer': a header cannot"),
        ("s3cret;", {"key": ApiKey("cookie", "sid")}, r"the secret for 'key': a cookie cannot"),
        ("\ud800", {"key": ApiKey("query", "key")}, r"the secret for 'key': "),
    ],
)
def test_unusable_credentials_are_refused_at_once(
    server: WireServer, auth: Any, schemes: Mapping[str, Any], message: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=message) as caught:
        client_of(server, auth, schemes)
    assert "s3cret" not in str(caught.value)


# -- The caller's own authentication


class Signing(httpx.Auth):
    requires_request_body = True

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["X-Signature"] = f"{request.method} {request.url.path}"
        response = yield request
        if response.status_code == 401:
            request.headers["X-Signature"] = "again"
            yield request


def signed(request: httpx.Request) -> httpx.Request:
    request.headers["X-Signature"] = f"{request.method} {request.url.path}"
    return request


@pytest.mark.parametrize("auth", [Signing(), signed, lambda request: signed(request)])
@pytest.mark.parametrize("schemes", [{}, BEARER])
def test_httpx_auth_and_functions_are_in_charge(server: WireServer, auth: Any, schemes: Mapping[str, Any]) -> None:
    with client_of(server, auth, schemes) as client:
        client.call(GET)
        client.call(OPEN)
    assert [request.headers.get("x-signature") for request in server.requests] == ["GET /x", None]


def test_httpx_auth_works_for_async_and_may_send_twice(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(401), reply())

    class AnyClient(AsyncClient):
        api = Api("test")

    async def main() -> None:
        async with AnyClient(server.url, auth=Signing()) as client:
            await client.call(GET)

    asyncio.run(main())
    assert [request.headers.get("x-signature") for request in server.requests] == ["GET /x", "again"]


def test_a_bug_in_the_callers_function_is_not_disguised(server: WireServer) -> None:
    def broken(request: httpx.Request) -> httpx.Request:
        raise ZeroDivisionError("theirs")

    with client_of(server, broken, {}) as client, pytest.raises(ZeroDivisionError, match="theirs") as caught:
        client.call(GET)
    assert caught.value.__cause__ is None


def test_a_given_client_keeps_its_own_authentication(server: WireServer) -> None:
    with httpx.Client(auth=("u", "p")) as http:
        with client_of(server, None, BEARER, http_client=http) as client:
            client.call(GET)
            client.call(OPEN)
        with client_of(server, "t", BEARER, http_client=http) as client:
            client.call(GET)
    kinds = [request.headers.get("authorization", "").partition(" ")[0] for request in server.requests]
    assert kinds == ["Basic", "", "Bearer"]


# -- OAuth 2 client credentials

OAUTH = {"oauth": ClientCredentials("/oauth/token", ("read", "write"))}
PAIR = ("the:id", "s3cret&")


class TokenServer:
    """Token server that issues t1, t2, … and accepts only tokens that are not revoked."""

    def __init__(self, server: WireServer, reply: type[Reply], **grant: Any) -> None:
        self.grant: dict[str, Any] = {"token_type": "bearer", "expires_in": 3600} | grant
        self.fetched: list[ReceivedRequest] = []
        self.revoked: set[str] = set()
        self.after = 0.0
        self.first_comes = threading.Event()
        """Delays the response with the first token until set."""
        self.first_comes.set()
        self.broken: Reply | None = None
        self.lock = threading.Lock()
        self.reply = reply
        server.respond = self.respond

    def respond(self, request: ReceivedRequest) -> Reply:
        if request.path.endswith("/token"):
            with self.lock:
                self.fetched.append(request)
                number = len(self.fetched)
            if number == 1:
                self.first_comes.wait(timeout=20)
            return self.broken or self.reply(body={"access_token": f"t{number}"} | self.grant, after=self.after)
        return self.reply(401 if request.headers.get("authorization", "") in {"", *self.revoked} else 200)


@pytest.fixture
def tokens(server: WireServer, reply: type[Reply]) -> TokenServer:
    return TokenServer(server, reply)


def test_a_token_is_fetched_once_and_cached(server: WireServer, tokens: TokenServer) -> None:
    with client_of(server, PAIR, OAUTH) as client:
        with pytest.raises(UnauthorizedError):
            client.call(OPEN)
        assert tokens.fetched == []
        for _ in range(3):
            client.call(GET)
    (request,) = tokens.fetched
    assert (request.method, request.target) == ("POST", "/oauth/token")
    assert dict(parse_qsl(request.body.decode())) == {"grant_type": "client_credentials", "scope": "read write"}
    kind, _, encoded = request.headers["authorization"].partition(" ")
    assert (kind, b64decode(encoded)) == ("Basic", b"the%3Aid:s3cret%26")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["user-agent"].startswith("taskclients")
    assert server.last.headers["authorization"] == "Bearer t1"


def test_id_and_secret_can_go_into_the_body(server: WireServer, tokens: TokenServer) -> None:
    schemes = {"oauth": ClientCredentials(f"{server.url}/other/token", credentials_in="body")}
    request_with(server, PAIR, schemes)
    (request,) = tokens.fetched
    assert request.target == "/other/token"
    assert "authorization" not in request.headers
    assert dict(parse_qsl(request.body.decode())) == {
        "grant_type": "client_credentials",
        "client_id": "the:id",
        "client_secret": "s3cret&",
    }


def test_a_relative_token_url_counts_from_the_base_url(server: WireServer, tokens: TokenServer) -> None:
    class AnyClient(Client):
        api = Api("test", schemes={"oauth": ClientCredentials("token")}, security=(("oauth",),))

    with AnyClient(f"{server.url}/api/v1", auth=PAIR) as client:
        client.call(GET)
    assert tokens.fetched[0].target == "/api/v1/token"


def test_a_revoked_token_is_replaced_once(server: WireServer, tokens: TokenServer) -> None:
    with client_of(server, PAIR, OAUTH) as client:
        client.call(GET)
        tokens.revoked = {"Bearer t1"}
        client.call(GET)
        assert server.last.headers["authorization"] == "Bearer t2"
        tokens.revoked = {"Bearer t2", "Bearer t3", "Bearer t4"}
        with pytest.raises(UnauthorizedError):
            client.call(GET)
    assert len(tokens.fetched) == 3


def test_an_expired_token_is_replaced(server: WireServer, tokens: TokenServer) -> None:
    tokens.grant["expires_in"] = "0"
    with client_of(server, PAIR, OAUTH) as client:
        client.call(GET)
        client.call(GET)
    assert len(tokens.fetched) == 2


def test_many_threads_fetch_one_token(server: WireServer, tokens: TokenServer) -> None:
    tokens.after = 0.1
    with client_of(server, PAIR, OAUTH) as client, ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: client.call(GET), range(16)))
        assert len(tokens.fetched) == 1
        tokens.revoked = {"Bearer t1"}
        list(pool.map(lambda _: client.call(GET), range(16)))
        assert len(tokens.fetched) == 2


class OAuthClient(AsyncClient):
    api = Api("test", schemes=OAUTH, security=(("oauth",),))


def test_many_tasks_fetch_one_token(server: WireServer, tokens: TokenServer) -> None:
    tokens.after = 0.1

    async def main() -> None:
        async with OAuthClient(server.url, auth=PAIR) as client:
            await asyncio.gather(*[client.call(GET) for _ in range(16)])
            assert len(tokens.fetched) == 1
            tokens.revoked = {"Bearer t1"}
            await asyncio.gather(*[client.call(GET) for _ in range(16)])
            assert len(tokens.fetched) == 2

    asyncio.run(main())


def test_waiters_share_a_failure_and_the_next_call_fetches_again(
    server: WireServer, tokens: TokenServer, reply: type[Reply]
) -> None:
    tokens.broken = reply(503, {"error": "busy"}, after=0.2)

    async def main() -> None:
        async with OAuthClient(server.url, auth=PAIR) as client:
            found = await asyncio.gather(*[client.call(GET) for _ in range(16)], return_exceptions=True)
            assert {type(error) for error in found} == {ServerError}
            assert len({id(error) for error in found}) == 16
            assert len(tokens.fetched) == 1
            tokens.broken = None
            await client.call(GET)

    asyncio.run(main())
    assert len(tokens.fetched) == 2


def test_a_cancelled_fetch_does_not_fail_the_waiters(server: WireServer, tokens: TokenServer) -> None:
    tokens.first_comes.clear()

    async def main() -> None:
        async with OAuthClient(server.url, auth=PAIR) as client:
            first = asyncio.create_task(client.call(GET))
            while not tokens.fetched:
                await asyncio.sleep(0.001)
            others = [asyncio.create_task(client.call(GET)) for _ in range(4)]
            await asyncio.sleep(0.05)
            first.cancel()
            await asyncio.gather(*others)
            assert first.cancelled() or await asyncio.wait([first])

    try:
        asyncio.run(main())
    finally:
        tokens.first_comes.set()
    assert len(tokens.fetched) == 2


def test_a_refused_token_request_is_an_api_error(server: WireServer, tokens: TokenServer, reply: type[Reply]) -> None:
    tokens.broken = reply(401, {"error": "invalid_client"})
    with (
        client_of(server, PAIR, OAUTH) as client,
        pytest.raises(UnauthorizedError, match=r"test\.token: 401") as caught,
    ):
        client.call(GET)
    assert caught.value.raw == b'{"error": "invalid_client"}'
    assert "s3cret" not in repr(vars(caught.value))


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        {},
        {"access_token": ""},
        {"access_token": 7},
        {"access_token": "s3cret\n"},
        {"access_token": "s3cret", "expires_in": "soon"},
        {"access_token": "s3cret", "expires_in": "nan"},
        {"access_token": "s3cret", "expires_in": "inf"},
        {"access_token": "s3cret", "expires_in": 10**400},
        b'{"access_token": "s3cret", "expires_in": ' + b"9" * 5000 + b"}",
        b'{"access_token": "s3cret", "expires_in": 1e400}',
        {"access_token": "s3cret", "expires_in": -1, "token_type": 7},
    ],
)
def test_a_token_response_without_a_token_is_a_decode_error(
    server: WireServer, tokens: TokenServer, reply: type[Reply], body: Any
) -> None:
    tokens.broken = reply(body=body)
    with (
        client_of(server, PAIR, OAUTH) as client,
        pytest.raises(DecodeError, match=r"test\.token: expected an OAuth 2 token") as caught,
    ):
        client.call(GET)
    assert "s3cret" not in repr(vars(caught.value))


def test_a_token_is_replaced_before_it_expires() -> None:
    now = 1000.0
    source = client_credentials_cache(HttpRequest("test.token", "POST", "https://h/token", (), b""), lambda: now)

    def fetches(life: float) -> bool:
        flow = source.obtain()
        try:
            effect = next(flow)
        except StopIteration:
            return False
        assert isinstance(effect, Exclusive)
        assert isinstance(next(effect.flow), Send)
        content = f'{{"access_token": "t", "expires_in": {life}}}'.encode()
        with pytest.raises(StopIteration) as end:
            effect.flow.send(HttpResponse(200, (), content, 0.1))
        with pytest.raises(StopIteration):
            flow.send(end.value.value)
        return True

    assert fetches(3600)
    now = 1000 + 3569
    assert not fetches(3600)
    now = 1000 + 3571
    assert fetches(10)
    now += 7.9
    assert not fetches(10)
    now += 0.2
    assert fetches(10)


# -- Redaction


def test_secrets_appear_nowhere(server: WireServer, reply: type[Reply]) -> None:
    server.reply(reply(401))
    schemes = {"q": ApiKey("query", "key"), "h": HttpBearer(), "o": OAUTH["oauth"], "b": HttpBasic()}
    auth = {"q": "s3cret", "h": lambda: "s3cret", "o": ("id", "s3cret"), "b": ("u", "s3cret")}
    with client_of(server, auth, schemes, (("q",), ("h",))) as client:
        with pytest.raises(ClientError) as caught:
            client.call(GET)
        seen: list[str] = []
        todo: list[Any] = [client, caught.value]
        for one in todo:  # every object that can be reached, as in a debugger or an error tracker
            seen.append(repr(one))
            if type(one).__module__.startswith("taskclients_core"):
                slots = [name for kind in type(one).__mro__ for name in getattr(kind, "__slots__", ())]
                names = {*getattr(one, "__dict__", {}), *slots} - {"__weakref__"}
                public = [name for name in names if not isinstance(getattr(one, name, None), str | tuple | dict)]
                todo += [getattr(one, name) for name in public if hasattr(one, name)]
    assert len(seen) > 5
    assert not [text for text in seen if "s3cret" in text]


def test_a_header_parameter_may_carry_the_credentials_itself(server: WireServer) -> None:
    operation = Operation("test.get", "GET", "/", parameters=(Header("X-Token", str, required=True),))
    with client_of(server, None, {}) as client:
        client.call(operation, "t")
    assert server.last.headers["x-token"] == "t"
