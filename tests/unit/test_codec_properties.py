"""Properties of the codec for every value and every text, tested with hypothesis."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from attrs import define, field
from hypothesis import example, given
from hypothesis import strategies as st

from taskclients_core.codec import decode, decoder, encode, to_builtins, to_text
from taskclients_core.errors import DecodeError, InvalidArgumentError
from taskclients_core.formats import Base64, DateTimeMs, DecimalNumber, DecimalString, GuidN, ServiceStackDate
from taskclients_core.model import UNSET, OneOf, OpenInt, OpenStr, Unset, extra, wire_member


class Status(OpenStr):
    REQUESTED = "REQ"


class Level(OpenInt):
    LOW = 1


@define(kw_only=True)
class Cat:
    lives: int
    born: ServiceStackDate | None = None


@define(kw_only=True)
class Dog:
    barks: bool
    born: ServiceStackDate | None = None


@define(kw_only=True)
class Extended:
    ident: GuidN
    others: dict[str, DecimalNumber] = field(factory=dict, metadata=extra())


Pet: TypeAlias = Annotated[Cat | Dog, OneOf("kind", {"cat": Cat, "dog": Dog, "puppy": Dog})]
Json: TypeAlias = str | int | bool | list["Json"] | dict[str, "Json"] | None


@define(kw_only=True)
class Everything:
    guid: GuidN = field(metadata=wire_member("theGuid"))
    when: DateTimeMs
    nullable: Status | None
    level: Level | None = None
    number: float = 0.5
    precise: DecimalString | None = None
    blob: Base64 | None = None
    dates: list[ServiceStackDate | None] | None = None
    comment: str | Unset | None = UNSET
    pet: Pet | None = None
    guess: Cat | Dog | None = None
    key: GuidN | int | None = None
    extended: list[Extended] | None = None
    content: Json = None
    anything: Any = None
    children: dict[str, Everything] | None = None


text = st.text(st.characters(codec="utf-8"), max_size=20)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
naive = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)).map(
    lambda value: value.replace(microsecond=value.microsecond // 1000 * 1000)
)
service_stack_dates = st.one_of(naive, st.builds(lambda value, zone: value.replace(tzinfo=zone), naive, offsets))
decimals = st.decimals(allow_nan=False, allow_infinity=False)
ids = st.uuids()
cats = st.builds(Cat, lives=st.integers(), born=st.none() | service_stack_dates)
dogs = st.builds(Dog, barks=st.booleans(), born=st.none() | service_stack_dates)
extended = st.builds(Extended, ident=ids, others=st.dictionaries(text.filter(lambda name: name != "ident"), decimals))
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=10,
)


def everything(children: st.SearchStrategy[Everything]) -> st.SearchStrategy[Everything]:
    return st.builds(
        Everything,
        guid=ids,
        when=st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=offsets),
        nullable=st.none() | text.map(Status),
        level=st.none() | st.integers(-(2**63), 2**63 - 1).map(Level),
        number=st.floats(allow_nan=False, allow_infinity=False),
        precise=st.none() | decimals,
        blob=st.none() | st.binary(max_size=20),
        dates=st.none() | st.lists(st.none() | service_stack_dates, max_size=3),
        comment=st.sampled_from([UNSET, None]) | text,
        pet=st.none() | cats | dogs,
        guess=st.none() | cats | dogs,
        key=st.none() | ids | st.integers(),
        extended=st.none() | st.lists(extended, max_size=2),
        content=jsons,
        anything=jsons,
        children=st.none() | st.dictionaries(text, children, max_size=2),
    )


models = st.recursive(everything(st.nothing()), everything, max_leaves=3)
some_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            text | st.sampled_from(["theGuid", "when", "pet", "kind", "guess", "dates", "children"]), inner
        )
    ),
    max_leaves=20,
)


@given(models)
def test_every_model_comes_back_as_it_was(model: Everything) -> None:
    assert decode(encode(model), Everything) == model
    assert decoder(Everything, lenient=True)(encode(model)) == model
    assert decode(encode([model]).decode(), list[Everything]) == [model]


@given(models)
def test_builtins_equal_the_decoded_json(model: Everything) -> None:
    model.extended = model.children = None  # decimals are text among builtins
    assert to_builtins(model) == json.loads(encode(model))


@given(service_stack_dates)
def test_service_stack_dates_come_back_with_their_offset(value: datetime) -> None:
    found = decode(encode(value, ServiceStackDate), ServiceStackDate)
    assert found == value
    assert found.utcoffset() == value.utcoffset()


@given(st.datetimes(timezones=st.none() | st.just(UTC)))
def test_what_a_service_stack_date_loses_is_less_than_a_millisecond(value: datetime) -> None:
    found = decode(encode(value, ServiceStackDate), ServiceStackDate)
    assert timedelta(0) <= value - found < timedelta(milliseconds=1)


@given(
    st.one_of(
        st.tuples(ids, st.just(GuidN)),
        st.tuples(st.binary(), st.just(Base64)),
        st.tuples(decimals, st.just(DecimalString)),
    )
)
def test_formats_as_text_are_formats_as_json(pair: tuple[UUID | bytes | Decimal, Any]) -> None:
    value, hint = pair
    assert json.loads(encode(value, hint)) == to_text(value, hint)
    assert decode(encode(value, hint), hint) == value


@given(st.binary() | text.map(str.encode) | some_json.map(lambda value: json.dumps(value).encode()), st.booleans())
@example(b"{", False)  # noqa: FBT003 - an example has no keywords
def test_no_text_does_anything_but_decode_or_raise_decode_error(data: bytes, lenient: bool) -> None:
    for hint in (Everything, list[Everything], Pet, Cat | Dog, Json, Extended, dict[Status, GuidN | int], Any):
        with contextlib.suppress(DecodeError):
            decoder(hint, lenient=lenient)(data)


@given(models, st.data())
def test_a_damaged_text_does_no_other_harm(model: Everything, data: st.DataObject) -> None:
    sound = encode(model)
    position = data.draw(st.integers(0, len(sound) - 1))
    damaged = sound[:position] + data.draw(st.binary(max_size=3)) + sound[position + data.draw(st.integers(0, 3)) :]
    try:
        found = decode(damaged, Everything)
    except DecodeError:
        return
    assert decode(encode(found), Everything) == found


@given(st.recursive(st.integers() | st.just(object()) | st.floats() | st.text(), st.lists))
def test_no_value_does_anything_but_encode_or_raise_invalid_argument(value: Any) -> None:
    for hint in (Any, Everything, list[GuidN], ServiceStackDate, Pet, Json, GuidN | list[int]):
        with contextlib.suppress(InvalidArgumentError):
            encode(value, hint)
