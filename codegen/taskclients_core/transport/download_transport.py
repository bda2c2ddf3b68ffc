"""Transport for downloads from URLs that a server supplied: the address policy and two drivers, without credentials."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any, Final

from ..config import AsyncHttpClient, HttpClient, Timeout
from ..deadline import DeadlineTimeouts
from ..effects import StreamingResponse
from ..errors import (
    CallTimeoutError,
    ClientClosedError,
    ClientError,
    ConnectionFailedError,
    TransportError,
    without_frames,
)
from ..forks import fork_count, register
from ..http_messages import HttpRequest
from .bodies import iter_body, iter_body_async
from .deadline_backend import current_request, deadline_exceeded, has_connections, install_backend, resolve_host
from .httpx_adapter import (
    USED_BEFORE_FORK,
    ClientFactory,
    check_process,
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
    """The host has an address to which connections are not allowed; nothing was sent."""

    def __init__(self, message: str) -> None:
        super().__init__(message, sent=False)


_METADATA: Final = frozenset(
    ip_address(text)
    for text in ("169.254.169.254", "100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254")
)
"""Metadata servers of clouds, which return credentials. Some are in networks that are allowed otherwise."""

_PRIVATE4: Final = (
    (IPv4Network("127.0.0.0/8"), "loopback"),
    (IPv4Network("10.0.0.0/8"), "private"),
    (IPv4Network("172.16.0.0/12"), "private"),
    (IPv4Network("192.168.0.0/16"), "private"),
    (IPv4Network("100.64.0.0/10"), "private"),
)
_PRIVATE6: Final = ((IPv6Network("::1/128"), "loopback"), (IPv6Network("fc00::/7"), "private"))
"""Loopback and private networks, allowed with `allow_private_downloads`. The networks below are never allowed."""

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
_NUMERIC: Final = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$", re.ASCII)
_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")


def refusal_reason(address: str, *, allow_private: bool = False) -> str | None:
    """Return the reason why connections to an address are not allowed, such as `loopback`; None if they are.

    Args:
        address: IPv4 or IPv6 address.
        allow_private: True allows loopback and private networks.
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "malformed"
    if isinstance(found, IPv6Address):
        embedded = _embedded_ipv4(found)
        if embedded is None:
            return _refusal6(found, private=allow_private)
        found = embedded
    return _refusal4(found, private=allow_private)


def _embedded_ipv4(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 address is mapped or translated to."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


def _refusal4(address: IPv4Address, *, private: bool) -> str | None:
    if address in _METADATA:
        return "metadata"
    networks: tuple[tuple[IPv4Network, str], ...] = _NEVER4 if private else (*_NEVER4, *_PRIVATE4)
    return next((word for network, word in networks if address in network), None)


def _refusal6(address: IPv6Address, *, private: bool) -> str | None:
    if address in _METADATA:
        return "metadata"
    for network, word in (*_NEVER6, *_PRIVATE6):
        if address in network:
            return None if private and (network, word) in _PRIVATE6 else word
    return None if address in _UNICAST else "reserved"


def numeric_address(host: str) -> str | None:
    """Return the address that a host stands for in one of the forms of `inet_aton`, such as `127.1`; None for a name.

    Raises:
        AddressRefusedError: the host ends in a number and is no address, so that resolvers may differ.
    """
    if ":" in host:
        return host
    if not _NUMERIC.search(host):
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except OSError:
        raise AddressRefusedError(f"{host} is neither an address nor the name of a host") from None


def check_addresses(host: str, found: Sequence[str], *, allow_private: bool) -> list[str]:
    """Remove duplicates from the addresses of a host and check that all of them are allowed.

    Raises:
        AddressRefusedError: one of them is not allowed.
    """
    addresses = list(dict.fromkeys(found))
    for address in addresses:
        reason = refusal_reason(address, allow_private=allow_private)
        if reason is not None:
            trusting = refusal_reason(address, allow_private=True) is None
            remedy = "if you trust it, pass allow_private_downloads=True" if trusting else "report it to the vendor"
            raise AddressRefusedError(f"{host} has a {reason} address, from which downloads are not allowed; {remedy}")
    return addresses


def _connects_directly(http: Any, url: str) -> bool:
    """Return True if an httpx client connects to the host of a URL itself, not a proxy or the caller's transport."""
    library, find = httpx_module_of(http), getattr(http, "_transport_for_url", None)
    pool = None if library is None or find is None else getattr(find(library.URL(url)), "_pool", None)
    # Pools of proxies are subclasses.
    return type(pool).__name__ in ("ConnectionPool", "AsyncConnectionPool") and getattr(pool, "_uds", None) is None


_TIMEOUT: Final = Timeout()


class DownloadTransport:
    """Base of the synchronous and the asynchronous transport."""

    kind: str

    def __init__(self, http: HttpClient | AsyncHttpClient | None, *, allow_private: bool = False) -> None:
        self._supplied: Any = http
        self._allow_private = allow_private
        self._closed = False
        self._factory = ClientFactory(self.kind, _TIMEOUT, 1)
        self._open: set[Any] = set()
        """httpx clients of open responses; each serves one download."""

        self._used = self._unusable = False
        install_log_filters()
        register(self)

    def after_fork(self) -> None:
        """Forget open downloads, which are the parent's; refuse a supplied client that may share its connections."""
        self._unusable = self._unusable or (
            self._supplied is not None and (self._used or has_connections(self._supplied))
        )
        self._open.clear()

    def _request(self, effect: OpenUrl) -> HttpRequest:
        if self._closed:
            raise ClientClosedError("the client was closed; create a new one")
        if self._unusable:
            raise ClientClosedError(f"download_client: {USED_BEFORE_FORK}")
        self._used = True
        return HttpRequest(
            "download", "GET", effect.url, effect.headers, None, deadline=effect.deadline, timeout=_TIMEOUT
        )

    def _build(self, request: HttpRequest, parsed: Url, address: str | None) -> Any:
        """Build the httpx request; for our own client with the address to connect to, for a supplied one without."""
        timeouts: Mapping[str, float | None] = _TIMEOUT.as_dict()
        if request.deadline is not None:
            timeouts = DeadlineTimeouts(timeouts, request.deadline)
        extensions: dict[str, Any] = {"timeout": timeouts}
        headers = list(request.headers)
        url = parsed.url
        if address is not None:
            # httpx may log this URL, so it contains only the address; path and query are sent through `target`.
            url = f"{parsed.scheme}://{f'[{address}]' if ':' in address else address}:{parsed.port}/"
            extensions |= {"target": parsed.target.encode("ascii"), "sni_hostname": parsed.host}
            headers.insert(0, ("Host", parsed.authority))
        library = httpx_module_of(self._supplied) or import_httpx()
        return plain_request(library, url, headers, extensions)

    def _addresses(self, parsed: Url, found: list[str]) -> list[str]:
        return check_addresses(parsed.host, found, allow_private=self._allow_private)

    def _resolves(self, parsed: Url) -> bool:
        """Return True if names are resolved here, not by a proxy or the caller's transport; check an address.

        Raises:
            AddressRefusedError: the host is an address that is not allowed.
        """
        address = numeric_address(parsed.host)
        if address is not None:
            check_addresses(parsed.host, [address], allow_private=self._allow_private)
        return self._supplied is None or (address is None and _connects_directly(self._supplied, f"{parsed.origin}/"))


class SyncDownloadTransport(DownloadTransport):
    """Download transport for synchronous clients."""

    kind = "Client"

    def open(self, effect: OpenUrl) -> StreamingResponse:
        """Send a request and return its response with the body unread.

        Raises:
            TransportError: no response was received.
            AddressRefusedError: the host has an address that is not allowed.
        """
        request = self._request(effect)
        parsed = parse_url(effect.url)
        started = time.perf_counter()
        addresses = self._lookup(request, parsed) if self._resolves(parsed) else []
        if self._supplied is not None:
            with _RequestScope(request):
                response = self._supplied.send(self._build(request, parsed, None), **_BARE)
            return _streaming_response(request, response, None, started)
        while True:
            try:
                return self._open_at(request, parsed, addresses.pop(0), started)
            except (ConnectionFailedError, CallTimeoutError) as error:
                if error.sent or not addresses or (request.deadline is not None and request.deadline.expired):
                    raise

    def _lookup(self, request: HttpRequest, parsed: Url) -> list[str]:
        """Return the addresses of a host. Raises ConnectionFailedError and AddressRefusedError."""
        with _RequestScope(request):
            try:
                found = resolve_host(parsed.host, parsed.port, request.deadline)
            except (OSError, UnicodeError) as error:
                raise _host_not_found(parsed) from error
            if found is None:
                raise deadline_exceeded(request, sent=False)
        return self._addresses(parsed, found)

    def _open_at(self, request: HttpRequest, parsed: Url, address: str, started: float) -> StreamingResponse:
        http = self._factory.create_client(direct=True)
        self._open.add(http)
        try:
            install_backend(http)
            with _RequestScope(request):
                response = http.send(self._build(request, parsed, address), **_BARE)
        except BaseException:
            self._drop(http)
            raise
        return _streaming_response(request, response, lambda: self._drop(http), started)

    def _drop(self, http: Any) -> None:
        self._open.discard(http)
        http.close()

    def close(self) -> None:
        """Close all open downloads; a supplied download_client stays open."""
        self._closed = True
        for http in tuple(self._open):
            self._drop(http)


class AsyncDownloadTransport(DownloadTransport):
    """Download transport for asynchronous clients."""

    kind = "AsyncClient"

    async def open(self, effect: OpenUrl) -> StreamingResponse:
        """Async twin of `SyncDownloadTransport.open`."""
        request = self._request(effect)
        parsed = parse_url(effect.url)
        started = time.perf_counter()
        addresses = await self._lookup(request, parsed) if self._resolves(parsed) else []
        if self._supplied is not None:
            async with _AsyncRequestScope(request, only_transport=False):
                response = await self._supplied.send(self._build(request, parsed, None), **_BARE)
            return _streaming_response_async(request, response, None, started)
        while True:
            try:
                return await self._open_at(request, parsed, addresses.pop(0), started)
            except (ConnectionFailedError, CallTimeoutError) as error:
                if error.sent or not addresses or (request.deadline is not None and request.deadline.expired):
                    raise

    async def _lookup(self, request: HttpRequest, parsed: Url) -> list[str]:
        """Async twin of `SyncDownloadTransport._lookup`."""
        import asyncio  # slow import

        async with _AsyncRequestScope(request):
            try:
                loop = asyncio.get_running_loop()
                found = await loop.getaddrinfo(parsed.host, parsed.port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError) as error:
                if isinstance(error, TimeoutError):
                    raise
                raise _host_not_found(parsed) from error
        return self._addresses(parsed, [str(each[4][0]) for each in found])

    async def _open_at(self, request: HttpRequest, parsed: Url, address: str, started: float) -> StreamingResponse:
        http = await self._factory.create_client_async(direct=True)
        self._open.add(http)
        try:
            async with _AsyncRequestScope(request):
                response = await http.send(self._build(request, parsed, address), **_BARE)
        except GeneratorExit:
            raise  # the event loop was closed: nothing can be awaited
        except BaseException:
            await self._drop(http)
            raise
        return _streaming_response_async(request, response, lambda: self._drop(http), started)

    async def _drop(self, http: Any) -> None:
        self._open.discard(http)
        await http.aclose()

    async def aclose(self) -> None:
        """Close all open downloads; a supplied download_client stays open."""
        self._closed = True
        for http in tuple(self._open):
            await self._drop(http)


_BARE: Final[dict[str, Any]] = {"stream": True, "auth": None, "follow_redirects": False}


class _RequestScope:
    """Run a block on behalf of a request: with its deadline, the log filters on, and httpx's errors mapped."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def __enter__(self) -> None:
        self._previous = sending_request.get(), current_request.get()
        sending_request.set(True)
        current_request.set(None if self._request.deadline is None else self._request)

    def __exit__(self, kind: Any, error: Any, traceback: Any) -> None:
        sending_request.set(self._previous[0])
        current_request.set(self._previous[1])
        failure = _failure_of(error, self._request)
        del error  # tracebacks with locals would show what it quotes
        if failure is not None:
            raise failure


def _failure_of(error: object, request: HttpRequest, *, only_transport: bool = False) -> ClientError | None:
    """Return the error to raise for one of httpx, without frames; None for others and for none."""
    mapped = map_exception(error, request, only_transport=only_transport) if isinstance(error, Exception) else None
    if mapped is not None and isinstance(error, Exception):
        mapped.__cause__ = safe_cause(without_frames(error))
    return mapped


class _AsyncRequestScope:
    """Async twin of `_RequestScope`."""

    def __init__(self, request: HttpRequest, *, only_transport: bool = True) -> None:
        """Set `only_transport` to False if the caller's own code may raise an OSError in the block."""
        import asyncio

        self._request = request
        self._only_transport = only_transport
        remaining = None if request.deadline is None else request.deadline.remaining
        self._limit = asyncio.timeout(remaining)

    async def __aenter__(self) -> None:
        self._previous = sending_request.get()
        sending_request.set(True)
        await self._limit.__aenter__()

    async def __aexit__(self, kind: Any, error: Any, traceback: Any) -> None:
        try:
            await self._limit.__aexit__(kind, error, traceback)
        except TimeoutError as timeout:
            raise deadline_exceeded(self._request, sent=True) from timeout
        finally:
            sending_request.set(self._previous)
        failure = _failure_of(error, self._request, only_transport=self._only_transport)
        del error
        if failure is not None:
            raise failure


def _host_not_found(parsed: Url) -> ConnectionFailedError:
    return ConnectionFailedError(f"download: cannot resolve host {parsed.host}; check the network", sent=False)


def _streaming_response(request: HttpRequest, response: Any, drop: Any, started: float) -> StreamingResponse:
    raw_headers = tuple(response.headers.raw)
    chunks = _Chunks(request, response, iter_body(response, request, raw_headers), drop)
    return StreamingResponse(request, response.status_code, raw_headers, started, chunks, chunks.close)


def _streaming_response_async(request: HttpRequest, response: Any, drop: Any, started: float) -> StreamingResponse:
    raw_headers = tuple(response.headers.raw)
    chunks = _AsyncChunks(request, response, iter_body_async(response, request, raw_headers), drop)
    return StreamingResponse(request, response.status_code, raw_headers, started, chunks, chunks.aclose)


class _Chunks(Iterator[bytes]):
    """Chunks of a response's body, read on behalf of its request."""

    def __init__(self, request: HttpRequest, response: Any, source: Iterator[bytes], drop: Any) -> None:
        self._request = request
        self._response = response
        self._source = source
        self._drop = drop
        self._forks = fork_count()

    def __next__(self) -> bytes:
        check_process(self._forks, self._request.operation)
        try:
            with _RequestScope(self._request):
                piece = next(self._source, None)
        except BaseException:
            self.close()
            raise
        if piece is None:
            self.close()
            raise StopIteration
        return piece

    def close(self) -> None:
        """Close the response, and the httpx client if it is our own."""
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
        self._forks = fork_count()

    async def __anext__(self) -> bytes:
        check_process(self._forks, self._request.operation)
        try:
            async with _AsyncRequestScope(self._request):
                piece = await anext(self._source, None)
        except GeneratorExit:
            raise  # the event loop was closed: nothing can be awaited
        except BaseException:
            await self.aclose()
            raise
        if piece is None:
            await self.aclose()
            raise StopAsyncIteration
        return piece

    async def aclose(self) -> None:
        """Close the response, and the httpx client if it is our own."""
        try:
            await self._response.aclose()
        finally:
            if self._drop is not None:
                await self._drop()
