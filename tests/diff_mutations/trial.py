"""Runs of the comparison on mutants, and the judgement of what it reports."""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from attrs import define, evolve, field

from dragoman import lint
from dragoman.diff.change import Change
from dragoman.diff.wire.changes import changes
from dragoman.lint import documents
from dragoman.spec import reader, yaml_document
from dragoman.spec.model import Spec
from dragoman.spec.yaml_document import Document

from .expected import EXPECTED, UNSEEN
from .mutators import Mutant, mutants
from .refactorings import refactorings
from .usage import Data

_HOME: Final = Path(__file__).parents[2]


@define
class Report:
    """Result of many trials."""

    kinds: Counter[str] = field(factory=Counter[str])
    refused: int = 0
    """Number of variants that would be problems if lint did not refuse them."""

    problems: list[str] = field(factory=list[str])

    def add(self, other: Report) -> None:
        """Add the results of further trials."""
        self.kinds += other.kinds
        self.refused += other.refused
        self.problems += other.problems

    def text(self) -> str:
        """Return the figures."""
        lines = [f"{each}: {number}" for each, number in sorted(self.kinds.items())]
        return "\n".join(
            [
                *lines,
                f"{self.kinds.total()} variants of {len(self.kinds)} kinds, {len(self.problems)} problems "
                f"({self.refused} more are no specs: lint refuses them)",
            ]
        )


@define
class _Trial:
    """Trials of one spec."""

    where: str
    document: Document
    report: Report = field(factory=Report)
    old: Spec = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.old = read(self.document, self.document.data)

    def __call__(self, kind: str, place: str, data: Data, judge: Callable[[tuple[Change, ...]], Iterable[str]]) -> None:
        """Judge what is reported for other data; lint, which takes most of the time, only sees what seems wrong."""
        try:
            problems = [*judge(changes(self.old, read(self.document, data)))]
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            problems = [repr(error)]
        if problems and not passes(self.document, data):
            self.report.refused += 1
            return
        self.report.kinds[kind] += 1
        self.report.problems += [f"{self.where}: {kind}{place}: {problem}" for problem in problems]


def spec_files() -> list[Path]:
    """Return the specs and the cases that generate code."""
    cases = [path for path in sorted(_HOME.glob("tests/cases/*/spec.yaml")) if not path.parent.name.startswith("bad-")]
    return [*sorted(_HOME.glob("specs/*.yaml")), *cases]


def load(path: Path) -> Document:
    """Return a spec without its examples, which mutations would contradict."""
    document = yaml_document.load(path)
    return evolve(document, data=_without_examples(document.data))


def read(document: Document, data: Data) -> Spec:
    """Return the spec of other data."""
    return reader.read(evolve(document, data=data))


def passes(document: Document, data: Data) -> bool:
    """Return True if lint finds no errors in other data, which is OpenAPI as before: that check takes most time."""
    other = evolve(document, data=data)
    checks = (each for each in lint.CHECKS if each not in lint.WARNINGS and each is not documents.check_openapi_invalid)
    return not any(next(iter(check(other)), None) for check in checks)


def run(paths: Iterable[Path], *, share: float = 1, seed: int = 1) -> Report:
    """Compare each spec with its mutants.

    Args:
        paths: The specs.
        share: Share of the mutants that is tried.
        seed: Seed of the choice.
    """
    report, choice = Report(), random.Random(seed)
    for path in paths:
        trial = _Trial(f"{path.parent.name}/{path.name}", load(path))
        for mutant in mutants(trial.document.data):
            if choice.random() < share:
                data = copy.deepcopy(trial.document.data)
                mutant.edit(data)
                trial(mutant.kind, f" at /{'/'.join(map(str, mutant.path))}", data, partial(judge, mutant))
        report.add(trial.report)
    return report


def run_refactorings(paths: Iterable[Path], *, share: float = 1, seed: int = 1) -> Report:
    """Compare each spec with its refactorings; each change that is reported is a problem."""
    report, choice = Report(), random.Random(seed)
    for path in paths:
        trial = _Trial(f"{path.parent.name}/{path.name}", load(path))
        for each in refactorings(trial.document.data):
            if choice.random() < share:
                trial(
                    each.kind, "", each.data, lambda found: (f"{c.id} at {c.place.words}: {c.summary}" for c in found)
                )
        report.add(trial.report)
    return report


def _reported(found: tuple[Change, ...]) -> Iterator[str]:
    return (f"{each.id} at {each.place.words}: {each.summary}" for each in found)


def judge(mutant: Mutant, found: tuple[Change, ...]) -> Iterator[str]:
    """Yield what is missed and what is falsely breaking in the changes that were found for a mutant."""
    refused, misread = EXPECTED[mutant.kind]
    for word, expected, reasons in (
        ("refused", refused and mutant.sent, [each for each in found if each.wire.refused]),
        ("misread", misread and mutant.received, [each for each in found if each.wire.misread]),
    ):
        if expected and not reasons:
            yield f"{word} missed: {[each.id for each in found]}"
        if reasons and not expected:
            yield f"falsely {word}: {[(each.id, each.place.words) for each in reasons]}"
    hides = ("readOnly", mutant.sent) if mutant.kind.endswith("readOnly") else ("writeOnly", mutant.received)
    silent = mutant.kind in UNSEEN or (mutant.kind.endswith(hides[0]) and not hides[1])
    if not found and not silent:
        yield "not reported"


def _without_examples(node: Any, *, names: bool = False) -> Any:
    """Return data without examples; `names` is True for the names of members, which may be any word."""
    if isinstance(node, list):
        return [_without_examples(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without_examples(each, names=key in ("properties", "schemas", "responses", "parameters") and not names)
        for key, each in node.items()
        if names or key not in ("example", "examples")
    }
