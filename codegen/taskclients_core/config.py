"""Options of clients and of calls: timeouts, the retry policy, limits, hooks and task options.

`ClientOptions` and `AsyncClientOptions` are the keyword arguments of clients, `CallKwargs` those of `with_options`.
`CallOptions` holds the checked values, with defaults filled in. `ClientSignature` and `show_options` let `help` and
IPython show these arguments by name.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from inspect import Parameter, Signature, signature
from math import isfinite
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypedDict, TypeGuard, TypeVar

from attrs import Attribute, evolve, field

from .errors import InvalidArgumentError
from .events import Event, is_sync_callable
from .http_messages import DEFAULT_MAX_RESPONSE_BYTES
from .lazy_attrs import frozen

if TYPE_CHECKING:
    from os import PathLike

    from .deadline import Clock
    from .tasks.journal.journal import Journal
    from .tasks.polling.policy import PollPolicy

F = TypeVar("F", bound=Callable[..., Any])


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
    """Conditions and delays of retries.

    Only safe requests are retried. Any request is safe if it failed before a byte of it may have left. Otherwise
    GET, HEAD, OPTIONS, PUT, DELETE and operations declared idempotent are retried after 408, 425, 429, a transient 5xx
    or a lost response.

    Raises:
        InvalidArgumentError: a number is out of range.
    """

    attempts: int = field(default=3, validator=_count)
    """Maximum number of requests for one call, the first one included."""

    base: float = field(default=0.5, validator=_seconds)
    """Seconds: the delay before the first retry is random between 0 and `base`; the upper limit doubles each time."""

    cap: float = field(default=30.0, validator=_seconds)
    """Maximum seconds of the upper limit above."""

    budget: float | None = field(default=10.0, validator=_budget)
    """Retries that a client may use in a row: a retry takes 1, a call that ends without a transient failure gives back
    0.1. So retries add at most 10 % to the load of a failing server. All views of a client share the budget; None:
    unlimited."""

    max_delay: float = field(default=60.0, validator=_seconds)
    """Maximum seconds to wait because the server asks for it (`Retry-After`). If it asks for more, the call fails."""


@frozen(kw_only=True)
class Timeout:
    """Seconds to wait for each step of a request; None waits forever."""

    connect: float | None = 10.0
    """For a new connection."""

    read: float | None = 60.0
    """For the first chunk of the response, and between two chunks."""

    write: float | None = 60.0
    """For each chunk of the request body."""

    pool: float | None = 60.0
    """For a free connection of the pool."""

    def as_dict(self) -> dict[str, float | None]:
        """Return the timeouts in the form that httpx passes to transports."""
        return {"connect": self.connect, "read": self.read, "write": self.write, "pool": self.pool}


class TimeoutLike(Protocol):
    """`httpx.Timeout` or `httpx2.Timeout`."""

    connect: float | None
    read: float | None
    write: float | None
    pool: float | None


TimeoutTypes: TypeAlias = "float | Timeout | TimeoutLike | None"
MAX_SECONDS = 2_000_000
"""Longest timeout in seconds, about 23 days: sockets do not accept much more."""


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def to_timeout(given: object) -> Timeout:
    """Convert a `timeout=` argument to a `Timeout`.

    Raises:
        InvalidArgumentError: it is not a timeout, or out of range.
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
    """`httpx.Client` or `httpx2.Client`."""

    def build_request(self, method: str, url: Any, /) -> Any:
        """Build a request with the client's own headers, cookies and query."""
        ...

    def send(self, request: Any, /) -> Any:
        """Send a request."""
        ...

    def close(self) -> None:
        """Close the client's connections."""
        ...


class AsyncHttpClient(Protocol):
    """`httpx.AsyncClient` or `httpx2.AsyncClient`."""

    def build_request(self, method: str, url: Any, /) -> Any:
        """Build a request with the client's own headers, cookies and query."""
        ...

    def send(self, request: Any, /) -> Awaitable[Any]:
        """Send a request."""
        ...

    def aclose(self) -> Awaitable[None]:
        """Close the client's connections."""
        ...


class CallKwargs(TypedDict, total=False):
    """Options of calls: passed to a client for all of its calls, or to `with_options` for the calls of a view."""

    timeout: TimeoutTypes
    """Seconds for each step of a request, or a `Timeout`; None waits forever. Default: 10 s to connect and 60 s for the
    other steps; with `http_client`, that client's own timeouts."""

    deadline: float | None
    """Seconds for a whole call: credentials, retries, delays between them, and the last byte of the response."""

    max_response_bytes: int | None
    """Maximum size of a response in bytes, decompressed. Default: 64 MiB; None: unlimited."""

    media_type: str | None
    """Media type to request, such as `text/csv`, for operations that have several; None: JSON."""

    lenient: bool
    """True accepts null, and numbers sent as text, where the API declares another type; each is a `deviation` event."""

    retry: RetryPolicy | None
    """Policy for retries; None, the default: no retries."""

    on_event: Callable[[Event], None] | None
    """Function that receives events: requests, responses, retries, deviations. It must not block; if it raises, the
    error is logged and the call continues."""


class TaskKwargs(TypedDict, total=False):
    """Options for tasks."""

    journal: Journal | str | PathLike[str]
    """Journal of submissions, which finds them again after a crash: the path of a file on a local disk, which the
    client opens with its first task and closes with itself, or a `Journal` that you close. Default: in memory only."""

    account: str
    """Name of the account that the tasks belong to, for a journal that several accounts share. Any name, never a
    password. Default: "default"."""

    poll: PollPolicy
    """Polling intervals and limits, for polling less often than the vendor's own limits."""

    download_hosts: Collection[str]
    """Hosts that files of tasks may be downloaded from, besides those of the vendor's documentation:
    `files.example.com` or `*.example.com`, optionally with a port (`:8443`), or `*` for any public host."""

    allow_private_downloads: bool
    """True allows downloads from this machine and from private networks, over http too. For tests."""

    clock: Clock
    """Clock to use instead of the system's. For tests."""


class ServerKwargs(TypedDict, total=False):
    """Options for the requests of a client and their servers."""

    user_agent: str
    """The `User-Agent` header. Default: name and version of this package and of Python."""

    server_urls: Mapping[str, str]
    """URLs to use instead of those servers that the API declares for single operations (`client.api.servers`), which
    `base_url` does not replace. If you pass a `base_url` of another origin, such a server gets credentials only if it
    is listed here, even with its own URL as the value."""


class ClientOptions(CallKwargs, TaskKwargs, ServerKwargs, total=False):
    """Options that every synchronous client takes."""

    http_client: HttpClient
    """`httpx.Client` that sends the requests: its proxies, certificates, headers, cookies and hooks apply. You close
    it."""

    download_client: HttpClient
    """`httpx.Client` for downloads from other hosts: its transport, proxies and hooks apply, its headers, cookies and
    authentication do not. It resolves host names itself, so addresses are not checked. You close it."""


class AsyncClientOptions(CallKwargs, TaskKwargs, ServerKwargs, total=False):
    """Options that every asynchronous client takes."""

    http_client: AsyncHttpClient
    """`httpx.AsyncClient` that sends the requests: its proxies, certificates, headers, cookies and hooks apply. You
    close it."""

    download_client: AsyncHttpClient
    """`httpx.AsyncClient` for downloads from other hosts: its transport, proxies and hooks apply, its headers, cookies
    and authentication do not. It resolves host names itself, so addresses are not checked. You close it."""


@frozen(kw_only=True)
class CallOptions:
    """Options of a call, checked and complete; see `CallKwargs`."""

    timeout: Timeout | None = field(factory=Timeout)
    """None: the timeouts of the supplied `http_client`."""

    deadline: float | None = None
    max_response_bytes: int | None = DEFAULT_MAX_RESPONSE_BYTES
    media_type: str | None = None
    lenient: bool = False
    retry: RetryPolicy | None = None
    on_event: Callable[[Event], None] | None = None

    def replace(self, options: CallKwargs) -> CallOptions:
        """Return a copy with some options changed.

        Raises:
            InvalidArgumentError: an option is invalid.
        """
        changes: dict[str, Any] = dict(options)
        if "timeout" in options:
            changes["timeout"] = to_timeout(options["timeout"])
        changed = evolve(self, **changes)
        changed.validate()
        return changed

    def validate(self) -> None:
        """Check the options. Raises InvalidArgumentError."""
        _check_seconds("deadline", self.deadline)
        most: object = self.max_response_bytes
        if most is not None and not (_is_number(most) and isinstance(most, int) and most > 0):
            raise InvalidArgumentError(
                f"max_response_bytes: expected a number of bytes above 0, or None, got {most!r:.80}"
            )
        if self.on_event is not None and not is_sync_callable(self.on_event):
            raise InvalidArgumentError(f"on_event: expected a function that is not async, got {self.on_event!r:.80}")
        if self.retry is not None and not isinstance(self.retry, RetryPolicy):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidArgumentError(f"retry: expected RetryPolicy() or None, got {self.retry!r:.80}")


# -- Signatures


class ClientSignature:
    """`__signature__` of a client class: the arguments of its `__init__`, each option by name.

    Type checkers read `**options: Unpack[ClientOptions]`; `help`, IPython and `inspect` read this. It is made when it
    is read, so that imports do not wait for it.
    """

    def __init__(self, options: type) -> None:
        self._options = options

    def __get__(self, instance: object, owner: type[Any]) -> Signature:
        """Return the signature of a class; instances have none."""
        if instance is not None:
            raise AttributeError("__signature__")
        # What only the `__init__` of a generated client passes is not shown on a class that inherits it.
        hidden = () if "__init__" in vars(owner) else ("credential", "parameters", "variables")
        _, *shown = _by_name(owner.__init__, self._options)
        return Signature([parameter for parameter in shown if parameter.name not in hidden])


def show_options(options: type) -> Callable[[F], F]:
    """Return a decorator that makes `help` show options by name in place of `**options: Unpack[options]`."""

    def decorate(function: F) -> F:
        vars(function)["__signature__"] = Signature(
            list(_by_name(function, options)), return_annotation=signature(function).return_annotation
        )
        return function

    return decorate


class _Default:
    """Default of an option in a signature; the docstring of the option describes it."""

    def __repr__(self) -> str:
        return "..."


def _by_name(function: Callable[..., Any], options: type) -> Iterator[Parameter]:
    """Yield the parameters of a function, with each option in place of `**options: Unpack[options]`."""
    unpacked = re.compile(rf"\bUnpack\[.*\b{options.__name__}\]")
    for parameter in signature(function).parameters.values():
        if parameter.kind is Parameter.VAR_KEYWORD and unpacked.search(str(parameter.annotation)):
            for name, hint in options.__annotations__.items():
                annotation = getattr(hint, "__forward_arg__", hint)
                yield Parameter(name, Parameter.KEYWORD_ONLY, default=_Default(), annotation=annotation)
        else:
            yield parameter
