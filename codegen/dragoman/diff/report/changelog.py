"""Draft of the section of a change log about generated code, with the version step that the changes require."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Final

from ...generate.markdown import code
from ..change import Change, Severity
from ..comparison import Comparison, SpecDiff
from . import sentences
from .markdown import caller, escaped

_VERSION: Final = re.compile(r"\D*(?P<major>\d+)\.(?P<minor>\d+)\.(?P<patch>\d+)")


class Step(Enum):
    """Number of a version that is raised (semver.org)."""

    MAJOR = "major"
    MINOR = "minor"
    PATCH = "patch"


def required_step(changes: Sequence[Change]) -> Step | None:
    """Return the step that changes require; None without changes.

    Callers decide: code that fails requires a major step, whatever the server does to clients of the old spec.
    """
    if not changes:
        return None
    if any(map(_breaks_callers, changes)):
        return Step.MAJOR
    documentation = all(change.severity is Severity.DOCUMENTATION for change in changes)
    return Step.PATCH if documentation else Step.MINOR


def _breaks_callers(change: Change) -> bool:
    return any(effect.type_check or effect.run_time for effect in change.callers)


def next_version(tag: str, step: Step) -> tuple[str, str, Step] | None:
    """Return the version of a tag, the next one, and the step between them; None if the tag is not a version.

    Before 1.0.0 every step is one lower, as in the requirements that projects write (`>=0.1.0,<0.2`): a breaking change
    raises the minor number, any other the patch.
    """
    found = _VERSION.fullmatch(tag)
    if found is None:
        return None
    major, minor, patch = int(found["major"]), int(found["minor"]), int(found["patch"])
    if major == 0:
        step = _before_one(step)
    raised = {
        Step.MAJOR: f"{major + 1}.0.0",
        Step.MINOR: f"{major}.{minor + 1}.0",
        Step.PATCH: f"{major}.{minor}.{patch + 1}",
    }
    return f"{major}.{minor}.{patch}", raised[step], step


def changelog(comparison: Comparison, tag: str) -> str:
    """Return the section in Markdown.

    Args:
        comparison: From the last release to the working tree.
        tag: Name of the last release.
    """
    changes = [change for diff in comparison.specs for change in diff.changes]
    step = required_step(changes)
    lines = ["### Generated code", ""]
    if step is None:
        lines.append(f"No changes since {code(tag)}.")
    else:
        lines.append(_step_line(tag, step))
    for diff in comparison.specs:
        if diff.changes:
            lines += ["", f"**{escaped(diff.vendor)}**", "", *_items(diff)]
    return "".join(f"{line}\n" for line in lines)


def _step_line(tag: str, step: Step) -> str:
    versions = next_version(tag, step)
    if versions is None:
        return f"Since {code(tag)}. Version step: {step.value} (before 1.0.0: {_before_one(step).value})."
    old, new, taken = versions
    reason = " (before 1.0.0, a breaking change raises the minor number, any other the patch)"
    return f"Since {code(tag)}. Version step: {taken.value}, {old} to {new}{reason if old.startswith('0.') else ''}."


def _before_one(step: Step) -> Step:
    return Step.MINOR if step is Step.MAJOR else Step.PATCH


def _items(diff: SpecDiff) -> Iterator[str]:
    """Yield the items of one vendor: what breaks callers first, descriptions in one line.

    A change that breaks only old versions is no breaking change of the new one; it says why to upgrade.
    """
    documented = diff.of(Severity.DOCUMENTATION)
    others = [change for change in diff.changes if change not in documented]
    for change in sorted(others, key=_breaks_callers, reverse=True):
        word = "Breaking: " if _breaks_callers(change) else ""
        place = f"{escaped(change.place.words)}: {escaped(change.summary)}"
        said = [*map(caller, change.callers)] or [place]
        wire = [f"old versions: {escaped(each)}" for each in sentences.wire(change.wire)]
        yield f"* {word}{'; '.join((*said, *wire))}."
    if documented:
        yield f"* Documentation: {escaped('; '.join(change.summary for change in documented))}."
