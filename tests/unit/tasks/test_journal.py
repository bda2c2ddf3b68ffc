"""The journal, in memory and in a file: entries, leases, retention, several processes."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from tests.unit.tasks.submission_harness import LastingMemory

from dragoman.testing import VirtualClock
from taskclients_core.errors import ClientClosedError, InvalidArgumentError
from taskclients_core.tasks.definition import Phase
from taskclients_core.tasks.journal import journal as journal_module
from taskclients_core.tasks.journal.entry import (
    JournalEntry,
    Lease,
    from_line,
    full_key,
    is_gone,
    owner_process,
    process_id,
    submission_owner,
    to_line,
    to_record,
)
from taskclients_core.tasks.journal.journal import Journal, MemoryJournal
from taskclients_core.tasks.snapshot import TaskRef

FORK = multiprocessing.get_context("fork")
SPAWN = multiprocessing.get_context("spawn")
REF = TaskRef("booster", "task", "t-1", {"org": "o"})


def entry(key: str = "k", **more: Any) -> JournalEntry:
    known: dict[str, Any] = {
        "key": full_key("booster", "default", "https://api.example.test", key),
        "vendor": "booster",
        "task_type": "task",
        "operation": "booster.export",
        "account": "default",
        "origin": "https://api.example.test",
        "digest": "d" * 64,
        "start": key,
        "wall": 1_700_000_000.0,
    }
    return JournalEntry(**{**known, **more})


KEY = entry().key


@pytest.fixture(params=["memory", "file"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Opens the journal; each call opens the same file, or a new journal in memory."""
    opened: list[Journal] = []

    def open_(**options: Any) -> Journal:
        if request.param == "memory":
            opened[:] = opened or [LastingMemory(**options)]
            return opened[0]
        opened.append(Journal(tmp_path / "journal", **options))
        return opened[-1]

    yield open_
    for journal in opened:
        journal.close()


@pytest.fixture
def shared(tmp_path: Path) -> Callable[[], Journal]:
    return lambda: Journal(tmp_path / "journal")


def test_the_first_entry_of_a_key_is_not_replaced(store: Callable[..., Any]) -> None:
    journal = store()
    ours = journal.intend(entry())
    assert (ours.start, ours.state) == ("k", "intended")
    assert journal.intend(entry(start="other")).start == "k"
    assert journal.find(KEY).start == "k"
    assert journal.find("other") is None


def test_an_entry_records_the_life_of_a_task(store: Callable[..., Any]) -> None:
    journal = store()
    journal.intend(entry(baseline=("a", "b"), echo=(("/name", "f"),), scope={"org": "o"}))
    assert store().find(KEY).baseline == ("a", "b")
    journal.mark_unknown(KEY)
    assert store().find(KEY).state == "unknown"
    journal.accept(KEY, REF)
    found = store().find(KEY)
    assert (found.state, found.ref, found.baseline, found.echo) == ("accepted", REF, None, ())
    journal.mark_unknown(KEY)
    assert store().find(KEY).state == "accepted"
    assert [each.key for each in store().open_entries("booster", "default")] == [KEY]
    journal.settle(KEY, Phase.SUCCEEDED)
    found = store().find(KEY)
    assert (found.state, found.phase, found.ref) == ("settled", "succeeded", REF)
    assert store().open_entries("booster", "default") == []
    journal.accept(KEY, REF)
    assert store().find(KEY).state == "settled"
    journal.discard(KEY)
    assert store().find(KEY) is None
    assert journal.intend(entry(start="again")).start == "again"


def test_an_absent_entry_is_not_changed(store: Callable[..., Any]) -> None:
    journal = store()
    journal.accept("x", REF)
    journal.settle("x", Phase.FAILED)
    journal.mark_unknown("x")
    journal.discard("x")
    assert not journal.resolve("x", REF)
    assert not journal.lease("x", "me", 30)
    assert journal.find("x") is None


def test_a_task_belongs_to_one_entry(store: Callable[..., Any]) -> None:
    journal = store()
    for key in "ab":
        journal.intend(entry(key))
    assert journal.resolve(entry("a").key, REF)
    assert not journal.resolve(entry("a").key, REF)
    assert not journal.resolve(entry("b").key, REF)
    journal.settle(entry("a").key, Phase.SUCCEEDED)
    assert not journal.resolve(entry("b").key, REF)
    assert journal.resolve(entry("b").key, evolve(REF, id="t-2"))


def test_entries_of_others_are_not_shown(store: Callable[..., Any]) -> None:
    journal = store()
    for number, (vendor, account) in enumerate([("booster", "a"), ("booster", "b"), ("lifepos", "a")]):
        journal.intend(entry(str(number), vendor=vendor, account=account))
    assert [each.start for each in journal.open_entries("booster", "a")] == ["0"]


def test_keys_do_not_run_into_each_other() -> None:
    parts = ["a", "a/b", "b/c", "c", "a%2Fb", "https://h", "https:"]
    keys = {full_key(v, a, o, k) for v in parts for a in parts for o in parts for k in parts}
    assert len(keys) == len(parts) ** 4
    assert {entry(key).name for key in parts} == set(parts)


def test_an_entry_is_a_line_that_newer_and_older_packages_understand() -> None:
    full = entry(lease=Lease(owner="o", boot="b", until=1.5, until_wall=2.5, seconds=30), baseline=("x",), id="1")
    line = to_line(full)
    assert from_line(line, "x") == full
    more = json.dumps({**json.loads(line), "new": [1]}).encode()
    assert from_line(more, "x") == full
    with pytest.raises(Exception, match="newer version"):
        from_line(json.dumps({**json.loads(line), "v": 2}).encode(), "x")


# -- Leases


def test_a_lease_excludes_others_until_it_ends(store: Callable[..., Any]) -> None:
    clock = VirtualClock()
    journal = store(clock=clock)
    journal.intend(entry())
    assert journal.lease(KEY, "a", 30)
    assert not journal.lease(KEY, "b", 30)
    assert journal.lease(KEY, "a", 30)
    clock.advance(29)
    assert not journal.lease(KEY, "b", 30)
    clock.advance(1)
    assert journal.lease(KEY, "b", 30)
    assert journal.lease(KEY, "b", 0)
    assert journal.lease(KEY, "a", 30)
    journal.settle(KEY, Phase.FAILED)
    assert not journal.lease(KEY, "a", 30)


def test_a_running_process_keeps_its_lease_past_the_deadline(store: Callable[..., Any]) -> None:
    """Invariant S7."""
    clock = VirtualClock()
    journal = store(clock=clock)
    journal.intend(entry())
    assert journal.lease(KEY, process_id(), 30)
    clock.advance(3600)
    assert not journal.lease(KEY, "another", 30)


@pytest.mark.parametrize("jump", [3600.0, -3600.0, 86400.0, -86400.0, 3e8, -3e8])
def test_setting_the_clock_neither_ends_nor_extends_a_lease(store: Callable[..., Any], jump: float) -> None:
    """Invariant T4."""
    clock = VirtualClock()
    journal = store(clock=clock)
    journal.intend(entry())
    journal.lease(KEY, "a", 30)
    clock.jump(jump)
    clock.advance(29)
    assert not journal.lease(KEY, "b", 30)
    clock.advance(2)
    assert journal.lease(KEY, "b", 30)


def test_a_lease_of_another_boot_ends_by_the_date(store: Callable[..., Any]) -> None:
    for passed, free in ((29, False), (31, True), (-1000, True)):
        clock = VirtualClock()
        journal = store(clock=clock)
        lease = Lease(owner="a", boot="other", until=clock.monotonic() + 1e9, until_wall=clock.wall() + 30, seconds=30)
        one = entry(str(passed))
        journal.intend(one)
        held = evolve(one, lease=lease)
        with journal._storage.transaction(write=True) as transaction:
            transaction.put(to_record(held))
            transaction.commit()
        clock.jump(passed)
        journal._clock = clock
        assert journal.lease(one.key, "b", 30) is free


def test_settled_entries_stay_for_the_retention_time(store: Callable[..., Any]) -> None:
    clock = VirtualClock()
    journal = store(keep=100, clock=clock)
    journal.intend(entry())
    journal.accept(KEY, REF)
    journal.settle(KEY, Phase.SUCCEEDED)
    clock.advance(100)
    assert journal.intend(entry(start="other")).ref == REF
    clock.advance(1)
    assert journal.find(KEY) is None
    assert journal.intend(entry(start="other")).start == "other"


@pytest.mark.parametrize("keep", [-1, float("nan"), True])
def test_a_retention_that_is_no_number_of_seconds_is_refused(keep: float, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgumentError, match="keep"):
        Journal(tmp_path / "journal", keep=keep)
    assert not (tmp_path / "journal").exists()


def test_owners_are_distinct() -> None:
    with submission_owner("s") as owner:
        assert not is_gone(owner)
        assert owner_process(owner) == process_id()
    assert is_gone(owner)
    assert not is_gone(process_id())
    boot, namespace, number, began = process_id().split(":")
    assert is_gone(f"{boot}:{namespace}:{number}:{int(began) + 1}")  # its number was given to another entry
    assert not is_gone(f"other:{namespace}:{number}:1")
    assert not is_gone(f"{boot}:other:{number}:1")
    for odd in ("", ":::", "a", "a:b:c:d", "a:b:c:d#e"):
        assert not is_gone(odd)


def test_a_child_by_fork_is_another_process(store: Callable[..., Any]) -> None:
    with submission_owner("s"):
        found = FORK.Queue()
        child = FORK.Process(target=lambda: found.put(process_id()))
        child.start()
        name = found.get(timeout=30)
        child.join()
    assert name != process_id()
    assert is_gone(name)


# -- Several processes


def _use(journal: Any, name: str, gate: Any) -> None:
    gate.wait(30)
    for number in range(25):
        one = entry(f"{name}-{number}")
        journal.intend(one)
        journal.accept(one.key, evolve(REF, id=one.start))
    journal.intend(entry("common", start=name))
    os._exit(0)


def test_several_processes_and_threads_share_one(shared: Callable[[], Journal]) -> None:
    journal = shared()
    gate = FORK.Barrier(4)
    children = [FORK.Process(target=_use, args=(journal, f"c{number}", gate)) for number in range(3)]
    children.append(FORK.Process(target=lambda: _use(shared(), "c3", gate)))
    for child in children:
        child.start()
    threads = [threading.Thread(target=lambda: [journal.intend(entry(f"t{n}")) for n in range(25)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for child in children:
        child.join()
        assert child.exitcode == 0
    entries = journal.open_entries("booster", "default")
    assert len(entries) == 4 * 25 + 25 + 1
    assert len({each.key for each in entries}) == len(entries)
    assert {each.id for each in entries if each.start.startswith("c") and each.id} == {
        f"c{child}-{number}" for child in range(4) for number in range(25)
    }
    again = shared()
    assert sorted(again.open_entries("booster", "default"), key=str) == sorted(entries, key=str)
    again.close()
    journal.close()


def _hold(journal: Any, found: Any) -> None:
    found.put(journal.lease(KEY, process_id(), 30))
    signal.pause()


def test_an_entry_is_leased_to_one_process_until_it_is_killed(shared: Callable[[], Journal]) -> None:
    """Invariant S7."""
    journal = shared()
    journal.intend(entry())
    found = FORK.Queue()
    children = [FORK.Process(target=_hold, args=(journal, found)) for _ in range(2)]
    for child in children:
        child.start()
    assert sorted(found.get(timeout=30) for _ in children) == [False, True]
    assert not journal.lease(KEY, process_id(), 30)
    for child in children:
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()
    assert journal.lease(KEY, process_id(), 30)
    journal.close()


def test_a_closed_journal_raises(shared: Callable[[], Journal]) -> None:
    journal = shared()
    journal.close()
    journal.close()
    with pytest.raises(ClientClosedError):
        journal.find(KEY)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "_CLEANING", 10)
    monkeypatch.setattr(MemoryJournal, "most", 10)
    journal = MemoryJournal()
    for number in range(200):
        one = entry(str(number))
        journal.intend(one)
        journal.accept(one.key, evolve(REF, id=str(number)))
        journal.find(one.key)
    with journal._storage.transaction(write=False) as transaction:
        assert len(transaction.records()) <= 21
    assert journal.find(entry("199").key) is not None


def test_old_entries_are_removed(store: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "_CLEANING", 20)
    clock = VirtualClock()
    journal = store(keep=5, clock=clock)
    journal.intend(entry("open"))
    for number in range(50):
        one = entry(str(number))
        journal.intend(one)
        journal.settle(one.key, Phase.SUCCEEDED)
        clock.advance(1)
    with journal._storage.transaction(write=False) as transaction:
        assert len(transaction.records()) < 40
    assert [each.start for each in journal.open_entries("booster", "default")] == ["open"]
