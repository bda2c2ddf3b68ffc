"""Files that only their owner writes, and one process at a time."""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from typing import Any, Final

from ..errors import JournalError

# Not there on Windows, so their types depend on where a checker runs.
_fcntl: Any = None
if sys.platform != "win32":
    import fcntl

    _fcntl = fcntl

PATIENCE: Final = 10.0
"""Seconds to wait for another process that holds the file."""

_NOT_LOCKED: Final = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)
_KINDS: Final = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
)


def open_private(path: str) -> int:
    """Open a file to read and to append to; make it, for its owner alone, if it is not there.

    Raises:
        JournalError: it is not a file, or others than its owner can write to it, or it cannot be opened.
    """
    # A pipe must not keep us waiting for its other end.
    flags = os.O_RDWR | os.O_APPEND | _flag("O_NOFOLLOW") | _flag("O_NONBLOCK") | _flag("O_CLOEXEC")
    _check_kind(path)
    try:
        try:
            file = os.open(path, flags)
        except FileNotFoundError:
            file = os.open(path, flags | os.O_CREAT, 0o600)
            sync_directory(path)
    except OSError as error:
        raise failed(path, error) from error
    try:
        _check(path, os.fstat(file))
    except BaseException:
        os.close(file)
        raise
    return file


def make_private(path: str) -> None:
    """Make a file for its owner alone if it is not there. One that is there is not opened: SQLite forbids it.

    Raises:
        JournalError: it is not a file, or others than its owner can write to it, or it cannot be made.
    """
    _check_kind(path)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _flag("O_CLOEXEC"), 0o600))
        sync_directory(path)
    except FileExistsError:
        return
    except OSError as error:
        raise failed(path, error) from error


def _flag(name: str) -> int:
    return int(getattr(os, name, 0))


def _check_kind(path: str) -> None:
    try:
        found = os.lstat(path)
    except OSError:
        return  # to open it says more
    if stat.S_ISLNK(found.st_mode):
        raise JournalError(f"journal {path}: this is a symbolic link; give the file itself")
    _check(path, found)


def _check(path: str, found: os.stat_result) -> None:
    for is_kind, kind in _KINDS:
        if is_kind(found.st_mode):
            raise JournalError(f"journal {path}: this is {kind}, not a file")
    if not hasattr(os, "geteuid"):
        return
    if found.st_uid != os.geteuid():
        raise JournalError(f"journal {path}: it belongs to another user")
    if found.st_mode & 0o022:
        raise JournalError(f"journal {path}: others than its owner can write to it; `chmod go-w` it")


def lock(file: int, path: str) -> None:
    """Have a file alone; closing it gives it up.

    Raises:
        JournalError: somebody else has it for too long, or the file system knows no locks.
    """
    if _fcntl is None:
        raise JournalError(f"journal {path}: this system has no file locks of the kind it needs; use SqliteJournal")
    end = time.monotonic() + PATIENCE
    pause = 0.0005
    while True:
        try:
            _fcntl.flock(file, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _NOT_LOCKED:
                raise failed(path, error) from error
        else:
            return
        if time.monotonic() > end:
            raise JournalError(f"journal {path}: another process has held it for {PATIENCE:g} s")
        time.sleep(pause)
        pause = min(pause * 2, 0.01)


def unlock(file: int) -> None:
    """Let others have it."""
    _fcntl.flock(file, _fcntl.LOCK_UN)


def sync(file: int) -> None:
    """Have the disk keep what was written. Raises OSError."""
    full = getattr(_fcntl, "F_FULLFSYNC", None)
    if full is not None:  # macOS: `fsync` leaves it to the disk's own cache
        _fcntl.fcntl(file, full)
    else:
        getattr(os, "fdatasync", os.fsync)(file)


def sync_directory(path: str) -> None:
    """Have the disk keep the name of a file. Raises OSError."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def failed(path: str, error: OSError) -> JournalError:
    """What to say when the system refuses."""
    return JournalError(f"journal {path}: {error.strerror or type(error).__name__}")
