"""The door to httpx: the only file that imports it.

It does so late, at the first request, as httpx takes longer to import than everything else here. Where httpx is not
installed, its successor httpx2 takes its place. A client that the caller brings along may be of either library, which
have the same interface, so nothing depends on the classes of one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.util import find_spec
from typing import Any

from ..errors import ClientClosed, ClientError, ConnectionFailed, InvalidArgument, TimedOut, TransportError
from ..messages import Content, Request
from ..options import Timeout
from .inflate import ACCEPTED, understood
from .passage import Passage
from .sockets import late

CONNECTIONS = 100
"""How many a client of our own has at most."""


class _NoCookies:
    """In place of a cookie jar, it keeps nothing: what one call was told, the next does not repeat."""

    def extract_cookies(self, response: Any, request: Any = None) -> None:
        """Leave them."""

    def add_cookie_header(self, request: Any) -> None:
        """Have none."""

    def __iter__(self) -> Iterator[Any]:
        return iter(())


def load() -> Any:
    """httpx, or httpx2."""
    try:
        import httpx
    except ModuleNotFoundError as error:
        if error.name != "httpx":
            raise
        import httpx2

        return httpx2
    return httpx


def library_of(http: Any) -> Any:
    """The library of a client; None if it is of neither."""
    for kind in type(http).__mro__:
        name = kind.__module__.partition(".")[0]
        if name in ("httpx", "httpx2"):
            return sys.modules.get(name)
    return None


def adapted(library: Any, auth: Any) -> Any:
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


class Workshop:
    """Makes clients of our own, and requests for them."""

    def __init__(self, kind: str, timeout: Timeout, connections: int | None) -> None:
        self.library = load()
        self._kind = kind
        if kind == "AsyncClient":
            _know_that_sniffio_is_missing()
        self._timeouts = timeout.as_dict()
        self._connections = connections
        self._tls: Any = None
        self._request: Any = self.library.Request

    def open(self, *, direct: bool = False) -> Any:
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
            raise InvalidArgument(
                "a proxy that the environment names (HTTP_PROXY, HTTPS_PROXY or ALL_PROXY) cannot be used: expected"
                " http://, https:// or, with the extra httpx[socks], socks5://, and then a host"
            ) from None

    def build(
        self, request: Request, content: Any, timeouts: Mapping[str, float | None] | None, trace: Callable[..., Any]
    ) -> Any:
        """A request. `http.build_request` would merge headers, cookies and queries that such a client does not have."""
        headers = encoded(request)
        if not any(name == b"Accept-Encoding" for name, _ in headers):
            headers.insert(0, (b"Accept-Encoding", ACCEPTED))
        return self._request(
            request.method,
            request.url,
            headers=headers,
            content=content,
            extensions={"timeout": self._timeouts if timeouts is None else timeouts, "trace": trace},
        )


def build_with(
    http: Any,
    request: Request,
    content: Any,
    timeouts: Mapping[str, float | None] | None,
    trace: Callable[..., Any],
) -> Any:
    """A request for a client that was brought along: its own headers, cookies and query go with it."""
    extensions: dict[str, Any] = {"trace": trace}
    if timeouts is not None:
        extensions["timeout"] = timeouts
    headers = encoded(request)
    theirs: Any = getattr(http, "headers", {})
    if not understood(theirs.get("Accept-Encoding", "")) and not any(name == b"Accept-Encoding" for name, _ in headers):
        headers.insert(0, (b"Accept-Encoding", ACCEPTED))  # httpx asks for all that it could open itself
    return http.build_request(request.method, request.url, headers=headers, content=content, extensions=extensions)


def plain_request(library: Any, url: str, headers: Iterable[tuple[str, str]], extensions: Mapping[str, Any]) -> Any:
    """A GET that has nothing of any client's: no headers but these, no cookies, no query."""
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return library.Request("GET", url, headers=raw, extensions=dict(extensions))


def encoded(request: Request) -> list[tuple[bytes, bytes]]:
    """Headers as bytes: httpx would take text for ASCII only."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]
    if isinstance(request.content, Content) and request.content.length is not None:
        headers.append((b"Content-Length", b"%d" % request.content.length))
    return headers


def translated(
    error: Exception, request: Request, passage: Passage | None = None, *, below: bool = False
) -> ClientError | None:
    """The error of ours that stands for one of httpx's; None for others, such as a bug in the caller's own hook.

    Its text is ours too: httpx's may quote a URL or a header. How far the request came is told by its passage, where
    there is one, as the caller's own code raises errors of httpx too. An OSError is the network's if it came up from
    there: asynchronous connections let some of TLS through.
    """
    if passage is not None and passage.theirs(error):
        return None
    names = {kind.__name__ for kind in type(error).__mro__}
    name, where = request.operation, request.origin
    unsent = bool(names & {"ConnectError", "ConnectTimeout", "PoolTimeout"})
    if passage is not None:
        unsent = passage.unsent(error, names)
    if "TimeoutException" in names:
        if request.deadline is not None and request.deadline.left < 0.01:
            return late(request, sent=not unsent)
        if unsent and "PoolTimeout" in names:
            return TimedOut(f"{name}: all connections were busy for too long", sent=False)
        if unsent:
            return TimedOut(f"{name}: {where} took too long to connect to", sent=False)
        return TimedOut(f"{name}: {where} took too long to answer", sent=True)
    below = below or (passage is not None and passage.below(error))
    if names & {"HTTPError", "StreamError"} or (below and isinstance(error, OSError)):
        if unsent:
            shown = error if cause(error) is error else type(error).__name__
            return ConnectionFailed(f"{name}: cannot connect to {where} ({shown})", sent=False)
        return TransportError(f"{name}: no usable answer from {where} ({type(error).__name__})", sent=True)
    if passage is not None and passage.begun:
        return None
    if "InvalidURL" in names:
        return InvalidArgument(f"{name}: the URL is too long or malformed")
    if isinstance(error, RuntimeError) and "client has been closed" in str(error):
        return ClientClosed("the http_client was closed")
    return None


def cause(error: Exception) -> Exception | None:
    """The error of httpx's to be shown under ours; None where its text may quote what the server or the caller sent."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & {"TimeoutException", "NetworkError"} or "HTTPError" not in names:
        return error
    return error if str(error).startswith(("Server disconnected", "peer closed connection")) else None
