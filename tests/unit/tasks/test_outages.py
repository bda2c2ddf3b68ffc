"""Snapshots, timeouts and messages that callers see while the server does not answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve
from tests.unit.tasks.client_harness import START_JOB, START_WORK, ClientHarness
from tests.unit.tasks.polling_harness import PollingHarness, Vendor, listed, paged

from taskclients_core.cli.output import cli_message, details
from taskclients_core.cli.progress import Lines
from taskclients_core.deadline import deadline_after
from taskclients_core.events import Event
from taskclients_core.http_messages import HttpRequest, HttpResponse
from taskclients_core.tasks.definition import Lifetime
from taskclients_core.tasks.errors import (
    SubmissionUnknownError,
    TaskCancelledError,
    TaskFailedError,
    TaskPartialError,
    TaskTimeoutError,
)
from taskclients_core.tasks.snapshot import TaskSnapshot
from taskclients_core.tasks.waiters import wait_for_task


def outage(harness: ClientHarness, start: float, end: float) -> None:
    """Let the server refuse all requests between two times from now."""
    begin, finish, before = harness.clock.monotonic() + start, harness.clock.monotonic() + end, harness.respond
    harness.respond = lambda request: (
        (503, {"message": "down for maintenance"}) if begin <= request.at < finish else before(request)
    )


@pytest.mark.parametrize("submission", [START_WORK, START_JOB])
def test_on_change_reports_failed_polls_and_the_first_success_after_them(
    harness: ClientHarness, submission: Any
) -> None:
    client = harness.client()
    task = harness.do(client.begin(submission, body={}))
    harness.show(task.ref.id, "run", percent=8)
    outage(harness, 5, 40)
    harness.at(60, lambda: harness.show(task.ref.id, "ok", answer=1))
    seen: list[tuple[str, str | None, float]] = []

    def report(snapshot: TaskSnapshot[Any]) -> None:
        seen.append((str(snapshot.phase), snapshot.poll_error, snapshot.age))

    last = harness.do(task.wait(timeout=None, on_change=report))
    failing = [(error, age) for _, error, age in seen if error is not None]
    assert len(failing) >= 3
    assert all("503 Service Unavailable: down for maintenance (GET /" in error for error, _ in failing)
    assert [age for _, age in failing] == sorted(age for _, age in failing)
    assert failing[-1][1] > 18
    answered = [position for position, (_, error, _) in enumerate(seen) if error is None]
    assert seen[answered[1]][:2] == ("running", None)  # the first success after the outage, although nothing changed
    assert seen[-1][:2] == ("succeeded", None)
    assert last.poll_error is None


def test_a_wait_without_on_change_does_not_end_because_of_failed_polls(harness: ClientHarness) -> None:
    task = harness.do(harness.client().begin(START_WORK, body={}))
    outage(harness, 2, 30)
    harness.at(31, lambda: harness.show("work-1", "ok"))
    assert str(harness.do(task.wait(timeout=100)).phase) == "succeeded"


def test_a_timeout_during_an_outage_names_the_last_success_and_the_failures_since(harness: ClientHarness) -> None:
    task = harness.do(harness.client().begin(START_WORK, body={}))
    harness.show("work-1", "run")
    outage(harness, 5, 1000)
    with pytest.raises(TaskTimeoutError) as caught:
        harness.do(task.wait(timeout=60))
    message = str(caught.value)
    assert message.startswith(f"{task.ref}: the task is running after 60.0 s (the last poll succeeded 5")
    assert " s ago, at " in message
    assert (
        "polls have failed since, the last with: demo.get_work: 503 Service Unavailable: "
        "down for maintenance (GET /works/work-1)); it may continue, wait again or resume it with its resume_token"
    ) in message
    assert caught.value.last is not None
    assert caught.value.last.poll_error is not None
    assert re.search("running, status='run', last polled 5. s ago", repr(caught.value.last))


def test_a_timeout_without_any_successful_poll_names_the_failures(harness: ClientHarness) -> None:
    task = harness.do(harness.client().begin(START_WORK, body={}))
    outage(harness, 0, 1000)
    with pytest.raises(TaskTimeoutError, match=r"has not been seen yet after 30.0 s .no poll has succeeded; . polls"):
        harness.do(task.wait(timeout=30))


def test_the_command_line_shows_the_time_since_the_last_response(
    harness: ClientHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    task = harness.do(harness.client().begin(START_WORK, body={}))
    harness.show("work-1", "run", percent=8)
    outage(harness, 5, 40)
    harness.at(50, lambda: harness.show("work-1", "ok"))
    lines = Lines(quiet=False)
    harness.do(task.wait(timeout=None, on_change=lines.show))
    shown = [line for line in capsys.readouterr().err.splitlines() if "no response for" in line]
    assert shown[0].startswith("demo.work work-1: running, run, 8%, no response for ")
    assert len(set(shown)) == len(shown) > 2
    assert details(task.last) == []


@pytest.mark.parametrize(
    ("state", "more", "kind", "said"),
    [
        ("bad", {}, TaskFailedError, "the task failed (status 'bad'): row 3: no price; at https://files.example/…"),
        ("off", {}, TaskCancelledError, "was cancelled on the server (status 'off'): row 3: no price"),
        ("ok", {"errors": 2}, TaskPartialError, "succeeded with errors (status 'ok'): row 3: no price"),
    ],
)
def test_the_error_of_a_task_contains_the_messages_of_the_vendor(
    harness: ClientHarness, state: str, more: Any, kind: type[Exception], said: str
) -> None:
    task = harness.do(harness.client().begin(START_WORK, body={}))
    notes = [{"text": "row 3:\n no price"}, {"text": "at https://files.example/x?sig=1"}, {"text": "three"}]
    harness.show("work-1", state, notes=[*notes, {"text": "four"}], **more)
    with pytest.raises(kind) as caught:
        harness.do(task.result(timeout=30))
    assert said in str(caught.value)
    assert "three (and 1 more); " in str(caught.value)


def test_the_event_of_a_start_names_the_operation_that_was_called_and_its_path(harness: ClientHarness) -> None:
    events: list[Event] = []
    client = harness.client("https://demo.example/v2", on_event=events.append)
    harness.respond = lambda request: harness.vendor(evolve(request, path=request.path.removeprefix("/v2")))
    task = harness.do(client.begin(START_JOB, body={}))
    (submit,) = [event for event in events if event.kind == "submit"]
    assert str(submit) == f"demo.begin_job: submit of {task.ref} (POST https://demo.example/v2/jobs)"


def test_a_start_of_unknown_outcome_names_the_functions_that_resolve_it(harness: ClientHarness) -> None:
    harness.respond = lambda _: (503, {"message": "down for maintenance"})
    with pytest.raises(SubmissionUnknownError) as caught:
        harness.do(harness.client().begin(START_JOB, body={}, idempotency_key="nightly"))
    message = str(caught.value)
    assert "demo.begin_job: it is unknown if the task was begun (key 'nightly'): " in message
    assert "503 Service Unavailable: down for maintenance (POST /jobs)" in message
    for function in ("`tasks.resolve(key, candidate)`", "`tasks.discard(key)`", "`tasks.unresolved()`"):
        assert function in message
    shown = cli_message(caught.value)
    for command in ("`resolve KEY RESUME-TOKEN`", "`discard KEY`", "`recover`"):
        assert command in shown
    assert "tasks." not in shown


@pytest.mark.parametrize(
    ("pages", "reason"),
    [
        (
            paged({"": ([], "1"), "1": ([], "2"), "2": ([], None)}),
            "it has more than 2 pages, the maximum of the spec (poll.pages.max)",
        ),
        (paged({"": ([], "1"), "1": ([], "1")}), "the token of its next page repeats"),
        (paged({"": ([{"id": {}}], None)}), "1 of its items have no readable id"),
    ],
)
def test_a_timeout_gives_the_reason_why_a_list_may_not_show_the_task(
    pages: Callable[[HttpRequest], HttpResponse], reason: str
) -> None:
    harness = PollingHarness(Vendor(respond=pages), listed(pages=True, most=2 if "2 pages" in reason else 50))
    clock = harness.vendor.clock
    with pytest.raises(TaskTimeoutError) as caught:
        harness.runner.run(wait_for_task(harness.registry, harness.record("a"), deadline_after(60, clock.monotonic)))
    assert f"(the list does not show it and was not read completely: {reason}); it continues" in str(caught.value)


def test_a_timeout_counts_the_polls_that_did_not_find_the_task() -> None:
    harness = PollingHarness(Vendor(), listed(lifetime=Lifetime(missing_polls=100)))
    clock = harness.vendor.clock
    with pytest.raises(TaskTimeoutError, match=r"not been seen yet after 60\.0 s \(\d+ polls did not find it\)"):
        harness.runner.run(wait_for_task(harness.registry, harness.record("a"), deadline_after(60, clock.monotonic)))
