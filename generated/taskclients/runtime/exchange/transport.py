"""The door to httpx: two drivers that do what flows ask for, and nothing else. The only file that imports httpx.

It does so late, at the first request, as httpx takes longer to import than everything else here. A client that the
caller brings along may also be httpx2's, which has the same interface, so nothing depends on the classes of either.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..errors import ClientClosed, ClientError, ConnectionFailed, InvalidArgument, TimedOut, TransportError
from ..messages import Answer, Request
from ..options import AsyncHttpClient, HttpClient, Timeout
from .effects import Effect, Flow, Send, Sleep
from .logs import cut_queries, sending
from .setting import Setting

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")

_CONNECTIONS = 100


class _NoCookies:
    """In place of a cookie jar, it keeps nothing: what one call was told, the next does not repeat."""

    def extract_cookies(self, response: Any, request: Any) -> None:
        """Leave them."""

    def add_cookie_header(self, request: Any) -> None:
        """Have none."""

    def __iter__(self) -> Iterator[Any]:
        return iter(())


class _Driver:
    """What both drivers share: how requests, answers and errors look on httpx's side."""

    kind: str

    def __init__(self, http: HttpClient | AsyncHttpClient | None, setting: Setting) -> None:
        self._http: Any = http
        self._own = http is None
        self._closed = False
        self._timeout = setting.choices.timeout
        self._opening = threading.Lock()
        # Not to be given at all when there is none, as a client brought along may have one.
        external = setting.credentials.external
        self._added: dict[str, Any] = {} if external is None else {"auth": external}
        self._build: Any = None if http is None else self._build_with_theirs
        cut_queries()

    def _open(self) -> Any:
        if self._closed:
            raise ClientClosed("the client was closed")
        with self._opening:
            if self._http is None:
                import httpx

                timeout = httpx.Timeout(**(self._timeout or Timeout()).as_dict())
                # httpx's own limits close connections as soon as more than 20 are open, though they are in use.
                limits = httpx.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
                http: Any = getattr(httpx, self.kind)(
                    timeout=timeout, limits=limits, cookies=_NoCookies(), follow_redirects=False
                )
                encodings = (b"Accept-Encoding", http.headers["accept-encoding"].encode())

                # `http.build_request` would merge headers, cookies and queries that our own client does not have.
                def build(request: Request) -> Any:
                    headers = [encodings, *_encoded(request)]
                    return httpx.Request(request.method, request.url, headers=headers, content=request.content)

                self._build = build
                self._http = http
            return self._http

    def _build_with_theirs(self, request: Request) -> Any:
        extensions = None if self._timeout is None else {"timeout": self._timeout.as_dict()}
        return self._http.build_request(
            request.method, request.url, headers=_encoded(request), content=request.content, extensions=extensions
        )

    def _auth(self, request: Request) -> dict[str, Any]:
        return {"auth": None} if request.final else self._added


class SyncDriver(_Driver):
    """Does what a flow asks for, on the calling thread. Safe for many threads."""

    kind = "Client"

    def __init__(self, http: HttpClient | None, setting: Setting) -> None:
        super().__init__(http, setting)
        self._alone = threading.Lock()

    def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end.

        Raises:
            ClientClosed: the client was closed.
            ClientError: whatever the flow raises.
        """
        try:
            effect = next(flow)
            while True:
                try:
                    result = self._do(effect)
                except BaseException as error:
                    effect = flow.throw(error)
                else:
                    effect = flow.send(result)
        except StopIteration as end:
            return cast("T", end.value)

    def _do(self, effect: Effect) -> Any:
        if isinstance(effect, Send):
            return self._send(effect.request)
        if isinstance(effect, Sleep):
            time.sleep(effect.seconds)
            return None
        with self._alone:
            return self.run(effect.flow)

    def _send(self, request: Request) -> Answer:
        http = self._http
        if http is None or self._closed:
            http = self._open()
        ours = sending.set(True)
        started = time.perf_counter()
        try:
            response = http.send(self._build(request), follow_redirects=False, **self._auth(request))
        except Exception as error:
            known = _translated(error, http, request)
            if known is None:
                raise
            raise known from error
        finally:
            sending.reset(ours)
        elapsed = time.perf_counter() - started
        return Answer(response.status_code, tuple(response.headers.raw), response.content, elapsed)

    def close(self) -> None:
        """Close what was opened here; a client brought along stays open."""
        self._closed = True
        if self._own and self._http is not None:
            self._http.close()


class AsyncDriver(_Driver):
    """Does what a flow asks for, in the calling task. Safe for many tasks of one event loop."""

    kind = "AsyncClient"

    def __init__(self, http: AsyncHttpClient | None, setting: Setting) -> None:
        super().__init__(http, setting)
        self._alone: asyncio.Lock | None = None

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end.

        Raises:
            ClientClosed: the client was closed.
            ClientError: whatever the flow raises.
        """
        try:
            effect = next(flow)
            while True:
                try:
                    result = await self._do(effect)
                except BaseException as error:
                    effect = flow.throw(error)
                else:
                    effect = flow.send(result)
        except StopIteration as end:
            return cast("T", end.value)

    async def _do(self, effect: Effect) -> Any:
        if isinstance(effect, Send):
            return await self._send(effect.request)
        import asyncio  # slow to import, and seldom wanted here

        if isinstance(effect, Sleep):
            await asyncio.sleep(effect.seconds)
            return None
        if self._alone is None:
            self._alone = asyncio.Lock()
        async with self._alone:
            return await self.run(effect.flow)

    async def _send(self, request: Request) -> Answer:
        http = self._http
        if http is None or self._closed:
            http = self._open()
        ours = sending.set(True)
        started = time.perf_counter()
        try:
            response = await http.send(self._build(request), follow_redirects=False, **self._auth(request))
        except Exception as error:
            known = _translated(error, http, request)
            if known is None:
                raise
            raise known from error
        finally:
            sending.reset(ours)
        elapsed = time.perf_counter() - started
        return Answer(response.status_code, tuple(response.headers.raw), response.content, elapsed)

    async def aclose(self) -> None:
        """Close what was opened here; a client brought along stays open."""
        self._closed = True
        if self._own and self._http is not None:
            await self._http.aclose()


def _encoded(request: Request) -> list[tuple[bytes, bytes]]:
    # httpx would take text for ASCII only.
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in request.headers]


def _translated(error: Exception, http: Any, request: Request) -> ClientError | None:
    """The error of ours that stands for one of httpx's; None for others, such as a bug in the caller's own hook.

    Its text is ours too: httpx's may quote a URL or a header.
    """
    names = {kind.__name__ for kind in type(error).__mro__}
    name, where = request.operation, request.origin
    if "TimeoutException" in names:
        if "ConnectTimeout" in names:
            return TimedOut(f"{name}: {where} took too long to connect to", sent=False)
        if "PoolTimeout" in names:
            return TimedOut(f"{name}: all connections were busy for too long", sent=False)
        return TimedOut(f"{name}: {where} took too long to answer", sent=True)
    if "ConnectError" in names:
        return ConnectionFailed(f"{name}: cannot connect to {where} ({error})", sent=False)
    if "InvalidURL" in names:
        return InvalidArgument(f"{name}: the URL is too long or malformed")
    if "HTTPError" in names or "StreamError" in names:
        return TransportError(f"{name}: no usable answer from {where} ({type(error).__name__})", sent=True)
    if isinstance(error, RuntimeError) and getattr(http, "is_closed", False):
        return ClientClosed("the http_client was closed")
    return None
