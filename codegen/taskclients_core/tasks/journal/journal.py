"""The journal: submissions of tasks, written to disk before they are sent."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from math import inf
from os import PathLike
from typing import ClassVar, Final, Self
from weakref import WeakValueDictionary

from attrs import evolve

from ...deadline import Clock
from ...errors import ClientError, InvalidArgumentError, describe
from ..definition import Phase
from ..failpoints import failpoint
from ..snapshot import TaskRef
from .entry import (
    JournalEntry,
    MemoryStorage,
    Storage,
    StoredEntry,
    Transaction,
    from_record,
    is_held,
    make_lease,
    owner_process,
    process_id,
    task_digest,
    to_record,
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

    The process that begins or recovers a task holds its entry while it holds a handle of the task and has not closed
    the client; meanwhile `recover` of other processes leaves the task out. On Linux the lease also ends with the
    process, at once. Where this cannot be seen (no `/proc`, another container or another machine), it ends after 30 s
    (during a submission: at its deadline). A process that runs longer may then share its tasks with one that calls
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

    is_open = False
    """True once the file was opened."""

    def __init__(self, path: str | PathLike[str], *, keep: float = KEEP_SECONDS, clock: Clock | None = None) -> None:
        if isinstance(keep, bool) or not keep >= 0:
            raise InvalidArgumentError(f"keep: expected a number of seconds, 0 or more, got {describe(keep)}")
        from .sqlite import SqliteStorage  # imported late: a client without a file needs no SQLite

        self._set_up(SqliteStorage(path), keep, clock)
        self.open()

    @classmethod
    def unopened(cls, path: str | PathLike[str], clock: Clock) -> Self:
        """Return a journal that is yet to be opened: that may block, which must not happen in an event loop."""
        from .sqlite import SqliteStorage

        made = cls.__new__(cls)
        made._set_up(SqliteStorage(path), KEEP_SECONDS, clock)
        return made

    def open(self, patience: float = inf) -> None:
        """Open the file if it is not open yet, so that one that cannot be used is reported before anything is sent.

        Raises JournalError, also if others write for longer than `patience`, in seconds.
        """
        if not self.is_open:
            with self._transaction(write=True, patience=patience):
                self.is_open = True

    def _set_up(self, storage: Storage, keep: float, clock: Clock | None) -> None:
        self._storage = storage
        self._keep = keep
        self._clock = Clock() if clock is None else clock
        self._changes = 0
        self._holds: WeakValueDictionary[str, Hold] = WeakValueDictionary()
        """Holds of this process, by key."""

        self._dropped: deque[tuple[str, str]] = deque()
        """Keys and owners of leases that are over, but not released in the storage yet."""

    def intend(self, entry: JournalEntry, *, replaces: str | None = None, patience: float = inf) -> JournalEntry:
        """Write an entry unless its key exists; return the entry of the key.

        The returned entry is the new one if its `start` equals that of the argument. `replaces` is the `start` of an
        entry that the new one may replace. Raises JournalError if others write for longer than `patience`, in seconds.
        """
        with self._transaction(write=True, patience=patience) as transaction:
            found = self._get(transaction, entry.key)
            if found is not None and found.start != replaces and not self._expired(found):
                return found
            # Renew the lease by the journal's own clock, which also decides when it ends.
            lease = entry.lease and make_lease(self._clock, entry.lease.owner, entry.lease.seconds)
            self._put(transaction, "intend", evolve(entry, lease=lease))
            return entry

    def find(self, key: str) -> JournalEntry | None:
        """Return the entry of a key; None if there is none."""
        with self._transaction(write=False) as transaction:
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
            if transaction.of_task(task_digest(ref, found.origin)):
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
                self._end_hold(key)

    def discard(self, key: str, ref: TaskRef | None = None) -> None:
        """Remove an entry, because no task was begun or the caller discards it; `ref` as for `settle`."""
        with self._changing(key) as (transaction, found):
            if found is not None and ref in (None, found.ref):
                failpoint("journal.discard.begin")
                transaction.delete([key])
                self._commit(transaction, "discard")
                self._end_hold(key)

    def open_entries(self, vendor: str, account: str) -> Sequence[JournalEntry]:
        """Return the entries that are not settled, oldest first."""
        with self._transaction(write=False) as transaction:
            entries = [self._entry(record) for record in transaction.records(open_only=True)]
        return [each for each in entries if (each.vendor, each.account) == (vendor, account)]

    def keys_of(self, ref: TaskRef, account: str, origin: str, *, unfinished: bool) -> Sequence[str]:
        """Return the keys of a task's entries, or only of those without its end."""
        with self._transaction(write=False) as transaction:
            entries = [self._entry(record) for record in transaction.of_task(task_digest(ref, origin))]
        own = [entry for entry in entries if entry.account == account]
        return [entry.key for entry in own if not unfinished or entry.open or entry.phase is None]

    def hold(self, key: str, seconds: float = LEASE_SECONDS) -> Hold | None:
        """Lease an open entry to this process; return None if another process holds it."""
        hold = self.keep_lease(key)
        if self.lease(key, hold.owner, seconds):
            return hold
        hold.over = True
        return None

    def keep_lease(self, key: str) -> Hold:
        """Return the hold of an entry that this process leases, or is about to lease."""
        hold = self._holds.get(key)
        if hold is None or hold.over:
            hold = self._holds[key] = Hold(self, key)
        return hold

    def lease(self, key: str, owner: str, seconds: float) -> bool:
        """Hold an open entry for some seconds (0: release it); return False if another owner holds it."""
        with self._changing(key) as (transaction, found):
            if found is None or not found.open or is_held(found.lease, owner, self._clock):
                return False
            self._put(transaction, "lease", evolve(found, lease=make_lease(self._clock, owner, seconds)))
        if seconds <= 0:
            self._end_hold(key)
        return True

    def close(self) -> None:
        """Close the file. Entries are on disk already; nothing is lost without a close."""
        self.release_dropped()
        self._storage.close()

    # -- Holds

    def drop(self, key: str, owner: str) -> None:
        """Release a lease soon. Safe at any time and in any thread, as the garbage collector may call it."""
        self._dropped.append((key, owner))
        # A write must not block an event loop.
        asyncio = sys.modules.get("asyncio")
        if self.lasting and asyncio is not None:
            with suppress(RuntimeError):  # no loop runs in this thread, or it is about to end
                asyncio.get_running_loop().run_in_executor(None, self.release_dropped)
                return
        self.release_dropped()

    def release_dropped(self) -> None:
        """Release the leases that are over, unless a thread uses the journal: it does that itself when it is done."""
        while self._dropped and not self._storage.busy:
            due: list[tuple[str, str]] = []
            with suppress(IndexError):  # another thread may take some
                while True:
                    due.append(self._dropped.popleft())
            try:
                with self._storage.transaction(write=True, sync=False) as transaction:
                    for key, owner in due:
                        found = self._get(transaction, key)
                        lease = None if found is None or self._is_held_here(key) else found.lease
                        if found is not None and lease is not None and lease.owner == owner:
                            transaction.put(to_record(evolve(found, lease=None)))
                    transaction.commit()
            except ClientError:
                # Nothing can be raised here. The next use of the journal tries again; the leases end with the process.
                self._dropped.extend(due)
                return

    def _end_hold(self, key: str) -> None:
        hold = self._holds.get(key)
        if hold is not None:
            hold.over = True

    def _is_held_here(self, key: str) -> bool:
        hold = self._holds.get(key)
        return hold is not None and not hold.over

    @contextmanager
    def _transaction(self, *, write: bool, patience: float = inf) -> Generator[Transaction]:
        try:
            with self._storage.transaction(write=write, patience=patience) as transaction:
                yield transaction
        finally:
            if self._dropped:
                self.release_dropped()

    @contextmanager
    def _changing(self, key: str) -> Generator[tuple[Transaction, JournalEntry | None]]:
        with self._transaction(write=True) as transaction:
            yield transaction, self._get(transaction, key)

    def _get(self, transaction: Transaction, key: str) -> JournalEntry | None:
        record = transaction.get(key)
        return None if record is None else self._entry(record)

    def _entry(self, record: StoredEntry) -> JournalEntry:
        return from_record(record, self._storage.name)

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
        transaction.put(to_record(entry))
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


class Hold:
    """Lease of an entry by this process; it ends when nothing refers to this object any more."""

    __slots__ = ("__weakref__", "_journal", "_key", "over", "owner")

    def __init__(self, journal: Journal, key: str) -> None:
        self._journal = journal
        self._key = key
        self.owner = process_id()
        self.over = False
        """True if the entry has no lease of this process any more."""

    def __del__(self) -> None:
        # A child of a fork has a copy, and must not release the lease of its parent.
        if not self.over and not sys.is_finalizing() and self.owner == process_id():
            self.over = True
            self._journal.drop(self._key, self.owner)


class MemoryJournal(Journal):
    """Journal in memory, for a client without a journal. It keeps a bounded number of settled submissions.

    Keys work as in a file. An accepted submission is settled at once, because no other process could recover it.
    """

    lasting = False
    is_open = True
    most: ClassVar[int] = 10_000
    """Maximum number of settled submissions."""

    def __init__(self, *, clock: Clock | None = None) -> None:  # pyright: ignore[reportMissingSuperCall]
        self._set_up(MemoryStorage(), KEEP_SECONDS, clock)

    def _clean(self, transaction: Transaction) -> None:
        super()._clean(transaction)
        settled = [record.key for record in transaction.records() if not record.open]
        transaction.delete(settled[: max(0, len(settled) - self.most)])
