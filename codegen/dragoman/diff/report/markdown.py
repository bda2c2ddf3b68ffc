"""Report as Markdown for a comment on a pull request: a short summary on top, the details collapsed."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final

from ...diagnostics import printable
from ...generate.markdown import code
from ..change import CallerEffect, Change, Severity
from ..comparison import Comparison, SpecDiff
from . import sentences

MAX_CHARACTERS: Final = 60_000
"""GitHub refuses comments of more than 65,536 characters."""

_FRAME: Final = 200
"""Room for what surrounds the items of a section."""

_SPECIAL: Final = re.compile(r"[\\`*_{}\[\]<>|~$&]")
_SPACE: Final = re.compile(r"\s+")
# Names of users and numbers of issues would be links, and notify people.
_MENTION: Final = re.compile(r"[@#](?=\w)")


def markdown(comparison: Comparison) -> str:
    """Return the report. Changes that would make the comment too long are counted instead."""
    blocks = [*_summary(comparison)]
    room = MAX_CHARACTERS - sum(map(len, blocks))
    left_out = 0
    for diff in comparison.specs:
        for severity in Severity:
            items = [item(change, diff) for change in diff.of(severity)]
            sizes = accumulate(len(each) + 1 for each in items)
            fitting = sum(size + _FRAME <= room for size in sizes)
            left_out += len(items) - fitting
            if fitting:
                blocks.append(_section(diff.vendor, severity, len(items), items[:fitting]))
                room -= len(blocks[-1])
    if left_out:
        blocks.append(f"{left_out} more are too many for a comment: run `dragoman diff` for all of them.\n")
    return "\n".join(blocks)


def _summary(comparison: Comparison) -> Iterator[str]:
    yield f"### API changes: {sentences.heading(comparison)}\n"
    yield f"{code(comparison.old)} → {code(comparison.new)}\n"
    if comparison.specs:
        rows = [f"| spec | {' | '.join(each.value for each in Severity)} |", "|---|---:|---:|---:|"]
        for diff in comparison.specs:
            counts = Counter(change.severity for change in diff.changes)
            rows.append(f"| {escaped(diff.vendor)} | {' | '.join(str(counts[each]) for each in Severity)} |")
        yield "\n".join(rows) + "\n"


def _section(vendor: str, severity: Severity, number: int, items: Iterable[str]) -> str:
    opened = " open" if severity is Severity.BREAKING else ""
    # Markdown inside of HTML needs empty lines around it; the title is HTML.
    title = f"<b>{html.escape(vendor)}</b>: {number} {severity.value}"
    return f"<details{opened}><summary>{title}</summary>\n\n{''.join(items)}\n</details>\n"


def item(change: Change, diff: SpecDiff) -> str:
    """Return a change as an item of a list, with its consequences as items below it."""
    head = f"* **{escaped(change.place.words)}**: {escaped(change.summary)} ({code(str(diff.source(change)))})"
    if change.severity is Severity.DOCUMENTATION:
        return f"{head}\n"
    lines = [head]
    wire = sentences.wire(change.wire) or (sentences.UNCHANGED_WIRE,)
    lines += [f"  * on the wire: {escaped(each)}" for each in wire]
    for effect in change.callers:
        failures = sentences.failures(effect)
        lines.append(f"  * for callers{f' (**{failures}**)' if failures else ''}: {caller(effect)}")
    if not change.callers:
        lines.append(f"  * for callers: {sentences.no_effect(change, diff)}")
    if change.operations:
        lines.append(f"  * used by {escaped(sentences.used_by(change.operations))}")
    return "".join(f"{line}\n" for line in lines)


def caller(effect: CallerEffect) -> str:
    """Return a consequence for callers as a sentence in Markdown."""
    pieces = effect.text.split("`")
    marked = (code(piece) if index % 2 else escaped(piece) for index, piece in enumerate(pieces))
    return f"{code(effect.name)} {''.join(marked)}"


def escaped(text: str) -> str:
    """Return text as Markdown that shows it as it is: no markup, no mention, in one line."""
    plain = _SPECIAL.sub(lambda found: "&lt;" if found[0] == "<" else f"\\{found[0]}", printable(_SPACE.sub(" ", text)))
    return _MENTION.sub(lambda found: f"{found[0]}&#8203;", plain)
