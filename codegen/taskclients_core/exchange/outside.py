"""Requests outside the API, to wherever a server told us to go: without credentials, cookies or anything of the API's.

A host's addresses are looked up once, checked, and connected to as they are, so that what was checked is what is
connected to, whatever the name stands for a moment later. TLS still asks for the certificate of the name. Each request
has a connection of its own: one that was verified for one host must not serve another at the same address. Proxies of
the environment are not used, as they look names up themselves.

A client that the caller brought along for this connects as it likes: its transport, proxies and hooks apply, names are
not looked up here, and only the address in a URL that has one is checked. Its headers, cookies, query and
authentication are left out all the same.
"""

from __future__ import annotations

import socket
import time
from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from ..errors import ClientClosed, ConnectionFailed, TimedOut
from ..messages import Request
from ..options import AsyncHttpClient, HttpClient, Timeout
from .addresses import checked
from .deadline import TimeLeft
from .effects import OpenAnswer
from .incoming import pieces, pieces_async
from .library import Workshop, cause, library_of, load, plain_request, translated
from .logs import cut_logs, sending
from .names import looked_up
from .places import Place, place_of
from .sockets import late, waiting, watch

if TYPE_CHECKING:
    from ..tasks.effects import Download

_TIMEOUT: Final = Timeout()


class Outside:
    """What both twins have in common."""

    kind: str

    def __init__(self, http: HttpClient | AsyncHttpClient | None, *, private: bool = False) -> None:
        self._given: Any = http
        self._private = private
        self._closed = False
        self._workshop: Workshop | None = None
        self._open: set[Any] = set()
        """Clients of our own whose answers are being read."""
        cut_logs()

    def _request(self, effect: Download) -> Request:
        if self._closed:
            raise ClientClosed("the client was closed")
        return Request("download", "GET", effect.url, effect.headers, None, deadline=effect.deadline, timeout=_TIMEOUT)

    def _client(self) -> Any:
        if self._workshop is None:
            self._workshop = Workshop(self.kind, _TIMEOUT, 1)
        http = self._workshop.open(direct=True)
        self._open.add(http)
        return http

    def _built(self, request: Request, place: Place, address: str | None) -> Any:
        """For one of our own clients with an address to connect to; for the caller's without."""
        timeouts: Mapping[str, float | None] = _TIMEOUT.as_dict()
        if request.deadline is not None:
            timeouts = TimeLeft(timeouts, request.deadline)
        extensions: dict[str, Any] = {"timeout": timeouts}
        headers = list(request.headers)
        url = place.url
        if address is not None:
            # The URL that httpx sees, and may log, has nothing but the address; the rest goes as it was given.
            url = f"{place.scheme}://{f'[{address}]' if ':' in address else address}:{place.port}/"
            extensions |= {"target": place.target.encode("ascii"), "sni_hostname": place.host}
            headers.insert(0, ("Host", place.authority))
        library = (library_of(self._given) or load()) if self._workshop is None else self._workshop.library
        return plain_request(library, url, headers, extensions)

    def _addresses(self, place: Place, found: list[str]) -> list[str]:
        return checked(place.host, found, private=self._private)

    def _check_literal(self, place: Place) -> None:
        try:
            socket.inet_pton(socket.AF_INET6 if ":" in place.host else socket.AF_INET, place.host)
        except OSError:
            return
        checked(place.host, [place.host], private=self._private)


class SyncOutside(Outside):
    """On the calling thread."""

    kind = "Client"

    def open(self, effect: Download) -> OpenAnswer:
        """Send a request.

        Raises:
            TransportError: no answer came.
            Refused: its host has an address that may not be connected to.
        """
        request = self._request(effect)
        place = place_of(effect.url)
        started = time.perf_counter()
        if self._given is not None:
            self._check_literal(place)
            with _named(request):
                response = self._given.send(self._built(request, place, None), **_BARE)
            return _answer(request, response, None, started)
        with _named(request):
            try:
                found = looked_up(place.host, place.port, request.deadline)
            except (OSError, UnicodeError) as error:
                raise _no_such(place) from error
            if found is None:
                raise late(request, sent=False)
        addresses = self._addresses(place, found)
        while True:
            try:
                return self._open_at(request, place, addresses.pop(0), started)
            except (ConnectionFailed, TimedOut) as error:
                if error.sent or not addresses or (request.deadline is not None and request.deadline.passed):
                    raise

    def _open_at(self, request: Request, place: Place, address: str, started: float) -> OpenAnswer:
        http = self._client()
        try:
            watch(http)
            with _named(request):
                response = http.send(self._built(request, place, address), **_BARE)
        except BaseException:
            self._drop(http)
            raise
        return _answer(request, response, lambda: self._drop(http), started)

    def _drop(self, http: Any) -> None:
        self._open.discard(http)
        http.close()

    def close(self) -> None:
        """Close what is open; a client brought along stays open."""
        self._closed = True
        for http in tuple(self._open):
            self._drop(http)


class AsyncOutside(Outside):
    """In the calling task."""

    kind = "AsyncClient"

    async def open(self, effect: Download) -> OpenAnswer:
        """Async twin of `SyncOutside.open`."""
        request = self._request(effect)
        place = place_of(effect.url)
        started = time.perf_counter()
        if self._given is not None:
            self._check_literal(place)
            async with _InTime(request, below=False):
                response = await self._given.send(self._built(request, place, None), **_BARE)
            return _answer_async(request, response, None, started)
        import asyncio  # slow to import, and seldom wanted

        async with _InTime(request):
            try:
                loop = asyncio.get_running_loop()
                found = await loop.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError) as error:
                if isinstance(error, TimeoutError):
                    raise
                raise _no_such(place) from error
        addresses = self._addresses(place, [str(each[4][0]) for each in found])
        while True:
            try:
                return await self._open_at(request, place, addresses.pop(0), started)
            except (ConnectionFailed, TimedOut) as error:
                if error.sent or not addresses or (request.deadline is not None and request.deadline.passed):
                    raise

    async def _open_at(self, request: Request, place: Place, address: str, started: float) -> OpenAnswer:
        http = self._client()
        try:
            async with _InTime(request):
                response = await http.send(self._built(request, place, address), **_BARE)
        except GeneratorExit:
            raise  # the event loop is gone
        except BaseException:
            await self._drop(http)
            raise
        return _answer_async(request, response, lambda: self._drop(http), started)

    async def _drop(self, http: Any) -> None:
        self._open.discard(http)
        await http.aclose()

    async def aclose(self) -> None:
        """Close what is open; a client brought along stays open."""
        self._closed = True
        for http in tuple(self._open):
            await self._drop(http)


_BARE: Final[dict[str, Any]] = {"stream": True, "auth": None, "follow_redirects": False}


@contextmanager
def _named(request: Request) -> Generator[None]:
    """In the name of a request: with its deadline, its logs cut, and httpx's errors as ours."""
    before, waited = sending.get(), waiting.get()
    sending.set(True)
    waiting.set(None if request.deadline is None else request)
    try:
        yield
    except Exception as error:
        known = translated(error, request)
        if known is None:
            raise
        raise known from cause(error)
    finally:
        sending.set(before)
        waiting.set(waited)


class _InTime:
    """The same in a task."""

    def __init__(self, request: Request, *, below: bool = True) -> None:
        """Unless nothing but what is `below` can raise, an OSError may be the caller's own."""
        import asyncio

        self._request = request
        self._below = below
        left = None if request.deadline is None else request.deadline.left
        self._limit = asyncio.timeout(left)

    async def __aenter__(self) -> None:
        self._before = sending.get()
        sending.set(True)
        await self._limit.__aenter__()

    async def __aexit__(self, kind: Any, error: Any, traceback: Any) -> None:
        try:
            await self._limit.__aexit__(kind, error, traceback)
        except TimeoutError as timeout:
            raise late(self._request, sent=True) from timeout
        finally:
            sending.set(self._before)
        if isinstance(error, Exception):
            known = translated(error, self._request, below=self._below)
            if known is not None:
                raise known from cause(error)


def _no_such(place: Place) -> ConnectionFailed:
    return ConnectionFailed(f"download: no address is known of {place.host}", sent=False)


def _answer(request: Request, response: Any, drop: Any, started: float) -> OpenAnswer:
    raw_headers = tuple(response.headers.raw)
    chunks = _Chunks(request, response, pieces(response, request, raw_headers), drop)
    return OpenAnswer(request, response.status_code, raw_headers, started, chunks, chunks.close)


def _answer_async(request: Request, response: Any, drop: Any, started: float) -> OpenAnswer:
    raw_headers = tuple(response.headers.raw)
    chunks = _AsyncChunks(request, response, pieces_async(response, request, raw_headers), drop)
    return OpenAnswer(request, response.status_code, raw_headers, started, chunks, chunks.aclose)


class _Chunks(Iterator[bytes]):
    """A body as it comes."""

    def __init__(self, request: Request, response: Any, source: Iterator[bytes], drop: Any) -> None:
        self._request = request
        self._response = response
        self._source = source
        self._drop = drop

    def __next__(self) -> bytes:
        try:
            with _named(self._request):
                piece = next(self._source, None)
        except BaseException:
            self.close()
            raise
        if piece is None:
            self.close()
            raise StopIteration
        return piece

    def close(self) -> None:
        """Give the connection up."""
        try:
            self._response.close()
        finally:
            if self._drop is not None:
                self._drop()


class _AsyncChunks(AsyncIterator[bytes]):
    """Async twin of `_Chunks`."""

    def __init__(self, request: Request, response: Any, source: AsyncIterator[bytes], drop: Any) -> None:
        self._request = request
        self._response = response
        self._source = source
        self._drop = drop

    async def __anext__(self) -> bytes:
        try:
            async with _InTime(self._request):
                piece = await anext(self._source, None)
        except GeneratorExit:
            raise  # the event loop is gone
        except BaseException:
            await self.aclose()
            raise
        if piece is None:
            await self.aclose()
            raise StopAsyncIteration
        return piece

    async def aclose(self) -> None:
        """Give the connection up."""
        try:
            await self._response.aclose()
        finally:
            if self._drop is not None:
                await self._drop()
