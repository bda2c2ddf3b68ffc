"""Pointers into JSON, and JSON's equality: never an error, never a guess."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskclients_core.tasks.state.pointers import MISSING, equal, find

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
RFC: dict[str, Any] = {
    "foo": ["bar", "baz"],
    "": 0,
    "a/b": 1,
    "c%d": 2,
    "e^f": 3,
    "g|h": 4,
    "i\\j": 5,
    'k"l': 6,
    " ": 7,
    "m~n": 8,
    "o~1p": 9,
}


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("", RFC),
        ("/foo", ["bar", "baz"]),
        ("/foo/0", "bar"),
        ("/foo/1", "baz"),
        ("/", 0),
        ("/a~1b", 1),
        ("/c%d", 2),
        ("/e^f", 3),
        ("/g|h", 4),
        ("/i\\j", 5),
        ('/k"l', 6),
        ("/ ", 7),
        ("/m~0n", 8),
        ("/o~01p", 9),
    ],
)
def test_the_examples_of_the_rfc(pointer: str, value: object) -> None:
    assert find(RFC, pointer) == value


@pytest.mark.parametrize(
    "pointer",
    ["foo", "/foo/2", "/foo/-", "/foo/01", "/foo/-1", "/foo/1.0", "/foo/\u0661", "/foo/" + "1" * 5000, "/foo/0/x",
     "/bar", "/foo/", "//"],
)  # fmt: skip
def test_what_is_not_there_is_missing(pointer: str) -> None:
    assert find(RFC, pointer) is MISSING


@given(JSON, st.text() | st.lists(st.text()).map(lambda names: "".join(f"/{name}" for name in names)))
def test_finding_never_fails(value: object, pointer: str) -> None:
    find(value, pointer)


@given(JSON)
def test_each_member_is_found_by_its_name(value: object) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            assert find(value, "/" + name.replace("~", "~0").replace("/", "~1")) is inner


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, True, False),
        (0, False, False),
        (1, 1.0, True),
        ("1", 1, False),
        (None, False, False),
        ([1, True], [1.0, True], True),
        ([1], [True], False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": None}, {}, False),
        ([], {}, False),
        ([1], [1, 2], False),
    ],
)
def test_equality_is_that_of_json(one: object, other: object, same: bool) -> None:
    assert equal(one, other) is same
    assert equal(other, one) is same


@given(JSON)
def test_everything_equals_its_copy(value: object) -> None:
    assert equal(value, json.loads(json.dumps(value)))


def test_equality_of_what_nests_deeper_than_python_recurses() -> None:
    one: list[Any] = []
    other: list[Any] = []
    for _ in range(100_000):
        one, other = [one], [other]
    assert equal(one, other)
    while one:  # their own disposal would recurse
        one, other = one.pop(), other.pop()
