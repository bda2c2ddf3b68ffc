"""The `.part` file of a download: digests, paths, lock, checkpoints and the final rename."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import sys
import threading
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeGuard, cast

from attrs import define, field

from ...errors import InvalidArgumentError
from ...http_messages import Headers
from ..errors import DownloadError
from ..files import belongs_to_us, narrow, sync_directory, sync_file, umask
from ..journal.entry import boot_id
from ..snapshot import TaskRef
from .links import DownloadableFile, Verification, parse_digest

# -- Digests


@define(eq=False)
class ExpectedDigests:
    """Expected digests and size of a file, each digest with its source ("the caller", "the task", "the host")."""

    sha256: list[tuple[str, str]] = field(factory=list[tuple[str, str]])
    """Digests in hexadecimal, and their sources."""

    md5: list[tuple[str, str]] = field(factory=list[tuple[str, str]])
    size: int | None = None
    """Size in bytes, from the task."""

    def update_from_task(self, file: DownloadableFile) -> None:
        """Replace the values from the task."""
        self.size = file.size
        self._replace("the task", [("sha256", file.sha256), ("md5", file.md5)])

    def update_from_headers(self, headers: Headers) -> None:
        """Replace the values from the response headers of the whole file."""
        self._replace("the host", _header_digests(headers))

    def _replace(self, source: str, digests_given: Iterable[tuple[str, str | None]]) -> None:
        self.sha256 = [each for each in self.sha256 if each[1] != source]
        self.md5 = [each for each in self.md5 if each[1] != source]
        for name, digest in digests_given:
            if digest is not None:
                (self.sha256 if name == "sha256" else self.md5).append((digest, source))

    def mismatch(self, digests: Digests, size: int, total: int | None) -> str | None:
        """Describe the first mismatch of a file; None if there is none."""
        for length, source in ((self.size, "the task"), (total, "the host")):
            if length is not None and length != size:
                return f"the file has {size} bytes, {source} says {length}"
        for name, wanted, found in (("sha256", self.sha256, digests.sha256), ("md5", self.md5, digests.md5)):
            for expected, source in wanted:
                if expected != found:
                    return f"the {name} of the file is not the one that {source} says"
        return None

    def strongest_check(self, total: int | None) -> Verification:
        """Return the strongest check that a matching file has passed."""
        if self.sha256:
            return "sha256"
        if self.md5:
            return "md5"
        return "none" if self.size is None and total is None else "size"


def _header_digests(headers: Headers) -> Sequence[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, text in re.findall(r"(sha-256|md5)=:([A-Za-z0-9+/=]+):", headers.get("Repr-Digest", ""), re.I):
        digest = parse_digest(text, 32 if name.lower() == "sha-256" else 16)
        if digest is not None:
            found.append((name.lower().replace("-", ""), digest))
    digest = parse_digest(headers.get("Content-MD5", ""), 16)
    if digest is not None:
        found.append(("md5", digest))
    return found


def parse_sha256(value: object) -> str | None:
    """Check the caller's `sha256` argument and return it in lower case.

    Raises:
        InvalidArgumentError: the value is not a SHA-256 in hexadecimal.
    """
    if value is None:
        return None
    if not isinstance(value, str) or not re.fullmatch("[0-9A-Fa-f]{64}", value):
        raise InvalidArgumentError("sha256: expected 64 hexadecimal digits")
    return value.lower()


class Digests:
    """Digests of the bytes written so far."""

    def __init__(self, expected: ExpectedDigests) -> None:
        self._expected = expected
        self.clear()

    def clear(self) -> None:
        """Start again with no bytes. MD5 is computed only if an MD5 is expected by now."""
        self._sha256: Any = hashlib.sha256()
        self._md5: Any = hashlib.md5(usedforsecurity=False) if self._expected.md5 else None

    def add(self, data: bytes | memoryview) -> None:
        """Add written bytes."""
        self._sha256.update(data)
        if self._md5 is not None:
            self._md5.update(data)

    @property
    def sha256(self) -> str:
        """SHA-256 in hexadecimal."""
        return str(self._sha256.hexdigest())

    @property
    def md5(self) -> str | None:
        """MD5 in hexadecimal; None if none was expected before the first byte."""
        return None if self._md5 is None else str(self._md5.hexdigest())


# -- Paths


def target_path(value: str | os.PathLike[str]) -> Path:
    """Check the caller's target path and return it as absolute path.

    Raises:
        InvalidArgumentError: a file cannot be written there.
    """
    found = os.fspath(value)
    path = Path(os.fsdecode(found))
    if not found or "\0" in str(path) or not path.name:
        raise InvalidArgumentError("to: expected the path of a file")
    path = Path(os.path.abspath(path))
    if not path.parent.is_dir():
        raise InvalidArgumentError(f"to: the folder {path.parent} does not exist; create it")
    for each in (path, part_path(path), part_state_path(path)):
        check_target(each)
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise InvalidArgumentError(f"to: the folder {path.parent} is not writable; pass another path")
    return path


def check_target(path: Path) -> None:
    """Check that a path is free or a regular file. Raises InvalidArgumentError."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise InvalidArgumentError(f"to: {path}: {error.strerror}") from error
    if stat.S_ISLNK(mode):
        raise InvalidArgumentError(f"to: {path} is a symbolic link; remove it, or pass the path of the file itself")
    if stat.S_ISDIR(mode):
        raise InvalidArgumentError(f"to: {path} is a folder; pass the path of a file")
    if not stat.S_ISREG(mode):
        raise InvalidArgumentError(f"to: {path} is not a regular file; pass another path")


def check_open_file(file: int, path: Path) -> None:
    """Check that an open file is a regular file. Raises InvalidArgumentError."""
    if not stat.S_ISREG(os.fstat(file).st_mode):
        raise InvalidArgumentError(f"to: {path} is not a regular file; pass another path")


def part_path(path: Path) -> Path:
    """Return the path of the incomplete file."""
    return path.with_name(f"{path.name}.part")


def part_state_path(path: Path) -> Path:
    """Return the path of the JSON file that describes the incomplete file."""
    return path.with_name(f"{path.name}.part.json")


# -- The file


_fcntl: Any = None
if sys.platform != "win32":
    import fcntl

    _fcntl = fcntl

_SYNCED: Final = 64 * 1024 * 1024
"""Number of bytes after which the file is flushed to disk."""

_SLICE: Final = 8 * 1024 * 1024
_READ: Final = 256 * 1024
_FLAGS: Final = (
    os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
) | getattr(os, "O_BINARY", 0)


class PartFile:
    """Incomplete file of one download. A thread that still writes delays `close`."""

    resumable = True
    """True if another call can continue from the bytes that are kept."""

    def __init__(self, path: Path, ref: TaskRef, digests: Digests, started: float) -> None:
        self.path: Path | None = path
        self._path = path
        self._ref = ref
        self._digests = digests
        self._started = started
        self._file: int | None = None
        self._lock = threading.Lock()
        self._synced = 0
        self._usable_until = 0
        """Number of usable bytes of an earlier call, rehashed or not."""

        self.size = 0
        """Number of bytes that are in the file and in the digests."""

        self.etag: str | None = None
        self.total: int | None = None

    # -- Begin

    def begin(self, *, resume: bool) -> int:
        """Open and lock the file; return the number of usable bytes of an earlier call, to be read by `rehash`.

        Raises:
            DownloadError: another download writes the file.
            InvalidArgumentError: the file cannot be opened, or does not belong to a download.
        """
        file = self._opened()
        there = os.fstat(file).st_size
        state = self._state()
        self._file = file
        usable = self._usable(state, there) if resume and state is not None else 0
        if usable and state is not None:
            self.etag, self.total = state["etag"], state["length"]
        elif there:
            os.ftruncate(file, 0)
        self._usable_until = usable
        return usable

    def _opened(self) -> int:
        part = part_path(self._path)
        while True:
            file = None
            try:
                file, is_new = _open_or_create(part)
                check_open_file(file, part)
                self._lock_file(file)
                # Another download may have finished and renamed the file in the meantime.
                if _same(file, part) and self._is_usable(file, part, is_new=is_new):
                    narrow(file, stat.S_IMODE(self._path.stat().st_mode) if self._path.exists() else 0o666)
                    return file
            except OSError as error:
                if file is not None:
                    os.close(file)
                raise InvalidArgumentError(f"to: {part}: {error.strerror}") from error
            except BaseException:
                if file is not None:
                    os.close(file)
                raise
            os.close(file)

    def _is_usable(self, file: int, part: Path, *, is_new: bool) -> bool:
        """Return True if the file may be written. One that others can read or change is removed instead.

        Raises:
            InvalidArgumentError: the file does not belong to a download.
        """
        if os.fstat(file).st_size and not os.path.lexists(part_state_path(self._path)):
            raise InvalidArgumentError(
                f"to: {part} exists and is not of a download; move it away, or pass another path"
            )
        if is_new or belongs_to_us(file):
            return True
        try:
            part.unlink()
        except OSError as error:
            raise InvalidArgumentError(
                f"to: {part} belongs to another user, or others can change it; remove it, or pass another path"
            ) from error
        return False

    def _lock_file(self, file: int) -> None:
        if _fcntl is None:
            return
        try:
            _fcntl.flock(file, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
        except BlockingIOError:
            message = f"{self._ref}: another download writes {self._path}; wait for it, or pass another path"
            raise DownloadError(message, ref=self._ref, resumable=True) from None
        except OSError:
            return  # the file system has no locks

    def _state(self) -> dict[str, Any] | None:
        try:
            with open(part_state_path(self._path), encoding="utf-8") as file:
                found = json.load(file) if belongs_to_us(file.fileno()) else None
        except (OSError, ValueError, RecursionError):
            return None
        return cast("dict[str, Any]", found) if isinstance(found, dict) else None

    def _usable(self, state: dict[str, Any], there: int) -> int:
        etag, length, kept = state.get("etag"), state.get("length"), state.get("bytes")
        if state.get("v") != 1 or state.get("task") != self._ref.resume_token() or not isinstance(etag, str):
            return 0
        if not (length is None or _is_count(length)) or not _is_count(kept):
            return 0
        if not state.get("boot") or state["boot"] != boot_id():
            there = min(there, kept)
        return there if length is None or there <= length else 0

    def rehash(self, until: int) -> bool:
        """Read the next bytes of an earlier call into the digests; return True if there are more."""
        with self._lock:
            file = self._handle()
            if not self.size:
                os.ftruncate(file, until)
                os.lseek(file, 0, os.SEEK_SET)
            end = min(until, self.size + _SLICE)
            while self.size < end:
                data = os.read(file, min(_READ, end - self.size))
                if not data:
                    raise OSError("the .part file became shorter while it was read")
                self._digests.add(data)
                self.size += len(data)
            self._synced = self.size
            return self.size < until

    # -- Write

    def describe(self, etag: str | None, total: int | None) -> None:
        """Record the ETag and the total size, before the first bytes are written."""
        self.etag, self.total = etag, total
        self._save()

    def rewind(self) -> None:
        """Discard what was written and start again."""
        with self._lock:
            file = self._handle()
            os.lseek(file, 0, os.SEEK_SET)
            os.ftruncate(file, 0)
            self.size = self._synced = self._usable_until = 0
            self._digests.clear()

    def write(self, data: bytes) -> None:
        """Append bytes. Raises OSError; `size` then counts the bytes that were written."""
        with self._lock:
            file = self._handle()
            left = memoryview(data)
            while left:
                count = os.write(file, left)
                self._digests.add(left[:count])
                self.size += count
                left = left[count:]
            due = self.size - self._synced >= _SYNCED
        if due:
            self._checkpoint()

    def _checkpoint(self) -> None:
        with self._lock:
            sync_file(self._handle())
            self._synced = self.size
        self._save()

    def _save(self) -> None:
        state = {
            "v": 1,
            "task": self._ref.resume_token(),
            "etag": self.etag,
            "length": self.total,
            "bytes": self._synced,
            "boot": boot_id(),
            "started": datetime.fromtimestamp(self._started, UTC).isoformat(timespec="seconds"),
        }
        path = part_state_path(self._path)
        new_path = path.with_name(f"{path.name}.new")
        new_path.unlink(missing_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)
        with open(os.open(new_path, flags, 0o600), "w", encoding="utf-8") as file:
            json.dump(state, file)
        os.replace(new_path, path)

    # -- End

    def finish(self) -> None:
        """Flush the file and rename it to its final path. Raises OSError."""
        with self._lock:
            file = self._handle()
            check_target(self._path)
            if self._path.exists() and hasattr(os, "fchmod"):
                os.fchmod(file, stat.S_IMODE(self._path.stat().st_mode) & ~umask())
            sync_file(file)
            if _fcntl is None:  # Windows cannot rename open files
                os.close(file)
                self._file = None
            os.replace(part_path(self._path), self._path)
            sync_directory(str(self._path))
            part_state_path(self._path).unlink(missing_ok=True)
            self._end()

    def discard(self) -> None:
        """Remove the file."""
        with self._lock:
            self._remove()

    def close(self) -> int:
        """Close the file, and remove it if it cannot be resumed; return the number of bytes kept."""
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
            part_state_path(self._path).unlink(missing_ok=True)
            self._end(lambda: part_path(self._path).unlink(missing_ok=True))

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
            raise OSError("the .part file is closed")
        return self._file


def _open_or_create(path: Path) -> tuple[int, bool]:
    """Open a file for reading and writing; return True as well if it did not exist. Raises OSError."""
    while True:
        try:
            return os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o666), True
        except FileExistsError:
            try:
                return os.open(path, _FLAGS), False
            except FileNotFoundError:
                continue  # another download has just finished or removed it


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _same(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), os.stat(path, follow_symlinks=False))
    except FileNotFoundError:
        return False
