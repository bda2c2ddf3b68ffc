"""Long runs of the fuzzer: `make fuzz N=2000 SEED=1`."""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from pathlib import Path

from .run import run


def main() -> int:
    """Run the fuzzer; return 1 if it found failures."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=500, help="number of specs (N)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first spec; the others follow (SEED)")
    parser.add_argument("--keep", type=Path, help="folder in which the packages remain")
    arguments = parser.parse_args()
    # A warning of the compiler about generated code is a finding.
    warnings.simplefilter("error", SyntaxWarning)
    seeds = range(arguments.seed, arguments.seed + arguments.count)
    with tempfile.TemporaryDirectory() as folder:
        report = run(
            seeds, (arguments.keep or Path(folder)).resolve() / "packages", note=lambda text: print(text, flush=True)
        )
    print(report.text())
    return 1 if report.failures else 0


sys.exit(main())
