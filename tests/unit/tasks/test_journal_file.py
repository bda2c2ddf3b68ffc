"""The journal's file: permissions, damage, a full disk, other processes, and a crash at any write."""

from __future__ import annotations

import multiprocessing
import os
import re
import shutil
import socket
import sqlite3
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import evolve
from tests.unit.tasks.submission_harness import Killed, dying_at
from tests.unit.tasks.test_journal import KEY, REF, entry

from taskclients_core.tasks.definition import Phase
from taskclients_core.tasks.errors import JournalError
from taskclients_core.tasks.journal import sqlite
from taskclients_core.tasks.journal.entry import Lease, from_record, seal, to_record
from taskclients_core.tasks.journal.journal import Journal
from taskclients_core.tasks.snapshot import TaskRef

FORK = multiprocessing.get_context("fork")
WAL_HEADER, WAL_FRAME = 32, 24 + 4096


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    opened = Journal(path)
    yield opened
    opened.close()


def starts(path: Path) -> list[str]:
    """Return the open entries of a journal, read by another process."""
    journal = Journal(path)
    try:
        return [each.start for each in journal.open_entries("booster", "default")]
    finally:
        journal.close()


def test_only_the_owner_can_read_its_files(path: Path) -> None:
    before = os.umask(0)
    try:
        journal = Journal(path)
        journal.intend(entry())
    finally:
        os.umask(before)
    names = set()
    for found in path.parent.iterdir():
        names.add(found.name)
        assert stat.S_IMODE(found.stat().st_mode) == 0o600, found
    assert names == {"journal", "journal-wal", "journal-shm"}
    journal.close()


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_to_is_refused(path: Path, mode: int) -> None:
    path.touch()
    path.chmod(mode)
    with pytest.raises(JournalError, match="others than its owner can write"):
        Journal(path)


def test_a_file_of_another_user_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.touch(0o600)
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    with pytest.raises(JournalError, match="another user"):
        Journal(path)


def test_a_path_to_something_else_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    address = tmp_path / "socket"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(address))
        for path, what in (
            (tmp_path, "a directory"),
            (pipe, "a pipe"),
            (link, "a symbolic link"),
            (address, "a socket"),
            (Path("/dev/null"), "a device"),
        ):
            with pytest.raises(JournalError, match=what):
                Journal(path)
    with pytest.raises(JournalError, match="No such file or directory"):
        Journal(tmp_path / "missing" / "journal")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.large
def test_a_crash_at_any_byte_of_a_write_loses_at_most_the_last_entry(path: Path, tmp_path: Path) -> None:
    """Invariant S6. The log is cut off at each frame's edges and at points in between."""
    journal = Journal(path)
    log = path.with_name("journal-wal")
    ends: list[int] = []
    for number in range(20):
        journal.intend(entry(str(number)))
        ends.append(log.stat().st_size)
    copy = tmp_path / "copy"
    shutil.copy(path, copy)
    whole = log.read_bytes()
    journal.close()
    frames = range(WAL_HEADER, len(whole) + 1, WAL_FRAME)
    assert ends[-1] == len(whole)
    cuts = {0, 1, *(frame + near for frame in frames for near in (-1, 0, 1, 24)), *range(0, len(whole), 997)}
    content = copy.read_bytes()
    for cut in sorted(cut for cut in cuts if cut <= len(whole)):
        copy.write_bytes(content)
        copy.with_name("copy-wal").write_bytes(whole[:cut])
        stored = [str(number) for number, end in enumerate(ends) if end <= cut]
        again = Journal(copy)
        assert [each.start for each in again.open_entries("booster", "default")] == stored, cut
        again.intend(entry("new"))
        again.close()
        assert starts(copy) == [*stored, "new"]


def test_a_damaged_entry_is_reported_and_nothing_changes(path: Path, journal: Journal) -> None:
    journal.intend(entry())
    for content, what in ((b"{}", "damaged"), (b"\xff", "damaged"), (b"[1]", "damaged"), (b'{"v":2}', "newer version")):
        with sqlite3.connect(path) as raw:
            checksum = seal(KEY, content, is_open=True, task=None)
            raw.execute("UPDATE records SET content = ?, checksum = ?", (content, checksum))
        for use in (
            lambda: journal.find(KEY),
            lambda: journal.accept(KEY, REF),
            lambda: journal.open_entries("booster", "default"),
        ):
            with pytest.raises(JournalError, match=what):
                use()
        assert raw.execute("SELECT content FROM records").fetchall() == [(content,)]
        raw.close()


@pytest.mark.parametrize("cut", [5000, 8192])
def test_a_file_cut_short_is_reported(path: Path, cut: int) -> None:
    journal = Journal(path)
    for number in range(50):
        journal.intend(entry(str(number)))
    journal.close()
    os.truncate(path, cut)
    with pytest.raises(JournalError, match=r"malformed|not a database"):
        starts(path)


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_bytes(b"x" * 5000)
    path.chmod(0o600)
    with pytest.raises(JournalError, match="not a database"):
        Journal(path)
    assert path.read_bytes() == b"x" * 5000


def test_a_database_of_another_program_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE bookmarks (url TEXT)")
    raw.close()
    path.chmod(0o600)
    with pytest.raises(JournalError, match="another program"):
        Journal(path)


def test_a_journal_of_a_newer_version_is_refused(path: Path) -> None:
    Journal(path).close()
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA user_version=7")
    raw.close()
    with pytest.raises(JournalError, match=r"newer version.*format 7"):
        Journal(path)


def test_a_full_disk_fails_the_write_and_keeps_what_was_there(path: Path, journal: Journal) -> None:
    """Invariant S5."""
    journal.intend(entry("0"))
    raw: Any = journal._storage
    pages = raw._connection.execute("PRAGMA page_count").fetchone()[0]
    raw._connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(JournalError, match="full"):
        journal.intend(entry(baseline=tuple("x" * 24 for _ in range(1000))))
    assert journal.find(KEY) is None
    assert starts(path) == ["0"]
    raw._connection.execute("PRAGMA max_page_count=1000000")
    journal.intend(entry())
    assert starts(path) == ["0", "k"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_file_is_refused(path: Path) -> None:
    """Invariant S5."""
    Journal(path).close()
    path.chmod(0o400)
    with pytest.raises(JournalError, match="read-only"):
        Journal(path)


def test_a_process_that_holds_the_file_for_too_long_is_reported(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT", 0.05)
    journal, other = Journal(path), Journal(path)
    with other._storage.transaction(write=True), pytest.raises(JournalError, match=r"has held it for 0\.05 s"):
        journal.intend(entry())
    assert journal.find(KEY) is None
    journal.intend(entry())
    journal.close()
    other.close()


@pytest.mark.parametrize("holder", ["process", "thread"])
def test_patience_for_those_who_write_can_be_limited(path: Path, holder: str) -> None:
    journal = Journal(path)
    other = Journal(path) if holder == "process" else journal
    with other._storage.transaction(write=True), ThreadPoolExecutor() as threads:
        waiting = threads.submit(journal.intend, entry(), patience=0.05)
        with pytest.raises(JournalError, match=rf"another {holder} has held it for 0\.05 s; try again"):
            waiting.result()
    assert journal.find(KEY) is None
    journal.close()
    other.close()


def test_a_read_does_not_wait_for_a_process_that_writes(path: Path, journal: Journal) -> None:
    journal.intend(entry())
    other = Journal(path)
    with other._storage.transaction(write=True):
        assert journal.find(KEY) is not None
    other.close()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_is_removed_or_replaced_is_reported(path: Path, journal: Journal, replaced: bool) -> None:
    journal.intend(entry())
    for found in path.parent.iterdir():
        found.unlink()
    if replaced:
        other = Journal(path)
        other.intend(entry("theirs"))
    with pytest.raises(JournalError, match="removed or replaced"):
        journal.intend(entry("2"))
    journal.intend(entry("3"))  # in the file that exists now
    assert starts(path) == (["theirs", "3"] if replaced else ["3"])
    if replaced:
        assert other.find(entry("3").key) is not None
        other.close()


def test_many_processes_can_create_one_journal(path: Path) -> None:
    gate = FORK.Barrier(8)

    def work(number: int) -> None:
        gate.wait(30)
        journal = Journal(path)
        journal.intend(entry(str(number)))
        journal.close()

    children = [FORK.Process(target=work, args=(number,)) for number in range(8)]
    for child in children:
        child.start()
    for child in children:
        child.join()
        assert child.exitcode == 0
    assert sorted(starts(path)) == [str(number) for number in range(8)]


def test_a_fork_while_a_thread_writes_does_not_inherit_its_lock(journal: Journal) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with journal._storage.transaction(write=False):
            entered.set()
            leave.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(30)
    child = FORK.Process(target=lambda: journal.intend(entry()))
    child.start()
    child.join(30)
    leave.set()
    thread.join()
    assert child.exitcode == 0
    assert journal.find(KEY) is not None


@pytest.mark.parametrize("moment", ["begin", "written", "kept"])
def test_a_write_is_durable_after_its_commit(path: Path, moment: str) -> None:
    journal = Journal(path)
    journal.intend(entry("first"))
    with dying_at(f"journal.intend.{moment}"), pytest.raises(Killed):
        journal.intend(entry())
    assert starts(path) == (["first", "k"] if moment == "kept" else ["first"])
    journal.settle(entry("first").key, Phase.SUCCEEDED)  # the connection is not left in a transaction
    journal.close()


def test_a_changed_bit_of_a_record_is_reported() -> None:
    record = to_record(evolve(entry(), id="1234", lease=Lease(owner="o", boot="b", until=1, until_wall=2, seconds=3)))
    assert from_record(record, "x").id == "1234"
    for name, value in record._asdict().items():
        for changed in bits_changed(value):
            with pytest.raises(JournalError, match="damaged"):
                from_record(record._replace(**{name: changed}), "x")


def bits_changed(value: Any) -> Iterator[Any]:
    """Yield the value with each of its bits changed, and as SQLite may then read it."""
    if isinstance(value, int):
        yield from (value ^ 1 << bit for bit in range(33))
        return
    raw = value.encode() if isinstance(value, str) else value
    for bit in range(8 * len(raw)):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        yield changed.decode("latin-1") if isinstance(value, str) else bytes(changed)


def test_a_changed_bit_of_the_file_neither_shows_another_task_nor_hides_one(path: Path) -> None:
    journal = Journal(path)
    entries = [entry(str(number)) for number in range(20)]
    for each in entries:
        journal.intend(each)
        journal.accept(each.key, TaskRef("booster", "task", f"t-{each.start}", {"org": "o"}))
    journal.close()
    with closing(Journal(path)) as same:
        expected = same.open_entries("booster", "default"), [same.find(each.key) for each in entries]
    content, random, reported = path.read_bytes(), Random(1), 0
    # An entry is not found if its key is changed in the index. Errors about a changed schema are not always text.
    special = [
        found.start() for found in re.finditer(re.escape(KEY.rpartition("/")[0].encode()) + b"|records", content)
    ]
    for place in (*(random.randrange(len(content)) for _ in range(200)), *special):
        changed = bytearray(content)
        changed[place] ^= 0x80 if content[place : place + 7] == b"records" else 1 << random.randrange(8)
        path.write_bytes(changed)
        try:
            with closing(Journal(path)) as damaged:
                found = damaged.open_entries("booster", "default"), [damaged.find(each.key) for each in entries]
        except JournalError:
            reported += 1
        else:
            assert found == expected
        finally:
            for name in ("journal-wal", "journal-shm"):
                path.with_name(name).unlink(missing_ok=True)
    assert reported
