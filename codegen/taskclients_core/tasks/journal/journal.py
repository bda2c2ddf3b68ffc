"""The journal: submissions of tasks, written to disk before they are sent."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from os import PathLike
from typing import ClassVar, Final

from attrs import evolve

from ...deadline import Clock
from ...errors import InvalidArgumentError, describe
from ..definition import Phase
from ..failpoints import failpoint
from ..snapshot import TaskRef
from .entry import (
    JournalEntry,
    MemoryStorage,
    Storage,
    StoredEntry,
    Transaction,
    from_line,
    is_held,
    make_lease,
    owner_process,
    to_line,
    with_ref,
)

LEASE_SECONDS: Final = 30.0
"""Seconds for which a process holds an entry."""

KEEP_SECONDS: Final = 30 * 86400.0
"""Seconds for which a settled entry is kept, so that its key still returns its task."""

_CLEANING: Final = 1000
"""Changes between two removals of expired entries."""


class Journal:
    """Submissions of tasks in an SQLite database, so that a crash neither loses nor repeats one.

        BoosterClient(..., journal="booster.journal")

    Pass a path to a client, which opens the journal and closes it with itself. Or pass a `Journal` that several
    clients share, and close it yourself. A journal is safe for threads and for processes of one machine. Changes are
    on disk when a method returns.

    The file must be on a local disk: network file systems such as NFS and SMB do not lock SQLite's files reliably. It
    is created with mode 600. While it is in use, `-wal` and `-shm` files are beside it; keep the three together. A
    path that is not a regular file, or a file that other users own or can write to, is refused.

    One process holds an open entry, by a lease of 30 s (during a submission: until its deadline). On Linux the lease
    ends when that process ends, at once and not earlier. Where this cannot be seen (no `/proc`, another container or
    another machine), the lease ends by time. A process that runs longer may then share its tasks with one that calls
    `recover`: both poll them, and neither submits them again.

    Args:
        path: The file; it is created if it does not exist.
        keep: Seconds for which a settled submission is kept, so that its key still returns its task.
        clock: Source of time, for tests.

    Raises:
        JournalError: the file cannot be used. Every method can raise it.
        InvalidArgumentError: `keep` is not a number of seconds.
    """

    lasting: ClassVar[bool] = True
    """True if entries outlive the client. An accepted submission then stays open until its result has been read."""

    def __init__(self, path: str | PathLike[str], *, keep: float = KEEP_SECONDS, clock: Clock | None = None) -> None:
        if isinstance(keep, bool) or not keep >= 0:
            raise InvalidArgumentError(f"keep: expected a number of seconds, 0 or more, got {describe(keep)}")
        from .sqlite import SqliteStorage  # imported late: a client without a file needs no SQLite

        self._set_up(SqliteStorage(path), keep, clock)

    def _set_up(self, storage: Storage, keep: float, clock: Clock | None) -> None:
        self._storage = storage
        self._keep = keep
        self._clock = Clock() if clock is None else clock
        self._changes = 0

    def intend(self, entry: JournalEntry, *, replaces: str | None = None) -> JournalEntry:
        """Write an entry unless its key exists; return the entry of the key.

        The returned entry is the new one if its `start` equals that of the argument. `replaces` is the `start` of an
        entry that the new one may replace.
        """
        with self._storage.transaction(write=True) as transaction:
            found = self._get(transaction, entry.key)
            if found is not None and found.start != replaces and not self._expired(found):
                return found
            # Renew the lease by the journal's own clock, which also decides when it ends.
            lease = entry.lease and make_lease(self._clock, entry.lease.owner, entry.lease.seconds)
            self._put(transaction, "intend", evolve(entry, lease=lease))
            return entry

    def find(self, key: str) -> JournalEntry | None:
        """Return the entry of a key; None if there is none."""
        with self._storage.transaction(write=False) as transaction:
            found = self._get(transaction, key)
            return None if found is None or self._expired(found) else found

    def accept(self, key: str, ref: TaskRef) -> JournalEntry | None:
        """Record that the task was begun; return the entry, or None if there is none."""
        with self._changing(key) as (transaction, found):
            return None if found is None else self._accept(transaction, "accept", found, ref)

    def resolve(self, key: str, ref: TaskRef) -> bool:
        """Record the task that was found for a submission.

        Return False, without a change, if the task is another entry's or the entry has a task already.
        """
        with self._changing(key) as (transaction, found):
            if found is None or found.id is not None:
                return False
            others = (self._entry(record) for record in transaction.records() if record.key != key)
            if any(other.ref == ref and other.origin == found.origin for other in others):
                return False
            self._accept(transaction, "resolve", found, ref)
            return True

    def mark_unknown(self, key: str) -> None:
        """Record that the outcome of a submission is unknown, if it is still intended."""
        with self._changing(key) as (transaction, found):
            if found is not None and found.state == "intended":
                self._put(transaction, "mark_unknown", evolve(found, state="unknown"))

    def settle(self, key: str, phase: Phase, ref: TaskRef | None = None) -> None:
        """Record that a task is finished for the caller: `recover` no longer returns it.

        With `ref`, nothing is recorded if the key belongs to another task by now.
        """
        with self._changing(key) as (transaction, found):
            if found is not None and (found.open or found.phase is None) and ref in (None, found.ref):
                self._put(transaction, "settle", evolve(found, state="settled", phase=str(phase), lease=None))

    def discard(self, key: str, ref: TaskRef | None = None) -> None:
        """Remove an entry, because no task was begun or the caller discards it; `ref` as for `settle`."""
        with self._changing(key) as (transaction, found):
            if found is not None and ref in (None, found.ref):
                failpoint("journal.discard.begin")
                transaction.delete([key])
                self._commit(transaction, "discard")

    def open_entries(self, vendor: str, account: str) -> Sequence[JournalEntry]:
        """Return the entries that are not settled, oldest first."""
        with self._storage.transaction(write=False) as transaction:
            entries = [self._entry(record) for record in transaction.records(open_only=True)]
        return [each for each in entries if (each.vendor, each.account) == (vendor, account)]

    def lease(self, key: str, owner: str, seconds: float) -> bool:
        """Hold an open entry for some seconds (0: release it); return False if another owner holds it."""
        with self._changing(key) as (transaction, found):
            if found is None or not found.open or is_held(found.lease, owner, self._clock):
                return False
            self._put(transaction, "lease", evolve(found, lease=make_lease(self._clock, owner, seconds)))
            return True

    def close(self) -> None:
        """Close the file. Entries are on disk already; nothing is lost without a close."""
        self._storage.close()

    @contextmanager
    def _changing(self, key: str) -> Generator[tuple[Transaction, JournalEntry | None]]:
        with self._storage.transaction(write=True) as transaction:
            yield transaction, self._get(transaction, key)

    def _get(self, transaction: Transaction, key: str) -> JournalEntry | None:
        content = transaction.get(key)
        return None if content is None else from_line(content, self._storage.name)

    def _entry(self, record: StoredEntry) -> JournalEntry:
        return from_line(record.content, self._storage.name)

    def _accept(self, transaction: Transaction, event: str, found: JournalEntry, ref: TaskRef) -> JournalEntry:
        # From now on the process holds the entry, not the one submission.
        lease = found.lease and make_lease(self._clock, owner_process(found.lease.owner), LEASE_SECONDS)
        entry = with_ref(evolve(found, lease=lease), ref)
        if found.state == "settled" or not self.lasting:
            entry = evolve(entry, state="settled")
        return self._put(transaction, event, entry)

    def _put(self, transaction: Transaction, event: str, entry: JournalEntry) -> JournalEntry:
        failpoint(f"journal.{event}.begin")
        entry = evolve(entry, changed=self._clock.wall())
        transaction.put(StoredEntry(entry.key, to_line(entry), entry.open))
        self._commit(transaction, event)
        return entry

    def _commit(self, transaction: Transaction, event: str) -> None:
        self._changes += 1
        if self._changes >= _CLEANING:
            self._changes = 0
            self._clean(transaction)
        failpoint(f"journal.{event}.written")
        transaction.commit()
        failpoint(f"journal.{event}.kept")

    def _clean(self, transaction: Transaction) -> None:
        entries = [self._entry(record) for record in transaction.records()]
        transaction.delete([entry.key for entry in entries if self._expired(entry)])

    def _expired(self, entry: JournalEntry) -> bool:
        return entry.state == "settled" and self._clock.wall() - entry.changed > self._keep


class MemoryJournal(Journal):
    """Journal in memory, for a client without a journal. It keeps a bounded number of settled submissions.

    Keys work as in a file. An accepted submission is settled at once, because no other process could recover it.
    """

    lasting = False
    most: ClassVar[int] = 10_000
    """Maximum number of settled submissions."""

    def __init__(self, *, clock: Clock | None = None) -> None:  # pyright: ignore[reportMissingSuperCall]
        self._set_up(MemoryStorage(), KEEP_SECONDS, clock)

    def _clean(self, transaction: Transaction) -> None:
        super()._clean(transaction)
        settled = [record.key for record in transaction.records() if not record.open]
        transaction.delete(settled[: max(0, len(settled) - self.most)])
