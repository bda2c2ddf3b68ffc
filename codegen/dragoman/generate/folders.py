"""Folders that survive a killed run: scratch folders, and one folder replaced by another in one step."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

if sys.platform != "win32":
    import fcntl

_PREFIX: Final = "dragoman-"
_ABANDONED: Final = 60.0
"""Seconds after which an unlocked scratch folder belongs to a run that was killed."""


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """Provide a temporary folder. Those of runs that were killed are removed first."""
    home = Path(tempfile.gettempdir())
    for left in home.glob(f"{_PREFIX}*"):
        # Other users' folders cannot be opened or removed, and a running process keeps its own locked.
        with contextlib.suppress(OSError):
            if time.time() - left.lstat().st_mtime > _ABANDONED and not left.is_symlink():
                with locked(left, wait=False):
                    shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as name, locked(Path(name)):
        yield Path(name)


@contextlib.contextmanager
def locked(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Lock a folder against other runs. The system releases the lock of a process that is killed.

    Raises:
        BlockingIOError: another run has it, and `wait` is False.
    """
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)


def exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; return False if the system cannot."""
    # Python has no function for it: https://man7.org/linux/man-pages/man2/rename.2.html, RENAME_EXCHANGE.
    import ctypes

    rename = getattr(ctypes.CDLL(None), "renameat2", None) if sys.platform == "linux" else None
    if rename is None:
        return False
    here, flag = -100, 2
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), flag) == 0)
