"""Download of a task's file to a path or an open file, and reading it while it arrives."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, Final, TypeAlias, TypeVar, cast

from attrs import define, field

from ...deadline import Deadline
from ...effects import Callback, RunBlocking, TaskFlow
from ...errors import InvalidArgumentError
from ...type_check import describe
from ..definition import DownloadLinks, Phase
from ..errors import DownloadError
from ..waiters import OnPartial, settle_task, wait_for_success
from .links import DownloadResult, find_download
from .part_file import Digests, ExpectedDigests, PartFile, parse_sha256, target_path
from .resumable_stream import REWOUND, ResumableStream

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from ..runners import AsyncRunner, SyncRunner
    from ..state import TaskState
    from ..task_registry import TaskRegistry


class OpenFileSink:
    """In place of a `Part`. It is flushed at the end, and left open."""

    resumable = False
    path = None
    etag: str | None = None
    total: int | None = None

    def __init__(self, file: BinaryIO, sums: Digests) -> None:
        self._file = file
        self._sums = sums
        self._lock = threading.Lock()
        self._closed = False
        self.size = 0
        try:
            file.write(b"")
            self._start = file.tell() if file.seekable() else None
        except (TypeError, ValueError, AttributeError, OSError) as error:
            raise InvalidArgumentError("to: expected a path, or a file that is open for writing bytes") from error

    def begin(self, *, resume: bool) -> int:  # noqa: ARG002 - as of a part
        """Nothing is there."""
        return 0

    def rehash(self, until: int) -> bool:  # noqa: ARG002
        """Nothing is there."""
        return False

    def describe(self, etag: str | None, total: int | None) -> None:
        """As of a part."""
        self.etag, self.total = etag, total

    def rewind(self) -> None:
        """Begin anew.

        Raises:
            DownloadError: it cannot go back to where it was.
        """
        with self._lock:
            if self.size:
                if self._start is None:
                    raise DownloadError("the file has to be sent anew, and what was written cannot be taken back")
                self._file.seek(self._start)
                self._file.truncate()
            self.size = 0
            self._sums.clear()

    def write(self, data: bytes) -> None:
        """Append. Raises what the file raises."""
        with self._lock:
            left = memoryview(data)
            while left and not self._closed:
                # An unbuffered file may take less than all.
                count = self._file.write(left)
                count = len(left) if count is None else count  # pyright: ignore[reportUnnecessaryComparison]
                self._sums.add(left[:count])
                self.size += count
                left = left[count:]

    def finish(self) -> None:
        """Have it flushed."""
        with self._lock:
            if hasattr(self._file, "flush"):
                self._file.flush()

    def discard(self) -> None:
        """What was written stays: it is the caller's file."""
        self.close()

    def close(self) -> int:
        """No more is written; 0, as nothing can be gone on with."""
        with self._lock:
            self._closed = True
        return 0


T = TypeVar("T")

OnProgress: TypeAlias = Callable[[int, "int | None"], Any]

WRITE_SIZE: Final = 192 * 1024
"""Bytes that are written at once. With the piece in hand, a process that is killed loses at most 256 KiB."""

_SECONDS: Final = 1.0
"""After which they are written though there are fewer."""


def download(
    station: TaskRegistry,
    record: TaskState,
    to: str | os.PathLike[str] | BinaryIO,
    limit: Deadline,
    *,
    partial: OnPartial = "raise",
    resume: bool = True,
    sha256: str | None = None,
    max_bytes: int | None = None,
    on_bytes: OnProgress | None = None,
) -> TaskFlow[DownloadResult]:
    """Wait for success, and fetch the file. Raises what `Task.download` raises."""
    expected = ExpectedDigests()
    digest = parse_sha256(sha256)
    if digest is not None:
        expected.sha256.append((digest, "the caller"))
    if max_bytes is not None and not (isinstance(max_bytes, int) and max_bytes >= 0):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"max_bytes: expected a number, 0 or more, got {describe(max_bytes)}")
    sums = Digests(expected)
    if isinstance(to, str | os.PathLike):
        sink: PartFile | OpenFileSink = PartFile(target_path(to), record.ref, sums, station.config.clock.wall())
    else:
        sink = OpenFileSink(to, sums)
    source = yield from open_source(station, record, limit, expected, partial, max_bytes)
    sums.clear()
    fetching = _Fetching(source, sink, sums, on_bytes)
    try:
        return (yield from fetching.run(resume=resume))
    except GeneratorExit:
        sink.close()
        raise
    except DownloadError as error:
        report_failure(error, station, record)
        yield from source.close()
        error.ref, error.last = record.ref, record.snapshot
        error.written = yield RunBlocking(sink.close)
        error.resumable = error.resumable and sink.resumable
        raise
    except BaseException:
        yield from source.close()
        yield RunBlocking(sink.close)
        raise


def open_source(
    station: TaskRegistry,
    record: TaskState,
    limit: Deadline,
    expected: ExpectedDigests,
    partial: OnPartial,
    max_bytes: int | None = None,
) -> TaskFlow[ResumableStream]:
    """Wait for success; where the file is to be had."""
    if not isinstance(record.task_type.result, DownloadLinks):
        raise InvalidArgumentError(f"{record.ref}: tasks of this kind have no file")
    view = yield from wait_for_success(station, record, limit, partial)
    if view.phase is Phase.SKIPPED:
        raise DownloadError(f"{record.ref}: it had nothing to do, so there is no file", ref=record.ref, last=view)
    try:
        expected.update_from_task(find_download(station, record, view))
    except DownloadError as error:
        report_failure(error, station, record)
        raise
    most = [each for each in (max_bytes, record.task_type.result.max_bytes) if each is not None]
    return ResumableStream(station, record, limit, expected, min(most, default=None))


def report_failure(error: DownloadError, station: TaskRegistry, record: TaskState) -> None:
    """Tell that a file cannot be had, and why: an error's text names hosts, and never a link."""
    why = str(error).removeprefix(f"{record.ref}: ")
    station.emit("download", record, detail=f"failed: {why}")


@define(eq=False)
class _Fetching:
    """One download, from its first byte to its last."""

    source: ResumableStream
    sink: PartFile | OpenFileSink
    sums: Digests
    on_bytes: OnProgress | None

    _waiting: list[bytes] = field(factory=list[bytes], init=False)
    """Bytes that are yet to be written."""

    _size: int = field(default=0, init=False)
    _described: tuple[str | None, int | None] | None = field(default=None, init=False)

    def run(self, *, resume: bool) -> TaskFlow[DownloadResult]:
        source, sink = self.source, self.sink
        station, record = source.station, source.record
        started = station.now()
        resumed = yield from self._begin(resume=resume)
        while True:
            yield from self._fill()
            fault = source.expected.mismatch(self.sums, sink.size, source.total)
            if fault is None:
                break
            if not resumed:
                yield from self._work(sink.discard)
                raise source.error(fault, resumable=False)
            # What an earlier call left may be to blame, so it gets one more chance without that.
            resumed = 0
            source.restart()
            yield from self._work(sink.rewind)
        yield from self._work(sink.finish)
        yield from settle_task(station, record, Phase.SUCCEEDED)
        elapsed = station.now() - started
        station.emit("download", record, detail="its file was fetched", bytes=sink.size, elapsed=elapsed)
        return DownloadResult(
            path=None if sink.path is None else str(sink.path),
            bytes=sink.size,
            sha256=self.sums.sha256,
            etag=source.etag,
            resumed_from=resumed,
            refreshes=source.refreshes,
            verified=source.expected.strongest_check(source.total),
        )

    def _begin(self, *, resume: bool) -> TaskFlow[int]:
        """Take over what an earlier call left; how many bytes that is."""
        source, sink = self.source, self.sink
        there: int = yield from self._work(lambda: sink.begin(resume=resume))
        most, size = source.max_bytes, source.expected.size
        if (most is not None and there > most) or (size is not None and there > size):
            there = 0
            yield from self._work(sink.rewind)
        if there:
            while (yield from self._work(lambda: sink.rehash(there))):
                if source.deadline.expired:
                    raise source.error("the time was over before what is there was read again")
            source.offset, source.etag, source.total = there, sink.etag, sink.total
            self._described = sink.etag, sink.total
        return there

    def _fill(self) -> TaskFlow[None]:
        source, sink = self.source, self.sink
        clock = source.station.config.clock
        written = clock.monotonic()
        while True:
            try:
                piece = yield from source.next_chunk()
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
            if self._size >= WRITE_SIZE or clock.monotonic() - written >= _SECONDS:
                yield from self._write()
                written = clock.monotonic()
        yield from self._write()

    def _write(self) -> TaskFlow[None]:
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
            yield Callback(lambda counts: told(*counts), (sink.size, source.total))

    def _work(self, function: Callable[[], T]) -> TaskFlow[T]:
        try:
            return cast("T", (yield RunBlocking(function)))
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise self.source.error(f"its file could not be written ({why})") from error


_BUFFER = 256 * 1024


@define(eq=False)
class FileReader:
    """A file that somebody reads: what was given out cannot be taken back."""

    source: ResumableStream
    sums: Digests
    given: int = 0
    ended: bool = False

    def next_chunk(self) -> TaskFlow[bytes]:
        """The next bytes; nothing at the end, when all of them are verified.

        Raises:
            DownloadError: there is no more to be had, or what was given out does not verify.
        """
        try:
            return (yield from self._piece())
        except DownloadError as error:
            report_failure(error, self.source.station, self.source.record)
            raise

    def _piece(self) -> TaskFlow[bytes]:
        source = self.source
        while not self.ended:
            piece = yield from source.next_chunk()
            if piece is None:
                fault = source.expected.mismatch(self.sums, self.given, source.total)
                if fault is not None:
                    raise source.error(fault, resumable=False)
                self.ended = True
                yield from settle_task(source.station, source.record, Phase.SUCCEEDED)
            elif piece is REWOUND:
                if self.given:
                    raise source.error("the file has to be sent anew, and some of it was read", resumable=False)
                self.sums.clear()
            else:
                self.sums.add(piece)
                self.given += len(piece)
                return piece
        return b""


def open_reader(station: TaskRegistry, record: TaskState, limit: Deadline, partial: OnPartial) -> TaskFlow[FileReader]:
    """Wait for success, and begin to read. Raises what `Task.open` raises."""
    expected = ExpectedDigests()
    source = yield from open_source(station, record, limit, expected, partial)
    return FileReader(source, Digests(expected))


class _Raw(io.RawIOBase):
    """What a buffered reader reads from."""

    def __init__(self, runner: SyncRunner, found: FileReader) -> None:
        self._runner = runner
        self._found = found
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        if self.closed:
            raise ValueError("read of a closed file")
        if not self._piece:
            self._piece = memoryview(self._runner.run(self._found.next_chunk()))
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._piece))
        target[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count


@contextmanager
def open_file(
    runner: SyncRunner, station: TaskRegistry, record: TaskState, limit: Deadline, partial: OnPartial = "raise"
) -> Generator[BinaryIO]:
    """A task's file, open for reading. Raises what `Task.open` raises."""
    found = runner.run(open_reader(station, record, limit, partial))
    file = io.BufferedReader(_Raw(runner, found), _BUFFER)
    try:
        yield cast("BinaryIO", file)
    finally:
        file.close()
        runner.run(found.source.close())


@asynccontextmanager
async def open_file_async(
    runner: AsyncRunner, station: TaskRegistry, record: TaskState, limit: Deadline, partial: OnPartial = "raise"
) -> AsyncGenerator[AsyncIterator[bytes]]:
    """Async twin of `open_file`: the pieces of the file."""
    found = await runner.run(open_reader(station, record, limit, partial))
    try:
        yield _pieces(runner, found)
    finally:
        await runner.run(found.source.close())


async def _pieces(runner: AsyncRunner, found: FileReader) -> AsyncGenerator[bytes]:
    while piece := await runner.run(found.next_chunk()):
        yield piece
