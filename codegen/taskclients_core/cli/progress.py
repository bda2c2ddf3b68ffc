"""Progress on stderr while a command waits: a live bar for each task on a terminal, otherwise a line for each change.

The only module that imports rich.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from types import TracebackType
from typing import Any, Self, TypeAlias

from attrs import define, field, frozen

from ..events import Event
from ..tasks.snapshot import TaskRef, TaskSnapshot
from .output import columns, details, write_line
from .values import printable


def _delayed(event: Event) -> str:
    """Return the reason for which a download waits, as a line; '' for other events."""
    return printable(f"{event.task}: download {event.detail}") if event.kind == "download" and event.delay else ""


@define
class Lines:
    """A line for each change."""

    quiet: bool
    _last: dict[TaskRef | str, str] = field(factory=dict["TaskRef | str", str], init=False)

    def show(self, snapshot: TaskSnapshot[Any]) -> None:
        """Print a line, unless it repeats the task's previous one."""
        phase, status, fraction, name = columns(snapshot)
        self._print(snapshot.ref, ", ".join((f"{name}: {phase}", status, fraction, *details(snapshot))))

    def bytes(self, ref: TaskRef, done: int, total: int | None) -> None:
        """Print a line for each tenth of the file."""
        if total:
            self._print(ref, f"{ref}: {done * 10 // total * 10}% of {total} bytes")

    def event(self, event: Event) -> None:
        """Print why a download waits, once for each reason."""
        text = _delayed(event)
        if text:
            self._print(event.task, text)

    def write(self, text: str, *, result: bool) -> None:
        """Print a line."""
        write_line(text, result=result)

    def _print(self, ref: TaskRef | str, text: str) -> None:
        if not self.quiet and self._last.get(ref) != text:
            self._last[ref] = text
            self.write(text, result=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        pass


@frozen
class _Now:
    """Text beside a bar, made anew whenever the bar is drawn: the time without a response grows meanwhile."""

    snapshot: TaskSnapshot[Any]

    def __str__(self) -> str:
        phase, status, fraction, _ = columns(self.snapshot)
        found = details(self.snapshot)
        # The column has little space: what is wrong comes first.
        return ", ".join((*(found[-1:] if self.snapshot.poll_error else ()), fraction, phase, status, *found))


class Bars:
    """A live bar for each task and its file."""

    def __init__(self) -> None:
        # Most commands write to no terminal and do not pay for the import.
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
        from rich.table import Column

        column = partial(Column, overflow="ellipsis", no_wrap=True)
        self._bars: dict[TaskRef, TaskID] = {}
        self._delayed: dict[str, str] = {}
        self._progress = Progress(
            SpinnerColumn(finished_text=" "),
            BarColumn(bar_width=20, table_column=Column(min_width=20)),
            # Texts of a vendor can look like rich's markup.
            TextColumn("{task.fields[now]}", markup=False, table_column=column(ratio=3)),
            TextColumn("{task.description}", markup=False, table_column=column(ratio=1)),
            TimeElapsedColumn(),
            console=Console(stderr=True, highlight=False),
            expand=True,
            # Results go to stdout unchanged.
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def show(self, snapshot: TaskSnapshot[Any]) -> None:
        """Move a task's bar."""
        done = snapshot.progress.fraction
        total = 1.0 if done is not None or snapshot.terminal else None
        self._move(snapshot.ref, total=total, completed=1.0 if snapshot.terminal else done or 0.0, now=_Now(snapshot))

    def bytes(self, ref: TaskRef, done: int, total: int | None) -> None:
        """Move the bar of a task's file."""
        now = f"{done} of {total} bytes" if total else f"{done} bytes"
        self._move(ref, total=total, completed=done, now=now)

    def event(self, event: Event) -> None:
        """Print why a download waits above the bars, once for each reason."""
        text = _delayed(event)
        if text and self._delayed.get(event.task) != text:
            self._delayed[event.task] = text
            self.write(text, result=False)

    def write(self, text: str, *, result: bool) -> None:
        """Print a line, above the bars if it goes to the same terminal."""
        if result and not sys.stdout.isatty():
            print(text, flush=True)
        else:
            self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _move(self, ref: TaskRef, *, total: float | None, completed: float, now: str | _Now) -> None:
        if ref not in self._bars:
            self._bars[ref] = self._progress.add_task(printable(f"{ref.task_type} {ref.id}"), total=total, now="")
        self._progress.update(self._bars[ref], total=total, completed=completed, now=now)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()


Display: TypeAlias = Lines | Bars


def display(*, quiet: bool) -> Display:
    """Return a display for stderr: bars on a terminal, otherwise lines, or nothing if `quiet`."""
    return Bars() if sys.stderr.isatty() and os.environ.get("TERM") != "dumb" else Lines(quiet=quiet)
