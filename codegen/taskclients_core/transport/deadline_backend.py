"""Network backend for httpcore that keeps the deadline of a call: name resolution and sockets."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from contextvars import ContextVar
from typing import Any
from weakref import WeakSet

from ..deadline import Deadline
from ..errors import CallTimeoutError, ConnectionFailedError
from ..http_messages import HttpRequest


def resolve_host(host: str, port: int, deadline: Deadline | None) -> list[str] | None:
    """The addresses of a host, each once; None where the deadline passed before they were known.

    Raises:
        OSError: it has none.
        UnicodeError: it cannot be a name.
    """
    if _is_address(host):
        return [host]
    if deadline is None:
        return _getaddrinfo(host, port)
    found: list[list[str] | Exception] = []

    def look() -> None:
        try:
            found.append(_getaddrinfo(host, port))
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=look, name=f"look up {host}", daemon=True)
    thread.start()
    thread.join(min(deadline.remaining, threading.TIMEOUT_MAX))
    if not found:
        return None
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


def host_not_found(host: str, error: Exception, request: HttpRequest | None = None) -> ConnectionFailedError:
    """The error of a request to a host whose name leads nowhere."""
    who = "" if request is None else f"{request.operation}: "
    where = host if request is None else request.origin
    return ConnectionFailedError(f"{who}cannot connect to {where} ({error})", sent=False)


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


current_request: ContextVar[HttpRequest | None] = ContextVar("waiting", default=None)
"""The request under way on this thread, if its call has a deadline."""


def deadline_exceeded(request: HttpRequest, *, sent: bool) -> CallTimeoutError:
    """The error of a request that was not through at its deadline."""
    seconds = "" if request.deadline is None else f" of {request.deadline.seconds:g} s"
    return CallTimeoutError(
        f"{request.operation}: {request.origin} did not answer within the deadline{seconds}", sent=sent
    )


def _cut(timeout: float | None, *, sent: bool) -> float | None:
    request = current_request.get()
    if request is None or request.deadline is None:
        return timeout
    left = request.deadline.remaining
    if left <= 0:
        raise deadline_exceeded(request, sent=sent)
    return left if timeout is None else min(timeout, left)


def _addresses(host: str, port: int) -> list[str]:
    request = current_request.get()
    if request is None:
        return [host]
    # Otherwise each address of a host would have all of the time, and the name would have its own.
    found = resolve_host(host, port, request.deadline)
    if found is None:
        raise deadline_exceeded(request, sent=False)
    return found


class DeadlineBackend:
    """In place of a pool's way to the network."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._open: WeakSet[DeadlineStream] = WeakSet()

    def abort(self) -> None:
        """End whatever waits for one of these sockets, on whatever thread."""
        for stream in tuple(self._open):
            stream.abort()

    def _opened(self, inner: Any) -> DeadlineStream:
        stream = DeadlineStream(inner)
        self._open.add(stream)
        return stream

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> DeadlineStream:
        """Connect to the first address that accepts. Raises ConnectionFailed for a name that leads nowhere."""
        try:
            addresses = _addresses(host, port)
            while True:
                address = addresses.pop(0)
                limit = _cut(timeout, sent=False)
                try:
                    return self._opened(self._inner.connect_tcp(address, port, limit, local_address, socket_options))
                except Exception:
                    if not addresses:
                        raise
        except (UnicodeError, socket.gaierror) as error:  # the network's other errors have been given other names
            raise host_not_found(host, error, current_request.get()) from error

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Any = None
    ) -> DeadlineStream:
        """Connect."""
        return self._opened(self._inner.connect_unix_socket(path, _cut(timeout, sent=False), socket_options))

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._inner.sleep(seconds)


class DeadlineStream:
    """In place of a connected socket."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come, or comes in time."""
        found: bytes = self._inner.read(max_bytes, _cut(timeout, sent=True))
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        if current_request.get() is None:
            self._inner.write(buffer, timeout)
            return
        # In slices: the timeout is one for each time that the network takes some of it.
        for start in range(0, len(buffer), 1 << 16):
            self._inner.write(buffer[start : start + (1 << 16)], _cut(timeout, sent=True))

    def close(self) -> None:
        """Close it."""
        self._inner.close()

    def abort(self) -> None:
        """Let whoever waits for it find it at its end. Closing it would not wake anybody up."""
        own: Any = self._inner.get_extra_info("socket")
        with suppress(OSError, AttributeError):  # it is closed already, or is none that can be shut down
            # Not the wrapping socket's own method: that would wait for the peer's goodbye.
            socket.socket.shutdown(own, socket.SHUT_RDWR)

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> DeadlineStream:
        """Shake hands."""
        return DeadlineStream(self._inner.start_tls(ssl_context, server_hostname, _cut(timeout, sent=False)))

    def get_extra_info(self, info: str) -> Any:
        """What is below."""
        return self._inner.get_extra_info(info)


def abort_connections(http: Any) -> None:
    """End whatever waits for a socket of an httpx client that is watched."""
    for pool in _pools(http):
        backend = getattr(pool, "_network_backend", None)
        if isinstance(backend, DeadlineBackend):
            backend.abort()


def _pools(http: Any) -> list[Any]:
    return [
        getattr(transport, "_pool", None)
        for transport in (getattr(http, "_transport", None), *getattr(http, "_mounts", {}).values())
        if transport is not None
    ]


def install_backend(http: Any) -> bool:
    """Put these sockets under an httpx client that nobody has used yet; whether that worked for all of its pools."""
    pools = _pools(http)
    known = [pool for pool in pools if hasattr(pool, "_network_backend")]
    for pool in known:
        pool._network_backend = DeadlineBackend(pool._network_backend)
    return bool(known) and len(known) == len(pools)
