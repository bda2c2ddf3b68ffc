"""CSV, JSV and JSONL: what is read into which models, and what is refused, where, with nothing lost."""

# ruff: noqa: E501 - tables of what is sent, a line each

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final
from uuid import UUID

import pytest
from attrs import define, field
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.runtime import DecodeError, OpenStr
from dragoman.runtime import wire as named
from dragoman.runtime.codec import Oddity
from dragoman.runtime.formats import DecimalNumber, GuidN, ServiceStackDate
from dragoman.runtime.media import Wire, jsv
from dragoman.runtime.media.bodies import decoder, row_reader
from dragoman.runtime.media.records import Records, split
from dragoman.runtime.media.tree import parse, write


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
    asked: ServiceStackDate | None = None
    secret: int | None = field(default=None, repr=False)


@define(kw_only=True)
class Short:
    name: str
    count: int | None = field(metadata=named(nullable=True))


HEADER: Final = "rowId,status,percentage,ok,note,share,price,parts,names,sizes,seen,asked"
ID: Final = "00000000000000000000000000000001"


def read(wire: Wire, body: str | bytes, hint: Any = list[Row], *, lenient: bool = False) -> tuple[Any, list[Oddity]]:
    odd: list[Oddity] = []
    raw = body if isinstance(body, bytes) else body.encode()
    return decoder(wire, hint, lenient=lenient)(raw, odd.append), odd


def refused(wire: Wire, body: str | bytes, hint: Any = list[Row], *, lenient: bool = False) -> DecodeError:
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
    (full, bare), odd = read("csv", body)
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
        asked=datetime(2022, 1, 1, 12, 0, 0, 123456, tzinfo=UTC),
    )
    assert str(full.price) == "1.10"
    assert (bare.id, bare.status, bare.status.is_known, bare.note, bare.parts) == (UUID(int=1), "NEW", False, "", None)
    assert odd == []


def test_names_ignore_case_and_spaces_and_unknown_columns_are_passed_over() -> None:
    (row,), _ = read("csv", "\ufeff NAME ,other, Count\nx,y,3\n", list[Part])
    assert row == Part(name="x", count=3)


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_header_alone_is_an_empty_list(end: str) -> None:
    assert read("csv", HEADER + end) == ([], [])


def test_a_single_object_is_one_row() -> None:
    assert read("csv", "name,count\r\nx,\r\n", Part)[0] == Part(name="x")
    assert refused("csv", "name,count\r\n", Part).found == "0 rows"
    assert refused("csv", "name,count\r\nx,1\r\ny,2\r\n", Part).found == "2 rows"


def test_the_shortest_tables() -> None:
    assert read("csv", "a", list[dict[str, str]]) == ([], [])
    assert read("csv", "a\n", list[dict[str, str]]) == ([], [])
    assert read("csv", "a\n1", list[dict[str, str]])[0] == [{"a": "1"}]


def test_null_is_absence() -> None:
    assert read("csv", "name\nx\n", list[Short])[0] == [Short(name="x", count=None)]
    assert read("csv", "name,count\nx,\n", list[Short])[0] == [Short(name="x", count=None)]


@pytest.mark.parametrize(
    ("row", "path", "expected", "found"),
    [
        (f"{ID},COM,x,True,n,,,,,,,", "row 2, column 'percentage'", "int", "str 'x'"),
        (f"{ID},COM,1.0,True,n,,,,,,,", "row 2, column 'percentage'", "int", "float 1.0"),
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
        (f"{ID},COM,1,True,n,,,{'[' * 1_000_000},,,,", "row 2, column 'parts'", "array of Part object", "too deep a nesting"),
        (f"{ID},COM,1,True,n,,,,,,", "row 2", "12 cells", "11 cells"),
        (f"{ID},COM,1,True,n,,,,,,,,", "row 2", "12 cells", "13 cells"),
        ("", "row 2", "12 cells", "1 cell"),
        (f'{ID},COM,1,True,"n,,,,,,,', "row 2, column 'note'", "CSV", "malformed text (an unclosed quote)"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read(row: str, path: str, expected: str, found: str) -> None:
    error = refused("csv", f"{HEADER}\r\n{ID},COM,1,True,n,,,,,,,\r\n{row}\r\n")
    assert (error.path, error.expected, error.found) == (path, expected, found)


def test_the_first_row_that_is_wrong_is_the_one_that_is_told() -> None:
    error = refused("csv", f"{HEADER}\n{ID},COM,1,maybe,n,,,,,,,\n{ID},COM,x,True,n,,,,,,,\n")
    assert error.path == "row 1, column 'ok'"


def test_a_quote_in_the_middle_is_refused() -> None:
    error = refused("csv", 'name,count\n5" disk or 6" disk,1\n', list[Part])
    assert (error.path, error.found) == (
        "row 1, column 'name'",
        "malformed text (a quote within a cell that does not begin with one)",
    )


def test_what_is_not_utf_8_is_told_with_its_place() -> None:
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


@pytest.mark.parametrize("wire", ["csv", "jsonl"])
def test_json_under_another_name_is_read_and_noted(wire: Wire) -> None:
    rows, odd = read(wire, ' [{"name":"x"}]', list[Part])
    assert rows == [Part(name="x")]
    assert [each.path for each in odd] == ["$"]
    assert read("csv", "[]") == ([], [Oddity("$", "expected CSV, found JSON")])
    assert read("csv", '{"name":"x"}', Part)[0] == Part(name="x")
    assert refused("csv", '[{"name":', list[Part]).expected == "JSON"


def test_a_secret_is_not_shown() -> None:
    error = refused("csv", f"{HEADER},secret\n{ID},COM,1,True,n,,,,,,,,hunter2\n")
    assert error.path == "row 1, column 'secret'"
    assert "hunter2" not in str(error)


def test_rows_that_are_no_plain_models_take_the_longer_way() -> None:
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
    body, records, found = _csv(rows), Records(None), []
    for at in range(0, len(body), size):
        found += split(records.feed(body[at : at + size]))[0]
    found += split(records.end())[0]
    assert found == rows


@given(st.text(st.sampled_from('",\r\n[]{}:ab\ufeff\x00'), max_size=40))
@settings(max_examples=300)
def test_no_text_breaks_the_readers(body: str) -> None:
    tries: list[tuple[Wire, Any]] = [("csv", list[Part]), ("jsv", list[Part]), ("jsonl", list[Part]), ("csv", Part)]
    for wire, hint in tries:
        try:
            value, _ = read(wire, body, hint)
        except DecodeError:
            continue
        assert all(isinstance(each.name, str) for each in (value if hint is not Part else [value]))


# -- In pieces ------------------------------------------------------------------------------------------------------


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
def test_rows_come_out_whole_in_whatever_pieces_they_come_in(wire: Wire, body: str, size: int) -> None:
    reader, raw = row_reader(wire, Part), body.encode()
    pieces = (raw[at : at + size] for at in range(0, len(raw), size))
    rows = [*chain.from_iterable(map(reader.feed, pieces)), *reader.end()]
    assert rows == [Part(name='a\r\n"b"', count=1), Part(name="é"), Part(name="x", count=3)]


@pytest.mark.parametrize(
    ("wire", "body"), [("csv", "name,count\na,1\nb,x\nc,3\n"), ("jsonl", '{"name":"a"}\n{"name":1}\n{"name":"c"}\n')]
)
def test_rows_before_a_bad_one_are_given(wire: Wire, body: str) -> None:
    rows = row_reader(wire, Part).feed(body.encode())
    assert next(rows).name == "a"
    with pytest.raises(DecodeError, match="row 2"):
        next(rows)


@pytest.mark.parametrize(("wire", "begin", "more"), [("csv", b'name\n"', b"x\n"), ("jsonl", b'{"name":"', b"x")])
def test_a_row_without_an_end_does_not_fill_the_memory(wire: Wire, begin: bytes, more: bytes) -> None:
    reader = row_reader(wire, Part, limit=1000)
    assert list(reader.feed(begin + more)) == []
    with pytest.raises(DecodeError, match="1000 bytes"):
        list(reader.feed(more * 1000))


# -- JSONL ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "path", "found"),
    [
        ('{"name":"a"}\n{"name":1}\n', "row 2, $.name", "int 1"),
        ('{"name":"a"}\n{"name":\n', "row 2", "malformed text (Input data was truncated)"),
        ('{"name":"a"} {"name":"b"}\n', "row 1", "malformed text (trailing characters (byte 14))"),
        ('{"name":"a"},{"name":"b"}\n', "row 1", "malformed text (trailing characters (byte 13))"),
        ("<html>\n", "row 1", "markup"),
        ('{"name":' + "[" * 1_000_000, "row 1", "too deep a nesting"),
    ],
)
def test_a_line_that_cannot_be_read(body: str, path: str, found: str) -> None:
    error = refused("jsonl", body, list[Part])
    assert (error.path, error.found) == (path, found)


def test_no_lines_are_an_empty_list_and_one_object_is_one_line() -> None:
    assert read("jsonl", "", list[Part]) == ([], [])
    assert read("jsonl", '{"name":"x"}\n', Part)[0] == Part(name="x")


# -- JSV ------------------------------------------------------------------------------------------------------------

hostile = st.text(st.one_of(st.sampled_from('[]{},":\r\n nul\\'), st.characters(codec="utf-8")))
plain = st.recursive(
    hostile | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(hostile, inner.filter(lambda value: value is not None)),
)


@given(plain.filter(lambda value: value is not None))
def test_plain_data_comes_back_from_jsv(value: Any) -> None:
    assert jsv.decode(jsv.encode(value)) == value
    assert parse(write(value)) is not None


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
    assert jsv.decode(jsv.encode([row]), list[Row]) == [row]


@pytest.mark.parametrize(
    ("body", "path", "found"),
    [
        ('{name:"a', "$", "malformed text (an unclosed quote, character 7)"),
        ("{name:a,name:b}", "$", "malformed text (a member given twice, character 9)"),
        ("{name:a", "$", "malformed text (an unclosed object, character 8)"),
        ("{name:a}b", "$", "malformed text (trailing text, character 9)"),
        ("{name}", "$", "malformed text (no ':' where one is due, character 6)"),
        ("{name:a,count:x}", "$.count", "str 'x'"),
        ("[" * 1_000_000, "$", "too deep a nesting"),
        ("<html>", "$", "str '<html>'"),
    ],
)
def test_jsv_that_cannot_be_read(body: str, path: str, found: str) -> None:
    error = refused("jsv", body, Part)
    assert (error.path, error.found) == (path, found)


# -- Lenient --------------------------------------------------------------------------------------------------------


def test_json_that_breaks_promises_is_read_when_lenient_and_each_place_is_told() -> None:
    members = '"status":null,"percentage":"7","ok":"True","note":5,"parts":[{"name":null},{}]'
    body = f'[{{"rowId":"{ID}",{members}}}]'
    (row,), odd = read("json", body, lenient=True)
    assert (row.status, row.percentage, row.ok, row.note) == (None, 7, True, "5")
    assert row.parts == [Part(name=None), Part(name=None)]  # type: ignore[arg-type]
    assert {each.path: each.detail for each in odd} == {
        "$[0].status": "expected str, found null",
        "$[0].percentage": "expected int, found text",
        "$[0].ok": "expected bool, found text",
        "$[0].note": "expected str, found number",
        "$[0].parts[0].name": "expected str, found null",
        "$[0].parts[1].name": "expected a required member, found nothing",
    }


def test_what_cannot_be_meant_is_refused_even_when_lenient() -> None:
    assert refused("json", '[{"name":"x","count":"many"}]', list[Part], lenient=True).path == "$[0].count"
    assert refused("json", '[{"name":"x"', list[Part], lenient=True).expected == "JSON"
    assert refused("csv", "name,count\nx,many\n", list[Part], lenient=True).path == "row 1, column 'count'"


def test_tables_that_break_promises_are_read_when_lenient() -> None:
    (row,), odd = read("csv", f"rowId,status,percentage,note,parts\n{ID},COM,,n,[{{count:1}}]\n", lenient=True)
    assert (row.percentage, row.ok, row.parts) == (None, None, [Part(name=None, count=1)])  # type: ignore[arg-type]
    assert [each.path for each in odd] == [
        "header, column 'ok'",
        "row 1, column 'percentage'",
        "row 1, column 'parts', $[0].name",
    ]
    rows, odd = read("jsonl", '{"name":"a"}\n{"name":null,"count":"3"}\n', list[Part], lenient=True)
    assert rows[1] == Part(name=None, count=3)  # type: ignore[arg-type]
    assert [each.path for each in odd] == ["row 2, $.name", "row 2, $.count"]


def test_thousands_of_odd_places_take_one_walk() -> None:
    body = "[" + ",".join('{"name":null,"count":"1"}' for _ in range(5000)) + "]"
    rows, odd = read("json", body, list[Part], lenient=True)
    assert (len(rows), len(odd)) == (5000, 10_000)
