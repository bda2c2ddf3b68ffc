"""A whole body in one of the formats, read as a type; and a body of rows, read in pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from types import NoneType
from typing import Annotated, Any, Protocol, TypeAlias, get_args, get_origin

from ..codec import Note, compiler, ignored, mending_decoder, read_with
from ..codec.annotations import union_members
from ..errors import DecodeError, InvalidArgument
from ..fitting import spell
from . import Wire, jsv
from .csv import CsvRows
from .jsonl import JsonLines
from .pieces import Pieces
from .table import Table

Decode: TypeAlias = Callable[[bytes, Note], Any]


class RowReader(Protocol):
    """Reads rows from pieces of a body."""

    def feed(self, data: bytes) -> Iterator[Any]:
        """The rows that are complete now."""
        ...

    def end(self) -> Iterator[Any]:
        """The rows that are left."""
        ...


def decoder(wire: Wire, hint: Any, *, lenient: bool = False) -> Decode:
    """The function that decodes a whole body. It raises DecodeError, with the body in it."""
    as_json = json_decoder(hint, lenient=lenient)
    if wire == "jsv":
        return jsv.decoder(hint, as_json, lenient=lenient)
    row = row_type(hint)
    if wire == "json" or (wire == "jsonl" and row is None):
        return as_json

    def decode(data: bytes, note: Note) -> Any:
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
def decoder_of(wire: Wire, hint: Any, lenient: bool) -> Decode:
    """`decoder`, made once for each type."""
    return decoder(wire, hint, lenient=lenient)


def _single(as_json: Decode) -> Decode:
    return lambda data, note: [as_json(data, note)]


def json_decoder(hint: Any, *, lenient: bool) -> Decode:
    """The function that decodes JSON."""
    if lenient:
        return mending_decoder(hint)
    reader = compiler().reader(hint)
    return lambda data, _: read_with(reader, data)


def row_reader(
    wire: Wire,
    row: Any,
    *,
    note: Note = ignored,
    lenient: bool = False,
    limit: int | None = None,
) -> RowReader:
    """What reads rows of a type: CSV and JSONL as they come, JSON and JSV once the body is complete.

    A row must not be longer than `limit` bytes.
    """
    whole = decoder("jsv" if wire == "jsv" else "json", list[row], lenient=lenient)
    if wire in ("csv", "jsonl"):
        return _stream(wire, row, whole, note, lenient, limit)
    return _Whole(whole, spell(list[row]), note, limit)


def _stream(wire: Wire, row: Any, as_json: Decode, note: Note, lenient: bool, limit: int | None) -> CsvRows | JsonLines:
    if wire == "csv":
        return CsvRows(table(row), as_json, note=note, lenient=lenient, limit=limit)
    return JsonLines(row, as_json, note=note, lenient=lenient, limit=limit)


class _Whole:
    """Reads all rows at the end."""

    def __init__(self, decode: Decode, expected: str, note: Note, limit: int | None) -> None:
        self._decode = decode
        self._expected = expected
        self._note = note
        self._pieces = Pieces(limit)

    def feed(self, data: bytes) -> Iterator[Any]:
        self._pieces.add(data)
        return iter(())

    def end(self) -> Iterator[Any]:
        body = self._pieces.whole
        if not body:
            raise DecodeError(path="$", expected=self._expected, found="no content", raw=body)
        rows = self._decode(body, self._note)
        return iter(() if rows is None else rows)  # null for a list, which a lenient reader has noted


@cache
def table(row: Any) -> Table:
    """The reader of tables of one type of row."""
    node = compiler().reader(row).node
    if "object" not in node.kinds:
        raise InvalidArgument(
            f"{spell(row)} cannot be a row of a table, as it has no members: choose another media_type"
        )
    return Table(row, node)


def row_type(hint: Any) -> tuple[Any] | None:
    """The type of the rows of a list, in a tuple as it may be None; None for what is no list."""
    if get_origin(hint) is Annotated:
        return row_type(get_args(hint)[0])
    members = [member for member in union_members(hint) if member is not NoneType]
    if len(members) != 1 or get_origin(members[0]) is not list:
        return None
    return (get_args(members[0])[0],)
