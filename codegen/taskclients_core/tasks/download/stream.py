"""A file that goes into a file that the caller has open: from where it stands, and without a second chance."""

from __future__ import annotations

import threading
from typing import BinaryIO

from ...errors import InvalidArgument
from ..errors import DownloadError
from .digests import Sums


class Stream:
    """In place of a `Part`. It is flushed at the end, and left open."""

    resumable = False
    path = None
    etag: str | None = None
    total: int | None = None

    def __init__(self, file: BinaryIO, sums: Sums) -> None:
        self._file = file
        self._sums = sums
        self._lock = threading.Lock()
        self._closed = False
        self.size = 0
        try:
            file.write(b"")
            self._start = file.tell() if file.seekable() else None
        except (TypeError, ValueError, AttributeError, OSError) as error:
            raise InvalidArgument("to: expected a path, or a file that is open for writing bytes") from error

    def begin(self, *, resume: bool) -> int:  # noqa: ARG002 - as of a part
        """Nothing is there."""
        return 0

    def rehash(self, until: int) -> bool:  # noqa: ARG002
        """Nothing is there."""
        return False

    def describe(self, etag: str | None, total: int | None) -> None:
        """As of a part."""
        self.etag, self.total = etag, total

    def rewind(self) -> None:
        """Begin anew.

        Raises:
            DownloadError: it cannot go back to where it was.
        """
        with self._lock:
            if self.size:
                if self._start is None:
                    raise DownloadError("the file has to be sent anew, and what was written cannot be taken back")
                self._file.seek(self._start)
                self._file.truncate()
            self.size = 0
            self._sums.clear()

    def write(self, data: bytes) -> None:
        """Append. Raises what the file raises."""
        with self._lock:
            left = memoryview(data)
            while left and not self._closed:
                # An unbuffered file may take less than all.
                count = self._file.write(left)
                count = len(left) if count is None else count  # pyright: ignore[reportUnnecessaryComparison]
                self._sums.add(left[:count])
                self.size += count
                left = left[count:]

    def finish(self) -> None:
        """Have it flushed."""
        with self._lock:
            if hasattr(self._file, "flush"):
                self._file.flush()

    def discard(self) -> None:
        """What was written stays: it is the caller's file."""
        self.close()

    def close(self) -> int:
        """No more is written; 0, as nothing can be gone on with."""
        with self._lock:
            self._closed = True
        return 0
