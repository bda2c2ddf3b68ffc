"""Polling intervals: the caller's `PollPolicy`, combined with the vendor's limits, and the vendor's rate limit."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any, Final, Literal

from attrs import define, field, frozen

from ...deadline import Clock, Deadline, deadline_after
from ...errors import InvalidArgumentError, describe
from ..definition import Lifetime, PollTiming

LONGEST_PAUSE: Final = 86_400.0
"""Maximum pause in seconds. A longer `Retry-After` is treated as a mistake of the server."""


def _seconds(_instance: Any, attribute: Any, value: object) -> None:
    if value is not None:
        check_seconds(attribute.name, value)


def check_seconds(name: str, value: Any) -> None:
    """Check an argument in seconds; `name` starts the error message.

    Raises:
        InvalidArgumentError: the value is not a number, is NaN, or is negative.
    """
    if not (_is_number(value) and value >= 0):
        raise InvalidArgumentError(f"{name}: expected a number of seconds, 0 or more, got {describe(value)}")


def wait_deadline(clock: Clock, timeout: float | None) -> Deadline:
    """Return the deadline of a wait that starts now; None never passes.

    Raises:
        InvalidArgumentError: `timeout` is neither None nor a number of seconds, 0 or more.
    """
    if timeout is not None:
        check_seconds("timeout", timeout)
    return deadline_after(timeout, clock.monotonic)


def _is_number(value: Any) -> bool:
    # `math.isnan` fails for an int that is too large for a float, which is a valid, long time.
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


@frozen(kw_only=True)
class PollPolicy:
    """Polling intervals and limits of a client or of one wait; None takes the client's or the vendor's value.

    A policy can make polls rarer than the vendor's limits allow, never more frequent.

    Raises:
        InvalidArgumentError: a value is invalid.
    """

    first: float | None = field(default=None, validator=_seconds)
    """Seconds until the first poll."""

    min: float | None = field(default=None, validator=_seconds)
    """Minimum seconds between two polls; the interval after a change."""

    max: float | None = field(default=None, validator=_seconds)
    """Maximum seconds between two polls while nothing changes."""

    factor: float | None = field(default=None)
    """Growth of the interval after each poll without change; at least 1."""

    jitter: float | None = field(default=None)
    """Random share of the interval, 0 to 1, by which it varies."""

    attempt_timeout: float = field(default=10.0)
    """Timeout of each request of a poll, in seconds."""

    max_bytes: int | None = None
    """Maximum size of one response to a poll, in bytes; without one in the spec, the vendor's value is 8 MiB."""

    retry_after_max: float | None = field(default=None, validator=_seconds)
    """Longest `Retry-After` to obey, in seconds; a longer one ends the wait with TaskTimeoutError."""

    unknown_status: Literal["wait", "raise"] = "wait"
    """Action for a status that the spec does not list: wait for `unknown_after` seconds, or raise at once.

    The error is UnknownStatusError.
    """

    unknown_after: float | None = field(default=None, validator=_seconds)
    """Seconds of such a status after which a wait raises UnknownStatusError."""

    missing_polls: int | None = None
    """Number of complete polls in a row that do not find the task before it counts as lost; see `missing_grace`."""

    missing_grace: float | None = field(default=None, validator=_seconds)
    """Seconds that these polls must span."""

    error_timeout: float | None = field(default=None, validator=_seconds)
    """Seconds of failing polls after which a wait raises PollingError; None: the wait continues until its timeout."""

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
        for name in ("max_bytes", "missing_polls"):
            count: Any = getattr(self, name)
            if count is not None and not (_is_number(count) and isinstance(count, int) and count >= 1):
                raise InvalidArgumentError(f"{name}: expected 1 or more, as an int, got {describe(count)}")


@define(eq=False)
class RateLimiter:
    """Rate limit of a vendor: earliest time of the next request, by the monotonic clock.

    Each page of a poll counts as a request. Pages follow each other at once while the rate allows, because together
    they are one snapshot of the list; the next poll is delayed accordingly.
    """

    rate: tuple[int, float] | None
    _free: float = field(default=float("-inf"), init=False)
    _sent: deque[float] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._sent = deque(maxlen=self.rate[0] if self.rate else 1)

    @property
    def next_poll_at(self) -> float:
        """Earliest time of the next poll."""
        return max(self._free, self.next_page_at)

    @property
    def next_page_at(self) -> float:
        """Earliest time of the next page of the current poll."""
        rate = self.rate
        if rate is None or len(self._sent) < rate[0]:
            return float("-inf")
        return self._sent[0] + rate[1]

    def record_request(self, now: float) -> None:
        """Count a request that is sent now."""
        if self.rate is not None:
            count, seconds = self.rate
            self._sent.append(now)
            self._free = max(self._free, now) + seconds / count


@frozen
class PollInterval:
    """Bounds and growth of the interval between polls, in seconds."""

    first: float
    min: float
    max: float
    factor: float
    jitter: float

    def next_interval(self, interval: float) -> float:
        """Return the interval after one without a change."""
        return self.clamp(interval * self.factor)

    def clamp(self, interval: float) -> float:
        """Return an interval within `min` and `max`."""
        return max(self.min, min(interval, self.max))

    def jittered(self, interval: float, random: float) -> float:
        """Return an interval with jitter, so that clients that started together spread out.

        `random` is between 0 and 1.
        """
        # Draw between the clamped bounds: clamping the result would put most clients at the same interval.
        low, high = self.clamp(interval * (1 - self.jitter)), self.clamp(interval * (1 + self.jitter))
        return low + random * (high - low)

    def first_delay(self, random: float) -> float:
        """Return the seconds until the first poll, between half of `first` and `first + min`."""
        return self.first / 2 + random * (self.first / 2 + self.min)


def first_set(name: str, default: Any, *policies: PollPolicy | None) -> Any:
    """Return the first value of an option that is set in the policies, or the default."""
    for poll in policies:
        value = None if poll is None else getattr(poll, name)
        if value is not None:
            return value
    return default


def interval_for(timing: PollTiming, client: PollPolicy, policy: PollPolicy | None) -> PollInterval:
    """Return the intervals of one wait: from its policy, else its client's, else the vendor's; never below `min`."""
    minimum = max(timing.min, first_set("min", timing.min, policy, client))
    return PollInterval(
        first=first_set("first", minimum if timing.first is None else timing.first, policy, client),
        min=minimum,
        max=max(minimum, first_set("max", timing.max, policy, client)),
        factor=first_set("factor", timing.factor, policy, client),
        jitter=first_set("jitter", timing.jitter, policy, client),
    )


def most_frequent(intervals: Iterable[PollInterval]) -> PollInterval:
    """Return the most frequent combination of some intervals, which serves all of their waits."""
    found: PollInterval | None = None
    for interval in intervals:
        if found is None:
            found = interval
        elif interval != found:
            found = PollInterval(
                first=min(found.first, interval.first),
                min=min(found.min, interval.min),
                max=min(found.max, interval.max),
                factor=min(found.factor, interval.factor),
                jitter=max(found.jitter, interval.jitter),
            )
    if found is None:
        raise ValueError("intervals: expected at least one")
    return found


def lifetime_for(lifetime: Lifetime, client: PollPolicy, policies: Iterable[PollPolicy | None]) -> Lifetime:
    """Return the limits after which a task counts as lost.

    The longest of the waits decides, because the task is then lost for all of them.
    """
    all_policies = tuple(policies)
    polls, grace = lifetime.missing_polls, lifetime.missing_grace
    return Lifetime(
        visible_within=lifetime.visible_within,
        retention=lifetime.retention,
        missing_polls=max(
            (first_set("missing_polls", polls, policy, client) for policy in all_policies), default=polls
        ),
        missing_grace=max(
            (first_set("missing_grace", grace, policy, client) for policy in all_policies), default=grace
        ),
    )
