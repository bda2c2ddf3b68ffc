"""Buffer of body chunks under a size limit, and `RowError`: a row that cannot be read."""

from __future__ import annotations

from ..codec.mismatch import Mismatch
from ..errors import DecodeError, ResponseTooLargeError


class RowError(Exception):
    """A row that cannot be read.

    `row` counts from 0 within the current block; `column` is a name, an index if names are not known yet, or ''.
    """

    def __init__(self, row: int, column: str | int, expected: str, found: str, inner: str = "") -> None:
        super().__init__(row, column, expected, found, inner)
        self.row = row
        self.column = column
        self.expected = expected
        self.found = found
        self.inner = inner
        """Path within the cell, such as `$[0].name`."""

    def to_decode_error(self, first: int, names: list[str], raw: bytes) -> DecodeError:
        """Convert to the public error. Row 0 here is row `first` of the body; row 0 of the body is its header."""
        number = self.row + first
        location = "header" if number == 0 else f"row {number}"
        column = self.column
        if isinstance(column, int):
            column = names[column] if column < len(names) else ""
        if column:
            location += f", column {column!r}"
        if self.inner:
            location += f", {self.inner}"
        return DecodeError(path=location, expected=self.expected, found=self.found, raw=raw)


def row_error(mismatch: Mismatch, row: int, column: str) -> RowError:
    """Return the error of a cell that cannot be read."""
    inner = mismatch.path if mismatch.steps else ""
    return RowError(row, column, mismatch.expected, mismatch.found, inner)


_KEPT = 64 * 1024


class Buffer:
    """Chunks of a body of at most `limit` bytes, counting both added and skipped ones."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._chunks = bytearray()
        self._size = 0

    def add(self, data: bytes) -> None:
        """Append a chunk. Raises ResponseTooLargeError if the body exceeds the limit."""
        self._chunks += data
        self.skip(data)

    def skip(self, data: bytes) -> None:
        """Count a chunk without keeping it. Raises ResponseTooLargeError likewise."""
        self._size += len(data)
        if self._limit is not None and self._size > self._limit:
            raw = bytes((self._chunks or data)[: min(self._limit, _KEPT)])
            self._chunks = bytearray()
            message = f"the response has more than the {self._limit} bytes that max_response_bytes allows"
            raise ResponseTooLargeError(
                f"{message}: {self._size} were read; increase it", limit=self._limit, received=self._size, raw=raw
            )

    @property
    def content(self) -> bytes:
        """Added chunks as bytes."""
        return bytes(self._chunks)
