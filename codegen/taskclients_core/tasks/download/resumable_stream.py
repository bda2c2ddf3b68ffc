"""Bytes of a task's file in order, across expired links and lost connections, by range requests."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from attrs import define, field

from ...deadline import Deadline
from ...effects import CloseResponse, ReadChunk, Sleep, StreamingResponse, TaskFlow, WaitForChange
from ...errors import ClientError, TransportError, problem_of
from ...http_messages import Headers
from ...media import essence
from ...transport.download_transport import AddressRefusedError
from ...transport.retry_policy import is_transient, retry_after
from ..definition import DownloadLinks
from ..errors import DownloadError
from .links import DownloadableFile, download_error, find_download, is_expired_message, open_link
from .part_file import ExpectedDigests
from .ranges import (
    RangeBody,
    RangeComplete,
    RangeRequest,
    RangeUnusable,
    RestartDownload,
    interpret_response,
    range_headers,
)

if TYPE_CHECKING:
    from ..state import TaskState
    from ..task_registry import TaskRegistry

MAX_REFRESHES: Final = 3
"""Maximum number of refreshed links per download."""

MAX_ATTEMPTS: Final = 5
"""Maximum number of requests in a row without progress."""

_REFRESH_TIMEOUT: Final = 120.0
"""Seconds to wait for a refreshed link."""

_BASE: Final = 0.5
_CAP: Final = 30.0
_STEEPEST: Final = 10
_TOLD: Final = 900.0
_LAST_CHANCE: Final = 1.0
"""Seconds before the deadline at which the last request is sent, if its delay would be longer."""

_MAKING: Final = 202
"""Status by which a host says that it makes the file, for which it may take as long as the deadline allows."""

_NOT_YET: Final = (_MAKING, 204, 404)
"""Statuses by which a host says that it does not have the file; with the others it may also be gone."""

_APPEARS_WITHIN: Final = 600.0
"""Seconds to wait for a file of which the host does not say that it makes it."""

_PAGES: Final = ("text/html", "application/xhtml+xml")
_PROGRESS: Final = 64 * 1024
_TOLD_BYTES: Final = 16 * 1024


class Rewind(Enum):
    """Marker in the stream: the following bytes are the file from its first byte."""

    REWOUND = "rewound"


REWOUND: Final = Rewind.REWOUND
Chunk: TypeAlias = bytes | Literal[Rewind.REWOUND] | None


@define(eq=False)
class ResumableStream:
    """Stream of a task's file for one download."""

    registry: TaskRegistry
    state: TaskState
    deadline: Deadline
    expected: ExpectedDigests
    max_bytes: int | None = None
    """Maximum size of the file in bytes."""

    suffix: str = ""
    """Suffix of the caller's path, such as `.csv`; '' if there is none."""

    offset: int = 0
    """Offset of the next byte."""

    total: int | None = None
    etag: str | None = None
    refreshes: int = 0

    _response: StreamingResponse | None = field(default=None, init=False, repr=False)
    _left: int | None = field(default=None, init=False)
    """Number of bytes of the response that have yet to arrive; None if unknown."""

    _may_be_page: bool = field(default=False, init=False)
    """True if the response is HTML, of which neither the spec nor the caller's path says that it is the file."""

    _skip: int = field(default=0, init=False)
    _tries: int = field(default=0, init=False)
    _highest: int = field(default=0, init=False)
    """Highest offset so far: repeated bytes do not count as progress."""

    _absences: int = field(default=0, init=False)
    """Number of responses in a row by which the host does not have the file."""

    _missing_since: float | None = field(default=None, init=False)
    """Time of the first such response after which the host did not say that it makes the file."""

    _fresh: bool = field(default=False, init=False)
    """True if the link is from a poll just made. If it seems expired, the local clock is wrong."""

    _refreshed_without_reason: bool = field(default=False, init=False)
    """True if the link was refreshed after a refusal without a reason."""

    def next_chunk(self) -> TaskFlow[Chunk]:
        """Return the next bytes, REWOUND if the file begins again, or None at the end.

        Raises:
            DownloadError: the download failed.
        """
        while True:
            if self.deadline.expired:
                raise self.error(
                    f"the timeout passed after {self.deadline.waited:.1f} s, at byte {self.offset}; "
                    "call download again to continue",
                    remedy="",
                )
            if self._response is None:
                if self.total is not None and self.offset == self.total:
                    return None
                body = yield from self._connect()
                if body is None:
                    return None
                if body.whole:
                    self.offset = 0
                    self._check_size(self.total)
                    return REWOUND
            try:
                chunk: bytes | None = yield ReadChunk(cast("StreamingResponse", self._response))
            except TransportError as error:
                yield from self.close()
                yield from self._recover(error)
                continue
            if chunk is None:
                if (yield from self._response_ended()):
                    return None
                continue
            if self._may_be_page and chunk and not self.offset:
                yield from self._refuse_page(chunk)
            chunk = yield from self._trim(chunk)
            if chunk:
                self.offset += len(chunk)
                self._check_size(self.offset)
                return chunk

    def close(self) -> TaskFlow[None]:
        """Close the response."""
        response, self._response = self._response, None
        if response is not None:
            yield CloseResponse(response)

    def _refuse_page(self, start: bytes) -> TaskFlow[None]:
        """Raise DownloadError if a file begins as a web page; servers also send other files as HTML, by default."""
        self._may_be_page = False
        if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
            yield from self.close()
            raise self.error(
                f"the host sent a web page, which is no {self.suffix} file",
                remedy="call download again later, or pass a path that ends with .html if the file is a page",
            )

    def _trim(self, chunk: bytes) -> TaskFlow[bytes]:
        """Return the part of a chunk that has not been received yet."""
        if self._skip:
            dropped = min(self._skip, len(chunk))
            self._skip -= dropped
            chunk = chunk[dropped:]
            if self._left is not None:
                self._left -= dropped
        if self._left is not None:
            if len(chunk) > self._left:
                chunk = chunk[: self._left]
                yield from self.close()
            self._left -= len(chunk)
        return chunk

    def _response_ended(self) -> TaskFlow[bool]:
        """Handle the end of a response; return True if the file is complete."""
        self._response = None
        if self._left:
            yield from self._recover(
                TransportError(f"the response ended {self._left} bytes early; call download again")
            )
            return False
        return self.total is None or self.offset >= self.total

    def _check_size(self, size: int | None) -> None:
        if size is None:
            return
        if self.max_bytes is not None and size > self.max_bytes:
            raise self.error(
                f"the file has more than {self.max_bytes} bytes that are allowed",
                resumable=False,
                remedy="increase max_bytes",
            )
        expected = self.expected.size
        if expected is not None and (size > expected or (size == self.total and size != expected)):
            raise self.error(f"the file does not have the {expected} bytes that the task says", resumable=False)

    # -- Requests

    def _connect(self) -> TaskFlow[RangeBody | None]:
        """Open a response with the next bytes; return None if the file is complete."""
        while True:
            file = yield from self._link()
            request = self._range_request()
            try:
                response: StreamingResponse = yield from open_link(
                    self.registry, self.state, self.deadline, file, range_headers(request)
                )
            except AddressRefusedError as error:
                raise self.error(str(error), resumable=False, remedy="") from error
            except TransportError as error:
                yield from self._recover(error)
                continue
            self._response = response
            headers = Headers(response.raw_headers)
            is_page = essence(headers.get("Content-Type", "")) in _PAGES
            declared = essence(file.media_type or "")
            if is_page and response.status in (200, 203, 206) and declared not in ("", *_PAGES):
                yield from self.close()
                raise self.error(f"the host sent a web page instead of {file.media_type}; call download again later")
            if response.status in (200, 203, 206, 416):
                decision = interpret_response(request, response.status, response.raw_headers)
                if isinstance(decision, RangeBody):
                    self._begin_body(decision, headers)
                    self._may_be_page = is_page and not declared and self.suffix not in ("", ".html", ".htm", ".xhtml")
                    return decision
                yield from self.close()
                if isinstance(decision, RangeComplete):
                    self.total = self.offset
                    return None
                if isinstance(decision, RangeUnusable):
                    raise self.error(decision.reason)
                self.restart()
                yield from self._recover(_restart_error(decision))
                continue
            says_expired = yield from self._says_expired()
            if self._has_expired(response.status, file, says_expired=says_expired):
                yield from self._refresh(file)
            elif response.status in _NOT_YET and not self.offset:
                yield from self._await_file(response.status, headers)
            elif is_transient(response.status):
                yield from self._recover(
                    TransportError(f"the host answered {response.status}; call download again"), headers
                )
            else:
                raise self.error(f"the host answered {response.status}", resumable=response.status in _NOT_YET)

    def _range_request(self) -> RangeRequest:
        if self.offset and self.etag is None:
            self.restart()
        return RangeRequest(self.offset, self.etag, self.total) if self.offset else RangeRequest()

    def restart(self) -> None:
        """Start again from the first byte."""
        self.offset = 0
        self.etag = self.total = None

    def _begin_body(self, body: RangeBody, headers: Headers) -> None:
        self._left, self._skip = body.length, body.skip
        self.total, self.etag = body.total, body.etag
        if body.whole:
            self.expected.update_from_task(self._current_link())
            self.expected.update_from_headers(headers)

    def _says_expired(self) -> TaskFlow[bool]:
        """Return True if the beginning of an error response says that the link has expired.

        The response is not shown to the caller, because it may repeat the link.
        """
        found = b""
        try:
            while len(found) < _TOLD_BYTES:
                chunk: bytes | None = yield ReadChunk(cast("StreamingResponse", self._response))
                if chunk is None:
                    break
                found += chunk
        except TransportError:
            pass  # the status is sufficient
        yield from self.close()
        return is_expired_message(found[:_TOLD_BYTES])

    # -- Links

    def _link(self) -> TaskFlow[DownloadableFile]:
        file = self._current_link()
        if not self._fresh and self._is_expired(file) and self._can_refresh and self.refreshes < MAX_REFRESHES:
            yield from self._refresh(file)
            file = self._current_link()
        self._fresh = False
        return file

    def _current_link(self) -> DownloadableFile:
        snapshot = self.state.snapshot
        if snapshot is None:
            raise self.error("the task has not been polled yet", resumable=False)
        return find_download(self.registry, self.state, snapshot)

    @property
    def _can_refresh(self) -> bool:
        links = self.state.task_type.result
        return isinstance(links, DownloadLinks) and links.refresh

    def _is_expired(self, file: DownloadableFile) -> bool:
        return file.expires is not None and file.expires.timestamp() <= self.registry.config.clock.wall()

    def _has_expired(self, status: int, file: DownloadableFile, *, says_expired: bool) -> bool:
        if status not in (400, 401, 403, 410):
            return False
        if says_expired or self._is_expired(file):
            return True
        if status not in (401, 403) or file.api_credentials or self._refreshed_without_reason:
            return False
        self._refreshed_without_reason = True
        return True

    def _refresh(self, dead: DownloadableFile) -> TaskFlow[None]:
        if not self._can_refresh:
            raise self.error("the link has expired, and polls of the task return no other one")
        if self.refreshes >= MAX_REFRESHES:
            raise self.error(f"the link has expired, as have {MAX_REFRESHES} links after it")
        self.refreshes += 1
        self.registry.emit("refresh", self.state, detail="the link has expired", attempt=self.refreshes)
        self._fresh = True
        state, clock = self.state, self.registry.config.clock
        until = clock.monotonic() + _REFRESH_TIMEOUT
        if self.deadline.at is not None:
            until = min(until, self.deadline.at)
        # Read these before the link, because another download may refresh it first.
        polls, version = state.polls, state.version
        while self._current_link().url == dead.url and state.polls == polls:
            if clock.monotonic() >= until:
                raise self.error("the link has expired, and no poll of the task returned another one in time")
            try:
                yield WaitForChange({state: version}, until, fresh=True)
            except ClientError as error:
                raise self.error(f"the link has expired and could not be refreshed: {problem_of(error)}") from error
            version = state.version

    # -- Retries

    def _recover(self, error: ClientError, headers: Headers | None = None) -> TaskFlow[None]:
        """Wait until the next request may be sent after an error; `headers` are those of the response, if any.

        Raises:
            DownloadError: there were too many attempts, or the deadline would pass first.
        """
        if error.__cause__ is None:
            error.__context__ = None  # the HTTP library's error may quote a header
        gained = self._count_progress()
        self._tries += 1
        if self._tries > MAX_ATTEMPTS or (isinstance(error, TransportError) and not error.transient):
            raise self.error(problem_of(error)) from error
        share = 0.0 if gained >= _PROGRESS else self.registry.config.clock.random()
        yield from self._pause(error, share * _backoff(self._tries), headers)

    def _await_file(self, status: int, headers: Headers) -> TaskFlow[None]:
        """Wait until the host may have the file. Raises DownloadError if it does not get it in time."""
        self._count_progress()
        self._tries = 0
        self._absences += 1
        missing = TransportError(f"the host answered {status}, so the file is not there yet; call download again")
        now = self.registry.now()
        if status == _MAKING:
            self._missing_since = None
        elif self._missing_since is None:
            self._missing_since = now
        elif now - self._missing_since >= _APPEARS_WITHIN:
            raise self.error(
                f"{problem_of(missing)}, for {now - self._missing_since:.0f} s",
                remedy="call download again later, or begin a new task if the vendor has deleted the file",
            ) from missing
        share = (1.0 + self.registry.config.clock.random()) / 2
        yield from self._pause(missing, share * _backoff(self._absences), headers)

    def _count_progress(self) -> int:
        """Return the number of bytes received since the last call, repeated ones aside."""
        gained = max(0, self.offset - self._highest)
        if gained:
            self._highest = self.offset
            self._tries = self._absences = 0
            self._missing_since = None
        return gained

    def _pause(self, error: ClientError, delay: float, headers: Headers | None) -> TaskFlow[None]:
        """Wait for `delay` seconds, or those of `Retry-After`. Raises DownloadError if the deadline ends before."""
        clock, remaining = self.registry.config.clock, self.deadline.remaining
        server_delay = None if headers is None else retry_after(headers, clock.wall)
        if server_delay is not None and server_delay > delay:
            if server_delay > _TOLD or server_delay >= remaining:
                raise self.error(
                    f"{problem_of(error)}; the next attempt would be in {server_delay:.0f} s, which is too long",
                    remedy="call download again later",
                ) from error
            delay = server_delay
        elif delay >= remaining - _LAST_CHANCE >= _BASE:
            delay = remaining - _LAST_CHANCE
        elif delay >= remaining:
            raise self.error(
                f"{problem_of(error)}; the timeout ends before the next attempt",
                remedy="call download again later",
            ) from error
        self.registry.emit("download", self.state, detail=f"retry: {problem_of(error)}", delay=delay)
        if delay:
            yield Sleep(delay, clock)

    def error(self, why: str, *, resumable: bool = True, remedy: str | None = None) -> DownloadError:
        """Return the DownloadError of this download; see `download_error`."""
        return download_error(self.state, why, resumable=resumable, remedy=remedy)


def _backoff(number: int) -> float:
    """Return the maximum delay in seconds before a request, by the number of those before it that failed."""
    return min(_CAP, _BASE * 2.0 ** min(number, _STEEPEST))


def _restart_error(decision: Any) -> TransportError:
    why = decision.reason if isinstance(decision, RestartDownload) else ""
    return TransportError(f"the host sent {why}; call download again")
