"""Snapshots, poll policies, and task errors: the objects that callers hold."""

from __future__ import annotations

import copy
import math
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import Factory, frozen
from attrs import field as attrs_field
from tests.unit.tasks.task_types import EXPORT, export

from dragoman.testing import VirtualClock
from taskclients_core.errors import ClientError, DecodeError, InvalidArgumentError
from taskclients_core.tasks import errors
from taskclients_core.tasks.definition import Phase
from taskclients_core.tasks.polling.policy import PollPolicy, check_seconds
from taskclients_core.tasks.snapshot import Message, TaskRef, TaskSnapshot
from taskclients_core.tasks.state import TaskState, no_model

REF = TaskRef("booster", "task", "a")
SECONDS = ["first", "min", "max", "retry_after_max", "unknown_after", "missing_grace", "error_timeout"]


def view(status: str = "INP") -> TaskSnapshot[Any]:
    record = TaskState(REF, EXPORT, clock=VirtualClock())
    record.observe(export(status), None, 1000.0)
    assert record.snapshot is not None
    return record.snapshot


# Polling


@pytest.mark.parametrize("name", SECONDS)
@pytest.mark.parametrize("value", [-1, -0.001, math.nan, -math.inf, True, False, "5", [5], 5j])
def test_invalid_numbers_of_seconds_are_refused(name: str, value: object) -> None:
    """Invariant T6."""
    with pytest.raises(InvalidArgumentError, match=rf"{name}: expected a number of seconds, 0 or more, got ") as caught:
        PollPolicy(**{name: value})  # type: ignore[arg-type]
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("value", [0, 1e-9, 1e9, 3, 2.5])
def test_valid_numbers_of_seconds_are_accepted(value: float) -> None:
    """Invariant T6."""
    check_seconds("timeout", value)
    for name in SECONDS:
        assert getattr(PollPolicy(**{name: value}), name) == value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("factor", 0.9),
        ("factor", math.nan),
        ("factor", -2),
        ("factor", True),
        ("factor", "2"),
        ("jitter", -0.1),
        ("jitter", 1.1),
        ("jitter", math.nan),
        ("jitter", True),
        ("jitter", "0.2"),
        ("max_bytes", 0),
        ("max_bytes", True),
        ("max_bytes", "8 MiB"),
        ("missing_polls", 0),
        ("missing_polls", -1),
        ("missing_polls", True),
        ("missing_polls", 2.5),
        ("missing_polls", "3"),
        ("attempt_timeout", 0),
        ("attempt_timeout", None),
        ("unknown_status", "ignore"),
        ("unknown_status", None),
    ],
)
def test_other_wishes_that_cannot_be_are_refused(name: str, value: object) -> None:
    with pytest.raises(InvalidArgumentError, match=f"{name}: expected "):
        PollPolicy(**{name: value})  # type: ignore[arg-type]


def test_the_shortest_interval_cannot_be_longer_than_the_longest() -> None:
    with pytest.raises(InvalidArgumentError, match="min: expected at most max"):
        PollPolicy(min=10, max=5)
    assert PollPolicy(min=5, max=5).min == 5


# Phases and snapshots


def test_only_four_phases_are_ends() -> None:
    ends = {phase for phase in Phase if phase.terminal}
    assert ends == {Phase.SUCCEEDED, Phase.SKIPPED, Phase.FAILED, Phase.CANCELLED}


def test_views_never_change() -> None:
    with pytest.raises(AttributeError):
        view().phase = Phase.FAILED  # type: ignore[misc]


def test_a_snapshot_shows_its_model() -> None:
    model = "Export(async_task_id='a', status='INP', percentage=None)"
    assert repr(view()) == f"<TaskSnapshot booster.task a: running, status='INP', model={model}>"


def test_a_snapshot_without_a_model_shows_why() -> None:
    record = TaskState(REF, EXPORT, clock=VirtualClock())
    for now in (100.0, 200.0, 300.0):
        record.mark_missing(now, complete=True, started=0.0, limits=EXPORT.lifetime)
    assert repr(record.snapshot) == "<TaskSnapshot booster.task a: lost, status=None, no model: expected a task at $>"


def test_a_message_shows_its_text_in_no_repr() -> None:
    assert repr(Message("error", "Jane Roe")) == "Message(level='error')"


# Errors

ERRORS: list[errors.TaskError] = [
    errors.TaskTimeoutError("late", ref=REF, last=view(), waited=3.5),
    errors.TaskFailedError("failed", ref=REF, last=view("ERR"), messages=[Message("error", "broken")]),
    errors.TaskPartialError("partial", ref=REF, last=view("COM"), messages=[Message("error", "broken")]),
    errors.TaskCancelledError("cancelled", ref=REF, last=view()),
    errors.TaskInputRequiredError("asks", ref=REF, last=view(), actions=["confirm"]),
    errors.TaskLostError("lost", ref=REF, last=view(), polls=3),
    errors.UnknownStatusError("unknown", ref=REF, last=view("NEW"), status="NEW"),
    errors.PollingError("refused", ref=REF, last=view()),
    errors.DownloadError("cut", ref=REF, last=view(), written=7, resumable=True),
    errors.JournalError("full", ref=REF),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_keep_their_task_through_pickles_and_copies(error: errors.TaskError) -> None:
    """Invariant T2."""
    assert isinstance(error, ClientError)
    assert error.resume_token == REF.resume_token()
    again: errors.TaskError = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(again) is type(error)
    assert (str(again), again.ref, again.resume_token, again.last) == (str(error), REF, REF.resume_token(), None)
    plain = {name: value for name, value in vars(error).items() if name != "last"}
    assert {name: value for name, value in vars(again).items() if name != "last"} == plain
    assert copy.copy(error).last is error.last
    deep = copy.deepcopy(error)
    assert (deep.resume_token, deep.last) == (error.resume_token, error.last)


def test_an_unknown_submit_carries_candidates_instead_of_a_task() -> None:
    sent = datetime(2026, 1, 1, tzinfo=UTC)
    error = errors.SubmissionUnknownError("who knows", key="nightly", sent_at=sent, candidates=[REF])
    again: errors.SubmissionUnknownError = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (again.ref, again.resume_token, again.key, again.sent_at, again.candidates) == (
        None,
        None,
        "nightly",
        sent,
        (REF,),
    )


def test_a_timeout_is_one_of_python_s() -> None:
    assert isinstance(errors.TaskTimeoutError("late"), TimeoutError)
    assert not isinstance(errors.TaskCancelledError("cancelled"), BaseExceptionGroup)
    assert issubclass(errors.TaskCancelledError, Exception)  # unlike asyncio.CancelledError


# Pickles


@frozen
class Link:
    url: str = attrs_field(repr=False)
    name: str = "customers"


@frozen
class Model:
    status: str
    links: list[Link] = Factory(list)
    password: str | None = attrs_field(default=None, repr=False)


def test_a_snapshot_survives_a_pickle_without_secrets() -> None:
    model = Model("COM", [Link("https://files.test/?sig=secret")], "secret")
    made: TaskSnapshot[Any] = TaskSnapshot(
        ref=REF,
        phase=Phase.SUCCEEDED,
        status="COM",
        messages=(Message("error", "two rows are missing"),),
        observed_at=datetime.now(UTC),
        sequence=3,
        model=lambda: model,
        since=lambda: 0.5,
    )
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        data = pickle.dumps(made, protocol)
        assert b"secret" not in data
        copied = pickle.loads(pickle.dumps(pickle.loads(data)))  # noqa: S301
        assert copied == made
        assert copied.model == Model("COM", [Link("")], "")
        assert 0 <= copied.age < 60
    assert model.password == "secret"


def test_a_snapshot_whose_model_cannot_be_decoded_survives_a_pickle() -> None:
    copied = pickle.loads(pickle.dumps(lost_snapshot()))  # noqa: S301
    with pytest.raises(DecodeError, match="a task"):
        _ = copied.model


def lost_snapshot() -> TaskSnapshot[Any]:
    return TaskSnapshot(
        ref=REF, phase=Phase.LOST, status=None, observed_at=datetime.now(UTC), sequence=1, model=no_model, since=float
    )
