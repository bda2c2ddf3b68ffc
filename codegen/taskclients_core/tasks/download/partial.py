"""A file on the way to its path: `<path>.part`, and `<path>.part.json` that says what it is a part of.

The part is locked while somebody writes it, so that two downloads cannot mix. What another download finds there it
reads again to the end, as nothing that is remembered of digests could be trusted more. After a crash of the machine a
file may be longer than what the disk really has, so of another boot only what was synced counts.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeGuard, cast

from ...errors import InvalidArgument
from ..errors import DownloadError
from ..files import sync, sync_directory
from ..journal.entry import boot
from ..ref import Ref
from .digests import Sums
from .paths import check, check_file, part_of, state_of

_fcntl: Any = None
if sys.platform != "win32":
    import fcntl

    _fcntl = fcntl

_SYNCED: Final = 64 * 1024 * 1024
"""Bytes after which the disk is made to keep what was written."""

_SLICE: Final = 8 * 1024 * 1024
_READ: Final = 256 * 1024
_FLAGS: Final = (
    os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
) | getattr(os, "O_BINARY", 0)


class Part:
    """A file while it is written. For one download; a thread that still writes delays `close`."""

    resumable = True
    """Whether what is kept can be of use to another call."""

    def __init__(self, path: Path, ref: Ref, sums: Sums, started: float) -> None:
        self.path: Path | None = path
        self._path = path
        self._ref = ref
        self._sums = sums
        self._started = started
        self._file: int | None = None
        self._lock = threading.Lock()
        self._synced = 0
        self._usable_until = 0
        """Bytes of an earlier call, read again or not."""

        self.size = 0
        """Bytes that are there, and are in the digests."""

        self.etag: str | None = None
        self.total: int | None = None

    # -- Before

    def begin(self, *, resume: bool) -> int:
        """Open and lock it; how many bytes are there that may be used. They are to be read by `rehash` first.

        Raises:
            DownloadError: somebody else writes it.
            InvalidArgument: it cannot be opened, or is something else.
        """
        file = self._opened()
        there = os.fstat(file).st_size
        state = self._state()
        if there and state is None and not os.path.lexists(state_of(self._path)):
            os.close(file)
            raise InvalidArgument(
                f"to: {part_of(self._path)} is there, and is not of a download; move it away, or give another path"
            )
        self._file = file
        usable = self._usable(state, there) if resume and state is not None else 0
        if usable and state is not None:
            self.etag, self.total = state["etag"], state["length"]
        elif there:
            os.ftruncate(file, 0)
        self._usable_until = usable
        return usable

    def _opened(self) -> int:
        part = part_of(self._path)
        while True:
            try:
                file = os.open(part, _FLAGS | os.O_CREAT, 0o666)
            except OSError as error:
                raise InvalidArgument(f"to: {part}: {error.strerror}") from error
            try:
                check_file(file, part)
                self._lock_file(file)
                # Whoever had it may have finished meanwhile: then this is the finished file.
                if _same(file, part):
                    return file
            except BaseException:
                os.close(file)
                raise
            os.close(file)

    def _lock_file(self, file: int) -> None:
        if _fcntl is None:
            return
        try:
            _fcntl.flock(file, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"{self._ref}: another download writes {self._path}"
            raise DownloadError(message, ref=self._ref, resumable=True) from None
        except OSError:
            return  # a file system without locks

    def _state(self) -> dict[str, Any] | None:
        try:
            text = state_of(self._path).read_text("utf-8")
            found = json.loads(text)
        except (OSError, ValueError, RecursionError):
            return None
        return cast("dict[str, Any]", found) if isinstance(found, dict) else None

    def _usable(self, state: dict[str, Any], there: int) -> int:
        etag, length, kept = state.get("etag"), state.get("length"), state.get("bytes")
        if state.get("v") != 1 or state.get("task") != self._ref.token() or not isinstance(etag, str):
            return 0
        if not (length is None or _is_count(length)) or not _is_count(kept):
            return 0
        if not state.get("boot") or state["boot"] != boot():
            there = min(there, kept)
        return there if length is None or there <= length else 0

    def rehash(self, until: int) -> bool:
        """Read some more of what is there; whether there is more to read."""
        with self._lock:
            file = self._handle()
            if not self.size:
                os.ftruncate(file, until)
                os.lseek(file, 0, os.SEEK_SET)
            end = min(until, self.size + _SLICE)
            while self.size < end:
                data = os.read(file, min(_READ, end - self.size))
                if not data:
                    raise OSError("it became shorter while it was read")
                self._sums.add(data)
                self.size += len(data)
            self._synced = self.size
            return self.size < until

    # -- While

    def describe(self, etag: str | None, total: int | None) -> None:
        """Say what the part is of, before any of it is written."""
        self.etag, self.total = etag, total
        self._save()

    def rewind(self) -> None:
        """Begin anew."""
        with self._lock:
            file = self._handle()
            os.lseek(file, 0, os.SEEK_SET)
            os.ftruncate(file, 0)
            self.size = self._synced = self._usable_until = 0
            self._sums.clear()

    def write(self, data: bytes) -> None:
        """Append. Raises OSError; then it has as much as the disk took."""
        with self._lock:
            file = self._handle()
            left = memoryview(data)
            while left:
                count = os.write(file, left)
                self._sums.add(left[:count])
                self.size += count
                left = left[count:]
            due = self.size - self._synced >= _SYNCED
        if due:
            self._checkpoint()

    def _checkpoint(self) -> None:
        with self._lock:
            sync(self._handle())
            self._synced = self.size
        self._save()

    def _save(self) -> None:
        state = {
            "v": 1,
            "task": self._ref.token(),
            "etag": self.etag,
            "length": self.total,
            "bytes": self._synced,
            "boot": boot(),
            "started": datetime.fromtimestamp(self._started, UTC).isoformat(timespec="seconds"),
        }
        path = state_of(self._path)
        fresh = path.with_name(f"{path.name}.new")
        fresh.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
        with open(os.open(fresh, flags, 0o600), "w", encoding="utf-8") as file:
            json.dump(state, file)
        os.replace(fresh, path)

    # -- After

    def finish(self) -> None:
        """Have it stand at its path, for good. Raises OSError."""
        with self._lock:
            file = self._handle()
            check(self._path)
            if self._path.exists() and hasattr(os, "fchmod"):
                os.fchmod(file, stat.S_IMODE(self._path.stat().st_mode))
            sync(file)
            if _fcntl is None:  # where there are no locks, open files cannot be renamed either
                os.close(file)
                self._file = None
            os.replace(part_of(self._path), self._path)
            sync_directory(str(self._path))
            state_of(self._path).unlink(missing_ok=True)
            self._end()

    def discard(self) -> None:
        """Leave nothing of it."""
        with self._lock:
            self._remove()

    def close(self) -> int:
        """Keep what is there, if another call can go on from it; how many bytes that are."""
        with self._lock:
            kept = max(self.size, self._usable_until) if self.etag is not None else 0
            if not kept:
                self._remove()
            elif self._file is not None:
                self._end()
            return kept

    def _remove(self) -> None:
        self.size = self._usable_until = 0
        if self._file is not None:
            state_of(self._path).unlink(missing_ok=True)
            self._end(lambda: part_of(self._path).unlink(missing_ok=True))

    def _end(self, before: Any = None) -> None:
        file, self._file = self._file, None
        if file is not None:
            if before is not None and _fcntl is not None:
                before()
                os.close(file)
                return
            os.close(file)
            if before is not None:
                before()

    def _handle(self) -> int:
        if self._file is None:
            raise OSError("it was closed")
        return self._file


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _same(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), os.stat(path, follow_symlinks=False))
    except FileNotFoundError:
        return False
