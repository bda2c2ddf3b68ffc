"""A journal that is gone with its process: for tests, and for clients that were given none."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager

from ...exchange.clock import Clock
from ..crash import crashpoint
from .entry import Entry
from .store import KEEP, Book, Store


class MemoryJournal(Store):
    """Keeps starts of tasks in memory: those that are settled for `keep` seconds, and no more of them than `most`."""

    def __init__(self, *, keep: float = KEEP, most: int = 10_000, clock: Clock | None = None) -> None:
        super().__init__(keep=keep, clock=clock)
        self._most = most
        self._entries: dict[str, Entry] = {}

    @contextmanager
    def _book(self) -> Generator[Book]:
        with self._lock:
            yield _Memory(self._entries)
            if len(self._entries) > 2 * self._most:
                self._shorten()

    def _shorten(self) -> None:
        settled = [each.key for each in self._entries.values() if each.state == "settled"]
        for key in settled[: max(0, len(settled) - self._most)]:
            del self._entries[key]

    def close(self) -> None:
        """Nothing is open."""


class _Memory(Book):
    def __init__(self, entries: dict[str, Entry]) -> None:
        self._entries = entries

    def get(self, key: str) -> Entry | None:
        return self._entries.get(key)

    def all(self) -> Iterable[Entry]:
        return self._entries.values()

    def put(self, event: str, entry: Entry) -> None:
        crashpoint(f"journal.{event}.begin")
        if entry.state == "forgotten":
            del self._entries[entry.key]
        else:
            self._entries[entry.key] = entry
        crashpoint(f"journal.{event}.written")
        crashpoint(f"journal.{event}.kept")
