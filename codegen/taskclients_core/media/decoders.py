"""Decoders of whole bodies and readers of rows, by wire format; and the reader of JSONL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import chain
from re import compile as regex
from types import NoneType
from typing import Annotated, Any, Final, Protocol, TypeAlias, get_args, get_origin

import msgspec

from ..codec import (
    Deviation,
    OnDeviation,
    get_compiler,
    ignore_deviation,
    lenient_decoder,
    lenient_reader,
    reporting_decoder,
)
from ..codec.mismatch import Mismatch
from ..codec.node import TypeCache
from ..codec.reader import Reader
from ..codec.union import reporting
from ..errors import DecodeError, InvalidArgumentError
from ..model import format_type, union_members
from . import WireFormat, jsv
from .buffer import Buffer, RowError, row_error
from .csv import CsvReader
from .table import TableReader

_BOM: Final = b"\xef\xbb\xbf"
_SPACE: Final = b" \t\r"
_BETWEEN_OBJECTS: Final = regex(rb"\}[ \t\r]*,[ \t\r]*\{")
_split: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode


class JsonLinesReader:
    """Incremental reader of a JSONL body. It does no I/O."""

    def __init__(
        self,
        hint: Any,
        as_json: Callable[[bytes, OnDeviation], list[Any]],
        *,
        note: OnDeviation,
        lenient: bool = False,
        limit: int | None = None,
    ) -> None:
        self._many: Callable[[bytes], list[Any]] = get_compiler().items(hint)
        self._as_json = as_json
        self._note = note
        self._lenient_reader = lenient_reader(hint) if lenient else None
        self._one: Reader = get_compiler().reader(hint)
        self._limit = limit
        self._rest: list[bytes] = []
        self._size = 0
        self._row = 0
        self._is_json = False
        self._buffer = Buffer(limit)

    def feed(self, data: bytes) -> Iterator[Any]:
        """Add bytes and yield the rows that are complete.

        Raises:
            DecodeError: A row cannot be read. Rows before it are yielded first.
            ResponseTooLargeError: The body is a JSON array, which is buffered whole, and exceeds the limit.
        """
        return chain.from_iterable(self.batches(data))

    def end(self) -> Iterator[Any]:
        """End the body and yield the last row. Raises DecodeError like `feed`."""
        return chain.from_iterable(self.last_batches())

    def batches(self, data: bytes) -> Iterator[list[Any]]:
        """Yield the rows of `feed` in lists."""
        if self._is_json:
            self._buffer.add(data)
            return
        cut = data.rfind(b"\n") + 1
        if cut:
            block = b"".join((*self._rest, data[:cut]))
            self._rest, self._size = [], 0
            yield from self._read(block)
        if self._is_json:
            self._buffer.add(data[cut:])
            return
        self._rest.append(data[cut:])
        self._size += len(data) - cut
        if self._limit is not None and self._size > self._limit:
            error = RowError(0, "", f"a line of at most {self._limit} bytes", "a longer one")
            raise error.to_decode_error(self._row + 1, [], data)

    def last_batches(self) -> Iterator[list[Any]]:
        """Yield the rows of `end` in lists."""
        if not self._is_json:
            yield from self._read(b"".join(self._rest))
        if self._is_json:
            found = self._as_json(self._buffer.content, self._note)
            self._note(Deviation("$", "expected JSONL, found a JSON array"))
            yield found

    def _read(self, block: bytes) -> Iterator[list[Any]]:
        if not self._row:
            block = block.removeprefix(_BOM)
            if block.lstrip()[:1] == b"[" and "array" not in self._one.node.kinds:
                self._is_json = True
                self._buffer.add(block)
                return
        lines = [line for line in block.split(b"\n") if line and not line.isspace()]
        if not lines:
            return
        with reporting(self._note):
            values = self._read_as_array(block, lines)
        if values is None:
            yield from self._one_by_one(lines)
            return
        self._row += len(lines)
        yield values

    def _read_as_array(self, block: bytes, lines: list[bytes]) -> list[Any] | None:
        """Decode lines as one array; None if a line may not be exactly one value."""
        text = b"[%b]" % b",".join(lines)
        try:
            values = self._many(text)
            if len(values) != len(lines):
                return None
            # The counts match, but one line may contain two values and others parts of one. Two objects in one line
            # have a comma between them.
            if self._one.node.kinds == frozenset(("object",)) and not _BETWEEN_OBJECTS.search(block):
                return values
            return values if list(map(bytes, _split(text))) == [line.strip(_SPACE) for line in lines] else None
        except (Mismatch, RecursionError, msgspec.DecodeError):
            return None

    def _one_by_one(self, lines: list[bytes]) -> Iterator[list[Any]]:
        for line in lines:
            self._row += 1
            yield [self._line(line)]

    def _line(self, line: bytes) -> Any:
        location = f"row {self._row}"
        try:
            lenient = self._lenient_reader
            if lenient is None:
                return self._one(line)
            note = self._note
            return lenient(line, lambda found: note(Deviation(f"{location}, {found.path}", found.detail)))
        except Mismatch as mismatch:
            error = row_error(mismatch, 0, "")
        except RecursionError:
            error = RowError(0, "", "JSON", "text nested too deeply")
        if line.lstrip()[:1] == b"<":
            raise DecodeError(path=location, expected="JSON", found="markup", raw=line)
        raise error.to_decode_error(self._row, [], line)


BodyDecoder: TypeAlias = Callable[[bytes, OnDeviation], Any]


class RowReader(Protocol):
    """Incremental reader of rows from a body."""

    def feed(self, data: bytes) -> Iterator[Any]:
        """Add bytes and yield the rows that are complete."""
        ...

    def end(self) -> Iterator[Any]:
        """End the body and yield the remaining rows."""
        ...


def body_decoder(wire: WireFormat, hint: Any, *, lenient: bool = False) -> BodyDecoder:
    """Return the function that decodes a whole body. It raises DecodeError, whose `raw` is the body."""
    as_json = json_decoder(hint, lenient=lenient)
    if wire == "jsv":
        return jsv.jsv_decoder(hint, as_json, lenient=lenient)
    row = row_type(hint)
    if wire == "json" or (wire == "jsonl" and row is None):
        return as_json

    def decode(data: bytes, note: OnDeviation) -> Any:
        one = hint if row is None else row[0]
        try:
            rows = _stream(wire, one, as_json if row else _single(as_json), note, lenient, None)
            found = [one for batch in chain(rows.batches(data), rows.last_batches()) for one in batch]
            if row is not None:
                return found
        except DecodeError as error:
            error.raw = data
            raise
        if len(found) == 1:
            return found[0]
        raise DecodeError(path="$", expected="one row", found=f"{len(found)} rows", raw=data)

    return decode


@cache
def _cached_decoders(wire: WireFormat, lenient: bool) -> TypeCache[BodyDecoder]:
    return TypeCache(partial(body_decoder, wire, lenient=lenient))


def cached_body_decoder(wire: WireFormat, hint: Any, lenient: bool) -> BodyDecoder:
    """Return the `body_decoder`, cached for each type."""
    return _cached_decoders(wire, lenient)(hint)


def _single(as_json: BodyDecoder) -> BodyDecoder:
    return lambda data, note: [as_json(data, note)]


def json_decoder(hint: Any, *, lenient: bool) -> BodyDecoder:
    """Return the function that decodes JSON."""
    return lenient_decoder(hint) if lenient else reporting_decoder(hint)


def row_reader(
    wire: WireFormat,
    row: Any,
    *,
    note: OnDeviation = ignore_deviation,
    lenient: bool = False,
    limit: int | None = None,
) -> RowReader:
    """Return a reader of rows. CSV and JSONL are read incrementally, JSON and JSV when the body is complete.

    Args:
        wire: Wire format of the body.
        row: Type of a row.
        note: Called with each deviation.
        lenient: Accept the deviations that `codec.lenient` lists.
        limit: Maximum length of a row in bytes, and of a body that is buffered whole.
    """
    whole = body_decoder("jsv" if wire == "jsv" else "json", list[row], lenient=lenient)
    if wire in ("csv", "jsonl"):
        return _stream(wire, row, whole, note, lenient, limit)
    return _Whole(whole, format_type(list[row]), note, limit)


def _stream(
    wire: WireFormat, row: Any, as_json: BodyDecoder, note: OnDeviation, lenient: bool, limit: int | None
) -> CsvReader | JsonLinesReader:
    if wire == "csv":
        return CsvReader(table_reader(row), as_json, note=note, lenient=lenient, limit=limit)
    return JsonLinesReader(row, as_json, note=note, lenient=lenient, limit=limit)


class _Whole:
    """Reader that buffers the body and decodes all rows at its end."""

    def __init__(self, decode: BodyDecoder, expected: str, note: OnDeviation, limit: int | None) -> None:
        self._decode = decode
        self._expected = expected
        self._note = note
        self._buffer = Buffer(limit)

    def feed(self, data: bytes) -> Iterator[Any]:
        self._buffer.add(data)
        return iter(())

    def end(self) -> Iterator[Any]:
        body = self._buffer.content
        if not body:
            raise DecodeError(path="$", expected=self._expected, found="no content", raw=body)
        rows = self._decode(body, self._note)
        return iter(() if rows is None else rows)  # null instead of a list: the lenient reader has reported it


def _table_reader(row: Any) -> TableReader:
    node = get_compiler().reader(row).node
    if "object" not in node.kinds:
        raise InvalidArgumentError(
            f"media_type: {format_type(row)} cannot be a row of a table, because it has no members; use another one"
        )
    return TableReader(row, node)


table_reader: Final = TypeCache(_table_reader)
"""Returns the reader of tables with one type of row. Raises InvalidArgumentError if the type has no members."""


def row_type(hint: Any) -> tuple[Any] | None:
    """Return the type of a list's items, in a tuple because it may be None; None if the type is not a list."""
    if get_origin(hint) is Annotated:
        return row_type(get_args(hint)[0])
    members = [member for member in union_members(hint) if member is not NoneType]
    if len(members) != 1 or get_origin(members[0]) is not list:
        return None
    return (get_args(members[0])[0],)
