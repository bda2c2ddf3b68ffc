"""Reports by lines: for a terminal, and as annotations of GitHub Actions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final, Literal

from ...diagnostics import annotation, printable
from ..change import Change, Severity
from ..comparison import Comparison, SpecDiff
from . import sentences

_LEVELS: Final[dict[Severity, Literal["error", "warning", "notice"]]] = {
    Severity.BREAKING: "error",
    Severity.ADDITIVE: "notice",
    Severity.DOCUMENTATION: "notice",
}


def text(comparison: Comparison) -> str:
    """Return the report for a terminal, by vendor and severity."""
    lines = [f"{comparison.old} -> {comparison.new}: {sentences.heading(comparison)}"]
    for each in comparison.specs:
        lines += ["", f"{each.vendor}: {_counted(each)}", *_changes(each)]
    # A line break in a spec's text could begin a line that a CI log takes for a command.
    shown = (printable(line.replace("\n", " ")) for line in lines)
    return "".join(f"{line}\n" for line in shown)


def _counted(diff: SpecDiff) -> str:
    counts = Counter(change.severity for change in diff.changes)
    return sentences.counted(counts) or "the file differs, and means the same"


def _changes(diff: SpecDiff) -> Iterator[str]:
    for severity in Severity:
        changes = diff.of(severity)
        if changes:
            yield f"  {severity.value}"
        for change in changes:
            yield f"    {diff.source(change)}: {change.id}: {change.place.words}: {change.summary}"
            # A change of the documentation has no consequence, so it takes one line.
            if severity is not Severity.DOCUMENTATION:
                yield from (f"        {line}" for line in consequences(change, diff))


def consequences(change: Change, diff: SpecDiff) -> Iterator[str]:
    """Yield the consequences on the wire and for callers, and the operations that use the part."""
    yield from (f"on the wire: {line}" for line in sentences.wire(change.wire) or (sentences.UNCHANGED_WIRE,))
    for effect in change.callers:
        failures = sentences.failures(effect)
        yield f"for callers{f' ({failures})' if failures else ''}: {effect.name} {effect.text}"
    if not change.callers:
        yield f"for callers: {sentences.no_effect(change, diff)}"
    if change.operations:
        yield f"used by: {sentences.used_by(change.operations)}"


def github(comparison: Comparison) -> str:
    """Return the report as workflow annotations, at the lines of the new specs."""
    lines: list[str] = []
    for diff in comparison.specs:
        for change in diff.changes:
            documentation = change.severity is Severity.DOCUMENTATION
            title = f"{change.severity.value}: {change.id}"
            first = f"{change.place.words}: {change.summary}"
            message = "\n".join((first, *([] if documentation else consequences(change, diff))))
            lines.append(annotation(_LEVELS[change.severity], diff.annotated(change), title, message))
    return "".join(f"{line}\n" for line in lines)
