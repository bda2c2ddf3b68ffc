"""Cost of a journal for the start of a task: an intent before the request and an acceptance after it, both on disk.

    python tests/bench/journal.py [--rounds 1000] [--folder .]

The cases take turns, one start each. Ratios are to two bare SQLite writes of the same size, each committed with one
sync (WAL, synchronous=FULL): the minimum that survives a power failure. Two bare file writes, each with fdatasync, show
the speed of the disk. `--folder` selects the disk.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

from attrs import evolve

from taskclients_core.tasks import Journal, TaskRef
from taskclients_core.tasks.journal.entry import JournalEntry, fingerprint, full_key, to_line, with_ref
from taskclients_core.tasks.journal.journal import MemoryJournal

ORIGIN = "https://booster.example.com"
ENTRY = JournalEntry(
    key="",
    vendor="booster",
    task_type="task",
    operation="booster.export_customer",
    account="default",
    origin=ORIGIN,
    digest=fingerprint("request"),
    start=fingerprint("start"),
    key_given=True,
    baseline=tuple(fingerprint(str(number)) for number in range(20)),
    echo=(("/brand", fingerprint("CAR")),),
)


def started(number: int) -> tuple[JournalEntry, TaskRef]:
    """Begin a task at a vendor with 20 tasks, which accepts the request."""
    key = full_key("booster", "default", ORIGIN, f"nightly-{number}")
    return evolve(ENTRY, key=key), TaskRef("booster", "task", f"{number:032x}")


def kept_by(journal: Journal) -> Callable[[int], None]:
    def start(number: int) -> None:
        entry, ref = started(number)
        journal.intend(entry)
        journal.accept(entry.key, ref)

    return start


def bare(path: Path) -> Callable[[int], None]:
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def start(number: int) -> None:
        entry, ref = started(number)
        for line in to_line(entry), to_line(with_ref(entry, ref)):
            os.write(file, line)
            getattr(os, "fdatasync", os.fsync)(file)

    return start


def bare_sqlite(path: Path) -> Callable[[int], None]:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE starts (key TEXT PRIMARY KEY, line BLOB)")

    def start(number: int) -> None:
        entry, ref = started(number)
        for line in to_line(entry), to_line(with_ref(entry, ref)):
            database.execute("INSERT OR REPLACE INTO starts VALUES (?, ?)", (entry.key, line))

    return start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=1000, help="starts of each (default: 1000)")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="where (default: %(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        place = Path(folder)
        cases = {
            "two SQLite writes": bare_sqlite(place / "bare.db"),
            "two writes, two fdatasyncs": bare(place / "bare"),
            "Journal": kept_by(Journal(place / "journal")),
            "in memory": kept_by(MemoryJournal()),
        }
        times: dict[str, list[float]] = {name: [] for name in cases}
        for number in range(options.rounds):
            for name, start in cases.items():
                begun = time.perf_counter_ns()
                start(number)
                times[name].append((time.perf_counter_ns() - begun) / 1e6)
    print(f"{options.rounds} starts of tasks, Python {sys.version.split()[0]}")
    print(f"{'':28}{'median':>11}{'ratio':>8}{'p99':>12}{'ratio':>8}")
    base = quantiles(times["two SQLite writes"], n=100)
    for name, found in times.items():
        percents = quantiles(found, n=100)
        cells = (f"{percents[at]:>8.2f} ms{percents[at] / base[at]:>8.2f}" for at in (49, 98))
        print(f"{name:28}{' '.join(cells)}")


if __name__ == "__main__":
    main()
