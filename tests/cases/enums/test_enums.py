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
    assert wire.last.query == "state=queued&state=doneAndGone&priority=-1&code=9223372036854775808"
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


def test_numbers_are_members_and_new_ones_keep_their_value(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond([{"state": "queued", "priority": 1, "rate": 0.5, "share": 2.5, "version": 2.0}])
    (job,) = client.list_jobs(rate=[models.Rate.VALUE_0_5, models.Rate.VALUE_1, models.Rate(0.75)])
    assert wire.last.query == "code=9223372036854775808&rate=0.5&rate=1.0&rate=0.75"
    assert job.rate is models.Rate.VALUE_0_5
    assert (job.share, job.share.is_known, job.version) == (2.5, False, models.Version.VALUE_2)
    assert copy.deepcopy(job.share) == pickle.loads(pickle.dumps(job.share)) == 2.5  # noqa: S301
    assert f"{job.share:.2f} {job.share!s} {job.rate!r}" == "2.50 2.5 <Rate.VALUE_0_5: 0.5>"
    assert [each.name for each in models.Rate] == ["VALUE_0_5", "VALUE_1", "VALUE_MINUS_2_25", "VALUE_1E_MINUS_07"]


@pytest.mark.parametrize("size", ["auto", 1, 2.5, True, None, "new", 7, False])
def test_values_of_several_types_are_the_union_of_their_types(part: Any, core: Any, size: object) -> None:
    models = part("models")
    job = core.decode(core.encode({"state": "queued", "priority": 1, "size": size, "flag": False}), models.Job)
    assert (job.size, type(job.size) is bool, job.flag) == (size, type(size) is bool, False)
    assert core.decode(core.encode(job), models.Job) == job


def test_defaults_are_members(part: Any, core: Any) -> None:
    models = part("models")
    job = core.decode('{"state": "queued", "priority": 1}', models.Job)
    assert job.share is models.Share.TWO
    assert job.version is models.Version.VALUE_2
    assert job.code is models.Code(2**63)
    assert job.size == "auto"


def test_integers_have_any_size(client: Any, wire: Any, part: Any, core: Any) -> None:
    models = part("models")
    job = core.decode('{"state": "queued", "priority": 1, "codes": [1.0, 9223372036854775808, 1e30]}', models.Job)
    assert job.codes == [models.Code.VALUE_1, models.Code(2**63), 10**30]
    assert not job.codes[2].is_known
    assert b'"codes":[1,9223372036854775808,1000000000000000000000000000000]' in core.encode(job)
    wire.respond([])
    client.list_jobs(code=job.codes[2])
    assert wire.last.query == "code=1000000000000000000000000000000"
