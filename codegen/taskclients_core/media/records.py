"""From the bytes of a CSV text to records, lists of cells, whatever pieces the bytes come in.

Cells are divided by commas, records by line feeds, a carriage return before one belongs to it. A cell in quotes may
hold all of them, and a quote as two. An empty cell and an empty one in quotes are the same.
"""

from __future__ import annotations

import re
from typing import Final

from .faults import Fault

_CELL: Final = re.compile(r'(?:"((?:[^"]++|"")*+)"|([^",]*+))(?:,|\Z)')
_BROKEN: Final = re.compile("[\udc80-\udcff]")


class Records:
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
            raise Fault(0, "", f"a row of at most {self._limit} bytes", "a longer one, or a quote that is not closed")

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


def split(block: bytes) -> tuple[list[list[str]], Fault | None]:
    """The records of a block; if one of them cannot be read, those before it and why."""
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return _before_broken(block)
    return _split(text)


def header_of(block: bytes) -> tuple[bytes, bytes]:
    """The first record of a block, and the rest."""
    cut = block.find(b"\n") + 1
    odd = block.count(b'"', 0, cut) % 2
    while cut and odd:
        after = block.find(b"\n", cut) + 1
        odd ^= block.count(b'"', cut, after or len(block)) % 2
        cut = after
    return (block[:cut], block[cut:]) if cut else (block, b"")


def _split(text: str) -> tuple[list[list[str]], Fault | None]:
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
            return records, Fault(len(records), len(cells), "CSV", f"malformed text ({found})")
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


def _before_broken(block: bytes) -> tuple[list[list[str]], Fault | None]:
    """The records before the first one that is not UTF-8, and where that is."""
    records, fault = _split(block.decode("utf-8", "surrogateescape"))
    for number, record in enumerate(records):
        for column, cell in enumerate(record):
            if broken := _BROKEN.search(cell):
                found = f"malformed text (0x{ord(broken[0]) - 0xDC00:02x})"
                return records[:number], Fault(number, column, "CSV in UTF-8", found)
    return records, fault or Fault(len(records), "", "CSV in UTF-8", "malformed text")
