"""Forks: locks that are free in a child process, and objects that learn that they are in one.

A child of `os.fork` (Celery's prefork pool, gunicorn with `--preload`, multiprocessing) has copies of the parent's
clients, but none of its threads, and its sockets are the parent's own.
"""

from __future__ import annotations

import os
import threading
import time
from types import TracebackType
from typing import Final, Protocol
from weakref import WeakSet

_LONGEST: Final = 1.0
"""Maximum seconds that a fork waits for the locks. One that is held longer is replaced in the child."""


class ForkAware(Protocol):
    """Object with connections or waiting threads."""

    def after_fork(self) -> None:
        """Adapt to the child process, before any other code runs in it."""


_objects: Final[WeakSet[ForkAware]] = WeakSet()
_locks: Final[WeakSet[ForkLock]] = WeakSet()
_forking = threading.local()

_count = 0


def fork_count() -> int:
    """Return the number of forks that led to this process. What was made under another number is the parent's."""
    return _count


def register(each: ForkAware) -> None:
    """Call `each.after_fork` in each child process, as long as the object exists."""
    _objects.add(each)


class ForkLock:
    """Lock that is free in a child process, whichever thread of the parent held it.

    A fork waits until it is free, so that the child does not inherit what another thread left half done.
    """

    __slots__ = ("__weakref__", "_lock", "_reentrant")

    def __init__(self, *, reentrant: bool = False) -> None:
        self._reentrant = reentrant
        self.renew()
        _locks.add(self)

    def renew(self) -> None:
        """Replace the lock by a free one."""
        self._lock = threading.RLock() if self._reentrant else threading.Lock()

    def condition(self) -> threading.Condition:
        """Return a condition variable of the lock, for one wait in this process."""
        return threading.Condition(self._lock)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take the lock; return False if it was not free in time."""
        return self._lock.acquire(blocking, timeout)

    def release(self) -> None:
        """Free the lock."""
        self._lock.release()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._lock.release()


def _before() -> None:
    end = time.monotonic() + _LONGEST
    _forking.held = [lock for lock in tuple(_locks) if lock.acquire(timeout=max(0.0, end - time.monotonic()))]


def _release() -> None:
    for lock in _forking.held:
        lock.release()
    _forking.held = []


def _after_in_child() -> None:
    global _count
    _count += 1
    held = set(map(id, _forking.held))
    for lock in tuple(_locks):
        if id(lock) not in held:
            lock.renew()
    _release()
    for each in tuple(_objects):
        each.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_release, after_in_child=_after_in_child)
