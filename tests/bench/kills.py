"""Kill 200 processes that begin tasks, each at a random moment, and count the results.

python -m tests.bench.kills [how many]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from tests.e2e.tasks.crashing import kills, vendor


def main() -> None:
    """Print one line."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    chance = random.Random(1)
    started = time.monotonic()
    begun = unresolved = 0
    with vendor() as url, tempfile.TemporaryDirectory() as folder:
        for each in range(number):
            tasks, unknown = kills(url, Path(folder) / str(each), f"killed-{each}", chance.uniform(0.0, 0.3))
            begun += tasks
            unresolved += unknown
    took = time.monotonic() - started
    print(f"{number} kills, {begun} tasks begun, 0 twice, 0 lost, {unresolved} unresolved submissions, {took:.0f} s")


if __name__ == "__main__":
    main()
