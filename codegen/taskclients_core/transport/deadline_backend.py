"""Network backend for httpcore that applies the deadline of a call to name resolution and sockets."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import suppress
from contextvars import ContextVar
from typing import Any
from weakref import WeakSet

from ..deadline import Deadline
from ..errors import CallTimeoutError, ConnectionFailedError
from ..forks import register
from ..http_messages import HttpRequest


def resolve_host(host: str, port: int, deadline: Deadline | None) -> list[str] | None:
    """Return the addresses of a host, without duplicates; None if the deadline passed first.

    Raises:
        OSError: the host has no address.
        UnicodeError: it is not a valid host name.
    """
    if _is_address(host):
        return [host]
    if deadline is None:
        return _getaddrinfo(host, port)
    found: list[list[str] | Exception] = []

    def resolve() -> None:
        try:
            found.append(_getaddrinfo(host, port))
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=resolve, name=f"look up {host}", daemon=True)
    thread.start()
    thread.join(min(deadline.remaining, threading.TIMEOUT_MAX))
    if not found:
        return None
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


def host_not_found(host: str, error: Exception, request: HttpRequest | None = None) -> ConnectionFailedError:
    """Build the error of a request to a host without an address."""
    prefix = "" if request is None else f"{request.operation}: "
    origin = host if request is None else request.origin
    return ConnectionFailedError(
        f"{prefix}cannot connect to {origin} ({error}); check base_url and network", sent=False
    )


def _getaddrinfo(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


def _is_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except (OSError, UnicodeError, ValueError):
            continue
        return True
    return False


current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)
"""Request that this thread is sending, if its call has a deadline."""


def deadline_exceeded(request: HttpRequest, *, sent: bool) -> CallTimeoutError:
    """Build the error of a request that did not finish before its deadline."""
    seconds = "" if request.deadline is None else f" of {request.deadline.seconds:g} s"
    return CallTimeoutError(
        f"{request.operation}: {request.origin} did not respond within the deadline{seconds}; increase deadline=",
        sent=sent,
    )


def _limit(timeout: float | None, *, sent: bool) -> float | None:
    request = current_request.get()
    if request is None or request.deadline is None:
        return timeout
    remaining = request.deadline.remaining
    if remaining <= 0:
        raise deadline_exceeded(request, sent=sent)
    return remaining if timeout is None else min(timeout, remaining)


def _addresses(host: str, port: int) -> list[str]:
    request = current_request.get()
    if request is None:
        return [host]
    # Resolve here: the backend below would apply no timeout to the name, and the full timeout to each address.
    found = resolve_host(host, port, request.deadline)
    if found is None:
        raise deadline_exceeded(request, sent=False)
    return found


class DeadlineBackend:
    """Network backend of an httpcore pool; wraps the original one."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._open: WeakSet[DeadlineStream] = WeakSet()
        register(self)

    def after_fork(self) -> None:
        """Close this process's copies of the sockets, which the parent goes on using."""
        for stream in tuple(self._open):
            stream.close_copy()

    def abort(self) -> None:
        """Shut down all open sockets, so that threads that wait for them return."""
        for stream in tuple(self._open):
            stream.abort()

    def _opened(self, inner: Any) -> DeadlineStream:
        return DeadlineStream(inner, self._open)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> DeadlineStream:
        """Connect to the first address that accepts. Raises ConnectionFailedError if the host has no address."""
        try:
            addresses = _addresses(host, port)
            while True:
                address = addresses.pop(0)
                limit = _limit(timeout, sent=False)
                try:
                    return self._opened(self._inner.connect_tcp(address, port, limit, local_address, socket_options))
                except Exception:
                    if not addresses:
                        raise
        except (UnicodeError, socket.gaierror) as error:  # httpcore has mapped all other network errors
            raise host_not_found(host, error, current_request.get()) from error

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Any = None
    ) -> DeadlineStream:
        """Connect to a Unix socket."""
        return self._opened(self._inner.connect_unix_socket(path, _limit(timeout, sent=False), socket_options))

    def sleep(self, seconds: float) -> None:
        """Wait between two attempts of httpcore to connect."""
        self._inner.sleep(seconds)


class DeadlineStream:
    """Connected socket; wraps the original stream."""

    def __init__(self, inner: Any, opened: WeakSet[DeadlineStream]) -> None:
        self._inner = inner
        self._opened = opened
        opened.add(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read up to `max_bytes`, within the deadline."""
        found: bytes = self._inner.read(max_bytes, _limit(timeout, sent=True))
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send the whole buffer, within the deadline."""
        if current_request.get() is None:
            self._inner.write(buffer, timeout)
            return
        # In slices: the stream below applies the timeout to each part that the socket accepts, not to the whole.
        for start in range(0, len(buffer), 1 << 16):
            self._inner.write(buffer[start : start + (1 << 16)], _limit(timeout, sent=True))

    def close(self) -> None:
        """Close the socket."""
        self._inner.close()

    def abort(self) -> None:
        """Shut down the socket, so that threads that read from it return; `close` would not wake them."""
        raw: Any = self._inner.get_extra_info("socket")
        with suppress(OSError, AttributeError):  # it is closed, or not a socket that can be shut down
            # Not the TLS socket's own method, which waits for the peer's close_notify.
            socket.socket.shutdown(raw, socket.SHUT_RDWR)

    def close_copy(self) -> None:
        """Close the socket of this process without a word to the peer."""
        raw: Any = self._inner.get_extra_info("socket")
        if isinstance(raw, socket.socket) and raw.fileno() >= 0:
            os.close(socket.socket.detach(raw))

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> DeadlineStream:
        """Start TLS on the connection, within the deadline."""
        inner = self._inner.start_tls(ssl_context, server_hostname, _limit(timeout, sent=False))
        return DeadlineStream(inner, self._opened)

    def get_extra_info(self, info: str) -> Any:
        """Return information of the stream below."""
        return self._inner.get_extra_info(info)


def abort_connections(http: Any) -> None:
    """Shut down the sockets of an httpx client on which `install_backend` was called."""
    for pool in _pools(http):
        backend = getattr(pool, "_network_backend", None)
        if isinstance(backend, DeadlineBackend):
            backend.abort()


def has_connections(http: Any) -> bool:
    """Return True if an httpx client is known to have open connections."""
    return any(getattr(pool, "connections", ()) for pool in _pools(http))


def _pools(http: Any) -> list[Any]:
    return [
        getattr(transport, "_pool", None)
        for transport in (getattr(http, "_transport", None), *getattr(http, "_mounts", {}).values())
        if transport is not None
    ]


def install_backend(http: Any) -> bool:
    """Install this backend in an httpx client before its first use; return True if all of its pools accepted it."""
    pools = _pools(http)
    known = [pool for pool in pools if hasattr(pool, "_network_backend")]
    for pool in known:
        pool._network_backend = DeadlineBackend(pool._network_backend)
    return bool(known) and len(known) == len(pools)
