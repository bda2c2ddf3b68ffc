"""Sentences about changes that all reports share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from ..change import CallerEffect, Change, Severity, WireEffect
from ..comparison import Comparison, SpecDiff

UNCHANGED_WIRE: Final = "clients of the old spec keep working"

_SHOWN: Final = 6
"""Number of operations that are named; the others are counted."""


def heading(comparison: Comparison) -> str:
    """Return the result in one line: `2 breaking, 1 additive`."""
    unchanged = "no changes: the files differ, and mean the same" if comparison.specs else "no changes"
    return counted(comparison.counts) or unchanged


def counted(counts: Mapping[Severity, int]) -> str:
    """Return the number of changes of each class: `2 breaking, 1 additive`."""
    return ", ".join(f"{counts[each]} {each.value}" for each in Severity if counts.get(each))


def wire(effect: WireEffect) -> tuple[str, ...]:
    """Return the consequences for clients of the old spec; none if they keep working."""
    refused = f"requests are refused: {effect.refused}"
    misread = f"responses are misread: {effect.misread}"
    return (*([refused] if effect.refused else []), *([misread] if effect.misread else []))


def no_effect(change: Change, diff: SpecDiff) -> str:
    """Return what a change without effects of its own means for callers."""
    same = [each for each in diff.changes if each.place.pointer == change.place.pointer and each.callers]
    return "see the other change of this part" if same else "nothing changes"


def failures(effect: CallerEffect) -> str:
    """Return the times at which callers' code fails: `type check, run time`, '' if it does not."""
    return ", ".join([*(["type check"] if effect.type_check else []), *(["run time"] if effect.run_time else [])])


def used_by(operations: Sequence[str], shown: int = _SHOWN) -> str:
    """Return the operations that use a part, '' for a part of the whole API."""
    more = len(operations) - shown
    return ", ".join(operations[:shown]) + (f" and {more} more" if more > 0 else "")
