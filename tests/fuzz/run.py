"""A run of the fuzzer: trials of many specs, one run of each type checker over all packages, and the smallest specs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import yaml

from .schemas import Schema
from .shrink import shrink
from .specs import spec
from .trial import Failure, Report, attempt, package
from .type_checkers import findings

_SHRUNK: Final = 3
"""Number of failures whose specs are shrunk; the others are probably the same faults."""
_SECONDS: Final = 60.0


def run(seeds: Iterable[int], folder: Path, *, note: Callable[[str], None]) -> Report:
    """Try the specs of some seeds; `note` receives each failure as text.

    Args:
        seeds: Seeds of the specs.
        folder: Folder for the packages, one a spec.
        note: Function that is called with a text for each failure.
    """
    report = Report()
    folder.mkdir(parents=True)
    shrunk: set[str] = set()
    for seed in seeds:
        failure = attempt(spec(seed), seed, folder, report)
        if failure is not None:
            report.failures.append(failure)
            new = failure.kind not in shrunk and len(shrunk) < _SHRUNK
            note(
                _explained(failure, folder.parent / "smaller")
                if new
                else f"seed {seed}: {failure.stage}: {failure.problem}"
            )
            shrunk.add(failure.kind)
    for name, problems in findings(folder).items() if report.passed else ():
        failure = Failure(int(name.removeprefix(package(0)[:-1])), "type check", problems[0])
        report.failures.append(failure)
        note(f"seed {failure.seed}: {failure.stage}: {'; '.join(problems)}")
    return report


def _explained(failure: Failure, folder: Path) -> str:
    """Return the text of a failure with its smallest spec."""

    def fails(document: Schema) -> bool:
        try:
            found = attempt(document, failure.seed, folder, Report())
        except (KeyError, TypeError, AttributeError, StopIteration):  # not a spec any more
            return False
        return found is not None and found.kind == failure.kind

    smallest = shrink(spec(failure.seed), fails, seconds=_SECONDS)
    text = yaml.safe_dump(smallest, sort_keys=False, allow_unicode=True)
    return f"seed {failure.seed}: {failure.stage}: {failure.problem}\nthe smallest spec that fails so:\n{text}"
