"""A journal as a file of JSON lines, to which lines are only ever added; the last one about a key holds.

A line counts once it ends: what a crash cut short was never acknowledged, and is cut off before the next line. When
most lines are out of date, the others are written to a new file, which takes the place of the old one; whoever has the
old one open notices that, as both are locked while it happens.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from os import PathLike
from typing import Final

from attrs import define, field

from ...errors import ClientClosed
from ...exchange.clock import Clock
from ..crash import crashpoint
from ..errors import JournalError
from .entry import Entry, from_line, to_line
from .locks import failed, lock, open_private, sync, sync_directory, unlock
from .store import KEEP, Book, Store

_SLACK: Final = 1000
"""Lines that may be out of date before the file is written anew."""

_PIECE: Final = 1 << 20


class FileJournal(Store):
    """Keeps starts of tasks in a file. Threads and processes may share it, on one machine.

    The file is made readable to its owner alone. Settled starts are kept for `keep` seconds, so that the key of one
    still means its task. Needs the file locks of Unix; `SqliteJournal` does not.

    Raises:
        JournalError: the file cannot be used.
    """

    def __init__(self, path: str | PathLike[str], *, keep: float = KEEP, clock: Clock | None = None) -> None:
        super().__init__(keep=keep, clock=clock)
        self._path: str = os.path.abspath(os.fspath(path))
        self._closed = False
        self._file: _File | None = None
        self._slack = _SLACK
        self._unsynced = False
        """Whether the disk may not know yet which file bears the name."""

        with self._book():  # whatever is wrong with it is said now
            pass

    @contextmanager
    def _book(self) -> Generator[Book]:
        with self._lock:
            if self._closed:
                raise ClientClosed(f"journal {self._path}: it was closed")
            file = self._alone()
            try:
                self._name()
                file.catch_up()
                yield file
                if file.lines > 2 * len(file.entries) + self._slack:
                    self._shorten(file)
            except OSError as error:
                raise failed(self._path, error) from error
            finally:
                if self._file is not None:
                    unlock(self._file.number)

    def _alone(self) -> _File:
        """The file, locked; the one that bears the name now."""
        file = self._file
        # A process made by fork has its parent's locks: it must open the file itself.
        if file is not None and file.process != os.getpid():
            self._file = file = None
        while True:
            if file is None:
                number = open_private(self._path)
                file = self._file = _File(self._path, number)
            try:
                lock(file.number, self._path)
                if file.is_named():
                    return file
            except OSError as error:
                raise failed(self._path, error) from error
            self._file = None
            known = bool(file.entries)
            file.close()
            if known and not os.path.exists(self._path):
                raise JournalError(f"journal {self._path}: somebody removed it while it was in use")
            file = None

    def _shorten(self, old: _File) -> None:
        """Write what is worth it to a new file, which takes the place of the old one."""
        crashpoint("compact.begin")
        beside = f"{self._path}.new"
        try:
            with suppress(FileNotFoundError):
                os.unlink(beside)
            new = _File(self._path, open_private(beside))
            try:
                lock(new.number, beside)  # nobody else has it, nor may have it once it bears the name
                new.write([each for each in old.entries.values() if self._kept(each)])
                crashpoint("compact.written")
                sync(new.number)
                crashpoint("compact.synced")
                os.rename(beside, self._path)
            except BaseException:
                new.close()
                raise
        except (OSError, JournalError):
            # All is in the old file. What was asked for is done, and must not fail by this.
            self._slack += old.lines
            return
        self._file, self._unsynced = new, True
        old.close()
        crashpoint("compact.renamed")
        with suppress(OSError):
            self._name()
        crashpoint("compact.end")

    def _name(self) -> None:
        """Have the disk keep which file bears the name: what is written to it next must not be lost with it."""
        if self._unsynced:
            sync_directory(self._path)
            self._unsynced = False

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._closed = True
            self._file, file = None, self._file
            if file is not None:
                file.close()


@define(eq=False)
class _File(Book):
    """An open file, and what was read of it."""

    path: str
    number: int
    process: int = field(factory=os.getpid)
    entries: dict[str, Entry] = field(factory=dict[str, Entry])
    lines: int = 0
    _end: int = 0
    """Up to where it was read: the end of a line."""

    def close(self) -> None:
        """Close it; again changes nothing."""
        number, self.number = self.number, -1
        if number >= 0 and self.process == os.getpid():
            os.close(number)

    def __del__(self) -> None:
        # Of a journal that nobody has closed.
        with suppress(OSError, TypeError):  # when Python ends, modules may be gone
            self.close()

    def is_named(self) -> bool:
        """Whether it still bears the name."""
        try:
            there = os.stat(self.path)
        except FileNotFoundError:
            return False
        here = os.fstat(self.number)
        return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)

    def catch_up(self) -> None:
        """Read what others have added."""
        if os.fstat(self.number).st_size < self._end:
            raise JournalError(f"journal {self.path}: somebody cut it while it was in use")
        rest = b""
        while piece := os.pread(self.number, _PIECE, self._end + len(rest)):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                self._take(from_line(line, f"journal {self.path}, line {self.lines + 1}"))
                self._end += len(line) + 1

    def _take(self, entry: Entry) -> None:
        self.lines += 1
        if entry.state == "forgotten":
            self.entries.pop(entry.key, None)
        else:
            self.entries[entry.key] = entry

    def get(self, key: str) -> Entry | None:
        return self.entries.get(key)

    def all(self) -> Iterable[Entry]:
        return self.entries.values()

    def put(self, event: str, entry: Entry) -> None:
        crashpoint(f"journal.{event}.begin")
        line = to_line(entry)
        try:
            if os.fstat(self.number).st_size > self._end:
                os.ftruncate(self.number, self._end)  # what a crash cut short
            _write(self.number, line)
            crashpoint(f"journal.{event}.written")
            sync(self.number)
        except OSError:
            with suppress(OSError):  # if it cannot be cut now, it will be before the next line
                os.ftruncate(self.number, self._end)
            raise
        self._end += len(line)
        self._take(entry)
        crashpoint(f"journal.{event}.kept")

    def write(self, entries: list[Entry]) -> None:
        """Write them all; what was written is yet to be synced."""
        for entry in entries:
            line = to_line(entry)
            _write(self.number, line)
            self._end += len(line)
            self._take(entry)


def _write(number: int, line: bytes) -> None:
    written = os.write(number, line)
    while written < len(line):  # the disk is full, or nearly so
        written += os.write(number, line[written:])
