"""A run of the judges: mutations of specs, one run of mypy over all packages, and where the verdicts differ."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from attrs import field, frozen
from tests.diff_mutations.trial import load

from .mutations import mutations
from .verdicts import Judges, Trial

_CALLS: Final = Path(__file__).parents[1] / "typing"

EXPECTED: Final[tuple[tuple[str, str, str], ...]] = (
    ("no judge reports it", r" default changed from .* another value", "neither sees which value a default sends"),
    ("no judge reports it", r"None, which was left out, is sent as null", "neither knows what None means on the wire"),
    ("no judge reports it", r" value changed from ", "neither compares the values of members of enumerations"),
    ("no judge reports it", r" `error\.body` of status", "the type of `error.body` is Any"),
    ("no judge reports it", r"base_url=.* now required", "the URL is an option of every client"),
    ("no judge reports it", r"media_type=.* removed", "the option is any text"),
    ("no judge reports it", r"credentials raise", "`Auth` has the credentials of all schemes"),
    ("no judge reports it", r" type changed from .* `bool` raises", "mypy takes a bool for an int"),
    ("no judge reports it", r"\bAny\b", "mypy checks nothing about Any"),
    ("no judge reports it", r"`datetime", "mypy takes a datetime for a date"),
    (
        "only mypy reports it",
        r"^async_tasks\..*TaskType",
        "no code declares a variable for the constant of a task type",
    ),
    ("only griffe reports it", r"\.ERRORS: ", "`ERRORS` is there if operations share errors; callers do not use it"),
)
"""Disputes that are right: what differs, a pattern of the effect or breakage, and why the judge does not see it."""


@frozen
class Report:
    """Outcome of a run."""

    trials: tuple[Trial, ...]
    crashed: tuple[str, ...]
    explained: Counter[str] = field(factory=Counter)
    """Number of disputes with each reason."""

    disputed: list[str] = field(factory=list)
    """Disputes without a reason."""

    def text(self) -> str:
        """Return the figures."""
        count = Counter(
            verdict
            for each in self.trials
            for verdict, found in (
                ("diff", each.failing),
                ("mypy", each.mypy),
                ("griffe", each.griffe),
            )
            if found
        )
        reasons = "".join(f"  {number} {reason}\n" for reason, number in self.explained.most_common())
        return (
            f"{len(self.trials)} mutants of {len({each.spec for each in self.trials})} specs; breaking for "
            f"{', '.join(f'{name}: {number}' for name, number in count.items())}\n"
            f"{sum(self.explained.values())} disputes with a reason\n{reasons}"
            f"{len(self.disputed)} disputes without a reason, {len(self.crashed)} crashes"
        )


def run(specs: Iterable[Path], folder: Path, *, each: int, seed: int = 1) -> Report:
    """Judge some mutants of each spec.

    Args:
        specs: Paths of specs.
        folder: Folder for the packages.
        each: Number of mutations of a spec; those that lint refuses are not replaced.
        seed: Seed of their choice.
    """
    folder.mkdir(parents=True)
    judges = Judges(folder)
    for path in specs:
        document = load(path)
        found = list(mutations(document.data))
        name = path.parent.name if path.stem == "spec" else path.stem
        calls = _CALLS / f"{name}_calls.py"
        judges.hear(
            name,
            document,
            random.Random(seed).sample(found, min(each, len(found))),
            calls.read_text(encoding="utf-8") if calls.exists() else "",
        )
    judges.check_types()
    report = Report(tuple(judges.trials.values()), tuple(judges.crashed))
    for trial in report.trials:
        for dispute, about in trial.disputes:
            reason = next((why for what, pattern, why in EXPECTED if what == dispute and re.search(pattern, about)), "")
            if reason:
                report.explained[reason] += 1
            else:
                report.disputed.append(f"{dispute}: {about}\n  {trial}")
    return report
