"""Long runs of the judges: `python -m tests.judges --each 20`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.diff_mutations.trial import spec_files

from .run import run


def main() -> int:
    """Run the judges; return 1 if a verdict differs without a reason."""
    parser = argparse.ArgumentParser(prog="python -m tests.judges", description=__doc__)
    parser.add_argument("--each", type=int, default=10, help="number of mutations of each spec")
    parser.add_argument("--seed", type=int, default=1, help="seed of their choice")
    parser.add_argument("--keep", type=Path, help="folder in which the packages remain")
    parser.add_argument("specs", nargs="*", type=Path, help="specs; by default those of vendors and of all cases")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        target = (arguments.keep or Path(folder)).resolve() / "packages"
        report = run(arguments.specs or spec_files(), target, each=arguments.each, seed=arguments.seed)
    print(*report.crashed, *report.disputed, report.text(), sep="\n")
    return 1 if report.disputed or report.crashed else 0


sys.exit(main())
