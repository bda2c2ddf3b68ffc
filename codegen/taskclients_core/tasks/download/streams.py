"""A task's file, read while it comes."""

from __future__ import annotations

import io
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from attrs import define

from ..effects import Flow
from ..errors import DownloadError
from ..phases import Phase
from ..waits.endings import closed
from .digests import Expected, Sums
from .flow import begun, tell_of
from .source import REWOUND, Source

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from ...exchange.deadline import Deadline
    from ..async_runner import AsyncRunner
    from ..state.record import Record
    from ..station import Station
    from ..sync_runner import SyncRunner
    from ..waits.outcomes import Partial

_BUFFER = 256 * 1024


@define(eq=False)
class Reading:
    """A file that somebody reads: what was given out cannot be taken back."""

    source: Source
    sums: Sums
    given: int = 0
    ended: bool = False

    def piece(self) -> Flow[bytes]:
        """The next bytes; nothing at the end, when all of them are verified.

        Raises:
            DownloadError: there is no more to be had, or what was given out does not verify.
        """
        try:
            return (yield from self._piece())
        except DownloadError as error:
            tell_of(error, self.source.station, self.source.record)
            raise

    def _piece(self) -> Flow[bytes]:
        source = self.source
        while not self.ended:
            piece = yield from source.piece()
            if piece is None:
                fault = source.expected.fault(self.sums, self.given, source.total)
                if fault is not None:
                    raise source.failure(fault, resumable=False)
                self.ended = True
                yield from closed(source.station, source.record, Phase.SUCCEEDED)
            elif piece is REWOUND:
                if self.given:
                    raise source.failure("the file has to be sent anew, and some of it was read", resumable=False)
                self.sums.clear()
            else:
                self.sums.add(piece)
                self.given += len(piece)
                return piece
        return b""


def reading(station: Station, record: Record, limit: Deadline, partial: Partial) -> Flow[Reading]:
    """Wait for success, and begin to read. Raises what `Task.open` raises."""
    expected = Expected()
    source = yield from begun(station, record, limit, expected, partial)
    return Reading(source, Sums(expected))


class _Raw(io.RawIOBase):
    """What a buffered reader reads from."""

    def __init__(self, runner: SyncRunner, found: Reading) -> None:
        self._runner = runner
        self._found = found
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        if self.closed:
            raise ValueError("read of a closed file")
        if not self._piece:
            self._piece = memoryview(self._runner.run(self._found.piece()))
        target = memoryview(buffer).cast("B")
        count = min(len(target), len(self._piece))
        target[:count] = self._piece[:count]
        self._piece = self._piece[count:]
        return count


@contextmanager
def opened(
    runner: SyncRunner, station: Station, record: Record, limit: Deadline, partial: Partial = "raise"
) -> Generator[BinaryIO]:
    """A task's file, open for reading. Raises what `Task.open` raises."""
    found = runner.run(reading(station, record, limit, partial))
    file = io.BufferedReader(_Raw(runner, found), _BUFFER)
    try:
        yield cast("BinaryIO", file)
    finally:
        file.close()
        runner.run(found.source.close())


@asynccontextmanager
async def opened_async(
    runner: AsyncRunner, station: Station, record: Record, limit: Deadline, partial: Partial = "raise"
) -> AsyncGenerator[AsyncIterator[bytes]]:
    """Async twin of `opened`: the pieces of the file."""
    found = await runner.run(reading(station, record, limit, partial))
    try:
        yield _pieces(runner, found)
    finally:
        await runner.run(found.source.close())


async def _pieces(runner: AsyncRunner, found: Reading) -> AsyncGenerator[bytes]:
    while piece := await runner.run(found.piece()):
        yield piece
