"""Storage of a journal: records by key, in memory or (see `sqlite`) in a database.

Internal. A storage knows keys, bytes, and which records are open; what a record means is its user's business.
"""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple


class Record(NamedTuple):
    """One stored record."""

    key: str
    content: bytes
    open: bool
    """Whether work on it is left; `Transaction.records` can skip the others."""


class Transaction(ABC):
    """Records while no other thread or process can change them."""

    @abstractmethod
    def get(self, key: str) -> bytes | None:
        """Return the content of a key, or None."""

    @abstractmethod
    def records(self, *, open_only: bool = False) -> Sequence[Record]:
        """Return the records, oldest first."""

    @abstractmethod
    def put(self, record: Record) -> None:
        """Write a record; one with its key is replaced and keeps its place in the order."""

    @abstractmethod
    def delete(self, keys: Sequence[str]) -> None:
        """Remove records; a key that does not exist is skipped."""

    @abstractmethod
    def commit(self) -> None:
        """Make the changes permanent: they survive a crash of the machine from here on.

        The transaction ends with it.
        """


class Storage(ABC):
    """Records by key. Safe for threads."""

    name: str
    """For error messages."""

    def __init__(self) -> None:
        self._locks: dict[int, threading.Lock] = {}

    # One for each process: a fork would inherit a held lock without the thread that holds it.
    @property
    def _lock(self) -> threading.Lock:
        return self._locks.setdefault(os.getpid(), threading.Lock())

    @abstractmethod
    def transaction(self, *, write: bool) -> AbstractContextManager[Transaction]:
        """Return a context with exclusive access (without `write`: a consistent view).

        What was not committed at its end is undone.
        """

    @abstractmethod
    def close(self) -> None:
        """Release files. A second call changes nothing."""


class MemoryStorage(Storage):
    """Records in memory. A change is permanent at once."""

    name = "journal in memory"

    def __init__(self) -> None:
        super().__init__()
        self._transaction = _MemoryTransaction()

    @contextmanager
    def transaction(self, *, write: bool) -> Generator[Transaction]:  # noqa: ARG002 - the lock serves both
        """Return a context with exclusive access."""
        with self._lock:
            yield self._transaction

    def close(self) -> None:
        """Do nothing: no file is open."""


class _MemoryTransaction(Transaction):
    def __init__(self) -> None:
        self._records: dict[str, Record] = {}

    def get(self, key: str) -> bytes | None:
        found = self._records.get(key)
        return None if found is None else found.content

    def records(self, *, open_only: bool = False) -> Sequence[Record]:
        return [record for record in self._records.values() if record.open or not open_only]

    def put(self, record: Record) -> None:
        self._records[record.key] = record

    def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._records.pop(key, None)

    def commit(self) -> None:
        pass
