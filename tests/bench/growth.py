"""How time and memory grow with an answer.

    python tests/bench/growth.py

Per task, a large page takes up to four times as long as a small one. Most of that is Python's garbage collector, which
looks through all objects there are whenever their number has grown by a quarter; the rest is memory that no longer fits
into the processor's caches. Both are bounded. "collector" is its part of the time of decoding.
"""

from __future__ import annotations

import gc
import time
import tracemalloc

from codec import page

from taskclients.booster.models import Task
from taskclients.runtime import decode, encode

SIZES = (1_000, 10_000, 100_000, 300_000)


class Collector:
    """How long the garbage collector has been at work."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._started = 0.0

    def __call__(self, phase: str, _: dict[str, int]) -> None:
        """What the collector calls before and after."""
        if phase == "start":
            self._started = time.perf_counter()
        else:
            self.seconds += time.perf_counter() - self._started


def main() -> None:
    """Measure and print."""
    collector = Collector()
    gc.callbacks.append(collector)
    print(f"{'tasks':>8}{'decode':>12}{'collector':>12}{'encode':>12}{'peak memory':>14}   per task of the smallest")
    first: tuple[float, ...] = ()
    for size in SIZES:
        data = page(size)
        decode(data, list[Task])
        rounds = max(3, 20_000 // size)
        times = []
        for _ in range(rounds):
            collected, started = collector.seconds, time.perf_counter()
            tasks = decode(data, list[Task])
            collecting, middle = collector.seconds - collected, time.perf_counter()
            encode(tasks)
            times.append((middle - started, time.perf_counter() - middle, collecting))
        tracemalloc.start()
        tasks = decode(data, list[Task])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        decoding, encoding, collecting = (min(column) for column in zip(*times, strict=True))
        found = (decoding / size, encoding / size, peak / size)
        first = first or found
        ratios = " ".join(f"{now / then:.2f}" for now, then in zip(found, first, strict=True))
        cells = "".join(f"{seconds * 1e3:>9.1f} ms" for seconds in (decoding, collecting, encoding))
        print(f"{size:>8}{cells}{peak / 2**20:>10.1f} MiB   {ratios}")


if __name__ == "__main__":
    main()
