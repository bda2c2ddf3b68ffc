"""Several tasks at once: `client.tasks`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from tests.unit.tasks.client_harness import START_JOB, START_WORK, ClientHarness, ReceivedRequest, Reply, counted

from taskclients_core.errors import InvalidArgumentError
from taskclients_core.tasks.definition import Phase
from taskclients_core.tasks.errors import (
    PollingError,
    TaskFailedError,
    TaskInputRequiredError,
    TaskPartialError,
    TaskTimeoutError,
)
from taskclients_core.tasks.polling.policy import PollPolicy


def group(harness: ClientHarness, works: int = 0, jobs: int = 0, **options: Any) -> tuple[Any, list[Any]]:
    client = harness.client(**options)
    submissions = [START_WORK] * works + [START_JOB] * jobs
    tasks = [harness.do(client.begin(submit, body={})) for submit in submissions]
    harness.requests.clear()
    return client, tasks


def answering(status: int) -> Callable[[ReceivedRequest], Reply]:
    return lambda request: (status, {})


def test_wait_any_returns_when_the_first_has_ended(harness: ClientHarness) -> None:
    client, (one, two, three) = group(harness, works=1, jobs=2)
    harness.at(5, lambda: harness.show(two.ref.id, "ok"))
    batch = harness.do(client.tasks.wait_any([one, two, three], timeout=None))
    assert (batch.done, batch.pending, batch.failed) == ((two,), (one, three), {})
    assert harness.do(client.tasks.wait_any([one, two, three], timeout=0)).done == (two,)


def test_wait_any_returns_for_a_failure_too(harness: ClientHarness) -> None:
    client, (one, two) = group(harness, works=2)
    harness.at(5, lambda: harness.show(two.ref.id, "bad"))
    batch = harness.do(client.tasks.wait_any([one, two], timeout=None))
    assert (batch.done, batch.pending) == ((), (one,))
    assert isinstance(batch.failed[two.ref], TaskFailedError)


def test_wait_all_returns_the_error_of_each_task_and_does_not_raise(harness: ClientHarness) -> None:
    client, tasks = group(harness, works=4, jobs=2)
    ends = [("ok", {}), ("bad", {}), ("ok", {"errors": 1}), ("asking", {}), ("ok", {}), ("nothing", {})]
    for number, (task, (state, more)) in enumerate(zip(tasks, ends, strict=True)):
        harness.at(3.0 * number, partial(harness.show, task.ref.id, state, **more))
    batch = harness.do(client.tasks.wait_all(tasks, timeout=100))
    assert batch.done == (tasks[0], tasks[4], tasks[5])
    assert batch.pending == ()
    assert {ref: type(error) for ref, error in batch.failed.items()} == {
        tasks[1].ref: TaskFailedError,
        tasks[2].ref: TaskPartialError,
        tasks[3].ref: TaskInputRequiredError,
    }
    assert harness.clock.monotonic() - 1000 < 30


def test_wait_all_returns_when_the_time_is_over(harness: ClientHarness) -> None:
    client, (one, two) = group(harness, works=1, jobs=1)
    harness.at(1, lambda: harness.show(one.ref.id, "ok"))
    began = harness.clock.monotonic()
    batch = harness.do(client.tasks.wait_all([one, two], timeout=20))
    assert (batch.done, batch.pending, batch.failed) == ((one,), (two,), {})
    assert 20 <= harness.clock.monotonic() - began < 20.1


def test_fail_fast_returns_at_the_first_failure(harness: ClientHarness) -> None:
    client, (one, two, three) = group(harness, works=2, jobs=1)
    harness.at(5, lambda: harness.show(two.ref.id, "ok"))
    harness.at(10, lambda: harness.show(one.ref.id, "bad"))
    batch = harness.do(client.tasks.wait_all([one, two, three], timeout=None, fail_fast=True))
    assert (batch.done, batch.pending, list(batch.failed)) == ((two,), (three,), [one.ref])


def test_as_completed_gives_each_when_it_has_ended(harness: ClientHarness) -> None:
    client, (one, two, three) = group(harness, works=2, jobs=1)
    harness.at(4, lambda: harness.show(two.ref.id, "ok"))
    harness.at(12, lambda: harness.show(three.ref.id, "bad"))
    harness.at(30, lambda: harness.show(one.ref.id, "asking"))
    assert list(harness.each(client.tasks.as_completed([one, two, three], timeout=None))) == [two, three, one]


def test_as_completed_gives_what_has_ended_before_the_time_is_over(harness: ClientHarness) -> None:
    client, (one, two) = group(harness, works=2)
    harness.show(two.ref.id, "ok")
    found = harness.each(client.tasks.as_completed([one, two], timeout=10))
    assert next(found) is two
    with pytest.raises(TaskTimeoutError) as caught:
        next(found)
    assert caught.value.ref == one.ref


def test_nothing_to_wait_for_is_no_wait(harness: ClientHarness) -> None:
    client = harness.client()
    for wait in (client.tasks.wait_any, client.tasks.wait_all):
        batch = harness.do(wait([], timeout=None))
        assert (batch.done, batch.pending, batch.failed) == ((), (), {})
    assert list(harness.each(client.tasks.as_completed([], timeout=None))) == []
    assert list(harness.do(client.tasks.poll_once())) == []
    assert harness.requests == []


def test_a_task_given_twice_is_polled_once_and_returned_twice(harness: ClientHarness) -> None:
    client, (one,) = group(harness, works=1)
    other = client.tasks.resume(one.resume_token())
    harness.at(5, lambda: harness.show(one.ref.id, "ok"))
    batch = harness.do(client.tasks.wait_all([one, other, one], timeout=None))
    assert batch.done == (one, other, one)
    assert list(harness.each(client.tasks.as_completed((one, other), timeout=0))) == [one, other]
    assert client.tasks.stats()["polls"] == len(harness.requests)


def test_a_generator_of_tasks_is_read_once(harness: ClientHarness) -> None:
    client, tasks = group(harness, works=2)
    for task in tasks:
        harness.show(task.ref.id, "ok")
    assert harness.do(client.tasks.wait_all((task for task in tasks), timeout=30)).done == tuple(tasks)


def test_tasks_of_another_client_are_refused(harness: ClientHarness) -> None:
    client, (own,) = group(harness, works=1)
    foreign = harness.client().tasks.resume(own.resume_token())
    for wait in (client.tasks.wait_any, client.tasks.wait_all, client.tasks.as_completed):
        for wrong in ([own, foreign], [own, own.resume_token()], [None]):
            with pytest.raises(InvalidArgumentError, match="tasks:"):
                harness.do(wait(wrong, timeout=None))
    assert harness.requests == []
    view = client.with_options(deadline=5)
    assert harness.do(view.tasks.wait_any([own], timeout=0)).pending == (own,)


def test_a_long_retry_after_leaves_the_tasks_pending(harness: ClientHarness) -> None:
    client, tasks = group(harness, jobs=3)
    harness.respond = lambda request: (429, {}, {"Retry-After": "500"})
    batch = harness.do(client.tasks.wait_all(tasks, timeout=60))
    assert (batch.done, batch.pending, batch.failed) == ((), tuple(tasks), {})
    assert len(harness.requests) == 1
    assert harness.clock.monotonic() - 1000 < 20


def test_refused_or_long_failing_polls_are_an_error_of_each_task(harness: ClientHarness) -> None:
    client, tasks = group(harness, jobs=3, poll=PollPolicy(error_timeout=10))
    for status in (403, 502):
        harness.respond = answering(status)
        batch = harness.do(client.tasks.wait_all(tasks, timeout=100))
        assert (batch.done, batch.pending) == ((), ())
        assert [type(batch.failed[task.ref]) for task in tasks] == [PollingError] * 3
        assert [batch.failed[task.ref].ref for task in tasks] == [task.ref for task in tasks]


def test_poll_once_polls_all_held_tasks_once(harness: ClientHarness) -> None:
    client, tasks = group(harness, works=2, jobs=3)
    views = harness.do(client.tasks.poll_once())
    assert sorted(view.ref.id for view in views) == sorted(task.ref.id for task in tasks)
    assert counted(harness.requests, "GET", "/jobs") == 1
    assert counted(harness.requests, "GET", "/works/.*") == 2
    harness.show(tasks[0].ref.id, "ok")
    harness.do(client.tasks.poll_once())
    assert tasks[0].last.phase is Phase.SUCCEEDED
    harness.requests.clear()
    assert len(list(harness.do(client.tasks.poll_once()))) == 5
    assert counted(harness.requests, "GET", "/works/.*") == 1  # a task that has ended is not polled


def test_poll_once_returns_the_last_snapshot_where_a_poll_fails(harness: ClientHarness) -> None:
    client, _held = group(harness, works=1, jobs=1)
    before = harness.respond
    harness.do(client.tasks.poll_once())
    harness.respond = lambda request: (403, {}) if request.path == "/jobs" else before(request)
    assert len(list(harness.do(client.tasks.poll_once()))) == 2
    harness.respond = lambda request: (503, {})
    assert len(list(harness.do(client.tasks.poll_once(timeout=20)))) == 2
    harness.respond = lambda request: (401, {})
    with pytest.raises(PollingError):
        harness.do(client.tasks.poll_once())


def test_stats_count_the_requests_saved_by_sharing(harness: ClientHarness) -> None:
    client, tasks = group(harness, jobs=20)
    assert set(client.tasks.stats()) == {"polls", "requests", "waits", "served", "saved"}
    assert set(client.tasks.stats().values()) == {0}
    for task in tasks:
        harness.show(task.ref.id, "ok")
    harness.do(client.tasks.wait_all(tasks, timeout=60))
    stats = client.tasks.stats()
    assert stats["polls"] == stats["requests"] == len(harness.requests)
    assert stats["polls"] == 1
