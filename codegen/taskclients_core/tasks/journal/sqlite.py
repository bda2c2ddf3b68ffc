"""A journal as an SQLite database: slower than a file of lines, and at home on systems without Unix's file locks."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from os import PathLike
from typing import Final

from ...errors import ClientClosed
from ...exchange.clock import Clock
from ..crash import crashpoint
from ..errors import JournalError
from .entry import VERSION, Entry, from_line, to_line
from .locks import PATIENCE, make_private
from .store import KEEP, Book, Store

_CLEANING: Final = 1000
"""After so many changes, what is settled for long is taken out."""

_TABLE: Final = "CREATE TABLE IF NOT EXISTS entries (number INTEGER PRIMARY KEY, key TEXT UNIQUE, line BLOB) STRICT"


class SqliteJournal(Store):
    """Keeps starts of tasks in an SQLite database. Threads and processes may share it, on one machine.

    Raises:
        JournalError: the database cannot be used.
    """

    def __init__(self, path: str | PathLike[str], *, keep: float = KEEP, clock: Clock | None = None) -> None:
        super().__init__(keep=keep, clock=clock)
        self._path: str = os.path.abspath(os.fspath(path))
        self._closed = False
        self._process = 0
        self._connection: sqlite3.Connection | None = None
        self._inherited: list[sqlite3.Connection] = []
        """Of a parent: to close one here would harm it there."""

        self._changes = 0
        with self._book():
            pass

    @contextmanager
    def _book(self) -> Generator[Book]:
        with self._lock:
            if self._closed:
                raise ClientClosed(f"journal {self._path}: it was closed")
            try:
                connection = self._connected()
                connection.execute("BEGIN IMMEDIATE")
            except (sqlite3.Error, OSError) as error:
                raise _failed(self._path, error) from error
            book = _Rows(connection, self._path)
            try:
                yield book
                self._changes += book.changes
                if self._changes > _CLEANING:
                    self._clean(connection, book)
            except sqlite3.Error as error:
                raise _failed(self._path, error) from error
            finally:
                if connection.in_transaction:
                    with suppress(sqlite3.Error):
                        connection.execute("ROLLBACK")

    def _connected(self) -> sqlite3.Connection:
        if self._connection is not None and self._process != os.getpid():
            self._inherited.append(self._connection)
            self._connection = None
        if self._connection is None:
            make_private(self._path)
            connection = sqlite3.connect(
                self._path, timeout=PATIENCE, isolation_level=None, check_same_thread=False, uri=False
            )
            try:
                self._set_up(connection)
            except BaseException:
                connection.close()
                raise
            self._connection, self._process = connection, os.getpid()
        return self._connection

    def _set_up(self, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA fullfsync=1")
        version: int = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise JournalError(f"journal {self._path}: written by a newer version of this package")
        if not version:
            connection.execute(_TABLE)
            connection.execute(f"PRAGMA user_version={VERSION:d}")

    def _clean(self, connection: sqlite3.Connection, book: Book) -> None:
        self._changes = 0
        old = [(each.key,) for each in book.all() if not self._kept(each)]
        if old:
            connection.executemany("DELETE FROM entries WHERE key = ?", old)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._closed = True
            if self._connection is not None and self._process == os.getpid():
                self._connection.close()
            self._connection = None


class _Rows(Book):
    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self._connection = connection
        self._where = f"journal {path}"
        self.changes = 0

    def get(self, key: str) -> Entry | None:
        found = self._connection.execute("SELECT line FROM entries WHERE key = ?", (key,)).fetchone()
        return None if found is None else from_line(found[0], self._where)

    def all(self) -> Iterable[Entry]:
        rows = self._connection.execute("SELECT line FROM entries ORDER BY number").fetchall()
        return [from_line(line, self._where) for (line,) in rows]

    def put(self, event: str, entry: Entry) -> None:
        crashpoint(f"journal.{event}.begin")
        execute = self._connection.execute
        if entry.state == "forgotten":
            execute("DELETE FROM entries WHERE key = ?", (entry.key,))
        else:
            execute(
                "INSERT INTO entries (key, line) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET line = excluded.line",
                (entry.key, to_line(entry)),
            )
        self.changes += 1
        crashpoint(f"journal.{event}.written")
        execute("COMMIT")
        crashpoint(f"journal.{event}.kept")


def _failed(path: str, error: Exception) -> JournalError:
    return JournalError(f"journal {path}: {error}")
