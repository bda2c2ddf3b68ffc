"""Entries of the journal, the leases by which a process holds them, and the storage that keeps them.

An entry contains no URL, header, body or token, only digests of the request. A storage sees its key, its bytes and
whether it is open. `MemoryStorage` is here, `sqlite` has the one on disk; `journal` gives the entries their meaning.
"""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from hashlib import sha256
from math import inf
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, TypeAlias
from urllib.parse import quote
from zlib import crc32

import msgspec
from attrs import evolve, field, frozen

from ...deadline import Clock
from ..errors import JournalError
from ..snapshot import TaskRef

ENTRY_VERSION: Final = 1
MAX_BASELINE: Final = 10_000
"""Maximum number of ids in a baseline, 270 KB of an entry. `with_ref` removes them."""

EntryState: TypeAlias = Literal["intended", "accepted", "unknown", "settled"]

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@frozen(kw_only=True)
class Lease:
    """Exclusive right of one process to act on an entry, for a limited time."""

    owner: str
    boot: str
    """Boot id of the machine whose clock `until` uses; '' if the system has none."""

    until: float
    """End, on that machine's monotonic clock."""

    until_wall: float
    """End, in seconds since 1970."""

    seconds: float


@frozen(kw_only=True)
class JournalEntry:
    """One submission of a task."""

    v: int = ENTRY_VERSION
    key: str
    """Name in the journal; see `full_key`."""

    state: EntryState = "intended"
    vendor: str
    task_type: str
    operation: str
    account: str
    origin: str
    digest: str
    """Digest of operation, arguments and body."""

    start: str
    """Random id of this submission; another submission under the same key has another one."""

    key_given: bool = False
    """True if the caller gave the key."""

    baseline: tuple[str, ...] | None = None
    """Fingerprints of the ids that were listed before the submission; None: unknown."""

    echo: tuple[tuple[str, str], ...] = ()
    """Request values that a task repeats: pointers into the task, and fingerprints of the values."""

    id: str | None = None
    scope: Mapping[str, str] = field(default=_NOTHING)
    phase: str | None = None
    wall: float = 0.0
    """Time of the submission, in seconds since 1970."""

    changed: float = 0.0
    """Time of the last change, in seconds since 1970."""

    boot: str = ""
    """Boot id of the machine that made the submission."""

    lease: Lease | None = None

    @property
    def open(self) -> bool:
        """True until the entry is settled."""
        return self.state != "settled"

    @property
    def ref(self) -> TaskRef | None:
        """The task; None if it is unknown."""
        return None if self.id is None else TaskRef(self.vendor, self.task_type, self.id, self.scope)

    @property
    def name(self) -> str:
        """The key without the prefix of `full_key`."""
        return self.key.split("/", 3)[3]


def full_key(vendor: str, account: str, origin: str, key: str) -> str:
    """Return the key of an entry. A caller's key under another account or server is another entry."""
    return f"{quote(vendor, safe='')}/{quote(account, safe='')}/{quote(origin, safe=':[]')}/{key}"


def with_ref(entry: JournalEntry, ref: TaskRef) -> JournalEntry:
    """Return the entry with its task, without the members used to find it."""
    return evolve(entry, state="accepted", id=ref.id, scope=dict(ref.scope), baseline=None, echo=())


def fingerprint(text: str, salt: str = "") -> str:
    """Return a short salted digest of a text."""
    return sha256(f"{salt}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:24]


def task_digest(ref: TaskRef, origin: str) -> str:
    """Return the value by which the entries of a task are found."""
    parts = (ref.vendor, ref.task_type, ref.id, *(text for pair in ref.scope.items() for text in pair))
    return fingerprint("\0".join(map(quote, parts)), origin)


_encoder: Final = msgspec.json.Encoder(enc_hook=dict)
_decoder: Final[msgspec.json.Decoder[JournalEntry]] = msgspec.json.Decoder(JournalEntry)
_version: Final[msgspec.json.Decoder[dict[str, Any]]] = msgspec.json.Decoder(dict[str, Any])


def to_line(entry: JournalEntry) -> bytes:
    """Return an entry as JSON."""
    return _encoder.encode(entry)


def from_line(line: bytes, where: str) -> JournalEntry:
    """Return the entry of a JSON text; `where` starts the error messages.

    Raises:
        JournalError: the text is damaged, or was written by a newer version of this package.
    """
    try:
        entry = _decoder.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        entry = None
    if entry is not None and entry.v == ENTRY_VERSION:
        return entry
    try:
        version = _version.decode(line).get("v")
    except (msgspec.MsgspecError, ValueError, RecursionError):
        version = None
    if isinstance(version, int) and version > ENTRY_VERSION:
        raise JournalError(f"{where}: an entry was written by a newer version of this package; upgrade it")
    raise _damaged(where)


def to_record(entry: JournalEntry) -> StoredEntry:
    """Return an entry as it is stored."""
    task = None if entry.ref is None else task_digest(entry.ref, entry.origin)
    content = to_line(entry)
    return StoredEntry(entry.key, content, entry.open, task, seal(entry.key, content, is_open=entry.open, task=task))


def from_record(record: StoredEntry, where: str) -> JournalEntry:
    """Return the entry of a stored record; `where` starts the error messages.

    Raises:
        JournalError: the record is damaged, or was written by a newer version of this package.
    """
    key, content, is_open, task, checksum = record
    if not isinstance(content, bytes) or checksum != seal(key, content, is_open=is_open, task=task):  # pyright: ignore[reportUnnecessaryIsInstance] - of a file
        raise _damaged(where)
    return from_line(content, where)


def seal(key: str, content: bytes, *, is_open: bool, task: str | None) -> int:
    """Return the checksum of a record."""
    return crc32(content, crc32(f"{key}\0{int(is_open)}\0{task}\0".encode("utf-8", "surrogatepass")))


def _damaged(where: str) -> JournalError:
    return JournalError(f"{where}: an entry is damaged, nothing was changed; restore the file or pass another path")


# -- Leases
#
# A lease is void at once if its owner is known to be gone, and stays valid while its process is known to run. Linux
# shows both in /proc. Where neither is known, the lease ends by time.


def make_lease(clock: Clock, owner: str, seconds: float) -> Lease | None:
    """Return a lease of some seconds that begins now; None for 0 seconds."""
    if seconds <= 0:
        return None
    until, wall = clock.monotonic() + seconds, clock.wall() + seconds
    return Lease(owner=owner, boot=boot_id(), until=until, until_wall=wall, seconds=seconds)


def is_held(lease: Lease | None, owner: str, clock: Clock) -> bool:
    """Return True if another owner holds the lease. Changes of the wall clock never make a lease longer."""
    if lease is None or lease.owner == owner or is_gone(lease.owner):
        return False
    if is_alive(lease.owner):
        return True
    here = lease.boot and lease.boot == boot_id()
    left = lease.until - clock.monotonic() if here else lease.until_wall - clock.wall()
    return 0 < left <= lease.seconds


_live: Final[set[str]] = set()
"""Submissions in progress in this process."""

_names: Final[dict[int, str]] = {}
"""Name of this process by its pid: a fork gets another one."""


def _forked() -> None:
    _live.clear()
    _names.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)


@cache
def boot_id() -> str:
    """Return the id of the machine's current boot; '' if the system has none."""
    return _read("/proc/sys/kernel/random/boot_id").strip()


def process_id() -> str:
    """Return a name of this process that no other process has or had."""
    number = os.getpid()
    name = _names.get(number)
    if name is None:
        began = _began(number)
        name = f"{boot_id()}:{_namespace()}:{number}:{began or os.urandom(8).hex()}"
        _names[number] = name
    return name


@contextmanager
def submission_owner(start: str) -> Generator[str]:
    """Mark a submission as in progress, and yield the owner for its entry's lease."""
    owner = f"{process_id()}#{start}"
    _live.add(start)
    try:
        yield owner
    finally:
        _live.discard(start)


def owner_process(owner: str) -> str:
    """Return the process of an owner, without the submission."""
    return owner.partition("#")[0]


def is_gone(owner: str) -> bool:
    """Return True if the owner is known to have ended."""
    name, _, start = owner.partition("#")
    if name == process_id():
        return bool(start) and start not in _live
    return _process_is_alive(name) is False


def is_alive(owner: str) -> bool:
    """Return True if the owner is a process, not a submission, and is known to run."""
    return "#" not in owner and _process_is_alive(owner) is True


def _process_is_alive(name: str) -> bool | None:
    there, namespace, number, began = _owner_parts(name)
    if not there or (there, namespace) != _owner_parts(process_id())[:2] or not number.isdecimal():
        return None
    return _began(int(number)) == began


def _owner_parts(name: str) -> tuple[str, str, str, str]:
    there, namespace, number, began = (*name.split(":", 3), "", "", "", "")[:4]
    return there, namespace, number, began


def _began(number: int) -> str:
    """Return the start time of a process in ticks since boot; '' if it does not exist or is a zombie."""
    fields = _read(f"/proc/{number}/stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 and fields[0] not in ("Z", "X") else ""


def _namespace() -> str:
    try:
        return str(os.stat("/proc/self/ns/pid").st_ino)
    except OSError:
        return ""


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


# -- Storage


class StoredEntry(NamedTuple):
    """One stored record."""

    key: str
    content: bytes
    open: bool
    """True if the entry is not settled; `Transaction.records` can skip the others."""

    task: str | None
    """`task_digest` of its task; None if the task is unknown."""

    checksum: int
    """Checksum of the other members: a changed bit is an error, never another task."""


class Transaction(ABC):
    """Access to the records while no other thread or process can change them."""

    @abstractmethod
    def get(self, key: str) -> StoredEntry | None:
        """Return the record of a key; None if there is none."""

    @abstractmethod
    def of_task(self, task: str) -> Sequence[StoredEntry]:
        """Return the records of a task, oldest first."""

    @abstractmethod
    def records(self, *, open_only: bool = False) -> Sequence[StoredEntry]:
        """Return the records, oldest first."""

    @abstractmethod
    def put(self, record: StoredEntry) -> None:
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

    @property
    def busy(self) -> bool:
        """True while a thread of this process is in a transaction."""
        return self._lock.locked()

    @abstractmethod
    def transaction(
        self, *, write: bool, sync: bool = True, patience: float = inf
    ) -> AbstractContextManager[Transaction]:
        """Return a context with exclusive access; without `write`, a consistent read.

        Changes that are not committed at its end are undone. Without `sync`, a power failure may undo them later. It
        fails if others have access for longer than `patience`, in seconds.
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
    def transaction(self, *, write: bool, sync: bool = True, patience: float = inf) -> Generator[Transaction]:  # noqa: ARG002 - of a file
        """Return a context with exclusive access."""
        with self._lock:
            yield self._transaction

    def close(self) -> None:
        """Do nothing: no file is open."""


class _MemoryTransaction(Transaction):
    def __init__(self) -> None:
        self._records: dict[str, StoredEntry] = {}
        self._keys: dict[str, dict[str, None]] = {}
        """Keys of the records of each task."""

    def get(self, key: str) -> StoredEntry | None:
        return self._records.get(key)

    def of_task(self, task: str) -> Sequence[StoredEntry]:
        return [self._records[key] for key in self._keys.get(task, ())]

    def records(self, *, open_only: bool = False) -> Sequence[StoredEntry]:
        return [record for record in self._records.values() if record.open or not open_only]

    def put(self, record: StoredEntry) -> None:
        self._forget_task(record.key)
        self._records[record.key] = record
        if record.task is not None:
            self._keys.setdefault(record.task, {})[record.key] = None

    def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            self._forget_task(key)
            self._records.pop(key, None)

    def _forget_task(self, key: str) -> None:
        found = self._records.get(key)
        if found is not None and found.task is not None:
            keys = self._keys[found.task]
            del keys[key]
            if not keys:
                del self._keys[found.task]

    def commit(self) -> None:
        pass
