"""Fetching a task's file, as a flow: wait for success, follow the link, keep the bytes, verify them, put them in place.

A path gets its file by a rename, after all of it was verified and the disk has it. So whenever the process ends, the
path has the whole file, or what it had before.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeAlias, TypeVar, cast

from attrs import define, field

from ...errors import InvalidArgument
from ...exchange.deadline import Deadline
from ..definition import Links
from ..effects import Flow, Tell, Work
from ..errors import DownloadError
from ..given import named
from ..phases import Phase
from ..waits.endings import closed
from ..waits.outcomes import Partial
from ..waits.waiting import succeeded
from .digests import Expected, Sums, wanted_sha256
from .file import Download
from .links import downloadable
from .partial import Part
from .paths import target_of
from .source import REWOUND, Source
from .stream import Stream

if TYPE_CHECKING:
    from ..state.record import Record
    from ..station import Station

T = TypeVar("T")

OnBytes: TypeAlias = Callable[[int, "int | None"], Any]

WRITTEN: Final = 192 * 1024
"""Bytes that are written at once. With the piece in hand, a process that is killed loses at most 256 KiB."""

_SECONDS: Final = 1.0
"""After which they are written though there are fewer."""


def download(
    station: Station,
    record: Record,
    to: str | os.PathLike[str] | BinaryIO,
    limit: Deadline,
    *,
    partial: Partial = "raise",
    resume: bool = True,
    sha256: str | None = None,
    max_bytes: int | None = None,
    on_bytes: OnBytes | None = None,
) -> Flow[Download]:
    """Wait for success, and fetch the file. Raises what `Task.download` raises."""
    expected = Expected()
    digest = wanted_sha256(sha256)
    if digest is not None:
        expected.sha256.append((digest, "the caller"))
    if max_bytes is not None and not (isinstance(max_bytes, int) and max_bytes >= 0):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgument(f"max_bytes: expected a number, 0 or more, got {named(max_bytes)}")
    sums = Sums(expected)
    if isinstance(to, str | os.PathLike):
        sink: Part | Stream = Part(target_of(to), record.ref, sums, station.setting.clock.wall())
    else:
        sink = Stream(to, sums)
    source = yield from begun(station, record, limit, expected, partial, max_bytes)
    sums.clear()
    fetching = _Fetching(source, sink, sums, on_bytes)
    try:
        return (yield from fetching.run(resume=resume))
    except GeneratorExit:
        sink.close()
        raise
    except DownloadError as error:
        tell_of(error, station, record)
        yield from source.close()
        error.ref, error.last = record.ref, record.view
        error.written = yield Work(sink.close)
        error.resumable = error.resumable and sink.resumable
        raise
    except BaseException:
        yield from source.close()
        yield Work(sink.close)
        raise


def begun(
    station: Station,
    record: Record,
    limit: Deadline,
    expected: Expected,
    partial: Partial,
    max_bytes: int | None = None,
) -> Flow[Source]:
    """Wait for success; where the file is to be had."""
    if not isinstance(record.kind.result, Links):
        raise InvalidArgument(f"{record.ref}: tasks of this kind have no file")
    view = yield from succeeded(station, record, limit, partial)
    if view.phase is Phase.SKIPPED:
        raise DownloadError(f"{record.ref}: it had nothing to do, so there is no file", ref=record.ref, last=view)
    try:
        expected.hear_task(downloadable(station, record, view))
    except DownloadError as error:
        tell_of(error, station, record)
        raise
    most = [each for each in (max_bytes, record.kind.result.max_bytes) if each is not None]
    return Source(station, record, limit, expected, min(most, default=None))


def tell_of(error: DownloadError, station: Station, record: Record) -> None:
    """Tell that a file cannot be had, and why: an error's text names hosts, and never a link."""
    why = str(error).removeprefix(f"{record.ref}: ")
    station.tell("download", record, detail=f"failed: {why}")


@define(eq=False)
class _Fetching:
    """One download, from its first byte to its last."""

    source: Source
    sink: Part | Stream
    sums: Sums
    on_bytes: OnBytes | None

    _waiting: list[bytes] = field(factory=list[bytes], init=False)
    """Bytes that are yet to be written."""

    _size: int = field(default=0, init=False)
    _described: tuple[str | None, int | None] | None = field(default=None, init=False)

    def run(self, *, resume: bool) -> Flow[Download]:
        source, sink = self.source, self.sink
        station, record = source.station, source.record
        started = station.now()
        resumed = yield from self._begin(resume=resume)
        while True:
            yield from self._fill()
            fault = source.expected.fault(self.sums, sink.size, source.total)
            if fault is None:
                break
            if not resumed:
                yield from self._work(sink.discard)
                raise source.failure(fault, resumable=False)
            # What an earlier call left may be to blame, so it gets one more chance without that.
            resumed = 0
            source.forget()
            yield from self._work(sink.rewind)
        yield from self._work(sink.finish)
        yield from closed(station, record, Phase.SUCCEEDED)
        elapsed = station.now() - started
        station.tell("download", record, detail="its file was fetched", bytes=sink.size, elapsed=elapsed)
        return Download(
            path=None if sink.path is None else str(sink.path),
            bytes=sink.size,
            sha256=self.sums.sha256,
            etag=source.etag,
            resumed_from=resumed,
            refreshes=source.refreshes,
            verified=source.expected.best(source.total),
        )

    def _begin(self, *, resume: bool) -> Flow[int]:
        """Take over what an earlier call left; how many bytes that is."""
        source, sink = self.source, self.sink
        there: int = yield from self._work(lambda: sink.begin(resume=resume))
        most, size = source.most, source.expected.size
        if (most is not None and there > most) or (size is not None and there > size):
            there = 0
            yield from self._work(sink.rewind)
        if there:
            while (yield from self._work(lambda: sink.rehash(there))):
                if source.limit.passed:
                    raise source.failure("the time was over before what is there was read again")
            source.offset, source.etag, source.total = there, sink.etag, sink.total
            self._described = sink.etag, sink.total
        return there

    def _fill(self) -> Flow[None]:
        source, sink = self.source, self.sink
        clock = source.station.setting.clock
        written = clock.monotonic()
        while True:
            try:
                piece = yield from source.piece()
            except DownloadError:
                yield from self._write()
                raise
            if piece is None:
                break
            if piece is REWOUND:
                self._waiting, self._size = [], 0
                yield from self._work(sink.rewind)
                continue
            self._waiting.append(piece)
            self._size += len(piece)
            if self._size >= WRITTEN or clock.monotonic() - written >= _SECONDS:
                yield from self._write()
                written = clock.monotonic()
        yield from self._write()

    def _write(self) -> Flow[None]:
        """Write what has come, and say so."""
        if not self._waiting:
            return
        source, sink = self.source, self.sink
        data = self._waiting[0] if len(self._waiting) == 1 else b"".join(self._waiting)
        self._waiting, self._size = [], 0
        described = source.etag, source.total
        if described != self._described:
            yield from self._work(lambda: sink.describe(*described))
            self._described = described
        yield from self._work(lambda: sink.write(data))
        told = self.on_bytes
        if told is not None:
            yield Tell(lambda counts: told(*counts), (sink.size, source.total))

    def _work(self, function: Callable[[], T]) -> Flow[T]:
        try:
            return cast("T", (yield Work(function)))
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise self.source.failure(f"its file could not be written ({why})") from error
