"""Incremental reader of CSV as ServiceStack writes it: bytes to records, records to models (by `table`)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Final

from ..codec import Deviation, OnDeviation
from ..codec.union import reporting
from ..errors import DecodeError
from .buffer import Buffer, RowError
from .table import ColumnReader, RowByRowReader, TableReader

_CELL: Final = re.compile(r'(?:"((?:[^"]++|"")*+)"|([^",]*+))(?:,|\Z)')
_INVALID: Final = re.compile("[\udc80-\udcff]")


class RecordSplitter:
    """Splits bytes at the ends of records and buffers an incomplete record. It scans each byte once."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._rest: list[bytes] = []
        self._size = 0
        self._in_quotes = False
        """True if a quote is open at the end of the buffered bytes."""

    def feed(self, data: bytes) -> bytes:
        """Add bytes and return all complete records. Raises RowError for one longer than the limit."""
        cut, in_quotes = self._last_end(data)
        if cut < 0:
            self._keep(data, in_quotes)
            return b""
        whole = b"".join((*self._rest, data[: cut + 1]))
        self._rest, self._size = [], 0
        self._keep(data[cut + 1 :], in_quotes)
        return whole

    def end(self) -> bytes:
        """Return the buffered bytes, the last record of a body without a final line end."""
        rest = b"".join(self._rest)
        self._rest, self._size = [], 0
        return rest.removesuffix(b"\r")  # half of a line end

    def _keep(self, data: bytes, in_quotes: bool) -> None:
        self._in_quotes = in_quotes
        if data:
            self._rest.append(data)
            self._size += len(data)
        if self._limit is not None and self._size > self._limit:
            raise RowError(
                0, "", f"a row of at most {self._limit} bytes", "a longer one, or a quote that is not closed"
            )

    def _last_end(self, data: bytes) -> tuple[int, bool]:
        """Return the offset of the last line feed outside quotes, or -1; and True if a quote is open at the end."""
        quotes = data.count(b'"')
        open_at_end = self._in_quotes ^ (quotes % 2 == 1)
        end = len(data)
        before = quotes
        while (cut := data.rfind(b"\n", 0, end)) >= 0:
            before -= data.count(b'"', cut, end)
            if not self._in_quotes ^ (before % 2 == 1):
                return cut, open_at_end
            end = cut
        return -1, open_at_end


def split_records(block: bytes) -> tuple[list[list[str]], RowError | None]:
    """Return the records of a block; if one cannot be read, the records before it and its error."""
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return _split_before_invalid(block)
    return _split_text(text)


def split_header(block: bytes) -> tuple[bytes, bytes]:
    """Return the first record of a block, and the rest."""
    cut = block.find(b"\n") + 1
    in_quotes = block.count(b'"', 0, cut) % 2
    while cut and in_quotes:
        after = block.find(b"\n", cut) + 1
        in_quotes ^= block.count(b'"', cut, after or len(block)) % 2
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
    """Return the cells of a record with quotes, and the offset of malformed text, None without any."""
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


def _split_before_invalid(block: bytes) -> tuple[list[list[str]], RowError | None]:
    """Return the records before the first one that is not UTF-8, and its error."""
    records, error = _split_text(block.decode("utf-8", "surrogateescape"))
    for number, record in enumerate(records):
        for column, cell in enumerate(record):
            if invalid := _INVALID.search(cell):
                found = f"malformed text (0x{ord(invalid[0]) - 0xDC00:02x})"
                return records[:number], RowError(number, column, "CSV in UTF-8", found)
    return records, error or RowError(len(records), "", "CSV in UTF-8", "malformed text")


BOM: Final = b"\xef\xbb\xbf"
_BATCH: Final = 256 * 1024
"""Bytes split at a time, to limit the memory that a long chunk takes."""


class CsvReader:
    """Incremental reader of a CSV body. It does no I/O."""

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
        """Bytes received so far, while they may be part of a byte order mark."""
        self._has_content = False
        """True after the first byte that is not white space."""
        self._is_json = False
        self._buffer = Buffer(limit)
        self._reader: ColumnReader | RowByRowReader | None = None
        self._row = 0

    def feed(self, data: bytes) -> Iterator[Any]:
        """Add bytes and yield the rows that are complete.

        Raises:
            DecodeError: A row cannot be read. Rows before it are yielded first.
            ResponseTooLargeError: The body is JSON, which is buffered whole, and exceeds the limit.
        """
        return chain.from_iterable(self.batches(data))

    def end(self) -> Iterator[Any]:
        """End the body and yield the remaining rows. Raises DecodeError like `feed`."""
        return chain.from_iterable(self.last_batches())

    def batches(self, data: bytes) -> Iterator[list[Any]]:
        """Yield the rows of `feed` in lists."""
        if not self._has_content:
            data = self._begin(data)
        if self._is_json:
            self._buffer.add(data)
            return
        for at in range(0, len(data), _BATCH):
            try:
                block = self._records.feed(data[at : at + _BATCH])
            except RowError as error:
                raise error.to_decode_error(self._next, [], data[at : at + _BATCH]) from None
            yield from self._read(block)

    def last_batches(self) -> Iterator[list[Any]]:
        """Yield the rows of `end` in lists."""
        if self._is_json:
            found = self._as_json(self._buffer.content, self._note)
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
        """Remove the byte order mark and white space before the table; return b"" if the table has not begun."""
        if self._head is not None:
            data = self._head + data
            if len(data) < len(BOM) and BOM.startswith(data):
                self._head = data
                return b""
            self._head = None
            data = data.removeprefix(BOM)
        body = data.lstrip()
        self._buffer.skip(data[: len(data) - len(body)])
        first = body[:1]
        if first == b"<":
            raise DecodeError(path="header", expected="a CSV header", found="markup", raw=data)
        self._has_content = bool(body)
        self._is_json = first in (b"[", b"{")
        return body

    def _read(self, block: bytes) -> Iterator[list[Any]]:
        if not block:
            return
        if self._reader is None:
            header, block = split_header(block)
            try:
                self._reader = self._reader_for_header(header)
            except RowError as error:
                raise error.to_decode_error(0, [], header) from None
            if not block:
                return
        with reporting(self._note):
            values = self._reader.read_fast(block, self._next)
            wrong = None
            if values is None:
                values, wrong = self._read_records(self._reader, block)
        if wrong is not None:
            yield values
            raise wrong.to_decode_error(self._next, self._reader.names, block)
        self._row += len(values)
        yield values

    def _read_records(self, reader: ColumnReader | RowByRowReader, block: bytes) -> tuple[list[Any], RowError | None]:
        """Read a block record by record. If one cannot be read, return the objects before it and the error."""
        records, later = split_records(block)
        if len(reader.names) > 1:  # an empty line in a table of one column is an empty cell
            records = list(self._without_empty_lines(records))
            if later is not None:
                later.row = len(records)
        values, earlier = reader.read(records, self._next)
        return values, earlier or later

    def _without_empty_lines(self, records: list[list[str]]) -> Iterator[list[str]]:
        row = self._next
        for record in records:
            if record == [""]:
                self._note(Deviation(f"row {row}", "expected a row, found an empty line"))
            else:
                row += 1
                yield record

    def _reader_for_header(self, header: bytes) -> ColumnReader | RowByRowReader:
        if b"\r" in header.removesuffix(b"\n").removesuffix(b"\r"):
            raise RowError(0, "", "lines that end with a line feed", "a carriage return alone")
        records, error = split_records(header)
        if error is not None:
            raise error
        reader = self._table.reader_for_header(records[0], self._note if self._lenient else None)
        if not header.endswith(b"\n"):
            if not self._table.has_all_columns(reader.names):
                raise RowError(0, "", "a line end after the header", "the end of the body")
            self._note(Deviation("header", "expected a line end, found none"))
        return reader
