from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, TypeAlias, Union, get_args
from uuid import UUID

import pytest
from attrs import define, field

from taskclients_core.codec import decode, decoder, encode, to_builtins, to_text
from taskclients_core.errors import DecodeError, InvalidArgumentError
from taskclients_core.formats import Base64, DateTimeMs, DecimalNumber, DecimalString, Format, GuidN, ServiceStackDate
from taskclients_core.model import extra

ID = UUID("0123456789abcdef0123456789abcdef")
EAST = timezone(timedelta(hours=2))
WEST = timezone(-timedelta(hours=3, minutes=30))


def read(text: str, hint: Any) -> Any:
    """Return the value of a JSON string; check that the format's own parser agrees with msgspec's if that is used."""
    value = decode(encode(text), hint)
    (form,) = (mark for mark in get_args(hint) if isinstance(mark, Format))
    assert form.parse(text) == value
    return value


def refuse(text: str, hint: Any) -> None:
    with pytest.raises(DecodeError):
        decode(encode(text), hint)
    (form,) = (mark for mark in get_args(hint) if isinstance(mark, Format))
    with pytest.raises((ValueError, ArithmeticError)):
        form.parse(text)


# -- GuidN ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [ID.hex, str(ID), ID.hex.upper(), str(ID).upper()])
def test_guids_are_read_with_and_without_dashes(text: str) -> None:
    assert read(text, GuidN) == ID


@pytest.mark.parametrize(
    "text", ["", "x", ID.hex[:-1], ID.hex + "0", "{" + str(ID) + "}", "urn:uuid:" + str(ID), ID.hex[:-1] + "g"]
)
def test_other_texts_are_no_guids(text: str) -> None:
    refuse(text, GuidN)


def test_guids_are_written_as_32_digits() -> None:
    assert encode(ID, GuidN) == b'"0123456789abcdef0123456789abcdef"'
    assert encode(UUID(int=0), GuidN) == b'"00000000000000000000000000000000"'
    assert to_text(ID, GuidN) == "0123456789abcdef0123456789abcdef"


# -- ServiceStackDate ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("/Date(0)/", datetime(1970, 1, 1, tzinfo=UTC)),
        ("/Date(-1)/", datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)),
        ("/Date(1700000000123)/", datetime(2023, 11, 14, 22, 13, 20, 123000, tzinfo=UTC)),
        ("/Date(-62135596800000-0000)/", datetime(1, 1, 1)),
        ("/Date(253402300799999-0000)/", datetime(9999, 12, 31, 23, 59, 59, 999000)),
        ("/Date(1700000000000-0000)/", datetime(2023, 11, 14, 22, 13, 20)),
        ("/Date(1700000000000+0200)/", datetime(2023, 11, 15, 0, 13, 20, tzinfo=EAST)),
        ("/Date(1700000000000-0330)/", datetime(2023, 11, 14, 18, 43, 20, tzinfo=WEST)),
        # .NET's minimum date in a zone east of Greenwich: before the year 1 in UTC
        ("/Date(-62135604000000+0200)/", datetime(1, 1, 1, tzinfo=EAST)),
    ],
)
def test_service_stack_dates_cross_both_ways(text: str, value: datetime) -> None:
    found = read(text, ServiceStackDate)
    assert found == value
    assert found.utcoffset() == value.utcoffset()
    assert to_text(value, ServiceStackDate) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("/Date(-62135596800000-0500)/", datetime(1, 1, 1, tzinfo=UTC)),
        ("/Date(253402300799999+1400)/", datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)),
    ],
)
def test_an_instant_that_has_no_date_at_its_offset_is_in_utc(text: str, value: datetime) -> None:
    found = read(text, ServiceStackDate)
    assert found == value
    assert found.utcoffset() == timedelta(0)


def test_a_positive_zero_offset_is_utc() -> None:
    assert read("/Date(0+0000)/", ServiceStackDate) == datetime(1970, 1, 1, tzinfo=UTC)


def test_the_slash_may_be_escaped() -> None:
    assert decode(rb'"\/Date(-62135596800000-0000)\/"', ServiceStackDate) == datetime(1, 1, 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2022-01-01", datetime(2022, 1, 1)),
        ("2022-01-01T12:30:00", datetime(2022, 1, 1, 12, 30)),
        ("2022-01-01T12:30:00Z", datetime(2022, 1, 1, 12, 30, tzinfo=UTC)),
        ("2022-01-01T12:30:00+02:00", datetime(2022, 1, 1, 12, 30, tzinfo=EAST)),
        ("2022-01-01T12:30:00.1-03:30", datetime(2022, 1, 1, 12, 30, 0, 100000, tzinfo=WEST)),
        ("2022-01-01T12:30:00.1234567Z", datetime(2022, 1, 1, 12, 30, 0, 123456, tzinfo=UTC)),
        ("2022-01-01T12:30:00.9999999Z", datetime(2022, 1, 1, 12, 30, 0, 999999, tzinfo=UTC)),
    ],
)
def test_iso_forms_are_understood_and_the_seventh_digit_is_cut(text: str, value: datetime) -> None:
    found = read(text, ServiceStackDate)
    assert found == value
    assert found.utcoffset() == value.utcoffset()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "/Date()/",
        "/Date(0)",
        "/Date(0.5)/",
        "/Date(٣)/",
        "/Date(0)/\n",
        "/Date(0+02:00)/",
        "/Date(0+0260)/",
        "/Date(0+9900)/",
        "/Date(-62135596800001)/",
        "/Date(253402300800000)/",
        "/Date(999999999999999)/",
        f"/Date({'9' * 10_000})/",
        "2022-02-30",
        "2022-01-01T25:00:00",
        "2022-01-01 12:30:00",
        "20220101",
        "2022-W01-1",
        "2022-01-01T12:30:00.12345678Z",
        "2022-01-01T12:30:00+0200",
    ],
)
def test_other_texts_are_no_service_stack_dates(text: str) -> None:
    refuse(text, ServiceStackDate)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(1970, 1, 1, 0, 0, 0, 1999, tzinfo=UTC), "/Date(1)/"),
        (datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), "/Date(-1)/"),
        (datetime(1969, 12, 31, 23, 59, 59, 999999), "/Date(-1-0000)/"),
    ],
)
def test_microseconds_are_cut_towards_the_earlier_millisecond(value: datetime, text: str) -> None:
    assert to_text(value, ServiceStackDate) == text


def test_an_offset_in_seconds_cannot_be_written() -> None:
    odd = datetime(1900, 1, 1, tzinfo=timezone(timedelta(minutes=19, seconds=32)))
    with pytest.raises(InvalidArgumentError, match="whole minutes"):
        encode(odd, ServiceStackDate)


# -- DateTimeMs ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), "2024-01-02T03:04:05.000Z"),
        (datetime(2024, 1, 2, 3, 4, 5, 120000, tzinfo=UTC), "2024-01-02T03:04:05.120Z"),
        (datetime(2024, 1, 2, 3, 4, 5, 123456, tzinfo=UTC), "2024-01-02T03:04:05.123456Z"),
        (datetime(2024, 1, 2, 3, 4, 5, tzinfo=EAST), "2024-01-02T01:04:05.000Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000Z"),
    ],
)
def test_date_times_are_written_in_utc_with_milliseconds(value: datetime, text: str) -> None:
    assert to_text(value, DateTimeMs) == text
    assert read(text, DateTimeMs) == value


def test_naive_date_times_are_refused_both_ways() -> None:
    with pytest.raises(InvalidArgumentError, match="naive"):
        encode(datetime(2024, 1, 2), DateTimeMs)
    refuse("2024-01-02T03:04:05", DateTimeMs)


def test_a_moment_that_utc_cannot_name_is_refused() -> None:
    with pytest.raises(InvalidArgumentError):
        encode(datetime(1, 1, 1, tzinfo=EAST), DateTimeMs)


# -- Base64, decimals ---------------------------------------------------------------------------------------------


def test_bytes_are_base64() -> None:
    assert read("aGk=", Base64) == b"hi"
    assert encode(b"hi", Base64) == encode(b"hi") == b'"aGk="'
    assert to_text(b"\xff\xfe", Base64) == "//4="


@pytest.mark.parametrize("text", ["aGk", "a-_=", "aGk=\n", "é"])
def test_other_texts_are_no_base64(text: str) -> None:
    refuse(text, Base64)


@pytest.mark.parametrize("text", ["1.10", "-0.30", "0", "12345678901234567890.123456789", "1E+3", "1E-7"])
def test_decimals_stay_exact(text: str) -> None:
    assert str(decode(text, DecimalNumber)) == text
    assert str(decode(f'"{text}"', DecimalString)) == text
    assert encode(Decimal(text), DecimalNumber) == text.encode()
    assert encode(Decimal(text), DecimalString) == f'"{text}"'.encode()
    assert to_text(Decimal(text), DecimalNumber) == to_builtins(Decimal(text), DecimalString) == text


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1_000", " 1", "", "1.", ".5", "٣", "1e9999999999"])
def test_other_texts_are_no_decimals(text: str) -> None:
    refuse(text, DecimalString)


def test_a_quoted_number_is_no_number_and_the_other_way_round() -> None:
    with pytest.raises(DecodeError, match="expected number, found str"):
        decode('"1.5"', DecimalNumber)
    with pytest.raises(DecodeError, match="in a string, found float"):
        decode("1.5", DecimalString)


@pytest.mark.parametrize("hint", [DecimalNumber, DecimalString, Decimal, Any])
def test_what_is_not_finite_is_not_sent(hint: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="finite"):
        encode(Decimal("NaN"), hint)


def test_plain_decimals_are_read_in_either_form_and_written_as_text() -> None:
    assert decode('["1.10", 1.10]', list[Decimal]) == [Decimal("1.10")] * 2
    assert encode([Decimal("1.10")]) == b'["1.10"]'
    with pytest.raises(DecodeError, match="finite"):
        decode('"NaN"', Decimal)


# -- Values of another class ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (ID.hex, GuidN),
        (date(2022, 1, 1), ServiceStackDate),
        ("2022-01-01", DateTimeMs),
        ("aGk=", Base64),
        (1.5, DecimalNumber),
    ],
)
def test_a_value_of_another_class_is_refused(value: object, hint: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=f"found {type(value).__name__} "):
        encode(value, hint)


# -- Behaviour of msgspec that we document and pin -------------------------------------------------------------------


def test_plain_date_times_keep_what_they_were_given() -> None:
    assert decode('"2024-01-02T03:04:05"', datetime) == datetime(2024, 1, 2, 3, 4, 5)
    assert decode('"2024-01-02T03:04:05.1234567Z"', datetime).microsecond == 123456
    assert encode(datetime(2024, 1, 2, 3, 4, 5)) == b'"2024-01-02T03:04:05"'
    assert encode(datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)) == b'"2024-01-02T03:04:05Z"'


@pytest.mark.parametrize(
    ("value", "hint", "text"),
    [
        (True, bool, "true"),
        (5, int, "5"),
        (1.0, float, "1.0"),
        ("a b", str, "a b"),
        (ID, UUID, str(ID)),
        (date(2024, 1, 31), date, "2024-01-31"),
        (time(12, 30), time, "12:30:00"),
        (datetime(2024, 1, 2, 3, 4, 5, 120000, tzinfo=EAST), datetime, "2024-01-02T03:04:05.120000+02:00"),
        (Decimal("1.10"), Decimal, "1.10"),
    ],
)
def test_scalars_as_text(value: object, hint: Any, text: str) -> None:
    assert to_text(value, hint) == text


@pytest.mark.parametrize("value", [None, [1], {"a": 1}])
def test_what_has_parts_has_no_text(value: object) -> None:
    with pytest.raises(InvalidArgumentError, match="a single value"):
        to_text(value, Any)


LAST = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
Visits: TypeAlias = dict[str, Union["Visits", datetime]]


@define(kw_only=True)
class Visit:
    """Dates and a time beside a text that looks like a date."""

    at: datetime
    seen: DateTimeMs | None = None
    opens: time | None = None
    label: str | None = None
    ratio: float | None = None


@define(kw_only=True)
class OpenVisit:
    """Dates in undeclared members."""

    name: str
    more: dict[str, datetime] = field(factory=dict[str, datetime], metadata=extra())


def test_last_date_of_dot_net_is_read_and_never_rounded_up() -> None:
    text = """{
        "at": "9999-12-31T23:59:59.9999999Z", "seen": "2023-12-31T23:59:59.999999999Z", "opens": "23:59:59.9999999",
        "label": "9999-12-31T23:59:59.9999999Z", "ratio": 0.123456789
    }"""
    assert decode(text, Visit) == Visit(
        at=LAST,
        seen=datetime(2023, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        opens=time(23, 59, 59, 999999),
        label="9999-12-31T23:59:59.9999999Z",
        ratio=0.123456789,
    )


@pytest.mark.parametrize(
    ("hint", "text", "value"),
    [
        (datetime, "%s", LAST),
        (datetime | None, "%s", LAST),
        (datetime | int, "%s", LAST),
        (list[datetime], "[%s]", [LAST]),
        (list[datetime] | int, "[%s]", [LAST]),
        (dict[str, datetime], '{"a": %s}', {"a": LAST}),
        (tuple[str, datetime], "[%s, %s]", ("9999-12-31T23:59:59.9999999Z", LAST)),
        (tuple[datetime, *tuple[datetime, ...]], "[%s, %s]", (LAST, LAST)),
        (OpenVisit, '{"name": "n", "b": %s}', OpenVisit(name="n", more={"b": LAST})),
        (list[Visit | OpenVisit], '[{"at": %s}]', [Visit(at=LAST)]),
        (Visits, '{"a": {"b": %s}}', {"a": {"b": LAST}}),
    ],
)
@pytest.mark.parametrize("lenient", [False, True])
def test_fractions_are_cut_wherever_a_type_has_a_date(hint: Any, text: str, value: object, lenient: bool) -> None:
    body = text.replace("%s", '"9999-12-31T23:59:59.9999999Z"')
    assert decoder(hint, lenient=lenient)(body) == value


def test_long_fraction_in_a_malformed_text_is_a_decode_error() -> None:
    with pytest.raises(DecodeError, match="malformed text"):
        decode('[{"at": "2024-01-01T00:00:00.1234567Z"}, {]', list[Visit])
