"""Requests to URLs that a server supplied: address policy and transport, without the API's credentials."""

from __future__ import annotations

import socket
import time
from collections.abc import AsyncIterator, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any, Final

from ..config import AsyncHttpClient, HttpClient, Timeout
from ..deadline import DeadlineTimeouts
from ..effects import StreamingResponse
from ..errors import CallTimeoutError, ClientClosedError, ConnectionFailedError, TransportError
from ..http_messages import HttpRequest
from .bodies import iter_body, iter_body_async
from .deadline_backend import current_request, deadline_exceeded, install_backend, resolve_host
from .httpx_adapter import (
    ClientFactory,
    httpx_module_of,
    import_httpx,
    install_log_filters,
    map_exception,
    plain_request,
    safe_cause,
    sending_request,
)
from .url import Url, parse_url

if TYPE_CHECKING:
    from ..effects import OpenUrl


class AddressRefusedError(TransportError):
    """The address is none that may be connected to; nothing was sent."""

    def __init__(self, message: str) -> None:
        super().__init__(message, sent=False)


_METADATA: Final = frozenset(
    ip_address(text)
    for text in ("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254")
)
"""Where clouds hand out credentials. Two of them are in networks that are public, or private and allowed."""

_NEAR4: Final = (
    (IPv4Network("127.0.0.0/8"), "loopback"),
    (IPv4Network("10.0.0.0/8"), "private"),
    (IPv4Network("172.16.0.0/12"), "private"),
    (IPv4Network("192.168.0.0/16"), "private"),
    (IPv4Network("100.64.0.0/10"), "private"),
)
_NEAR6: Final = ((IPv6Network("::1/128"), "loopback"), (IPv6Network("fc00::/7"), "private"))
"""Near: allowed to those who allow private addresses. All others that are not public are allowed to nobody."""

_NEVER4: Final = (
    (IPv4Network("169.254.0.0/16"), "link-local"),
    (IPv4Network("224.0.0.0/4"), "multicast"),
    *(
        (IPv4Network(text), "reserved")
        for text in (
            *("0.0.0.0/8", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24"),
            *("203.0.113.0/24", "240.0.0.0/4"),
        )
    ),
)
_NEVER6: Final = (
    (IPv6Network("fe80::/10"), "link-local"),
    (IPv6Network("ff00::/8"), "multicast"),
    *((IPv6Network(text), "reserved") for text in ("2001::/23", "2001:db8::/32", "3fff::/20")),
)
_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")


def refusal_reason(address: str, *, allow_private: bool = False) -> str | None:
    """Why an address must not be connected to, such as `loopback`; None if it may be.

    Args:
        address: IPv4 or IPv6.
        allow_private: True if loopback and private networks are allowed; the others never are.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "malformed"
    if isinstance(found, IPv6Address):
        inner = _inner(found)
        if inner is None:
            return _refusal6(found, private=allow_private)
        found = inner
    return _refusal4(found, private=allow_private)


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def _refusal4(address: IPv4Address, *, private: bool) -> str | None:
    if address in _METADATA:
        return "metadata"
    networks: tuple[tuple[IPv4Network, str], ...] = _NEVER4 if private else (*_NEVER4, *_NEAR4)
    return next((word for network, word in networks if address in network), None)


def _refusal6(address: IPv6Address, *, private: bool) -> str | None:
    if address in _METADATA:
        return "metadata"
    for network, word in (*_NEVER6, *_NEAR6):
        if address in network:
            return None if private and (network, word) in _NEAR6 else word
    return None if address in _UNICAST else "reserved"


def check_addresses(host: str, found: Sequence[str], *, allow_private: bool) -> list[str]:
    """The addresses of a host, each once, all of them allowed: a host with one that is not is not to be trusted.

    Raises:
        Refused: one of them is not.
    """
    addresses = list(dict.fromkeys(found))
    for address in addresses:
        why = refusal_reason(address, allow_private=allow_private)
        if why is not None:
            raise AddressRefusedError(f"{host} has a {why} address, where files are not fetched from")
    return addresses


_TIMEOUT: Final = Timeout()


class DownloadTransport:
    """What both twins have in common."""

    kind: str

    def __init__(self, http: HttpClient | AsyncHttpClient | None, *, allow_private: bool = False) -> None:
        self._given: Any = http
        self._private = allow_private
        self._closed = False
        self._workshop: ClientFactory | None = None
        self._open: set[Any] = set()
        """Clients of our own whose answers are being read."""
        install_log_filters()

    def _request(self, effect: OpenUrl) -> HttpRequest:
        if self._closed:
            raise ClientClosedError("the client was closed")
        return HttpRequest(
            "download", "GET", effect.url, effect.headers, None, deadline=effect.deadline, timeout=_TIMEOUT
        )

    def _client(self) -> Any:
        if self._workshop is None:
            self._workshop = ClientFactory(self.kind, _TIMEOUT, 1)
        http = self._workshop.create_client(direct=True)
        self._open.add(http)
        return http

    def _built(self, request: HttpRequest, place: Url, address: str | None) -> Any:
        """For one of our own clients with an address to connect to; for the caller's without."""
        timeouts: Mapping[str, float | None] = _TIMEOUT.as_dict()
        if request.deadline is not None:
            timeouts = DeadlineTimeouts(timeouts, request.deadline)
        extensions: dict[str, Any] = {"timeout": timeouts}
        headers = list(request.headers)
        url = place.url
        if address is not None:
            # The URL that httpx sees, and may log, has nothing but the address; the rest goes as it was given.
            url = f"{place.scheme}://{f'[{address}]' if ':' in address else address}:{place.port}/"
            extensions |= {"target": place.target.encode("ascii"), "sni_hostname": place.host}
            headers.insert(0, ("Host", place.authority))
        library = (httpx_module_of(self._given) or import_httpx()) if self._workshop is None else self._workshop.library
        return plain_request(library, url, headers, extensions)

    def _addresses(self, place: Url, found: list[str]) -> list[str]:
        return check_addresses(place.host, found, allow_private=self._private)

    def _check_literal(self, place: Url) -> None:
        try:
            socket.inet_pton(socket.AF_INET6 if ":" in place.host else socket.AF_INET, place.host)
        except OSError:
            return
        check_addresses(place.host, [place.host], allow_private=self._private)


class SyncDownloadTransport(DownloadTransport):
    """On the calling thread."""

    kind = "Client"

    def open(self, effect: OpenUrl) -> StreamingResponse:
        """Send a request.

        Raises:
            TransportError: no answer came.
            Refused: its host has an address that may not be connected to.
        """
        request = self._request(effect)
        place = parse_url(effect.url)
        started = time.perf_counter()
        if self._given is not None:
            self._check_literal(place)
            with _named(request):
                response = self._given.send(self._built(request, place, None), **_BARE)
            return _answer(request, response, None, started)
        with _named(request):
            try:
                found = resolve_host(place.host, place.port, request.deadline)
            except (OSError, UnicodeError) as error:
                raise _no_such(place) from error
            if found is None:
                raise deadline_exceeded(request, sent=False)
        addresses = self._addresses(place, found)
        while True:
            try:
                return self._open_at(request, place, addresses.pop(0), started)
            except (ConnectionFailedError, CallTimeoutError) as error:
                if error.sent or not addresses or (request.deadline is not None and request.deadline.expired):
                    raise

    def _open_at(self, request: HttpRequest, place: Url, address: str, started: float) -> StreamingResponse:
        http = self._client()
        try:
            install_backend(http)
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


class AsyncDownloadTransport(DownloadTransport):
    """In the calling task."""

    kind = "AsyncClient"

    async def open(self, effect: OpenUrl) -> StreamingResponse:
        """Async twin of `SyncDownloadTransport.open`."""
        request = self._request(effect)
        place = parse_url(effect.url)
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
            except (ConnectionFailedError, CallTimeoutError) as error:
                if error.sent or not addresses or (request.deadline is not None and request.deadline.expired):
                    raise

    async def _open_at(self, request: HttpRequest, place: Url, address: str, started: float) -> StreamingResponse:
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
def _named(request: HttpRequest) -> Generator[None]:
    """In the name of a request: with its deadline, its logs cut, and httpx's errors as ours."""
    before, waited = sending_request.get(), current_request.get()
    sending_request.set(True)
    current_request.set(None if request.deadline is None else request)
    try:
        yield
    except Exception as error:
        known = map_exception(error, request)
        if known is None:
            raise
        raise known from safe_cause(error)
    finally:
        sending_request.set(before)
        current_request.set(waited)


class _InTime:
    """The same in a task."""

    def __init__(self, request: HttpRequest, *, below: bool = True) -> None:
        """Unless nothing but what is `below` can raise, an OSError may be the caller's own."""
        import asyncio

        self._request = request
        self._below = below
        left = None if request.deadline is None else request.deadline.remaining
        self._limit = asyncio.timeout(left)

    async def __aenter__(self) -> None:
        self._before = sending_request.get()
        sending_request.set(True)
        await self._limit.__aenter__()

    async def __aexit__(self, kind: Any, error: Any, traceback: Any) -> None:
        try:
            await self._limit.__aexit__(kind, error, traceback)
        except TimeoutError as timeout:
            raise deadline_exceeded(self._request, sent=True) from timeout
        finally:
            sending_request.set(self._before)
        if isinstance(error, Exception):
            known = map_exception(error, self._request, only_transport=self._below)
            if known is not None:
                raise known from safe_cause(error)


def _no_such(place: Url) -> ConnectionFailedError:
    return ConnectionFailedError(f"download: no address is known of {place.host}", sent=False)


def _answer(request: HttpRequest, response: Any, drop: Any, started: float) -> StreamingResponse:
    raw_headers = tuple(response.headers.raw)
    chunks = _Chunks(request, response, iter_body(response, request, raw_headers), drop)
    return StreamingResponse(request, response.status_code, raw_headers, started, chunks, chunks.close)


def _answer_async(request: HttpRequest, response: Any, drop: Any, started: float) -> StreamingResponse:
    raw_headers = tuple(response.headers.raw)
    chunks = _AsyncChunks(request, response, iter_body_async(response, request, raw_headers), drop)
    return StreamingResponse(request, response.status_code, raw_headers, started, chunks, chunks.aclose)


class _Chunks(Iterator[bytes]):
    """A body as it comes."""

    def __init__(self, request: HttpRequest, response: Any, source: Iterator[bytes], drop: Any) -> None:
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

    def __init__(self, request: HttpRequest, response: Any, source: AsyncIterator[bytes], drop: Any) -> None:
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
