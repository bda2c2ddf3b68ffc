"""A second start under the key of a task that failed: what is said, and how another one is begun."""

from __future__ import annotations

import pytest
from tests.unit.tasks.client_harness import START_WORK, ClientHarness, counted
from tests.unit.tasks.submission_harness import LastingMemory, Process, Vendor, start

from taskclients_core.errors import InvalidArgumentError
from taskclients_core.events import Event
from taskclients_core.tasks.definition import Phase
from taskclients_core.tasks.errors import PollingError, TaskCancelledError, TaskError, TaskFailedError
from taskclients_core.tasks.submission import submit


@pytest.fixture
def journal() -> LastingMemory:
    return LastingMemory()


@pytest.mark.parametrize(("state", "error_class"), [("bad", TaskFailedError), ("off", TaskCancelledError)])
def test_a_second_start_under_the_key_of_a_failed_task_names_the_remedies(
    harness: ClientHarness, journal: LastingMemory, state: str, error_class: type[TaskError]
) -> None:
    client = harness.client(journal=journal)
    task = harness.do(client.begin(START_WORK, body={}, idempotency_key="nightly"))
    harness.show("work-1", state)
    with pytest.raises(error_class, match="pass restart=True to begin it again under idempotency_key 'nightly'"):
        harness.do(task.result(timeout=60))
    for other in (client, harness.client(journal=journal)):  # also in another process, or on another day
        with pytest.raises(
            error_class, match=r"nothing was begun; pass restart=True .*`tasks.discard\('nightly'\)`"
        ) as e:
            harness.do(other.begin(START_WORK, body={}, idempotency_key="nightly"))
        assert e.value.ref == task.ref
    assert counted(harness.requests, "POST", "/works") == 1
    again = harness.do(client.begin(START_WORK, body={"other": 1}, idempotency_key="nightly", restart=True))
    assert again.ref.id == "work-2"
    with pytest.raises(error_class):
        harness.do(task.result(timeout=60))  # of the first one, which does not settle the second
    assert [each.ref for each in harness.do(harness.client(journal=journal).tasks.recover())] == [again.ref]
    harness.do(client.tasks.discard("nightly"))
    assert harness.do(client.begin(START_WORK, body={}, idempotency_key="nightly")).ref.id == "work-3"


def test_a_restart_returns_the_task_of_the_key_unless_it_failed(harness: ClientHarness, journal: LastingMemory) -> None:
    def begin() -> str:
        client = harness.client(journal=journal)  # a job that always restarts, and reads no result
        begun = client.begin(START_WORK, body={}, idempotency_key="nightly", restart=True)
        return str(harness.do(begun).ref.id)

    assert begin() == "work-1"
    assert begin() == "work-1"
    harness.show("work-1", "ok", answer=3)
    assert begin() == "work-1"
    harness.show("work-1", "bad")
    assert begin() == "work-2"
    assert begin() == "work-2"
    assert counted(harness.requests, "POST", "/works") == 2


def test_a_restart_needs_a_key_and_a_poll_that_succeeds(harness: ClientHarness, journal: LastingMemory) -> None:
    client = harness.client(journal=journal)
    with pytest.raises(InvalidArgumentError, match="restart: requires an idempotency_key"):
        harness.do(client.begin(START_WORK, body={}, restart=True))
    harness.do(client.begin(START_WORK, body={}, idempotency_key="nightly"))
    harness.respond = lambda _: (403, {})
    with pytest.raises(PollingError):
        harness.do(harness.client(journal=journal).begin(START_WORK, body={}, idempotency_key="nightly", restart=True))
    assert counted(harness.requests, "POST", "/works") == 1


def test_a_key_without_a_journal_is_reported_once(harness: ClientHarness, journal: LastingMemory) -> None:
    events: list[Event] = []
    client = harness.client(on_event=events.append)
    for key in ("a", "a", "b"):
        task = harness.do(client.begin(START_WORK, body={}, idempotency_key=key))
    assert [event.detail for event in events if event.kind == "journal"] == [
        "an idempotency_key without a journal is valid for this client only; pass journal="
    ]
    harness.show("work-2", "bad")
    with pytest.raises(TaskFailedError):
        harness.do(task.result(timeout=60))
    with pytest.raises(TaskFailedError, match="nothing was begun; pass restart=True"):
        harness.do(client.begin(START_WORK, body={}, idempotency_key="b"))
    assert harness.do(client.begin(START_WORK, body={}, idempotency_key="b", restart=True)).ref.id == "work-3"
    events.clear()
    harness.do(harness.client(on_event=events.append, journal=journal).begin(START_WORK, body={}, idempotency_key="a"))
    assert "journal" not in [event.kind for event in events]


def test_a_restart_sends_another_idempotency_header() -> None:
    """For the one that was sent before, the server would return the task that failed."""
    vendor, journal = Vendor(), LastingMemory()
    process = Process(vendor, journal, submit_=start(idempotency_header="Idempotency-Key"))
    task = process.submit(key="nightly")
    (key,) = process.registry.journal_keys(task, unfinished=True)
    journal.settle(key, Phase.FAILED)
    flow = submit.submit(process.registry, process.submit_, (None, None), {"name": "nightly"}, "nightly", restart=True)
    process.run(flow)
    sent = [dict(request.headers)["Idempotency-Key"] for request in vendor.posts]
    assert sent[0] == "nightly"
    assert len(set(sent)) == 2
