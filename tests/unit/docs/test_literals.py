"""Scanner of JSON and JavaScript literals: values, lines, and text that is none."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.docs.literals import LiteralError, Members, scan

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 2]), st.booleans())
def test_json_is_read_as_by_the_standard_library(value: Any, indent: int | None, is_ascii: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=is_ascii)
    assert scan(text) == (value, len(text))


def test_javascript_literals_may_have_bare_keys_single_quotes_and_trailing_commas() -> None:
    text = """{a: !0, 'b': [1, 2,], "c": "it\\'s \\x41",}; more"""
    data, end = scan(text)
    assert data == {"a": True, "b": [1, 2], "c": "it's A"}
    assert text[end:] == "; more"


def test_every_member_knows_its_line() -> None:
    data, _ = scan('{"a": 1,\n "b": {\n  "c": [1,\n 2]}}', line=10)
    inner = data["b"]
    assert isinstance(inner, Members)
    assert data.lines == {"a": 10, "b": 11}
    assert inner.lines == {"c": 12}
    assert inner["c"].lines == [12, 13]


def test_text_that_is_not_of_the_file_has_one_line() -> None:
    data, _ = scan('{"a": 1,\n "b": 2}', line=7, fixed=True)
    assert data.lines == {"a": 7, "b": 7}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1,",
        '{"a"',
        '{"a":}',
        '{"a" 1}',
        "[1 2]",
        "{,}",
        '"cut off',
        "]",
        "{]",
        "[}",
        "{a: f(1)}",
        "`template`",
    ],
)
def test_text_that_is_no_literal_is_refused(text: str) -> None:
    with pytest.raises(LiteralError):
        scan(text)


@pytest.mark.parametrize("text", ["[" * 10_000, '{"a":' * 10_000, "[" * 101 + "]" * 101])
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(LiteralError, match="nested deeper than 100 levels"):
        scan(text)
