"""How often to look: the vendor's limits, and what those who wait wish within them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import frozen

from ..definition import Lifetime, Timing
from ..poll import Poll


@frozen
class Pace:
    """Seconds between looks."""

    first: float
    min: float
    max: float
    factor: float
    jitter: float

    def longer(self, interval: float) -> float:
        """The interval after one that brought nothing new."""
        return self.within(interval * self.factor)

    def within(self, interval: float) -> float:
        """An interval, inside of the bounds."""
        return max(self.min, min(interval, self.max))

    def moved(self, interval: float, random: float) -> float:
        """An interval, moved by chance, so that clients which began together do not stay together."""
        # Between the bounds, not cut at them: else most would come to stand at the same interval.
        low, high = self.within(interval * (1 - self.jitter)), self.within(interval * (1 + self.jitter))
        return low + random * (high - low)

    def opening(self, random: float) -> float:
        """Seconds until the first look, between half of `first` and `min` beyond it."""
        return self.first / 2 + random * (self.first / 2 + self.min)


def chosen(name: str, default: Any, *wishes: Poll | None) -> Any:
    """The first of some wishes that says something about it."""
    for poll in wishes:
        value = None if poll is None else getattr(poll, name)
        if value is not None:
            return value
    return default


def pace_of(timing: Timing, client: Poll, wish: Poll | None) -> Pace:
    """The pace of one wait: its own wishes before those of its client, before the vendor's, never below the limits."""
    least = max(timing.min, chosen("min", timing.min, wish, client))
    return Pace(
        first=chosen("first", least if timing.first is None else timing.first, wish, client),
        min=least,
        max=max(least, chosen("max", timing.max, wish, client)),
        factor=chosen("factor", timing.factor, wish, client),
        jitter=chosen("jitter", timing.jitter, wish, client),
    )


def least_patient(paces: Iterable[Pace]) -> Pace:
    """The pace that serves all of them."""
    found: Pace | None = None
    for pace in paces:
        if found is None:
            found = pace
        elif pace != found:
            found = Pace(
                first=min(found.first, pace.first),
                min=min(found.min, pace.min),
                max=min(found.max, pace.max),
                factor=min(found.factor, pace.factor),
                jitter=max(found.jitter, pace.jitter),
            )
    if found is None:
        raise ValueError("nobody waits")
    return found


def limits_of(lifetime: Lifetime, client: Poll, wishes: Iterable[Poll | None]) -> Lifetime:
    """When a task counts as lost, to those who wait: the most patient one decides, as it is lost to all of them."""
    given = tuple(wishes)
    sweeps, grace = lifetime.missing_sweeps, lifetime.missing_grace
    return Lifetime(
        visible_within=lifetime.visible_within,
        retention=lifetime.retention,
        missing_sweeps=max((chosen("missing_sweeps", sweeps, wish, client) for wish in given), default=sweeps),
        missing_grace=max((chosen("missing_grace", grace, wish, client) for wish in given), default=grace),
    )
