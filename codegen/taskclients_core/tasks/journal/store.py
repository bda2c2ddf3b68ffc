"""What all journals do in the same way; they differ in how entries are kept."""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager

from attrs import evolve

from ...errors import InvalidArgument
from ...exchange.clock import Clock
from ..given import named
from ..phases import Phase
from ..ref import Ref
from .entry import Entry, Lease, with_ref
from .owner import boot, gone, lives, process_of

LEASE = 30.0
"""Seconds for which an entry is held."""

KEEP = 30 * 86400.0
"""Seconds for which a settled entry is kept, so that its key still means its task."""


class Book(ABC):
    """The entries of a store, while nobody else has them."""

    @abstractmethod
    def get(self, key: str) -> Entry | None:
        """The entry of a key; not one that is forgotten."""

    @abstractmethod
    def all(self) -> Iterable[Entry]:
        """All of them, oldest first."""

    @abstractmethod
    def put(self, event: str, entry: Entry) -> None:
        """Keep an entry for good, in place of another of its key."""


class Store(ABC):
    """A journal. `keep` is for how long settled entries are kept, in seconds."""

    def __init__(self, *, keep: float = KEEP, clock: Clock | None = None) -> None:
        if isinstance(keep, bool) or not keep >= 0:
            raise InvalidArgument(f"keep: expected a number of seconds, 0 or more, got {named(keep)}")
        self._keep = keep
        self._clock = Clock() if clock is None else clock
        self._locks: dict[int, threading.Lock] = {}

    @property
    def _lock(self) -> threading.Lock:
        """One for each process: a fork may find its parent's held, by a thread that it does not have."""
        return self._locks.setdefault(os.getpid(), threading.Lock())

    @abstractmethod
    def _book(self) -> AbstractContextManager[Book]:
        """The entries, for as long as the context lasts."""

    @abstractmethod
    def close(self) -> None:
        """Close files."""

    def intend(self, entry: Entry) -> Entry:
        """Keep an entry unless its key is there; the one that is there now."""
        with self._book() as book:
            found = book.get(entry.key)
            if found is not None and not self._expired(found):
                return found
            # By our clock, which is the one that will tell when it is over.
            lease = entry.lease and granted(self._clock, entry.lease.owner, entry.lease.seconds)
            self._put(book, "intend", evolve(entry, lease=lease))
            return entry

    def find(self, key: str) -> Entry | None:
        """The entry of a key."""
        with self._book() as book:
            found = book.get(key)
            return None if found is None or self._expired(found) else found

    def accept(self, key: str, ref: Ref) -> None:
        """The task was begun."""
        with self._book() as book:
            found = book.get(key)
            if found is not None:
                self._accept(book, "accept", found, ref)

    def adopt(self, key: str, ref: Ref) -> bool:
        """The task was begun, as far as can be told; False if it is another entry's, or ours has one."""
        with self._book() as book:
            found = book.get(key)
            if found is None or found.id is not None:
                return False
            if any(other.ref == ref and other.origin == found.origin for other in book.all() if other.key != key):
                return False
            self._accept(book, "adopt", found, ref)
            return True

    def doubt(self, key: str) -> None:
        """Whether the task was begun is not known."""
        with self._book() as book:
            found = book.get(key)
            if found is not None and found.state == "intended":
                self._put(book, "doubt", evolve(found, state="unknown"))

    def settle(self, key: str, phase: Phase) -> None:
        """Nothing is left to do about the task."""
        with self._book() as book:
            found = book.get(key)
            if found is not None and found.state != "settled":
                self._put(book, "settle", evolve(found, state="settled", phase=str(phase), lease=None))

    def forget(self, key: str) -> None:
        """There is no such start."""
        with self._book() as book:
            found = book.get(key)
            if found is not None:
                bare = evolve(found, state="forgotten", baseline=None, echo=(), lease=None)
                self._put(book, "forget", bare)

    def open_entries(self, vendor: str, account: str) -> Sequence[Entry]:
        """What is neither settled nor forgotten, oldest first."""
        with self._book() as book:
            return [each for each in book.all() if each.open and (each.vendor, each.account) == (vendor, account)]

    def lease(self, key: str, owner: str, seconds: float) -> bool:
        """Hold an open entry for so long (0: no longer); False if somebody else does."""
        with self._book() as book:
            found = book.get(key)
            if found is None or not found.open or self._held(found.lease, owner):
                return False
            self._put(book, "lease", evolve(found, lease=granted(self._clock, owner, seconds)))
            return True

    def _accept(self, book: Book, event: str, found: Entry, ref: Ref) -> None:
        # It is the process's from now on, no longer that of one start.
        lease = found.lease and granted(self._clock, process_of(found.lease.owner), LEASE)
        entry = with_ref(evolve(found, lease=lease), ref)
        self._put(book, event, evolve(entry, state="settled") if found.state == "settled" else entry)

    def _put(self, book: Book, event: str, entry: Entry) -> None:
        book.put(event, evolve(entry, changed=self._clock.wall()))

    def _held(self, lease: Lease | None, owner: str) -> bool:
        """Whether somebody else has it. Clocks that were set anew do not make a lease longer than it was."""
        if lease is None or lease.owner == owner or gone(lease.owner):
            return False
        if lives(lease.owner):
            return True
        here = lease.boot and lease.boot == boot()
        left = lease.until - self._clock.monotonic() if here else lease.until_wall - self._clock.wall()
        return 0 < left <= lease.seconds

    def _expired(self, entry: Entry) -> bool:
        return entry.state == "settled" and self._clock.wall() - entry.changed > self._keep

    def _kept(self, entry: Entry) -> bool:
        """Whether it is worth a place."""
        return entry.state != "forgotten" and not self._expired(entry)


def granted(clock: Clock, owner: str, seconds: float) -> Lease | None:
    """A lease from now on."""
    if seconds <= 0:
        return None
    until, wall = clock.monotonic() + seconds, clock.wall() + seconds
    return Lease(owner=owner, boot=boot(), until=until, until_wall=wall, seconds=seconds)
