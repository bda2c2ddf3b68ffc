"""Polling intervals: `PollPolicy` of the caller, the vendor's limits, and its rate limit."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, Literal

from attrs import define, field, frozen

from ...deadline import Clock, Deadline, deadline_after
from ...errors import InvalidArgumentError
from ...type_check import describe
from ..definition import Lifetime, PollTiming


def _seconds(_instance: Any, attribute: Any, value: object) -> None:
    if value is not None:
        check_seconds(attribute.name, value)


def check_seconds(name: str, value: Any) -> None:
    """Refuse what is no number of seconds.

    Raises:
        InvalidArgument: it is negative, not a number, or no number at all.
    """
    if not (_is_number(value) and value >= 0):
        raise InvalidArgumentError(f"{name}: expected a number of seconds, 0 or more, got {describe(value)}")


def wait_deadline(clock: Clock, timeout: float | None) -> Deadline:
    """Return the deadline of a wait that starts now; None never passes.

    Raises:
        InvalidArgument: `timeout` is neither None nor a number of seconds, 0 or more.
    """
    if timeout is not None:
        check_seconds("timeout", timeout)
    return deadline_after(timeout, clock.monotonic)


def _is_number(value: Any) -> bool:
    # Not `math.isnan`: it cannot take a number that is too large for a float, and that is a long time, no fault.
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


@frozen(kw_only=True)
class PollPolicy:
    """Wishes about how often to look at a task, given to a client or to one wait; None leaves it to the vendor's file.

    They can make looking gentler than the vendor's limits, never harsher.

    Raises:
        InvalidArgument: a value cannot be so.
    """

    first: float | None = field(default=None, validator=_seconds)
    """Seconds until the first look."""

    min: float | None = field(default=None, validator=_seconds)
    """Seconds between two looks, at least; also after a change was seen."""

    max: float | None = field(default=None, validator=_seconds)
    """Seconds between two looks when nothing changes, at most."""

    factor: float | None = field(default=None)
    """By which the interval grows while nothing changes; at least 1."""

    jitter: float | None = field(default=None)
    """Part of the interval, 0 to 1, by which chance moves it."""

    attempt_timeout: float = field(default=10.0)
    """Seconds that each request of a look may take."""

    retry_after_max: float | None = field(default=None, validator=_seconds)
    """The longest wait that a server may ask for; longer ones end the caller's wait."""

    unknown_status: Literal["wait", "raise"] = "wait"
    """What a status word does that no spec knows: nothing until `unknown_after`, or raise UnknownStatus at once."""

    unknown_after: float | None = field(default=None, validator=_seconds)
    missing_polls: int | None = None
    """Complete looks in a row without the task, before it counts as lost; besides `missing_grace`."""

    missing_grace: float | None = field(default=None, validator=_seconds)
    """Seconds that these looks must span."""

    error_timeout: float | None = field(default=None, validator=_seconds)
    """Seconds of failing looks after which waiting ends with PollError; None: it goes on until the caller's timeout."""

    def __attrs_post_init__(self) -> None:
        if self.factor is not None and not (_is_number(self.factor) and self.factor >= 1):
            raise InvalidArgumentError(f"factor: expected 1 or more, got {describe(self.factor)}")
        if self.jitter is not None and not (_is_number(self.jitter) and 0 <= self.jitter <= 1):
            raise InvalidArgumentError(f"jitter: expected 0 to 1, got {describe(self.jitter)}")
        if not (_is_number(self.attempt_timeout) and self.attempt_timeout > 0):
            raise InvalidArgumentError(
                f"attempt_timeout: expected more than 0 seconds, got {describe(self.attempt_timeout)}"
            )
        if self.unknown_status not in ("wait", "raise"):
            raise InvalidArgumentError(
                f"unknown_status: expected 'wait' or 'raise', got {describe(self.unknown_status)}"
            )
        if self.min is not None and self.max is not None and self.min > self.max:
            raise InvalidArgumentError(f"min: expected at most max ({self.max!r}), got {self.min!r}")
        sweeps: Any = self.missing_polls
        if sweeps is not None and not (_is_number(sweeps) and isinstance(sweeps, int) and sweeps >= 1):
            raise InvalidArgumentError(f"missing_polls: expected 1 or more, as an int, got {describe(sweeps)}")


@define(eq=False)
class RateLimiter:
    """Says when the next request may be sent.

    A look counts as many requests as it has pages. Its pages follow each other at once, as they are one picture, as
    long as that does not break the rate; the next look then comes the later for it.
    """

    rate: tuple[int, float] | None
    _free: float = field(default=float("-inf"), init=False)
    _sent: deque[float] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._sent = deque(maxlen=self.rate[0] if self.rate else 1)

    @property
    def next_poll_at(self) -> float:
        """When a look may begin."""
        return max(self._free, self.next_page_at)

    @property
    def next_page_at(self) -> float:
        """When a further page of a look may be asked for."""
        rate = self.rate
        if rate is None or len(self._sent) < rate[0]:
            return float("-inf")
        return self._sent[0] + rate[1]

    def record_request(self, now: float) -> None:
        """A request goes out."""
        if self.rate is not None:
            count, seconds = self.rate
            self._sent.append(now)
            self._free = max(self._free, now) + seconds / count


@frozen
class PollInterval:
    """Seconds between looks."""

    first: float
    min: float
    max: float
    factor: float
    jitter: float

    def next_interval(self, interval: float) -> float:
        """The interval after one that brought nothing new."""
        return self.clamp(interval * self.factor)

    def clamp(self, interval: float) -> float:
        """An interval, inside of the bounds."""
        return max(self.min, min(interval, self.max))

    def jittered(self, interval: float, random: float) -> float:
        """An interval, moved by chance, so that clients which began together do not stay together."""
        # Between the bounds, not cut at them: else most would come to stand at the same interval.
        low, high = self.clamp(interval * (1 - self.jitter)), self.clamp(interval * (1 + self.jitter))
        return low + random * (high - low)

    def first_delay(self, random: float) -> float:
        """Seconds until the first look, between half of `first` and `min` beyond it."""
        return self.first / 2 + random * (self.first / 2 + self.min)


def first_set(name: str, default: Any, *wishes: PollPolicy | None) -> Any:
    """The first of some wishes that says something about it."""
    for poll in wishes:
        value = None if poll is None else getattr(poll, name)
        if value is not None:
            return value
    return default


def interval_for(timing: PollTiming, client: PollPolicy, wish: PollPolicy | None) -> PollInterval:
    """The pace of one wait: its own wishes before those of its client, before the vendor's, never below the limits."""
    least = max(timing.min, first_set("min", timing.min, wish, client))
    return PollInterval(
        first=first_set("first", least if timing.first is None else timing.first, wish, client),
        min=least,
        max=max(least, first_set("max", timing.max, wish, client)),
        factor=first_set("factor", timing.factor, wish, client),
        jitter=first_set("jitter", timing.jitter, wish, client),
    )


def most_frequent(paces: Iterable[PollInterval]) -> PollInterval:
    """The pace that serves all of them."""
    found: PollInterval | None = None
    for pace in paces:
        if found is None:
            found = pace
        elif pace != found:
            found = PollInterval(
                first=min(found.first, pace.first),
                min=min(found.min, pace.min),
                max=min(found.max, pace.max),
                factor=min(found.factor, pace.factor),
                jitter=max(found.jitter, pace.jitter),
            )
    if found is None:
        raise ValueError("nobody waits")
    return found


def lifetime_for(lifetime: Lifetime, client: PollPolicy, wishes: Iterable[PollPolicy | None]) -> Lifetime:
    """When a task counts as lost, to those who wait: the most patient one decides, as it is lost to all of them."""
    given = tuple(wishes)
    sweeps, grace = lifetime.missing_polls, lifetime.missing_grace
    return Lifetime(
        visible_within=lifetime.visible_within,
        retention=lifetime.retention,
        missing_polls=max((first_set("missing_polls", sweeps, wish, client) for wish in given), default=sweeps),
        missing_grace=max((first_set("missing_grace", grace, wish, client) for wish in given), default=grace),
    )
