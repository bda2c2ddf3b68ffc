"""What a journal does. It keeps the starts of tasks so that none is lost and none is made twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from ..phases import Phase
from ..ref import Ref
from .entry import Entry


@runtime_checkable
class Journal(Protocol):
    """Keeps entries. What a method has written is kept even if the machine goes down right after it.

    All of them are safe for many threads, and for many processes where those share the store. They raise JournalError
    for what cannot be read or written. Of a key that is not there, all but `intend` do nothing.
    """

    def intend(self, entry: Entry) -> Entry:
        """Keep an entry unless its key is there; the one that is there now. `Entry.start` tells whether it is ours."""
        ...

    def find(self, key: str) -> Entry | None:
        """The entry of a key."""
        ...

    def accept(self, key: str, ref: Ref) -> None:
        """The task was begun."""
        ...

    def adopt(self, key: str, ref: Ref) -> bool:
        """The task was begun, as far as can be told. Refused, and False, if it is another entry's, or ours has one."""
        ...

    def doubt(self, key: str) -> None:
        """Whether the task was begun is not known. It changes only what is intended."""
        ...

    def settle(self, key: str, phase: Phase) -> None:
        """Nothing is left to do about the task."""
        ...

    def forget(self, key: str) -> None:
        """There is no such start: nothing was begun, or the caller says so."""
        ...

    def open_entries(self, vendor: str, account: str) -> Sequence[Entry]:
        """What is neither settled nor forgotten, oldest first."""
        ...

    def lease(self, key: str, owner: str, seconds: float) -> bool:
        """Hold an open entry for so long (0: no longer); False if somebody else does."""
        ...

    def close(self) -> None:
        """Close files. Nothing is lost by not doing so."""
        ...
