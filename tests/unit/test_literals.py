"""Literals: text from a spec becomes one Python literal, whatever it contains."""

from __future__ import annotations

import ast

from hypothesis import example, given
from hypothesis import strategies as st

from dragoman.generate.literals import WIDTH, docstring, literal

HOSTILE = st.text(alphabet=st.sampled_from("\"\\'{}%#()\n\t\r\0 aN_;=\u202e\u2028é"), max_size=60)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | HOSTILE,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.text() | HOSTILE, st.sampled_from([0, 4, 8]))
@example('"""', 4)
@example('\\"', 4)
@example('""" + __import__("os").system("x") + """', 4)
@example("ends with a backslash\\", 4)
def test_a_docstring_is_one_literal_with_the_same_text(text: str, indent: int) -> None:
    margin = " " * indent
    tree = ast.parse(f"{'if 1:' if indent else ''}\n{margin}{docstring(text, indent)}\n")
    body = tree.body[0].body if isinstance(tree.body[0], ast.If) else tree.body
    assert [type(node) for node in body] == [ast.Expr]
    value = ast.literal_eval(ast.unparse(body[0]))
    assert value.split() == text.split() or not text.isprintable()


@given(JSON)
def test_a_literal_is_the_value_itself(value: object) -> None:
    assert ast.literal_eval(literal(value)) == value


@given(st.text(alphabet="ab c.", max_size=400))
def test_lines_are_filled(text: str) -> None:
    longest = max(map(len, text.split()), default=0)
    assert all(len(line) <= max(WIDTH, longest + 20) for line in docstring(text).splitlines())
