"""JSON pointers: resolving raises no error and guesses nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskclients_core.json_pointer import MISSING, array_index, escape, from_names, parse, resolve, unescape

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
    assert resolve(RFC, pointer) == value


@pytest.mark.parametrize(
    "pointer",
    ["foo", "/foo/2", "/foo/-", "/foo/01", "/foo/-1", "/foo/1.0", "/foo/\u0661", "/foo/" + "1" * 5000, "/foo/0/x",
     "/bar", "/foo/", "//"],
)  # fmt: skip
def test_what_is_not_there_is_missing(pointer: str) -> None:
    assert resolve(RFC, pointer) is MISSING


@given(JSON, st.text() | st.lists(st.text()).map(lambda names: "".join(f"/{name}" for name in names)))
def test_finding_never_fails(value: object, pointer: str) -> None:
    resolve(value, pointer)


@given(JSON)
def test_each_member_is_found_by_its_name(value: object) -> None:
    if isinstance(value, dict):
        for name, inner in value.items():
            assert resolve(value, from_names([name])) is inner


@given(st.lists(st.text()))
def test_a_pointer_is_read_back_as_the_names_that_it_was_made_of(names: list[str]) -> None:
    assert parse(from_names(names)) == tuple(names)


@given(st.text())
def test_names_survive_their_escaping(name: str) -> None:
    assert unescape(escape(name)) == name
    assert "/" not in escape(name)


@given(JSON, st.integers(0, 5))
def test_items_are_found_by_their_index(value: object, index: int) -> None:
    assert resolve([value] * (index + 1), from_names([index])) is value


def test_a_default_stands_for_what_is_missing() -> None:
    assert resolve({"a": None}, "/a", 1) is None
    assert resolve({"a": None}, "/b", 1) == 1
    assert resolve({"a": None}, "/a/b", 1) == 1


@pytest.mark.parametrize(("name", "index"), [("0", 0), ("12", 12), ("01", None), ("-", None), ("-1", None), ("", None)])
def test_indices_of_arrays(name: str, index: int | None) -> None:
    assert array_index(name) == index
