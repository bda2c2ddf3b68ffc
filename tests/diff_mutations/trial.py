"""Runs of the comparison on mutants, and the judgement of what it reports."""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from attrs import define, evolve, field

from dragoman import lint
from dragoman.diff.change import Change
from dragoman.diff.changes import changes
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
    """Number of mutants that lint refuses."""

    problems: list[str] = field(factory=list[str])

    def add(self, other: Report) -> None:
        """Add the results of further trials."""
        self.kinds += other.kinds
        self.refused += other.refused
        self.problems += other.problems

    def text(self) -> str:
        """Return the figures and the problems."""
        count = self.kinds.total()
        lines = [f"{each}: {number}" for each, number in sorted(self.kinds.items())]
        return "\n".join(
            [
                *lines,
                f"{count} variants of {len(self.kinds)} kinds ({self.refused} refused by lint), "
                f"{len(self.problems)} problems",
            ]
        )


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
        document = load(path)
        old = read(document, document.data)
        for mutant in mutants(document.data):
            if choice.random() > share:
                continue
            data = copy.deepcopy(document.data)
            mutant.edit(data)
            if not passes(document, data):
                report.refused += 1
                continue
            report.kinds[mutant.kind] += 1
            where = f"{path.parent.name}/{path.name}: {mutant.kind} at /{'/'.join(map(str, mutant.path))}"
            report.problems += [f"{where}: {problem}" for problem in judge(mutant, changes(old, read(document, data)))]
    return report


def run_refactorings(paths: Iterable[Path], *, share: float = 1, seed: int = 1) -> Report:
    """Compare each spec with its refactorings; each change that is reported is a problem."""
    report, choice = Report(), random.Random(seed)
    for path in paths:
        document = load(path)
        old = read(document, document.data)
        for each in refactorings(document.data):
            if choice.random() > share:
                continue
            if not passes(document, each.data):
                report.refused += 1
                continue
            report.kinds[each.kind] += 1
            where = f"{path.parent.name}/{path.name}: {each.kind}"
            found = changes(old, read(document, each.data))
            report.problems += [f"{where}: {change.id} at {change.place.words}: {change.summary}" for change in found]
    return report


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
