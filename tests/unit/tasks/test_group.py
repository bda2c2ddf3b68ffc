"""Several tasks at once: `client.tasks`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from tests.unit.tasks.client_harness import START_JOB, START_WORK, Asked, Reply, Scene, counted

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


def group(scene: Scene, works: int = 0, jobs: int = 0, **options: Any) -> tuple[Any, list[Any]]:
    client = scene.client(**options)
    submits = [START_WORK] * works + [START_JOB] * jobs
    tasks = [scene.do(client.start(submit, body={})) for submit in submits]
    scene.asked.clear()
    return client, tasks


def answering(status: int) -> Callable[[Asked], Reply]:
    return lambda asked: (status, {})


def test_wait_any_returns_when_the_first_has_ended(scene: Scene) -> None:
    client, (one, two, three) = group(scene, works=1, jobs=2)
    scene.at(5, lambda: scene.show(two.ref.id, "ok"))
    batch = scene.do(client.tasks.wait_any([one, two, three], timeout=None))
    assert (batch.done, batch.pending, batch.failed) == ((two,), (one, three), {})
    assert scene.do(client.tasks.wait_any([one, two, three], timeout=0)).done == (two,)


def test_wait_any_returns_for_a_failure_too(scene: Scene) -> None:
    client, (one, two) = group(scene, works=2)
    scene.at(5, lambda: scene.show(two.ref.id, "bad"))
    batch = scene.do(client.tasks.wait_any([one, two], timeout=None))
    assert (batch.done, batch.pending) == ((), (one,))
    assert isinstance(batch.failed[two.ref], TaskFailedError)


def test_wait_all_tells_what_went_wrong_with_each_and_does_not_raise(scene: Scene) -> None:
    client, tasks = group(scene, works=4, jobs=2)
    ends = [("ok", {}), ("bad", {}), ("ok", {"errors": 1}), ("asking", {}), ("ok", {}), ("nothing", {})]
    for number, (task, (state, more)) in enumerate(zip(tasks, ends, strict=True)):
        scene.at(3.0 * number, partial(scene.show, task.ref.id, state, **more))
    batch = scene.do(client.tasks.wait_all(tasks, timeout=100))
    assert batch.done == (tasks[0], tasks[4], tasks[5])
    assert batch.pending == ()
    assert {ref: type(error) for ref, error in batch.failed.items()} == {
        tasks[1].ref: TaskFailedError,
        tasks[2].ref: TaskPartialError,
        tasks[3].ref: TaskInputRequiredError,
    }
    assert scene.clock.monotonic() - 1000 < 30


def test_wait_all_returns_when_the_time_is_over(scene: Scene) -> None:
    client, (one, two) = group(scene, works=1, jobs=1)
    scene.at(1, lambda: scene.show(one.ref.id, "ok"))
    began = scene.clock.monotonic()
    batch = scene.do(client.tasks.wait_all([one, two], timeout=20))
    assert (batch.done, batch.pending, batch.failed) == ((one,), (two,), {})
    assert 20 <= scene.clock.monotonic() - began < 20.1


def test_fail_fast_returns_at_the_first_failure(scene: Scene) -> None:
    client, (one, two, three) = group(scene, works=2, jobs=1)
    scene.at(5, lambda: scene.show(two.ref.id, "ok"))
    scene.at(10, lambda: scene.show(one.ref.id, "bad"))
    batch = scene.do(client.tasks.wait_all([one, two, three], timeout=None, fail_fast=True))
    assert (batch.done, batch.pending, list(batch.failed)) == ((two,), (three,), [one.ref])


def test_as_completed_gives_each_when_it_has_ended(scene: Scene) -> None:
    client, (one, two, three) = group(scene, works=2, jobs=1)
    scene.at(4, lambda: scene.show(two.ref.id, "ok"))
    scene.at(12, lambda: scene.show(three.ref.id, "bad"))
    scene.at(30, lambda: scene.show(one.ref.id, "asking"))
    assert list(scene.each(client.tasks.as_completed([one, two, three], timeout=None))) == [two, three, one]


def test_as_completed_gives_what_has_ended_before_the_time_is_over(scene: Scene) -> None:
    client, (one, two) = group(scene, works=2)
    scene.show(two.ref.id, "ok")
    found = scene.each(client.tasks.as_completed([one, two], timeout=10))
    assert next(found) is two
    with pytest.raises(TaskTimeoutError) as caught:
        next(found)
    assert caught.value.ref == one.ref


def test_nothing_to_wait_for_is_no_wait(scene: Scene) -> None:
    client = scene.client()
    for wait in (client.tasks.wait_any, client.tasks.wait_all):
        batch = scene.do(wait([], timeout=None))
        assert (batch.done, batch.pending, batch.failed) == ((), (), {})
    assert list(scene.each(client.tasks.as_completed([], timeout=None))) == []
    assert list(scene.do(client.tasks.poll_once())) == []
    assert scene.asked == []


def test_a_task_given_twice_is_looked_at_once_and_told_of_twice(scene: Scene) -> None:
    client, (one,) = group(scene, works=1)
    other = client.tasks.resume(one.resume_token())
    scene.at(5, lambda: scene.show(one.ref.id, "ok"))
    batch = scene.do(client.tasks.wait_all([one, other, one], timeout=None))
    assert batch.done == (one, other, one)
    assert list(scene.each(client.tasks.as_completed((one, other), timeout=0))) == [one, other]
    assert client.tasks.stats()["polls"] == len(scene.asked)


def test_a_generator_of_tasks_is_read_once(scene: Scene) -> None:
    client, tasks = group(scene, works=2)
    for task in tasks:
        scene.show(task.ref.id, "ok")
    assert scene.do(client.tasks.wait_all((task for task in tasks), timeout=30)).done == tuple(tasks)


def test_tasks_of_another_client_are_refused(scene: Scene) -> None:
    client, (own,) = group(scene, works=1)
    foreign = scene.client().tasks.resume(own.resume_token())
    for wait in (client.tasks.wait_any, client.tasks.wait_all, client.tasks.as_completed):
        for wrong in ([own, foreign], [own, own.resume_token()], [None]):
            with pytest.raises(InvalidArgumentError, match="tasks:"):
                scene.do(wait(wrong, timeout=None))
    assert scene.asked == []
    view = client.with_options(deadline=5)
    assert scene.do(view.tasks.wait_any([own], timeout=0)).pending == (own,)


def test_a_server_that_wants_to_be_left_alone_leaves_them_pending(scene: Scene) -> None:
    client, tasks = group(scene, jobs=3)
    scene.respond = lambda asked: (429, {}, {"Retry-After": "500"})
    batch = scene.do(client.tasks.wait_all(tasks, timeout=60))
    assert (batch.done, batch.pending, batch.failed) == ((), tuple(tasks), {})
    assert len(scene.asked) == 1
    assert scene.clock.monotonic() - 1000 < 20


def test_looks_that_are_refused_or_fail_too_long_are_failures_of_each(scene: Scene) -> None:
    client, tasks = group(scene, jobs=3, poll=PollPolicy(error_timeout=10))
    for status in (403, 502):
        scene.respond = answering(status)
        batch = scene.do(client.tasks.wait_all(tasks, timeout=100))
        assert (batch.done, batch.pending) == ((), ())
        assert [type(batch.failed[task.ref]) for task in tasks] == [PollingError] * 3
        assert [batch.failed[task.ref].ref for task in tasks] == [task.ref for task in tasks]


def test_once_looks_at_all_that_are_held_once(scene: Scene) -> None:
    client, tasks = group(scene, works=2, jobs=3)
    views = scene.do(client.tasks.poll_once())
    assert sorted(view.ref.id for view in views) == sorted(task.ref.id for task in tasks)
    assert counted(scene.asked, "GET", "/jobs") == 1
    assert counted(scene.asked, "GET", "/works/.*") == 2
    scene.show(tasks[0].ref.id, "ok")
    scene.do(client.tasks.poll_once())
    assert tasks[0].last.phase is Phase.SUCCEEDED
    scene.asked.clear()
    assert len(list(scene.do(client.tasks.poll_once()))) == 5
    assert counted(scene.asked, "GET", "/works/.*") == 1  # a task that has ended is not polled


def test_once_keeps_what_was_known_where_a_look_fails(scene: Scene) -> None:
    client, _held = group(scene, works=1, jobs=1)
    before = scene.respond
    scene.do(client.tasks.poll_once())
    scene.respond = lambda asked: (403, {}) if asked.path == "/jobs" else before(asked)
    assert len(list(scene.do(client.tasks.poll_once()))) == 2
    scene.respond = lambda asked: (503, {})
    assert len(list(scene.do(client.tasks.poll_once(timeout=20)))) == 2
    scene.respond = lambda asked: (401, {})
    with pytest.raises(PollingError):
        scene.do(client.tasks.poll_once())


def test_stats_tell_what_sharing_has_saved(scene: Scene) -> None:
    client, tasks = group(scene, jobs=20)
    assert set(client.tasks.stats()) == {"polls", "requests", "waits", "served", "saved"}
    assert set(client.tasks.stats().values()) == {0}
    for task in tasks:
        scene.show(task.ref.id, "ok")
    scene.do(client.tasks.wait_all(tasks, timeout=60))
    stats = client.tasks.stats()
    assert stats["polls"] == stats["requests"] == len(scene.asked)
    assert stats["polls"] == 1
