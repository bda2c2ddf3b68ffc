"""The only module that imports httpx: clients, requests, exceptions, redirects, logging, base of the drivers."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator, Mapping
from contextvars import ContextVar
from functools import cache
from http import HTTPStatus
from importlib.util import find_spec
from inspect import isawaitable, iscoroutine, iscoroutinefunction
from typing import Any, Final
from urllib.parse import SplitResult, urljoin, urlsplit

from attrs import evolve

from ..config import AsyncHttpClient, HttpClient, Timeout
from ..deadline import DeadlineTimeouts
from ..effects import GetSecret
from ..errors import (
    CallTimeoutError,
    ClientClosedError,
    ClientError,
    ConnectionFailedError,
    InvalidArgumentError,
    TransportError,
)
from ..headers import Headers
from ..http_messages import HttpRequest, StreamedBody
from .bodies import ACCEPT_ENCODING, is_supported
from .config import ClientConfig
from .deadline_backend import deadline_exceeded

sending_request: ContextVar[bool] = ContextVar("sending", default=False)
"""Whether the request under way in this thread or task is one of ours."""

_CORES = ("httpcore", "httpcore2")
_ORIGIN = re.compile(r"(\w+://)(?:[^/?#]*@)?([^/?#@]*)")
_STATUSES = frozenset(HTTPStatus)
_STEPS = ("connection", "http11", "http2", "proxy", "socks")
_STEP = re.compile(r"[\w.]+(?: exception=\w+)?")


def _cut_line(record: logging.LogRecord) -> bool:
    if sending_request.get() and isinstance(record.args, tuple):
        before = (None, *record.args)
        record.args = tuple(map(_cut, before, record.args))
    return True


def _cut(before: object, value: object) -> object:
    """What may be shown of an argument of a line, by the one before it."""
    if type(value).__name__ == "URL":
        found = _ORIGIN.match(str(value))
        return "".join(found.groups()) if found else "…"
    if isinstance(before, int) and isinstance(value, str):  # the reason beside a status
        return HTTPStatus(before).phrase if before in _STATUSES else ""
    return value


def _keep_step(record: logging.LogRecord) -> bool:
    if sending_request.get():
        found = _STEP.match(record.getMessage())
        record.msg, record.args = found.group() if found else "…", ()
    return True


def _drop(_: logging.LogRecord) -> bool:
    return not sending_request.get()


def install_log_filters() -> None:
    """Put filters where they are needed. Doing it again changes nothing."""
    for name in ("httpx", "httpx2"):
        logging.getLogger(name).addFilter(_cut_line)
    # A filter hears what is logged to its own logger, not what comes up from the children.
    for name in (*_CORES, *(f"{core}.{step}" for core in _CORES for step in _STEPS)):
        logging.getLogger(name).addFilter(_keep_step)
    for name in ("hpack", "hpack.hpack", "hpack.table", "h2"):
        logging.getLogger(name).addFilter(_drop)


_UNSENT: Final = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"})


class SendState:
    """One request under way; `answered` if another of the same call was before it."""

    def __init__(self, request: HttpRequest, *, answered: bool = False) -> None:
        self.request = request
        self.answered = answered
        self._head: tuple[int, tuple[tuple[bytes, bytes], ...]] | None = None
        self._traced = False
        self._left = False
        self._failures: list[object] = []
        """What went wrong in the transport, innermost first."""

        self._own: object = None
        """The error that httpx says is this request's."""

    def trace(self, name: str, info: Mapping[str, Any]) -> None:
        """Told by a transport of each of its steps."""
        self._traced = True
        if name.endswith("send_request_headers.started"):
            asked: Any = info.get("request")
            if getattr(asked, "method", None) != b"CONNECT":  # which is for the proxy, and has nothing of the request
                self._left = True
        elif name.endswith(".failed"):
            self._failures.append(info.get("exception"))

    async def trace_async(self, name: str, info: Mapping[str, Any]) -> None:
        """Async twin of `trace`."""
        self.trace(name, info)

    def response_started(self, status: int, raw_headers: tuple[tuple[bytes, bytes], ...]) -> None:
        """The head of the answer has come."""
        self.answered = True
        self._head = status, raw_headers

    @property
    def started(self) -> bool:
        """Whether something is known to have left."""
        return self._left or self.answered

    @property
    def connecting(self) -> bool:
        """Whether it is certain that it is still on its way to a connection."""
        return self._traced and not self.started

    def is_from_transport(self, error: BaseException) -> bool:
        """Whether an error came up from the transport, and not from the caller's code on the way."""
        return error is self._own or any(each is error or each is error.__cause__ for each in self._failures)

    def is_unsent(self, error: BaseException, names: set[str]) -> bool:
        """Whether it is certain that nothing had left when this was raised, of a class with these bases."""
        if self.started or not self.is_from_transport(error):
            return False
        content = self.request.content
        return self._traced or (
            bool(names & _UNSENT) and not (isinstance(content, StreamedBody) and content.state.started)
        )

    def map_error(self, error: Exception, built: object) -> Exception:
        """What to raise instead of what httpx raised while it sent this."""
        if isinstance(self.request.content, StreamedBody) and self.request.content.state.error is not None:
            return self.request.content.state.error
        if _request_of(error) is built:
            self._own = error
        if not isinstance(error, ClientError):
            return error
        if isinstance(error, TransportError) and self.is_from_transport(error):  # of our own sockets
            error.sent = not self.is_unsent(error, set())
        elif isinstance(error, TransportError) or (
            self.started and isinstance(error, InvalidArgumentError | ClientClosedError)
        ):
            # Of another call, which a hook made: what it says of that is not so of this one.
            return self._foreign(error)
        return error

    def _foreign(self, error: ClientError) -> TransportError:
        request = self.request
        if isinstance(error, CallTimeoutError) and request.deadline is not None and request.deadline.expired:
            return deadline_exceeded(request, sent=True)
        return TransportError(f"{request.operation}: no usable answer from {request.origin} ({type(error).__name__})")

    def is_source_error(self, error: BaseException) -> bool:
        """Whether the source of the body raised it."""
        content = self.request.content
        return isinstance(content, StreamedBody) and content.is_source_error(error)

    def annotate(self, error: BaseException) -> None:
        """Let an error have what is known of the answer that it is about."""
        if self._head is not None and isinstance(error, TransportError):
            error.status, error.headers = self._head[0], Headers(self._head[1])


def tracking_auth(library: Any, auth: Any, passage: SendState) -> Any:
    """The caller's authentication, noting on the way that one of the requests that it makes was answered."""
    made = _counting(library.Auth)()
    made.auth, made.passage = auth, passage
    return made


@cache
def _counting(base: Any) -> Any:
    return type("Counting", (base,), {"sync_auth_flow": _sync_auth_flow, "async_auth_flow": _async_auth_flow})


def _sync_auth_flow(self: Any, request: Any) -> Generator[Any, Any, None]:
    flow = self.auth.sync_auth_flow(request)
    try:
        wanted = next(flow)
        while True:
            response = yield wanted
            self.passage.answered = True
            wanted = flow.send(response)
    except StopIteration:
        return
    finally:
        flow.close()


async def _async_auth_flow(self: Any, request: Any) -> AsyncGenerator[Any, Any]:
    flow = self.auth.async_auth_flow(request)
    try:
        wanted = await anext(flow)
        while True:
            response = yield wanted
            self.passage.answered = True
            wanted = await flow.asend(response)
    except StopAsyncIteration:
        return
    finally:
        await flow.aclose()


def _request_of(error: Exception) -> object:
    try:
        return getattr(error, "request", None)
    except RuntimeError:  # httpx's own have none at first
        return None


MAX_CONNECTIONS = 100
"""How many a client of our own has at most."""


class _NoCookies:
    """In place of a cookie jar, it keeps nothing: what one call was told, the next does not repeat."""

    def extract_cookies(self, response: Any, request: Any = None) -> None:
        """Leave them."""

    def add_cookie_header(self, request: Any) -> None:
        """Have none."""

    def __iter__(self) -> Iterator[Any]:
        return iter(())


def import_httpx() -> Any:
    """httpx, or httpx2."""
    try:
        import httpx
    except ModuleNotFoundError as error:
        if error.name != "httpx":
            raise
        import httpx2

        return httpx2
    return httpx


def httpx_module_of(http: Any) -> Any:
    """The library of a client; None if it is of neither."""
    for kind in type(http).__mro__:
        name = kind.__module__.partition(".")[0]
        if name in ("httpx", "httpx2"):
            return sys.modules.get(name)
    return None


def adapt_auth(library: Any, auth: Any) -> Any:
    """The caller's authentication as this library takes it: each knows only its own `Auth`."""
    if library is None or isinstance(auth, library.Auth) or not hasattr(auth, "auth_flow"):
        return auth
    names = ("auth_flow", "sync_auth_flow", "async_auth_flow", "requires_request_body", "requires_response_body")
    members = {name: getattr(auth, name) for name in names if hasattr(auth, name)}
    # Bound methods, so they must not be bound again.
    known = {name: staticmethod(member) if callable(member) else member for name, member in members.items()}
    return type("Adapted", (library.Auth,), known)()


def _know_that_sniffio_is_missing() -> None:
    # httpcore 1.0 imports it anew for each lock, some twelve times a call. Where it is not installed (anyio has ceased
    # to bring it along) that is a search through all folders each time, and half of what an asynchronous call costs.
    if "sniffio" not in sys.modules and find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]


class ClientFactory:
    """Makes clients of our own, and requests for them."""

    def __init__(self, kind: str, timeout: Timeout, connections: int | None) -> None:
        self.library = import_httpx()
        self._kind = kind
        if kind == "AsyncClient":
            _know_that_sniffio_is_missing()
        self._timeouts = timeout.as_dict()
        self._connections = connections
        self._tls: Any = None
        self._request: Any = self.library.Request

    def create_client(self, *, direct: bool = False) -> Any:
        """A new client. The first one reads the certificates, which takes its time; the others share them.

        A `direct` one heeds no proxies of the environment.

        Raises:
            InvalidArgument: those proxies are none that can be used.
        """
        library = self.library
        if self._tls is None:
            self._tls = library.create_ssl_context()
        # httpx's own limits close connections as soon as more than 20 are open, though they are in use.
        limits = library.Limits(max_connections=self._connections, max_keepalive_connections=self._connections)
        try:
            return getattr(library, self._kind)(
                verify=self._tls,
                timeout=library.Timeout(**self._timeouts),
                limits=limits,
                cookies=_NoCookies(),
                follow_redirects=False,
                trust_env=not direct,
            )
        except (library.InvalidURL, ValueError, ImportError):
            # Only a proxy can be wrong here. It is not quoted: it may have a password.
            raise InvalidArgumentError(
                "a proxy that the environment names (HTTP_PROXY, HTTPS_PROXY or ALL_PROXY) cannot be used: expected"
                " http://, https:// or, with the extra httpx[socks], socks5://, and then a host"
            ) from None

    def build_request(
        self, request: HttpRequest, content: Any, timeouts: Mapping[str, float | None] | None, trace: Callable[..., Any]
    ) -> Any:
        """A request. `http.build_request` would merge headers, cookies and queries that such a client does not have."""
        headers = encode_headers(request)
        if not any(name == b"Accept-Encoding" for name, _ in headers):
            headers.insert(0, (b"Accept-Encoding", ACCEPT_ENCODING))
        return self._request(
            request.method,
            request.url,
            headers=headers,
            content=content,
            extensions={"timeout": self._timeouts if timeouts is None else timeouts, "trace": trace},
        )


def build_request_with(
    http: Any,
    request: HttpRequest,
    content: Any,
    timeouts: Mapping[str, float | None] | None,
    trace: Callable[..., Any],
) -> Any:
    """A request for a client that was brought along: its own headers, cookies and query go with it."""
    extensions: dict[str, Any] = {"trace": trace}
    if timeouts is not None:
        extensions["timeout"] = timeouts
    headers = encode_headers(request)
    theirs: Any = getattr(http, "headers", {})
    if not is_supported(theirs.get("Accept-Encoding", "")) and not any(
        name == b"Accept-Encoding" for name, _ in headers
    ):
        headers.insert(0, (b"Accept-Encoding", ACCEPT_ENCODING))  # httpx asks for all that it could open itself
    return http.build_request(request.method, request.url, headers=headers, content=content, extensions=extensions)


def plain_request(library: Any, url: str, headers: Iterable[tuple[str, str]], extensions: Mapping[str, Any]) -> Any:
    """A GET that has nothing of any client's: no headers but these, no cookies, no query."""
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return library.Request("GET", url, headers=raw, extensions=dict(extensions))


def encode_headers(request: HttpRequest) -> list[tuple[bytes, bytes]]:
    """Headers as bytes: httpx would take text for ASCII only."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]
    if isinstance(request.content, StreamedBody) and request.content.length is not None:
        headers.append((b"Content-Length", b"%d" % request.content.length))
    return headers


def map_exception(
    error: Exception, request: HttpRequest, passage: SendState | None = None, *, below: bool = False
) -> ClientError | None:
    """The error of ours that stands for one of httpx's; None for others, such as a bug in the caller's own hook.

    Its text is ours too: httpx's may quote a URL or a header. How far the request came is told by its passage, where
    there is one, as the caller's own code raises errors of httpx too. An OSError is the network's if it came up from
    there: asynchronous connections let some of TLS through.
    """
    if passage is not None and passage.is_source_error(error):
        return None
    names = {kind.__name__ for kind in type(error).__mro__}
    name, where = request.operation, request.origin
    unsent = bool(names & {"ConnectError", "ConnectTimeout", "PoolTimeout"})
    if passage is not None:
        unsent = passage.is_unsent(error, names)
    if "TimeoutException" in names:
        if request.deadline is not None and request.deadline.remaining < 0.01:
            return deadline_exceeded(request, sent=not unsent)
        if unsent and "PoolTimeout" in names:
            return CallTimeoutError(f"{name}: all connections were busy for too long", sent=False)
        if unsent:
            return CallTimeoutError(f"{name}: {where} took too long to connect to", sent=False)
        return CallTimeoutError(f"{name}: {where} took too long to answer", sent=True)
    below = below or (passage is not None and passage.is_from_transport(error))
    if names & {"HTTPError", "StreamError"} or (below and isinstance(error, OSError)):
        if unsent:
            shown = error if safe_cause(error) is error else type(error).__name__
            return ConnectionFailedError(f"{name}: cannot connect to {where} ({shown})", sent=False)
        return TransportError(f"{name}: no usable answer from {where} ({type(error).__name__})", sent=True)
    if passage is not None and passage.started:
        return None
    if "InvalidURL" in names:
        return InvalidArgumentError(f"{name}: the URL is too long or malformed")
    if isinstance(error, RuntimeError) and "client has been closed" in str(error):
        return ClientClosedError("the http_client was closed")
    return None


def safe_cause(error: Exception) -> Exception | None:
    """The error of httpx's to be shown under ours; None where its text may quote what the server or the caller sent."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & {"TimeoutException", "NetworkError"} or "HTTPError" not in names:
        return error
    return error if str(error).startswith(("Server disconnected", "peer closed connection")) else None


MAX_REDIRECTS = 5
"""How many in a row are followed."""

REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
_LOCATION = re.compile(r"[!-~]{1,8192}")
_PORTS = {"http": 80, "https": 443}


def redirect_request(
    request: HttpRequest, status: int, raw_headers: tuple[tuple[bytes, bytes], ...]
) -> HttpRequest | None:
    """The request to send in place of one that was answered so; None where the answer stands."""
    if status not in REDIRECT_STATUSES or request.method not in ("GET", "HEAD"):
        return None
    locations = [value.decode("latin-1") for name, value in raw_headers if name.lower() == b"location"]
    if len(locations) != 1 or not _LOCATION.fullmatch(locations[0]):
        return None
    try:
        url = urljoin(request.url, locations[0].partition("#")[0])
        same = _origin(urlsplit(url)) == _origin(urlsplit(request.url))
    except ValueError:
        return None
    return evolve(request, url=url) if same else None


def _origin(url: SplitResult) -> tuple[object, ...]:
    # A user in the URL would be sent as credentials, so such a URL is not the same.
    return url.scheme, url.hostname, url.port or _PORTS.get(url.scheme), "@" in url.netloc


def get_secret(effect: GetSecret) -> Any:
    """What the function returns, on the calling thread.

    Raises:
        InvalidArgument: it is an asynchronous one.
    """
    found = effect.function()
    if isawaitable(found):
        if iscoroutine(found):
            found.close()  # nobody will await it, and Python would say so
        raise InvalidArgumentError(
            f"auth: the function for {effect.name!r} is async, which only an async client can await"
        )
    return found


async def get_secret_async(effect: GetSecret) -> Any:
    """What the function returns, on a thread of its own unless it is an asynchronous one: the event loop goes on.

    Raises:
        TimedOut: not before the deadline.
    """
    import asyncio  # slow to import, and seldom wanted here

    limit = asyncio.timeout(None if effect.deadline is None else effect.deadline.remaining)
    try:
        async with limit:
            asynchronous = iscoroutinefunction(effect.function)
            found = effect.function() if asynchronous else await asyncio.to_thread(effect.function)
            return await found if isawaitable(found) else found
    except TimeoutError:
        if not limit.expired():
            raise
        raise CallTimeoutError(f"the function for {effect.name!r} took until the deadline", sent=False) from None


class Driver:
    """Does what flows ask for, and nothing else."""

    kind: str
    """The class of httpx that it drives."""

    connections: int | None
    """How many connections one of them may have."""

    def __init__(self, http: HttpClient | AsyncHttpClient | None, setting: ClientConfig) -> None:
        self._given: Any = http
        self._timeout = setting.options.timeout
        self._workshop: ClientFactory | None = None
        self._external = setting.credentials.external
        self._added: dict[str, Any] = {}
        if http is not None:
            self._add(httpx_module_of(http))
        install_log_filters()

    def _add(self, library: Any) -> None:
        # Not to be given at all when there is none, as a client brought along may have one.
        if self._external is not None:
            self._added = {"auth": adapt_auth(library, self._external)}

    def _open(self) -> Any:
        """A new httpx client."""
        if self._workshop is None:
            self._workshop = ClientFactory(self.kind, self._timeout or Timeout(), self.connections)
            self._add(self._workshop.library)
        return self._workshop.create_client()

    def _build(self, http: Any, request: HttpRequest, content: Any, trace: Callable[..., Any]) -> Any:
        timeouts = self._timeouts(request)
        if self._workshop is None:
            try:
                return build_request_with(http, request, content, timeouts, trace)
            except UnicodeEncodeError:
                raise InvalidArgumentError(
                    f"{request.operation}: the http_client has a cookie or header that is no ASCII and cannot be sent;"
                    " a server may have set it: call http_client.cookies.clear()"
                ) from None
        return self._workshop.build_request(request, content, timeouts, trace)

    def _timeouts(self, request: HttpRequest) -> Mapping[str, float | None] | None:
        timeout = request.timeout or self._timeout
        deadline = request.deadline
        if deadline is None:
            return None if timeout is None else timeout.as_dict()
        if timeout is not None:
            return DeadlineTimeouts(timeout.as_dict(), deadline)
        theirs: Any = getattr(self._given, "timeout", None)
        return DeadlineTimeouts(theirs.as_dict() if hasattr(theirs, "as_dict") else Timeout().as_dict(), deadline)

    def _auth(self, http: Any, passage: SendState) -> dict[str, Any]:
        if passage.request.final:
            return {"auth": None}
        auth = self._added["auth"] if self._added else getattr(self._given, "auth", None)
        library = httpx_module_of(http)
        if library is None or not isinstance(auth, library.Auth):
            return self._added
        return {"auth": tracking_auth(library, auth, passage)}
