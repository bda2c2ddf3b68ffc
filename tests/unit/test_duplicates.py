"""Duplicate members: the last one counts, as in most JSON parsers."""

from __future__ import annotations

import contextlib
import json
from typing import Annotated, Any

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from taskclients_core.codec import decode, decoder, lenient_decoder
from taskclients_core.errors import DecodeError
from taskclients_core.formats import DecimalNumber, GuidN
from taskclients_core.model import OneOf, OpenStr, extra, wire_member

GUID = "0123456789abcdef0123456789abcdef"


class Color(OpenStr):
    RED = "red"


@define(kw_only=True)
class Cat:
    lives: int | None = None


@define(kw_only=True)
class Dog:
    barks: bool | None = None


@define(kw_only=True)
class Open:
    others: dict[str, Any] = field(factory=dict, metadata=extra())


@define(kw_only=True)
class Part:
    count: int


@define(kw_only=True)
class Box:
    id: GuidN | None = None
    size: int | None = None
    color: Color | None = None
    note: str | None = field(default=None, metadata=wire_member(nullable=True))
    price: DecimalNumber | None = None
    part: Part | None = None
    parts: list[Part] | None = None
    by_name: dict[str, Part] | None = None
    pet: Annotated[Cat | Dog, OneOf("kind", {"cat": Cat, "dog": Dog})] | None = None
    either: Cat | Dog | None = None
    open: Open | None = None
    anything: Any = None


CASES = [
    ('{"size":1,"size":2}', '{"size":2}'),
    ('{"size":1,"note":"a","si\\u007ae":2}', '{"size":2,"note":"a"}'),
    ('{"note":"a","note":null}', '{"note":null}'),
    ('{"color":"red","color":"blue"}', '{"color":"blue"}'),
    ('{"unknown":1,"unknown":[]}', "{}"),
    ('{"parts":[{"count":1}],"parts":[]}', '{"parts":[]}'),
    ('{"price":1.5,"price":1.10}', '{"price":1.10}'),
    ('{"either":{"lives":1,"lives":2}}', '{"either":{"lives":2}}'),
    ('{"open":{"a":1,"a":2}}', '{"open":{"a":2}}'),
    ('{"anything":[1,{"a":1,"b":2,"a":{}}]}', '{"anything":[1,{"a":{},"b":2}]}'),
    ('{"pet":{"kind":"cat","kind":"cat"}}', '{"pet":{"kind":"cat"}}'),
    # The first of them is invalid.
    ('{"size":null,"size":2}', '{"size":2}'),
    ('{"size":"large","size":2}', '{"size":2}'),
    (f'{{"id":"none","id":"{GUID}"}}', f'{{"id":"{GUID}"}}'),
    ('{"part":{},"part":{"count":1}}', '{"part":{"count":1}}'),
    ('{"part":{"count":"x"},"part":{"count":1}}', '{"part":{"count":1}}'),
    ('{"parts":[{"count":1},{}],"parts":[{"count":1}]}', '{"parts":[{"count":1}]}'),
    ('{"by_name":{"a":{},"a":{"count":1}}}', '{"by_name":{"a":{"count":1}}}'),
    ('{"by_name":{"a":{}},"by_name":{}}', '{"by_name":{}}'),
    ('{"pet":{"kind":"dog","kind":"cat","lives":9}}', '{"pet":{"kind":"cat","lives":9}}'),
    ('{"either":{"lives":"x","lives":2}}', '{"either":{"lives":2}}'),
    ('{"size":"x","size":2,"price":1.10000000000000000001}', '{"size":2,"price":1.10000000000000000001}'),
]


@pytest.mark.parametrize(("text", "meant"), CASES)
def test_the_last_one_counts(text: str, meant: str) -> None:
    expected = decode(meant, Box)
    assert decode(text, Box) == expected
    assert decode(f"[{meant},\n{text}]", list[Box]) == [expected, expected]
    assert decoder(Box, lenient=True)(text) == expected
    assert lenient_decoder(Box)(text.encode(), lambda _: pytest.fail("nothing is amiss")) == expected


@pytest.mark.parametrize(
    ("text", "path", "found"),
    [
        ('{"size":2,"size":"x"}', "$.size", "str 'x'"),
        ('{"part":{"count":1},"part":null}', "$.part", "null"),
        ('{"part":{"count":1},"part":{}}', "$.part.count", "nothing"),
        ('{"parts":[{"count":"x"}],"parts":[{"count":1},{"count":"y"}]}', "$.parts[1].count", "str 'y'"),
        ('{"size":"x","size":2,"note":1}', "$.note", "int 1"),
    ],
)
def test_a_last_one_that_does_not_fit_is_an_error(text: str, path: str, found: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(text, Box)
    assert (caught.value.path, caught.value.found, caught.value.raw) == (path, found, text.encode())


@pytest.mark.parametrize("rest", ['"size":2,}', '"size":2,"a":NaN}', '"size":2,"a":"\\ud800"}', '"size":2'])
def test_malformed_text_after_a_first_one_that_does_not_fit_is_an_error(rest: str) -> None:
    with pytest.raises(DecodeError):
        decode(f'{{"size":"x",{rest}', Box)


@pytest.mark.parametrize("depth", [100, 900, 1_000, 100_000])
@pytest.mark.parametrize("hint", [Any, Box, Open])
@pytest.mark.parametrize("inner", ['{"a":1,"a":', '{"size":"x","size":1,"a":', '{"a":[{"a":1,"a":'])
def test_depth_does_no_harm(inner: str, hint: Any, depth: int) -> None:
    for text in (inner * depth, inner * depth + "1" + ("}]}" if "[" in inner else "}") * depth):
        with contextlib.suppress(DecodeError):
            decode(text, hint)


members = st.lists(st.tuples(st.sampled_from(["size", "note", "a"]), st.sampled_from(["1", '"x"', "null", "{}"])))


@given(members)
def test_any_object_is_read_as_its_last_members(pairs: list[tuple[str, str]]) -> None:
    written = ",".join(f'"{name}":{value}' for name, value in pairs)
    text = f"{{{written}}}"
    assert outcome(text) == outcome(json.dumps(json.loads(text)))


def outcome(text: str) -> object:
    try:
        return decode(text, Box)
    except DecodeError:
        return "refused"
