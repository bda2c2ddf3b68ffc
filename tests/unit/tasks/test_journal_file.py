"""The journal as a file: what a crash, a full disk, another user or another process can do to it."""

from __future__ import annotations

import errno
import multiprocessing
import os
import socket
import stat
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from tests.unit.tasks.kinds import Still
from tests.unit.tasks.starts import Killed, dying_at
from tests.unit.tasks.test_journal import KEY, REF, entry

from taskclients_core.tasks.errors import JournalError
from taskclients_core.tasks.journal import FileJournal, SqliteJournal, locks
from taskclients_core.tasks.journal import file as file_module
from taskclients_core.tasks.phases import Phase

FORK = multiprocessing.get_context("fork")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.mark.parametrize("kind", [FileJournal, SqliteJournal])
def test_it_is_its_owners_alone(kind: Any, path: Path) -> None:
    before = os.umask(0)
    try:
        journal = kind(path)
        journal.intend(entry())
    finally:
        os.umask(before)
    for found in path.parent.iterdir():
        assert stat.S_IMODE(found.stat().st_mode) == 0o600, found
    journal.close()


@pytest.mark.parametrize("kind", [FileJournal, SqliteJournal])
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_one_that_others_can_write_to_is_refused(kind: Any, path: Path, mode: int) -> None:
    path.touch()
    path.chmod(mode)
    with pytest.raises(JournalError, match="others than its owner can write"):
        kind(path)


@pytest.mark.parametrize("kind", [FileJournal, SqliteJournal])
def test_one_that_belongs_to_somebody_else_is_refused(kind: Any, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.touch(0o600)
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    with pytest.raises(JournalError, match="another user"):
        kind(path)


@pytest.mark.parametrize("kind", [FileJournal, SqliteJournal])
def test_what_is_no_file_is_refused(kind: Any, tmp_path: Path) -> None:
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
                kind(path)
    with pytest.raises(JournalError, match="No such file or directory"):
        kind(tmp_path / "missing" / "journal")
    assert not (tmp_path / "elsewhere").exists()


def test_s6_cut_at_any_place_it_opens_and_loses_at_most_the_last_entry(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_module, "sync", lambda _: None)  # thousands of times
    journal = FileJournal(path)
    for number in range(20):
        journal.intend(entry(str(number)))
    journal.close()
    whole = path.read_bytes()
    ends = [index + 1 for index, byte in enumerate(whole) if byte == 10]
    assert len(ends) == 20
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        journal = FileJournal(path)
        acknowledged = sum(end <= cut for end in ends)
        assert len(journal.open_entries("booster", "default")) == acknowledged
        journal.intend(entry("new"))
        journal.close()
        again = FileJournal(path)
        assert [each.start for each in again.open_entries("booster", "default")] == [
            *(str(number) for number in range(acknowledged)),
            "new",
        ]
        again.close()


def test_what_a_power_cut_leaves_at_its_end_is_cut_off(path: Path) -> None:
    journal = FileJournal(path)
    journal.intend(entry())
    with path.open("ab") as file:
        file.write(b"\0" * 4096)
    journal.intend(entry("2"))
    journal.close()
    assert b"\0" not in path.read_bytes()
    assert len(FileJournal(path).open_entries("booster", "default")) == 2


def test_a_line_that_cannot_be_read_is_told_of_and_nothing_changes(path: Path) -> None:
    journal = FileJournal(path)
    journal.intend(entry())
    journal.close()
    text = path.read_bytes()
    for line in (b"{}\n", b"\xff\n", b"[1]\n", b"null\n", b"\n", text.replace(b'"v":1', b'"v":2')):
        path.write_bytes(text + line + text)
        before = path.read_bytes()
        with pytest.raises(JournalError, match="line 2"):
            FileJournal(path)
        assert path.read_bytes() == before


@pytest.mark.parametrize("kind", [FileJournal, SqliteJournal])
def test_s5_a_disk_that_cannot_be_written(kind: Any, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if kind is SqliteJournal:
        journal = kind(path)
        monkeypatch.setattr("taskclients_core.tasks.journal.sqlite.to_line", _raise)
        with pytest.raises(JournalError, match="full"):
            journal.intend(entry())
        monkeypatch.undo()
        assert journal.find(KEY) is None
        journal.close()
        return
    journal = kind(path)
    journal.intend(entry("0"))
    for name in ("write", "sync"):
        with monkeypatch.context() as patch:
            if name == "write":
                patch.setattr(os, "write", _full(os.write))
            else:
                patch.setattr(file_module, "sync", _raise_os)
            with pytest.raises(JournalError, match=r"No space left|Input/output"):
                journal.intend(entry())
        assert journal.find(KEY) is None
        assert [each.start for each in FileJournal(path).open_entries("booster", "default")] == ["0"]
    journal.intend(entry())
    assert len(FileJournal(path).open_entries("booster", "default")) == 2


def _raise(_: Any) -> bytes:
    import sqlite3

    raise sqlite3.OperationalError("database or disk is full")


def _raise_os(_: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def _full(write: Any) -> Any:
    left = [100]

    def writing(number: int, data: bytes) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = min(left[0], len(data))
        left[0] -= taken
        return int(write(number, data[:taken]))

    return writing


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_s5_a_read_only_file(path: Path) -> None:
    path.touch(0o400)
    with pytest.raises(JournalError, match="Permission denied"):
        FileJournal(path)


def test_s5_a_file_system_without_locks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(*_: Any) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(locks._fcntl, "flock", flock)
    with pytest.raises(JournalError, match="No locks available"):
        FileJournal(path)


def test_where_there_are_no_such_locks_that_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "_fcntl", None)
    with pytest.raises(JournalError, match="use SqliteJournal"):
        FileJournal(path)


def test_somebody_who_holds_it_for_too_long(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0.05)
    journal, other = FileJournal(path), FileJournal(path)
    with other._book(), pytest.raises(JournalError, match="has held it for"):
        journal.find(KEY)
    assert journal.find(KEY) is None


def test_one_that_vanishes_or_shrinks_is_told_of(path: Path) -> None:
    journal = FileJournal(path)
    journal.intend(entry())
    path.unlink()
    with pytest.raises(JournalError, match="removed"):
        journal.intend(entry("2"))
    journal = FileJournal(path)
    journal.intend(entry())
    os.truncate(path, 0)
    with pytest.raises(JournalError, match="cut"):
        journal.intend(entry("2"))


# -- Compaction


def _fill(journal: FileJournal, number: int) -> None:
    for _ in range(number):
        journal.lease(KEY, "a", 30)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_module, "_SLACK", 20)


def test_lines_that_are_out_of_date_go(path: Path, short: None) -> None:
    clock = Still()
    journal, other = FileJournal(path, clock=clock, keep=10), FileJournal(path, clock=clock, keep=10)
    for key in ("k", "settled", "old", "forgotten"):
        journal.intend(entry(key))
    journal.accept(KEY, REF)
    journal.settle(entry("old").key, Phase.FAILED)
    clock.pass_by(11)
    journal.settle(entry("settled").key, Phase.FAILED)
    journal.forget(entry("forgotten").key)
    inode = path.stat().st_ino
    _fill(journal, 40)
    assert path.stat().st_ino != inode
    assert path.read_bytes().count(b"\n") < 30
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    # The other one notices.
    assert other.find(KEY).ref == REF  # type: ignore[union-attr]
    other.intend(entry("more"))
    assert journal.find(entry("more").key) is not None
    assert journal.find(entry("settled").key) is not None
    assert b'"old"' not in path.read_bytes()
    assert [found.name for found in path.parent.iterdir()] == ["journal"]


@pytest.mark.parametrize("point", ["begin", "written", "synced", "renamed", "end"])
def test_s1_a_crash_while_it_is_written_anew_loses_nothing(path: Path, short: None, point: str) -> None:
    journal = FileJournal(path)
    for number in range(5):
        journal.intend(entry(str(number)))
    journal.intend(entry())
    with dying_at(f"compact.{point}"), pytest.raises(Killed):
        _fill(journal, 100)
    for again in (journal, FileJournal(path)):
        assert len(again.open_entries("booster", "default")) == 6
    other = FileJournal(path)
    _fill(other, 100)
    assert len(journal.open_entries("booster", "default")) == 6


def test_when_it_cannot_be_written_anew_the_old_one_goes_on(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_module, "_SLACK", 20)
    journal = FileJournal(path)
    journal.intend(entry())
    (path.parent / "journal.new").mkdir()
    _fill(journal, 100)
    assert len(FileJournal(path).open_entries("booster", "default")) == 1


def _write(path: Path, name: str) -> None:
    journal = FileJournal(path)
    for number in range(60):
        one = entry(f"{name}-{number}")
        journal.intend(one)
        journal.accept(one.key, evolve(REF, id=one.start))
        if number % 2:
            journal.forget(one.key)


def test_several_processes_write_while_it_is_written_anew(path: Path, short: None) -> None:
    children = [FORK.Process(target=_write, args=(path, f"c{number}")) for number in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join()
        assert child.exitcode == 0
    entries = FileJournal(path).open_entries("booster", "default")
    assert {each.start for each in entries} == {f"c{c}-{n}" for c in range(4) for n in range(0, 60, 2)}
    assert all(each.id == each.start for each in entries)


def test_a_database_is_kept_clean(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("taskclients_core.tasks.journal.sqlite._CLEANING", 20)
    clock = Still()
    journal = SqliteJournal(path, keep=5, clock=clock)
    for number in range(50):
        one = entry(str(number))
        journal.intend(one)
        journal.settle(one.key, Phase.SUCCEEDED)
        clock.pass_by(1)
    with journal._book() as book:
        assert len(list(book.all())) < 40
    journal.close()


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.write_bytes(b"x" * 5000)
    path.chmod(0o600)
    with pytest.raises(JournalError, match="not a database"):
        SqliteJournal(path)
