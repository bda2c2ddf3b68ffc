"""Private files and flushing to disk, for the journal and for downloads."""

from __future__ import annotations

import os
import stat
import sys
from typing import Any, Final

from .errors import JournalError

# Windows has no fcntl; typed Any because checkers run on every platform.
_fcntl: Any = None
if sys.platform != "win32":
    import fcntl

    _fcntl = fcntl

_KINDS: Final = (
    (stat.S_ISLNK, "a symbolic link; give the path of the file itself"),
    (stat.S_ISDIR, "a directory, not a file"),
    (stat.S_ISFIFO, "a pipe, not a file"),
    (stat.S_ISCHR, "a device, not a file"),
    (stat.S_ISBLK, "a device, not a file"),
    (stat.S_ISSOCK, "a socket, not a file"),
)


def make_private(path: str) -> None:
    """Create a file with mode 600, or check the existing file.

    An existing file is not opened: closing it again would release SQLite's locks on the database.

    Raises:
        JournalError: the file is not regular, belongs to another user, is writable by others, is read-only, or cannot
            be created.
    """
    try:
        try:
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600))
        except FileExistsError:
            _check(path, os.lstat(path))
            if not os.access(path, os.W_OK):  # SQLite would report this only on the first write
                raise JournalError(f"journal {path}: the file is read-only; `chmod u+w` it") from None
        else:
            sync_directory(path)
    except OSError as error:
        raise JournalError(
            f"journal {path}: {error.strerror or type(error).__name__}; pass a path that can be written"
        ) from error


def _check(path: str, found: os.stat_result) -> None:
    for is_kind, kind in _KINDS:
        if is_kind(found.st_mode):
            raise JournalError(f"journal {path}: this is {kind}; pass the path of a file")
    if not hasattr(os, "geteuid"):
        return
    if found.st_uid != os.geteuid():
        raise JournalError(f"journal {path}: the file belongs to another user; pass another path")
    if found.st_mode & 0o022:
        raise JournalError(f"journal {path}: others than its owner can write to the file; `chmod go-w` it")


def umask() -> int:
    """Return the umask of this process."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            found = [line.split()[1] for line in status if line.startswith("Umask:")]
    except OSError:
        found = []
    if found:
        return int(found[0], 8)
    mask = os.umask(0o077)  # it can only be read by setting it: let files of other threads be private meanwhile
    os.umask(mask)
    return mask


def belongs_to_us(file: int) -> bool:
    """Return True if an open file is this user's, has one name, and has no permission that the umask forbids.

    Permissions that cannot be removed do not count: the file system has none. The others are removed.
    """
    if not hasattr(os, "geteuid"):
        return True
    found = os.fstat(file)
    return found.st_uid == os.geteuid() and found.st_nlink == 1 and not narrow(file, 0o666)


def narrow(file: int, allowed: int) -> bool:
    """Remove permissions of an open file that are not in `allowed`, or that the umask forbids; True if there were."""
    before = stat.S_IMODE(os.fstat(file).st_mode)
    after = before & allowed & ~umask()
    if before == after or not hasattr(os, "fchmod"):
        return False
    try:
        os.fchmod(file, after)
    except OSError:
        return False
    return stat.S_IMODE(os.fstat(file).st_mode) != before


def sync_file(file: int) -> None:
    """Flush an open file to the disk. Raises OSError."""
    full = getattr(_fcntl, "F_FULLFSYNC", None)
    if full is not None:  # on macOS `fsync` stops at the disk's own cache
        _fcntl.fcntl(file, full)
    else:
        getattr(os, "fdatasync", os.fsync)(file)


def sync_directory(path: str) -> None:
    """Flush the directory entry of a file to the disk. Raises OSError."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    folder = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
