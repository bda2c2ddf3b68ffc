"""Run 200 jobs for five minutes at a server with faults, kill half of their processes, print one line: `make soak`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from .jobs import soak


def main() -> int:
    """Run the soak; return 1 if a task was executed twice or lost, or a file is wrong."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--jobs", type=int, default=200, help="number of jobs (JOBS)")
    parser.add_argument("--seconds", type=float, default=300.0, help="seconds over which they start (SECONDS)")
    parser.add_argument("--seed", type=int, default=1, help="seed of faults and kills (SEED)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = soak(Path(folder), jobs=arguments.jobs, seconds=arguments.seconds, seed=arguments.seed)
    print(result)
    for word, names in (("twice", result.twice), ("lost", result.lost), ("wrong", result.wrong)):
        if names:
            print(f"{word}: {', '.join(names)}")
    return 1 if result.twice or result.lost or result.wrong else 0


sys.exit(main())
