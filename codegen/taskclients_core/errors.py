"""Everything a client raises, in one tree.

    ClientError
    ├── InvalidArgument (also a ValueError)   the call was wrong; nothing was sent, save part of a wrong body
    ├── ClientClosed                          the client was used after close()
    ├── TransportError                        no usable answer came back
    │   ├── ConnectionFailed                  no connection could be made
    │   ├── TimedOut                          no answer came in time
    │   └── ResponseTooLarge                  it was longer than allowed
    ├── ApiError                              the server answered, and the answer is not a success
    │   ├── BadRequest 400    Unauthorized 401    Forbidden 403       NotFound 404
    │   ├── Conflict 409      UnprocessableEntity 422                 TooManyRequests 429
    │   └── ServerError 5xx
    ├── DecodeError                           the answer is not what the API promises
    └── PagingError                           a list that would never end

No message and no repr carries a query string, a header value or a body: they may be secrets. All of these can be
pickled. A pickle may lie in a queue or a result store for long, so it leaves the answer's body (`raw`, `body`) behind,
and of its headers the values that may be secrets; the error itself and its copies have all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from http import HTTPStatus
from typing import Any, ClassVar, Self, TypeVar

from .headers import REQUEST_ID_HEADERS, Headers
from .lazy_attrs import frozen

_BODIES: Mapping[str, object] = {"raw": b"", "body": None}
"""What an error holds of the body of an answer, and what a pickle has instead."""

E = TypeVar("E", bound="ClientError")


def _restore(kind: type[E], arguments: tuple[Any, ...], state: dict[str, Any]) -> E:
    error = kind.__new__(kind, *arguments)
    error.args = arguments  # those that are also an OSError, such as timeouts, have none before __init__
    error.__dict__.update(state)
    return error


@frozen
class Attempt:
    """One request of a call, as it ended."""

    status: int | None
    """HTTP status of its answer, if one came, or at least its head."""

    error: str | None
    """Name of the class of what came instead of an answer, or of its end."""

    elapsed: float
    """Seconds from asking for credentials to the end of the answer."""

    delay: float | None = None
    """Seconds waited after it; None for the last one."""

    stopped: str = ""
    """Why there was no other although it might have helped: `attempts`, `unsafe` (the server may have acted on it, and
    it must not act twice), `body` (which can be read only once), `told` (the server wants a longer wait than allowed),
    `deadline`, or `budget`."""


class ClientError(Exception):
    """Base of everything a client raises."""

    attempts: tuple[Attempt, ...] = ()
    """The requests of the call that raised it; the last one is the one that it is about. Empty where there were none,
    or where no call raised it."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Exception's own would call __init__ with the message alone.
        left_behind = {name: empty for name, empty in _BODIES.items() if name in self.__dict__}
        return _restore, (type(self), self.args, self.__dict__ | left_behind)

    def __copy__(self) -> Self:
        return _restore(type(self), self.args, self.__dict__.copy())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return _restore(type(self), self.args, deepcopy(self.__dict__, memo))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class InvalidArgumentError(ClientError, ValueError):
    """The call was wrong: a missing or unfit argument, credential or option. Nothing was sent.

    Save that a body which is read while it is sent may turn out to be wrong on the way; the message says so then.
    """


class ClientClosedError(ClientError):
    """The client was used after it was closed."""


class TransportError(ClientError):
    """No usable answer came back."""

    transient: ClassVar[bool] = True
    """Whether the same request could fare better another time."""

    sent: bool
    """False: the server certainly saw nothing of the call. True: whether it acted on it is unknown."""

    status: int | None = None
    """HTTP status of the answer, where its head came but its body was of no use."""

    headers: Headers = Headers()
    """Headers of that answer."""

    raw: bytes = b""
    """What came of a body that is damaged, decompressed: at most 64 KiB."""

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


class ConnectionFailedError(TransportError):
    """No connection to the server could be made, so it saw nothing of the request.

    It may have seen an earlier one of the same call: then `sent` is True.
    """


class CallTimeoutError(TransportError):
    """The server did not accept the connection or did not answer in time."""


class ResponseTooLargeError(TransportError):
    """The body is longer than `max_response_bytes` allows. It was not read to its end."""

    transient = False

    operation: str | None
    """Name of the operation that was answered; None when a body was decoded directly."""

    status: int | None
    """HTTP status of the answer, if there was one."""

    limit: int
    """How many bytes were allowed."""

    received: int | None
    """How many were announced, or came until the rest was given up."""

    raw: bytes
    """The first of them, decompressed: at most 64 KiB."""

    def __init__(
        self,
        message: str,
        *,
        limit: int,
        status: int | None = None,
        operation: str | None = None,
        received: int | None = None,
        raw: bytes = b"",
    ) -> None:
        super().__init__(message, sent=True)
        self.operation = operation
        self.status = status
        self.limit = limit
        self.received = received
        self.raw = raw

    def __str__(self) -> str:
        prefix = f"{self.operation}: " if self.operation else ""
        return f"{prefix}{super().__str__()}"


@frozen
class SentRequest:
    """What was asked, as far as it is safe to show: no query string, no header values, no body."""

    method: str
    url: str
    """The URL without its query string."""

    header_names: tuple[str, ...]


class ApiError(ClientError):
    """The server answered with something other than success."""

    operation: str
    """Name of the operation, such as `booster.get_task`."""

    status: int
    """HTTP status of the answer; a 2xx one when the body itself reports a failure."""

    body: Any
    """The decoded body where the API describes one for this status and it decodes; else None."""

    raw: bytes
    """The body as received; cut where it is longer than `max_response_bytes` allows, which the message then says."""

    headers: Headers
    """Headers of the answer."""

    request: SentRequest
    """The request that was answered, without anything secret."""

    def __init__(
        self,
        *,
        operation: str,
        status: int,
        request: SentRequest,
        body: Any = None,
        raw: bytes = b"",
        headers: Headers | None = None,
        reason: str = "",
    ) -> None:
        self.operation = operation
        self.status = status
        self.request = request
        self.body = body
        self.raw = raw
        self.headers = Headers() if headers is None else headers
        known = f", request id {self.request_id}" if self.request_id else ""
        super().__init__(f"{operation}: {_phrase(status)}{reason and ': ' + reason} ({request.method}{known})")

    @property
    def request_id(self) -> str | None:
        """The id by which the server's owner can find this request in his logs, if he sent one."""
        for name in REQUEST_ID_HEADERS:
            value = self.headers.get(name)
            if value:
                return value
        return None


class BadRequestError(ApiError):
    """400: the server did not understand the request."""


class UnauthorizedError(ApiError):
    """401: credentials are missing, wrong or expired."""


class ForbiddenError(ApiError):
    """403: these credentials do not allow it."""


class NotFoundError(ApiError):
    """404: no such thing."""


class ConflictError(ApiError):
    """409: it contradicts the present state."""


class UnprocessableEntityError(ApiError):
    """422: understood, but not acceptable."""


class RateLimitError(ApiError):
    """429: asked too often."""


class ServerError(ApiError):
    """5xx: the server failed."""


_BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def error_class(status: int) -> type[ApiError]:
    """The class of error that a status raises."""
    return _BY_STATUS.get(status) or (ServerError if 500 <= status <= 599 else ApiError)


def _phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


class DecodeError(ClientError):
    """A body is not what the API promises. Nothing is lost: `raw` is the body as received."""

    path: str
    """Where in the body: `$.items[3].status`, where `$` is the body itself; in tables `row 3, column 'status'`, counted
    from 1 below the header."""

    expected: str
    """What the API promises there."""

    found: str
    """What is there instead."""

    raw: bytes
    """The body as received; where rows are streamed, the piece of it that was being read."""

    operation: str | None
    """Name of the operation that was answered; None when `decode` was called directly."""

    status: int | None
    """HTTP status of the answer, if there was one."""

    def __init__(self, *, path: str, expected: str, found: str, raw: bytes) -> None:
        super().__init__()
        self.path = path
        self.expected = expected
        self.found = found
        self.raw = raw
        self.operation = None
        self.status = None

    def __str__(self) -> str:
        prefix = f"{self.operation}: " if self.operation else ""
        return f"{prefix}expected {self.expected}, found {self.found} at {self.path}"


class PagingError(ClientError):
    """A list hands out a page token that it has handed out before, so it would never end."""
