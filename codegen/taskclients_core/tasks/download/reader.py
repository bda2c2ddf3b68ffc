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
from ...errors import InvalidArgumentError, describe, problem_of
from ..definition import DownloadLinks, Phase
from ..errors import DownloadError
from ..waiters import OnPartial, settle_task, wait_for_success, wait_for_task
from .links import DownloadResult, find_download, lacks_hosts
from .part_file import Digests, ExpectedDigests, PartFile, parse_sha256, target_path
from .resumable_stream import REWOUND, ResumableStream

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from ..runners import AsyncRunner, SyncRunner
    from ..state import TaskState
    from ..task_registry import TaskRegistry


# -- Writing to an open file


class OpenFileSink:
    """Sink for a file that the caller opened, in place of a `PartFile`. It is flushed at the end and left open."""

    resumable = False
    path = None
    etag: str | None = None
    total: int | None = None

    def __init__(self, file: BinaryIO, digests: Digests) -> None:
        self._file = file
        self._digests = digests
        self._lock = threading.Lock()
        self._closed = False
        self.size = 0
        try:
            file.write(b"")
            self._start = file.tell() if file.seekable() else None
        except (TypeError, ValueError, AttributeError, OSError) as error:
            raise InvalidArgumentError("to: expected a path, or a file open for writing bytes") from error

    def begin(self, *, resume: bool) -> int:  # noqa: ARG002 - as of a part
        """Return 0: an open file has no earlier bytes to resume from."""
        return 0

    def rehash(self, until: int) -> bool:  # noqa: ARG002
        """Return False: there is nothing to read."""
        return False

    def describe(self, etag: str | None, total: int | None) -> None:
        """Record the ETag and the total size."""
        self.etag, self.total = etag, total

    def rewind(self) -> None:
        """Discard what was written and start again.

        Raises:
            DownloadError: the file is not seekable.
        """
        with self._lock:
            if self.size:
                if self._start is None:
                    raise DownloadError(
                        "the file must be downloaded again, but the target is not seekable; pass a path"
                    )
                self._file.seek(self._start)
                self._file.truncate()
            self.size = 0
            self._digests.clear()

    def write(self, data: bytes) -> None:
        """Append bytes. Raises what the file raises."""
        with self._lock:
            left = memoryview(data)
            while left and not self._closed:
                # An unbuffered file may write only a part.
                count = self._file.write(left)
                count = len(left) if count is None else count  # pyright: ignore[reportUnnecessaryComparison]
                self._digests.add(left[:count])
                self.size += count
                left = left[count:]

    def finish(self) -> None:
        """Flush the file."""
        with self._lock:
            if hasattr(self._file, "flush"):
                self._file.flush()

    def discard(self) -> None:
        """Stop writing. Written bytes stay, because the file is the caller's."""
        self.close()

    def close(self) -> int:
        """Stop writing; return 0, because an open file cannot be resumed."""
        with self._lock:
            self._closed = True
        return 0


# -- Download


T = TypeVar("T")

OnProgress: TypeAlias = Callable[[int, "int | None"], Any]

WRITE_SIZE: Final = 192 * 1024
"""Number of bytes collected before a write. With the chunk in hand, a crash loses at most 256 KiB."""

_SECONDS: Final = 1.0
"""Seconds after which fewer bytes are written."""


def download(
    registry: TaskRegistry,
    state: TaskState,
    to: str | os.PathLike[str] | BinaryIO,
    deadline: Deadline,
    *,
    partial: OnPartial = "raise",
    resume: bool = True,
    sha256: str | None = None,
    max_bytes: int | None = None,
    on_bytes: OnProgress | None = None,
) -> TaskFlow[DownloadResult]:
    """Wait for success and download the file. Arguments and errors as for `TaskHandle.download`."""
    expected = ExpectedDigests()
    digest = parse_sha256(sha256)
    if digest is not None:
        expected.sha256.append((digest, "the caller"))
    if max_bytes is not None and not (isinstance(max_bytes, int) and max_bytes >= 0):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgumentError(f"max_bytes: expected an int, 0 or more, got {describe(max_bytes)}")
    digests = Digests(expected)
    if isinstance(to, str | os.PathLike):
        sink: PartFile | OpenFileSink = PartFile(target_path(to), state.ref, digests, registry.config.clock.wall())
    else:
        sink = OpenFileSink(to, digests)
    source = yield from open_source(registry, state, deadline, expected, partial, max_bytes)
    source.suffix = "" if sink.path is None else sink.path.suffix.lower()
    digests.clear()
    fetching = _Fetching(source, sink, digests, on_bytes)
    try:
        return (yield from fetching.run(resume=resume))
    except GeneratorExit:
        sink.close()
        raise
    except DownloadError as error:
        report_failure(error, registry, state)
        yield from source.close()
        error.ref, error.last = state.ref, state.snapshot
        error.written = yield RunBlocking(sink.close)
        error.resumable = error.resumable and sink.resumable
        raise
    except BaseException:
        yield from source.close()
        yield RunBlocking(sink.close)
        raise


def open_source(
    registry: TaskRegistry,
    state: TaskState,
    deadline: Deadline,
    expected: ExpectedDigests,
    partial: OnPartial,
    max_bytes: int | None = None,
) -> TaskFlow[ResumableStream]:
    """Wait for success and return the stream of the task's file."""
    if not isinstance(state.task_type.result, DownloadLinks):
        raise InvalidArgumentError(f"{state.ref}: the task type has no file to download; call `result`")
    if lacks_hosts(state.task_type.result, registry.download_hosts):
        # Do not wait for a file that will be refused. Of a task that has ended, the link's check names the host.
        snapshot = yield from wait_for_task(registry, state, deadline, until=lambda _: True)
        if not snapshot.terminal:
            raise DownloadError(
                f"{state.ref}: the spec names no host that files may come from; pass download_hosts=['<host>'] to the "
                "client, where '*' allows every public host",
                ref=state.ref,
                last=snapshot,
            )
    snapshot = yield from wait_for_success(registry, state, deadline, partial)
    if snapshot.phase is Phase.SKIPPED:
        raise DownloadError(
            f"{state.ref}: the task had nothing to do, so there is no file; read `phase` before you download",
            ref=state.ref,
            last=snapshot,
        )
    try:
        expected.update_from_task(find_download(registry, state, snapshot))
    except DownloadError as error:
        report_failure(error, registry, state)
        raise
    most = [each for each in (max_bytes, state.task_type.result.max_bytes) if each is not None]
    return ResumableStream(registry, state, deadline, expected, min(most, default=None))


def report_failure(error: DownloadError, registry: TaskRegistry, state: TaskState) -> None:
    """Emit the `download` event of a failure. The error's text names hosts but never a link."""
    why = problem_of(error).removeprefix(f"{state.ref}: ")
    registry.emit("download", state, detail=f"failed: {why}")


@define(eq=False)
class _Fetching:
    """One download from a stream to a sink."""

    source: ResumableStream
    sink: PartFile | OpenFileSink
    digests: Digests
    on_bytes: OnProgress | None

    _pending: list[bytes] = field(factory=list[bytes], init=False)
    """Chunks that have not been written yet."""

    _pending_size: int = field(default=0, init=False)
    _described: tuple[str | None, int | None] | None = field(default=None, init=False)

    def run(self, *, resume: bool) -> TaskFlow[DownloadResult]:
        source, sink = self.source, self.sink
        registry, state = source.registry, source.state
        started = registry.now()
        resumed = yield from self._begin(resume=resume)
        while True:
            yield from self._fetch()
            mismatch = source.expected.mismatch(self.digests, sink.size, source.total)
            if mismatch is None:
                break
            if not resumed:
                yield from self._run_blocking(sink.discard)
                raise source.error(mismatch, resumable=False)
            # The bytes of an earlier call may be wrong: download once more without them.
            resumed = 0
            source.restart()
            yield from self._run_blocking(sink.rewind)
        yield from self._run_blocking(sink.finish)
        yield from settle_task(registry, state, Phase.SUCCEEDED)
        elapsed = registry.now() - started
        registry.emit("download", state, detail="downloaded", bytes=sink.size, elapsed=elapsed)
        return DownloadResult(
            path=None if sink.path is None else str(sink.path),
            bytes=sink.size,
            sha256=self.digests.sha256,
            etag=source.etag,
            resumed_from=resumed,
            refreshes=source.refreshes,
            verified=source.expected.strongest_check(source.total),
        )

    def _begin(self, *, resume: bool) -> TaskFlow[int]:
        """Take over the bytes of an earlier call; return their number."""
        source, sink = self.source, self.sink
        there: int = yield from self._run_blocking(lambda: sink.begin(resume=resume))
        most, size = source.max_bytes, source.expected.size
        if (most is not None and there > most) or (size is not None and there > size):
            there = 0
            yield from self._run_blocking(sink.rewind)
        if there:
            while (yield from self._run_blocking(lambda: sink.rehash(there))):
                if source.deadline.expired:
                    raise source.error(
                        "the timeout passed while the .part file was read", remedy="call download again with more time"
                    )
            source.offset, source.etag, source.total = there, sink.etag, sink.total
            self._described = sink.etag, sink.total
        return there

    def _fetch(self) -> TaskFlow[None]:
        source, sink = self.source, self.sink
        clock = source.registry.config.clock
        written = clock.monotonic()
        while True:
            try:
                chunk = yield from source.next_chunk()
            except DownloadError:
                yield from self._write()
                raise
            if chunk is None:
                break
            if chunk is REWOUND:
                self._pending, self._pending_size = [], 0
                yield from self._run_blocking(sink.rewind)
                continue
            self._pending.append(chunk)
            self._pending_size += len(chunk)
            if self._pending_size >= WRITE_SIZE or clock.monotonic() - written >= _SECONDS:
                yield from self._write()
                written = clock.monotonic()
        yield from self._write()

    def _write(self) -> TaskFlow[None]:
        """Write the pending chunks and call `on_bytes`."""
        if not self._pending:
            return
        source, sink = self.source, self.sink
        data = self._pending[0] if len(self._pending) == 1 else b"".join(self._pending)
        self._pending, self._pending_size = [], 0
        described = source.etag, source.total
        if described != self._described:
            yield from self._run_blocking(lambda: sink.describe(*described))
            self._described = described
        yield from self._run_blocking(lambda: sink.write(data))
        on_bytes = self.on_bytes
        if on_bytes is not None:
            yield Callback(lambda counts: on_bytes(*counts), (sink.size, source.total))

    def _run_blocking(self, function: Callable[[], T]) -> TaskFlow[T]:
        try:
            return cast("T", (yield RunBlocking(function)))
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise self.source.error(
                f"the file could not be written ({why})",
                remedy="free space or pass another path, then call download again",
            ) from error


# -- Reading while the file arrives


_BUFFER = 256 * 1024


@define(eq=False)
class FileReader:
    """Task's file as a stream for the caller. Chunks already returned cannot be replaced."""

    source: ResumableStream
    digests: Digests
    given: int = 0
    ended: bool = False

    def next_chunk(self) -> TaskFlow[bytes]:
        """Return the next bytes; b"" at the end, after verification.

        Raises:
            DownloadError: the download failed, or the bytes do not match the digest or size.
        """
        try:
            return (yield from self._chunk())
        except DownloadError as error:
            report_failure(error, self.source.registry, self.source.state)
            raise

    def _chunk(self) -> TaskFlow[bytes]:
        source = self.source
        while not self.ended:
            chunk = yield from source.next_chunk()
            if chunk is None:
                mismatch = source.expected.mismatch(self.digests, self.given, source.total)
                if mismatch is not None:
                    raise source.error(mismatch, resumable=False)
                self.ended = True
                yield from settle_task(source.registry, source.state, Phase.SUCCEEDED)
            elif chunk is REWOUND:
                if self.given:
                    raise source.error(
                        "the file must be downloaded again, but a part of it was read",
                        resumable=False,
                        remedy="open it again",
                    )
                self.digests.clear()
            else:
                self.digests.add(chunk)
                self.given += len(chunk)
                return chunk
        return b""


def open_reader(
    registry: TaskRegistry, state: TaskState, deadline: Deadline, partial: OnPartial
) -> TaskFlow[FileReader]:
    """Wait for success and return the reader of the file. Raises as `TaskHandle.open`."""
    expected = ExpectedDigests()
    source = yield from open_source(registry, state, deadline, expected, partial)
    return FileReader(source, Digests(expected))


class _Raw(io.RawIOBase):
    """Raw file under the buffered reader of `open_file`."""

    def __init__(self, runner: SyncRunner, reader: FileReader) -> None:
        self._runner = runner
        self._reader = reader
        self._chunk = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        if self.closed:
            raise ValueError("read of a closed file")
        if not self._chunk:
            self._chunk = memoryview(self._runner.run(self._reader.next_chunk()))
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._chunk))
        target[:count] = self._chunk[:count]
        self._chunk = self._chunk[count:]
        return count


@contextmanager
def open_file(
    runner: SyncRunner, registry: TaskRegistry, state: TaskState, deadline: Deadline, partial: OnPartial = "raise"
) -> Generator[BinaryIO]:
    """Context manager of a task's file, open for reading. Raises as `TaskHandle.open`."""
    reader = runner.run(open_reader(registry, state, deadline, partial))
    file = io.BufferedReader(_Raw(runner, reader), _BUFFER)
    try:
        yield cast("BinaryIO", file)
    finally:
        file.close()
        runner.run(reader.source.close())


@asynccontextmanager
async def open_file_async(
    runner: AsyncRunner, registry: TaskRegistry, state: TaskState, deadline: Deadline, partial: OnPartial = "raise"
) -> AsyncGenerator[AsyncIterator[bytes]]:
    """Async twin of `open_file`: the chunks of the file."""
    reader = await runner.run(open_reader(registry, state, deadline, partial))
    try:
        yield _chunks(runner, reader)
    finally:
        await runner.run(reader.source.close())


async def _chunks(runner: AsyncRunner, reader: FileReader) -> AsyncGenerator[bytes]:
    while chunk := await runner.run(reader.next_chunk()):
        yield chunk
