"""Errors raised by clients, in one tree. `tasks.errors` adds those of tasks.

    ClientError
    ├── InvalidArgumentError (also a ValueError)   an argument, credential or option is invalid; nothing was sent
    ├── ClientClosedError                          the client was used after `close`, or in another event loop
    ├── TransportError                             no usable response was received
    │   ├── ConnectionFailedError                  no connection could be made
    │   ├── CallTimeoutError                       no response within the timeout or the deadline
    │   └── ResponseTooLargeError                  the body is longer than the client or the poll allows
    ├── ApiError                                   the response is not a success
    │   ├── BadRequestError 400                    UnauthorizedError 401
    │   ├── ForbiddenError 403                     NotFoundError 404
    │   ├── ConflictError 409                      UnprocessableEntityError 422
    │   ├── RateLimitError 429                     ServerError 5xx
    ├── DecodeError                                the body does not have the declared type
    └── PagingError                                the pages of a list cannot be followed

Each message says what happened and, after the last semicolon, what to do. No message and no repr contains a query
string, a header value or a body, because they may be secrets. The message of an `ApiError` contains the server's own
reason, shortened and without what may be secret (`server_text`). All errors can be pickled. Pickles may be stored in
queues and result stores, so a pickle contains neither the response's body (`raw`, `body`) nor header values that may be
secrets; the error itself and its copies contain them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from copy import deepcopy
from http import HTTPStatus
from typing import Any, ClassVar, Final, Self, TypeVar

from .http_messages import REQUEST_ID_HEADERS, Headers, SentRequest
from .lazy_attrs import frozen
from .server_text import safe_text, shorten

_BODIES: Mapping[str, object] = {"raw": b"", "body": None}
"""Attributes that hold a response's body, with the values that a pickle has instead."""

_MAX_PATH: Final = 200
"""Maximum length of a path in a message."""

_MOST_LISTED: Final = 30
"""Maximum number of names in a message about an unknown one."""

_REQUEST_ID: Final = re.compile(r"[\w.:=+/-]{1,80}", re.ASCII)
_WORD: Final = re.compile("[a-z_]{1,20}", re.ASCII)

E = TypeVar("E", bound="ClientError")
B = TypeVar("B", bound=BaseException)


def describe(value: object) -> str:
    """Describe a value for a message: numbers, booleans, None and plain words by value, anything else by its type."""
    if value is None or isinstance(value, int | float) or (isinstance(value, str) and _WORD.fullmatch(value)):
        return f"{value!r:.80}"
    return type(value).__name__


def closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like a misspelt one; None if none is close."""
    from difflib import get_close_matches  # needed for messages only

    others = {each.lower(): each for each in known if each != name}
    close = get_close_matches(name.lower(), others, n=1)
    return others[close[0]] if close else None


def did_you_mean(name: str, known: Iterable[str], *, close_only: bool = False) -> str:
    """Return the end of a message about an unknown name: the closest known one, or else all of them if they are few.

    Args:
        name: The unknown name.
        known: Names that would be accepted.
        close_only: Return '' instead of the list.
    """
    names = list(dict.fromkeys(known))
    close = closest(name, names)
    if close is not None:
        return f"; did you mean {close!r}?"
    return f"; known are {', '.join(names)}" if names and len(names) <= _MOST_LISTED and not close_only else ""


def without_frames(error: B) -> B:
    """Remove the tracebacks of an error and of the errors that led to it.

    Local variables of these frames contain headers and bodies, which error reports would show.
    """
    left: list[BaseException] = [error]
    seen: set[int] = set()
    while left:
        one = left.pop()
        if id(one) not in seen:
            seen.add(id(one))
            one.__traceback__ = None
            left += [each for each in (one.__cause__, one.__context__) if each is not None]
    return error


def _restore(kind: type[E], arguments: tuple[Any, ...], state: dict[str, Any]) -> E:
    error = kind.__new__(kind, *arguments)
    error.args = arguments  # an error that is also an OSError has no args before __init__
    error.__dict__.update(state)
    return error


@frozen
class Attempt:
    """Outcome of one request of a call."""

    status: int | None
    """HTTP status of the response; None if not even its headers were received."""

    error: str | None
    """Name of the class of the error; None if the response was received completely."""

    elapsed: float
    """Seconds from the request for credentials to the end of the response."""

    delay: float | None = None
    """Seconds until the next attempt; None for the last one."""

    stopped: str = ""
    """Reason for not retrying a transient failure: `attempts` (the limit is reached), `unsafe` (the server may have
    processed the request, which is not idempotent), `body` (it can be read only once), `retry-after` (the server
    asks for more than `max_delay`), `deadline` or `budget`; otherwise empty."""


class ClientError(Exception):
    """Base class of all errors that a client raises."""

    attempts: tuple[Attempt, ...] = ()
    """Requests of the call that raised the error, the failed one last. Empty if the call sent none."""

    def __reduce__(self) -> tuple[Any, ...]:
        # Exception's own __reduce__ would call __init__ with the message alone.
        without_bodies = {name: empty for name, empty in _BODIES.items() if name in self.__dict__}
        return _restore, (type(self), self.args, self.__dict__ | without_bodies)

    def __copy__(self) -> Self:
        return _restore(type(self), self.args, self.__dict__.copy())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return _restore(type(self), self.args, deepcopy(self.__dict__, memo))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class InvalidArgumentError(ClientError, ValueError):
    """An argument, credential or option is missing or invalid. Nothing was sent.

    Exception: a streamed body can prove invalid after a part of it was sent; the message says so.
    """


class ClientClosedError(ClientError):
    """The client was used after it was closed, or where it does not belong: another event loop, process or trio."""


class TransportError(ClientError):
    """No usable response was received."""

    transient: ClassVar[bool] = True
    """True if a retry of the same request may succeed."""

    sent: bool
    """False: the server has certainly received nothing of the call. True: the server may have processed it."""

    on_old_connection: bool = False
    """True if an earlier request had used the connection, and the server closed it instead of responding."""

    status: int | None = None
    """HTTP status, if the headers of a response were received but its body is unusable."""

    headers: Headers = Headers()
    """Headers of that response."""

    raw: bytes = b""
    """Readable beginning of a damaged body, decompressed: at most 64 KiB."""

    def __init__(self, message: str, *, sent: bool = True) -> None:
        super().__init__(message)
        self.sent = sent


def repeat_remedy(method: str) -> str:
    """Return what to do about a request that the server may have processed."""
    if method in ("GET", "HEAD", "OPTIONS"):
        return "try again later, or pass retry=RetryPolicy()"
    return "check what the server did before you repeat the call"


class ConnectionFailedError(TransportError):
    """No connection to the server could be made, so it has received nothing of this request.

    `sent` is True if the server may have received an earlier request of the same call.
    """


class CallTimeoutError(TransportError):
    """The server did not accept the connection or did not respond within the timeout or the deadline."""


class ResponseTooLargeError(TransportError):
    """The body is longer than `max_response_bytes`, or `PollPolicy.max_bytes` of a poll; the rest was not read."""

    transient = False

    operation: str | None
    """Name of the operation that was answered; None when a body was decoded directly."""

    status: int | None
    """HTTP status of the response; None when a body was decoded directly."""

    limit: int
    """Maximum size in bytes."""

    received: int | None
    """Bytes that `Content-Length` announced, or that were read before the limit was exceeded."""

    raw: bytes
    """Beginning of the body, decompressed: at most 64 KiB."""

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


class ApiError(ClientError):
    """The response is not a success."""

    operation: str
    """Name of the operation, such as `booster.get_task`."""

    status: int
    """HTTP status of the response; 2xx when the body itself reports a failure."""

    body: Any
    """The decoded body, if the API declares one for this status and it decodes; else None."""

    raw: bytes
    """The body as received; cut at `max_response_bytes`, which the message then says."""

    headers: Headers
    """Headers of the response."""

    request: SentRequest
    """The request, without secrets."""

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
        remedy: str | None = None,
        secrets: Collection[str] | None = None,
    ) -> None:
        self.operation = operation
        self.status = status
        self.request = request
        self.body = body
        self.raw = raw
        self.headers = Headers() if headers is None else headers
        known = f", request id {_shown_id(self.request_id, secrets)}" if self.request_id else ""
        path = shorten("/" + "".join(request.url.split("/", 3)[3:]), _MAX_PATH)
        problem = f"{operation}: {_phrase(status)}{reason and ': ' + reason} ({request.method} {path}{known})"
        super().__init__(f"{problem}; {_remedy(status, request.method) if remedy is None else remedy}")

    @property
    def request_id(self) -> str | None:
        """Id of the request in the server's logs, from the response's headers; None if it has none."""
        for name in REQUEST_ID_HEADERS:
            value = self.headers.get(name)
            if value:
                return value
        return None


class BadRequestError(ApiError):
    """400: the request is malformed."""


class UnauthorizedError(ApiError):
    """401: credentials are missing, wrong or expired."""


class ForbiddenError(ApiError):
    """403: the credentials do not permit the operation."""


class NotFoundError(ApiError):
    """404: the resource does not exist."""


class ConflictError(ApiError):
    """409: the request conflicts with the current state of the resource."""


class UnprocessableEntityError(ApiError):
    """422: the request is well-formed, but its content is invalid."""


class RateLimitError(ApiError):
    """429: too many requests."""


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
    """Return the class of `ApiError` for a status."""
    return _BY_STATUS.get(status) or (ServerError if 500 <= status <= 599 else ApiError)


def _shown_id(request_id: str, secrets: Collection[str] | None) -> str:
    # `safe_text` takes long ids for keys, and a search of the server's log needs them whole.
    certain = (
        secrets is not None and _REQUEST_ID.fullmatch(request_id) and not any(each in request_id for each in secrets)
    )
    return request_id if certain else safe_text(request_id, secrets or (), limit=80)


def _phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


_REMEDIES: Final[Mapping[int, str]] = {
    401: "pass valid credentials as auth=",
    403: "ask the vendor for the permission, or pass other credentials as auth=",
    404: "check the ids in the call and base_url",
    407: "check the proxy that the environment names, and its credentials",
    409: "read the present state before you repeat the call",
    304: "try again later",
    429: "send fewer requests, or pass retry=RetryPolicy()",
    511: "sign in to the network, or check the proxy",
    **dict.fromkeys((501, 505, 506, 508, 510), "check base_url, or report it to the vendor"),
}


def _remedy(status: int, method: str) -> str:
    """Return what to do about a response."""
    if status in _REMEDIES:
        return _REMEDIES[status]
    if status in (408, 425) or 500 <= status <= 599:
        return repeat_remedy(method)
    if 300 <= status <= 399:
        return "check base_url"
    return "correct the request" if 200 <= status <= 499 else "report it to the vendor"


def problem_of(error: Exception) -> str:
    """Return the message of an error without what to do, for the message of another error, which says that itself."""
    message = str(error)
    if not isinstance(error, ClientError):  # of the caller's own code, whose text may be as short as a key
        return f"{type(error).__name__}: {message}"
    return message.rpartition("; ")[0] or message


_LAYOUT: Final = re.compile(r"(?:JSON|CSV|JSV)\b|\d+ cells?\b|each column once")
"""Expectations that a lenient call has too."""


class DecodeError(ClientError):
    """A body does not have the declared type. `raw` is the body as received."""

    path: str
    """Place in the body: `$.items[3].status`, where `$` is the whole body; in tables `row 3, column 'status'`, where
    rows are counted from 1 below the header."""

    expected: str
    """Declared type or value."""

    found: str
    """Description of the actual value."""

    raw: bytes
    """The body as received; while rows are streamed, the chunk that contains the error."""

    operation: str | None
    """Name of the operation; None when `decode` was called directly."""

    status: int | None
    """HTTP status of the response; None when `decode` was called directly."""

    lenient: bool
    """True if the call had `lenient=True` already."""

    def __init__(self, *, path: str, expected: str, found: str, raw: bytes) -> None:
        super().__init__()
        self.path = path
        self.expected = expected
        self.found = found
        self.raw = raw
        self.operation = None
        self.status = None
        self.lenient = False

    def __str__(self) -> str:
        mismatch = f"expected {self.expected}, found {self.found} at {self.path}"
        if self.operation is None:
            return mismatch
        if self.path in ("$", "header"):
            remedy = "check base_url, or report it to the vendor"
        elif self.lenient or _LAYOUT.match(self.expected):
            remedy = "report it to the vendor, or correct the spec"
        else:
            remedy = "pass lenient=True, or correct the spec"
        return f"{self.operation}: {mismatch}; {remedy}"


class PagingError(ClientError):
    """The pages of a list cannot be followed: they would never end, miss items, or lead to another host."""
