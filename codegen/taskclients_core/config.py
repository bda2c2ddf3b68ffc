"""Client and call options: timeouts, the retry policy, limits, hooks and task options."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from math import isfinite
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypedDict, TypeGuard

from attrs import Attribute, evolve, field

from .errors import InvalidArgumentError
from .events import Event, is_sync_callable
from .lazy_attrs import frozen

if TYPE_CHECKING:
    from os import PathLike

    from .deadline import Clock
    from .tasks.journal.journal import Journal
    from .tasks.polling.policy import PollPolicy


def _count(_: object, attribute: Attribute[Any], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidArgumentError(f"{attribute.name}: expected a whole number of at least 1, got {value!r}")


def _number(least: float, value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and isfinite(value) and value >= least


def _seconds(_: object, attribute: Attribute[Any], value: object) -> None:
    if not _number(0, value):
        raise InvalidArgumentError(f"{attribute.name}: expected a finite number of seconds, not below 0, got {value!r}")


def _budget(_: object, attribute: Attribute[Any], value: object) -> None:
    if value is not None and not _number(1, value):
        raise InvalidArgumentError(f"{attribute.name}: expected a finite number of at least 1 or None, got {value!r}")


@frozen(kw_only=True)
class RetryPolicy:
    """When and how often a call is tried again.

    Only what is safe: whatever failed before a byte of the request may have left; and after that GET, HEAD, OPTIONS,
    PUT, DELETE and operations that are declared idempotent, on 408, 425, 429, on 5xx that may pass, and on answers
    that got lost.

    Raises:
        InvalidArgument: a number cannot be so.
    """

    attempts: int = field(default=3, validator=_count)
    """The most requests for one call, the first included."""

    base: float = field(default=0.5, validator=_seconds)
    """Seconds: before the first retry it waits from 0 to this, at random; before each further one up to twice as long
    as before."""

    cap: float = field(default=30.0, validator=_seconds)
    """The most seconds that it waits of itself."""

    budget: float | None = field(default=10.0, validator=_budget)
    """How many retries a client has in store: a retry takes 1, a call that needs none gives back 0.1. So a server in
    trouble gets at most a tenth more requests for them. All views of a client share it; None: no bound."""

    max_delay: float = field(default=60.0, validator=_seconds)
    """The most seconds that it waits because the server says so (`Retry-After`). Told to wait longer, it gives up."""


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


TimeoutTypes: TypeAlias = "float | Timeout | TimeoutLike | None"
DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024 * 1024
MAX_SECONDS = 2_000_000
"""Seconds, some 23 days: sockets cannot wait for much longer at a time."""


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def to_timeout(given: object) -> Timeout:
    """What the caller gave, step by step.

    Raises:
        InvalidArgument: it is no timeout.
    """
    if given is None or _is_number(given):
        found = Timeout(connect=given, read=given, write=given, pool=given)
    else:
        try:
            found = Timeout(**{step: getattr(given, step) for step in ("connect", "read", "write", "pool")})
        except AttributeError:
            message = f"timeout: expected seconds, None, Timeout or httpx.Timeout, got {type(given).__name__}"
            raise InvalidArgumentError(message) from None
    for seconds in found.as_dict().values():
        _check_seconds("timeout", seconds)
    return found


def _check_seconds(name: str, value: object) -> None:
    if value is not None and not (_is_number(value) and 0 < value <= MAX_SECONDS):
        raise InvalidArgumentError(
            f"{name}: expected more than 0 seconds and at most {MAX_SECONDS}, or None, got {value!r:.80}"
        )


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


class CallKwargs(TypedDict, total=False):
    """Options of calls: given to a client they hold for all of its calls, given to `with_options` for some."""

    timeout: TimeoutTypes
    """Seconds for each step of a request, or a `Timeout`; None waits forever. Without it: 10 s to connect, else 60 s;
    for a client brought along, that client's own."""

    deadline: float | None
    """Seconds for a whole call: credentials, retries, waits between them, and the last byte of the answer."""

    max_response_bytes: int | None
    """The most bytes that an answer may have once it is decompressed; 64 MiB without it, None for no bound."""

    media_type: str | None
    """What to ask the server for, where an operation has several, such as `text/csv`; None: JSON."""

    lenient: bool
    """Read null, and a number sent as text, where the API promises otherwise; each such place is an event."""

    retry: RetryPolicy | None
    """When a call is tried again; None, as without it: never."""

    on_event: Callable[[Event], None] | None
    """Told of what happens: requests, answers, retries, oddities. It must be quick; if it raises, that is logged."""


class TaskKwargs(TypedDict, total=False):
    """Options of whatever a client does with tasks."""

    journal: Journal | str | PathLike[str]
    """File in which starts of tasks are kept, so that they are found again after a crash: a path on a local disk, which
    the client opens with its first task and closes with itself, or a `Journal` that you close. Without it, starts are
    kept in memory."""

    account: str
    """Whose tasks these are, for a journal that several accounts share: any name, never a password; "default"."""

    poll: PollPolicy
    """How often to look at tasks, where the vendor's own limits are not gentle enough."""

    download_hosts: Collection[str]
    """Hosts that files of tasks may come from, besides those that the vendor's pages name: `files.example.com`,
    `*.example.com`, either with `:8443` for a port of its own, or `*` for any public host."""

    allow_private_downloads: bool
    """Whether files may come from this machine or its own network, by http too: for tests."""

    clock: Clock
    """What tells the time, for tests."""


class ClientOptions(CallKwargs, TaskKwargs, total=False):
    """Options that every client takes."""

    user_agent: str
    """The `User-Agent` header; without it, the name and version of this package and of Python."""

    http_client: HttpClient
    """An `httpx.Client` to send with: its proxies, certificates, headers, cookies and hooks apply. It stays the
    caller's: it is not closed."""

    download_client: HttpClient
    """The same for files of tasks, which are fetched elsewhere: its transport, proxies and hooks apply, its headers,
    cookies and authentication do not. Host names are then its own business: their addresses are not checked."""


class AsyncClientOptions(CallKwargs, TaskKwargs, total=False):
    """Options that every asynchronous client takes."""

    user_agent: str
    """The `User-Agent` header; without it, the name and version of this package and of Python."""

    http_client: AsyncHttpClient
    """An `httpx.AsyncClient` to send with: its proxies, certificates, headers, cookies and hooks apply. It stays the
    caller's: it is not closed."""

    download_client: AsyncHttpClient
    """The same for files of tasks, which are fetched elsewhere: its transport, proxies and hooks apply, its headers,
    cookies and authentication do not. Host names are then its own business: their addresses are not checked."""


@frozen(kw_only=True)
class CallOptions:
    """The options of a call, checked and complete."""

    timeout: Timeout | None = field(factory=Timeout)
    """None: as the client brought along has it."""

    deadline: float | None = None
    max_response_bytes: int | None = DEFAULT_MAX_RESPONSE_BYTES
    media_type: str | None = None
    lenient: bool = False
    retry: RetryPolicy | None = None
    on_event: Callable[[Event], None] | None = None

    def replace(self, options: CallKwargs) -> CallOptions:
        """These choices with some of them made otherwise.

        Raises:
            InvalidArgument: an option cannot be so.
        """
        wanted: dict[str, Any] = dict(options)
        if "timeout" in options:
            wanted["timeout"] = to_timeout(options["timeout"])
        choices = evolve(self, **wanted)
        choices.validate()
        return choices

    def validate(self) -> None:
        """Refuse what cannot be. Raises InvalidArgument."""
        _check_seconds("deadline", self.deadline)
        most: object = self.max_response_bytes
        if most is not None and not (_is_number(most) and isinstance(most, int) and most > 0):
            raise InvalidArgumentError(
                f"max_response_bytes: expected a number of bytes above 0, or None, got {most!r:.80}"
            )
        if self.on_event is not None and not is_sync_callable(self.on_event):
            raise InvalidArgumentError(
                f"on_event: expected a function that need not be awaited, got {self.on_event!r:.80}"
            )
        if self.retry is not None and not isinstance(self.retry, RetryPolicy):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidArgumentError(f"retry: expected Retry() or None, got {self.retry!r:.80}")
