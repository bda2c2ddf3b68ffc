"""Task handles: their data, actions and lifetime."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest
from tests.unit.tasks.client_harness import (
    START_JOB,
    START_WORK,
    AsyncDemoClient,
    AsyncWorkTaskHandle,
    ClientHarness,
    DemoClient,
    WorkTaskHandle,
    counted,
)
from tests.unit.tasks.submission_harness import LastingMemory

from taskclients_core.errors import ClientClosedError, DecodeError, InvalidArgumentError
from taskclients_core.events import Event
from taskclients_core.tasks.definition import Phase, Submission, TaskType
from taskclients_core.tasks.errors import TaskTimeoutError
from taskclients_core.tasks.handles import (
    AsyncCancellableTaskHandle,
    AsyncConfirmableTaskHandle,
    AsyncTaskHandle,
    CancellableTaskHandle,
    ConfirmableTaskHandle,
    TaskHandle,
)
from taskclients_core.tasks.polling.policy import PollPolicy
from taskclients_core.tasks.snapshot import TaskRef


def test_a_handle_has_its_name_and_last_snapshot_without_a_request(harness: ClientHarness) -> None:
    client = harness.client()
    task = harness.do(client.begin(START_WORK, body={}))
    assert task.ref == TaskRef("demo", "work", "work-1")
    assert task.last is None
    assert "work-1: not polled" in repr(task)
    view = harness.do(task.refresh())
    assert task.last is view
    assert "work-1: queued" in repr(task)
    other = client.tasks.resume(task.resume_token())
    assert other.last is view  # handles share the task's state
    assert len(harness.requests) == 2


def test_a_recent_snapshot_is_returned_without_a_poll(harness: ClientHarness) -> None:
    task = harness.do(harness.client().begin(START_WORK, body={}))
    harness.do(task.refresh())
    requests = len(harness.requests)
    harness.clock.sleep(5)
    assert harness.do(task.refresh(max_age=10)).age >= 5
    assert harness.do(task.refresh(timeout=0, max_age=10)) is task.last
    assert len(harness.requests) == requests
    assert harness.do(task.refresh(max_age=2)).age < 1
    assert len(harness.requests) == requests + 1


@pytest.mark.parametrize(
    ("able", "classes"),
    [
        ((False, False), (TaskHandle, AsyncTaskHandle)),
        ((True, False), (CancellableTaskHandle, AsyncCancellableTaskHandle)),
        ((False, True), (ConfirmableTaskHandle, AsyncConfirmableTaskHandle)),
        ((True, True), (WorkTaskHandle, AsyncWorkTaskHandle)),
    ],
)
def test_only_declared_actions_are_methods_of_a_handle(
    harness: ClientHarness, able: tuple[bool, bool], classes: tuple[type, type]
) -> None:
    """Invariant Y4."""
    kind = START_WORK.task_type
    cancel, confirm = able
    plain: TaskType[Any, Any] = TaskType(
        name=kind.name,
        model=kind.model,
        poll=kind.poll,
        state=kind.state,
        cancel=kind.cancel if cancel else None,
        actions=kind.actions if confirm else {},
        handles=kind.handles if cancel and confirm else None,
    )
    submit = Submission(operation=START_WORK.operation, task_type=plain, id=START_WORK.id)
    task = harness.do(harness.client().begin(submit, body={}))
    assert type(task) is classes[harness.mode == "async"]
    assert (hasattr(task, "cancel"), hasattr(task, "confirm")) == able


def test_cancel_sends_one_request_and_polls(harness: ClientHarness) -> None:
    task = harness.do(harness.client().begin(START_WORK, body={}))
    assert harness.do(task.cancel()).phase is Phase.CANCELLED
    assert [(each.method, each.path) for each in harness.requests[1:]] == [
        ("DELETE", "/works/work-1"),
        ("GET", "/works/work-1"),
    ]


def test_ending_a_wait_does_not_cancel_the_task(harness: ClientHarness) -> None:
    """Invariant C2."""
    task = harness.do(harness.client().begin(START_WORK, body={}))

    def interrupted(view: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        harness.do(task.wait(timeout=30, on_change=interrupted))
    with pytest.raises(TaskTimeoutError):
        harness.do(task.wait(timeout=5))
    harness.show("work-1", "ok")
    assert harness.do(task.wait(timeout=30)).phase is Phase.SUCCEEDED
    assert counted(harness.requests, "DELETE", ".*") == 0


def test_an_interrupt_during_a_poll_is_raised_and_the_next_wait_works(harness: ClientHarness) -> None:
    """Invariant C2."""
    task = harness.do(harness.client().begin(START_WORK, body={}))
    before = harness.respond

    def interrupt(request: Any) -> Any:
        harness.respond = before
        raise KeyboardInterrupt

    if harness.mode == "async":
        return  # there an interrupt cancels the waiting asyncio task: see below
    harness.respond = interrupt
    with pytest.raises(KeyboardInterrupt):
        harness.do(task.wait(timeout=30))
    harness.show("work-1", "ok")
    assert harness.do(task.wait(timeout=30)).phase is Phase.SUCCEEDED


# -- Closing


def test_a_closed_client_waits_for_nothing(harness: ClientHarness) -> None:
    """Invariant C4."""
    client = harness.client()
    task = harness.do(client.begin(START_WORK, body={}))
    watching = harness.each(task.watch(timeout=None))
    next(watching)
    harness.close(client)
    harness.requests.clear()
    attempts: list[Callable[[], Any]] = [
        lambda: task.wait(timeout=5),
        lambda: task.result(timeout=None),
        lambda: task.refresh(),
        lambda: client.tasks.wait_all([task], timeout=None),
        lambda: client.tasks.poll_once(),
        lambda: next(watching),
    ]
    for again in attempts:
        with pytest.raises(ClientClosedError):
            harness.do(again())
    assert harness.requests == []
    assert task.last is not None


def test_closing_in_a_callback_ends_the_wait(harness: ClientHarness) -> None:
    """Invariant C6."""
    client = harness.client()
    task = harness.do(client.begin(START_WORK, body={}))
    close = client.close if harness.mode == "sync" else client.aclose
    with pytest.raises(ClientClosedError):
        harness.do(task.wait(timeout=None, on_change=lambda view: close()))
    assert len(harness.requests) == 2


def test_a_callback_may_use_the_client(harness: ClientHarness) -> None:
    """Invariant C6."""
    client = harness.client()
    task = harness.do(client.begin(START_WORK, body={}))
    harness.at(5, lambda: harness.show("work-1", "ok"))
    found: list[Any] = []

    def use(view: Any) -> None:
        found.extend([task.refresh(max_age=60), client.tasks.stats(), client.begin(START_JOB, body={})])
        found.append(task.refresh())

    async def use_async(view: Any) -> None:
        found.extend([await task.refresh(max_age=60), client.tasks.stats(), await client.begin(START_JOB, body={})])
        found.append(await task.refresh())

    use_it: Any = use if harness.mode == "sync" else use_async
    assert harness.do(task.wait(timeout=60, on_change=use_it)).phase is Phase.SUCCEEDED
    assert counted(harness.requests, "POST", "/jobs") == 2
    assert len(found) == 8


# -- Journal


def test_a_discarded_task_is_not_recovered_and_continues(harness: ClientHarness) -> None:
    journal = LastingMemory()
    client = harness.client(journal=journal)
    stored, discarded = (harness.do(client.begin(START_WORK, body={}, idempotency_key=key)) for key in "ab")
    harness.do(discarded.discard())
    harness.do(discarded.discard())  # a repeated call changes nothing
    assert [task.ref for task in harness.do(harness.client(journal=journal).tasks.recover())] == [stored.ref]
    assert counted(harness.requests, "DELETE", ".*") == 0


def test_a_task_is_not_recovered_after_its_result_was_read(harness: ClientHarness) -> None:
    journal = LastingMemory()
    client = harness.client(journal=journal)
    job, work = (harness.do(client.begin(submit, body={})) for submit in (START_JOB, START_WORK))
    harness.show(job.ref.id, "ok")
    harness.show(work.ref.id, "bad")
    harness.do(client.tasks.wait_all([job, work], timeout=60))
    assert [task.ref for task in harness.do(harness.client(journal=journal).tasks.recover())] == [job.ref]
    assert harness.do(job.result(timeout=60)) == 7
    assert harness.do(harness.client(journal=journal).tasks.recover()) == []


def test_a_failing_journal_does_not_withhold_the_result(harness: ClientHarness) -> None:
    class Broken(LastingMemory):
        def settle(self, key: str, phase: Phase, ref: TaskRef | None = None) -> None:
            raise OSError("disk full")

    events: list[Any] = []
    journal = Broken()
    client = harness.client(journal=journal, on_event=events.append)
    task = harness.do(client.begin(START_WORK, body={}))
    harness.show("work-1", "ok", answer=3)
    assert harness.do(task.result(timeout=60)) == 3
    assert "OSError" in next(event.detail for event in events if event.kind == "journal")
    assert [each.ref for each in harness.do(harness.client(journal=journal).tasks.recover())] == [task.ref]


# -- Names


def test_a_token_of_another_api_or_task_type_or_a_changed_one_is_refused(harness: ClientHarness) -> None:
    """Invariant S9."""
    client = harness.client()
    token = TaskRef("demo", "work", "work-1").resume_token()
    assert client.tasks.resume(token).ref.id == "work-1"
    wrong: list[Any] = [
        TaskRef("other", "work", "work-1").resume_token(),
        TaskRef("demo", "other", "work-1").resume_token(),
        TaskRef("other", "work", "work-1"),
        token[:-1],
        "",
        "work-1",
        b"",
        None,
        5,
    ]
    wrong += [token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in range(len(token))]
    for each in wrong:
        with pytest.raises(InvalidArgumentError):
            client.tasks.resume(each)
    assert harness.requests == []


@pytest.mark.parametrize(
    "name",
    ["//evil.example/x", "https://evil.example/", "../../evil", "..%2f..", "a?b=c", "a#b", "@evil", "\\\\evil", "ü"],
)
def test_a_token_never_causes_a_request_to_another_origin(harness: ClientHarness, name: str) -> None:
    """Invariant S9."""
    client = harness.client()
    task = client.tasks.resume(TaskRef("demo", "work", name).resume_token())
    with pytest.raises(Exception):  # noqa: B017, PT011 - any error will do, as long as nothing is sent elsewhere
        harness.do(task.wait(timeout=5))
    assert {each.origin for each in harness.requests} <= {"https://demo.example"}
    assert all(each.path.startswith("/works/") and each.query == "" for each in harness.requests)


# -- Async only


@pytest.fixture
def async_harness(library: ModuleType) -> Iterator[ClientHarness]:
    found = ClientHarness("async", library)
    yield found
    found.end()


def test_cancelling_a_wait_is_not_swallowed_and_leaves_the_others_alone(async_harness: ClientHarness) -> None:
    """Invariant C2."""

    async def main() -> None:
        client: AsyncDemoClient = async_harness.client()
        task = await client.begin(START_WORK, body={})
        waits = [asyncio.create_task(task.wait(timeout=None)) for _ in range(3)]
        for pause in (0.2, 2.0, 0.705):  # before a poll, between two, during one
            await asyncio.sleep(pause)
            victim = waits.pop()
            victim.cancel()
            with pytest.raises(asyncio.CancelledError):
                await victim
            waits.append(asyncio.create_task(task.wait(timeout=None)))
        async_harness.show("work-1", "ok")
        assert {view.phase for view in await asyncio.gather(*waits)} == {Phase.SUCCEEDED}
        assert counted(async_harness.requests, "DELETE", ".*") == 0
        await client.aclose()

    async_harness.do(main())


def test_a_callback_may_cancel_its_own_wait(async_harness: ClientHarness) -> None:
    """Invariant C6."""

    async def main() -> None:
        client: AsyncDemoClient = async_harness.client()
        task = await client.begin(START_WORK, body={})
        waiting: list[asyncio.Task[Any]] = []

        def cancel(view: Any) -> None:
            waiting[0].cancel()
            waiting[0].cancel()

        waiting.append(asyncio.create_task(task.wait(timeout=None, on_change=cancel)))
        with pytest.raises(asyncio.CancelledError):
            await waiting[0]
        async_harness.show("work-1", "ok")
        assert (await task.wait(timeout=30)).phase is Phase.SUCCEEDED
        await client.aclose()

    async_harness.do(main())


def test_closing_ends_every_wait_at_once(async_harness: ClientHarness) -> None:
    """Invariant C4."""

    async def main() -> None:
        client: AsyncDemoClient = async_harness.client()
        task = await client.begin(START_WORK, body={})
        waits = [asyncio.create_task(task.wait(timeout=None)) for _ in range(5)]
        waits.append(asyncio.create_task(client.tasks.wait_all([task], timeout=None)))  # type: ignore[arg-type]
        await asyncio.sleep(3)
        began = async_harness.clock.monotonic()
        await client.aclose()
        for found in await asyncio.gather(*waits, return_exceptions=True):
            assert isinstance(found, ClientClosedError)
        assert async_harness.clock.monotonic() - began < 1
        assert len(asyncio.all_tasks()) == 1

    async_harness.do(main())


def test_the_last_handle_may_be_deleted_during_a_poll(async_harness: ClientHarness) -> None:
    async_harness.transport.latency = 1.0

    async def main() -> None:
        client: AsyncDemoClient = async_harness.client()
        task: Any = await client.begin(START_JOB, body={})
        token = task.resume_token()
        waiting: Any = asyncio.create_task(task.wait(timeout=None))
        while counted(async_harness.requests, "GET", "/jobs") == 0:
            await asyncio.sleep(0.1)
        waiting.cancel()
        del task, waiting
        await asyncio.sleep(0.1)
        gc.collect()
        await asyncio.sleep(5)
        assert client.tasks.stats()["polls"] == 1
        assert list(await client.tasks.poll_once()) == []
        async_harness.show("job-1", "ok")
        assert (await client.tasks.resume(token).wait(timeout=30)).phase is Phase.SUCCEEDED
        await client.aclose()

    async_harness.do(main())


# -- Threads


def test_closing_in_another_thread_ends_every_wait(library: ModuleType) -> None:
    """Invariant C4, in real time, because threads do not share a virtual clock."""
    harness = ClientHarness("sync", library)
    with library.Client(transport=harness.transport) as http:
        client = DemoClient(http_client=http)
        task = client.begin(START_WORK, body={})
        found: list[Any] = []

        def wait() -> None:
            try:
                found.append(task.wait(timeout=None))
            except ClientClosedError as error:
                found.append(error)

        threads = [threading.Thread(target=wait) for _ in range(5)]
        for thread in threads:
            thread.start()
        time.sleep(0.2)
        client.close()
        for thread in threads:
            thread.join(10)
        assert [type(each) for each in found] == [ClientClosedError] * 5


# -- Members of a task that the API does not promise


def test_a_model_is_read_as_strictly_as_the_client_reads(harness: ClientHarness) -> None:
    events: list[Event] = []
    task = harness.do(harness.client(on_event=events.append).begin(START_WORK, body={}))
    harness.show("work-1", "ok", percent="5", answer="7")
    view = harness.do(task.wait(timeout=30))
    with pytest.raises(DecodeError, match=r"demo\.get_work: expected int, found str .*percent") as caught:
        _ = view.model
    assert caught.value.operation == "demo.get_work"
    with pytest.raises(DecodeError, match=r"demo\.get_work: "):
        harness.do(task.result(timeout=30))
    assert not [event for event in events if event.kind == "deviation"]


def test_a_lenient_client_reads_models_and_results_leniently_and_reports_deviations(harness: ClientHarness) -> None:
    events: list[Event] = []
    task = harness.do(harness.client(lenient=True, on_event=events.append).begin(START_WORK, body={}))
    harness.show("work-1", "ok", percent="5", answer="7")
    view = harness.do(task.wait(timeout=30))
    assert (view.model.percent, view.model.answer) == (5, 7)
    assert view.model is view.model
    deviations = [(event.operation, event.task, event.path) for event in events if event.kind == "deviation"]
    assert deviations == [("demo.get_work", "demo.work work-1", f"$.{name}") for name in ("percent", "answer")]
    assert harness.do(task.result(timeout=30)) == 7


def test_one_kind_of_event_can_be_logged_alone(harness: ClientHarness, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "taskclients.poll")
    task = harness.do(harness.client().begin(START_WORK, body={}))
    harness.do(task.refresh())
    assert {each.name for each in caplog.records if each.levelname == "DEBUG" and "taskclients" in each.name} == {
        "taskclients.poll"
    }


# -- Values in error messages

SIGNED = "https://files.example.com/secret?signature=secret"


@pytest.mark.parametrize("name", ["poll", "download_hosts"])
def test_error_messages_of_resume_do_not_quote_secrets(name: str) -> None:
    options: dict[str, Any] = {name: SIGNED}
    with pytest.raises(InvalidArgumentError, match=f"{name}: expected .*got str") as caught:
        DemoClient(**options).tasks.stats()
    assert "files" not in str(caught.value)


def test_error_messages_of_task_options_do_not_quote_secrets(harness: ClientHarness) -> None:
    client = harness.client()
    task = harness.do(client.begin(START_WORK, body={}))
    wrong: list[Callable[[], Any]] = [
        lambda: client.tasks.resume(SIGNED),
        lambda: client.tasks.resume([SIGNED]),
        lambda: harness.do(client.tasks.wait_any([SIGNED], timeout=1)),
        lambda: harness.do(task.wait(timeout=SIGNED)),
        lambda: harness.do(task.wait(timeout=1, poll=SIGNED)),
        lambda: harness.do(task.wait(timeout=1, until=[SIGNED])),
        lambda: harness.do(task.wait(timeout=1, on_change=SIGNED)),
        lambda: harness.do(task.result(timeout=1, partial=SIGNED)),
        lambda: PollPolicy(max=SIGNED),  # type: ignore[arg-type]
    ]
    for each in wrong:
        with pytest.raises(InvalidArgumentError) as caught:
            each()
        assert "secret" not in str(caught.value)
    with pytest.raises(
        InvalidArgumentError, match="'whatever'"
    ):  # a short word is quoted, because it helps to find the mistake
        harness.do(task.result(timeout=1, partial="whatever"))
