"""The forms of runtime expressions."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskclients_core.json_pointer import from_names
from taskclients_core.tasks.expressions import Expression, Part, Source, is_expression, needs_response, parse_expression

NAMES = st.text(min_size=1)
EXPRESSIONS = (
    st.builds(Expression, st.sampled_from(["request", "response"]), st.just("body"), st.lists(NAMES).map(from_names))
    | st.builds(
        Expression, st.sampled_from(["request", "response"]), st.sampled_from(["path", "query", "header"]), NAMES
    )
    | st.builds(Expression, st.just("scope"), name=NAMES)
    | st.sampled_from([Expression("task", name="id"), Expression("method"), Expression("statusCode")])
)


@given(EXPRESSIONS)
def test_an_expression_is_read_back_as_it_was_written(expression: Expression) -> None:
    assert parse_expression(str(expression)) == expression


@given(st.text())
def test_every_text_is_an_expression_a_constant_or_neither(text: str) -> None:
    found = parse_expression(f"${text}")
    assert found is None or (found.source in get_args(Source) and found.part in get_args(Part))
    assert found is None or parse_expression(str(found)) == found


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("$request.body", Expression("request", "body")),
        ("$request.body#/a~1b/0", Expression("request", "body", "/a~1b/0")),
        ("$request.header.X-Note", Expression("request", "header", "X-Note")),
        ("$request.path.org", Expression("request", "path", "org")),
        ("$request.query.a.b", Expression("request", "query", "a.b")),
        ("$response.body#/id", Expression("response", "body", "/id")),
        ("$response.header.Location", Expression("response", "header", "Location")),
        ("$statusCode", Expression("statusCode")),
        ("$method", Expression("method")),
        ("$task.id", Expression("task", name="id")),
        ("$scope.org", Expression("scope", name="org")),
    ],
)
def test_forms(text: str, expression: Expression) -> None:
    assert parse_expression(text) == expression
    assert str(expression) == text


@pytest.mark.parametrize(
    "value",
    ["$", "$url", "$task", "$task.name", "$scope.", "$request", "$request.", "$request.body#name", "$request.bodies",
     "$request.cookie.a", "$response.path.", "$statusCode.a", "text", "", 5, True, None],
)  # fmt: skip
def test_other_values_are_not_expressions(value: Any) -> None:
    assert parse_expression(value) is None
    assert is_expression(value) is (isinstance(value, str) and value.startswith("$"))


def test_what_only_a_response_gives() -> None:
    assert needs_response("$response.body#/a")
    assert needs_response("$statusCode")
    assert not needs_response("$request.body#/a")
    assert not needs_response(5)
