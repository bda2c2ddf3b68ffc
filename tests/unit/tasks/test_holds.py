"""Leases of tasks: held with a handle, released when it is dropped or the client closed, seen by all."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.unit.tasks.submission_harness import LastingMemory, Process, Vendor

from taskclients_core.tasks.definition import Phase
from taskclients_core.tasks.journal.entry import process_id
from taskclients_core.tasks.journal.journal import Journal
from taskclients_core.tasks.submission import submit
from taskclients_core.tasks.waiters import settle_task

FORK = multiprocessing.get_context("fork")


@pytest.fixture(params=["memory", "file"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journal]:
    found = LastingMemory() if request.param == "memory" else Journal(tmp_path / "journal")
    yield found
    found.close()


@pytest.fixture
def process(journal: Journal) -> Process:
    return Process(Vendor(), journal)


def key_of(journal: Journal) -> str:
    return journal.open_entries("booster", "default")[0].key


def is_free(journal: Journal) -> bool:
    """Return True if another process could take the entry; it is free again afterwards."""
    key = key_of(journal)
    if not journal.lease(key, "another", 30):
        return False
    return journal.lease(key, "another", 0)


def begun(process: Process) -> Any:
    return process.submit("nightly", key="k")


def recovered(process: Process) -> Any:
    process.submit("nightly")
    return process.run(submit.recover(process.registry, None, "keep"))[0]


def begun_again(process: Process) -> Any:
    process.submit("nightly", key="k")
    return process.submit("nightly", key="k")


@pytest.mark.parametrize("take", [begun, recovered, begun_again])
def test_a_task_is_held_until_its_last_handle_is_dropped(process: Process, take: Callable[[Process], Any]) -> None:
    journal = process.registry.journal
    state = take(process)
    assert not is_free(journal)
    another = process.registry.state_for(state.ref, state.task_type)
    del state
    assert not is_free(journal)
    del another
    assert is_free(journal)


def test_a_closed_client_holds_no_task_even_if_handles_exist(process: Process) -> None:
    journal = process.registry.journal
    state = process.submit("nightly")
    process.registry.close()
    process.registry.release_holds()
    assert is_free(journal)
    assert state.ref.id == "task-0"


def test_two_clients_of_a_process_hold_a_task_until_both_have_dropped_it(process: Process) -> None:
    journal = process.registry.journal
    state = process.submit("nightly")
    other = Process(process.vendor, journal)
    (taken,) = other.run(submit.recover(other.registry, None, "keep"))
    del state
    assert not is_free(journal)
    del taken
    assert is_free(journal)


def test_a_handle_dropped_inside_a_transaction_is_released_after_it(process: Process) -> None:
    """The garbage collector drops a handle at any time, also while its thread writes to the journal."""
    journal = process.registry.journal
    states = [process.submit("nightly")]
    with journal._transaction(write=True) as transaction:
        states.clear()
        gc.collect()
        assert transaction.records()
    assert is_free(journal)


def test_a_handle_dropped_in_an_event_loop_does_not_block_it(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)
    process = Process(Vendor(), journal)

    async def run() -> None:
        states = [process.submit("nightly")]
        with closing(sqlite3.connect(path, isolation_level=None)) as another:
            another.execute("BEGIN IMMEDIATE")  # another process writes, and takes its time
            before = time.monotonic()
            states.clear()
            assert time.monotonic() - before < 5
            another.execute("ROLLBACK")
        while not is_free(journal):
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(run(), 30))
    journal.close()


def test_a_child_process_that_drops_a_handle_leaves_the_task_to_its_parent(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    process = Process(Vendor(), journal)
    states = [process.submit("nightly")]
    child = FORK.Process(target=states.clear)
    child.start()
    child.join()
    assert not is_free(journal)
    assert states[0].hold is not None
    journal.close()


def test_all_open_tasks_are_seen_whoever_holds_them(process: Process) -> None:
    journal = process.registry.journal
    states = [process.submit("nightly"), process.submit("weekly")]
    for entry in journal.open_entries("booster", "default"):
        journal.lease(entry.key, process_id(), 0)
        assert journal.lease(entry.key, "another", 30)
    other = Process(process.vendor, journal)
    assert other.recover() == []
    found = other.run(submit.from_journal(other.registry))
    assert [state.ref for state in found] == [state.ref for state in states]
    assert [state.hold for state in found] == [None, None]
    assert other.vendor.gets == process.vendor.gets


def test_a_task_is_settled_by_whoever_has_read_its_result(process: Process) -> None:
    journal = process.registry.journal
    ref = process.submit("nightly", key="k").ref
    process.submit("weekly")
    other = Process(process.vendor, journal)
    state = other.registry.resume(ref.resume_token())
    other.run(settle_task(other.registry, state, Phase.SUCCEEDED))
    (left,) = journal.open_entries("booster", "default")
    assert left.id == "task-1"
    assert other.submit("nightly", key="k").ref == ref


def test_a_task_of_another_account_is_not_settled(process: Process) -> None:
    journal = process.registry.journal
    ref = process.submit("nightly").ref
    other = Process(process.vendor, journal, account="other")
    state = other.registry.resume(ref)
    other.run(settle_task(other.registry, state, Phase.SUCCEEDED))
    assert len(journal.open_entries("booster", "default")) == 1
