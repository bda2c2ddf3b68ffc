"""Parsing of a task's representation by its task type: exact, and without errors on unknown content."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.tasks.task_types import EXPORT, IMPORT, LIST, PROCESS, PROCESS_PHASES, TASK_TYPES, export

from taskclients_core.errors import DecodeError
from taskclients_core.tasks.definition import (
    AnyItem,
    Condition,
    MessagesMapping,
    Phase,
    PhaseRule,
    ProgressMapping,
    StatusMapping,
    StepsMapping,
    TaskType,
)
from taskclients_core.tasks.state import Observation, is_met, parse_observation

Case = tuple[TaskType[Any, Any], str, Phase]
STATUSES: list[Case] = [(kind, text, phase) for kind in TASK_TYPES for text, phase in kind.state.phases.items()]


def process(**members: object) -> Observation:
    return parse_observation(PROCESS, json.dumps({"status": "IN_PROGRESS", **members}).encode())


def importing(status: str = "WaitingForFeedback", **members: object) -> Observation:
    return parse_observation(IMPORT, json.dumps({"status": status, **members}).encode())


def task_type_of(**members: Any) -> TaskType[Any, Any]:
    return TaskType(name="test.task", model=Any, poll=EXPORT.poll, **members)


# ST1: the status map is exact


@pytest.mark.parametrize(("kind", "text", "phase"), STATUSES)
def test_each_status_has_its_phase(kind: TaskType[Any, Any], text: str, phase: Phase) -> None:
    """Invariant ST1."""
    observation = parse_observation(kind, json.dumps({"status": text}).encode())
    assert (observation.phase, observation.status, observation.known) == (phase, text, True)


@pytest.mark.parametrize(("kind", "text", "phase"), STATUSES)
def test_other_spellings_of_a_status_are_unknown(kind: TaskType[Any, Any], text: str, phase: Phase) -> None:
    """Invariant ST1."""
    for other in (
        text.swapcase(),
        f" {text}",
        f"{text} ",
        text + "X",
        text[:-1],
        f"{text}\u0000",
    ):
        observation = parse_observation(kind, json.dumps({"status": other}).encode())
        assert (observation.phase, observation.status, observation.known) == (Phase.RUNNING, other, False)


# ST2: an unknown status is not terminal


@pytest.mark.parametrize(
    ("status", "expected_status"),
    [("DONE", "DONE"), ("", ""), (None, None), (3, "3"), (1.5, "1.5"), (True, "true"), ([], None), (["COM"], None),
     ({"COM": 1}, None)],
)  # fmt: skip
def test_an_unknown_status_is_neither_success_nor_failure_and_is_visible(
    status: object, expected_status: str | None
) -> None:
    """Invariant ST2."""
    observation = parse_observation(EXPORT, export(status, percentage=100))
    assert (observation.phase, observation.status, observation.known) == (Phase.RUNNING, expected_status, False)
    assert not observation.partial


def test_a_missing_status_is_neither_success_nor_failure() -> None:
    """Invariant ST2."""
    for raw in (b"{}", b'{"Status":"COM"}', b"[]", b"null", b'"COM"', b"17"):
        observation = parse_observation(EXPORT, raw)
        assert (observation.phase, observation.status, observation.known) == (Phase.RUNNING, None, False)


def test_no_rule_turns_an_unknown_status_into_an_end() -> None:
    """Invariant ST2."""
    state = StatusMapping(
        at="/status",
        phases={"run": Phase.RUNNING},
        rules=(
            PhaseRule(Condition(at="/done", values=(True,)), Phase.SUCCEEDED),
            PhaseRule(Condition(at="/asks", values=(True,)), Phase.NEEDS_INPUT),
        ),
    )
    kind = task_type_of(state=state)
    assert parse_observation(kind, b'{"status":"run","done":true}').phase is Phase.SUCCEEDED
    assert parse_observation(kind, b'{"status":"new","done":true}').phase is Phase.RUNNING
    assert parse_observation(kind, b'{"status":"new","done":true,"asks":true}').phase is Phase.NEEDS_INPUT


def test_an_unknown_status_counts_as_the_definition_declares() -> None:
    kind = task_type_of(state=StatusMapping(at="/status", phases={}, unknown=Phase.QUEUED))
    assert parse_observation(kind, b'{"status":"x"}').phase is Phase.QUEUED


def test_statuses_in_another_case_are_known_if_the_definition_ignores_case() -> None:
    kind = task_type_of(
        state=StatusMapping(at="/status", phases={"Done": Phase.SUCCEEDED, "Stra\u00dfe": Phase.FAILED}, fold=True)
    )
    for text, phase in (("done", Phase.SUCCEEDED), ("DONE", Phase.SUCCEEDED), ("STRASSE", Phase.FAILED)):
        observation = parse_observation(kind, json.dumps({"status": text}).encode())
        assert (observation.phase, observation.status, observation.known) == (phase, text, True)
    assert not parse_observation(kind, b'{"status":"done "}').known


# ST5: progress


@pytest.mark.parametrize(
    ("percentage", "fraction"),
    [(0, 0.0), (40, 0.4), (99.5, 0.995), (100, 1.0), (101, None), (-1, None), (-0.0, 0.0), ("40", None), (None, None),
     (True, None), ([40], None), (10**400, None), (100.0000001, None)],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_a_fraction_is_between_0_and_1_or_nothing(percentage: object, fraction: float | None) -> None:
    """Invariant ST5."""
    observation = parse_observation(EXPORT, export("INP", percentage=percentage))
    assert observation.fraction == fraction
    assert observation.phase is Phase.RUNNING


def test_a_hundred_percent_is_not_an_end_and_an_end_needs_no_percentage() -> None:
    """Invariant ST5."""
    assert parse_observation(EXPORT, export("INP", percentage=100)).phase is Phase.RUNNING
    assert parse_observation(EXPORT, export("COM", percentage=3)).phase is Phase.SUCCEEDED


@pytest.mark.parametrize(
    ("done", "total", "expected"),
    [(1, 4, (0.25, 1, 4)), (4, 4, (1.0, 4, 4)), (3.0, 4.0, (0.75, 3, 4)), (5, 4, (None, 5, 4)), (0, 0, (None, 0, 0)),
     (-1, 4, (None, None, 4)), (1, None, (None, 1, None)), ("1", 4, (None, None, 4)), (1.5, 4, (None, None, 4)),
     (True, 4, (None, None, 4))],
)  # fmt: skip
def test_a_count_and_a_total_make_a_fraction(done: object, total: object, expected: tuple[object, ...]) -> None:
    """Invariant ST5."""
    kind = task_type_of(state=EXPORT.state, progress=ProgressMapping(done="/done", total="/total"))
    observation = parse_observation(kind, json.dumps({"done": done, "total": total}).encode())
    assert (observation.fraction, observation.done, observation.total) == expected


def steps(*statuses: object) -> list[dict[str, object]]:
    return [{"uuid": f"s{at}", "name": f"Step {at}", "order": at, "status": text} for at, text in enumerate(statuses)]


def test_skipped_steps_do_not_count_for_the_progress() -> None:
    """Invariant ST5."""
    observation = process(steps=steps("COMPLETED", "NOT_NEEDED", "IN_PROGRESS", "NOT_STARTED", "NOT_NEEDED", "FAILED"))
    assert (observation.fraction, observation.done, observation.total) == (0.5, 2, 4)
    assert process(steps=steps("NOT_NEEDED")).fraction is None
    assert process(steps=[]).fraction is None


# Steps


def test_steps_are_sorted_independent_of_the_order_in_the_response() -> None:
    given_steps = steps("COMPLETED", "IN_PROGRESS", "NOT_STARTED")
    observation = process(steps=given_steps[::-1])
    assert [(step.key, step.name, step.status, step.phase) for step in observation.steps] == [
        ("s0", "Step 0", "COMPLETED", Phase.SUCCEEDED),
        ("s1", "Step 1", "IN_PROGRESS", Phase.RUNNING),
        ("s2", "Step 2", "NOT_STARTED", Phase.QUEUED),
    ]
    assert process(steps=given_steps) == observation


def test_steps_without_a_number_come_last_and_keep_their_order() -> None:
    found = process(
        steps=[{"uuid": "c"}, {"uuid": "d", "order": None}, {"uuid": "b", "order": 2}, {"uuid": "a", "order": 1.5}]
    )
    assert [step.key for step in found.steps] == ["a", "b", "c", "d"]


def test_steps_may_be_renamed_and_removed() -> None:
    renamed = [{**step, "name": "Other"} for step in steps("COMPLETED", "FAILED")]
    assert [step.name for step in process(steps=renamed).steps] == ["Other", "Other"]
    assert [step.name for step in process(steps=[{"uuid": 7, "status": "COMPLETED"}]).steps] == ["7"]
    nothing: list[object] = [[], None, {}, "none", 3]
    for gone in nothing:
        assert process(steps=gone).steps == ()


def test_a_step_with_an_unknown_status_is_running_and_invalid_steps_are_ignored() -> None:
    found = process(steps=["COMPLETED", None, {"uuid": "a", "status": "PAUSED"}, {"uuid": "b"}]).steps
    assert [(step.key, step.status, step.phase) for step in found] == [
        ("a", "PAUSED", Phase.RUNNING),
        ("b", "", Phase.RUNNING),
    ]


# Partial success


def test_completed_with_a_failed_step_is_a_success_with_errors() -> None:
    observation = process(status="COMPLETED", steps=steps("COMPLETED", "FAILED"))
    assert (observation.phase, observation.partial, observation.fraction) == (Phase.SUCCEEDED, True, 1.0)
    assert not process(status="COMPLETED", steps=steps("COMPLETED", "NOT_NEEDED")).partial
    assert not process(status="FAILED", steps=steps("FAILED")).partial


@pytest.mark.parametrize(
    ("failed", "partial"),
    [(0, False), (1, True), (0.5, True), (None, False), ("1", False), (True, False), (-1, False)],
)
def test_partial_where_a_number_is_above_another(failed: object, partial: bool) -> None:
    assert parse_observation(EXPORT, export("COM", totalFailed=failed)).partial is partial
    assert parse_observation(EXPORT, export("INP", totalFailed=failed)).partial is False


def test_partial_where_some_resolution_is_an_error() -> None:
    assert importing("Completed", resolutions=[{"type": "Warning"}, {"type": "Error"}]).partial
    assert not importing("Completed", resolutions=[{"type": "Warning"}, {"type": "error"}, "Error"]).partial
    assert not importing("Completed", resolutions="Error").partial


# ST6: input required


def test_a_task_needs_input_until_it_is_confirmed() -> None:
    """Invariant ST6."""
    assert importing().phase is Phase.NEEDS_INPUT
    assert importing(is_confirmed=False).phase is Phase.NEEDS_INPUT
    assert importing(is_confirmed=True).phase is Phase.RUNNING
    assert importing(is_confirmed=True).known


@pytest.mark.parametrize("confirmed", [1, 1.0, "true", None, [True], {"is": True}])
def test_only_json_true_confirms(confirmed: object) -> None:
    """Invariant ST6."""
    assert importing(is_confirmed=confirmed).phase is Phase.NEEDS_INPUT


def test_a_revoked_confirmation_needs_input_again() -> None:
    """Invariant ST6."""
    assert [importing(is_confirmed=is_so).phase for is_so in (False, True, False)] == [
        Phase.NEEDS_INPUT,
        Phase.RUNNING,
        Phase.NEEDS_INPUT,
    ]


def test_a_confirmation_counts_only_while_input_is_needed() -> None:
    """Invariant ST6."""
    kind = task_type_of(
        state=StatusMapping(at="/status", phases=IMPORT.state.phases), input_answered=Condition(at="/answer")
    )
    assert parse_observation(kind, b'{"status":"WaitingForFeedback"}').phase is Phase.NEEDS_INPUT
    assert parse_observation(kind, b'{"status":"WaitingForFeedback","answer":null}').phase is Phase.RUNNING
    assert parse_observation(kind, b'{"status":"Completed","answer":1}').phase is Phase.SUCCEEDED


def test_the_first_matching_rule_applies() -> None:
    """Invariant ST6."""
    state = StatusMapping(
        at="/status",
        phases={"run": Phase.RUNNING},
        rules=(
            PhaseRule(Condition(at="/n", above=10), Phase.FAILED),
            PhaseRule(Condition(at="/n", above=1), Phase.NEEDS_INPUT),
            PhaseRule(Condition(phase=(Phase.QUEUED,)), Phase.CANCELLED),
        ),
    )
    kind = task_type_of(state=state)
    found = [parse_observation(kind, json.dumps({"status": "run", "n": n}).encode()).phase for n in (0, 5, 50)]
    assert found == [Phase.RUNNING, Phase.NEEDS_INPUT, Phase.FAILED]


def test_a_condition_is_true_if_all_its_members_are_true() -> None:
    task = {"a": 1, "b": [{"c": "x"}, {"c": None}], "n": None}
    some = AnyItem(inside="/b", at="/c", values=("x", "y"))
    for test, true in (
        (Condition(), True),
        (Condition(at="/a"), True),
        (Condition(at="/z"), False),
        (Condition(at="/n", values=(None,)), True),
        (Condition(at="/z", values=(None,)), True),
        (Condition(at="/a", values=(True,)), False),
        (Condition(at="/a", values=(2, 1.0)), True),
        (Condition(at="/a", values=(1,), above=1), False),
        (Condition(any_item=some), True),
        (Condition(any_item=some, phase=(Phase.QUEUED,)), False),
        (Condition(any_item=AnyItem(inside="/b", at="/c", values=(None,))), True),
        (Condition(any_item=AnyItem(inside="/a", at="", values=(1,))), False),
    ):
        assert is_met(test, task, Phase.RUNNING) is true, test


# Messages


def test_messages_have_levels() -> None:
    observation = process(
        errors=[{"errorMessage": "broken"}, {"errorMessage": ""}, {"errorMessage": 7}, "x", {}],
        warnings=[{"warningMessage": "odd"}],
    )
    assert [(message.level, message.text) for message in observation.messages] == [
        ("error", "broken"),
        ("warning", "odd"),
    ]


def test_a_level_may_be_a_member_beside_the_text() -> None:
    found = importing(
        resolutions=[{"type": text, "message": str(text)} for text in ("Error", "Warning", "Information", "New", 3)]
    ).messages
    assert [message.level for message in found] == ["error", "warning", "info", "info", "info"]


def test_a_message_may_be_a_member_of_the_task() -> None:
    kind = task_type_of(
        state=EXPORT.state, messages=(MessagesMapping(text="/note", level_at="/kind", levels={"bad": "error"}),)
    )
    (message,) = parse_observation(kind, b'{"note":"late","kind":"bad"}').messages
    assert (message.level, message.text) == ("error", "late")


def test_messages_are_complete_and_shown_by_no_repr() -> None:
    text = "Jane Roe, 1 Main Street. " * 10_000
    observation = process(errors=[{"errorMessage": text}])
    assert observation.messages[0].text == text
    assert "Jane" not in repr(observation)


# Unexpected content


@pytest.mark.parametrize(
    "raw",
    [b"", b"<html>", b'{"status":"COM"', b'{"a":NaN}', b'{"a":1e400}', b"[" * 1_000_000,
     b"[" * 1_000_000 + b"]" * 1_000_000, b'{"a":"\xe9"}'],
    ids=lambda raw: repr(raw[:30]),
)  # fmt: skip
def test_ambiguous_json_is_a_decode_error(raw: bytes) -> None:
    """Invariant X2."""
    with pytest.raises(DecodeError):
        parse_observation(EXPORT, raw)


def test_the_last_of_two_members_with_the_same_name_counts() -> None:
    """Invariant X2."""
    assert parse_observation(EXPORT, b'{"status":"COM","status":"INP"}').phase is Phase.RUNNING


STATUS = st.sampled_from([text for _, text, _ in STATUSES])
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | STATUS,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["uuid", "order", "name", "status", "type", "message", "errorMessage"]), inner
        )
    ),
    max_leaves=20,
)
NAMES = [
    "status",
    "percentage",
    "totalFailed",
    "progress",
    "is_confirmed",
    "steps",
    "errors",
    "warnings",
    "resolutions",
]


@given(st.sampled_from(TASK_TYPES), st.dictionaries(st.sampled_from(NAMES) | st.text(), VALUE))
@example(PROCESS, {"steps": [{"order": 10**400, "uuid": 10**400}, {"order": 1}]})
@example(EXPORT, {"status": 10**400})
@example(EXPORT, {"percentage": 10**400, "status": "COM", "totalFailed": 10**400})
def test_reading_any_object_never_fails_and_infers_nothing(kind: TaskType[Any, Any], task: dict[str, Any]) -> None:
    observation = parse_observation(kind, json.dumps(task).encode())
    text = task.get("status")
    named = kind.state.phases.get(text) if isinstance(text, str) else None
    assert observation.known is (named is not None)
    assert observation.phase is named or not observation.phase.terminal
    assert observation.fraction is None or 0 <= observation.fraction <= 1
    assert not observation.partial or observation.phase is Phase.SUCCEEDED
    assert all(isinstance(message.text, str) for message in observation.messages)
    assert observation == parse_observation(kind, json.dumps(task, indent=1).encode())


@given(VALUE)
def test_reading_any_value_never_fails(value: object) -> None:
    for kind in TASK_TYPES:
        assert not parse_observation(kind, msgspec.json.encode(value)).phase.terminal or isinstance(value, dict)


def test_a_minimal_task_type_reads_only_the_status() -> None:
    observation = parse_observation(
        task_type_of(state=EXPORT.state), export("COM", percentage=40, totalFailed=3, steps=steps("FAILED"))
    )
    assert observation == Observation(phase=Phase.SUCCEEDED, status="COM", known=True, partial=True)
    assert LIST.operation.method == "GET"


def test_steps_of_a_kind_without_names_are_called_by_their_keys() -> None:
    where = StepsMapping(at="/steps", key="/uuid", status="/status", phases=PROCESS_PHASES)
    observation = parse_observation(
        task_type_of(state=PROCESS.state, steps=where), json.dumps({"steps": steps("COMPLETED")[::-1]}).encode()
    )
    assert [(step.key, step.name) for step in observation.steps] == [("s0", "s0")]
    assert observation.fraction is None
