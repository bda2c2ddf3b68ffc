"""Output of the demo: live bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

console = Console(highlight=False)
if not console.is_terminal:
    # A log has no width; the default of 80 columns would break the tables.
    console = Console(highlight=False, width=110)


@contextmanager
def progress(what: str) -> Generator[Callable[[str, int], None]]:
    """Yield a function that shows a state and a percentage; unchanged values are not printed again."""
    if not console.is_terminal:
        seen = ""

        def line(state: str, percent: int) -> None:
            nonlocal seen
            if state != seen or percent == 100:
                console.print(f"  {what}: {state} {percent} %")
                seen = state

        yield line
        return
    columns = (TextColumn("  {task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bars:
        bar = bars.add_task(what, total=100)

        def move(state: str, percent: int) -> None:
            bars.update(bar, completed=percent, description=f"{what}: {state}")

        yield move


def show_csv(content: bytes, *, rows: int) -> int:
    """Show the first rows of a CSV file; return the number of all rows."""
    head, *body = csv.reader(io.StringIO(content.decode(), newline=""), strict=True)
    table = Table(*head, title=f"the first {rows} of {len(body)} rows", title_justify="left")
    for row in body[:rows]:
        table.add_row(*(cell.replace("\n", "↵") for cell in row))
    console.print(table)
    return len(body)


def show_summary(rows: Sequence[tuple[str, str, float]]) -> None:
    """Show the steps with their results and seconds."""
    table = Table("what", "result", "seconds", title="what was done", title_justify="left")
    for what, result, seconds in rows:
        table.add_row(what, result, f"{seconds:.1f}")
    console.print(table)
