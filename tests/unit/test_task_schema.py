"""The schema of task types accepts exactly the forms that the parsers read."""

from __future__ import annotations

import re
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from dragoman.lint.tasks import schema_of_tasks
from dragoman.spec.task_types import seconds
from taskclients_core import json_pointer
from taskclients_core.tasks.expressions import Expression, parse_expression

_FORMS: Final = {
    name: re.compile(each["pattern"]) for name, each in schema_of_tasks()["$defs"].items() if "pattern" in each
}


def of_form(name: str) -> st.SearchStrategy[str]:
    # `$` also matches before a final newline.
    return st.from_regex(_FORMS[name], fullmatch=True).filter(lambda text: not text.endswith("\n"))


@given(of_form("expr"))
def test_accepted_expressions_are_parsed(text: str) -> None:
    assert str(parse_expression(text)) in (text, text.removesuffix("#"))


@given(of_form("ptr"))
def test_accepted_pointers_are_parsed(pointer: str) -> None:
    assert json_pointer.from_names(json_pointer.parse(pointer)) == pointer


@given(of_form("dur"))
def test_accepted_durations_are_parsed(text: str) -> None:
    assert seconds(text) is not None


@given(
    st.builds(Expression, st.sampled_from(["request", "response"]), st.just("body"), st.just("/id"))
    | st.builds(Expression, st.sampled_from(["task"]), name=st.just("id"))
    | st.builds(Expression, st.just("scope"), name=st.from_regex(r"[A-Za-z_][A-Za-z0-9_]*", fullmatch=True))
    | st.just(Expression("statusCode"))
)
def test_parsed_expressions_are_accepted(expression: Expression) -> None:
    assert _FORMS["expr"].search(str(expression))
