"""Submission: a task is begun at most once, whatever happens to the request, and none is lost silently."""

from __future__ import annotations

import json
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from tests.unit.tasks.submission_harness import (
    BEGIN,
    OUTCOMES,
    SIMILAR,
    TASK_TYPE,
    UNIQUE,
    Killed,
    LastingMemory,
    Process,
    RequestOutcome,
    Vendor,
    dying_at,
    http_response,
    start,
)

from dragoman.testing import VirtualClock
from taskclients_core.config import CallOptions, RetryPolicy
from taskclients_core.errors import (
    ApiError,
    BadRequestError,
    CallTimeoutError,
    ClientError,
    ConnectionFailedError,
    InvalidArgumentError,
    TransportError,
)
from taskclients_core.events import captured_responses
from taskclients_core.operation import Binary, Multipart, Operation, Query, Upload
from taskclients_core.tasks.definition import BoundCall, FromItem, FromList, ListPages, Phase, ReconcileRule, TaskType
from taskclients_core.tasks.errors import JournalError, SubmissionUnknownError
from taskclients_core.tasks.expressions import ExpressionContext
from taskclients_core.tasks.journal.entry import fingerprint, make_lease
from taskclients_core.tasks.journal.journal import Journal
from taskclients_core.tasks.snapshot import TaskRef
from taskclients_core.tasks.submission import submit
from taskclients_core.tasks.submission.reconcile import Candidates, ListedTask, pick_candidate
from taskclients_core.tasks.submission.send import lease_seconds, prepare

BY_NAME = {outcome.name: outcome for outcome in OUTCOMES}


def vendor_with(*names: str) -> Vendor:
    """Return a vendor whose requests have these outcomes in turn, repeating the last one."""
    return Vendor(outcome=lambda number: BY_NAME[names[min(number, len(names) - 1)]])


def submitted(process: Process, **start: Any) -> Any:
    """Return the task's state or the error of a submission."""
    try:
        return process.submit(**start)
    except ClientError as error:
        return error


def test_a_start_is_one_request_and_gives_the_task() -> None:
    process = Process(Vendor(), LastingMemory())
    record = process.submit()
    assert record.ref == TaskRef("booster", "task", "task-0")
    assert record.started == process.clock.monotonic()
    assert len(process.vendor.posts) == 1
    assert [event.kind for event in process.events if event.task] == ["submit"]
    (entry,) = process.registry.journal.open_entries("booster", "default")
    assert (entry.state, entry.ref) == ("accepted", record.ref)
    assert process.registry.journal_keys(record, unfinished=True) == [entry.key]


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: outcome.name)
@pytest.mark.parametrize("retry", [None, RetryPolicy()], ids=["once", "retry"])
def test_a_request_that_may_have_been_sent_is_not_sent_again(
    outcome: RequestOutcome, retry: RetryPolicy | None
) -> None:
    """Invariant S3."""
    journal = LastingMemory()
    process = Process(Vendor(outcome=lambda _: outcome), journal, options=CallOptions(retry=retry))
    caught = submitted(process)
    left = [entry.name for entry in journal.open_entries("booster", "default")]
    if isinstance(caught, SubmissionUnknownError):
        assert not outcome.known
        assert not outcome.arrives  # else it is found by its unique name
        assert left == [caught.key]
    elif isinstance(caught, ApiError | TransportError):
        assert outcome.known
        assert not left
    else:
        assert outcome.arrives
        assert len(left) == 1
    assert len(process.vendor.posts) == (1 if outcome.sent or outcome.status else 0)
    assert len(process.vendor.begun) == outcome.arrives


def test_a_request_that_was_not_sent_is_retried_at_most_twice() -> None:
    """Invariant S3."""
    tries: list[int] = []

    def outcome(number: int) -> RequestOutcome:
        tries.append(number)
        return BY_NAME["never left"]

    with pytest.raises(ConnectionFailedError):
        Process(Vendor(outcome=outcome), LastingMemory(), options=CallOptions(retry=RetryPolicy(attempts=9))).submit()
    assert len(tries) == 3
    tries.clear()
    with pytest.raises(ConnectionFailedError):
        Process(Vendor(outcome=outcome), LastingMemory()).submit()
    assert len(tries) == 1


def test_a_put_is_not_sent_again_either() -> None:
    put = Operation("booster.put", "PUT", "/exports", parameters=BEGIN.parameters, body=BEGIN.body, returns=Any)
    vendor = vendor_with("failed before")
    with pytest.raises(SubmissionUnknownError):
        Process(vendor, None, submit_=start(operation=put), options=CallOptions(retry=RetryPolicy())).submit()
    assert len(vendor.posts) == 1


def test_an_invalid_submission_is_refused_before_it_is_recorded() -> None:
    journal = LastingMemory()
    process = Process(Vendor(), journal, submit_=start(scope={"brand": "$request.query.brand"}))
    with pytest.raises(InvalidArgumentError, match="body"):
        process.run(submit.submit(process.registry, process.submit_, ("x", None), None, None))
    with pytest.raises(InvalidArgumentError, match="brand is needed to find the task again"):
        process.submit()
    for key in ("", "x" * 201, "a\nb", 5):
        with pytest.raises(InvalidArgumentError, match="key"):
            process.submit(brand="b", key=key)  # type: ignore[arg-type]
    assert not process.vendor.posts
    assert not journal.open_entries("booster", "default")
    assert process.submit(brand="b").ref.scope == {"brand": "b"}


# -- Unknown submissions


@pytest.mark.parametrize("journal", [None, LastingMemory()], ids=["no journal", "journal"])
def test_a_single_new_task_with_a_unique_echo_is_resolved(journal: Any) -> None:
    """Invariant S8."""
    vendor = vendor_with("response lost")
    vendor.tasks.append({"asyncTaskId": "old", "status": "COM", "name": "other"})
    process = Process(vendor, journal)
    record = process.submit()
    assert record.ref.id == "task-0"
    assert process.slept == [5.0]
    assert [event.kind for event in process.events if event.task] == ["resolve"]


@pytest.mark.parametrize("journal", [None, LastingMemory()], ids=["no journal", "journal"])
def test_an_echo_that_is_not_unique_raises_and_lists_candidates(journal: Any) -> None:
    """Invariant S8."""
    process = Process(vendor_with("response lost"), journal, submit_=start(reconcile=SIMILAR))
    with pytest.raises(SubmissionUnknownError) as caught:
        process.submit(key="mine")
    assert caught.value.candidates == (TaskRef("booster", "task", "task-0"),)
    assert caught.value.key == "mine"
    assert caught.value.sent_at.timestamp() == 1_700_000_000.0
    assert isinstance(caught.value.__cause__, CallTimeoutError)
    # The caller decides.
    record = process.registry.state_for(caught.value.candidates[0], TASK_TYPE)
    process.run(submit.resolve(process.registry, "mine", record))
    assert process.submit(key="mine") is record
    assert len(process.vendor.posts) == 1


def test_two_matching_tasks_are_not_resolved() -> None:
    """Invariant S8."""
    vendor = vendor_with("response lost")
    vendor.foreign = "nightly"
    with pytest.raises(SubmissionUnknownError) as caught:
        Process(vendor, LastingMemory()).submit()
    assert {ref.id for ref in caught.value.candidates} == {"foreign", "task-0"}


def test_a_task_that_existed_before_is_not_resolved() -> None:
    """Invariant S8."""
    vendor = vendor_with("lost on the way")
    vendor.tasks.append({"asyncTaskId": "yesterday", "status": "COM", "name": "nightly"})
    with pytest.raises(SubmissionUnknownError) as caught:
        Process(vendor, LastingMemory()).submit()
    assert caught.value.candidates == ()


def test_a_new_task_is_not_resolved_if_an_older_one_has_the_same_echo() -> None:
    """Invariant S8."""
    vendor = vendor_with("response lost")
    vendor.tasks.append({"asyncTaskId": "yesterday", "status": "COM", "name": "nightly"})
    with pytest.raises(SubmissionUnknownError) as caught:
        Process(vendor, LastingMemory()).submit()
    assert [ref.id for ref in caught.value.candidates] == ["task-0"]


def test_the_task_of_another_submission_is_not_resolved() -> None:
    """Invariant S8."""
    journal = LastingMemory()
    vendor = vendor_with("well", "lost on the way")
    process = Process(vendor, journal)
    first = process.submit()
    # The list cannot be read before the second submission, and contains the first one's task after it.
    lists = [http_response(500, b""), http_response(200, b'[{"asyncTaskId": "task-0", "name": "nightly"}]')]
    vendor.listing = lambda: lists.pop(0)
    with pytest.raises(SubmissionUnknownError):
        process.submit()
    assert [entry.ref for entry in journal.open_entries("booster", "default")] == [first.ref, None]


@pytest.mark.parametrize(
    "listing",
    [
        http_response(500, b""),
        http_response(200, b"<html>"),
        http_response(200, b'{"items": []}'),
        http_response(200, b'[{"asyncTaskId": "task-0", "name": "nightly"}, {"name": "nightly"}]'),
        http_response(200, b'[{"asyncTaskId": "task-0", "name": "nightly"}'),
        http_response(200, b""),
        http_response(401, b""),
    ],
)
def test_a_list_that_cannot_be_read_in_full_proves_nothing(listing: Any) -> None:
    vendor = vendor_with("response lost")
    vendor.listing = lambda: listing
    with pytest.raises(SubmissionUnknownError):
        Process(vendor, LastingMemory()).submit()
    assert len(vendor.posts) == 1


def paged(most: int = 50) -> TaskType[Any, None]:
    operation = Operation("booster.list", "GET", "/tasks", parameters=(_query("t"),), returns=Any)
    pages = ListPages(token="/next", parameter="t", max_pages=most)
    observe = FromList(call=BoundCall(operation), items="/items", key="/id", pages=pages)
    return TaskType(name="booster.task", model=Any, poll=observe, state=TASK_TYPE.state)


def _query(name: str) -> Any:
    return Query(name, str)


def test_all_pages_are_searched() -> None:
    vendor = vendor_with("response lost")
    empty = http_response(200, b'{"items": []}')
    first = http_response(200, b'{"items": [{"id": 7, "name": "other"}], "next": "2"}')
    second = http_response(200, b'{"items": [{"id": 8, "name": "nightly"}]}')
    lists = [empty, first, second]
    vendor.listing = lambda: lists.pop(0)
    assert Process(vendor, None, submit_=start(task_type=paged())).submit().ref.id == "8"


@pytest.mark.parametrize("most", [1, 50])
def test_pages_that_do_not_end_prove_nothing(most: int) -> None:
    vendor = vendor_with("response lost")
    empty = http_response(200, b'{"items": []}')
    lists = [empty, *[http_response(200, b'{"items": [{"id": 8, "name": "nightly"}], "next": "2"}')] * 3]
    vendor.listing = lambda: lists.pop(0)
    with pytest.raises(SubmissionUnknownError) as caught:
        Process(vendor, None, submit_=start(task_type=paged(most))).submit()
    assert [ref.id for ref in caught.value.candidates] == ["8"]


@pytest.mark.parametrize(
    ("sent", "shown", "same"),
    [
        (1, "1", True),
        (1, "1.0", True),
        (1, "true", False),
        (True, "1", False),
        ("1", "1", False),
        ("é", '"\\u00e9"', True),
        (None, "null", False),
        ({"a": [1, 2]}, '{"a": [1.0, 2e0]}', True),
        (2**70, str(2**70), True),
    ],
)
def test_an_echo_is_compared_as_json_is(sent: object, shown: str, same: bool) -> None:
    vendor = vendor_with("response lost")
    lists = [http_response(200, b"[]"), http_response(200, f'[{{"asyncTaskId": "a", "name": {shown}}}]'.encode())]
    vendor.listing = lambda: lists.pop(0)
    process = Process(vendor, None)
    if same:
        assert process.submit(sent).ref.id == "a"
    else:
        with pytest.raises(SubmissionUnknownError):
            process.submit(sent)


def test_without_a_baseline_an_older_task_is_not_resolved() -> None:
    vendor = vendor_with("lost on the way")
    lists = [
        http_response(500, b""),
        http_response(200, b'[{"asyncTaskId": "a", "name": "nightly", "created": "2023-11-01T00:00:00Z"}]'),
    ]
    vendor.listing = lambda: lists.pop(0)
    reconcile = ReconcileRule(match=UNIQUE.match, unique=True, created="/created", settle=0)
    with pytest.raises(SubmissionUnknownError) as caught:
        Process(vendor, None, submit_=start(reconcile=reconcile)).submit()
    assert caught.value.candidates == ()


# -- The list before a submission


@pytest.mark.parametrize("submit", [start(reconcile=SIMILAR), start(reconcile=None)], ids=["similar", "none"])
def test_a_plain_start_is_one_request(submit: Any) -> None:
    process = Process(Vendor(), None, submit_=submit)
    process.submit()
    assert (process.vendor.gets, len(process.vendor.posts)) == (0, 1)


def crowded(number: int) -> Vendor:
    """Return a vendor with many tasks that repeat the request, and no response to a submission."""
    vendor = vendor_with("response lost")
    vendor.tasks += [{"asyncTaskId": f"old-{at}", "status": "COM", "name": "nightly"} for at in range(number)]
    return vendor


def test_candidates_without_a_baseline_are_reported_as_unfiltered() -> None:
    process = Process(crowded(8000), None, submit_=start(reconcile=SIMILAR))
    with pytest.raises(SubmissionUnknownError) as caught:
        process.submit(key="k")
    error = caught.value
    assert error.total == 8001
    assert [ref.id for ref in error.candidates] == ["task-0", *(f"old-{7999 - at}" for at in range(19))]
    assert "8001 listed tasks repeat the request (unfiltered: the list was not read before the submission" in str(error)
    assert "the last 20 are task-0, old-7999, " in str(error)
    assert "tasks.resolve(key, candidate)" in str(error)
    (submission,) = process.run(submit.unresolved(process.registry))
    assert (submission.total, submission.candidates) == (None, ())


def test_the_scheduler_s_last_snapshot_filters_candidates_without_a_request() -> None:
    process = Process(crowded(8000), None, submit_=start(reconcile=SIMILAR))
    scheduler = process.registry._scheduler_for(
        process.registry.state_for(TaskRef("booster", "task", "old-0"), TASK_TYPE)
    )
    scheduler.keys = tuple(task["asyncTaskId"] for task in process.vendor.tasks)
    with pytest.raises(SubmissionUnknownError, match="without those that were listed before the submission") as caught:
        process.submit()
    assert ([ref.id for ref in caught.value.candidates], caught.value.total) == (["task-0"], 1)
    assert process.vendor.gets == 1  # after the submission, none before it


def test_candidates_are_ordered_by_their_time_if_they_show_one() -> None:
    vendor = vendor_with("lost on the way")
    days = ["14T22:13:21", "14T22:13:23", "14T22:13:22", "01T00:00:00"]
    vendor.tasks += [
        {"asyncTaskId": str(at), "name": "nightly", "created": f"2023-11-{day}Z"} for at, day in enumerate(days)
    ]
    reconcile = ReconcileRule(match=UNIQUE.match, unique=False, created="/created", settle=0)
    with pytest.raises(SubmissionUnknownError, match="without those that were created before the submission") as caught:
        Process(vendor, None, submit_=start(reconcile=reconcile)).submit()
    assert [ref.id for ref in caught.value.candidates] == ["1", "2", "0"]


def test_many_listed_tasks_are_not_compared_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Regression: 8,000 tasks of one brand took 32 million comparisons in the event loop."""
    compared = 0
    equal = ListedTask.__eq__

    def counted(one: ListedTask, other: object) -> Any:
        nonlocal compared
        compared += 1
        return equal(one, other)

    process = Process(crowded(8000), LastingMemory())  # `unique: true`, so that the list is read before the submission
    monkeypatch.setattr(ListedTask, "__eq__", counted)
    with pytest.raises(SubmissionUnknownError) as caught:
        process.submit()
    assert (caught.value.total, process.vendor.gets) == (1, 2)
    assert compared <= 8000
    assert all(process.heavy), "an event loop would stand still"


def test_the_baseline_is_a_set_lookup() -> None:
    class Digests(tuple[str, ...]):
        def __contains__(self, _: object) -> bool:
            raise AssertionError("digests are searched one by one")

    process = Process(Vendor(), None)
    entry = prepare(process.registry, process.submit_, (None, None), {"name": "nightly"}, "k").entry
    baseline = Digests(fingerprint(str(number)) for number in range(8000))
    shown = Candidates({entry.key: {ListedTask(str(number), None): None for number in range(8001)}}, complete=True)
    found = process.run(pick_candidate(process.submit_, [evolve(entry, baseline=baseline)], shown))
    assert (found[entry.key].candidates, found[entry.key].total) == (("8000",), 1)
    assert process.heavy == [True]


def test_the_list_before_a_start_takes_at_most_half_of_its_deadline() -> None:
    vendor = Vendor()
    process = Process(vendor, None, submit_=start(task_type=paged()), options=CallOptions(deadline=1.0))

    def listing() -> Any:
        process.clock.advance(0.3)
        return http_response(200, b'{"items": [], "next": "%d"}' % vendor.gets)

    vendor.listing = listing
    assert process.submit().ref.id == "task-0"
    assert vendor.gets == 2
    deadline = vendor.posts[0].deadline
    assert deadline is not None
    assert deadline.at == pytest.approx(process.clock.monotonic() + 0.4)


def test_a_page_is_not_searched_beyond_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    vendor = crowded(1000)
    vendor.outcome = lambda _: BY_NAME["well"]
    process = Process(vendor, None, options=CallOptions(deadline=1.0))

    def listing() -> Any:
        process.clock.advance(0.6)
        return http_response(200, json.dumps(vendor.tasks).encode())

    def marked(value: object, salt: str) -> str:
        raise AssertionError("an item is looked at")

    vendor.listing = listing
    monkeypatch.setattr("taskclients_core.tasks.submission.reconcile.value_fingerprint", marked)
    assert process.submit().ref.id == "task-0"
    assert vendor.gets == 1


def test_without_a_list_an_unknown_submission_raises_at_once() -> None:
    single: TaskType[Any, None] = TaskType(
        name="mk.process", model=Any, poll=FromItem(TASK_TYPE.poll.call), state=TASK_TYPE.state
    )
    for single_start in (start(task_type=single), start(reconcile=None)):
        process = Process(vendor_with("response lost"), LastingMemory(), submit_=single_start)
        with pytest.raises(SubmissionUnknownError):
            process.submit()
        assert process.vendor.gets == 0
        assert not process.slept


def test_a_response_with_a_readable_id_begins_the_task() -> None:
    for content in (
        b'{"asyncTaskId": "x", "n": NaN, "m": "\xff"}',
        b'\xef\xbb\xbf{"asyncTaskId": "x", "status": 5, "a": 1, "a": 2}',
    ):
        vendor = Vendor(outcome=lambda _, content=content: RequestOutcome("odd", arrives=True, content=content))  # type: ignore[misc]
        assert Process(vendor, None).submit().ref.id == "x"
    vendor = Vendor(
        outcome=lambda _: RequestOutcome("number", arrives=True, content=b'{"asyncTaskId": 12345678901234567890}')
    )
    assert Process(vendor, None).submit().ref.id == "12345678901234567890"


@pytest.mark.parametrize(
    "content", [b'{"asyncTaskId": null}', b'{"asyncTaskId": ""}', b'{"asyncTaskId": true}', b'{"asyncTaskId": {}}']
)
def test_an_invalid_id_leaves_the_submission_unknown(content: bytes) -> None:
    vendor = Vendor(outcome=lambda _: RequestOutcome("odd", arrives=False, content=content))
    with pytest.raises(SubmissionUnknownError):
        Process(vendor, None).submit()


def test_only_the_declared_statuses_begin_the_task() -> None:
    with pytest.raises(SubmissionUnknownError):
        Process(vendor_with("created"), None, submit_=start(accepted=(202,), reconcile=None)).submit()
    assert Process(vendor_with("accepted"), None, submit_=start(accepted=(202,))).submit().ref.id == "task-0"


def test_the_scope_may_come_from_the_response() -> None:
    scope = {"brand": "$request.query.brand", "task": "$response.body#/asyncTaskId", "gone": "$response.body#/x"}
    process = Process(Vendor(), LastingMemory(), submit_=start(scope=scope))
    assert process.submit(brand="b").ref.scope == {"brand": "b", "task": "task-0"}
    assert process.vendor.gets == 0  # the arguments of the list are not known before


def test_a_refusal_raises_what_the_call_raises() -> None:
    process = Process(vendor_with("refused"), LastingMemory())
    with pytest.raises(BadRequestError) as caught:
        process.submit(key="k")
    assert caught.value.body == {"message": "no"}
    assert len(caught.value.attempts) == 1
    process.vendor.outcome = lambda _: BY_NAME["well"]
    assert process.submit(key="k").ref.id == "task-0"  # the key is free again


# -- Keys


def test_the_same_key_and_request_is_the_same_task() -> None:
    journal = LastingMemory()
    vendor = Vendor()
    process = Process(vendor, journal)
    record = process.submit(key="2026-11-22")
    assert process.submit(key="2026-11-22") is record
    other = Process(vendor, journal)  # another client, or another day
    assert other.submit(key="2026-11-22").ref == record.ref
    for key in process.registry.journal_keys(record, unfinished=True):
        journal.settle(key, Phase.SUCCEEDED)
    assert other.submit(key="2026-11-22").ref == record.ref
    assert len(vendor.posts) == 1
    assert other.submit(key="2026-11-23").ref.id == "task-1"


def test_the_same_key_for_another_request_is_a_mistake() -> None:
    process = Process(Vendor(), LastingMemory())
    process.submit("a", key="k")
    with pytest.raises(InvalidArgumentError, match=r"'k' belongs to another request since 2023-11-14.*other arguments"):
        process.submit("b", key="k")
    with pytest.raises(InvalidArgumentError, match="other arguments"):
        process.submit("a", key="k", brand="x")
    assert len(process.vendor.posts) == 1


def test_keys_of_other_accounts_are_other_keys() -> None:
    journal = LastingMemory()
    vendor = Vendor()
    first = Process(vendor, journal, account="a").submit(key="k")
    second = Process(vendor, journal, account="b").submit(key="k")
    assert first.ref != second.ref


def test_without_a_journal_keys_hold_in_one_client() -> None:
    vendor = Vendor()
    process = Process(vendor, None)
    assert process.submit(key="k") is process.submit(key="k")
    assert Process(vendor, None).submit(key="k").ref.id == "task-1"


def test_the_order_of_members_makes_no_other_request() -> None:
    process = Process(Vendor(), LastingMemory())

    def begin(body: object) -> Any:
        return process.run(submit.submit(process.registry, process.submit_, (None, None), body, "k"))

    assert begin({"name": "a", "b": 1}) is begin({"b": 1, "name": "a"})


def test_bodies_that_are_files_are_compared_by_their_content(tmp_path: Path) -> None:
    files: Operation[Any] = Operation("booster.import", "POST", "/imports", body=Multipart(Any), returns=Any)
    vendor = Vendor()
    vendor.send = lambda request: http_response(200, b'{"asyncTaskId": "a"}')  # type: ignore[method-assign]
    process = Process(vendor, LastingMemory(), submit_=start(operation=files, reconcile=None))

    def begin(content: Any) -> Any:
        body = {"kind": "cars", "file": Upload(content, filename="a.csv")}
        return process.run(submit.submit(process.registry, process.submit_, (), body, "k"))

    path = tmp_path / "a.csv"
    path.write_bytes(b"1;2\n" * 100_000)
    assert begin(path) is begin(path)
    with path.open("rb") as file:
        assert begin(file) is begin(path)
    path.write_bytes(b"1;3\n" * 100_000)
    with pytest.raises(InvalidArgumentError, match="another request"):
        begin(path)
    with pytest.raises(InvalidArgumentError, match="read only once"):
        begin(iter([b"1"]))


def test_an_error_of_a_body_propagates_and_leaves_the_submission_unknown() -> None:
    binary: Operation[Any] = Operation("booster.import", "POST", "/imports", body=Binary(), returns=Any)
    journal = LastingMemory()
    process = Process(Vendor(), journal, submit_=start(operation=binary, reconcile=None))

    def pieces() -> Any:
        yield b"1"
        raise RuntimeError("mine")

    def send(request: Any) -> Any:
        b"".join(request.content.open())

    process.vendor.send = send  # type: ignore[method-assign]
    with pytest.raises(RuntimeError, match="mine") as caught:
        process.run(submit.submit(process.registry, process.submit_, (), pieces(), None))
    (entry,) = journal.open_entries("booster", "default")
    assert entry.state == "unknown"
    assert entry.name in caught.value.__notes__[0]
    # An asynchronous body is refused before anything is sent.
    journal.discard(entry.key)

    def refuse(request: Any) -> Any:
        raise InvalidArgumentError("body: an asynchronous iterable")

    process.vendor.send = refuse  # type: ignore[method-assign]
    with pytest.raises(InvalidArgumentError):
        process.run(submit.submit(process.registry, process.submit_, (), iter([b"1"]), None))
    assert not journal.open_entries("booster", "default")


def test_a_key_in_a_header_makes_it_safe_to_send_again() -> None:
    vendor = vendor_with("response lost", "failed before", "well")
    submit = start(idempotency_header="Idempotency-Key")
    process = Process(vendor, LastingMemory(), submit_=submit, options=CallOptions(retry=RetryPolicy()))
    process.submit(key="k-1")
    assert [dict(request.headers)["Idempotency-Key"] for request in vendor.posts] == ["k-1"] * 3
    vendor.posts.clear()
    process.submit()
    assert len(dict(vendor.posts[0].headers)["Idempotency-Key"]) == 32
    with pytest.raises(InvalidArgumentError, match="key"):
        process.submit(key="ключ")
    vendor.posts.clear()
    vendor.outcome = lambda _: BY_NAME["response lost"]
    plain = Process(vendor, LastingMemory(), submit_=start(idempotency_header="Idempotency-Key", reconcile=None))
    with pytest.raises(SubmissionUnknownError):
        plain.submit()
    assert len(vendor.posts) == 1  # without `retry`, nothing is sent again


def test_a_key_in_a_header_does_not_turn_a_later_refusal_into_certainty() -> None:
    vendor = vendor_with("response lost", "refused")
    submit = start(idempotency_header="Idempotency-Key", reconcile=None)
    with pytest.raises(SubmissionUnknownError):
        Process(vendor, LastingMemory(), submit_=submit, options=CallOptions(retry=RetryPolicy())).submit()


# -- Crashes and interruptions


class Interrupted(BaseException):
    """A BaseException such as KeyboardInterrupt."""


@pytest.mark.parametrize("error", [KeyboardInterrupt, Interrupted, GeneratorExit])
def test_an_interruption_propagates_and_is_recorded(error: type[BaseException]) -> None:
    journal = LastingMemory()
    process = Process(Vendor(), journal)
    send = process.vendor.send

    def interrupted(request: Any) -> Any:
        if request.method == "POST":
            send(request)
            raise error
        return send(request)

    process.vendor.send = interrupted  # type: ignore[method-assign]
    with pytest.raises(error):
        process.submit(key="k")
    (entry,) = journal.open_entries("booster", "default")
    assert entry.state == "intended"
    # The same process may continue at once.
    process.vendor.send = send  # type: ignore[method-assign]
    assert process.submit(key="k").ref.id == "task-0"
    assert len(process.vendor.posts) == 1


@pytest.mark.parametrize("after", [False, True])
def test_a_journal_that_cannot_be_written_raises_journal_error(after: bool) -> None:
    """Invariant S5."""

    class Full(LastingMemory):
        full = False

        def intend(self, entry: Any, **options: Any) -> Any:
            if self.full:
                raise JournalError("the disk is full")
            return super().intend(entry, **options)

        def accept(self, key: str, ref: TaskRef) -> None:
            raise OSError(28, "No space left on device")

    journal = Full()
    process = Process(Vendor(), journal)
    journal.full = not after
    with pytest.raises(JournalError) as caught:
        process.submit()
    assert len(process.vendor.posts) == after
    if after:
        assert caught.value.resume_token is not None
        assert TaskRef.parse(caught.value.resume_token) == TaskRef("booster", "task", "task-0")
        # Recovery finds the task.
        journal.accept = LastingMemory.accept.__get__(journal)  # type: ignore[method-assign]
        assert process.recover() == [caught.value.ref]
    else:
        assert caught.value.ref is None


class Running(VirtualClock):
    """Clock that takes real time to advance, so that other threads run."""

    def advance(self, seconds: float) -> None:
        time.sleep(seconds)
        super().advance(seconds)


@pytest.mark.parametrize("make", [LastingMemory, Journal])
def test_eight_threads_with_one_key_begin_one_task(make: Any, tmp_path: Path) -> None:
    """Invariant S4."""
    journal = make() if make is LastingMemory else make(tmp_path / "journal")
    vendor = Vendor()
    process = Process(vendor, journal, clock=Running())
    gate = threading.Barrier(8)
    found: list[TaskRef] = []

    def work() -> None:
        gate.wait()
        found.append(process.submit(key="k").ref)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(vendor.posts) == 1
    assert found == [TaskRef("booster", "task", "task-0")] * 8
    journal.close()


def test_a_submission_under_way_elsewhere_is_awaited() -> None:
    """Hold a lease in another process, which lives until its lease ends, then dies."""
    clock = VirtualClock()
    process = Process(Vendor(), LastingMemory(clock=clock), clock=clock)
    elsewhere(process, "k")
    with pytest.raises(SubmissionUnknownError):
        process.submit(key="k")
    assert sum(process.slept) >= 195
    assert not process.vendor.posts


def elsewhere(process: Process, key: str) -> str:
    """Return a submission made on another machine."""
    entry = prepare(process.registry, process.submit_, (None, None), {"name": "nightly"}, key).entry
    lease = make_lease(process.clock, "another:1:2:3#x", lease_seconds(process.registry.config.options))
    process.registry.journal.intend(evolve(entry, lease=lease))
    return entry.key


def test_a_submission_under_way_elsewhere_that_succeeds() -> None:
    clock = VirtualClock()
    journal = LastingMemory(clock=clock)
    process = Process(Vendor(), journal, clock=clock)
    full = elsewhere(process, "k")
    advance = process.clock.advance

    def passing(seconds: float) -> None:
        if len(process.slept) == 3:
            journal.accept(full, TaskRef("booster", "task", "theirs"))
        advance(seconds)

    process.clock.advance = passing  # type: ignore[method-assign]
    assert process.submit(key="k").ref.id == "theirs"
    assert process.slept == [0.05] * 3


def test_a_submission_under_way_elsewhere_is_not_awaited_beyond_the_deadline() -> None:
    clock = VirtualClock()
    process = Process(Vendor(), LastingMemory(clock=clock), clock=clock, options=CallOptions(deadline=3.0))
    elsewhere(process, "k")
    with pytest.raises(CallTimeoutError) as caught:
        process.submit(key="k")
    assert not caught.value.sent
    assert 2.9 < sum(process.slept) < 3.2


# -- Recovery


def test_recovery_finds_what_was_begun_and_sends_nothing() -> None:
    journal = LastingMemory()
    vendor = Vendor()
    refs = [Process(vendor, journal).submit(f"n{number}").ref for number in range(3)]
    other = Process(vendor, journal, account="other")
    other.submit("theirs")
    assert Process(vendor, journal).recover() == refs
    assert len(vendor.posts) == 4


def test_recovery_reads_the_list_once_for_all_entries() -> None:
    journal = LastingMemory()
    vendor = Vendor()
    for name in "abcd":
        with dying_at("submit.responded"), pytest.raises(Killed):
            Process(vendor, journal).submit(name)
    vendor.gets = 0
    process = Process(vendor, journal)
    assert [ref.id for ref in process.recover()] == [f"task-{number}" for number in range(4)]
    assert vendor.gets == 1
    assert process.slept == [5.0]
    assert len(vendor.posts) == 4


def test_recovery_waits_no_longer_than_necessary() -> None:
    journal = LastingMemory()
    vendor = vendor_with("lost on the way")
    first = Process(vendor, journal)
    with pytest.raises(SubmissionUnknownError):
        first.submit()
    for passed, waits in ((3600.0, []), (-3600.0, [5.0])):
        process = Process(vendor, journal)
        process.clock.jump(passed)
        process.recover()
        assert process.slept == waits
    process = Process(vendor, journal)
    process.recover(settle=7.5)
    assert process.slept == [7.5]
    with pytest.raises(InvalidArgumentError):
        process.recover(settle=-1)


def test_unknown_submissions_stay_recorded_or_are_raised() -> None:
    journal = LastingMemory()
    process = Process(vendor_with("lost on the way"), journal)
    with pytest.raises(SubmissionUnknownError):
        process.submit(key="k")
    assert process.recover() == []
    with pytest.raises(SubmissionUnknownError) as caught:
        process.recover(on_unknown="raise")
    assert caught.value.key == "k"
    (submission,) = process.run(submit.unresolved(process.registry))
    assert submission.key == "k"
    process.run(submit.discard(process.registry, "k"))
    assert process.run(submit.unresolved(process.registry)) == ()
    with pytest.raises(InvalidArgumentError, match="no submission under 'k'"):
        process.run(submit.discard(process.registry, "k"))


def test_a_submission_under_way_is_not_recovered_by_another_thread() -> None:
    journal = LastingMemory()
    process = Process(Vendor(), journal)
    send = process.vendor.send
    seen: list[object] = []

    def sending(request: Any) -> Any:
        if request.method == "POST":
            seen.append(Process(process.vendor, journal).recover(on_unknown="raise"))
        return send(request)

    process.vendor.send = sending  # type: ignore[method-assign]
    assert process.submit().ref.id == "task-0"
    assert seen == [[]]


def test_entries_of_unknown_operations_are_left_alone() -> None:
    journal = LastingMemory()
    vendor = Vendor()
    Process(vendor, journal).submit()
    stranger = Process(vendor, journal, submit_=start(operation=Operation("booster.other", "POST", "/o", returns=Any)))
    assert stranger.recover() == []
    assert len(Process(vendor, journal).recover()) == 1


# -- Secrets


def test_the_journal_contains_no_secrets(tmp_path: Path) -> None:
    """Invariant X1."""
    path = tmp_path / "journal"
    journal = Journal(path)
    vendor = vendor_with("response lost", "well")
    canary = "canary-5f3a"
    for name in (canary, "x"):
        process = Process(vendor, journal, submit_=start(reconcile=SIMILAR))
        flow = submit.submit(process.registry, process.submit_, (canary, canary), {"name": canary + name}, None)
        with suppress(SubmissionUnknownError):
            process.run(flow)
    journal.close()
    content = path.read_bytes()
    assert canary.encode() not in content
    assert b"/exports" not in content
    assert content.count(b'"digest"') >= 2


def test_readable_reprs_of_expressions_show_no_values() -> None:
    assert "secret" not in repr(ExpressionContext(BEGIN, ("secret",), {"a": "secret"}, http_response(200, b"secret")))


def test_submissions_are_captured_by_response() -> None:
    seen: list[Any] = []
    token = captured_responses.set(seen)
    try:
        Process(Vendor(), None).submit()
    finally:
        captured_responses.reset(token)
    assert [each.status for each in seen][-1] == 200
