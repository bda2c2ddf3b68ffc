"""Storage of the journal in an SQLite database: one table, write-ahead log, one sync per commit."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from math import inf
from os import PathLike
from typing import Final

from ...errors import ClientClosedError
from ..errors import JournalError
from ..files import make_private
from .entry import Storage, StoredEntry, Transaction

BUSY_TIMEOUT: Final = 10.0
"""Seconds to wait for another process that writes."""

_FORMAT: Final = 1
"""Version of the table, stored as SQLite's `user_version`."""

_SCHEMA: Final = (
    "CREATE TABLE records (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, content BLOB NOT NULL,"
    " open INTEGER NOT NULL, task TEXT, checksum INTEGER NOT NULL) STRICT",
    "CREATE INDEX open_records ON records (number) WHERE open",
    "CREATE INDEX records_of_tasks ON records (task) WHERE task IS NOT NULL",
    f"PRAGMA user_version = {_FORMAT:d}",
)
_PUT: Final = (
    "INSERT INTO records (key, content, open, task, checksum) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (key) DO UPDATE SET content = excluded.content, open = excluded.open, task = excluded.task,"
    " checksum = excluded.checksum"
)
_SELECT: Final = "SELECT key, content, open, task, checksum FROM records"


class SqliteStorage(Storage):
    """Records in an SQLite database on a local disk, opened at its first use. Safe for threads and local processes.

    Raises:
        JournalError: the database cannot be used. Every method can raise it.
    """

    def __init__(self, path: str | PathLike[str]) -> None:
        super().__init__()
        self._path: str = os.path.abspath(os.fspath(path))
        self.name = f"journal {self._path}"
        self._closed = False
        self._process = 0
        self._opened: tuple[int, int] | None = None
        """Device and inode of the open database."""

        self._connection: sqlite3.Connection | None = None
        self._inherited: list[sqlite3.Connection] = []
        """Connections of a parent process, never closed here: SQLite forbids their use after a fork."""

    @contextmanager
    def transaction(self, *, write: bool, sync: bool = True, patience: float = inf) -> Generator[Transaction]:
        """Return a context with exclusive access; without `write`, a consistent read that does not block."""
        limit = min(BUSY_TIMEOUT, max(0.0, patience))
        with self._locked(-1 if patience == inf else limit):
            if self._closed:
                raise ClientClosedError(f"{self.name}: the journal is closed; open a new Journal(path)")
            connection: sqlite3.Connection | None = None
            try:
                connection = self._connected(limit)
                connection.execute(f"PRAGMA busy_timeout={limit * 1000:.0f}")
                connection.execute(f"PRAGMA synchronous={'FULL' if sync else 'NORMAL'}")
                connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
                yield _SqliteTransaction(connection)
            except UnicodeDecodeError:  # of the message of an error about a damaged schema
                raise _damaged(self.name) from None
            except sqlite3.Error as error:
                raise self._failed(error, limit) from error
            finally:
                if connection is not None and connection.in_transaction:
                    with suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")

    @contextmanager
    def _locked(self, seconds: float) -> Generator[None]:
        """Wait for the other threads of this process; without end if `seconds` is -1."""
        lock = self._lock
        if not lock.acquire(timeout=seconds):
            raise JournalError(f"{self.name}: another thread has held it for {seconds:.3g} s; try again")
        try:
            yield
        finally:
            lock.release()

    def _connected(self, limit: float) -> sqlite3.Connection:
        if self._connection is not None and self._process != os.getpid():
            self._inherited.append(self._connection)
            self._connection = None
        if self._connection is not None:
            self._check_file()
            return self._connection
        make_private(self._path)
        connection = sqlite3.connect(self._path, timeout=limit, isolation_level=None, check_same_thread=False)
        try:
            _set_up(connection, self.name, limit)
            self._opened = self._file_id()
        except BaseException:
            connection.close()
            raise
        self._connection, self._process = connection, os.getpid()
        return connection

    def _file_id(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _check_file(self) -> None:
        """Raise JournalError if the file at the path is not the open one. The next call opens the path again."""
        if self._file_id() != self._opened:
            self._disconnect()
            raise JournalError(f"{self.name}: the file was removed or replaced while it was in use; restore it")

    def _failed(self, error: sqlite3.Error, limit: float) -> JournalError:
        if _is_busy(error):
            return JournalError(f"{self.name}: another process has held it for {limit:.3g} s; try again")
        return JournalError(f"{self.name}: {error}; check the file and its disk")

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._closed = True
            self._disconnect()

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._process == os.getpid():
            connection.close()
        else:
            self._inherited.append(connection)


class _SqliteTransaction(Transaction):
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> StoredEntry | None:
        return next(iter(self._select("WHERE key = ?", key)), None)

    def of_task(self, task: str) -> Sequence[StoredEntry]:
        return self._select("WHERE task = ? ORDER BY number", task)

    def records(self, *, open_only: bool = False) -> Sequence[StoredEntry]:
        return self._select("WHERE open ORDER BY number" if open_only else "ORDER BY number")

    def _select(self, which: str, *parameters: str) -> list[StoredEntry]:
        rows = self._connection.execute(f"{_SELECT} {which}", parameters)
        return [StoredEntry(*row) for row in rows]

    def put(self, record: StoredEntry) -> None:
        self._connection.execute(_PUT, record)

    def delete(self, keys: Sequence[str]) -> None:
        self._connection.executemany("DELETE FROM records WHERE key = ?", [(key,) for key in keys])

    def commit(self) -> None:
        self._connection.execute("COMMIT")


def _set_up(connection: sqlite3.Connection, name: str, limit: float) -> None:
    _use_wal(connection, limit)
    connection.execute("PRAGMA fullfsync=1")
    if _format(connection) != _FORMAT:
        connection.execute("BEGIN IMMEDIATE")
        found = _format(connection)  # another process may have created it
        if not found:
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise JournalError(f"{name}: a database of another program; pass another path")
            for statement in _SCHEMA:
                connection.execute(statement)
        elif found != _FORMAT:
            raise JournalError(f"{name}: written by a newer version of this package (format {found}); upgrade it")
        connection.execute("COMMIT")
    # The checksums of entries do not cover the indexes: an entry that is not found there would be begun again.
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise _damaged(name)


def _damaged(name: str) -> JournalError:
    return JournalError(f"{name}: the file is damaged, nothing was changed; restore it or pass another path")


def _format(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _use_wal(connection: sqlite3.Connection, limit: float) -> None:
    """Switch to the write-ahead log. Retries, because SQLite's own timeout does not apply here."""
    end = time.monotonic() + limit
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > end:
                raise
            time.sleep(0.005)
        else:
            return


def _is_busy(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
