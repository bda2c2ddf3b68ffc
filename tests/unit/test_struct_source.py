"""Structs as source code: what is printed constructs the same struct, and says nothing that is the default."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.plan.struct_source import Symbol, arguments, source
from taskclients_core.operation import Operation
from taskclients_core.tasks import definition
from taskclients_core.tasks.definition import (
    Bound,
    Inline,
    Kind,
    Link,
    Links,
    MessagesAt,
    Narrow,
    Rule,
    Single,
    Some,
    State,
    Test,
    Timing,
)
from taskclients_core.tasks.phases import Phase

LIST: Operation[Any] = Operation("v.list", "GET", "/")
TEXTS = st.text(max_size=5)
PHASES = st.sampled_from(Phase)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.none() | st.booleans() | st.integers() | FLOATS | TEXTS
TESTS = st.builds(
    Test,
    phase=st.lists(PHASES, max_size=2).map(tuple),
    at=st.none() | TEXTS,
    values=st.lists(JSON, max_size=2).map(tuple),
    above=st.none() | FLOATS,
    some=st.none() | st.builds(Some, TEXTS, TEXTS, st.lists(JSON, max_size=2).map(tuple)),
)
STRUCTS = (
    TESTS
    | st.builds(
        State,
        at=TEXTS,
        phases=st.dictionaries(TEXTS, PHASES, max_size=3),
        fold=st.booleans(),
        unknown=PHASES,
        unknown_after=FLOATS,
        rules=st.lists(st.builds(Rule, TESTS, PHASES), max_size=2).map(tuple),
        partial=st.none() | TESTS,
    )
    | st.builds(
        Links,
        links=st.lists(st.builds(Link, at=TEXTS, expires=st.none() | TEXTS | FLOATS), max_size=2).map(tuple),
        hosts=st.lists(TEXTS, max_size=2).map(tuple),
        refresh=st.booleans(),
    )
    | st.builds(Narrow, TEXTS, st.lists(TEXTS, max_size=2).map(tuple), st.lists(PHASES, max_size=2).map(tuple))
    | st.builds(MessagesAt, text=TEXTS, levels=st.dictionaries(TEXTS, st.sampled_from(["info", "error"]), max_size=2))
    | st.builds(Timing, min=FLOATS, retry_after=st.booleans(), rate=st.none() | st.tuples(st.integers(), FLOATS))
)


@given(STRUCTS)
def test_printed_source_constructs_the_same_struct(struct: Any) -> None:
    assert eval(source(struct), {**vars(definition), "Phase": Phase}) == struct  # noqa: S307 - our own source


@pytest.mark.parametrize(
    ("struct", "printed"),
    [
        (Timing(), "Timing()"),
        (Timing(min=2, factor=3.0), "Timing(factor=3.0)"),
        (Bound(LIST), "Bound(LIST)"),
        (Bound(LIST, {"id": "$task.id"}), "Bound(LIST, {'id': '$task.id'})"),
        (Bound(LIST, {}, immediate=True), "Bound(LIST, immediate=True)"),
        (Bound(LIST, {"id": 1}, immediate=True), "Bound(LIST, {'id': 1}, immediate=True)"),
        (Single(Bound(LIST), 10), "Single(Bound(LIST), max_bytes=10)"),
        (Inline("/a", Symbol("list[models.Row]")), "Inline('/a', list[models.Row])"),
        (Narrow("word", ("A",), (Phase.QUEUED, Phase.LOST)), "Narrow('word', ('A',), (Phase.QUEUED, Phase.LOST))"),
        (Rule(Test(at="/a", values=()), Phase.FAILED), "Rule(Test(at='/a'), Phase.FAILED)"),
    ],
)  # fmt: skip
def test_only_what_differs_from_the_defaults_is_printed(struct: Any, printed: str) -> None:
    assert source(struct, lambda value: Symbol("LIST") if value is LIST else None) == printed


def test_a_symbol_is_printed_for_a_nested_struct_but_not_for_the_struct_itself() -> None:
    kind: Kind[Any, Any] = Kind(
        name="v.task", model=Symbol("models.Task"), observe=Single(Bound(LIST)), state=State(at="", phases={})
    )

    def symbols(value: object) -> Symbol | None:
        return Symbol("TASK") if isinstance(value, Kind) else Symbol("LIST") if value is LIST else None

    assert source(kind, symbols) == "TASK"
    assert arguments(kind, symbols) == (
        "name='v.task'",
        "model=models.Task",
        "observe=Single(Bound(LIST))",
        "state=State(at='', phases={})",
    )


def test_a_value_that_has_no_source_is_refused() -> None:
    with pytest.raises(TypeError, match="not a JSON value"):
        source(object())
