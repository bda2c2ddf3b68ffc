"""The whole run: `python -m tests.diff_mutations`. Mutates and refactors the specs and all cases."""

from __future__ import annotations

import argparse
import sys

from .expected import EXPECTED
from .trial import Report, run, run_refactorings, spec_files


def main() -> int:
    """Try all mutants; return 1 if one is misjudged."""
    parser = argparse.ArgumentParser(prog="python -m tests.diff_mutations", description=__doc__)
    parser.add_argument("words", nargs="*", help="parts of paths of specs; default: all")
    parser.add_argument("--share", type=float, default=1, help="share of the mutants that is tried")
    parser.add_argument("--seed", type=int, default=1, help="seed of the choice")
    arguments = parser.parse_args()
    words: list[str] = arguments.words
    paths = [path for path in spec_files() if not words or any(each in str(path) for each in words)]
    mutated, refactored = Report(), Report()
    for path in paths:
        for total, trial in ((mutated, run), (refactored, run_refactorings)):
            report = trial([path], share=arguments.share, seed=arguments.seed)
            total.add(report)
            print(
                f"{path.parent.name}/{path.name}: {report.kinds.total()} tried", *report.problems, sep="\n", flush=True
            )
    print(mutated.text(), refactored.text(), sep="\n")
    untried = sorted(EXPECTED.keys() - mutated.kinds.keys())
    if untried:
        print(f"no mutants of these kinds: {', '.join(untried)}")
    return 1 if mutated.problems or refactored.problems else 0


sys.exit(main())
