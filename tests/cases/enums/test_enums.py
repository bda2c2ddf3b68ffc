"""`enum`: open enumerations keep values that the spec does not know, marked as unknown."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest


def test_known_values(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond([{"state": "in-progress", "priority": 2, "paper": "2a0", "perState": {"queued": 1}}])
    (job,) = client.list_jobs(state=[models.State.QUEUED, models.State.DONE_AND_GONE], priority=models.Priority.NONE)
    assert wire.last.query == "state=queued&state=doneAndGone&priority=-1"
    assert job == models.Job(
        state=models.State.IN_PROGRESS,
        priority=models.Priority.HIGH,
        paper=models.Paper.DIN_2A0,
        per_state={"queued": models.Priority.LOW},
    )
    assert job.state.is_known
    assert job.state == "in-progress"
    assert job.priority == 2


def test_unknown_values_survive_a_round_trip(part: Any, core: Any) -> None:
    models = part("models")
    text = b'{"state":"paused","priority":7,"paper":null}'
    job = core.decode(text, models.Job)
    assert (job.state, job.priority, job.paper) == ("paused", 7, None)
    assert isinstance(job.state, models.State)
    assert not job.state.is_known
    assert not job.priority.is_known
    assert core.decode(core.encode(job), models.Job) == job
    assert list(models.State) == [models.State.QUEUED, models.State.IN_PROGRESS, models.State.DONE_AND_GONE]


@pytest.mark.parametrize("value", ["queued", "paused"])
def test_values_can_be_copied(part: Any, value: str) -> None:
    state = part("models").State(value)
    assert pickle.loads(pickle.dumps(state)) == copy.deepcopy(state) == state  # noqa: S301
    assert {state: 1}[value] == 1


def test_a_value_of_another_type_is_refused(part: Any, core: Any) -> None:
    for state, priority in [("1", "1"), ("null", "1"), ('"queued"', '"1"'), ('"queued"', "1.5"), ('"queued"', "true")]:
        with pytest.raises(core.DecodeError):
            core.decode(f'{{"state": {state}, "priority": {priority}}}', part("models").Job)


def test_names(part: Any) -> None:
    models = part("models")
    assert [each.name for each in models.Resolution] == ["X_720P", "X_4K"]
    assert [each.value for each in models.Paper] == ["2a0", "100x150mm", "None", "class", "", "*"]
    assert models.Level.VALUE_MINUS_10 == -10
