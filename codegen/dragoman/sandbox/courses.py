"""How a task moves: a course of phases, each lasting some seconds, of which the last one stays."""

from __future__ import annotations

from collections.abc import Container
from itertools import pairwise
from typing import Final

from attrs import frozen

ENDED: Final = frozenset({"succeeded", "skipped", "failed", "cancelled"})
QUEUED_SECONDS: Final = 1.0
RUNNING_SECONDS: Final = 5.0
_STOPPED: Final = 0.4
"""How far a task that did not succeed had come."""


@frozen(kw_only=True)
class Moment:
    """A task at one time; times are seconds since 1970."""

    phase: str
    fraction: float
    """How much of the work is done, 0 to 1."""

    started: float
    changed: float
    """When it entered this phase."""

    @property
    def ended(self) -> bool:
        """Tell whether it will not move any more."""
        return self.phase in ENDED


@frozen
class Course:
    """Phases in their order, with the seconds that each one lasts."""

    stages: tuple[tuple[str, float], ...]

    def at(self, started: float, now: float) -> Moment:
        """Return where a task stands that began at `started`."""
        ends = [started]
        for _, seconds in self.stages[:-1]:
            ends.append(ends[-1] + seconds)
        position = max(i for i, begin in enumerate(ends) if i == 0 or begin <= now)
        phase = self.stages[position][0]
        fraction = {"succeeded": 1.0, "skipped": 1.0, "queued": 0.0}.get(phase, _STOPPED)
        if phase == "running" and position + 1 < len(ends):
            fraction = min(1.0, (now - ends[position]) / (ends[position + 1] - ends[position]))
        return Moment(phase=phase, fraction=fraction, started=started, changed=ends[position])


def usual(phases: Container[str], speed: float, *, last: str = "succeeded") -> Course:
    """Return the course of an ordinary task: queued, running, done; phases that the vendor lacks are passed over."""
    stages = [("queued", QUEUED_SECONDS / speed), ("running", RUNNING_SECONDS / speed), (last, 0.0)]
    return Course(tuple(stage for stage in stages if stage[0] in phases or stage[0] == last))


def steps(course: Course, moment: Moment, count: int) -> list[tuple[str, float, float]]:
    """Return phase, begin and end of each of `count` steps that share the work of a task."""
    begin = moment.started
    length = 0.0
    for phase, seconds in course.stages:
        if phase == "running":
            length = seconds / count
            break
        begin += seconds
    done = count if moment.fraction >= 1 else int(moment.fraction * count)
    current = {"needs-input": "running"}.get(moment.phase, moment.phase)
    phases = ["succeeded"] * done + [current, *["queued"] * count]
    windows = pairwise(begin + i * length for i in range(count + 1))
    return [(phase, *window) for phase, window in zip(phases, windows, strict=False)]
