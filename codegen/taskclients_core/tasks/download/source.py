"""The bytes of a task's file, one after the other, whatever becomes of links and connections meanwhile.

Where a connection breaks, another one goes on at the same byte, if the server can prove that it is the same file; else
all of it comes anew. Where a link has expired, a look at the task gives another one; all downloads of a task share it.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from attrs import define, field

from ...errors import ClientError, TransportError
from ...exchange.addresses import Refused
from ...exchange.again import passing, retry_after
from ...exchange.deadline import Deadline
from ...exchange.effects import OpenAnswer, Sleep
from ...headers import Headers
from ..definition import Links
from ..effects import Chunk, Close, Flow, News
from ..errors import DownloadError
from .digests import Expected
from .file import DownloadableFile
from .links import downloadable, says_expired
from .ranges import Asked, Body, Complete, Restart, Unusable, headers_for, judge
from .requests import failure, request

if TYPE_CHECKING:
    from ..state.record import Record
    from ..station import Station

REFRESHES: Final = 3
"""Links that are asked for at most, beyond the first."""

TRIES: Final = 5
"""Requests in a row that may bring nothing."""

_PATIENCE: Final = 120.0
"""Seconds that another link may take."""

_BASE: Final = 0.5
_CAP: Final = 30.0
_TOLD: Final = 900.0
_PROGRESS: Final = 64 * 1024
_TOLD_BYTES: Final = 16 * 1024


class Rewound(Enum):
    """What comes next is the file from its first byte on."""

    REWOUND = "rewound"


REWOUND: Final = Rewound.REWOUND
Piece: TypeAlias = bytes | Literal[Rewound.REWOUND] | None


@define(eq=False)
class Source:
    """One download's view of the file."""

    station: Station
    record: Record
    limit: Deadline
    expected: Expected
    most: int | None = None
    """Bytes that the file may have."""

    offset: int = 0
    """Of the next byte."""

    total: int | None = None
    etag: str | None = None
    refreshes: int = 0

    _answer: OpenAnswer | None = field(default=None, init=False, repr=False)
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

    def piece(self) -> Flow[Piece]:
        """The next bytes; None at the end.

        Raises:
            DownloadError: there is no more to be had.
        """
        while True:
            if self.limit.passed:
                raise self.failure(f"the time is over, after {self.limit.waited:.1f} s")
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
                chunk: bytes | None = yield Chunk(cast("OpenAnswer", self._answer))
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

    def close(self) -> Flow[None]:
        """Give the connection up."""
        answer, self._answer = self._answer, None
        if answer is not None:
            yield Close(answer)

    def _cut(self, chunk: bytes) -> Flow[bytes]:
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

    def _ended(self) -> Flow[bool]:
        """An answer is through; whether that is all of the file."""
        self._answer = None
        if self._left:
            yield from self._recover(TransportError(f"it broke off {self._left} bytes too early"))
            return False
        return self.total is None or self.offset >= self.total

    def _check_size(self, size: int | None) -> None:
        if size is None:
            return
        if self.most is not None and size > self.most:
            raise self.failure(f"it has more than the {self.most} bytes that are allowed", resumable=False)
        told = self.expected.size
        if told is not None and (size > told or (size == self.total and size != told)):
            raise self.failure(f"it has not the {told} bytes that the task says", resumable=False)

    # -- Requests

    def _connected(self) -> Flow[Body | None]:
        """Have an answer that brings the next bytes; None if there are none."""
        while True:
            file = yield from self._link()
            asked = self._asked()
            try:
                answer: OpenAnswer = yield from request(self.station, self.record, self.limit, file, headers_for(asked))
            except Refused as error:
                raise self.failure(str(error), resumable=False) from error
            except TransportError as error:
                yield from self._recover(error)
                continue
            self._answer = answer
            headers = Headers(answer.raw_headers)
            if answer.status in (200, 203, 206, 416):
                verdict = judge(asked, answer.status, answer.raw_headers)
                if isinstance(verdict, Body):
                    self._take(verdict, headers)
                    return verdict
                yield from self.close()
                if isinstance(verdict, Complete):
                    self.total = self.offset
                    return None
                if isinstance(verdict, Unusable):
                    raise self.failure(verdict.why)
                self.forget()
                yield from self._recover(_why(verdict))
                continue
            told_so = yield from self._says_expired()
            if self._has_expired(answer.status, file, told_so=told_so):
                yield from self._refresh(file)
            elif passing(answer.status):
                told = retry_after(headers, self.station.setting.clock.wall)
                yield from self._recover(TransportError(f"its host answered {answer.status}"), told)
            else:
                raise self.failure(f"its host answered {answer.status}", resumable=False)

    def _asked(self) -> Asked:
        if self.offset and self.etag is None:
            self.forget()
        return Asked(self.offset, self.etag, self.total) if self.offset else Asked()

    def forget(self) -> None:
        """Have all of it anew."""
        self.offset = 0
        self.etag = self.total = None

    def _take(self, body: Body, headers: Headers) -> None:
        self._left, self._skip = body.length, body.skip
        self.total, self.etag = body.total, body.etag
        if body.whole:
            self.expected.hear_task(self._shown())
            self.expected.hear(headers)

    def _says_expired(self) -> Flow[bool]:
        """Whether a host says, in the beginning of its answer, that the link has expired.

        It may repeat the link, so nobody gets to see it.
        """
        found = b""
        try:
            while len(found) < _TOLD_BYTES:
                chunk: bytes | None = yield Chunk(cast("OpenAnswer", self._answer))
                if chunk is None:
                    break
                found += chunk
        except TransportError:
            pass  # the status says enough
        yield from self.close()
        return says_expired(found[:_TOLD_BYTES])

    # -- Links

    def _link(self) -> Flow[DownloadableFile]:
        file = self._shown()
        if not self._fresh and self._is_over(file) and self._renewable and self.refreshes < REFRESHES:
            yield from self._refresh(file)
            file = self._shown()
        self._fresh = False
        return file

    def _shown(self) -> DownloadableFile:
        view = self.record.view
        if view is None:
            raise self.failure("it was never looked at", resumable=False)
        return downloadable(self.station, self.record, view)

    @property
    def _renewable(self) -> bool:
        links = self.record.kind.result
        return isinstance(links, Links) and links.refresh

    def _is_over(self, file: DownloadableFile) -> bool:
        return file.expires is not None and file.expires.timestamp() <= self.station.setting.clock.wall()

    def _has_expired(self, status: int, file: DownloadableFile, *, told_so: bool) -> bool:
        if status not in (400, 401, 403, 410):
            return False
        if told_so or self._is_over(file):
            return True
        if status not in (401, 403) or file.api_credentials or self._unexplained:
            return False
        self._unexplained = True
        return True

    def _refresh(self, dead: DownloadableFile) -> Flow[None]:
        if not self._renewable:
            raise self.failure("its link has expired, and no look at the task gives another one")
        if self.refreshes >= REFRESHES:
            raise self.failure(f"its link has expired, as have {REFRESHES} others that came after it")
        self.refreshes += 1
        self.station.tell("refresh", self.record, detail="its link has expired", attempt=self.refreshes)
        self._fresh = True
        record, clock = self.record, self.station.setting.clock
        until = clock.monotonic() + _PATIENCE
        if self.limit.at is not None:
            until = min(until, self.limit.at)
        # Before the link, as another download may be faster.
        looks, version = record.looks, record.version
        while self._shown().url == dead.url and record.looks == looks:
            if clock.monotonic() >= until:
                raise self.failure("its link has expired, and no look at the task has given another one in time")
            try:
                yield News({record: version}, until, fresh=True)
            except ClientError as error:
                raise self.failure(f"its link has expired, and there was no other ({error})") from error
            version = record.version

    # -- Trouble

    def _recover(self, error: ClientError, told: float | None = None) -> Flow[None]:
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
        if self._tries > TRIES or (isinstance(error, TransportError) and not error.may_pass):
            raise self.failure(str(error)) from error
        clock = self.station.setting.clock
        delay = 0.0 if gained >= _PROGRESS else clock.random() * min(_CAP, _BASE * 2.0**self._tries)
        delay = max(delay, told or 0.0)
        if delay > _TOLD or delay >= self.limit.left:
            raise self.failure(f"{error}; there is no time to wait {delay:.0f} s") from error
        self.station.tell("download", self.record, detail=f"goes on after {type(error).__name__}", delay=delay)
        if delay:
            yield Sleep(delay, clock)

    def failure(self, why: str, *, resumable: bool = True) -> DownloadError:
        """The file cannot be had."""
        return failure(self.record, why, resumable=resumable)


def _why(verdict: Any) -> TransportError:
    why = verdict.why if isinstance(verdict, Restart) else ""
    return TransportError(f"its host sent {why}")
