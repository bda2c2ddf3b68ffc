"""Aliases that refer to themselves and to each other, through lists, maps and null, in any order."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    "document", [{"a": [1, None, "x"]}, None, [], [[None]], {"a": {"b": {"c": [True, 1.5]}}}], ids=str
)
def test_any_json_goes_out_and_comes_back(client: Any, wire: Any, document: Any) -> None:
    wire.respond(document)
    assert client.add_document(document) == document
    assert wire.last.json == document


def test_random_json_keeps_its_value(part: Any, core: Any) -> None:
    alias = part("models").Json

    @given(JSON)
    def round_trip(value: object) -> None:
        text = core.codec.encode(value, alias)
        assert json.loads(text) == value
        assert core.decode(text, alias) == value

    round_trip()


def test_a_circle_of_aliases(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    leaf = models.Leaf(color="red", below=[1, {"deeper": None}])
    forests: Any = [{"oaks": [{"young": [leaf, 3]}, 4], "none": None}, {}]
    wire.respond({"extra": {"a": None}, "trees": [{"young": [{"color": "red", "below": [1, {"deeper": None}]}]}]})
    holder = client.add_forest(forests)
    assert wire.last.json == [
        {"oaks": [{"young": [{"color": "red", "below": [1, {"deeper": None}]}, 3]}, 4], "none": None},
        {},
    ]
    assert holder == models.Holder(extra_={"a": None}, trees=[{"young": [leaf]}])


def test_null_is_read_and_sent_as_a_member(part: Any, core: Any) -> None:
    models = part("models")
    holder = core.decode('{"extra": null, "trees": null, "chain": {"a": null}, "endless": [[], [[]]]}', models.Holder)
    assert holder == models.Holder(extra_=None, trees=None, chain={"a": None}, endless=[[], [[]]])
    assert core.codec.to_builtins(holder) == {
        "extra": None,
        "trees": None,
        "chain": {"a": None},
        "endless": [[], [[]]],
    }


def test_an_alias_outside_the_circle(part: Any, core: Any) -> None:
    models = part("models")
    assert core.decode('[1, null, {"color": "red"}]', models.Orchard) == [1, None, models.Leaf(color="red")]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('{"extra": 1, "trees": [["no"]]}', "$.trees"),
        ('{"extra": 1, "trees": [], "endless": [[1]]}', "$.endless"),
        ('{"extra": 1, "trees": [], "endless": null}', "$.endless"),
        ('{"extra": 1, "trees": [], "chain": {"a": 1}}', "$.chain"),
    ],
)
def test_what_does_not_fit_is_refused_at_any_depth(part: Any, core: Any, text: str, path: str) -> None:
    with pytest.raises(core.DecodeError) as caught:
        core.decode(text, part("models").Holder)
    assert caught.value.path.startswith(path)


def test_a_lenient_client_reads_null_at_any_depth(part: Any, core: Any) -> None:
    found: list[Any] = []
    holder = core.codec.lenient_decoder(part("models").Holder)(
        b'{"extra": 1, "trees": [], "endless": [[null]]}', found.append
    )
    assert holder.endless == [[None]]
    assert found
