"""Files that a command line names for bodies; `-` is the standard input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from ..codec import decode
from ..errors import DecodeError, InvalidArgument


def tree(file: str) -> Any:
    """What a file of JSON holds.

    Raises:
        InvalidArgument: it cannot be read, or is no JSON.
    """
    try:
        return decode(content(file), Any)
    except DecodeError as error:
        raise InvalidArgument(f"--body: expected {error.expected}, found {error.found} at {error.path}") from None


def text(file: str) -> str:
    """What a file of text holds.

    Raises:
        InvalidArgument: it cannot be read, or is no UTF-8.
    """
    try:
        return content(file).decode()
    except UnicodeDecodeError:
        raise InvalidArgument("--body: it is not UTF-8") from None


def content(file: str) -> bytes:
    """What a file holds.

    Raises:
        InvalidArgument: it cannot be read.
    """
    return sys.stdin.buffer.read() if file == "-" else readable(file).read_bytes()


def readable(file: str) -> Path:
    """The path of a file that can be read.

    Raises:
        InvalidArgument: it cannot.
    """
    path = Path(file)
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise InvalidArgument(f"{file}: it cannot be read ({error.strerror})") from None
