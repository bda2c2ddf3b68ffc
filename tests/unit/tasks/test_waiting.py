"""Waiting for a task through a client: deadlines, results, and requests that are not sent."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from tests.unit.tasks.client_harness import START_JOB, START_WORK, ClientHarness, counted

from taskclients_core.errors import ClientError, InvalidArgumentError
from taskclients_core.tasks.definition import Phase
from taskclients_core.tasks.errors import (
    PollingError,
    TaskCancelledError,
    TaskFailedError,
    TaskInputRequiredError,
    TaskLostError,
    TaskPartialError,
    TaskTimeoutError,
    UnknownStatusError,
)
from taskclients_core.tasks.polling.policy import PollPolicy
from taskclients_core.tasks.snapshot import TaskSnapshot

WRONG: tuple[Any, ...] = (-1, -1e-9, -math.inf, math.nan, True, False, "5", b"5", [5], object())
RIGHT: tuple[Any, ...] = (1e-9, 1, 1e9, 10**400, math.inf, None)


def started(harness: ClientHarness, submit: Any = START_WORK, **options: Any) -> tuple[Any, Any]:
    """Return a client and a task of it; requests so far are not counted."""
    client = harness.client(**options)
    task = harness.do(client.begin(submit, body={}))
    harness.requests.clear()
    return client, task


def phases(views: list[TaskSnapshot[Any]]) -> list[str]:
    return [str(view.phase) for view in views]


# -- T2


def test_a_timeout_carries_ref_snapshot_and_token_and_a_later_wait_finds_the_task(harness: ClientHarness) -> None:
    """Invariant T2."""
    client, task = started(harness)
    with pytest.raises(TaskTimeoutError, match="it continues") as caught:
        harness.do(task.wait(timeout=5))
    error = caught.value
    assert isinstance(error, TimeoutError)
    assert isinstance(error, ClientError)
    assert error.ref == task.ref
    assert error.resume_token == task.resume_token()
    assert error.last is task.last
    assert error.last is not None
    assert error.last.phase is Phase.QUEUED
    assert 5 <= error.waited < 5.1
    harness.show("work-1", "ok")
    assert harness.do(task.wait(timeout=30)).phase is Phase.SUCCEEDED
    again = harness.client().tasks.resume(error.resume_token)
    assert harness.do(again.wait(timeout=30)).phase is Phase.SUCCEEDED
    assert counted(harness.requests, "POST", ".*") == 0
    assert client is not again


def test_a_timeout_before_the_first_poll_has_no_snapshot(harness: ClientHarness) -> None:
    """Invariant T2."""
    _, task = started(harness)
    with pytest.raises(TaskTimeoutError, match="not been seen yet") as caught:
        harness.do(task.wait(timeout=0))
    assert (caught.value.last, caught.value.ref, harness.requests) == (None, task.ref, [])


def test_a_hundred_random_timeouts_lose_no_task(harness: ClientHarness) -> None:
    """Invariant T2."""
    client = harness.client()
    chance = random.Random(5)
    tasks = [harness.do(client.begin(START_JOB, body={})) for _ in range(10)]
    timeouts = 0
    ended: set[str] = set()
    while timeouts < 100:
        task = chance.choice(tasks)
        handle = chance.choice([task, client.tasks.resume(task.resume_token())])
        if chance.random() < 0.05 and len(ended) < 9:
            harness.show(task.ref.id, "ok")
            ended.add(task.ref.id)
        found: Any = None
        try:
            found = harness.do(handle.wait(timeout=chance.choice([0, 1e-9, 0.005, 0.5, 3, 9])))
        except TaskTimeoutError as error:
            timeouts += 1
            found = error
        else:
            assert found.phase is Phase.SUCCEEDED
            assert task.ref.id in ended
        assert found.ref == task.ref
    for task in tasks:
        harness.show(task.ref.id, "ok")
        assert harness.do(task.wait(timeout=60)).phase is Phase.SUCCEEDED
    assert counted(harness.requests, "POST", ".*") == 10


# -- T6

SECONDS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "wait": lambda client, task, value: task.wait(timeout=value),
    "watch": lambda client, task, value: task.watch(timeout=value),
    "result": lambda client, task, value: task.result(timeout=value),
    "refresh": lambda client, task, value: task.refresh(timeout=value),
    "download": lambda client, task, value: task.download("f", timeout=value),
    "open": lambda client, task, value: task.open(timeout=value),
    "cancel": lambda client, task, value: task.cancel(timeout=value),
    "confirm": lambda client, task, value: task.confirm(timeout=value),
    "wait_any": lambda client, task, value: client.tasks.wait_any([task], timeout=value),
    "wait_all": lambda client, task, value: client.tasks.wait_all([task], timeout=value),
    "as_completed": lambda client, task, value: client.tasks.as_completed([task], timeout=value),
    "once": lambda client, task, value: client.tasks.poll_once(timeout=value),
}
OTHERS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "max_age": lambda client, task, value: task.refresh(max_age=value),
    "heartbeat": lambda client, task, value: task.watch(timeout=1, heartbeat=value),
    "settle": lambda client, task, value: client.tasks.recover(settle=value),
    "poll": lambda client, task, value: task.wait(timeout=1, poll=PollPolicy(min=value)),
}


@pytest.mark.parametrize("name", [*SECONDS, *OTHERS])
def test_an_invalid_timeout_is_refused_before_anything_is_sent(harness: ClientHarness, name: str) -> None:
    """Invariant T6."""
    client, task = started(harness)
    for value in WRONG:
        with pytest.raises(InvalidArgumentError) as caught:
            harness.do((SECONDS | OTHERS)[name](client, task, value))
        assert isinstance(caught.value, ValueError)
    assert harness.requests == []


@pytest.mark.parametrize("name", [*SECONDS])
def test_a_timeout_of_zero_sends_nothing(harness: ClientHarness, name: str) -> None:
    """Invariant T6."""
    client, task = started(harness)
    if name == "open":
        return  # a context is entered, not awaited
    try:
        found = harness.do(SECONDS[name](client, task, 0))
        if name in ("watch", "as_completed"):
            list(harness.each(found))
    except (TaskTimeoutError, InvalidArgumentError):
        pass
    assert harness.requests == []


@pytest.mark.parametrize("timeout", RIGHT)
def test_every_valid_timeout_works(harness: ClientHarness, timeout: Any) -> None:
    """Invariant T6."""
    client, task = started(harness, START_JOB)
    if timeout == 1e-9:
        for method in ("wait", "result", "refresh"):
            with pytest.raises(TaskTimeoutError):
                harness.do(getattr(task, method)(timeout=timeout))
        return
    harness.at(0, lambda: harness.show("job-1", "ok"))
    assert harness.do(task.wait(timeout=timeout)).phase is Phase.SUCCEEDED
    assert harness.do(task.result(timeout=timeout)) == 7
    assert harness.do(task.refresh(timeout=timeout)).phase is Phase.SUCCEEDED
    assert [view.phase for view in harness.each(task.watch(timeout=timeout))] == [Phase.SUCCEEDED]
    assert harness.do(client.tasks.wait_all([task], timeout=timeout)).done == (task,)
    assert list(harness.each(client.tasks.as_completed([task], timeout=timeout))) == [task]


def test_the_time_left_bounds_the_request_for_the_result(harness: ClientHarness) -> None:
    """Invariant T6."""
    _, task = started(harness, START_JOB)
    harness.show("job-1", "ok")
    harness.do(task.wait(timeout=30))
    harness.transport.latency = 50.0
    with pytest.raises(TaskTimeoutError) as caught:
        harness.do(task.result(timeout=0))
    assert caught.value.last is task.last
    assert counted(harness.requests, "GET", ".*/report") == 0


@pytest.mark.parametrize(
    "arguments",
    [
        {"until": "running"},
        {"until": ("nonsense",)},
        {"until": 5},
        {"poll": 5},
        {"on_change": 5},
    ],
)
def test_invalid_arguments_of_a_wait_are_refused_before_anything_is_sent(
    harness: ClientHarness, arguments: dict[str, Any]
) -> None:
    _, task = started(harness)
    with pytest.raises(InvalidArgumentError, match=next(iter(arguments))):
        harness.do(task.wait(timeout=5, **arguments))
    with pytest.raises(InvalidArgumentError, match="partial"):
        harness.do(task.result(timeout=5, partial="accepted"))
    assert harness.requests == []


# -- ST4


def test_on_change_reports_each_observation_once_in_order(harness: ClientHarness) -> None:
    """Invariant ST4."""
    _, task = started(harness)
    for second, percent in enumerate((0, 0, 20, 20, 60, 100, 100), 1):
        harness.at(second * 4.0, partial(harness.show, "work-1", "run", percent=percent))
    harness.at(40.0, lambda: harness.show("work-1", "ok", percent=100))
    reported: list[TaskSnapshot[Any]] = []
    last = harness.do(task.wait(timeout=None, on_change=reported.append))
    assert [view.sequence for view in reported] == sorted({view.sequence for view in reported})
    assert [view.progress.fraction for view in reported] == [None, 0.0, 0.2, 0.6, 1.0, 1.0]
    assert phases(reported) == ["queued", "running", "running", "running", "running", "succeeded"]
    assert reported[-1] is last
    harness.show("work-1", "run")
    again: list[TaskSnapshot[Any]] = []
    assert harness.do(task.wait(timeout=None, on_change=again.append)).phase is Phase.SUCCEEDED
    assert again == [last]  # for a late subscriber the end is a change


def test_watch_yields_each_observation_once_and_ends(harness: ClientHarness) -> None:
    """Invariant ST4."""
    _, task = started(harness)
    harness.at(5, lambda: harness.show("work-1", "run", percent=10))
    harness.at(15, lambda: harness.show("work-1", "asking", percent=10))
    harness.at(25, lambda: harness.show("work-1", "run", percent=50))
    harness.at(35, lambda: harness.show("work-1", "bad"))
    views = list(harness.each(task.watch(timeout=100)))
    assert phases(views) == ["queued", "running", "needs-input", "running", "failed"]
    assert [view.sequence for view in views] == [1, 2, 3, 4, 5]
    late = list(harness.each(task.watch(timeout=0)))
    assert phases(late) == ["failed"]


def test_a_slow_consumer_misses_snapshots_between_but_never_the_last(harness: ClientHarness) -> None:
    """Invariant ST4."""
    _, task = started(harness)
    watching = harness.each(task.watch(timeout=None))
    assert next(watching).phase is Phase.QUEUED
    for number in range(5):
        harness.show("work-1", "run", percent=number)
        harness.do(task.refresh())
    assert next(watching).model.percent == 4
    harness.show("work-1", "ok")
    harness.do(task.refresh())
    assert [view.phase for view in watching] == [Phase.SUCCEEDED]


def test_a_heartbeat_repeats_the_last_snapshot_without_a_poll(harness: ClientHarness) -> None:
    _, task = started(harness)
    harness.at(30, lambda: harness.show("work-1", "ok"))
    views = list(harness.each(task.watch(timeout=100, heartbeat=0.5)))
    polls = len(harness.requests)
    assert len(views) > 40
    assert phases(views)[-1] == "succeeded"
    assert len({view.sequence for view in views}) == 2
    assert polls <= 12


@pytest.mark.parametrize("heartbeat", [0, 1e-9])
def test_a_short_heartbeat_does_not_delay_polls(harness: ClientHarness, heartbeat: float) -> None:
    _, task = started(harness)
    harness.at(3, lambda: harness.show("work-1", "ok"))
    assert phases(list(harness.each(task.watch(timeout=100, heartbeat=heartbeat))))[-1] == "succeeded"


def test_heartbeats_continue_during_a_retry_after(harness: ClientHarness) -> None:
    _, task = started(harness)
    before = harness.respond
    harness.respond = lambda request: (
        (503, {}, {"Retry-After": "20"}) if len(harness.requests) == 2 else before(request)
    )
    harness.at(10, lambda: harness.show("work-1", "ok"))
    views = list(harness.each(task.watch(timeout=100, heartbeat=2)))
    assert phases(views)[-1] == "succeeded"
    assert 9 <= len(views) <= 14
    assert harness.requests[2].at - harness.requests[1].at >= 20


# -- ST6


def test_a_task_that_needs_input_ends_every_wait_and_has_no_result(harness: ClientHarness) -> None:
    """Invariant ST6."""
    _, task = started(harness)
    harness.at(3, lambda: harness.show("work-1", "asking"))
    for until in ((), {Phase.RUNNING}, {Phase.SUCCEEDED}, lambda view: False):
        assert harness.do(task.wait(timeout=None, until=until)).phase is Phase.NEEDS_INPUT
    with pytest.raises(TaskInputRequiredError, match="call confirm") as caught:
        harness.do(task.result(timeout=None))
    assert caught.value.actions == ("confirm",)
    assert caught.value.last is task.last


def test_a_confirmed_task_continues(harness: ClientHarness) -> None:
    """Invariant ST6."""
    _, task = started(harness)
    harness.show("work-1", "asking")
    assert harness.do(task.wait(timeout=30)).phase is Phase.NEEDS_INPUT
    assert harness.do(task.confirm()).phase is Phase.RUNNING
    harness.at(3, lambda: harness.show("work-1", "ok", answer=42))
    assert harness.do(task.result(timeout=30)) == 42
    assert counted(harness.requests, "POST", "/works/work-1/confirm") == 1


def test_the_next_wait_sees_a_confirmation_made_elsewhere(harness: ClientHarness) -> None:
    """Invariant ST6."""
    _, task = started(harness)
    harness.show("work-1", "asking")
    harness.do(task.wait(timeout=30))
    harness.clock.sleep(60)
    harness.show("work-1", "run")
    harness.at(5, lambda: harness.show("work-1", "ok", answer=1))
    assert harness.do(task.result(timeout=60)) == 1


def test_the_last_known_state_counts_when_there_is_no_time_to_poll(harness: ClientHarness) -> None:
    """Invariant ST6."""
    _, task = started(harness)
    harness.show("work-1", "asking")
    harness.do(task.wait(timeout=30))
    harness.clock.sleep(60)
    harness.requests.clear()
    assert harness.do(task.wait(timeout=0)).phase is Phase.NEEDS_INPUT
    assert harness.requests == []
    harness.respond = lambda request: (503, {})
    assert harness.do(task.wait(timeout=20)).phase is Phase.NEEDS_INPUT
    harness.respond = lambda request: (403, {})
    with pytest.raises(PollingError):
        harness.do(task.wait(timeout=20))


# -- ST7


@pytest.mark.parametrize(
    ("state", "more", "error"),
    [
        ("bad", {"notes": [{"text": "no such file"}]}, TaskFailedError),
        ("off", {}, TaskCancelledError),
        ("ok", {"errors": 2, "notes": [{"text": "row 5"}]}, TaskPartialError),
    ],
)
def test_only_a_success_has_a_result(harness: ClientHarness, state: str, more: Any, error: type[Exception]) -> None:
    """Invariant ST7."""
    _, task = started(harness)
    harness.show("work-1", state, answer=1, **more)
    assert harness.do(task.wait(timeout=30)).terminal
    with pytest.raises(error) as caught:
        harness.do(task.result(timeout=30))
    found: Any = caught.value
    assert (found.ref, found.last, found.resume_token) == (task.ref, task.last, task.resume_token())
    if "notes" in more:
        assert [message.text for message in found.messages] == [more["notes"][0]["text"]]
    if error is TaskPartialError:
        assert harness.do(task.result(timeout=30, partial="accept")) == 1
    else:
        with pytest.raises(error):
            harness.do(task.result(timeout=30, partial="accept"))


def test_a_skipped_task_has_the_result_none(harness: ClientHarness) -> None:
    """Invariant ST7."""
    for submit in (START_WORK, START_JOB):
        _, task = started(harness, submit)
        harness.show(task.ref.id, "nothing", answer=5)
        assert harness.do(task.result(timeout=30)) is None
    assert counted(harness.requests, "GET", ".*/report") == 0


# -- ST10


def test_an_error_of_a_callback_reaches_only_its_own_wait(harness: ClientHarness) -> None:
    """Invariant ST10."""
    _, task = started(harness)

    def broken(view: TaskSnapshot[Any]) -> None:
        raise LookupError("mine")

    async def broken_later(view: TaskSnapshot[Any]) -> None:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        harness.do(task.wait(timeout=30, on_change=broken))
    if harness.mode == "async":
        with pytest.raises(LookupError, match="mine"):
            harness.do(task.wait(timeout=30, on_change=broken_later))
    else:
        with pytest.raises(InvalidArgumentError, match="is not async"):
            harness.do(task.wait(timeout=30, on_change=broken_later))
    with pytest.raises(LookupError, match="mine"):
        harness.do(task.wait(timeout=30, until=broken))
    harness.show("work-1", "ok")
    assert harness.do(task.wait(timeout=30)).phase is Phase.SUCCEEDED


# -- Waiting again


def test_a_second_wait_tolerates_an_unknown_status_as_long_and_recovers_on_a_known_one(
    harness: ClientHarness,
) -> None:
    _, task = started(harness)
    harness.show("work-1", "odd")
    for _ in range(2):
        began = harness.clock.monotonic()
        with pytest.raises(UnknownStatusError) as caught:
            harness.do(task.wait(timeout=None))
        assert caught.value.status == "odd"
        assert 600 <= harness.clock.monotonic() - began < 615
    harness.show("work-1", "ok", answer=1)
    assert harness.do(task.result(timeout=30)) == 1


def test_an_unknown_status_can_end_a_wait_at_once_and_the_next_wait_polls_again(harness: ClientHarness) -> None:
    _, task = started(harness)
    harness.show("work-1", "odd")
    with pytest.raises(UnknownStatusError):
        harness.do(task.wait(timeout=None, poll=PollPolicy(unknown_status="raise")))
    assert harness.do(task.refresh()).known is False
    harness.clock.sleep(60)
    harness.show("work-1", "ok")
    assert harness.do(task.wait(timeout=30, poll=PollPolicy(unknown_status="raise"))).phase is Phase.SUCCEEDED


def test_the_next_wait_polls_a_lost_task_again(harness: ClientHarness) -> None:
    client, task = started(harness, START_JOB)
    harness.do(task.refresh())
    shown = harness.tasks.pop("job-1")
    with pytest.raises(TaskLostError) as caught:
        harness.do(task.wait(timeout=None))
    assert caught.value.polls >= 3
    assert task.last.phase is Phase.LOST
    for again in (task.wait, task.result, task.refresh):
        began = len(harness.requests)
        with pytest.raises(TaskLostError):
            harness.do(again(timeout=60))
        assert len(harness.requests) == began + 1
    batch = harness.do(client.tasks.wait_all([task], timeout=60))
    assert isinstance(batch.failed[task.ref], TaskLostError)
    harness.tasks["job-1"] = shown
    assert harness.do(task.refresh()).phase is Phase.QUEUED
    harness.show("job-1", "ok")
    assert harness.do(task.wait(timeout=60)).phase is Phase.SUCCEEDED


def test_a_refusal_ends_the_current_waits_and_not_the_next(harness: ClientHarness) -> None:
    _, task = started(harness)
    before = harness.respond
    harness.respond = lambda request: (403, {})
    for again in (task.wait, task.result, task.refresh):
        with pytest.raises(PollingError, match="may continue") as caught:
            harness.do(again(timeout=60))
        assert caught.value.resume_token == task.resume_token()
        assert getattr(caught.value.__cause__, "status", None) == 403
    harness.respond = before
    harness.show("work-1", "ok")
    assert harness.do(task.wait(timeout=60)).phase is Phase.SUCCEEDED


@pytest.mark.parametrize("status", [304, 409, 421, 423])
@pytest.mark.parametrize("submit", [START_WORK, START_JOB], ids=["by-id", "by-list"])
def test_a_single_odd_status_does_not_end_a_wait(harness: ClientHarness, submit: Any, status: int) -> None:
    _, task = started(harness, submit)
    before = harness.respond
    harness.respond = lambda request: (status, b"") if len(harness.requests) == 1 else before(request)
    harness.show(task.ref.id, "ok")
    assert harness.do(task.wait(timeout=60)).phase is Phase.SUCCEEDED
    assert len(harness.requests) == 2
