"""CSV as ServiceStack writes it, read into models while the bytes arrive."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Final

from ..codec import Deviation, OnDeviation
from ..errors import DecodeError
from .buffer import Buffer, RowError
from .table import ColumnReader, RowByRowReader, TableReader

_CELL: Final = re.compile(r'(?:"((?:[^"]++|"")*+)"|([^",]*+))(?:,|\Z)')
_BROKEN: Final = re.compile("[\udc80-\udcff]")


class RecordSplitter:
    """Cuts the bytes where records end, and keeps what is left for the next piece. Each byte is looked at once."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._rest: list[bytes] = []
        self._size = 0
        self._odd = False
        """Whether a quote is open at the end of the rest."""

    def feed(self, data: bytes) -> bytes:
        """All records that are complete now. Raises Fault for one beyond the limit."""
        cut, odd = self._last_end(data)
        if cut < 0:
            self._keep(data, odd)
            return b""
        whole = b"".join((*self._rest, data[: cut + 1]))
        self._rest, self._size = [], 0
        self._keep(data[cut + 1 :], odd)
        return whole

    def end(self) -> bytes:
        """What is left. Raises Fault where it ends within quotes."""
        rest = b"".join(self._rest)
        self._rest, self._size = [], 0
        return rest.removesuffix(b"\r")  # half of a line end

    def _keep(self, data: bytes, odd: bool) -> None:
        self._odd = odd
        if data:
            self._rest.append(data)
            self._size += len(data)
        if self._limit is not None and self._size > self._limit:
            raise RowError(
                0, "", f"a row of at most {self._limit} bytes", "a longer one, or a quote that is not closed"
            )

    def _last_end(self, data: bytes) -> tuple[int, bool]:
        """Where the last line feed outside of quotes is, or -1; and whether a quote is open at the end of the data."""
        quotes = data.count(b'"')
        end_odd = self._odd ^ (quotes % 2 == 1)
        end = len(data)
        before = quotes
        while (cut := data.rfind(b"\n", 0, end)) >= 0:
            before -= data.count(b'"', cut, end)
            if not self._odd ^ (before % 2 == 1):
                return cut, end_odd
            end = cut
        return -1, end_odd


def split_records(block: bytes) -> tuple[list[list[str]], RowError | None]:
    """The records of a block; if one of them cannot be read, those before it and why."""
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return _before_broken(block)
    return _split_text(text)


def split_header(block: bytes) -> tuple[bytes, bytes]:
    """The first record of a block, and the rest."""
    cut = block.find(b"\n") + 1
    odd = block.count(b'"', 0, cut) % 2
    while cut and odd:
        after = block.find(b"\n", cut) + 1
        odd ^= block.count(b'"', cut, after or len(block)) % 2
        cut = after
    return (block[:cut], block[cut:]) if cut else (block, b"")


def _split_text(text: str) -> tuple[list[list[str]], RowError | None]:
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    if '"' not in text:
        return [line.removesuffix("\r").split(",") for line in lines], None
    records: list[list[str]] = []
    rest = iter(lines)
    for line in rest:
        record = line
        if '"' not in record:
            records.append(record.removesuffix("\r").split(","))
            continue
        if record.count('"') % 2:
            parts = [record]
            for more in rest:
                parts.append(more)
                if more.count('"') % 2:
                    break
            record = "\n".join(parts)
        cells, at = _cells(record.removesuffix("\r"))
        if at is not None:
            unclosed = record[at : at + 1] == '"' and record.count('"') % 2
            found = "an unclosed quote" if unclosed else "a quote within a cell that does not begin with one"
            return records, RowError(len(records), len(cells), "CSV", f"malformed text ({found})")
        records.append(cells)
    return records, None


def _cells(record: str) -> tuple[list[str], int | None]:
    """The cells of a record that has quotes; and where it cannot be read any further, None if it can."""
    cells: list[str] = []
    at = 0
    while True:
        found = _CELL.match(record, at)
        if found is None:
            return cells, at
        quoted = found[1]
        cells.append(found[2] if quoted is None else quoted.replace('""', '"'))
        at = found.end()
        if at == len(record):
            if record.endswith(",") and found[0].endswith(","):
                cells.append("")
            return cells, None


def _before_broken(block: bytes) -> tuple[list[list[str]], RowError | None]:
    """The records before the first one that is not UTF-8, and where that is."""
    records, fault = _split_text(block.decode("utf-8", "surrogateescape"))
    for number, record in enumerate(records):
        for column, cell in enumerate(record):
            if broken := _BROKEN.search(cell):
                found = f"malformed text (0x{ord(broken[0]) - 0xDC00:02x})"
                return records[:number], RowError(number, column, "CSV in UTF-8", found)
    return records, fault or RowError(len(records), "", "CSV in UTF-8", "malformed text")


BOM: Final = b"\xef\xbb\xbf"
_BATCH: Final = 256 * 1024
"""Bytes read at a time: so a long body takes no more memory than its rows."""


class CsvReader:
    """Reads a CSV body in pieces, as they come; nothing here waits for anything."""

    def __init__(
        self,
        table: TableReader,
        as_json: Callable[[bytes, OnDeviation], list[Any]],
        *,
        note: OnDeviation,
        lenient: bool = False,
        limit: int | None = None,
    ) -> None:
        self._table = table
        self._as_json = as_json
        self._note = note
        self._lenient = lenient
        self._records = RecordSplitter(limit)
        self._head: bytes | None = b""
        """What came so far, while it may be part of a byte order mark."""
        self._begun = False
        """Whether there was more than white space."""
        self._is_json = False
        self._pieces = Buffer(limit)
        self._reader: ColumnReader | RowByRowReader | None = None
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
            except RowError as fault:
                raise fault.to_decode_error(self._next, [], data[at : at + _BATCH]) from None
            yield from self._read(block)

    def last_batches(self) -> Iterator[list[Any]]:
        """What `end` gives, in lists."""
        if self._is_json:
            found = self._as_json(self._pieces.content, self._note)
            self._note(Deviation("$", "expected CSV, found JSON"))
            yield found
            return
        rest = (self._head or b"") + self._records.end()
        yield from self._read(rest)
        if rest and self._row:
            self._note(Deviation(f"row {self._row}", "expected a line end, found none"))
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
        self._pieces.skip(data[: len(data) - len(body)])
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
            header, block = split_header(block)
            try:
                self._reader = self._below(header)
            except RowError as fault:
                raise fault.to_decode_error(0, [], header) from None
            if not block:
                return
        values = self._reader.read_fast(block, self._next)
        if values is None:
            records, later = split_records(block)
            values, earlier = self._reader.read(records, self._next)
            wrong = earlier or later
            if wrong is not None:
                yield values
                raise wrong.to_decode_error(self._next, self._reader.names, block)
        self._row += len(values)
        yield values

    def _below(self, header: bytes) -> ColumnReader | RowByRowReader:
        records, fault = split_records(header)
        if fault is not None:
            raise fault
        return self._table.reader_for_header(records[0], self._note if self._lenient else None)
