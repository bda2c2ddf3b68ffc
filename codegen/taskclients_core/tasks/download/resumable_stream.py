"""Bytes of a task's file in order, across expired links and lost connections (range requests)."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from attrs import define, field, frozen

from ...deadline import Deadline
from ...effects import CloseResponse, ReadChunk, Sleep, StreamingResponse, TaskFlow, WaitForChange
from ...errors import ClientError, TransportError
from ...headers import Headers
from ...transport.bodies import content_encodings
from ...transport.download_transport import AddressRefusedError
from ...transport.retry_policy import is_transient, retry_after
from ..definition import DownloadLinks
from ..errors import DownloadError
from .links import DownloadableFile, download_error, find_download, is_expired_message, open_link
from .part_file import ExpectedDigests

if TYPE_CHECKING:
    from ..state import TaskState
    from ..task_registry import TaskRegistry

RawHeaders: TypeAlias = tuple[tuple[bytes, bytes], ...]

_RANGE: Final = re.compile(r"bytes[ \t]+([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)", re.I | re.ASCII)
_NO_RANGE: Final = re.compile(r"bytes[ \t]+\*/([0-9]{1,18})", re.I | re.ASCII)
_STRONG: Final = re.compile(r'"[!#-~\x80-\xff]{0,512}"')


@frozen
class RangeRequest:
    """What was asked for."""

    offset: int = 0
    """Bytes that are there; 0: all of it was asked for."""

    etag: str | None = None
    """Of what is there; strong."""

    total: int | None = None
    """How many there will be."""


@frozen
class RangeBody:
    """The body is the file, or the rest of it."""

    skip: int = 0
    """Bytes at its beginning that are there already."""

    length: int | None = None
    """Of the body; None if that is not known."""

    total: int | None = None
    """Of the file."""

    etag: str | None = None
    """Strong; None: another request cannot go on from the middle of this one."""

    whole: bool = False
    """Whether it is the file from its first byte on, so that what is there goes."""


@frozen
class RestartDownload:
    """The answer cannot be used; ask for all of it."""

    reason: str


@frozen
class RangeComplete:
    """All of it is there."""


@frozen
class RangeUnusable:
    """Asking again would not help."""

    reason: str


RangeDecision: TypeAlias = RangeBody | RestartDownload | RangeComplete | RangeUnusable


def range_headers(asked: RangeRequest) -> tuple[tuple[str, str], ...]:
    """The headers that ask for what is missing."""
    if not asked.offset or asked.etag is None:
        return ()
    return ("Range", f"bytes={asked.offset}-"), ("If-Range", asked.etag)


def interpret_response(asked: RangeRequest, status: int, raw_headers: RawHeaders) -> RangeDecision:
    """What an answer means. Statuses other than 200, 203, 206 and 416 are not for here."""
    headers = Headers(raw_headers)
    if status == 416:
        return _past_the_end(asked, headers)
    if status == 206:
        return _part(asked, headers, raw_headers)
    if status not in (200, 203):
        return RangeUnusable(f"its host answered {status}")
    if not asked.offset or "Content-Range" not in headers:
        return _whole(headers, raw_headers)
    # Some servers send a range and call it 200. If it does not say how long it is, it may be either.
    length = _length(headers)
    part = _part(asked, headers, raw_headers)
    if isinstance(part, RangeBody) and length is not None and length == part.length:
        return part
    found = _RANGE.fullmatch(headers["Content-Range"].strip())
    if found is not None and length is not None and found[3] == str(length):
        return _whole(headers, raw_headers)
    return RestartDownload("a 200 with a range that does not fit")


def strong_etag(etag: str | None) -> str | None:
    """An ETag that vouches for every byte; None for others."""
    etag = None if etag is None else etag.strip()
    return etag if etag and _STRONG.fullmatch(etag) else None


def _length(headers: Headers) -> int | None:
    told = headers.get("Content-Length", "")
    return int(told) if re.fullmatch("[0-9]{1,18}", told, re.ASCII) else None


def _whole(headers: Headers, raw_headers: RawHeaders) -> RangeDecision:
    packed = content_encodings(raw_headers)
    if not packed:
        length = _length(headers)
        return RangeBody(length=length, total=length, etag=strong_etag(headers.get("ETag")), whole=True)
    # Asked not to pack it, some stores send what they have. It is unpacked, so places in it mean nothing to them.
    if any(word.removeprefix("x-") not in ("gzip", "deflate") for word in packed):
        return RangeUnusable(f"its host sends it packed with {', '.join(packed)}, which is not known here")
    return RangeBody(whole=True)


def _part(asked: RangeRequest, headers: Headers, raw_headers: RawHeaders) -> RangeDecision:
    again: type[RestartDownload | RangeUnusable] = RestartDownload if asked.offset else RangeUnusable
    found = _RANGE.fullmatch(headers.get("Content-Range", "").strip())
    if headers.get("Content-Type", "").strip().lower().startswith("multipart/"):
        return again("several ranges in one answer")
    if found is None:
        return again("a part that does not say which")
    if content_encodings(raw_headers):
        return again("a part of something packed")
    first, last = int(found[1]), int(found[2])
    total = None if found[3] == "*" else int(found[3])
    length = last - first + 1
    if length < 1 or (total is not None and last >= total):
        return again("a range that cannot be")
    if _length(headers) not in (None, length):
        return again("a range of another length than it says")
    etag = strong_etag(headers.get("ETag"))
    if not asked.offset:
        if first or total is None or length != total:
            return RangeUnusable("a part where all was asked for")
        return RangeBody(length=length, total=total, etag=etag, whole=True)
    if etag is None or etag != asked.etag:
        return RestartDownload("a part of something else")
    if asked.total is not None and total not in (None, asked.total):
        return RestartDownload("a part of something of another length")
    total = asked.total if total is None else total
    if total is None or last >= total:
        return RestartDownload("a part of something of unknown length")
    if first > asked.offset:
        return RestartDownload("a part that begins too late")
    if last < asked.offset:
        return RestartDownload("a part that ends too early")
    return RangeBody(skip=asked.offset - first, length=length, total=total, etag=etag)


def _past_the_end(asked: RangeRequest, headers: Headers) -> RangeDecision:
    if not asked.offset:
        return RangeUnusable("its host answered 416")
    found = _NO_RANGE.fullmatch(headers.get("Content-Range", "").strip())
    told = strong_etag(headers.get("ETag"))
    same = told is None or told == asked.etag
    if found is not None and same and int(found[1]) == asked.offset and asked.total in (None, asked.offset):
        return RangeComplete()
    return RestartDownload("no such range")


MAX_REFRESHES: Final = 3
"""Links that are asked for at most, beyond the first."""

MAX_ATTEMPTS: Final = 5
"""Requests in a row that may bring nothing."""

_PATIENCE: Final = 120.0
"""Seconds that another link may take."""

_BASE: Final = 0.5
_CAP: Final = 30.0
_TOLD: Final = 900.0
_PROGRESS: Final = 64 * 1024
_TOLD_BYTES: Final = 16 * 1024


class Rewind(Enum):
    """What comes next is the file from its first byte on."""

    REWOUND = "rewound"


REWOUND: Final = Rewind.REWOUND
Chunk: TypeAlias = bytes | Literal[Rewind.REWOUND] | None


@define(eq=False)
class ResumableStream:
    """One download's view of the file."""

    station: TaskRegistry
    record: TaskState
    deadline: Deadline
    expected: ExpectedDigests
    max_bytes: int | None = None
    """Bytes that the file may have."""

    offset: int = 0
    """Of the next byte."""

    total: int | None = None
    etag: str | None = None
    refreshes: int = 0

    _answer: StreamingResponse | None = field(default=None, init=False, repr=False)
    _left: int | None = field(default=None, init=False)
    """Bytes of the answer that are yet to come."""

    _skip: int = field(default=0, init=False)
    _tries: int = field(default=0, init=False)
    _high: int = field(default=0, init=False)
    """The most bytes that there ever were, so that going round in circles is no progress."""

    _fresh: bool = field(default=False, init=False)
    """Whether the link is the answer to a look just made. If it seems to have expired, our clock is wrong."""

    _unexplained: bool = field(default=False, init=False)
    """Whether a look was made because of a refusal without a reason."""

    def next_chunk(self) -> TaskFlow[Chunk]:
        """The next bytes; None at the end.

        Raises:
            DownloadError: there is no more to be had.
        """
        while True:
            if self.deadline.expired:
                raise self.error(f"the time is over, after {self.deadline.waited:.1f} s")
            if self._answer is None:
                if self.total is not None and self.offset == self.total:
                    return None
                body = yield from self._connected()
                if body is None:
                    return None
                if body.whole:
                    self.offset = 0
                    self._check_size(self.total)
                    return REWOUND
            try:
                chunk: bytes | None = yield ReadChunk(cast("StreamingResponse", self._answer))
            except TransportError as error:
                yield from self.close()
                yield from self._recover(error)
                continue
            if chunk is None:
                if (yield from self._ended()):
                    return None
                continue
            chunk = yield from self._cut(chunk)
            if chunk:
                self.offset += len(chunk)
                self._check_size(self.offset)
                return chunk

    def close(self) -> TaskFlow[None]:
        """Give the connection up."""
        answer, self._answer = self._answer, None
        if answer is not None:
            yield CloseResponse(answer)

    def _cut(self, chunk: bytes) -> TaskFlow[bytes]:
        """What of a piece belongs to what is missing."""
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

    def _ended(self) -> TaskFlow[bool]:
        """An answer is through; whether that is all of the file."""
        self._answer = None
        if self._left:
            yield from self._recover(TransportError(f"it broke off {self._left} bytes too early"))
            return False
        return self.total is None or self.offset >= self.total

    def _check_size(self, size: int | None) -> None:
        if size is None:
            return
        if self.max_bytes is not None and size > self.max_bytes:
            raise self.error(f"it has more than the {self.max_bytes} bytes that are allowed", resumable=False)
        told = self.expected.size
        if told is not None and (size > told or (size == self.total and size != told)):
            raise self.error(f"it has not the {told} bytes that the task says", resumable=False)

    # -- Requests

    def _connected(self) -> TaskFlow[RangeBody | None]:
        """Have an answer that brings the next bytes; None if there are none."""
        while True:
            file = yield from self._link()
            asked = self._asked()
            try:
                answer: StreamingResponse = yield from open_link(
                    self.station, self.record, self.deadline, file, range_headers(asked)
                )
            except AddressRefusedError as error:
                raise self.error(str(error), resumable=False) from error
            except TransportError as error:
                yield from self._recover(error)
                continue
            self._answer = answer
            headers = Headers(answer.raw_headers)
            if answer.status in (200, 203, 206, 416):
                verdict = interpret_response(asked, answer.status, answer.raw_headers)
                if isinstance(verdict, RangeBody):
                    self._take(verdict, headers)
                    return verdict
                yield from self.close()
                if isinstance(verdict, RangeComplete):
                    self.total = self.offset
                    return None
                if isinstance(verdict, RangeUnusable):
                    raise self.error(verdict.reason)
                self.restart()
                yield from self._recover(_why(verdict))
                continue
            told_so = yield from self._says_expired()
            if self._has_expired(answer.status, file, told_so=told_so):
                yield from self._refresh(file)
            elif is_transient(answer.status):
                told = retry_after(headers, self.station.config.clock.wall)
                yield from self._recover(TransportError(f"its host answered {answer.status}"), told)
            else:
                raise self.error(f"its host answered {answer.status}", resumable=False)

    def _asked(self) -> RangeRequest:
        if self.offset and self.etag is None:
            self.restart()
        return RangeRequest(self.offset, self.etag, self.total) if self.offset else RangeRequest()

    def restart(self) -> None:
        """Have all of it anew."""
        self.offset = 0
        self.etag = self.total = None

    def _take(self, body: RangeBody, headers: Headers) -> None:
        self._left, self._skip = body.length, body.skip
        self.total, self.etag = body.total, body.etag
        if body.whole:
            self.expected.update_from_task(self._shown())
            self.expected.update_from_headers(headers)

    def _says_expired(self) -> TaskFlow[bool]:
        """Whether a host says, in the beginning of its answer, that the link has expired.

        It may repeat the link, so nobody gets to see it.
        """
        found = b""
        try:
            while len(found) < _TOLD_BYTES:
                chunk: bytes | None = yield ReadChunk(cast("StreamingResponse", self._answer))
                if chunk is None:
                    break
                found += chunk
        except TransportError:
            pass  # the status says enough
        yield from self.close()
        return is_expired_message(found[:_TOLD_BYTES])

    # -- Links

    def _link(self) -> TaskFlow[DownloadableFile]:
        file = self._shown()
        if not self._fresh and self._is_over(file) and self._renewable and self.refreshes < MAX_REFRESHES:
            yield from self._refresh(file)
            file = self._shown()
        self._fresh = False
        return file

    def _shown(self) -> DownloadableFile:
        view = self.record.snapshot
        if view is None:
            raise self.error("it was never looked at", resumable=False)
        return find_download(self.station, self.record, view)

    @property
    def _renewable(self) -> bool:
        links = self.record.task_type.result
        return isinstance(links, DownloadLinks) and links.refresh

    def _is_over(self, file: DownloadableFile) -> bool:
        return file.expires is not None and file.expires.timestamp() <= self.station.config.clock.wall()

    def _has_expired(self, status: int, file: DownloadableFile, *, told_so: bool) -> bool:
        if status not in (400, 401, 403, 410):
            return False
        if told_so or self._is_over(file):
            return True
        if status not in (401, 403) or file.api_credentials or self._unexplained:
            return False
        self._unexplained = True
        return True

    def _refresh(self, dead: DownloadableFile) -> TaskFlow[None]:
        if not self._renewable:
            raise self.error("its link has expired, and no look at the task gives another one")
        if self.refreshes >= MAX_REFRESHES:
            raise self.error(f"its link has expired, as have {MAX_REFRESHES} others that came after it")
        self.refreshes += 1
        self.station.emit("refresh", self.record, detail="its link has expired", attempt=self.refreshes)
        self._fresh = True
        record, clock = self.record, self.station.config.clock
        until = clock.monotonic() + _PATIENCE
        if self.deadline.at is not None:
            until = min(until, self.deadline.at)
        # Before the link, as another download may be faster.
        looks, version = record.polls, record.version
        while self._shown().url == dead.url and record.polls == looks:
            if clock.monotonic() >= until:
                raise self.error("its link has expired, and no look at the task has given another one in time")
            try:
                yield WaitForChange({record: version}, until, fresh=True)
            except ClientError as error:
                raise self.error(f"its link has expired, and there was no other ({error})") from error
            version = record.version

    # -- Trouble

    def _recover(self, error: ClientError, told: float | None = None) -> TaskFlow[None]:
        """Wait until it is time for another request.

        Raises:
            DownloadError: there have been enough.
        """
        if error.__cause__ is None:
            error.__context__ = None  # an error of the library's that is not to be shown, as it may quote a header
        gained = self.offset - self._high
        if gained > 0:
            self._high = self.offset
            self._tries = 0
        self._tries += 1
        if self._tries > MAX_ATTEMPTS or (isinstance(error, TransportError) and not error.transient):
            raise self.error(str(error)) from error
        clock = self.station.config.clock
        delay = 0.0 if gained >= _PROGRESS else clock.random() * min(_CAP, _BASE * 2.0**self._tries)
        delay = max(delay, told or 0.0)
        if delay > _TOLD or delay >= self.deadline.remaining:
            raise self.error(f"{error}; there is no time to wait {delay:.0f} s") from error
        self.station.emit("download", self.record, detail=f"goes on after {type(error).__name__}", delay=delay)
        if delay:
            yield Sleep(delay, clock)

    def error(self, why: str, *, resumable: bool = True) -> DownloadError:
        """The file cannot be had."""
        return download_error(self.record, why, resumable=resumable)


def _why(verdict: Any) -> TransportError:
    why = verdict.reason if isinstance(verdict, RestartDownload) else ""
    return TransportError(f"its host sent {why}")
