"""What is wrong with a row, and where."""

from __future__ import annotations

from ..codec.mismatch import Mismatch
from ..errors import DecodeError


class Fault(Exception):  # noqa: N818 - never leaves the readers of rows; what does is a DecodeError
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

    def error(self, first: int, names: list[str], raw: bytes) -> DecodeError:
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


def fault_of(mismatch: Mismatch, row: int, column: str) -> Fault:
    """The fault of a cell that does not read."""
    inner = mismatch.path if mismatch.steps else ""
    return Fault(row, column, mismatch.expected, mismatch.found, inner)
