"""Values of another type than a request's annotations: refused before anything is sent."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

import pytest
from attrs import define, field

from taskclients_core import InvalidArgumentError, encode
from taskclients_core.model import UNSET, OpenInt, OpenStr, Unset


class Color(OpenStr):
    RED = "red"


class Level(OpenInt):
    LOW = 1


@define(kw_only=True)
class Body:
    text: str = ""
    flag: bool = False
    count: int = 0
    share: float = 0.0
    price: Decimal = Decimal(0)
    day: date = date(2026, 1, 1)
    id: UUID = field(factory=lambda: UUID(int=0))
    color: Color = Color.RED
    level: Level = Level.LOW
    kind: Literal["a", "b"] = "a"
    codes: list[str] = field(factory=list[str])
    rows: list[list[int]] = field(factory=list["list[int]"])
    names: dict[str, str] = field(factory=dict[str, str])
    maybe: str | None = None
    clear: str | Unset | None = UNSET


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("text", 42, "expected str, found int 42"),
        ("text", None, "expected str, found NoneType"),
        ("text", b"x", "expected str, found bytes"),
        ("flag", 1, "expected bool, found int 1"),
        ("flag", "true", "expected bool, found str 'true'"),
        ("count", "5", "expected int, found str '5'"),
        ("count", True, "expected int, found bool"),
        ("count", 1.0, "expected int, found float"),
        ("share", "0.5", "expected finite number, found str '0.5'"),
        ("share", False, "expected finite number, found bool"),
        ("price", "1.5", "expected finite number, found str '1.5'"),
        ("day", datetime(2026, 1, 1, tzinfo=UTC), "expected date"),
        ("day", "2026-01-01", "expected date"),
        ("id", "0", "expected UUID, found str '0'"),
        ("color", 3, "expected str, found int 3"),
        ("level", "1", "expected int, found str '1'"),
        ("kind", "c", "expected one of 'a', 'b', found str 'c'"),
        ("codes", "0042", "expected list, found str '0042'"),
        ("codes", [42], r"expected str, found int 42 at \$.codes\[0\]"),
        ("codes", ["a", None], r"found NoneType at \$.codes\[1\]"),
        ("codes", {"a"}, "expected list, found set"),
        ("rows", [[1], ["2"]], r"expected int, found str '2' at \$.rows\[1\]\[0\]"),
        ("names", ["a"], "expected dict, found list"),
        ("names", {"a": 1}, "expected str, found int 1"),
        ("maybe", 1, "expected str, found int 1"),
        ("clear", [], "expected str, found list"),
    ],
)
def test_a_value_of_another_type_is_refused(member: str, value: Any, message: str) -> None:
    with pytest.raises(InvalidArgumentError, match=message):
        encode(Body(**{member: value}))


@pytest.mark.parametrize(
    ("member", "value", "sent"),
    [
        ("color", "blue", '"color":"blue"'),  # an open enum as its plain value
        ("color", Color("blue"), '"color":"blue"'),
        ("level", 7, '"level":7'),
        ("share", 1, '"share":1'),
        ("price", 2, '"price":2'),
        ("codes", ("a", "b"), '"codes":["a","b"]'),
        ("clear", None, '"clear":null'),
    ],
)
def test_other_forms_of_the_same_type_are_sent(member: str, value: Any, sent: str) -> None:
    assert sent in encode(Body(**{member: value})).decode()


@pytest.mark.parametrize(
    ("value", "hint"), [("0042", list[str]), ([42], list[str]), (1, str), ({"a": "b"}, dict[str, int])]
)
def test_a_value_outside_of_a_model_is_checked_too(value: Any, hint: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="expected"):
        encode(value, hint)
