"""Equality of JSON values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskclients_core.tasks.state import json_equal

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


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
    assert json_equal(one, other) is same
    assert json_equal(other, one) is same


@given(JSON)
def test_everything_equals_its_copy(value: object) -> None:
    assert json_equal(value, json.loads(json.dumps(value)))


def test_equality_of_what_nests_deeper_than_python_recurses() -> None:
    one: list[Any] = []
    other: list[Any] = []
    for _ in range(100_000):
        one, other = [one], [other]
    assert json_equal(one, other)
    while one:  # deleting them recursively would overflow the stack
        one, other = one.pop(), other.pop()
