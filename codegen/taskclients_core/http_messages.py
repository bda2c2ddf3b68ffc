"""HTTP requests, responses and headers as plain data, passed between flows and drivers; and `Response`, the result."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from urllib.parse import SplitResult, urljoin, urlsplit

from attrs import define, field

from .lazy_attrs import frozen

if TYPE_CHECKING:
    from .config import Timeout
    from .deadline import Deadline

DEFAULT_MAX_RESPONSE_BYTES: Final = 64 * 1024 * 1024

T = TypeVar("T")

REQUEST_ID_HEADERS: Final = (
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "correlation-id",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-ms-request-id",
    "x-trace-id",
    "cf-ray",
)

_PICKLED: Final = frozenset(REQUEST_ID_HEADERS) | {
    "allow",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "retry-after",
    "server",
}


class Headers(Mapping[str, str]):
    """Case-insensitive mapping of headers; `[]` joins repeated headers with a comma, `get_list` returns each value.

    The repr lists names only, because values may be session cookies or signed URLs. For the same reason a pickle
    contains only the values of a few harmless headers; the others are empty.
    """

    __slots__ = ("_raw",)

    def __init__(self, raw: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self._raw = tuple(raw)

    def get_list(self, name: str) -> list[str]:
        """Return every value of a header, in the order received."""
        wanted = name.lower().encode("latin-1", "replace")
        return [value.decode("latin-1") for key, value in self._raw if key.lower() == wanted]

    def __getitem__(self, name: str) -> str:
        values = self.get_list(name)
        if not values:
            raise KeyError(name)
        return values[0] if len(values) == 1 else ", ".join(values)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(key.lower().decode("latin-1") for key, _ in self._raw))

    def __len__(self) -> int:
        return len({key.lower() for key, _ in self._raw})

    def __reduce__(self) -> tuple[Any, ...]:
        kept = [(name, value if name.lower().decode("latin-1") in _PICKLED else b"") for name, value in self._raw]
        return Headers, (kept,)

    def __copy__(self) -> Headers:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Headers:
        return self

    def __repr__(self) -> str:
        return f"Headers({', '.join(self)})"


_REFERENCE: Final = re.compile(r"[!-~]{1,8192}")
_PORTS: Final = {"http": 80, "https": 443}


def resolve_reference(url: str, reference: str) -> str:
    """Return the URL for a reference in the response to a request, without its fragment.

    Raises:
        ValueError: the reference is empty, too long, or has characters that are invalid in URLs.
    """
    if not _REFERENCE.fullmatch(reference):
        raise ValueError("it is not a URL")
    return urljoin(url, reference.partition("#")[0])


def is_same_origin(url: str, other: str) -> bool:
    """Return True if two URLs have the same scheme, host and port.

    Raises:
        ValueError: a URL is malformed.
    """
    return _origin(urlsplit(url)) == _origin(urlsplit(other))


def _origin(url: SplitResult) -> tuple[object, ...]:
    # httpx would send a user in the URL as credentials, so such a URL counts as another origin.
    return url.scheme, url.hostname, url.port or _PORTS.get(url.scheme), "@" in url.netloc


@define(eq=False)
class StreamState:
    """State of a streamed request body."""

    started: bool = False
    """True once reading has begun."""

    error: Exception | None = None
    """Error that the body's source raised: the caller's own, not the network's."""


@frozen(eq=False)
class StreamedBody:
    """Request body that is read while it is sent, in chunks of limited size; made by `request.bodies.concat`."""

    length: int | None
    """Bytes; None if unknown, then the body is sent with chunked encoding."""

    replayable: bool
    """True if it can be sent again from the start."""

    asynchronous: bool
    """True if only an asynchronous client can read it."""

    open: Callable[[], Iterator[bytes]] = field(repr=False)
    """Start reading; not for asynchronous bodies. Raises TransportError if it was read and is not replayable."""

    open_async: Callable[[], AsyncIterator[bytes]] = field(repr=False)
    """Start reading without blocking the event loop. Raises TransportError as `open` does."""

    state: StreamState = field(factory=StreamState, repr=False)

    def is_source_error(self, error: BaseException) -> bool:
        """Return True if the body's source raised this error."""
        return self.state.error is error

    @property
    def can_send(self) -> bool:
        """True if the whole body can be sent (again)."""
        return self.replayable or not self.state.started


@frozen
class SentRequest:
    """Parts of a request that are safe to show: no query string, no header values, no body."""

    method: str
    """HTTP method."""

    url: str
    """The URL without its query string."""

    header_names: tuple[str, ...]
    """Names of the headers, in order."""


@frozen(eq=False)
class HttpRequest:
    """One complete HTTP request. Its repr contains no secrets."""

    operation: str
    """Name of the operation, for errors and logs."""

    method: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content: bytes | StreamedBody | None = field(repr=False)

    final: bool = True
    """True if it has all its credentials; False lets httpx add the caller's own authentication."""

    deadline: Deadline | None = None
    """Deadline of the call."""

    timeout: Timeout | None = None
    """Timeouts of its steps; None: the client's."""

    max_bytes: int | None = DEFAULT_MAX_RESPONSE_BYTES
    """Maximum bytes of a response that is read whole, decompressed; None: unlimited."""

    limiting_option: str = "max_response_bytes"
    """Option that sets `max_bytes`, for errors."""

    @property
    def origin(self) -> str:
        """Scheme, host and port of the URL."""
        return "/".join(self.url.split("/", 3)[:3])

    def redacted(self) -> SentRequest:
        """Return the parts that are safe to show."""
        return SentRequest(self.method, self.url.partition("?")[0], tuple(name for name, _ in self.headers))


@frozen(eq=False)
class HttpResponse:
    """One HTTP response, read completely."""

    status: int
    raw_headers: tuple[tuple[bytes, bytes], ...] = field(repr=False)
    content: bytes = field(repr=False)
    elapsed: float
    """Seconds from sending to the last byte."""

    truncated_at: int | None = None
    """Bytes after which the body was cut, because it exceeds `max_bytes`; None: it is complete, as for each 2xx."""

    @property
    def headers(self) -> Headers:
        """Headers by name."""
        return Headers(self.raw_headers)

    @property
    def content_type(self) -> str:
        """The `Content-Type` header; empty when there is none."""
        for name, value in self.raw_headers:
            if name.lower() == b"content-type":
                return value.decode("latin-1")
        return ""


@frozen(eq=False)
class Response(Generic[T]):
    """Return value of an endpoint with the status, headers and body of its response."""

    value: T
    """Return value of the endpoint."""

    status: int
    """HTTP status."""

    headers: Headers
    """Headers as received."""

    raw: bytes = field(repr=False)
    """The body as received."""

    elapsed: float
    """Seconds from sending to the last byte."""
