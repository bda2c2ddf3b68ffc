"""What people see while they wait, on stderr: a bar for each task on a terminal, a line for each change elsewhere."""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Any, Protocol, Self

from attrs import define, field

from ..tasks.ref import Ref
from ..tasks.views import View
from .output import columns, details, plainly


class Display(Protocol):
    """Shows how far tasks are."""

    def show(self, view: View[Any]) -> None:
        """A task has changed."""
        ...

    def bytes(self, ref: Ref, done: int, total: int | None) -> None:
        """Of a task's file, so many bytes have come."""
        ...

    def say(self, text: str, *, result: bool) -> None:
        """Print a line: a result, or something for people."""
        ...

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None: ...


def display(*, quiet: bool) -> Display:
    """The display that fits where stderr goes; `quiet` keeps lines away, as programs get objects instead."""
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        from .bars import Bars

        return Bars()
    return Lines(quiet=quiet)


@define
class Lines:
    """A line for each change."""

    quiet: bool
    _last: dict[Ref, str] = field(factory=dict[Ref, str], init=False)

    def show(self, view: View[Any]) -> None:
        """A line, if it says something else than the one before it."""
        phase, status, fraction, name = columns(view)
        self._say(view.ref, ", ".join((f"{name}: {phase}", status, fraction, *details(view))))

    def bytes(self, ref: Ref, done: int, total: int | None) -> None:
        """A line for each tenth of the file."""
        if total:
            self._say(ref, f"{ref}: {done * 10 // total * 10}% of {total} bytes")

    def say(self, text: str, *, result: bool) -> None:
        """Print a line."""
        plainly(text, result=result)

    def _say(self, ref: Ref, text: str) -> None:
        if not self.quiet and self._last.get(ref) != text:
            self._last[ref] = text
            self.say(text, result=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        pass
