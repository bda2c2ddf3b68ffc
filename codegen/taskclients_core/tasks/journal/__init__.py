"""Journals: what is kept of the starts of tasks, so that a crash loses none and nothing is started twice.

    BoosterClient(..., journal=FileJournal("booster.journal"))

`FileJournal` and `SqliteJournal` may be shared by threads, clients and processes; `MemoryJournal` by threads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .entry import Entry
from .file import FileJournal
from .memory import MemoryJournal
from .protocol import Journal

if TYPE_CHECKING:
    from .sqlite import SqliteJournal

__all__ = ["Entry", "FileJournal", "Journal", "MemoryJournal", "SqliteJournal"]


def __getattr__(name: str) -> Any:
    # Slow to import, seldom wanted, and there are Pythons without SQLite.
    if name == "SqliteJournal":
        from .sqlite import SqliteJournal

        return SqliteJournal
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
