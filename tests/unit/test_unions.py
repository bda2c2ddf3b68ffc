from __future__ import annotations

import contextlib
import json
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

import pytest
from attrs import define, field

from taskclients_core.codec import Deviation, decode, encode, ignore_deviation
from taskclients_core.errors import DecodeError, InvalidArgumentError
from taskclients_core.formats import DecimalString, GuidN, ServiceStackDate
from taskclients_core.media.decoders import body_decoder, cached_body_decoder
from taskclients_core.model import OneOf, OpenStr, extra

ID = UUID(int=1)


class Kind(OpenStr):
    CAT = "cat"
    DOG = "dog"


class Color(OpenStr):
    RED = "red"


class Size(OpenStr):
    LARGE = "L"


@define(kw_only=True)
class Cat:
    kind: Literal["cat"] = "cat"
    lives: int


@define(kw_only=True)
class Dog:
    kind: Kind
    barks: bool | None = None


@define(kw_only=True)
class Fish:
    """Has no field for the discriminator."""

    depth: ServiceStackDate | None = None


@define(kw_only=True)
class Bag:
    kind: str
    others: dict[str, int] = field(factory=dict, metadata=extra())


Pet: TypeAlias = Annotated[Cat | Dog | Fish, OneOf("kind", {"cat": Cat, "dog": Dog, "puppy": Dog, "fish": Fish})]
Loose: TypeAlias = Annotated[Cat | Bag | Fish, OneOf("kind", {"cat": Cat, "bag": Bag, "fish": Fish})]


@define(kw_only=True)
class Named:
    name: str


@define(kw_only=True)
class Titled:
    name: str


@define(kw_only=True)
class Person:
    name: str
    age: int | None = None


@define(kw_only=True)
class Employee:
    name: str
    age: int
    boss: Employee | Person | None = None


@define(kw_only=True)
class Stamped:
    value: ServiceStackDate


@define(kw_only=True)
class Numbered:
    value: GuidN


@define(kw_only=True)
class House:
    pet: Pet | None = None
    pets: list[Pet] | None = None
    loose: list[Loose] | None = None
    owner: Named | Person | Employee | None = None
    key: GuidN | float | None = None
    owners: list[Named] | list[Cat] | None = None


def failure(text: str, hint: Any) -> str:
    with pytest.raises(DecodeError) as caught:
        decode(text, hint)
    return str(caught.value)


# -- With a discriminator -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hint", [Pet, list[Pet], dict[str, Pet], Pet | None])
def test_the_discriminator_names_the_class(hint: Any) -> None:
    one = '{"kind":"cat","lives":9}'
    text = {list[Pet]: f"[{one}]", dict[str, Pet]: f'{{"a":{one}}}'}.get(hint, one)
    assert encode(decode(text, hint), hint).decode() == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"lives":9,"kind":"cat"}', Cat(lives=9)),
        ('{"kind":"dog","barks":true}', Dog(kind=Kind.DOG, barks=True)),
        ('{"kind":"puppy"}', Dog(kind=Kind("puppy"))),
        ('{"kind":"fish","depth":"/Date(0)/"}', Fish(depth=datetime(1970, 1, 1, tzinfo=UTC))),
    ],
)
def test_the_tag_is_set_on_the_model_where_it_is_a_field(text: str, value: object) -> None:
    assert decode(text, Pet) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Cat(lives=9), b'{"kind":"cat","lives":9}'),
        (Dog(kind=Kind("puppy")), b'{"kind":"puppy"}'),
        (Dog(kind=Kind("no tag at all")), b'{"kind":"dog"}'),
        (Fish(), b'{"kind":"fish"}'),
    ],
)
def test_the_tag_is_sent(value: Any, text: bytes) -> None:
    assert encode(value, Pet) == text
    assert encode(House(pet=value)) == b'{"pet":%s}' % text


def test_an_unknown_tag_is_refused_with_those_allowed() -> None:
    for where, text in (
        ("$", '{"kind":"cow"}'),
        ("$.pet", '{"pet":{"kind":"cow"}}'),
        ("$.pets[1]", '{"pets":[{"kind":"fish"},{"kind":"cow"}]}'),
    ):
        message = failure(text, Pet if where == "$" else House)
        assert message == f"expected one of 'cat', 'dog', 'puppy', 'fish', found str 'cow' at {where}.kind"


@pytest.mark.parametrize("hint", [Pet, Loose])
def test_a_missing_tag_is_refused(hint: Any) -> None:
    assert failure('{"lives":1}', hint) == "expected a required member, found nothing at $.kind"
    assert "one of 'cat'" in failure('{"kind":5}', hint)
    assert "found int 1 at $" in failure("1", hint)


def test_a_mismatch_below_a_tag_is_found() -> None:
    assert failure('[{"kind":"cat","lives":"x"}]', list[Pet]) == "expected int, found str 'x' at $[0].lives"
    expected = "expected ServiceStack date, such as /Date(1700000000000)/, found str 'x' at $[0].depth"
    assert failure('[{"kind":"fish","depth":"x"}]', list[Pet]) == expected
    assert failure('[{"kind":"fish","depth":"x"}]', list[Loose]) == expected


def test_a_tagged_class_may_take_members_it_did_not_declare() -> None:
    text = '{"loose":[{"kind":"bag","a":1},{"kind":"fish"},{"kind":"cat","lives":1}]}'
    found = decode(text, House)
    assert found.loose == [Bag(kind="bag", others={"a": 1}), Fish(), Cat(lives=1)]
    assert encode(found).decode() == text
    assert "one of 'cat', 'bag', 'fish', found str 'cow' at $.loose[0].kind" in failure(
        '{"loose":[{"kind":"cow"}]}', House
    )


def test_a_model_outside_of_the_union_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match=r"found Named at \$\.pet"):
        encode(House(pet=Named(name="x")))  # type: ignore[arg-type]


# -- Without a discriminator ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"name":"a"}', Named(name="a")),
        ('{"name":"a","age":3}', Employee(name="a", age=3)),
        ('{"name":"a","age":3,"boss":{"name":"b","age":5}}', Employee(name="a", age=3, boss=Employee(name="b", age=5))),
        ('{"name":"a","age":3,"boss":{"name":"b"}}', Employee(name="a", age=3, boss=Person(name="b"))),
    ],
)
def test_the_class_that_knows_and_requires_most_wins(text: str, value: object) -> None:
    assert decode(f"[{text}]", list[Named | Person | Employee]) == [value]
    assert decode(f'{{"a":{text}}}', dict[str, Employee | Person | Named]) == {"a": value}


def test_of_classes_that_fit_alike_the_first_declared_wins() -> None:
    @define(kw_only=True)
    class Namesake:
        name: str

    assert decode('{"name":"a"}', Named | Namesake) == Named(name="a")


def test_a_class_that_was_chosen_but_does_not_read_gives_way() -> None:
    assert decode('{"name":"a","age":null}', Person | Named) == Named(name="a")
    hint = Stamped | Numbered
    assert decode('{"value":"/Date(0)/"}', hint) == Stamped(value=datetime(1970, 1, 1, tzinfo=UTC))
    assert decode(f'{{"value":"{ID.hex}"}}', hint) == Numbered(value=ID)


def test_lists_and_maps_are_distinguished_by_their_items() -> None:
    for hint in (list[Named] | list[Cat], list[Cat] | list[Named]):
        assert decode('[{"lives":1}]', hint) == [Cat(lives=1)]
        assert decode('[{"name":"a"},{"name":"b"}]', hint) == [Named(name="a"), Named(name="b")]
        assert decode("[]", hint) == []
    assert decode('{"owners":[{"lives":1}]}', House).owners == [Cat(lives=1)]
    assert decode('{"name":"a"}', dict[str, str] | Named) == Named(name="a")
    assert decode('{"nom":"a"}', dict[str, str] | Named) == {"nom": "a"}
    assert decode('{"kind":"cat","lives":1}', Pet | Named) == Cat(lives=1)
    assert decode('{"kind":"cow","name":"a"}', Pet | Named) == Named(name="a")


def test_the_first_of_two_that_fit_as_well_is_taken_whatever_was_read_before() -> None:
    for first, second in ((Color, Size), (Size, Color)):
        assert type(decode('"new"', first | second)) is first
        assert type(decode('["new"]', list[first | second])[0]) is first  # type: ignore[valid-type]
        for lenient in (False, True):
            assert (
                type(cached_body_decoder("json", first | second, lenient=lenient)(b'"new"', ignore_deviation)) is first
            )


def test_the_first_class_that_fits_a_row_as_well_is_taken_whatever_was_read_before() -> None:
    for first, second in ((Named, Titled), (Titled, Named)):
        decode_rows = cached_body_decoder("csv", list[first | second], lenient=False)  # type: ignore[valid-type]
        assert type(decode_rows(b"name\na\n", ignore_deviation)[0]) is first


@pytest.mark.parametrize(
    ("text", "hint", "value"),
    [
        (f'"{ID.hex}"', str | GuidN, ID),
        ('"x"', str | GuidN, "x"),
        ('"/Date(0)/"', str | GuidN | ServiceStackDate, datetime(1970, 1, 1, tzinfo=UTC)),
        ('"1.50"', str | DecimalString, Decimal("1.50")),
        ('"L"', Color | Size, Size.LARGE),
        ('"red"', Size | Color, Color.RED),
        ('"new"', Color | Size, Color("new")),
        ('"red"', str | Color, Color.RED),
        ("1", int | float, 1),
        ("1.0", int | float, 1.0),
        ("1", GuidN | float, 1.0),
        ("true", int | bool, True),
        ("null", GuidN | ServiceStackDate | None, None),
        ('["x"]', str | list[GuidN] | list[str], ["x"]),
        ('{"a":1}', Any | Named, {"a": 1}),
    ],
)
def test_of_scalars_the_tightest_wins(text: str, hint: Any, value: object) -> None:
    found = decode(text, hint)
    assert found == value
    assert type(found) is type(value)
    assert decode(encode(found, hint), hint) == value


def test_a_value_is_sent_as_the_member_whose_class_it_is_of() -> None:
    assert encode(ID, str | GuidN) == b'"00000000000000000000000000000001"'
    assert encode([ID], list[int] | list[GuidN]) == b'["00000000000000000000000000000001"]'
    assert encode(House(key=ID, owner=Named(name="a"))) == (
        b'{"owner":{"name":"a"},"key":"00000000000000000000000000000001"}'
    )
    with pytest.raises(
        InvalidArgumentError, match=r"expected Named object \| Person object \| Employee object, found int 5"
    ):
        encode(House(owner=5))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"owner":5}', "expected Named object | Person object | Employee object, found int 5 at $.owner"),
        (
            '{"owner":{"nom":"a"}}',
            "expected Named object | Person object | Employee object, found object (Named object needs name; "
            "Person object needs name; Employee object needs age, name) at $.owner",
        ),
        (
            '{"owner":{"name":5}}',
            "expected Named object | Person object | Employee object, found object (Named object: str at $.name; "
            "Person object: str at $.name) at $.owner",
        ),
        ('{"key":"x"}', "expected GUID (32 hex digits) | float, found str 'x' at $.key"),
        ('{"key":true}', "expected GUID (32 hex digits) | float, found bool true at $.key"),
        ('{"owners":[{"lives":"x"}]}', "expected int, found str 'x' at $.owners[0].lives"),
    ],
)
def test_an_error_names_the_problem_of_each_member(text: str, message: str) -> None:
    assert failure(text, House) == message


def test_null_is_refused_where_no_member_takes_it() -> None:
    assert failure('{"owner":null}', House).endswith("found null at $.owner")
    assert failure("null", Named | Cat).endswith("found null at $")


# -- Hostile ones ---------------------------------------------------------------------------------------------------


@define(kw_only=True)
class Fork:
    left: Fork | Spoon | None = None
    stamp: ServiceStackDate | None = None


@define(kw_only=True)
class Spoon:
    left: Fork | Spoon | None = None
    stamp: GuidN | None = None


@pytest.mark.parametrize("stamp", ["", ',"stamp":"neither"', f',"stamp":"{ID.hex}"', ',"stamp":"/Date(0)/"'])
@pytest.mark.parametrize("leaf", ["null", "{}", "5", '{"stamp":"neither"}', f'{{"stamp":"{ID.hex}"}}'])
def test_nested_unions_do_not_try_all_combinations(stamp: str, leaf: str) -> None:
    text = '{"left":' * 60 + leaf + (stamp + "}") * 60
    start = time.perf_counter()
    with contextlib.suppress(DecodeError):
        assert encode(decode(text, Fork | Spoon)).decode().count("left") == 60
    assert time.perf_counter() - start < 5  # trying 2^60 combinations would never end


def test_equal_parts_of_a_text_become_objects_of_their_own() -> None:
    text = '{"left":{"left":{"stamp":"/Date(0)/"}},"stamp":"/Date(0)/"}'
    first, second = decode(f"[{text},{text}]", list[Fork | Spoon])
    assert first == second
    assert first is not second
    assert first.left is not second.left


@define(kw_only=True)
class Address:
    street: str | None = None
    city: str | None = None


@define(kw_only=True)
class Point:
    x: float | None = None
    y: float | None = None


@define(kw_only=True)
class Sender:
    name: str | None = None
    place: Address | None = None


@define(kw_only=True)
class Recipient:
    name: str | None = None
    place: Point | None = None
    spot: Address | Point | None = None


@define(kw_only=True)
class Open:
    name: str | None = None
    others: dict[str, Any] = field(factory=dict, metadata=extra())


@pytest.mark.parametrize(
    ("text", "hint", "value"),
    [
        ('{"x": 1}', Address | Point, Point(x=1)),
        ('{"city": "Ulm", "x": 1, "y": 2}', Address | Point, Point(x=1, y=2)),
        ('{"name": "a", "place": {"x": 1}}', Sender | Recipient, Recipient(name="a", place=Point(x=1))),
        ('{"name": "a", "place": {"city": "Ulm"}}', Recipient | Sender, Sender(name="a", place=Address(city="Ulm"))),
        (
            '[{"name": "a"}, {"place": {"y": 1}}]',
            list[Sender] | list[Recipient],
            [Recipient(name="a"), Recipient(place=Point(y=1))],
        ),
        ('{"k": {"x": 1}}', dict[str, Address] | dict[str, Point], {"k": Point(x=1)}),
        ('{"x": 1}', Address | (Point | Sender), Point(x=1)),
        ('{"spot": {"y": 1}}', Sender | Recipient, Recipient(spot=Point(y=1))),
        ('{"name": "a", "color": "red"}', Sender | Open, Open(name="a", others={"color": "red"})),
        ('{"city": "Ulm", "zip": "1"}', Address | dict[str, str], {"city": "Ulm", "zip": "1"}),
        ('{"city": "Ulm"}', Address | dict[str, str], Address(city="Ulm")),
        ('{"place": {"x": 1, "y": 2, "z": 3}}', Sender | dict[str, Any], {"place": {"x": 1, "y": 2, "z": 3}}),
    ],
)
def test_the_class_that_keeps_most_members_wins(text: str, hint: Any, value: object) -> None:
    assert decode(text, hint) == value


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize(
    ("text", "hint", "detail"),
    [
        ('{"city": "Ulm", "x": 1}', Address | Point, "dropped 'x'"),
        ('{"place": {"y": 1}, "zip": 1, "zap": 2}', Sender | Recipient, "dropped 'zip', 'zap'"),
        ('[{"x": 1, "a": 1}, {"x": 2, "a": 1}]', list[Address | Point], "dropped 'a'"),
        ('[{"x": 1}, {"a": 1}]', list[Address] | list[Point], "dropped 'a'"),
        (
            json.dumps({"x": 1, **{f"n{n}": n for n in range(7)}}),
            Address | Point,
            "dropped 'n0', 'n1', 'n2', 'n3', 'n4' and 2 more",
        ),
        ('{"city": "Ulm"}', Address | Point, ""),
        ('{"name": "a", "x": 1}', Sender | Open, ""),
        ('{"city": "Ulm", "x": 1}', Address | str, ""),
        ('{"city": "Ulm", "x": 1}', Address, ""),
    ],
)
def test_members_that_no_class_takes_are_reported(text: str, hint: Any, detail: str, lenient: bool) -> None:
    found: list[Deviation] = []
    body_decoder("json", hint, lenient=lenient)(text.encode(), found.append)
    assert [each.path for each in found] == ["$"] * bool(detail)
    assert all(each.detail.endswith(f"; {detail}") for each in found)


def test_members_of_a_class_that_was_only_tried_are_not_reported() -> None:
    found: list[Deviation] = []
    text = b'{"spot": {"x": 1, "a": 1}, "name": 5}'
    with pytest.raises(DecodeError):
        body_decoder("json", Sender | Recipient)(text, found.append)
    assert found == []
