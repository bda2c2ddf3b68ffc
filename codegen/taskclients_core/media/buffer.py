"""Buffer of body chunks under a size limit, and `RowError`: a row that cannot be read."""

from __future__ import annotations

from ..codec.mismatch import Mismatch
from ..errors import DecodeError, ResponseTooLargeError


class RowError(Exception):
    """A row that cannot be read.

    `row` counts from 0 within the block at hand; `column` is a name, or an index while names are not known, or ''.
    """

    def __init__(self, row: int, column: str | int, expected: str, found: str, inner: str = "") -> None:
        super().__init__(row, column, expected, found, inner)
        self.row = row
        self.column = column
        self.expected = expected
        self.found = found
        self.inner = inner
        """Place within the cell, such as `$[0].name`."""

    def to_decode_error(self, first: int, names: list[str], raw: bytes) -> DecodeError:
        """The error to raise, where row 0 is row `first` of the body, and row 0 of the body is its header."""
        number = self.row + first
        where = "header" if number == 0 else f"row {number}"
        column = self.column
        if isinstance(column, int):
            column = names[column] if column < len(names) else ""
        if column:
            where += f", column {column!r}"
        if self.inner:
            where += f", {self.inner}"
        return DecodeError(path=where, expected=self.expected, found=self.found, raw=raw)


def row_error(mismatch: Mismatch, row: int, column: str) -> RowError:
    """The fault of a cell that does not read."""
    inner = mismatch.path if mismatch.steps else ""
    return RowError(row, column, mismatch.expected, mismatch.found, inner)


_KEPT = 64 * 1024


class Buffer:
    """The pieces of a body; all of it may have `limit` bytes, whether they are kept or passed over."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._pieces = bytearray()
        self._size = 0

    def add(self, data: bytes) -> None:
        """Some more of it. Raises ResponseTooLarge where it gets too long."""
        self._pieces += data
        self.skip(data)

    def skip(self, data: bytes) -> None:
        """Some of it that says nothing. Raises ResponseTooLarge likewise."""
        self._size += len(data)
        if self._limit is not None and self._size > self._limit:
            raw = bytes((self._pieces or data)[: min(self._limit, _KEPT)])
            self._pieces = bytearray()
            message = f"the answer has more than the {self._limit} bytes that max_response_bytes allows"
            raise ResponseTooLargeError(
                f"{message}: {self._size} were read", limit=self._limit, received=self._size, raw=raw
            )

    @property
    def content(self) -> bytes:
        """All that was kept."""
        return bytes(self._pieces)
