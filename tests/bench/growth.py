"""Growth of time and memory with the size of a response, for our codec and others.

    python tests/bench/growth.py [--case NAME …]

For each number of tasks: the decoding time for one task, the garbage collector's share of it, and the peak memory for
one task; then time and memory as multiples of the values for the smallest page. Memory grows with the page. Time grows
too until the page no longer fits into the processor's caches, with every library. The collector visits all objects each
time their number has grown by a quarter, so its cost for each task is about the same in large pages of any size.
"""

from __future__ import annotations

import argparse
import gc
import subprocess
import sys
import time
import tracemalloc
from typing import NamedTuple

from codec import CASES, page

SIZES = (1_000, 10_000, 100_000, 200_000)
NAMES = ("taskclients", "msgspec.Struct by hand", "pydantic v2")


class Collector:
    """Measures the time spent in the garbage collector."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._started = 0.0

    def __call__(self, phase: str, _: dict[str, int]) -> None:
        """Handle `gc.callbacks` at the start and the end of a collection."""
        if phase == "start":
            self._started = time.perf_counter()
        else:
            self.seconds += time.perf_counter() - self._started


class Growth(NamedTuple):
    """Time and memory for one task."""

    seconds: float
    collecting: float
    peak: float


def measure(name: str, size: int, collector: Collector) -> Growth:
    """Return the best of some rounds of decoding. Each round drops the previous result first."""
    case, data = CASES[name](), page(size)
    times = []
    for _ in range(max(3, 20_000 // size)):
        gc.collect()
        collected, started = collector.seconds, time.perf_counter()
        tasks = case.decode(data)
        times.append((time.perf_counter() - started, collector.seconds - collected))
        assert len(tasks) == size
        del tasks
    tracemalloc.start()
    case.decode(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return Growth(*(each / size for each in (*min(times), peak)))


def report(name: str) -> None:
    """Measure and print one library."""
    collector = Collector()
    gc.callbacks.append(collector)
    first: Growth | None = None
    for size in SIZES:
        found = measure(name, size, collector)
        first = first or found
        print(
            f"{name:24}{size:>8}{found.seconds * 1e6:>10.2f} us{found.collecting * 1e6:>10.2f} us"
            f"{found.peak:>8.0f} bytes{found.seconds / first.seconds:>10.2f}{found.peak / first.peak:>8.2f}",
            flush=True,
        )


def main() -> None:
    """Measure each library in a new process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--case", action="append", choices=CASES, help="only this one; may be given again")
    parser.add_argument("--child", choices=CASES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        report(options.child)
        return
    print(f"{'':24}{'tasks':>8}{'each':>13}{'collector':>13}{'memory':>14}{'times':>10}{'times':>8}")
    for name in options.case or NAMES:
        subprocess.run([sys.executable, __file__, "--child", name], check=True)


if __name__ == "__main__":
    main()
