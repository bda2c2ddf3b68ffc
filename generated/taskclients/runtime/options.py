"""What callers may choose about a client, and what they may bring along."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, Protocol, TypeAlias, TypedDict

from attrs import frozen

from .errors import InvalidArgument


@frozen(kw_only=True)
class Timeout:
    """Seconds to wait for each step of a request; None waits forever."""

    connect: float | None = 10.0
    read: float | None = 60.0
    """Between two pieces of the answer, and for the first one."""

    write: float | None = 60.0
    pool: float | None = 60.0
    """For a connection to become free."""

    def as_dict(self) -> dict[str, float | None]:
        """In the form that httpx gives to transports."""
        return {"connect": self.connect, "read": self.read, "write": self.write, "pool": self.pool}


class TimeoutLike(Protocol):
    """An `httpx.Timeout`, or its like in httpx2."""

    connect: float | None
    read: float | None
    write: float | None
    pool: float | None


AnyTimeout: TypeAlias = "float | Timeout | TimeoutLike | None"
DEFAULT_TIMEOUT = Timeout()


def timeout_of(given: object) -> Timeout:
    """What the caller gave, step by step.

    Raises:
        InvalidArgument: it is no timeout.
    """
    if given is None or (isinstance(given, int | float) and not isinstance(given, bool)):
        found = Timeout(connect=given, read=given, write=given, pool=given)
    else:
        try:
            found = Timeout(**{step: getattr(given, step) for step in ("connect", "read", "write", "pool")})
        except AttributeError:
            message = f"timeout: expected seconds, None, Timeout or httpx.Timeout, got {type(given).__name__}"
            raise InvalidArgument(message) from None
    if any(seconds is not None and not seconds > 0 for seconds in found.as_dict().values()):
        raise InvalidArgument("timeout: expected more than 0 seconds")
    return found


class HttpClient(Protocol):
    """An `httpx.Client`, or its like in httpx2."""

    def build_request(self, method: str, url: Any, /) -> Any:
        """Make a request with the client's own headers, cookies and query."""
        ...

    def send(self, request: Any, /) -> Any:
        """Send it."""
        ...

    def close(self) -> None:
        """Close its connections."""
        ...


class AsyncHttpClient(Protocol):
    """An `httpx.AsyncClient`, or its like in httpx2."""

    def build_request(self, method: str, url: Any, /) -> Any:
        """Make a request with the client's own headers, cookies and query."""
        ...

    def send(self, request: Any, /) -> Awaitable[Any]:
        """Send it."""
        ...

    def aclose(self) -> Awaitable[None]:
        """Close its connections."""
        ...


class ClientOptions(TypedDict, total=False):
    """Options that every client takes."""

    timeout: AnyTimeout
    """Seconds for each step of a request, or a `Timeout`; None waits forever. Without it: 10 s to connect, else 60 s;
    for a client brought along, that client's own."""

    user_agent: str
    """The `User-Agent` header; without it, the name and version of this package and of Python."""

    http_client: HttpClient
    """An `httpx.Client` to send with: its proxies, certificates, headers, cookies and hooks apply. It stays the
    caller's: it is not closed."""


class AsyncClientOptions(TypedDict, total=False):
    """Options that every asynchronous client takes."""

    timeout: AnyTimeout
    """Seconds for each step of a request, or a `Timeout`; None waits forever. Without it: 10 s to connect, else 60 s;
    for a client brought along, that client's own."""

    user_agent: str
    """The `User-Agent` header; without it, the name and version of this package and of Python."""

    http_client: AsyncHttpClient
    """An `httpx.AsyncClient` to send with: its proxies, certificates, headers, cookies and hooks apply. It stays the
    caller's: it is not closed."""
