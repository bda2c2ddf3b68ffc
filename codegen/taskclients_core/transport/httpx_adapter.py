"""Adapter to httpx and httpx2, the only module that imports them.

Log filters, state of a request on the wire (`SendState`), creation of clients and requests (`ClientFactory`), mapping
of exceptions, redirects, and the base class of the drivers.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Iterator, Mapping
from contextvars import ContextVar
from functools import cache
from http import HTTPStatus
from importlib.util import find_spec
from inspect import isawaitable, iscoroutine, iscoroutinefunction
from traceback import walk_tb
from typing import Any, Final, cast

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
    repeat_remedy,
    without_frames,
)
from ..forks import ForkLock, fork_count
from ..http_messages import Headers, HttpRequest, StreamedBody, is_same_origin, resolve_reference
from .bodies import ACCEPT_ENCODING, is_supported
from .config import ClientConfig
from .deadline_backend import deadline_exceeded

sending_request: ContextVar[bool] = ContextVar("sending", default=False)
"""True while this thread or task sends a request of ours; only then do the log filters apply."""

# -- Log filters

_CORES = ("httpcore", "httpcore2")
_ORIGIN = re.compile(r"(\w+://)(?:[^/?#]*@)?([^/?#@]*)")
_STATUSES = frozenset(HTTPStatus)
_STEPS = ("connection", "http11", "http2", "proxy", "socks")
_STEP = re.compile(r"[\w.]+(?: exception=\w+)?")


def _redact_arguments(record: logging.LogRecord) -> bool:
    if sending_request.get() and isinstance(record.args, tuple):
        previous = (None, *record.args)
        record.args = tuple(map(_redact, previous, record.args))
    return True


def _redact(previous: object, value: object) -> object:
    """Return the safe part of an argument of a log record, given the argument before it."""
    if type(value).__name__ == "URL":
        found = _ORIGIN.match(str(value))
        return "".join(found.groups()) if found else "…"
    if isinstance(previous, int) and isinstance(value, str):  # the reason phrase after a status
        return HTTPStatus(previous).phrase if previous in _STATUSES else ""
    return value


def _keep_step(record: logging.LogRecord) -> bool:
    if sending_request.get():
        found = _STEP.match(record.getMessage())
        record.msg, record.args = found.group() if found else "…", ()
    return True


def _drop(_: logging.LogRecord) -> bool:
    return not sending_request.get()


def install_log_filters() -> None:
    """Add filters to the loggers of httpx that remove URLs, headers and bodies of our requests. Idempotent."""
    for name in ("httpx", "httpx2"):
        logging.getLogger(name).addFilter(_redact_arguments)
    # A filter applies to its own logger only, not to records of child loggers.
    for name in (*_CORES, *(f"{core}.{step}" for core in _CORES for step in _STEPS)):
        logging.getLogger(name).addFilter(_keep_step)
    for name in ("hpack", "hpack.hpack", "hpack.table", "h2"):
        logging.getLogger(name).addFilter(_drop)


# -- State of a request on the wire

_UNSENT: Final = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError"})
"""Errors of httpx that mean that nothing was sent, for transports that do not call `trace`."""


class SendState:
    """State of one request on the wire: it decides whether the server may have received something.

    `answered` is True if the server has responded to this request, or to an earlier one that redirected to it.
    """

    def __init__(self, request: HttpRequest, *, answered: bool = False) -> None:
        self.request = request
        self.answered = answered
        self._forks = fork_count()
        self._head: tuple[int, tuple[tuple[bytes, bytes], ...]] | None = None
        self._traced = False
        self._connected = False
        self._headers_sent = False
        self._failures: list[object] = []
        """Errors of the transport, innermost first."""

        self._own_error: object = None
        """Error that httpx assigns to this request."""

    def check_process(self) -> None:
        """Check that the request was begun in this process.

        Raises:
            ClientClosedError: its connection is the parent's, which would lose what is read here.
        """
        check_process(self._forks, self.request.operation)

    def trace(self, name: str, info: Mapping[str, Any]) -> None:
        """Record a step of the transport; passed to httpx as the `trace` extension."""
        self._traced = True
        if name.endswith("send_request_headers.started"):
            sent: Any = info.get("request")
            if getattr(sent, "method", None) != b"CONNECT":  # CONNECT goes to the proxy and has no part of the request
                self._headers_sent = True
        elif name.endswith((".connect_tcp.started", ".connect_unix_socket.started")):
            self._connected = True
        elif name.endswith(".failed"):
            self._failures.append(info.get("exception"))

    async def trace_async(self, name: str, info: Mapping[str, Any]) -> None:
        """Async twin of `trace`."""
        self.trace(name, info)

    def response_started(self, status: int, raw_headers: tuple[tuple[bytes, bytes], ...]) -> None:
        """Record the status and headers of the response."""
        self.answered = True
        self._head = status, raw_headers

    @property
    def started(self) -> bool:
        """True if a part of the request was certainly sent."""
        return self._headers_sent or self.answered

    @property
    def on_old_connection(self) -> bool:
        """True if the request was sent on a connection of an earlier one and nothing was received."""
        return self._headers_sent and not self._connected and not self.answered

    @property
    def connecting(self) -> bool:
        """True if the request certainly has no connection yet."""
        return self._traced and not self.started

    def is_from_transport(self, error: BaseException) -> bool:
        """Return True if the transport raised the error, and not the caller's hook or authentication."""
        return error is self._own_error or any(each is error or each is error.__cause__ for each in self._failures)

    def is_unsent(self, error: BaseException, names: set[str]) -> bool:
        """Return True if certainly nothing was sent before this error; `names` are its class and base classes."""
        if self.started or not self.is_from_transport(error):
            return False
        content = self.request.content
        return self._traced or (
            bool(names & _UNSENT) and not (isinstance(content, StreamedBody) and content.state.started)
        )

    def map_error(self, error: Exception, built: object) -> Exception:
        """Return the error to raise for one that `http.send` raised: httpx's, the body's, a hook's or our own."""
        if isinstance(self.request.content, StreamedBody) and self.request.content.state.error is not None:
            return self.request.content.state.error
        if _request_of(error) is built:
            self._own_error = error
        if not isinstance(error, ClientError):
            return error
        if isinstance(error, TransportError) and self.is_from_transport(error):  # raised by our network backend
            error.sent = not self.is_unsent(error, set())
        elif isinstance(error, TransportError) or (
            self.started and isinstance(error, InvalidArgumentError | ClientClosedError)
        ):
            # A hook made another call, which failed: its `sent` and its message do not apply to this request.
            return self._error_of_hook(error)
        return error

    def _error_of_hook(self, error: ClientError) -> TransportError:
        request = self.request
        if isinstance(error, CallTimeoutError) and request.deadline is not None and request.deadline.expired:
            return deadline_exceeded(request, sent=True)
        return TransportError(
            f"{request.operation}: no usable response from {request.origin} ({type(error).__name__});"
            f" {repeat_remedy(request.method)}"
        )

    def is_source_error(self, error: BaseException) -> bool:
        """Return True if the source of the body raised the error."""
        content = self.request.content
        return isinstance(content, StreamedBody) and content.is_source_error(error)

    def annotate(self, error: BaseException) -> None:
        """Add the status and headers of the response, if they were received, to an error."""
        if self._head is not None and isinstance(error, TransportError):
            error.status, error.headers = self._head[0], Headers(self._head[1])


def check_process(forks: int, operation: str) -> None:
    """Check that a response was begun in this process, under this number of forks. Raises ClientClosedError."""
    if forks != fork_count():
        raise ClientClosedError(f"{operation}: the parent process reads this response; make the call in this process")


USED_BEFORE_FORK: Final = (
    "was used before a fork, and its connections are the parent process's; create one in each process"
)


def tracking_auth(library: Any, auth: Any, state: SendState) -> Any:
    """Wrap the caller's authentication so that the state records a response to any of the requests that it sends."""
    tracking = _tracking_class(library.Auth)()
    tracking.auth, tracking.state = auth, state
    return tracking


@cache
def _tracking_class(base: Any) -> Any:
    return type("TrackingAuth", (base,), {"sync_auth_flow": _sync_auth_flow, "async_auth_flow": _async_auth_flow})


def _sync_auth_flow(self: Any, request: Any) -> Generator[Any, Any, None]:
    flow = self.auth.sync_auth_flow(request)
    try:
        wanted = next(flow)
        while True:
            response = yield wanted
            self.state.answered = True
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
            self.state.answered = True
            wanted = await flow.asend(response)
    except StopAsyncIteration:
        return
    finally:
        await flow.aclose()


def _request_of(error: Exception) -> object:
    try:
        return getattr(error, "request", None)
    except RuntimeError:  # httpx's errors raise this while no request is set
        return None


# -- Clients and requests of httpx

MAX_CONNECTIONS = 100
"""Maximum number of connections of a client that we create."""


class _NoCookies:
    """Cookie jar that stores nothing, so that a call does not send cookies of an earlier one."""

    def extract_cookies(self, response: Any, request: Any = None) -> None:
        """Ignore the cookies of a response."""

    def add_cookie_header(self, request: Any) -> None:
        """Add no cookies to a request."""

    def __iter__(self) -> Iterator[Any]:
        return iter(())


def import_httpx() -> Any:
    """Import httpx, or httpx2 if httpx is not installed."""
    try:
        import httpx
    except ModuleNotFoundError as error:
        if error.name != "httpx":
            raise
        import httpx2

        return httpx2
    return httpx


def httpx_module_of(http: Any) -> Any:
    """Return the module (httpx or httpx2) of a client; None for another client."""
    for kind in type(http).__mro__:
        name = kind.__module__.partition(".")[0]
        if name in ("httpx", "httpx2"):
            return sys.modules.get(name)
    return None


def adapt_auth(library: Any, auth: Any) -> Any:
    """Convert the caller's `Auth` to one of this library, as httpx and httpx2 accept only their own class."""
    if library is None or isinstance(auth, library.Auth) or not hasattr(auth, "auth_flow"):
        return auth
    names = ("auth_flow", "sync_auth_flow", "async_auth_flow", "requires_request_body", "requires_response_body")
    members = {name: getattr(auth, name) for name in names if hasattr(auth, name)}
    # The methods are bound already, so staticmethod prevents a second binding.
    namespace = {name: staticmethod(member) if callable(member) else member for name, member in members.items()}
    return type("AdaptedAuth", (library.Auth,), namespace)()


def _mark_sniffio_as_missing() -> None:
    # httpcore 1.0 tries to import sniffio for each lock, about twelve times a call. If it is not installed (anyio no
    # longer requires it), each try searches all of sys.path, which takes half the time of an asynchronous call.
    if "sniffio" not in sys.modules and find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]


class ClientFactory:
    """Factory of httpx clients and of requests for them, for one of our clients in any of its threads."""

    def __init__(self, kind: str, timeout: Timeout, connections: int | None) -> None:
        self._kind = kind
        self._timeouts = timeout.as_dict()
        self._connections = connections
        self._lock = ForkLock()
        self._library: Any = None
        self._tls: Any = None

    def create_client(self, *, direct: bool = False) -> Any:
        """Create a client. The first one imports httpx and loads the certificates, which is slow.

        Args:
            direct: True ignores the proxies of the environment.

        Raises:
            InvalidArgumentError: a proxy of the environment is invalid.
        """
        with self._lock:
            if self._tls is None:
                self._library = import_httpx()
                if self._kind == "AsyncClient":
                    _mark_sniffio_as_missing()
                self._tls = self._library.create_ssl_context()
            return self._create(direct=direct)

    async def create_client_async(self, *, direct: bool = False) -> Any:
        """Async twin of `create_client`; the first client is made in a thread, as it would stop the event loop."""
        if self._tls is None:
            import asyncio  # slow import

            return await asyncio.to_thread(self.create_client, direct=direct)
        return self._create(direct=direct)

    def _create(self, *, direct: bool) -> Any:
        library = self._library
        # With its default limits httpx closes connections after use as soon as more than 20 are open.
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
            # Only a proxy can be invalid here. Do not quote it: it may contain a password.
            raise InvalidArgumentError(
                "a proxy that the environment names (HTTP_PROXY, HTTPS_PROXY or ALL_PROXY) cannot be used: expected"
                " http://, https:// or, with the extra httpx[socks], socks5://, and then a host"
            ) from None

    def build_request(
        self, request: HttpRequest, content: Any, timeouts: Mapping[str, float | None] | None, trace: Callable[..., Any]
    ) -> Any:
        """Build a request for a client of this factory; skips merging the client's headers, which are empty."""
        headers = encode_headers(request)
        if not any(name.lower() == b"accept-encoding" for name, _ in headers):
            headers.insert(0, (b"Accept-Encoding", ACCEPT_ENCODING))
        return self._library.Request(
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
    """Build a request for a supplied client, with that client's own headers, cookies and query."""
    extensions: dict[str, Any] = {"trace": trace}
    if timeouts is not None:
        extensions["timeout"] = timeouts
    headers = encode_headers(request)
    own: Any = getattr(http, "headers", {})
    if not is_supported(own.get("Accept-Encoding", "")) and not any(
        name.lower() == b"accept-encoding" for name, _ in headers
    ):
        # httpx's default lists every encoding that httpx can decompress, which may be more than we can.
        headers.insert(0, (b"Accept-Encoding", ACCEPT_ENCODING))
    return http.build_request(request.method, request.url, headers=headers, content=content, extensions=extensions)


def plain_request(library: Any, url: str, headers: Iterable[tuple[str, str]], extensions: Mapping[str, Any]) -> Any:
    """Build a GET request with these headers only, and without a client's own headers, cookies and query."""
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return library.Request("GET", url, headers=raw, extensions=dict(extensions))


def encode_headers(request: HttpRequest) -> list[tuple[bytes, bytes]]:
    """Encode headers as Latin-1 bytes; httpx would encode text as ASCII."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]
    if isinstance(request.content, StreamedBody) and request.content.length is not None:
        headers.append((b"Content-Length", b"%d" % request.content.length))
    return headers


# -- Exceptions


def map_exception(
    error: Exception, request: HttpRequest, state: SendState | None = None, *, only_transport: bool = False
) -> ClientError | None:
    """Map an error of httpx to one of ours; return None for other errors, such as a bug in the caller's hook.

    The message is ours too, because httpx's may quote a URL or a header.

    Args:
        error: Error raised while the request was sent or its response read.
        request: The request.
        state: State of the request, if known; it tells the transport's errors from those of the caller's code.
        only_transport: True if only the transport can have raised the error; then an OSError is a network error too, as
            asynchronous connections raise some for TLS.
    """
    if state is not None and state.is_source_error(error):
        return None
    names = {kind.__name__ for kind in type(error).__mro__}
    name, origin = request.operation, request.origin
    if _is_from_redirect(error):
        return TransportError(f"{name}: {origin} redirected to a malformed URL; report it to the vendor", sent=True)
    unsent = bool(names & {"ConnectError", "ConnectTimeout", "PoolTimeout"})
    if state is not None:
        unsent = state.is_unsent(error, names)
    if "TimeoutException" in names:
        # A timeout limited to the deadline can end slightly before it, by another clock.
        if request.deadline is not None and request.deadline.remaining < 0.01:
            return deadline_exceeded(request, sent=not unsent)
        if unsent and "PoolTimeout" in names:
            return CallTimeoutError(
                f"{name}: all connections were busy for too long; increase timeout= or the limits of the pool",
                sent=False,
            )
        if unsent:
            return CallTimeoutError(
                f"{name}: {origin} took too long to connect to; increase timeout=, or check base_url and proxy",
                sent=False,
            )
        return CallTimeoutError(f"{name}: {origin} took too long to respond; increase timeout=", sent=True)
    from_transport = only_transport or (state is not None and state.is_from_transport(error))
    # UnicodeError: Python cannot encode the host for the resolver.
    if names & {"HTTPError", "StreamError"} or (from_transport and isinstance(error, OSError | UnicodeError)):
        if unsent:
            reason = _system_error(error) or (error if safe_cause(error) is error else type(error).__name__)
            return ConnectionFailedError(
                f"{name}: cannot connect to {origin} ({reason}); check base_url, network and proxy", sent=False
            )
        failure = TransportError(
            f"{name}: no usable response from {origin} ({_describe(error)}); {repeat_remedy(request.method)}", sent=True
        )
        failure.on_old_connection = state is not None and state.on_old_connection
        return failure
    if state is not None and state.started:
        return None
    if names & {"InvalidURL", "IDNAError"}:
        return InvalidArgumentError(f"{name}: the URL is too long or malformed; check base_url and the arguments")
    if isinstance(error, RuntimeError) and "client has been closed" in str(error):
        return ClientClosedError("the http_client was closed; pass one that stays open")
    return None


def failure_of(error: Exception, state: SendState) -> ClientError | None:
    """Return the error to raise for one that occurred while a request was sent or its response read.

    It and its cause have no frames. None: the error is of the caller's own code and is raised as it is.
    """
    mapped = map_exception(error, state.request, state)
    state.annotate(mapped or error)
    if mapped is not None:
        mapped.__cause__ = safe_cause(without_frames(error))
        return mapped
    if isinstance(error, ClientError) and not state.is_source_error(error):
        return without_frames(error)
    return None


def _system_error(error: BaseException | None) -> str:
    """Return the text of the first error of the system that led to one; '' without any.

    Asynchronous connections say only that all attempts failed, and asyncio quotes the address instead of the reason.
    """
    left: list[BaseException | None] = [error]
    seen: set[int] = set()
    while left:
        one = left.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, OSError) and one.errno is not None:
            return f"[Errno {one.errno}] {os.strerror(one.errno)}" if isinstance(one, ConnectionError) else str(one)
        left += [one.__context__, one.__cause__]
        if isinstance(one, BaseExceptionGroup):
            left += cast("tuple[BaseException, ...]", one.exceptions)
    return ""


def _describe(error: Exception) -> str:
    """Describe an error of the transport without its text, which may quote what the server sent."""
    text, name = str(error), type(error).__name__
    if text.startswith("Server disconnected"):
        return "it closed the connection instead of responding"
    if text.startswith("peer closed connection"):
        return "it closed the connection before the end of the response"
    if name == "RemoteProtocolError":
        return "what it sent is not valid HTTP"
    if name in ("ReadError", "WriteError"):
        return "the connection was lost"
    return name


def _is_from_redirect(error: Exception) -> bool:
    """Return True if httpx could not build the request that a redirect asks for.

    httpx builds it although it is not to follow redirects, and its errors are of many types.
    """
    return any(frame.f_code.co_name == "_build_redirect_request" for frame, _ in walk_tb(error.__traceback__))


def safe_cause(error: Exception) -> Exception | None:
    """Return the error to set as `__cause__`; None if its text may quote what the server or the caller sent."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & {"TimeoutException", "NetworkError"} or "HTTPError" not in names:
        return error
    return error if str(error).startswith(("Server disconnected", "peer closed connection")) else None


# -- Redirects

MAX_REDIRECTS = 5
"""Maximum number of redirects of one request."""

REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})


def redirect_request(
    request: HttpRequest, status: int, raw_headers: tuple[tuple[bytes, bytes], ...]
) -> HttpRequest | None:
    """Return the request that follows a redirect of GET or HEAD within the same origin; otherwise None."""
    if status not in REDIRECT_STATUSES or request.method not in ("GET", "HEAD"):
        return None
    locations = [value.decode("latin-1") for name, value in raw_headers if name.lower() == b"location"]
    if len(locations) != 1:
        return None
    try:
        url = resolve_reference(request.url, locations[0])
        same = is_same_origin(url, request.url)
    except ValueError:
        return None
    return evolve(request, url=url) if same else None


# -- Secrets from functions


def get_secret(effect: GetSecret) -> Any:
    """Call the function for a secret on this thread and return its result.

    Raises:
        InvalidArgumentError: the function is async.
    """
    found = effect.function()
    if isawaitable(found):
        if iscoroutine(found):
            found.close()  # avoids Python's warning about a coroutine that was never awaited
        raise InvalidArgumentError(
            f"auth: the function for {effect.name!r} is async, which only an async client can await; "
            "use one that is not, or the async client"
        )
    return found


async def get_secret_async(effect: GetSecret) -> Any:
    """Await the function for a secret, or call it in a thread if it is not async, and return its result.

    Raises:
        CallTimeoutError: it did not return before the deadline.
    """
    import asyncio  # slow import

    limit = asyncio.timeout(None if effect.deadline is None else effect.deadline.remaining)
    found: Any = None
    try:
        async with limit:
            asynchronous = iscoroutinefunction(effect.function)
            found = effect.function() if asynchronous else await asyncio.to_thread(effect.function)
            return await found if isawaitable(found) else found
    except TimeoutError:
        if not limit.expired():
            raise
        found = None  # it may be the secret, which a traceback with locals would show
        raise CallTimeoutError(
            f"the function for {effect.name!r} took until the deadline; increase deadline=", sent=False
        ) from None


# -- Base of the drivers


class Driver:
    """Base of the drivers: the httpx client, its requests, timeouts and authentication."""

    kind: str
    """Name of the httpx class: Client or AsyncClient."""

    connections: int | None
    """Maximum number of connections of one httpx client; None: unlimited."""

    def __init__(self, http: HttpClient | AsyncHttpClient | None, config: ClientConfig) -> None:
        self._supplied: Any = http
        self._timeout = config.options.timeout
        self._factory = ClientFactory(self.kind, self._timeout or Timeout(), self.connections)
        self._external_auth = config.credentials.external
        self._adapted_auth: Any = None
        install_log_filters()

    def _build(self, http: Any, request: HttpRequest, content: Any, trace: Callable[..., Any]) -> Any:
        timeouts = self._timeouts(request)
        if self._supplied is not None:
            try:
                return build_request_with(http, request, content, timeouts, trace)
            except UnicodeEncodeError:
                raise InvalidArgumentError(
                    f"{request.operation}: the http_client has a cookie or header that is not ASCII and cannot be sent;"
                    " if a server set the cookie, call http_client.cookies.clear()"
                ) from None
        return self._factory.build_request(request, content, timeouts, trace)

    def _timeouts(self, request: HttpRequest) -> Mapping[str, float | None] | None:
        timeout = request.timeout or self._timeout
        deadline = request.deadline
        if deadline is None:
            return None if timeout is None else timeout.as_dict()
        if timeout is not None:
            return DeadlineTimeouts(timeout.as_dict(), deadline)
        own: Any = getattr(self._supplied, "timeout", None)
        return DeadlineTimeouts(own.as_dict() if hasattr(own, "as_dict") else Timeout().as_dict(), deadline)

    def _auth(self, http: Any, state: SendState) -> dict[str, Any]:
        """Return `auth` for httpx, or nothing where it must not be passed: a supplied client may have its own."""
        if state.request.final:
            return {"auth": None}
        library = httpx_module_of(http)
        if self._external_auth is None:
            auth = getattr(self._supplied, "auth", None)
        else:
            if self._adapted_auth is None:
                self._adapted_auth = adapt_auth(library, self._external_auth)
            auth = self._adapted_auth
        if library is not None and isinstance(auth, library.Auth):
            return {"auth": tracking_auth(library, auth, state)}
        return {} if self._external_auth is None else {"auth": auth}
