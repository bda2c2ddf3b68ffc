"""Storage of the journal: records by key, in memory or (see `sqlite`) in a database.

A storage knows keys, bytes and which records are open; `journal` gives them their meaning.
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
    """True if the entry is not settled; `Transaction.records` can skip the others."""


class Transaction(ABC):
    """Access to the records while no other thread or process can change them."""

    @abstractmethod
    def get(self, key: str) -> bytes | None:
        """Return the content of a key; None if there is none."""

    @abstractmethod
    def records(self, *, open_only: bool = False) -> Sequence[Record]:
        """Return the records, oldest first."""

    @abstractmethod
    def put(self, record: Record) -> None:
        """Write a record. A record with the same key is replaced and keeps its place in the order."""

    @abstractmethod
    def delete(self, keys: Sequence[str]) -> None:
        """Remove records. Missing keys are skipped."""

    @abstractmethod
    def commit(self) -> None:
        """Write the changes to disk and end the transaction."""


class Storage(ABC):
    """Records by key. Safe for threads."""

    name: str
    """Name for error messages."""

    def __init__(self) -> None:
        self._locks: dict[int, threading.Lock] = {}

    # One lock per process: a fork would inherit a held lock without the thread that holds it.
    @property
    def _lock(self) -> threading.Lock:
        return self._locks.setdefault(os.getpid(), threading.Lock())

    @abstractmethod
    def transaction(self, *, write: bool) -> AbstractContextManager[Transaction]:
        """Return a context with exclusive access; without `write`, a consistent read.

        Changes that are not committed at its end are undone.
        """

    @abstractmethod
    def close(self) -> None:
        """Close files. A second call does nothing."""


class MemoryStorage(Storage):
    """Records in memory. Changes are committed at once."""

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
