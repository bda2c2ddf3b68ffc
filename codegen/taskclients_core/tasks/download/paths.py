"""Where a file goes, and where it is until then.

Links are not followed: a path that is a symbolic link is refused, as replacing the link would surprise whoever made it,
and replacing what it leads to would let others choose the place.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ...errors import InvalidArgument


def target_of(given: str | os.PathLike[str]) -> Path:
    """The path of a file that is yet to be, or to be replaced.

    Raises:
        InvalidArgument: no file can be written there.
    """
    found = os.fspath(given)
    path = Path(os.fsdecode(found))
    if not found or "\0" in str(path) or not path.name:
        raise InvalidArgument("to: expected the path of a file")
    path = Path(os.path.abspath(path))
    if not path.parent.is_dir():
        raise InvalidArgument(f"to: there is no folder {path.parent}")
    for each in (path, part_of(path), state_of(path)):
        check(each)
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise InvalidArgument(f"to: the folder {path.parent} cannot be written to")
    return path


def check(path: Path) -> None:
    """Refuse what is there and is not a plain file. Raises InvalidArgument."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    except OSError as error:
        raise InvalidArgument(f"to: {path}: {error.strerror}") from error
    if stat.S_ISLNK(mode):
        raise InvalidArgument(f"to: {path} is a symbolic link; give the file that it leads to")
    if stat.S_ISDIR(mode):
        raise InvalidArgument(f"to: {path} is a folder")
    if not stat.S_ISREG(mode):
        raise InvalidArgument(f"to: {path} is not a plain file")


def check_file(file: int, path: Path) -> None:
    """The same of what is open. Raises InvalidArgument."""
    if not stat.S_ISREG(os.fstat(file).st_mode):
        raise InvalidArgument(f"to: {path} is not a plain file")


def part_of(path: Path) -> Path:
    """Where a file is until it is complete."""
    return path.with_name(f"{path.name}.part")


def state_of(path: Path) -> Path:
    """What says of which task it is a part."""
    return path.with_name(f"{path.name}.part.json")
