"""A request and its answer as plain data: what flows speak of, and what transports turn into bytes on a wire."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Generic, TypeVar

from attrs import define, field

from .config import DEFAULT_MAX_RESPONSE_BYTES, Timeout
from .deadline import Deadline
from .errors import SentRequest
from .headers import Headers
from .lazy_attrs import frozen

T = TypeVar("T")


@define(eq=False)
class StreamState:
    """What has become of a body."""

    started: bool = False
    """Whether somebody has begun to read it."""

    error: Exception | None = None
    """What its source raised: the caller's own error, and not the network's."""


@frozen(eq=False)
class StreamedBody:
    """A request body that is read while it is sent, in pieces of bounded size; see `request.bodies`."""

    length: int | None
    """In bytes; None when nobody can tell, and the body goes out in chunks."""

    replayable: bool
    """Whether it can be sent again, from its beginning."""

    asynchronous: bool
    """Whether only an asynchronous client can read it."""

    open: Callable[[], Iterator[bytes]] = field(repr=False)
    """Begin to read, unless it is asynchronous. Raises TransportError if it was read and cannot be read again."""

    open_async: Callable[[], AsyncIterator[bytes]] = field(repr=False)
    """Begin to read without keeping the event loop waiting for a disk."""

    state: StreamState = field(factory=StreamState, repr=False)

    def is_source_error(self, error: BaseException) -> bool:
        """Whether this is what its source raised."""
        return self.state.error is error

    @property
    def can_send(self) -> bool:
        """Whether it can be sent from its beginning, if need be again."""
        return self.replayable or not self.state.started


@frozen(eq=False)
class HttpRequest:
    """One HTTP request, complete. Its repr shows nothing that may be secret."""

    operation: str
    """Name of the operation that it belongs to, for errors and logs."""

    method: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content: bytes | StreamedBody | None = field(repr=False)

    final: bool = True
    """Whether it carries all credentials that it should; otherwise httpx may add the caller's own authentication."""

    deadline: Deadline | None = None
    """When the call that it belongs to must be over."""

    timeout: Timeout | None = None
    """For its steps; None: as the client has it."""

    max_bytes: int | None = DEFAULT_MAX_RESPONSE_BYTES
    """The most that a body read whole may have, decompressed; None: no bound."""

    @property
    def origin(self) -> str:
        """Scheme, host and port of the URL."""
        return "/".join(self.url.split("/", 3)[:3])

    def redacted(self) -> SentRequest:
        """What may be shown of it."""
        return SentRequest(self.method, self.url.partition("?")[0], tuple(name for name, _ in self.headers))


@frozen(eq=False)
class HttpResponse:
    """One HTTP answer, read to its end."""

    status: int
    raw_headers: tuple[tuple[bytes, bytes], ...] = field(repr=False)
    content: bytes = field(repr=False)
    elapsed: float
    """Seconds from sending to the last byte."""

    truncated_at: int | None = None
    """At how many bytes its body was cut, as it is longer than allowed; None, as for each 2xx: it is whole."""

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
    """What an endpoint returned, and the answer it came in."""

    value: T
    """What the endpoint itself returns."""

    status: int
    headers: Headers

    raw: bytes = field(repr=False)
    """The body as received."""

    elapsed: float
    """Seconds from sending to the last byte."""
