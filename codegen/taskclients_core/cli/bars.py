"""A live bar for each task, on a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from ..tasks.ref import Ref
from ..tasks.views import View
from .output import columns, details
from .words import printable


class Bars:
    """A bar for each task, and for its file."""

    def __init__(self) -> None:
        self._bars: dict[Ref, TaskID] = {}
        self._progress = Progress(
            SpinnerColumn(finished_text=" "),
            BarColumn(bar_width=20, table_column=Column(min_width=20)),
            # What vendors say is no markup.
            TextColumn("{task.fields[now]}", markup=False, table_column=_column(3)),
            TextColumn("{task.description}", markup=False, table_column=_column(1)),
            TimeElapsedColumn(),
            console=Console(stderr=True, highlight=False),
            expand=True,
            # stdout is for results, wherever it goes.
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def show(self, view: View[Any]) -> None:
        """Move a task's bar."""
        phase, status, fraction, _ = columns(view)
        now = ", ".join((fraction, phase, status, *details(view)))
        done = view.progress.fraction
        total = 1.0 if done is not None or view.terminal else None
        self._move(view.ref, total=total, completed=1.0 if view.terminal else done or 0.0, now=now)

    def bytes(self, ref: Ref, done: int, total: int | None) -> None:
        """Move the bar of a task's file."""
        now = f"{done} of {total} bytes" if total else f"{done} bytes"
        self._move(ref, total=total, completed=done, now=now)

    def say(self, text: str, *, result: bool) -> None:
        """Print a line above the bars, where they are on the same terminal."""
        if result and not sys.stdout.isatty():
            print(text, flush=True)
        else:
            self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def _move(self, ref: Ref, *, total: float | None, completed: float, now: str) -> None:
        if ref not in self._bars:
            self._bars[ref] = self._progress.add_task(printable(f"{ref.kind} {ref.id}"), total=total, now="")
        self._progress.update(self._bars[ref], total=total, completed=completed, now=now)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._progress.stop()


def _column(ratio: int) -> Column:
    return Column(ratio=ratio, overflow="ellipsis", no_wrap=True)
