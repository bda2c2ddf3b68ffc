"""A run of the fuzzer: trials of many specs, one run of each type checker over all packages, and the smallest specs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import yaml

from .schemas import Schema
from .shrink import shrink
from .specs import spec
from .task_specs import task_spec
from .trial import Failure, Report, attempt
from .type_checkers import findings

_WRITERS: Final[dict[str, Callable[[int], Schema]]] = {"s": spec, "t": task_spec}
KINDS: Final = {"calls": "s", "tasks": "t"}
"""Kind of specs -> first letter of their names."""

_SHRUNK: Final = 3
"""Number of failures whose specs are shrunk; the others are probably the same faults."""
_SECONDS: Final = 60.0


def written(name: str) -> Schema:
    """Return the spec of a name: the letter of its kind, and its seed."""
    return _WRITERS[name[0]](int(name[1:]))


def run(names: Iterable[str], folder: Path, *, note: Callable[[str], None], mutated: int = 0) -> Report:
    """Try the specs of some names; `note` receives each failure as text.

    Args:
        names: Names of the specs, such as `s7` (schemas and calls) or `t7` (task types).
        folder: Folder for the packages, one a spec.
        note: Function that is called with a text for each failure.
        mutated: Number of mutations of each spec with task types.
    """
    report = Report()
    folder.mkdir(parents=True)
    shrunk: set[str] = set()
    for name in names:
        failure = attempt(written(name), name, folder, report, mutated=mutated)
        if failure is not None:
            report.failures.append(failure)
            new = failure.kind not in shrunk and len(shrunk) < _SHRUNK and failure.stage != "mutation"
            note(
                _explained(failure, folder.parent / "smaller") if new else f"{name}: {failure.stage}: {failure.problem}"
            )
            shrunk.add(failure.kind)
    for name, problems in findings(folder).items() if report.passed else ():
        failure = Failure(name, "type check", problems[0])
        report.failures.append(failure)
        note(f"{name}: {failure.stage}: {'; '.join(problems)}")
    return report


def _explained(failure: Failure, folder: Path) -> str:
    """Return the text of a failure with its smallest spec."""

    def fails(document: Schema) -> bool:
        try:
            found = attempt(document, failure.name, folder, Report())
        except (KeyError, TypeError, AttributeError, StopIteration):  # not a spec any more
            return False
        return found is not None and found.kind == failure.kind

    smallest = shrink(written(failure.name), fails, seconds=_SECONDS)
    text = yaml.safe_dump(smallest, sort_keys=False, allow_unicode=True)
    return f"{failure.name}: {failure.stage}: {failure.problem}\nthe smallest spec that fails so:\n{text}"
