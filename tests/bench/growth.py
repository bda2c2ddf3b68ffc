"""How time and memory grow with an answer: a hundred times the tasks, a hundred times the cost and no more.

python tests/bench/growth.py
"""

from __future__ import annotations

import sys
import time
import tracemalloc

from codec import page

from taskclients.booster.models import Task
from taskclients.runtime import decode, encode

SIZES = (1_000, 10_000, 100_000)


def main() -> None:
    """Measure and print."""
    print(f"{'tasks':>8}{'decode':>12}{'encode':>12}{'peak memory':>14}   each, per task of the smallest")
    first: tuple[float, ...] = ()
    for size in SIZES:
        data = page(size)
        decode(data, list[Task])
        rounds = max(3, 20_000 // size)
        times = []
        for _ in range(rounds):
            started = time.perf_counter()
            tasks = decode(data, list[Task])
            middle = time.perf_counter()
            encode(tasks)
            times.append((middle - started, time.perf_counter() - middle))
        tracemalloc.start()
        tasks = decode(data, list[Task])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        found = (*(min(column) / size for column in zip(*times, strict=True)), peak / size)
        first = first or found
        ratios = " ".join(f"{now / then:.2f}" for now, then in zip(found, first, strict=True))
        decoding, encoding = found[0] * size * 1e3, found[1] * size * 1e3
        print(f"{size:>8}{decoding:>9.1f} ms{encoding:>9.1f} ms{peak / 2**20:>10.1f} MiB   {ratios}")


if __name__ == "__main__":
    sys.exit(main())
