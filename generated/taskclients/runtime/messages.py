"""A request and its answer as plain data: what flows speak of, and what transports turn into bytes on a wire."""

from __future__ import annotations

from typing import Generic, TypeVar

from attrs import field, frozen

from .errors import SentRequest
from .headers import Headers

T = TypeVar("T")


@frozen(eq=False)
class Request:
    """One HTTP request, complete. Its repr shows nothing that may be secret."""

    operation: str
    """Name of the operation that it belongs to, for errors and logs."""

    method: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    content: bytes | None = field(repr=False)

    final: bool = True
    """Whether it carries all credentials that it should; otherwise httpx may add the caller's own authentication."""

    @property
    def origin(self) -> str:
        """Scheme, host and port of the URL."""
        return "/".join(self.url.split("/", 3)[:3])

    def redacted(self) -> SentRequest:
        """What may be shown of it."""
        return SentRequest(self.method, self.url.partition("?")[0], tuple(name for name, _ in self.headers))


@frozen(eq=False)
class Answer:
    """One HTTP answer, read to its end."""

    status: int
    raw_headers: tuple[tuple[bytes, bytes], ...] = field(repr=False)
    content: bytes = field(repr=False)
    elapsed: float
    """Seconds from sending to the last byte."""

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
