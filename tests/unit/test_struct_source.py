"""Source code of structs: it constructs the same struct, and leaves out defaults."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.generate.lowering.struct_source import Printer, Symbol, share, source
from taskclients_core.operation import Operation
from taskclients_core.tasks import definition
from taskclients_core.tasks.definition import (
    AnyItem,
    BoundCall,
    Condition,
    DownloadLink,
    DownloadLinks,
    FromItem,
    InlineResult,
    MessagesMapping,
    Phase,
    PhaseRule,
    PollTiming,
    StatusFilter,
    StatusMapping,
    TaskType,
)

LIST: Operation[Any] = Operation("v.list", "GET", "/")
TEXTS = st.text(max_size=5)
PHASES = st.sampled_from(Phase)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.none() | st.booleans() | st.integers() | FLOATS | TEXTS
TESTS = st.builds(
    Condition,
    phase=st.lists(PHASES, max_size=2).map(tuple),
    at=st.none() | TEXTS,
    values=st.lists(JSON, max_size=2).map(tuple),
    above=st.none() | FLOATS,
    any_item=st.none() | st.builds(AnyItem, TEXTS, TEXTS, st.lists(JSON, max_size=2).map(tuple)),
)
STRUCTS = (
    TESTS
    | st.builds(
        StatusMapping,
        at=TEXTS,
        phases=st.dictionaries(TEXTS, PHASES, max_size=3),
        fold=st.booleans(),
        unknown=PHASES,
        unknown_after=FLOATS,
        rules=st.lists(st.builds(PhaseRule, TESTS, PHASES), max_size=2).map(tuple),
        partial=st.none() | TESTS,
    )
    | st.builds(
        DownloadLinks,
        links=st.lists(st.builds(DownloadLink, at=TEXTS, expires=st.none() | TEXTS | FLOATS), max_size=2).map(tuple),
        hosts=st.lists(TEXTS, max_size=2).map(tuple),
        refresh=st.booleans(),
    )
    | st.builds(StatusFilter, TEXTS, st.lists(TEXTS, max_size=2).map(tuple), st.lists(PHASES, max_size=2).map(tuple))
    | st.builds(
        MessagesMapping, text=TEXTS, levels=st.dictionaries(TEXTS, st.sampled_from(["info", "error"]), max_size=2)
    )
    | st.builds(PollTiming, min=FLOATS, retry_after=st.booleans(), rate=st.none() | st.tuples(st.integers(), FLOATS))
)


@given(STRUCTS)
def test_printed_source_constructs_the_same_struct(struct: Any) -> None:
    assert eval(source(struct), {**vars(definition), "Phase": Phase}) == struct  # noqa: S307 - our own source


@pytest.mark.parametrize(
    ("struct", "printed"),
    [
        (PollTiming(), "PollTiming()"),
        (PollTiming(min=2, factor=3.0), "PollTiming(factor=3.0)"),
        (BoundCall(LIST), "BoundCall(LIST)"),
        (BoundCall(LIST, {"id": "$task.id"}), "BoundCall(LIST, {'id': '$task.id'})"),
        (BoundCall(LIST, {}), "BoundCall(LIST)"),
        (FromItem(BoundCall(LIST), 10), "FromItem(BoundCall(LIST), max_bytes=10)"),
        (InlineResult("/a", Symbol("list[models.Row]")), "InlineResult('/a', list[models.Row])"),
        (StatusFilter("word", ("A",), (Phase.QUEUED, Phase.LOST)),
         "StatusFilter('word', ('A',), (Phase.QUEUED, Phase.LOST))"),
        (PhaseRule(Condition(at="/a", values=()), Phase.FAILED), "PhaseRule(Condition(at='/a'), Phase.FAILED)"),
    ],
)  # fmt: skip
def test_only_what_differs_from_the_defaults_is_printed(struct: Any, printed: str) -> None:
    assert source(struct, lambda value: Symbol("LIST") if value is LIST else None) == printed


def test_a_symbol_is_printed_for_a_nested_struct_but_not_for_the_struct_itself() -> None:
    kind: TaskType[Any, Any] = TaskType(
        name="v.task",
        model=Symbol("models.Task"),
        poll=FromItem(BoundCall(LIST)),
        state=StatusMapping(at="", phases={}),
    )

    def symbols(value: object) -> Symbol | None:
        return Symbol("TASK") if isinstance(value, TaskType) else Symbol("LIST") if value is LIST else None

    assert source(kind, symbols) == "TASK"
    assert Printer(symbols).arguments(kind) == (
        "name='v.task'",
        "model=models.Task",
        "poll=FromItem(BoundCall(LIST))",
        "state=StatusMapping(at='', phases={})",
    )


WORDS = {word * 10: Phase.RUNNING for word in "abcd"}


def task_type(name: str, **members: Any) -> TaskType[Any, Any]:
    members = {"poll": FromItem(BoundCall(LIST)), "state": StatusMapping(at=f"/{name}", phases=WORDS), **members}
    return TaskType(name=name, model=Symbol("models.Task"), **members)


def test_a_long_member_of_several_structs_becomes_a_constant_with_its_name_and_type() -> None:
    one, two = task_type("v.one"), task_type("v.two")
    printer, (constant,) = share([one, two], lambda value: Symbol("LIST") if value is LIST else None)
    assert (constant.name, constant.annotation, constant.value) == ("_PHASES", "[Mapping[str, Phase]]", source(WORDS))
    assert printer.arguments(two)[-1] == "state=StatusMapping(at='/v.two', phases=_PHASES)"


def test_several_constants_of_one_name_are_numbered() -> None:
    other = {word * 10: Phase.QUEUED for word in "abcd"}
    types = [
        task_type(name, state=StatusMapping(at=f"/{name}", phases=WORDS if name in "ab" else other)) for name in "abcd"
    ]
    printer, constants = share(types, lambda value: Symbol("LIST") if value is LIST else None)
    assert [each.name for each in constants] == ["_PHASES", "_PHASES_2"]
    assert printer.arguments(types[3])[-1] == "state=StatusMapping(at='/d', phases=_PHASES_2)"


def test_the_parts_of_a_constant_become_constants_only_if_they_are_used_elsewhere() -> None:
    state = StatusMapping(at="/state", phases=WORDS)

    def names(*states: StatusMapping) -> list[tuple[str, bool]]:
        types = [task_type(str(number), state=each) for number, each in enumerate(states)]
        _, constants = share(types, lambda value: Symbol("LIST") if value is LIST else None)
        return [(each.name, "_PHASES" in each.value) for each in constants]

    assert names(state, state) == [("_STATE", False)]
    assert names(state, state, StatusMapping(at="/other", phases=WORDS)) == [("_PHASES", False), ("_STATE", True)]


def test_a_member_that_has_a_symbol_is_no_constant_however_often_it_is_repeated() -> None:
    types = [task_type(str(number), state=StatusMapping(at=str(number), phases={})) for number in range(50)]

    def symbols(value: object) -> Symbol | None:
        return Symbol("LIST") if value is LIST else Symbol("POLL") if isinstance(value, FromItem) else None

    assert share(types, symbols)[1] == ()


def test_short_members_are_repeated() -> None:
    timing = PollTiming(min=1.5)
    types = [task_type(name, state=StatusMapping(at=name, phases={}), timing=timing) for name in "abc"]
    assert share(types, lambda value: Symbol("LIST") if value is LIST else None)[1] == ()


def test_a_value_that_has_no_source_is_refused() -> None:
    with pytest.raises(TypeError, match="not a JSON value"):
        source(object())
