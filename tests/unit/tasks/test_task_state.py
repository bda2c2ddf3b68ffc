"""State of one task, shared by all its waiters: changes, terminal phases, and loss."""

from __future__ import annotations

import gc
import json
import random
import sys
import threading
import tracemalloc
import weakref
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.tasks.task_types import EXPORT, IMPORT, PROCESS, Export, export

from dragoman.testing import VirtualClock
from taskclients_core.errors import DecodeError
from taskclients_core.tasks.definition import Lifetime, Phase, TaskType
from taskclients_core.tasks.errors import PollingError
from taskclients_core.tasks.snapshot import TaskRef, TaskSnapshot
from taskclients_core.tasks.state import TaskState, parse_observation

REF = TaskRef("booster", "task", "a")


@frozen
class Watched:
    """A task state and its clock, with short methods that apply poll results."""

    clock: VirtualClock
    record: TaskState

    @classmethod
    def of(cls, kind: TaskType[Any, Any] = EXPORT) -> Watched:
        clock = VirtualClock()
        return cls(clock, TaskState(REF, kind, clock=clock))

    def passed(self, seconds: float) -> float:
        self.clock.advance(seconds)
        return self.clock.monotonic()

    def observe(self, raw: bytes, after: float = 5.0) -> bool:
        now = self.passed(after)
        reading = None if raw == self.record.raw else parse_observation(self.record.task_type, raw)
        return self.record.observe(raw, reading, now)

    def lacks(self, after: float = 5.0, *, complete: bool = True, started: float | None = None, **limits: Any) -> bool:
        now = self.passed(after)
        return self.record.mark_missing(now, complete=complete, started=started, limits=Lifetime(**limits))

    @property
    def view(self) -> TaskSnapshot[Any]:
        assert self.record.snapshot is not None
        return self.record.snapshot

    @property
    def events(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = [(note.kind, note.detail) for note in self.record.notes]
        self.record.notes.clear()
        return found


@pytest.fixture
def task() -> Watched:
    return Watched.of()


# Attributes of a state


def test_the_state_is_empty_before_the_first_poll(task: Watched) -> None:
    record = task.record
    assert (record.snapshot, record.phase, record.raw, record.version, record.polls) == (None, None, None, 0, 0)
    assert not record.terminal


def test_states_are_keys_by_identity_and_can_be_referenced_weakly() -> None:
    one, other = Watched.of().record, Watched.of().record
    assert len({one, other}) == 2
    held = weakref.ref(one)
    del one
    gc.collect()
    assert held() is None


def test_a_repr_shows_nothing_that_the_server_sent(task: Watched) -> None:
    task.observe(export("COM", signedDownloadUrl="https://files.example.com/?signature=canary", name="canary"))
    assert "canary" not in repr(task.record)
    assert "canary" not in repr(task.view)


# Changes, and polls without one


def test_a_poll_with_new_data_is_a_change(task: Watched) -> None:
    assert task.observe(export("REQ"))
    assert task.observe(export("INP", percentage=1))
    assert task.observe(export("INP", percentage=2))
    assert (task.record.version, task.record.polls, task.view.sequence) == (3, 3, 3)
    assert task.events == [("change", "queued"), ("change", "queued -> running")]


def test_a_poll_with_the_same_data_is_no_change_but_renews_the_snapshot(task: Watched) -> None:
    task.observe(export("INP", percentage=1))
    first = task.view
    task.clock.advance(3)
    assert (first.age, task.view.age) == (3.0, 3.0)
    assert not task.observe(export("INP", percentage=1))
    assert (first.age, task.view.age) == (8.0, 0.0)
    assert task.view.observed_at - first.observed_at == timedelta(seconds=8)
    assert (task.record.version, task.record.polls, task.view.sequence) == (1, 2, 1)


def test_an_equal_json_document_is_no_change(task: Watched) -> None:
    task.observe(b'{"status":"INP","percentage":1,"more":{"a":1,"b":[]}}')
    for same in (
        b'{"percentage":1,"status":"INP","more":{"a":1,"b":[]}}',
        b'{"status": "INP", "percentage": 1.0, "more": {"b": [], "a": 1}}',
        b'{"status":"\\u0049NP","percentage":1,"more":{"a":1,"b":[]}}',
    ):
        assert not task.observe(same)
    assert task.observe(b'{"status":"INP","percentage":1,"more":{"a":true,"b":[]}}')
    assert task.view.sequence == 2


def test_members_that_only_the_model_uses_are_changes_too(task: Watched) -> None:
    task.observe(export("INP", totalResults=1))
    assert task.observe(export("INP", totalResults=2))


def test_a_poll_without_an_observation_reads_what_was_never_read(task: Watched) -> None:
    assert task.record.observe(export("COM"), None, 0.0)
    assert task.record.phase is Phase.SUCCEEDED


def test_the_time_of_a_poll_is_in_utc_even_before_1970(task: Watched) -> None:
    task.clock.jump(-86_405.0 - task.clock.wall())
    task.observe(export())
    assert task.view.observed_at == datetime(1969, 12, 31, tzinfo=UTC)


def test_the_age_of_a_snapshot_does_not_depend_on_the_date(task: Watched) -> None:
    task.observe(export())
    task.clock.jump(3.15e8)
    task.clock.advance(2)
    assert task.view.age == 2
    task.clock.advance(-100)
    assert task.view.age == 0


# Models


def test_the_model_is_decoded_on_first_access_and_only_then() -> None:
    calls: list[bytes] = []

    def decode(raw: bytes, model: Any) -> Any:
        calls.append(raw)
        return msgspec.json.decode(raw)

    record = TaskState(REF, EXPORT, clock=VirtualClock(), decode=decode)
    record.observe(export("INP"), None, 0.0)
    assert calls == []
    assert record.snapshot is not None
    first = record.snapshot.model
    record.observe(export("INP"), None, 1.0)
    assert record.snapshot.model is first
    assert len(calls) == 1


def test_later_polls_do_not_change_the_model_of_a_snapshot(task: Watched) -> None:
    task.observe(export("INP", percentage=1))
    first = task.view
    task.observe(export("INP", percentage=2))
    assert first.model == Export(async_task_id="a", status="INP", percentage=1)
    assert task.view.model == Export(async_task_id="a", status="INP", percentage=2)


def test_a_task_that_does_not_fit_its_model_is_still_reported(task: Watched) -> None:
    assert task.observe(b'{"asyncTaskId":"a","status":"COM","percentage":"all"}')
    assert task.view.terminal
    with pytest.raises(DecodeError, match=r"expected int, found str 'all' at \$\.percentage"):
        _ = task.view.model


# ST2: unknown statuses


def test_an_unknown_status_is_visible_and_reported_once(task: Watched) -> None:
    """Invariant ST2."""
    for status in ("NEW", "NEW", "OTHER", "NEW", None):
        task.observe(export(status))
        assert (task.view.phase, task.view.known, task.view.status) == (Phase.RUNNING, False, status)
    task.observe(b'{"asyncTaskId":"a"}')
    unknown = [detail for kind, detail in task.events if kind == "unknown-status"]
    assert unknown == ["status 'NEW'", "status 'OTHER'", "no status"]


def test_unknown_since_is_the_time_of_the_first_unknown_status(task: Watched) -> None:
    """Invariant ST2."""
    task.observe(export("REQ"))
    assert task.record.unknown_since is None
    task.observe(export("NEW"))
    began = task.clock.monotonic()
    for status in ("NEW", "OTHER", "NEW"):
        task.observe(export(status))
        assert task.record.unknown_since == began
    task.record.mark_refused(PollingError("no"))
    task.lacks(complete=False)
    task.lacks()
    assert task.record.unknown_since == began


def test_a_later_known_status_ends_the_unknown_state(task: Watched) -> None:
    """Invariant ST2."""
    task.observe(export("NEW"))
    assert task.observe(export("INP"))
    assert (task.record.unknown_since, task.view.known) == (None, True)
    task.observe(export("NEW"))
    assert task.record.unknown_since == task.clock.monotonic()


def test_many_unknown_statuses_use_no_more_memory(task: Watched) -> None:
    """Invariant ST2."""
    for number in range(1000):
        task.observe(export(f"W{number}"))
    assert len(task.record.notes) < 100


# ST3: a terminal phase is final


@pytest.mark.parametrize("status", ["COM", "ERR"])
def test_after_the_end_nothing_changes_it(status: str) -> None:
    """Invariant ST3."""
    task = Watched.of()
    task.observe(export("INP"))
    task.observe(export(status, totalFailed=0))
    ended, events = task.view, task.events
    assert events[-1] == ("change", f"running -> {ended.phase}")
    for raw in (
        export("INP"),
        export("ERR"),
        export("COM"),
        export("NEW"),
        export("REQ"),
        b"{}",
        export(status, totalFailed=7),
    ):
        assert not task.observe(raw)
        assert not task.lacks(1000.0, missing_polls=1)
        view = task.view
        assert (view.phase, view.partial, view.sequence) == (ended.phase, False, ended.sequence)
        assert (task.record.version, task.record.refusal) == (2, None)
    assert [kind for kind, _ in task.events] == ["regressed"]
    refused = PollingError("no")
    assert task.record.mark_refused(refused), "a caller that polls for a fresh link must get the error"
    assert task.record.refusal is refused
    assert task.view == view


def test_new_links_to_the_file_are_taken_after_the_end_without_a_change(task: Watched) -> None:
    """Invariant ST3."""
    task.observe(export("COM", signedDownloadUrl="https://old", percentage=100))
    ended = task.view
    assert not task.observe(export("COM", signedDownloadUrl="https://new", percentage=7, totalFailed=3))
    assert task.record.raw == export("COM", signedDownloadUrl="https://new", percentage=7, totalFailed=3)
    assert task.view.model.signed_download_url == "https://new"
    assert (task.view.sequence, task.view.progress, task.view.partial) == (1, ended.progress, False)
    assert ended.model.signed_download_url == "https://old"
    task.observe(export("ERR", signedDownloadUrl="https://evil"))
    assert task.view.model.signed_download_url == "https://new"


def test_a_result_inside_the_task_stays_as_it_was_at_the_end() -> None:
    """Invariant ST3."""
    task = Watched.of(IMPORT)
    task.observe(b'{"status":"Completed","result":1}')
    task.observe(b'{"status":"Completed","result":2}')
    assert task.record.raw == b'{"status":"Completed","result":1}'
    assert task.view.model["result"] == 1


# ST4: sequence numbers

STEP = st.one_of(
    st.tuples(st.just("observe"), st.sampled_from(["REQ", "INP", "COM", "ERR", "NEW"]), st.integers(0, 3)),
    st.tuples(st.just("lacks"), st.booleans()),
    st.tuples(st.just("refuses")),
)


@given(st.lists(STEP, max_size=40))
def test_the_sequence_rises_with_each_distinct_observation_and_nothing_comes_after_the_end(
    polls: list[Any],
) -> None:
    """Invariant ST4."""
    task = Watched.of()
    views: list[TaskSnapshot[Any]] = []
    for what, *more in polls:
        version = task.record.version
        before = task.record.snapshot
        match what:
            case "observe":
                changed = task.observe(export(more[0], percentage=more[1]))
            case "lacks":
                changed = task.lacks(40, complete=more[0], missing_polls=2)
            case _:
                changed = task.record.mark_refused(PollingError("no"))
        assert task.record.version == version + changed
        view = task.record.snapshot
        if before is not None and before.terminal:
            assert not changed or what == "refuses"
            assert view == before
        if view is not None and (not views or view.sequence != views[-1].sequence):
            views.append(view)
    assert [view.sequence for view in views] == list(range(1, len(views) + 1))
    assert not any(view.terminal for view in views[:-1])
    reported = [(view.phase, view.status, view.progress.fraction) for view in views]
    assert all(one != another for one, another in pairwise(reported))


def test_no_thread_sees_a_snapshot_older_than_its_version(task: Watched) -> None:
    """Invariant ST4."""
    readings = [
        (raw, parse_observation(EXPORT, raw)) for raw in (export("INP", percentage=number) for number in range(2))
    ]
    older: list[tuple[int, int]] = []
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            version, polls = task.record.version, task.record.polls
            sequence = 0 if task.record.snapshot is None else task.record.snapshot.sequence
            if sequence < version or sequence < polls:
                older.append((version, sequence))

    threads = [threading.Thread(target=watch) for _ in range(3)]
    pause = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for number in range(3000):
            task.record.observe(*readings[number % 2], float(number))
    finally:
        over.set()
        sys.setswitchinterval(pause)
        for thread in threads:
            thread.join()
    assert older == []
    assert task.view.sequence == 3000


# ST5: progress


def test_the_best_progress_never_falls_and_has_its_time(task: Watched) -> None:
    """Invariant ST5."""
    rows = [(10, 0.1, 0.1, 0), (40, 0.4, 0.4, 0), (20, 0.2, 0.4, 5), (20, 0.2, 0.4, 10), (101, None, 0.4, 15),
             ("40", None, 0.4, 20), (-1, None, 0.4, 25), (40, 0.4, 0.4, 30), (41, 0.41, 0.41, 0)]  # fmt: skip
    for percentage, fraction, best, stalled in rows:
        task.observe(export("INP", percentage=percentage))
        progress = task.view.progress
        assert (progress.fraction, progress.best, progress.stalled_for) == (fraction, best, timedelta(seconds=stalled))


def test_a_stuck_task_shows_for_how_long(task: Watched) -> None:
    """Invariant ST5."""
    for minute in range(10):
        task.observe(export("INP", percentage=3), after=60)
        assert task.view.progress.stalled_for == timedelta(minutes=minute)


def test_a_task_without_progress_has_no_best(task: Watched) -> None:
    """Invariant ST5."""
    task.observe(export("INP"))
    task.observe(export("INP"), after=7)
    assert (task.view.progress.fraction, task.view.progress.best) == (None, None)
    assert task.view.progress.stalled_for == timedelta(seconds=7)


@given(st.lists(st.integers(-5, 110) | st.sampled_from(["40", None, True, 1.5, 1e308])))
def test_no_percentage_lowers_the_best_progress(percentages: list[object]) -> None:
    """Invariant ST5."""
    task = Watched.of()
    best = 0.0
    for percentage in percentages:
        task.observe(export("INP", percentage=percentage))
        progress = task.view.progress
        assert progress.fraction is None or 0 <= progress.fraction <= 1
        assert progress.best is None or progress.best >= best
        assert progress.stalled_for >= timedelta(0)
        best = progress.best or best


def test_steps_may_be_reordered_renamed_and_removed() -> None:
    """Invariant ST5."""
    task = Watched.of(PROCESS)

    def observe(*found: tuple[str, str, int]) -> bool:
        members = [{"uuid": key, "name": key.upper(), "status": status, "order": at} for key, status, at in found]
        return task.observe(json.dumps({"status": "IN_PROGRESS", "steps": members}).encode())

    observe(("a", "COMPLETED", 1), ("b", "IN_PROGRESS", 2))
    observe(("b", "IN_PROGRESS", 1), ("a", "COMPLETED", 2), ("c", "NOT_STARTED", 3), ("d", "NOT_STARTED", 4))
    assert [step.key for step in task.view.steps] == ["b", "a", "c", "d"]
    assert (task.view.progress.fraction, task.view.progress.best) == (0.25, 0.5)
    observe()
    assert (task.view.steps, task.view.progress.fraction, task.view.progress.best) == ((), None, 0.5)


# ST6: input required


def test_a_task_continues_after_its_input() -> None:
    """Invariant ST6."""
    task = Watched.of(IMPORT)
    for confirmed, phase in ((False, Phase.NEEDS_INPUT), (True, Phase.RUNNING), (False, Phase.NEEDS_INPUT)):
        assert task.observe(json.dumps({"status": "WaitingForFeedback", "is_confirmed": confirmed}).encode())
        assert task.view.phase is phase
        assert not task.view.terminal


# ST8: failed polls


def test_a_refused_poll_changes_neither_phase_nor_snapshot(task: Watched) -> None:
    """Invariant ST8."""
    task.observe(export("INP", percentage=1))
    view = task.view
    trouble = PollingError("403")
    assert task.record.mark_refused(trouble)
    assert (task.record.refusal, task.record.version, task.record.polls) == (trouble, 2, 1)
    assert task.view is view
    assert not task.observe(export("INP", percentage=1))
    assert task.record.refusal is None


@pytest.mark.large
def test_ten_thousand_tasks_are_reported_correctly_while_every_fifth_poll_fails() -> None:
    """Invariant ST8."""
    chance = random.Random(8)
    misreported = 0
    for _ in range(10_000):
        task = Watched.of()
        statuses = ["REQ"] * chance.randrange(3) + ["INP"] * chance.randrange(4) + [chance.choice(["COM", "ERR"])] * 20
        seen: Phase | None = None
        for status in statuses:
            if chance.random() < 0.2:
                # No response, half a list, or a refusal.
                match chance.randrange(3):
                    case 0:
                        task.lacks(100, complete=False, missing_polls=1)
                    case 1:
                        task.record.mark_refused(PollingError("no"))
                    case _:
                        with pytest.raises(DecodeError):
                            parse_observation(EXPORT, export(status)[:-1])
                misreported += task.record.phase is not seen
            else:
                task.observe(export(status))
                seen = EXPORT.state.phases[status]
                misreported += task.record.phase is not seen
            if task.record.terminal:
                break
        misreported += task.record.phase is not EXPORT.state.phases[statuses[-1]]
    assert misreported == 0


# ST9: lost tasks


def test_a_task_is_lost_after_enough_complete_polls_and_enough_time(task: Watched) -> None:
    """Invariant ST9."""
    task.observe(export("INP", percentage=5))
    assert [task.lacks(20) for _ in range(3)] == [False, False, False]  # 40 s between the first and the third
    assert task.view.phase is Phase.RUNNING
    assert task.lacks(20)
    assert (task.view.phase, task.view.terminal, task.record.lost_after) == (Phase.LOST, False, 4)
    assert (task.view.sequence, task.view.status, task.view.progress.best) == (2, "INP", 0.05)
    assert task.events[-1] == ("lost", "missing in 4 polls")
    assert not task.lacks(20)


def test_time_alone_makes_no_task_lost(task: Watched) -> None:
    """Invariant ST9."""
    task.observe(export())
    assert [task.lacks(1000), task.lacks(1000), task.lacks(1000)] == [False, False, True]


def test_polls_alone_make_no_task_lost(task: Watched) -> None:
    """Invariant ST9."""
    task.observe(export())
    assert not any(task.lacks(0.5) for _ in range(100))


def test_an_incomplete_poll_does_not_count_as_absence(task: Watched) -> None:
    """Invariant ST9."""
    task.observe(export())
    for _ in range(50):
        assert not task.lacks(100, complete=False)
    assert task.record.polls == 1
    assert [task.lacks(100), task.lacks(100, complete=False), task.lacks(100), task.lacks(100)] == [False] * 3 + [True]


def test_a_task_that_appears_again_is_no_longer_missing(task: Watched) -> None:
    """Invariant ST9."""
    task.observe(export())
    for _ in range(20):
        assert not any((task.lacks(100), task.lacks(100), task.observe(export())))
    assert task.view.phase is Phase.RUNNING


def test_absence_does_not_count_within_visible_within(task: Watched) -> None:
    """Invariant ST9."""
    started = task.clock.monotonic()
    limits: dict[str, Any] = {"started": started, "visible_within": 20.0, "missing_grace": 0.0, "missing_polls": 2}
    assert not any(task.lacks(1, **limits) for _ in range(19))
    assert not task.lacks(1, **limits)  # the twentieth second is over: the first that counts
    assert task.lacks(1, **limits)
    assert task.view.phase is Phase.LOST


def test_a_task_that_shows_only_after_20_seconds_is_never_lost(task: Watched) -> None:
    """Invariant ST9."""
    started = task.clock.monotonic()
    for _ in range(10):
        assert not task.lacks(2, started=started, visible_within=30.0, missing_grace=5.0)
    assert task.observe(export("REQ"))
    assert [kind for kind, _ in task.events] == ["change"]


def test_the_time_of_a_task_started_elsewhere_counts_from_its_first_mention(task: Watched) -> None:
    """Invariant ST9."""
    limits: dict[str, Any] = {"visible_within": 20.0, "missing_grace": 0.0, "missing_polls": 1}
    assert not task.lacks(10, **limits)
    assert task.lacks(10, **limits)


def test_a_task_seen_before_gets_no_time_to_appear(task: Watched) -> None:
    """Invariant ST9."""
    task.observe(export())
    assert task.lacks(1, started=task.clock.monotonic(), visible_within=1000.0, missing_grace=0.0, missing_polls=1)


def test_a_task_is_not_lost_while_the_server_must_keep_it(task: Watched) -> None:
    """Invariant ST9."""
    started = task.clock.monotonic()
    assert not any(task.lacks(100, started=started, retention=1000.0) for _ in range(9))
    assert task.lacks(100, started=started, retention=1000.0)


def test_a_lost_task_that_appears_again_is_no_longer_lost(task: Watched) -> None:
    """Invariant ST9."""
    task.observe(export("INP"))
    for _ in range(3):
        task.lacks(100)
    assert task.view.phase is Phase.LOST
    assert task.observe(export("INP"))  # the same as before, but still a change
    assert (task.view.phase, task.record.lost_after, task.view.sequence) == (Phase.RUNNING, None, 3)
    assert [detail for _, detail in task.events] == ["running", "missing in 3 polls", "lost -> running"]
    assert [task.lacks(100) for _ in range(3)] == [False, False, True]
    assert task.observe(export("COM"))
    assert task.record.terminal


def test_a_task_that_never_showed_can_be_lost_and_has_no_model(task: Watched) -> None:
    """Invariant ST9."""
    for _ in range(3):
        task.lacks(100)
    assert (task.view.phase, task.view.status, task.view.sequence) == (Phase.LOST, None, 1)
    with pytest.raises(DecodeError, match="no poll has found it"):
        _ = task.view.model


@settings(max_examples=200)
@given(
    st.lists(st.tuples(st.sampled_from(["there", "gone", "half"]), st.floats(0, 60)), max_size=60),
    st.integers(1, 5),
    st.floats(0, 120),
)
def test_loss_agrees_with_a_model_of_it(polls: list[tuple[str, float]], missing_polls: int, grace: float) -> None:
    """Invariant ST9."""
    task = Watched.of()
    missing: list[float] = []
    for what, after in polls:
        match what:
            case "there":
                task.observe(export(), after)
                missing.clear()
            case "gone":
                task.lacks(after, missing_polls=missing_polls, missing_grace=grace)
                missing.append(task.clock.monotonic())
            case _:
                task.lacks(after, complete=False, missing_polls=missing_polls, missing_grace=grace)
        lost = len(missing) >= missing_polls and missing[-1] - missing[0] >= grace
        assert (task.record.phase is Phase.LOST) is lost


# Y5: memory


@pytest.mark.large
@pytest.mark.parametrize("changing", [False, True])
def test_many_polls_of_one_task_use_no_more_memory(changing: bool) -> None:
    """Invariant Y5."""
    task = Watched.of()
    record = task.record
    raws = [export("INP", percentage=number) for number in range(2)]
    readings = [parse_observation(EXPORT, raw) for raw in raws]
    record.observe(raws[0], readings[0], 0.0)

    def poll_times(times: int) -> None:
        for number in range(times):
            which = number % 2 if changing else 0
            record.observe(raws[which], readings[which] if changing else None, float(number))
            if number % 100 == 0:
                assert record.snapshot is not None
                record.mark_refused(PollingError("no"))
                record.notes.clear()

    poll_times(1000)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        poll_times(50_000)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before <= 64 * 1024
