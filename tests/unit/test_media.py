"""CSV, JSV and JSONL: decoding into models, and errors with their place, with nothing lost."""

# ruff: noqa: E501 - tables of content, one line each

from __future__ import annotations

import re
import tracemalloc
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final
from uuid import UUID

import pytest
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st

from taskclients_core import DecodeError, OpenStr, ResponseTooLargeError
from taskclients_core import extra as rest
from taskclients_core import wire_member as named
from taskclients_core.codec import Deviation, get_compiler, to_builtins
from taskclients_core.formats import DecimalNumber, GuidN, ServiceStackDate
from taskclients_core.media import WireFormat
from taskclients_core.media.csv import RecordSplitter, split_records
from taskclients_core.media.decoders import body_decoder, row_reader
from taskclients_core.media.jsv import jsv_to_json
from taskclients_core.media.table import split_columns


class Status(OpenStr):
    DONE = "COM"


@define(kw_only=True)
class Part:
    name: str
    count: int | None = None


@define(kw_only=True)
class Row:
    id: GuidN = field(metadata=named("rowId"))
    status: Status
    percentage: int
    ok: bool
    note: str
    share: float | None = None
    price: DecimalNumber | None = None
    parts: list[Part] | None = None
    names: list[str] | None = None
    sizes: dict[str, int] | None = None
    seen: datetime | None = None
    requested: ServiceStackDate | None = None
    secret: int | None = field(default=None, repr=False)


@define(kw_only=True)
class Whole:
    parts: list[Part]


@define(kw_only=True)
class Short:
    name: str
    count: int | None = field(metadata=named(nullable=True))


@define(kw_only=True)
class Loose:
    """All fields are optional."""

    name: str | None = None
    count: int | None = None


@define(kw_only=True)
class Open:
    name: str | None = None
    others: dict[str, str] = field(factory=dict, metadata=rest())


HEADER: Final = "rowId,status,percentage,ok,note,share,price,parts,names,sizes,seen,requested"
ID: Final = "00000000000000000000000000000001"


def read(
    wire: WireFormat, body: str | bytes, hint: Any = list[Row], *, lenient: bool = False
) -> tuple[Any, list[Deviation]]:
    deviating: list[Deviation] = []
    raw = body if isinstance(body, bytes) else body.encode()
    return body_decoder(wire, hint, lenient=lenient)(raw, deviating.append), deviating


def refused(wire: WireFormat, body: str | bytes, hint: Any = list[Row], *, lenient: bool = False) -> DecodeError:
    raw = body if isinstance(body, bytes) else body.encode()
    with pytest.raises(DecodeError) as caught:
        read(wire, raw, hint, lenient=lenient)
    assert caught.value.raw == raw
    return caught.value


# -- CSV ------------------------------------------------------------------------------------------------------------


def test_a_row_in_all_its_forms() -> None:
    body = (
        f"{HEADER}\r\n"
        f'{ID},COM,7,True,"a ""quoted"", thing\r\nin two lines",1.5,1.10,"[{{name:x,count:2}},{{name:""a,""""b""}}]",'
        '"[A,B,""C,D""]","{a:1,b:2}",2022-01-01,2022-01-01T12:00:00.1234567Z\r\n'
        "00000000-0000-0000-0000-000000000001,NEW,-3,false,,,,,,,,\r\n"
    )
    (full, bare), deviating = read("csv", body)
    assert full == Row(
        id=UUID(int=1),
        status=Status.DONE,
        percentage=7,
        ok=True,
        note='a "quoted", thing\r\nin two lines',
        share=1.5,
        price=full.price,
        parts=[Part(name="x", count=2), Part(name='a,"b')],
        names=["A", "B", "C,D"],
        sizes={"a": 1, "b": 2},
        seen=datetime(2022, 1, 1),
        requested=datetime(2022, 1, 1, 12, 0, 0, 123456, tzinfo=UTC),
    )
    assert str(full.price) == "1.10"
    assert (bare.id, bare.status, bare.status.is_known, bare.note, bare.parts) == (UUID(int=1), "NEW", False, "", None)
    assert deviating == []


def test_names_ignore_case_and_spaces_and_unknown_columns_are_skipped() -> None:
    (row,), _ = read("csv", "\ufeff NAME ,other, Count\nx,y,3\n", list[Part])
    assert row == Part(name="x", count=3)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_header_alone_is_an_empty_list(end: str) -> None:
    assert read("csv", HEADER + end) == ([], [])


@pytest.mark.parametrize("end", ["", "\r"])
@pytest.mark.parametrize("body", ["name,count", "count,NAME,more"])
def test_a_complete_header_without_a_line_end_is_an_empty_list_and_a_deviation(body: str, end: str) -> None:
    assert read("csv", body + end, list[Part]) == ([], [Deviation("header", "expected a line end, found none")])


@pytest.mark.parametrize("body", ["name", "name,", "name,cou", "name,other", "count,n"])
def test_a_body_that_is_cut_in_its_header_is_refused(body: str) -> None:
    error = refused("csv", body, list[Loose], lenient=True)
    assert (error.path, error.expected, error.found) == (
        "header", "a line end after the header", "the end of the body"
    )  # fmt: skip


@pytest.mark.parametrize("hint", [list[Loose], list[dict[str, str]]])
@pytest.mark.parametrize("body", ["name,count\rx,1\ry,2\r", "name,count\rx,1", 'name,count\r"x\ny",1\r', "name\r\rx\n"])
def test_lines_that_end_with_a_carriage_return_alone_are_refused(body: str, hint: Any) -> None:
    error = refused("csv", body, hint)
    assert (error.path, error.found) == ("header", "a carriage return alone")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("hint", [list[Part], list[dict[str, str]]])
def test_an_empty_line_in_a_table_is_skipped_and_reported(hint: Any, end: str) -> None:
    lines = ["name,count", "", "x,1", "", "", "y,2", ""]
    rows, deviating = read("csv", "".join(line + end for line in lines), hint)
    assert rows == read("csv", "name,count\nx,1\ny,2\n", hint)[0]
    assert [each.path for each in deviating] == ["row 1", "row 2", "row 2", "row 3"]
    assert {each.detail for each in deviating} == {"expected a row, found an empty line"}
    error = refused("csv", end.join([*lines, "z,3,4", ""]), hint)
    assert (error.path, error.found) == ("row 3", "3 cells")


@define(kw_only=True)
class Gift:
    giver: str
    note: str | None = None


@define(kw_only=True)
class Parcel:
    sender: str
    size: int | None = None


@define(kw_only=True)
class Package:
    id: str
    content: Gift | Parcel | None = None


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize(
    ("wire", "body", "path"),
    [
        ("csv", 'id,content\n1,"{sender:a,note:b}"\n2,\n3,"{sender:a,note:c}"\n', ("$", "column 'content'")),
        ("jsv", "[{id:1,content:{sender:a,note:b}}]", ("$", "$")),
        ("jsonl", '{"id":"1","content":{"sender":"a","note":"b"}}', ("$", "$")),
        ("json", '[{"id":"1","content":{"sender":"a","note":"b"}}]', ("$", "$")),
    ],
)
def test_members_that_a_union_drops_are_reported_in_every_format(
    wire: WireFormat, body: str, path: tuple[str, str], lenient: bool
) -> None:
    rows, deviating = read(wire, body, list[Package], lenient=lenient)
    assert rows[0] == Package(id="1", content=Parcel(sender="a"))
    (deviation,) = deviating
    assert deviation.path == path[lenient]
    assert deviation.detail.endswith("dropped 'note'")


@pytest.mark.parametrize(("lenient", "path"), [(False, "$"), (True, "row 1, $")])
def test_members_that_a_union_of_rows_drops_are_reported(lenient: bool, path: str) -> None:
    rows, deviating = read("csv", "sender,note\na,b\n", list[Gift | Parcel], lenient=lenient)
    assert rows == [Parcel(sender="a")]
    assert [each.path for each in deviating] == [path]


def test_an_empty_line_in_a_table_of_one_column_is_an_empty_cell() -> None:
    assert read("csv", "name\nx\n\ny\n", list[Loose]) == ([Loose(name="x"), Loose(), Loose(name="y")], [])


def test_a_single_object_is_one_row() -> None:
    assert read("csv", "name,count\r\nx,\r\n", Part)[0] == Part(name="x")
    assert refused("csv", "name,count\r\n", Part).found == "0 rows"
    assert refused("csv", "name,count\r\nx,1\r\ny,2\r\n", Part).found == "2 rows"


def test_the_shortest_tables() -> None:
    assert read("csv", "a", list[dict[str, str]]) == ([], [Deviation("header", "expected a line end, found none")])
    assert read("csv", "a\n", list[dict[str, str]]) == ([], [])
    assert read("csv", "a\n1", list[dict[str, str]])[0] == [{"a": "1"}]


def test_null_is_absence() -> None:
    assert read("csv", "name\nx\n", list[Short])[0] == [Short(name="x", count=None)]
    assert read("csv", "name,count\nx,\n", list[Short])[0] == [Short(name="x", count=None)]


@pytest.mark.parametrize(
    ("row", "path", "expected", "found"),
    [
        (f"{ID},COM,x,True,n,,,,,,,", "row 2, column 'percentage'", "int", "str 'x'"),
        (f"{ID},COM,1.5,True,n,,,,,,,", "row 2, column 'percentage'", "int", "float 1.5"),
        (f"{ID},COM,1_0,True,n,,,,,,,", "row 2, column 'percentage'", "int", "str '1_0'"),
        (f"{ID},COM,+1,True,n,,,,,,,", "row 2, column 'percentage'", "int", "str '+1'"),
        (f'{ID},COM,"1,2",True,n,,,,,,,', "row 2, column 'percentage'", "int", "str '1,2'"),
        (f"{ID},COM,,True,n,,,,,,,", "row 2, column 'percentage'", "int", "an empty cell"),
        (f"{ID},COM,1,yes,n,,,,,,,", "row 2, column 'ok'", "bool", "str 'yes'"),
        (f"{ID},COM,1,True,n,NaN,,,,,,", "row 2, column 'share'", "float", "str 'NaN'"),
        (f"{ID},COM,1,True,n,1e400,,,,,,", "row 2, column 'share'", "finite number", "float 1e400"),
        ("x,COM,1,True,n,,,,,,,", "row 2, column 'rowId'", "GUID (32 hex digits)", "str 'x'"),
        (f'{ID},COM,1,True,n,,,"[{{name:x,count:y}}]",,,,', "row 2, column 'parts', $[0].count", "int", "str 'y'"),
        (f'{ID},COM,1,True,n,,,"[{{name:x}},{{}}]",,,,', "row 2, column 'parts', $[1].name", "a required member", "nothing"),
        (f"{ID},COM,1,True,n,,,[{{name:x,,,,", "row 2, column 'parts'", "JSV", "malformed text (an unclosed object, character 9)"),
        (f"{ID},COM,1,True,n,,,{'[' * 1_000_000},,,,", "row 2, column 'parts'", "array of Part object", "text nested too deeply"),
        (f"{ID},COM,1,True,n,,,,,,", "row 2", "12 cells", "11 cells"),
        (f"{ID},COM,1,True,n,,,,,,,,", "row 2", "12 cells", "13 cells"),
        ("x", "row 2", "12 cells", "1 cell"),
        (f'{ID},COM,1,True,"n,,,,,,,', "row 2, column 'note'", "CSV", "malformed text (an unclosed quote)"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read(row: str, path: str, expected: str, found: str) -> None:
    error = refused("csv", f"{HEADER}\r\n{ID},COM,1,True,n,,,,,,,\r\n{row}\r\n")
    assert (error.path, error.expected, error.found) == (path, expected, found)


def test_the_first_invalid_row_is_reported() -> None:
    error = refused("csv", f"{HEADER}\n{ID},COM,1,maybe,n,,,,,,,\n{ID},COM,x,True,n,,,,,,,\n")
    assert error.path == "row 1, column 'ok'"


def test_a_quote_in_the_middle_is_refused() -> None:
    error = refused("csv", 'name,count\n5" disk or 6" disk,1\n', list[Part])
    assert (error.path, error.found) == (
        "row 1, column 'name'",
        "malformed text (a quote within a cell that does not begin with one)",
    )


def test_invalid_utf_8_is_reported_with_its_position() -> None:
    error = refused("csv", "name,count\nx,1\nGrö,2\n".encode("latin-1"), list[Part])
    assert (error.path, error.expected, error.found) == (
        "row 2, column 'name'",
        "CSV in UTF-8",
        "malformed text (0xf6)",
    )


@pytest.mark.parametrize(
    ("body", "path", "expected", "found"),
    [
        ("", "header", "a CSV header", "no content"),
        ("<html>no</html>", "header", "a CSV header", "markup"),
        ("name,NAME\nx,y\n", "header, column 'NAME'", "each column once", "two of this name"),
        ("count\n1\n", "header, column 'name'", "a required column", "nothing"),
        ('"name,count\n', "header", "CSV", "malformed text (an unclosed quote)"),
    ],
)
def test_a_header_that_cannot_be_read(body: str, path: str, expected: str, found: str) -> None:
    error = refused("csv", body, list[Part])
    assert (error.path, error.expected, error.found) == (path, expected, found)


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize(
    "body", ["Service unavailable", "Service unavailable\r\nTry again\r\n", "a,b,c\n1,2,3\n", "\n,\n"]
)
@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (Part, "columns of Part (name, count)"),
        (Loose, "columns of Loose (name, count)"),
        (Open, "columns of Open (name)"),
        (Row, "columns of Row (rowId, status, percentage, ok, note, …)"),
        (Part | Loose, "columns of Part | Loose (name, count)"),
    ],
)
def test_a_text_that_is_no_such_table_is_refused(hint: Any, expected: str, body: str, lenient: bool) -> None:
    error = refused("csv", body, list[hint], lenient=lenient)
    found = repr(body.strip().partition("\n")[0].rstrip("\r"))
    assert (error.path, error.expected, error.found) == ("header", expected, found)


def test_a_long_text_is_not_shown_whole() -> None:
    assert len(refused("csv", "sorry " * 100_000, list[Part]).found) == 60


@pytest.mark.parametrize(("hint", "column"), [(Part, "name"), (Row, "rowId")])
@pytest.mark.parametrize("lenient", [False, True])
def test_a_table_without_any_required_column_is_refused(hint: Any, column: str, lenient: bool) -> None:
    error = refused("csv", "count,seen\n1,\n", list[hint], lenient=lenient)
    assert (error.path, error.expected, error.found) == (f"header, column {column!r}", "a required column", "nothing")


def test_a_map_takes_any_columns() -> None:
    assert read("csv", "Service unavailable\nx\n", list[dict[str, str]])[0] == [{"Service unavailable": "x"}]


@pytest.mark.parametrize("hint", [Loose, Open, dict[str, Any]])
def test_a_header_of_very_many_columns_is_read(hint: Any) -> None:
    names = ["name", *(f"c{number}" for number in range(100_000))]
    body = f"{','.join(names)}\n{',' * (len(names) - 1)}\n"
    assert len(read("csv", body, list[hint], lenient=True)[0]) == 1
    assert refused("csv", ",".join([*names, "NAME"]), list[hint]).path == "header, column 'NAME'"


def test_each_deviating_cell_is_checked_once() -> None:
    @define(kw_only=True)
    class Holder:
        parts: list[Part] | None = None

    rows, deviating = read("csv", "parts\n" + '"[{name:x,count:null}]"\n' * 10_000, list[Holder], lenient=True)
    assert (len(rows), len(deviating)) == (10_000, 10_000)
    assert deviating[-1].path == "row 10000, column 'parts', $[0].count"


@pytest.mark.parametrize("body", ["name,count\r\nx,1\r", 'name,count\r\n"x",1\r', "name,count\r\nx,1\r\n\r"])
@pytest.mark.parametrize("size", [1, 1000])
def test_half_a_line_end_at_the_end_is_no_row(body: str, size: int) -> None:
    reader, raw = row_reader("csv", Part), body.encode()
    pieces = (raw[at : at + size] for at in range(0, len(raw), size))
    assert [*chain.from_iterable(map(reader.feed, pieces)), *reader.end()] == [Part(name="x", count=1)]


def test_a_last_row_that_may_be_cut_off_is_noted() -> None:
    whole = "name,count\r\nx,1\r\ny,12345\r\n"
    assert read("csv", whole, list[Part])[1] == []
    rows, deviating = read("csv", whole[:-5], list[Part])
    assert rows == [Part(name="x", count=1), Part(name="y", count=12)]
    assert deviating == [Deviation("row 2", "expected a line end, found none")]


@pytest.mark.parametrize("wire", ["csv", "jsonl"])
def test_json_under_another_name_is_read_and_noted(wire: WireFormat) -> None:
    rows, deviating = read(wire, ' [{"name":"x"}]', list[Part])
    assert rows == [Part(name="x")]
    assert [each.path for each in deviating] == ["$"]
    assert read("csv", "[]") == ([], [Deviation("$", "expected CSV, found JSON")])
    assert read("csv", '{"name":"x"}', Part)[0] == Part(name="x")
    assert refused("csv", '[{"name":', list[Part]).expected == "JSON"


def test_a_secret_is_not_shown() -> None:
    error = refused("csv", f"{HEADER},secret\n{ID},COM,1,True,n,,,,,,,,hunter2\n")
    assert error.path == "row 1, column 'secret'"
    assert "hunter2" not in str(error)


def test_rows_that_are_no_plain_models_bypass_the_fast_path() -> None:
    assert read("csv", 'a,b\n1,"[x,y]"\n', list[dict[str, Any]])[0] == [{"a": "1", "b": ["x", "y"]}]
    rows, _ = read("csv", "name,count\nx,1\n", list[Part | Row])
    assert rows == [Part(name="x", count=1)]
    assert refused("csv", "name,count\nx,1\ny,z\n", list[Part | Row]).path.startswith("row 2")


cells = st.lists(st.text(st.characters(codec="utf-8")), min_size=1, max_size=5)


def _csv(rows: list[list[str]]) -> bytes:
    quoted = [['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows]
    return "".join(",".join(row) + "\r\n" for row in quoted).encode()


@given(st.lists(cells, max_size=5), st.integers(1, 40))
def test_records_come_whole_however_they_are_cut(rows: list[list[str]], size: int) -> None:
    body, records, found = _csv(rows), RecordSplitter(None), []
    for at in range(0, len(body), size):
        found += split_records(records.feed(body[at : at + size]))[0]
    found += split_records(records.end())[0]
    assert found == rows


def _agree(block: bytes, width: int) -> bool:
    """Return whether a block is cut into columns at once; the result must equal that of cutting record by record."""
    cut = split_columns(block, width)
    if cut is not None:
        records, fault = split_records(block)
        assert fault is None
        assert {len(record) for record in records} == {width}
        assert list(zip(*cut, strict=True)) == list(map(tuple, records))
    return cut is not None


@given(st.text(st.sampled_from('""",,\r\na\0é'), min_size=1, max_size=24), st.integers(1, 4))
@settings(max_examples=1000)
@pytest.mark.large
def test_the_fast_path_splits_the_columns_of_the_records(body: str, width: int) -> None:
    _agree(body.encode(), width)


PIECES: Final = st.sampled_from(['"a', '""', '"', ",", "\r", "\n", "\r\n", "a", "[x,y]", "\0", "é", ""])


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(st.lists(PIECES, max_size=3).map("".join), min_size=width, max_size=width), min_size=1, max_size=6
        )
    ),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=400)
@pytest.mark.large
def test_columns_come_back_from_cells_in_quotes(rows: list[list[str]], always: bool, end: str) -> None:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if always or any(sign in text for sign in ',"\r\n[{') else text

    body = "".join(",".join(map(cell, row)) + end for row in rows).encode()
    at_once = _agree(body, len(rows[0]))
    assert split_records(body) == (rows, None)
    texts = [text for row in rows for text in row]
    if not any("\0" in text or ',"' in text or '\n"' in text or (always and not text) for text in texts):
        assert at_once or '"' in rows[0][0][:1]


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('a,"b,c",d\r\ne,f,"g\r\n"\r\n', [("a", "e"), ("b,c", "f"), ("d", "g\r\n")]),
        ('"a",b,"c\r"\n"d","e",f\n', [("a", "d"), ("b", "e"), ("c\r", "f")]),
        ('a,"[""x,y"",z]",b\n', [("a",), ('["x,y",z]',), ("b",)]),
        ('a,"""b"" c",d\n"e",\x01,"\x02"""\r\n', [("a", "e"), ('"b" c', "\x01"), ("d", '\x02"')]),
    ],
)
def test_the_fast_path_splits_quoted_cells(text: str, cells: list[tuple[str, ...]]) -> None:
    assert list(map(tuple, split_columns(text.encode(), 3) or [])) == cells


@given(st.text(st.sampled_from('",\r\n[]{}:ab\ufeff\x00'), max_size=40))
@settings(max_examples=300)
@pytest.mark.large
def test_no_text_breaks_the_readers(body: str) -> None:
    tries: list[tuple[WireFormat, Any]] = [
        ("csv", list[Part]),
        ("jsv", list[Part]),
        ("jsonl", list[Part]),
        ("csv", Part),
    ]
    for wire, hint in tries:
        try:
            value, _ = read(wire, body, hint)
        except DecodeError:
            continue
        assert all(isinstance(each.name, str) for each in (value if hint is not Part else [value]))


# -- In chunks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 4096])
@pytest.mark.parametrize(
    ("wire", "body"),
    [
        ("csv", '\ufeffname,count\r\n"a\r\n""b""",1\r\né,\r\n"x",3'),
        ("jsonl", '\ufeff{"name":"a\\r\\n\\"b\\"","count":1}\r\n\r\n{"name":"é"}\n{"name":"x","count":3}'),
        ("json", '[{"name":"a\\r\\n\\"b\\"","count":1},{"name":"é"},{"name":"x","count":3}]'),
        ("jsv", '[{name:"a\r\n""b""",count:1},{name:é},{name:x,count:3}]'),
    ],
)
def test_rows_come_out_whole_in_whatever_pieces_they_come_in(wire: WireFormat, body: str, size: int) -> None:
    reader, raw = row_reader(wire, Part), body.encode()
    pieces = (raw[at : at + size] for at in range(0, len(raw), size))
    rows = [*chain.from_iterable(map(reader.feed, pieces)), *reader.end()]
    assert rows == [Part(name='a\r\n"b"', count=1), Part(name="é"), Part(name="x", count=3)]


@pytest.mark.parametrize(
    ("wire", "body"), [("csv", "name,count\na,1\nb,x\nc,3\n"), ("jsonl", '{"name":"a"}\n{"name":1}\n{"name":"c"}\n')]
)
def test_rows_before_a_bad_one_are_given(wire: WireFormat, body: str) -> None:
    rows = row_reader(wire, Part).feed(body.encode())
    assert next(rows).name == "a"
    with pytest.raises(DecodeError, match="row 2"):
        next(rows)


@pytest.mark.parametrize(("wire", "begin", "more"), [("csv", b'name\n"', b"x\n"), ("jsonl", b'{"name":"', b"x")])
def test_a_row_without_an_end_does_not_fill_the_memory(wire: WireFormat, begin: bytes, more: bytes) -> None:
    reader = row_reader(wire, Part, limit=1000)
    assert list(reader.feed(begin + more)) == []
    with pytest.raises(DecodeError, match="1000 bytes"):
        list(reader.feed(more * 1000))


@pytest.mark.parametrize(
    ("wire", "begin"),
    [
        ("csv", b'[{"name":"'),
        ("csv", b'\xef\xbb\xbf \r\n{"name":"'),
        ("csv", b" "),
        ("jsonl", b'[\n{"name":"'),
        ("jsv", b"[{name:"),
        ("json", b'[{"name":"'),
    ],
)
def test_a_body_that_has_to_be_whole_does_not_fill_the_memory(wire: WireFormat, begin: bytes) -> None:
    reader = row_reader(wire, Part, limit=10_000)
    more = (b" " if begin.isspace() else b"x") * 100
    for piece in (begin, *[more] * 99):
        assert list(reader.feed(piece)) == []
    with pytest.raises(ResponseTooLargeError, match="10000 bytes") as caught:
        list(reader.feed(more))
    assert caught.value.limit == 10_000


def test_white_space_before_a_table_is_skipped() -> None:
    reader = row_reader("csv", Part)
    for piece in (b"\xef", b"\xbb", b"\xbf", *[b" " * 1000] * 100_000, b"\r\n", b"name\r\n"):
        assert list(reader.feed(piece)) == []
    assert [*reader.feed(b"x\r\n"), *reader.end()] == [Part(name="x")]


@pytest.mark.parametrize("body", ["", " ", "\r\n", "\ufeff", "\ufeff\n"])
def test_an_empty_table_is_refused(body: str) -> None:
    assert refused("csv", body, list[Loose]).found == "no content"


def test_part_of_a_byte_order_mark_is_no_table() -> None:
    assert refused("csv", b"\xef\xbb", list[Part]).expected == "CSV in UTF-8"


@pytest.mark.parametrize("wire", ["json", "jsv"])
@pytest.mark.parametrize("lenient", [False, True])
def test_rows_of_an_empty_body_are_refused(wire: WireFormat, lenient: bool) -> None:
    with pytest.raises(DecodeError) as caught:
        row_reader(wire, Part, lenient=lenient).end()
    assert (caught.value.expected, caught.value.found) == ("list[Part]", "no content")


@pytest.mark.parametrize("wire", ["json", "jsv"])
def test_null_has_no_rows_if_lenient(wire: WireFormat) -> None:
    deviating: list[Deviation] = []
    reader = row_reader(wire, Part, lenient=True, note=deviating.append)
    assert [*reader.feed(b"null"), *reader.end()] == []
    assert [each.path for each in deviating] == ["$"]
    assert body_decoder(wire, list[Part], lenient=True)(b"null", deviating.append) is None
    strict = row_reader(wire, Part)
    list(strict.feed(b"null"))
    with pytest.raises(DecodeError):
        strict.end()


# -- JSONL ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "path", "found"),
    [
        ('{"name":"a"}\n{"name":1}\n', "row 2, $.name", "int 1"),
        ('{"name":"a"}\n{"name":\n', "row 2", "malformed text (Input data was truncated)"),
        ('{"name":"a"} {"name":"b"}\n', "row 1", "malformed text (trailing characters (byte 14))"),
        ('{"name":"a"},{"name":"b"}\n', "row 1", "malformed text (trailing characters (byte 13))"),
        ("<html>\n", "row 1", "markup"),
        ('{"name":' + "[" * 1_000_000, "row 1", "text nested too deeply"),
    ],
)
def test_a_line_that_cannot_be_read(body: str, path: str, found: str) -> None:
    error = refused("jsonl", body, list[Part])
    assert (error.path, error.found) == (path, found)


@pytest.mark.parametrize(
    ("lines", "hint"),
    [
        (('{"name":"a"},{"name":"b"', '"count":1}'), Part),
        (('{"name":"a"} , {"name":"b"', '"count":1}'), Part),
        (('{"parts":[{"name":"a"}', '{"name":"b"}]},{"parts":[]}'), dict[str, list[Part]]),
        (("[1", "2],[3]"), list[int]),
        (("1,2", ""), int),
    ],
)
def test_lines_that_are_values_only_together_are_refused(lines: tuple[str, ...], hint: Any) -> None:
    assert refused("jsonl", "".join(f"{line}\r\n" for line in lines), list[hint]).path == "row 1"


def test_objects_within_a_line_are_read() -> None:
    body = '{"a":[{"name":"x"},{"name":"y"}]} \r\n\t{"a":[{"name":"},{"} , {"name":"z"}]}\n'
    rows, deviating = read("jsonl", body, list[dict[str, list[Part]]])
    assert rows == [{"a": [Part(name="x"), Part(name="y")]}, {"a": [Part(name="},{"), Part(name="z")]}]
    assert deviating == []
    assert read("jsonl", "1\n2\r\nnull", list[int | None])[0] == [1, 2, None]


def test_no_lines_are_an_empty_list_and_one_object_is_one_line() -> None:
    assert read("jsonl", "", list[Part]) == ([], [])
    assert read("jsonl", '{"name":"x"}\n', Part)[0] == Part(name="x")


# -- JSV ------------------------------------------------------------------------------------------------------------

hostile = st.text(st.one_of(st.sampled_from('[]{},":\r\n nul\\'), st.characters(codec="utf-8")))
plain = st.recursive(
    hostile | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(hostile, inner.filter(lambda value: value is not None)),
)


def written(value: Any) -> str:
    """Write plain data as JSV, with quotes around all texts but simple words."""
    if value is None:
        return "null"
    if isinstance(value, dict):
        return f"{{{','.join(f'{written(name)}:{written(each)}' for name, each in value.items() if each is not None)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(written, value))}]"
    if not isinstance(value, str):
        return str(value)
    if re.fullmatch("[a-z]+", value) and value not in ("null", "true", "false"):
        return value
    return '"{}"'.format(value.replace('"', '""'))


def read_jsv(text: str, hint: Any) -> Any:
    reader = get_compiler().reader(hint)
    return reader(jsv_to_json(text, reader.node))


@given(plain.filter(lambda value: value is not None))
def test_plain_data_comes_back_from_jsv(value: Any) -> None:
    assert read_jsv(written(value), Any) == value


@given(
    st.builds(
        Row,
        id=st.uuids(),
        status=hostile.filter(bool).map(Status),
        percentage=st.integers(-(2**53), 2**53),
        ok=st.booleans(),
        note=hostile,
        share=st.none() | st.floats(allow_nan=False, allow_infinity=False),
        parts=st.none() | st.lists(st.builds(Part, name=hostile, count=st.none() | st.integers(-99, 99))),
        names=st.none() | st.lists(hostile),
        sizes=st.none() | st.dictionaries(hostile, st.integers(-99, 99)),
        seen=st.none() | st.datetimes(),
    )
)
def test_models_come_back_from_jsv(row: Row) -> None:
    assert read_jsv(written(to_builtins([row], list[Row])), list[Row]) == [row]


@pytest.mark.parametrize(
    ("body", "path", "found"),
    [
        ('{name:"a', "$", "malformed text (an unclosed quote, character 7)"),
        ("{name:a", "$", "malformed text (an unclosed object, character 8)"),
        ("{name:a}b", "$", "malformed text (trailing text, character 9)"),
        ("{name}", "$", "malformed text (missing ':', character 6)"),
        ("{name:a,count:x}", "$.count", "str 'x'"),
        ("[" * 1_000_000, "$", "text nested too deeply"),
        ("<html>", "$", "str"),
    ],
)
def test_jsv_that_cannot_be_read(body: str, path: str, found: str) -> None:
    error = refused("jsv", body, Part)
    assert (error.path, error.found) == (path, found)


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("{name:a,name:b}", Part(name="b")),
        ("{name:a,count:1,Count:2}", Part(name="a", count=2)),
        ("{name:a,name :b}", Part(name="b")),
        ("{NAME:a,name:b}", Part(name="b")),
        ("{name:a,NAME:b,name:c}", Part(name="c")),
        ("{name:a,count:1,COUNT:}", Part(name="a")),
        ("{name:a,count:x,count:1}", Part(name="a", count=1)),
    ],
)
def test_the_last_of_members_of_one_name_counts_however_it_is_spelled(body: str, meant: Part) -> None:
    assert read("jsv", f"[{{name:a}},{body}]", list[Part])[0] == [Part(name="a"), meant]
    assert read("csv", f'parts\n"[{body}]"\n', list[Whole])[0] == [Whole(parts=[meant])]
    assert read("csv", f'parts\n"[{body}]"\n', list[Whole | Short])[0] == [Whole(parts=[meant])]
    assert read("jsv", "[{a:1,A:2}]", list[dict[str, int]])[0] == [{"a": 1, "A": 2}]


@define(kw_only=True)
class Mixed:
    whole: int | str | None = None
    truth: bool | str | None = None
    share: float | str | None = None
    day: datetime | str | None = None
    some: list[int | str | None] | None = None
    more: dict[str, bool | float | str] | None = None
    part: Part | list[int | str] | None = None


likely = st.sampled_from(["7", " 7", "-0", "1.5", "1e5", "true", "True ", "FALSE", "null", "", "2022-01-01"]) | hostile
numbers = st.integers(-99, 99)


@given(
    st.builds(
        Mixed,
        whole=numbers | likely,
        truth=st.booleans() | likely,
        share=st.floats(allow_nan=False, allow_infinity=False) | likely,
        day=st.datetimes().map(lambda day: day.replace(fold=0)) | likely.filter(lambda text: "T" not in text),
        some=st.none() | st.lists(st.none() | numbers | likely),
        more=st.none() | st.dictionaries(hostile, st.booleans() | likely),
        part=st.none() | st.builds(Part, name=likely) | st.lists(numbers | likely),
    )
)
def test_unions_come_back_from_jsv(mixed: Mixed) -> None:
    hints: list[tuple[Any, Any]] = [(Mixed, mixed), (list[Mixed], [mixed]), (dict[str, Mixed], {"x": mixed})]
    for hint, value in hints:
        found = read_jsv(written(to_builtins(value, hint)), hint)
        assert found == value
        assert repr(found) == repr(value)  # True is not 1


def test_quotes_make_a_string_of_any_value() -> None:
    assert read_jsv("[{name:7,count:7}]", list[Part]) == [Part(name="7", count=7)]
    assert read_jsv('{whole:"7",truth:yes,share:1.5,day:"2022-01-01"}', Mixed) == Mixed(
        whole="7", truth="yes", share=1.5, day="2022-01-01"
    )


@pytest.mark.large
@pytest.mark.parametrize("inner", [",", "aa,", '"",', "null,"])
def test_a_long_list_in_jsv_takes_little_more_than_its_text(inner: str) -> None:
    size = 1 << 19
    text = inner * (size // len(inner))
    for body in (f"[{text}", f"[{text}]", f"[{{name:x,names:[{text}]}}", f"[{{name:[{text}]}}]"):
        raw = body.encode()
        tracemalloc.start()
        try:
            body_decoder("jsv", list[Part])(raw, lambda _: None)
        except DecodeError:
            pass
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert peak < 40 * size


def test_a_list_in_jsv_ends_with_its_first_bad_item() -> None:
    body = "[" + "{}," * 4_000_000  # must not be parsed as a whole: it is not even closed
    assert refused("jsv", body, list[Part]).path == "$[0].name"


@pytest.mark.parametrize("lenient", [False, True])
def test_json_under_the_name_of_jsv_is_read_and_noted(lenient: bool) -> None:
    rows, deviating = read("jsv", '\ufeff[ {"name":"caf\\u00e9 \\n"}]', list[Part], lenient=lenient)
    assert rows == [Part(name="café \n")]
    assert deviating == [Deviation("$", "expected JSV, found JSON")]
    assert read("jsv", '{"name":"a\\\\b"}', Part)[0] == Part(name="a\\b")
    assert refused("jsv", '[{"name":null}]', list[Part]).found == "null"


@pytest.mark.parametrize(
    ("body", "name"),
    [('[{"name":a\\n}]', "a\\n"), ('[{"name":"a ""b"" \\n"}]', 'a "b" \\n'), ('[{name:"a\\n"}]', "a\\n")],
)
def test_jsv_that_begins_as_json_does_is_jsv(body: str, name: str) -> None:
    assert read("jsv", body, list[Part]) == ([Part(name=name)], [])


# -- Lenient --------------------------------------------------------------------------------------------------------


def test_deviating_json_is_read_if_lenient_and_each_path_is_reported() -> None:
    members = '"status":null,"percentage":"7","ok":"True","note":5,"parts":[{"name":null}]'
    (row,), deviating = read("json", f"[{{{members}}}]", lenient=True)
    assert (row.id, row.status, row.percentage, row.ok, row.note) == (None, None, 7, True, "5")
    assert row.parts == [Part(name=None)]  # type: ignore[arg-type]
    assert {each.path: each.detail for each in deviating} == {
        "$[0].status": "expected str, found null",
        "$[0].percentage": "expected int, found text",
        "$[0].ok": "expected bool, found text",
        "$[0].note": "expected str, found number",
        "$[0].parts[0].name": "expected str, found null",
        "$[0].rowId": "expected a required member, found nothing",
    }


def test_what_cannot_be_meant_is_refused_even_when_lenient() -> None:
    assert refused("json", '[{"name":"x","count":"many"}]', list[Part], lenient=True).path == "$[0].count"
    assert refused("json", '[{"name":"x"', list[Part], lenient=True).expected == "JSON"
    assert refused("csv", "name,count\nx,many\n", list[Part], lenient=True).path == "row 1, column 'count'"


def test_tables_that_break_promises_are_read_when_lenient() -> None:
    (row,), deviating = read(
        "csv", f'rowId,status,percentage,note,parts\n{ID},COM,,n,"[{{name:x,count:null}}]"\n', lenient=True
    )
    assert (row.percentage, row.ok, row.parts) == (None, None, [Part(name="x")])
    assert [each.path for each in deviating] == [
        "header, column 'ok'",
        "row 1, column 'percentage'",
        "row 1, column 'parts', $[0].count",
    ]
    rows, deviating = read("jsonl", '{"name":"a"}\n{"name":null,"count":"3"}\n', list[Part], lenient=True)
    assert rows[1] == Part(name=None, count=3)  # type: ignore[arg-type]
    assert [each.path for each in deviating] == ["row 2, $.name", "row 2, $.count"]


@pytest.mark.parametrize(
    ("wire", "body"), [("json", '[{"error":"x"}]'), ("jsonl", '{"count":1}\n'), ("jsv", "[{error:x}]")]
)
def test_an_object_without_any_required_member_is_no_instance(wire: WireFormat, body: str) -> None:
    error = refused(wire, body, list[Part], lenient=True)
    assert (error.path, error.expected, error.found) == (error.path, "a required member", "nothing")
    assert error.path.endswith(".name")


@define(kw_only=True)
class Cat:
    name: str
    lives: int


@define(kw_only=True)
class Dog:
    name: str
    bark: bool
    friend: Cat | Dog | None = None
    pack: list[Cat | Dog] | None = None


@define(kw_only=True)
class Elder:
    name: str
    age: int


@define(kw_only=True)
class Ageless:
    name: str
    age: int | None = field(metadata=named(nullable=True))


@pytest.mark.parametrize(
    ("body", "value", "places"),
    [
        ('{"name":"x","lives":"9"}', Cat(name="x", lives=9), ["$.lives"]),
        ('{"name":null,"lives":9}', Cat(name=None, lives=9), ["$.name"]),  # type: ignore[arg-type]
        ('{"name":7,"bark":null}', Dog(name="7", bark=None), ["$.name", "$.bark"]),  # type: ignore[arg-type]
        ('{"bark":true}', Dog(name=None, bark=True), ["$.name"]),  # type: ignore[arg-type]
        (
            '{"name":"x","bark":true,"friend":{"name":null,"lives":"9"}}',
            Dog(name="x", bark=True, friend=Cat(name=None, lives=9)),  # type: ignore[arg-type]
            ["$.friend.name", "$.friend.lives"],
        ),
        (
            '{"name":"x","bark":"true","pack":[{"name":"a","lives":1},{"name":"b","bark":"false"}]}',
            Dog(name="x", bark=True, pack=[Cat(name="a", lives=1), Dog(name="b", bark=False)]),
            ["$.bark", "$.pack[1].bark"],
        ),
    ],
)
def test_lenient_decoding_applies_to_the_matching_union_member(body: str, value: Any, places: list[str]) -> None:
    found, deviating = read("json", body, Cat | Dog, lenient=True)
    assert found == value
    assert [each.path for each in deviating] == places
    found, deviating = read("json", f" [ {body} ] ", list[Cat | Dog], lenient=True)
    assert found == [value]
    assert [each.path for each in deviating] == [f"$[0]{place[1:]}" for place in places]


def test_what_is_read_as_a_member_of_a_union_strictly_is_so_leniently() -> None:
    bodies = ['{"name":"x","age":1}', '{"name":"x","age":null}']
    found, deviating = read(
        "json", f'[{",".join(bodies)},{{"name":"y","age":"2"}}]', list[Elder | Ageless], lenient=True
    )
    assert found == [Elder(name="x", age=1), Ageless(name="x", age=None), Elder(name="y", age=2)]
    assert [each.path for each in deviating] == ["$[2].age"]


@pytest.mark.parametrize("body", ['{"name":"x"}', '{"error":"x"}', "{}", '{"name":"x","lives":"many"}'])
def test_what_may_be_either_or_neither_member_of_a_union_is_refused_when_lenient(body: str) -> None:
    refused("json", f"[{body}]", list[Cat | Dog], lenient=True)
    refused("json", body, Cat | Dog, lenient=True)


def test_null_in_jsv_is_null_where_no_text_may_be() -> None:
    @define(kw_only=True)
    class Holder:
        sizes: list[int] | None = None
        part: Part | None = None
        guid: GuidN | None = None
        note: str | None = None

    body = "[{sizes:[1,null],part:{name:x,count:null},guid:null,note:null},null]"
    assert refused("jsv", body, list[Holder]).found == "null"
    (one, none), deviating = read("jsv", body, list[Holder], lenient=True)
    assert one == Holder(sizes=[1, None], part=Part(name="x"), note="null")  # type: ignore[list-item]
    assert none is None
    assert [(each.path, each.detail.partition(", ")[2]) for each in deviating] == [
        ("$[0].sizes[1]", "found null"),
        ("$[0].part.count", "found null"),
        ("$[0].guid", "found null"),
        ("$[1]", "found null"),
    ]
    table = 'sizes,part\n"[1,null]","{name:x,count:null}"\n'
    error = refused("csv", table, list[Holder])
    assert (error.path, error.found) == ("row 1, column 'sizes', $[1]", "null")
    (one,), deviating = read("csv", table, list[Holder], lenient=True)
    assert one == Holder(sizes=[1, None], part=Part(name="x"))  # type: ignore[list-item]
    assert [each.path for each in deviating] == ["row 1, column 'sizes', $[1]", "row 1, column 'part', $.count"]


@pytest.mark.large
def test_positions_in_a_long_jsv_list_count_from_its_beginning() -> None:
    body = "[" + "{name:x},{name:y,count:null}," * 20_000 + "{name:z,count:many}]"
    assert refused("jsv", body, list[Part]).path == "$[1].count"
    assert refused("jsv", body.replace(",count:null", ""), list[Part]).path == "$[40000].count"
    _, deviating = read("jsv", body.replace("many", "1"), list[Part], lenient=True)
    assert [each.path for each in deviating] == [f"$[{2 * pair + 1}].count" for pair in range(20_000)]


def test_thousands_of_deviations_are_found_in_one_pass() -> None:
    body = "[" + ",".join('{"name":null,"count":"1"}' for _ in range(5000)) + "]"
    rows, deviating = read("json", body, list[Part], lenient=True)
    assert (len(rows), len(deviating)) == (5000, 10_000)
