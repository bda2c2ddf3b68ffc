"""Names of hosts, looked up on a thread of their own: the operating system cannot be told when to stop."""

from __future__ import annotations

import socket
import threading

from ..errors import ConnectionFailed
from ..messages import Request
from .deadline import Deadline


def looked_up(host: str, port: int, deadline: Deadline | None) -> list[str] | None:
    """The addresses of a host, each once; None where the deadline passed before they were known.

    Raises:
        OSError: it has none.
        UnicodeError: it cannot be a name.
    """
    if _is_address(host):
        return [host]
    if deadline is None:
        return _addresses(host, port)
    found: list[list[str] | Exception] = []

    def look() -> None:
        try:
            found.append(_addresses(host, port))
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=look, name=f"look up {host}", daemon=True)
    thread.start()
    thread.join(min(deadline.left, threading.TIMEOUT_MAX))
    if not found:
        return None
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


def nowhere(host: str, error: Exception, request: Request | None = None) -> ConnectionFailed:
    """The error of a request to a host whose name leads nowhere."""
    who = "" if request is None else f"{request.operation}: "
    where = host if request is None else request.origin
    return ConnectionFailed(f"{who}cannot connect to {where} ({error})", sent=False)


def _addresses(host: str, port: int) -> list[str]:
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
