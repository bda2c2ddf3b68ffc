"""CSV as ServiceStack writes it, read into models row by row.

The first record names members, whatever the case; columns that no member has are passed over. An empty cell is null,
and so an absent member; only where a text must be, it is the empty one. Rows count from 1, below the header.

What begins like JSON is read as JSON: a page of this vendor shows such a body under the name of CSV. White space before
the header is passed over. The last row should end as all rows do; where it does not, it is read and noted, as it may
have been cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Final

from ..codec import Note, Oddity
from ..errors import DecodeError
from .columns import Columns
from .faults import Fault
from .pieces import Pieces
from .records import Records, header_of, split
from .table import Rows, Table

BOM: Final = b"\xef\xbb\xbf"
_BATCH: Final = 256 * 1024
"""Bytes read at a time: so a long body takes no more memory than its rows."""


class CsvRows:
    """Reads a CSV body in pieces, as they come; nothing here waits for anything."""

    def __init__(
        self,
        table: Table,
        as_json: Callable[[bytes, Note], list[Any]],
        *,
        note: Note,
        lenient: bool = False,
        limit: int | None = None,
    ) -> None:
        self._table = table
        self._as_json = as_json
        self._note = note
        self._lenient = lenient
        self._records = Records(limit)
        self._head: bytes | None = b""
        """What came so far, while it may be part of a byte order mark."""
        self._begun = False
        """Whether there was more than white space."""
        self._is_json = False
        self._pieces = Pieces(limit)
        self._reader: Columns | Rows | None = None
        self._row = 0

    def feed(self, data: bytes) -> Iterator[Any]:
        """The rows that are complete now. Raises DecodeError where one cannot be read, after those before it.

        And ResponseTooLarge where a body that has to be whole is too long.
        """
        return chain.from_iterable(self.batches(data))

    def end(self) -> Iterator[Any]:
        """The rows that are left, once all pieces were given. Raises DecodeError likewise."""
        return chain.from_iterable(self.last_batches())

    def batches(self, data: bytes) -> Iterator[list[Any]]:
        """What `feed` gives, in lists."""
        if not self._begun:
            data = self._begin(data)
        if self._is_json:
            self._pieces.add(data)
            return
        for at in range(0, len(data), _BATCH):
            try:
                block = self._records.feed(data[at : at + _BATCH])
            except Fault as fault:
                raise fault.error(self._next, [], data[at : at + _BATCH]) from None
            yield from self._read(block)

    def last_batches(self) -> Iterator[list[Any]]:
        """What `end` gives, in lists."""
        if self._is_json:
            found = self._as_json(self._pieces.whole, self._note)
            self._note(Oddity("$", "expected CSV, found JSON"))
            yield found
            return
        rest = (self._head or b"") + self._records.end()
        yield from self._read(rest)
        if rest and self._row:
            self._note(Oddity(f"row {self._row}", "expected a line end, found none"))
        if self._reader is None:
            raise DecodeError(path="header", expected="a CSV header", found="no content", raw=b"")

    @property
    def _next(self) -> int:
        """Number of the next row, 0 for the header."""
        return 0 if self._reader is None else self._row + 1

    def _begin(self, data: bytes) -> bytes:
        """What a piece has beyond a byte order mark and white space: the beginning of the table, or nothing yet."""
        if self._head is not None:
            data = self._head + data
            if len(data) < len(BOM) and BOM.startswith(data):
                self._head = data
                return b""
            self._head = None
            data = data.removeprefix(BOM)
        body = data.lstrip()
        self._pieces.pass_over(data[: len(data) - len(body)])
        first = body[:1]
        if first == b"<":
            raise DecodeError(path="header", expected="a CSV header", found="markup", raw=data)
        self._begun = bool(body)
        self._is_json = first in (b"[", b"{")
        return body

    def _read(self, block: bytes) -> Iterator[list[Any]]:
        if not block:
            return
        if self._reader is None:
            header, block = header_of(block)
            try:
                self._reader = self._below(header)
            except Fault as fault:
                raise fault.error(0, [], header) from None
            if not block:
                return
        values = self._reader.quick(block, self._next)
        if values is None:
            records, later = split(block)
            values, earlier = self._reader.read(records, self._next)
            wrong = earlier or later
            if wrong is not None:
                yield values
                raise wrong.error(self._next, self._reader.names, block)
        self._row += len(values)
        yield values

    def _below(self, header: bytes) -> Columns | Rows:
        records, fault = split(header)
        if fault is not None:
            raise fault
        return self._table.below(records[0], self._note if self._lenient else None)
