"""One poll: pages that are read, tasks that count as seen, and hostile responses."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from attrs import evolve
from tests.unit.tasks.polling_harness import (
    PollingHarness,
    Vendor,
    config_of,
    gaps,
    listed,
    paged,
    poll_once,
    reply,
    single,
)

from taskclients_core.config import CallOptions, RetryPolicy
from taskclients_core.errors import (
    ApiError,
    CallTimeoutError,
    ConnectionFailedError,
    DecodeError,
    ResponseTooLargeError,
    TransportError,
)
from taskclients_core.http_messages import HttpRequest, HttpResponse
from taskclients_core.operation import Operation, Query
from taskclients_core.tasks.definition import BoundCall, FromList, Phase, PollTiming, StatusFilter, TaskType
from taskclients_core.tasks.polling.policy import RateLimiter
from taskclients_core.tasks.polling.poll_request import PollRequest, PollResult, page_arguments, poll_tasks
from taskclients_core.tasks.polling.scheduler import classify_error
from taskclients_core.tasks.snapshot import TaskRef


def item(key: str, status: str = "run") -> dict[str, str]:
    return {"id": key, "status": status}


def poll(
    kind: TaskType[Any, Any], respond: Callable[[HttpRequest], HttpResponse | Exception], *wanted: str, **more: Any
) -> tuple[PollResult, Vendor]:
    vendor = Vendor(respond=respond)
    harness = PollingHarness(vendor, kind)
    poll_request = PollRequest(
        task_type=kind,
        ref=TaskRef("vendor", "task", wanted[0] if wanted else "", {"org": "o"}),
        wanted=more.pop("seen", None) or dict.fromkeys(wanted),
        **more,
    )
    return harness.runner.run(poll_tasks(harness.registry.config, poll_request)), vendor


def _always(response: HttpResponse, _: HttpRequest) -> HttpResponse:
    return response


THREE: dict[str, tuple[list[Any], str | None]] = {
    "": ([item("a"), item("b")], "p2"),
    "p2": ([item("c")], "p3"),
    "p3": ([item("d")], None),
}


def test_no_page_is_requested_after_the_last_awaited_task() -> None:
    """Invariant P3."""
    for wanted, pages in ({"a"}, 1), ({"a", "c"}, 2), ({"d", "a"}, 3), ({"x"}, 3):
        found, vendor = poll(listed(pages=True), paged(THREE), *sorted(wanted))
        assert found.pages == len(vendor.requests) == pages
        assert set(found.found) == wanted - {"x"}
        assert found.complete
        assert found.error is None
        assert (found.keys is not None) == (pages == 3)
    assert vendor.requests[1][1] == "/o/tasks?page=p2"


def test_everything_is_read_where_all_ids_are_wanted() -> None:
    found, _ = poll(listed(pages=True), paged(THREE), "a", read_all_pages=True)
    assert found.keys == ["a", "b", "c", "d"]
    found, _ = poll(listed(), lambda _: reply({"items": [item("a"), item("z")]}), "a")
    assert found.keys == ["a", "z"]  # a list without pages is always read to its end


def test_an_endless_list_is_given_up_and_proves_no_absence() -> None:
    """Invariant P3."""
    circle: dict[str, tuple[list[Any], str | None]] = {"": ([item("a")], "p2"), "p2": ([], "p3"), "p3": ([], "p2")}
    found, _ = poll(listed(pages=True), paged(circle), "a", "x")
    assert (found.pages, found.complete, found.keys, set(found.found)) == (3, False, None, {"a"})

    def endless(request: HttpRequest) -> HttpResponse:
        query = parse_qs(urlsplit(request.url).query)
        return reply({"items": [], "next": query.get("page", [""])[0] + "n"})

    found, _ = poll(listed(pages=True), endless, "x")
    assert (found.pages, found.complete) == (50, False)


def test_what_was_seen_before_a_page_failed_was_seen() -> None:
    def respond(request: HttpRequest) -> HttpResponse | Exception:
        return TransportError("reset") if "page=p2" in request.url else reply({"items": [item("a")], "next": "p2"})

    found, _ = poll(listed(pages=True), respond, "a", "c")
    assert set(found.found) == {"a"}
    assert not found.complete
    assert isinstance(found.error, TransportError)


def test_an_item_without_a_readable_id_proves_that_nothing_is_missing() -> None:
    found, _ = poll(listed(), lambda _: reply({"items": [item("a"), {"id": None}]}), "a", "x")
    assert set(found.found) == {"a"}
    assert not found.complete
    assert found.keys is None


def test_a_task_that_is_shown_as_before_is_not_read_again() -> None:
    raw = json.dumps(item("a")).encode()
    found, _ = poll(listed(), lambda _: reply({"items": [item("a"), item("b")]}), seen={"a": raw, "b": raw})
    assert found.found["a"] == (raw, None)
    assert found.found["b"][1] is not None


def test_a_task_alone_must_be_an_object() -> None:
    found, _ = poll(single(), lambda _: reply(item("a")), "a")
    assert found.complete
    assert found.found["a"][1] is not None
    for body in (
        b"",
        b"<html>",
        b"[]",
        b'"a"',
        b'{"id": ',
        b"\xef\xbb\xbf{}",
        b"NaN",
    ):
        found, _ = poll(single(), partial(_always, reply(body)), "a")
        assert isinstance(found.error, DecodeError), body
        assert not found.found


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>ok</html>",
        b'{"items": [',
        b'{"items": null}',
        b'{"items": {}}',
        b"[]",
        b"{}",
        b"\xef\xbb\xbf{}",
        b'{"items": [{"id": "a", "status": "r\xfcn"}]}',
        b'{"items": [{"id": "a", "n": NaN}]}',
        b'{"items": [{"id": "a", "n": ' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}]}",
    ],
)
def test_an_unexpected_response_changes_nothing(body: bytes) -> None:
    found, _ = poll(listed(), lambda _: reply(body), "a")
    assert isinstance(found.error, DecodeError)
    assert classify_error(found.error, single=False) == "transient"
    assert (found.complete, dict(found.found)) == (False, {})


def test_of_two_members_of_one_name_the_last_one_counts() -> None:
    one, _ = poll(single(), lambda _: reply(b'{"id":"a","status":"run","status":"ok"}'), "a")
    many, _ = poll(listed(), lambda _: reply(b'{"items":[],"items":[{"id":"b","id":"a","status":"ok"}]}'), "a")
    for found in (one, many):
        assert found.error is None
        assert found.complete
        assert list(found.found) == ["a"]


def test_nothing_is_tried_again_whatever_the_client_s_retries() -> None:
    vendor = Vendor(respond=lambda _: reply({}, 503))
    config = evolve(config_of(vendor.clock), options=CallOptions(retry=RetryPolicy(attempts=5), media_type="text/csv"))
    harness = PollingHarness(vendor, listed())
    poll_request = PollRequest(
        task_type=harness.kind, ref=TaskRef("vendor", "task", "a", {"org": "o"}), wanted={"a": None}
    )
    found = harness.runner.run(poll_tasks(config, poll_request))
    assert isinstance(found.error, ApiError)
    assert len(vendor.requests) == 1


def test_each_request_has_its_own_limits() -> None:
    seen: list[HttpRequest] = []

    def respond(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return reply({"items": [], "next": None})

    poll(listed(), respond, "a", timeout=7.0)
    assert seen[0].deadline is not None
    assert seen[0].deadline.seconds == 7
    assert seen[0].max_bytes == 8 * 1024 * 1024
    poll(listed(), respond, "a", timeout=7.0, until=1003.0)
    assert seen[1].deadline is not None
    assert seen[1].deadline.seconds == 3


def test_a_poll_cut_by_its_deadline_is_interrupted_and_no_failure() -> None:
    kind = listed()
    vendor = Vendor(latency=lambda: 5.0)
    harness = PollingHarness(vendor, kind)
    poll_request = PollRequest(
        task_type=kind, ref=TaskRef("vendor", "task", "a", {"org": "o"}), wanted={"a": None}, until=1002.0
    )
    found = harness.runner.run(poll_tasks(harness.registry.config, poll_request))
    assert found.interrupted
    assert isinstance(found.error, CallTimeoutError)
    expired = harness.runner.run(poll_tasks(harness.registry.config, poll_request))
    assert expired.interrupted
    assert len(vendor.requests) == 1  # no request was sent after the deadline
    slow = harness.runner.run(poll_tasks(harness.registry.config, evolve(poll_request, until=None, timeout=1.0)))
    assert not slow.interrupted
    assert isinstance(slow.error, CallTimeoutError)


def test_pages_wait_for_the_vendor_s_rate() -> None:
    throttle = RateLimiter((2, 10.0))
    throttle.record_request(1000.0)  # the first request of a poll is counted by the scheduler
    found, vendor = poll(listed(pages=True), paged(THREE), "d", throttle=throttle)
    assert found.complete
    assert vendor.times[2] == 1010.0
    throttle = RateLimiter((1, 10.0))
    throttle.record_request(1000.0)
    found, vendor = poll(listed(pages=True), paged(THREE), "d", throttle=throttle, until=1012.0)
    assert found.interrupted
    assert not found.complete


def test_a_filter_is_used_only_while_all_tasks_are_expected_to_match() -> None:
    vendor = Vendor(tasks={"a": "run", "b": "run"})

    def respond(request: HttpRequest) -> HttpResponse:
        words = parse_qs(urlsplit(request.url).query).get("status")
        return reply({"items": [item(key, word) for key, word in vendor.tasks.items() if not words or word in words]})

    vendor.respond = respond
    harness = PollingHarness(vendor, listed(PollTiming(min=2, jitter=0.0), filtered=True))
    record = harness.record("a")
    for _ in range(3):
        harness.runner.run(poll_once(record))
    assert [target.count("status=") for target in (where for _, where in vendor.requests)] == [0, 2, 2]
    vendor.tasks["a"] = "ok"
    harness.runner.run(poll_once(record))
    assert [target.count("status=") for _, target in vendor.requests[3:]] == [2, 0]
    assert gaps(vendor.times)[-1] == pytest.approx(
        2
    )  # a task that the filter hides may have ended: poll it without the filter
    assert record.terminal
    del vendor.tasks["b"]
    other = harness.record("b")
    for _ in range(4):
        harness.runner.run(poll_once(other))
    assert not any("status=" in where for _, where in vendor.requests[5:])  # a filter makes no task missing


@pytest.mark.parametrize(
    ("error", "single_", "expected"),
    [
        *[
            (status, False, "transient")
            for status in (304, 408, 409, 421, 423, 425, 429, 500, 501, 503, 505, 506, 508, 511, 599)
        ],
        *[(status, False, "refused") for status in (307, 400, 401, 403, 404, 410, 418, 451)],
        *[(status, True, "absent") for status in (404, 410)],
        (ConnectionFailedError("x"), False, "transient"),
        (CallTimeoutError("x"), False, "transient"),
        (ResponseTooLargeError("x", status=200, limit=1), False, "transient"),
        (MemoryError(), False, "refused"),
    ],
)
def test_failed_polls_are_classified(error: Any, single_: bool, expected: str) -> None:
    if isinstance(error, int):
        sent, _ = poll(listed(), lambda _: reply({}, error), "a")
        error = sent.error
    assert classify_error(error, single=single_) == expected


def test_retry_after_counts_on_any_response_and_the_longest_applies() -> None:
    found, _ = poll(listed(), lambda _: reply({"items": []}, Retry_After="30"), "a")
    assert found.retry_after == 30
    found, _ = poll(listed(), lambda _: reply({}, 429, Retry_After="7"), "a")
    assert found.retry_after == 7
    found, _ = poll(listed(PollTiming(retry_after=False)), lambda _: reply({}, 429, Retry_After="7"), "a")
    assert found.retry_after is None


@pytest.mark.parametrize(("hint", "sent"), [(str, "run"), (str | None, "run"), (list[str], ["run"])])
def test_a_filter_is_sent_as_its_parameter_takes_it(hint: Any, sent: Any) -> None:
    operation: Operation[Any] = Operation("vendor.list", "GET", "/tasks", parameters=(Query("status", hint),))
    source = FromList(
        call=BoundCall(operation), items="", key="/id", filter=StatusFilter("status", ("run",), (Phase.RUNNING,))
    )
    assert page_arguments(source, None, filtered=True) == {"status": sent}
