"""Sockets that mind the deadline of the call on whose behalf they wait: for synchronous clients.

httpx takes timeouts for single reads, and a server that sends one byte of a header now and then passes them all, for
ever. Asynchronous calls are cancelled at their deadline; a thread cannot be. So each wait for a socket is cut to what
is left, below httpx, where its pools make their connections. That place has no public name: if it is not where it was,
`watch` says so, and the deadline is only looked at between two pieces of the body.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from contextvars import ContextVar
from typing import Any
from weakref import WeakSet

from ..errors import TimedOut
from ..messages import Request
from .names import looked_up, nowhere

waiting: ContextVar[Request | None] = ContextVar("waiting", default=None)
"""The request under way on this thread, if its call has a deadline."""


def late(request: Request, *, sent: bool) -> TimedOut:
    """The error of a request that was not through at its deadline."""
    seconds = "" if request.deadline is None else f" of {request.deadline.seconds:g} s"
    return TimedOut(f"{request.operation}: {request.origin} did not answer within the deadline{seconds}", sent=sent)


def _cut(timeout: float | None, *, sent: bool) -> float | None:
    request = waiting.get()
    if request is None or request.deadline is None:
        return timeout
    left = request.deadline.left
    if left <= 0:
        raise late(request, sent=sent)
    return left if timeout is None else min(timeout, left)


def _addresses(host: str, port: int) -> list[str]:
    request = waiting.get()
    if request is None:
        return [host]
    # Otherwise each address of a host would have all of the time, and the name would have its own.
    found = looked_up(host, port, request.deadline)
    if found is None:
        raise late(request, sent=False)
    return found


class Backend:
    """In place of a pool's way to the network."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner
        self._open: WeakSet[Stream] = WeakSet()

    def hang_up(self) -> None:
        """End whatever waits for one of these sockets, on whatever thread."""
        for stream in tuple(self._open):
            stream.hang_up()

    def _opened(self, inner: Any) -> Stream:
        stream = Stream(inner)
        self._open.add(stream)
        return stream

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> Stream:
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
            raise nowhere(host, error, waiting.get()) from error

    def connect_unix_socket(self, path: str, timeout: float | None = None, socket_options: Any = None) -> Stream:
        """Connect."""
        return self._opened(self._inner.connect_unix_socket(path, _cut(timeout, sent=False), socket_options))

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._inner.sleep(seconds)


class Stream:
    """In place of a connected socket."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What has come, or comes in time."""
        found: bytes = self._inner.read(max_bytes, _cut(timeout, sent=True))
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        if waiting.get() is None:
            self._inner.write(buffer, timeout)
            return
        # In slices: the timeout is one for each time that the network takes some of it.
        for start in range(0, len(buffer), 1 << 16):
            self._inner.write(buffer[start : start + (1 << 16)], _cut(timeout, sent=True))

    def close(self) -> None:
        """Close it."""
        self._inner.close()

    def hang_up(self) -> None:
        """Let whoever waits for it find it at its end. Closing it would not wake anybody up."""
        own: Any = self._inner.get_extra_info("socket")
        with suppress(OSError, AttributeError):  # it is closed already, or is none that can be shut down
            # Not the wrapping socket's own method: that would wait for the peer's goodbye.
            socket.socket.shutdown(own, socket.SHUT_RDWR)

    def start_tls(self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None) -> Stream:
        """Shake hands."""
        return Stream(self._inner.start_tls(ssl_context, server_hostname, _cut(timeout, sent=False)))

    def get_extra_info(self, info: str) -> Any:
        """What is below."""
        return self._inner.get_extra_info(info)


def hang_up(http: Any) -> None:
    """End whatever waits for a socket of an httpx client that is watched."""
    for pool in _pools(http):
        backend = getattr(pool, "_network_backend", None)
        if isinstance(backend, Backend):
            backend.hang_up()


def _pools(http: Any) -> list[Any]:
    return [
        getattr(transport, "_pool", None)
        for transport in (getattr(http, "_transport", None), *getattr(http, "_mounts", {}).values())
        if transport is not None
    ]


def watch(http: Any) -> bool:
    """Put these sockets under an httpx client that nobody has used yet; whether that worked for all of its pools."""
    pools = _pools(http)
    known = [pool for pool in pools if hasattr(pool, "_network_backend")]
    for pool in known:
        pool._network_backend = Backend(pool._network_backend)
    return bool(known) and len(known) == len(pools)
