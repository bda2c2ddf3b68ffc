"""Long runs of the fuzzer: `make fuzz N=2000 SEED=1 KIND=tasks`."""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Final

from .run import KINDS, run

_MUTATIONS: Final = 4


def main() -> int:
    """Run the fuzzer; return 1 if it found failures."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=500, help="number of specs of each kind (N)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first spec; the others follow (SEED)")
    parser.add_argument("--kind", choices=KINDS, help="kind of specs (KIND); default: each")
    parser.add_argument("--keep", type=Path, help="folder in which the packages remain")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)  # events of clients
    # A warning of the compiler about generated code is a finding.
    warnings.simplefilter("error", SyntaxWarning)
    seeds = range(arguments.seed, arguments.seed + arguments.count)
    letters = [KINDS[arguments.kind]] if arguments.kind else KINDS.values()
    names = [f"{letter}{seed}" for letter in letters for seed in seeds]
    with tempfile.TemporaryDirectory() as folder:
        packages = (arguments.keep or Path(folder)).resolve() / "packages"
        report = run(names, packages, note=lambda text: print(text, flush=True), mutated=_MUTATIONS)
    print(report.text())
    return 1 if report.failures else 0


sys.exit(main())
