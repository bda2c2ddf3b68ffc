"""How callers want to wait."""

from __future__ import annotations

from typing import Any, Literal

from attrs import field, frozen

from ..errors import InvalidArgument
from ..exchange.clock import Clock
from ..exchange.deadline import Deadline, deadline_in
from .given import named


def _seconds(_instance: Any, attribute: Any, value: object) -> None:
    if value is not None:
        check_seconds(attribute.name, value)


def check_seconds(name: str, value: Any) -> None:
    """Refuse what is no number of seconds.

    Raises:
        InvalidArgument: it is negative, not a number, or no number at all.
    """
    if not (_is_number(value) and value >= 0):
        raise InvalidArgument(f"{name}: expected a number of seconds, 0 or more, got {named(value)}")


def wait_deadline(clock: Clock, timeout: float | None) -> Deadline:
    """Return the deadline of a wait that starts now; None never passes.

    Raises:
        InvalidArgument: `timeout` is neither None nor a number of seconds, 0 or more.
    """
    if timeout is not None:
        check_seconds("timeout", timeout)
    return deadline_in(timeout, clock.monotonic)


def _is_number(value: Any) -> bool:
    # Not `math.isnan`: it cannot take a number that is too large for a float, and that is a long time, no fault.
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


@frozen(kw_only=True)
class Poll:
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
    missing_sweeps: int | None = None
    """Complete looks in a row without the task, before it counts as lost; besides `missing_grace`."""

    missing_grace: float | None = field(default=None, validator=_seconds)
    """Seconds that these looks must span."""

    transient_budget: float | None = field(default=None, validator=_seconds)
    """Seconds of failing looks after which waiting ends with PollError; None: it goes on until the caller's timeout."""

    def __attrs_post_init__(self) -> None:
        if self.factor is not None and not (_is_number(self.factor) and self.factor >= 1):
            raise InvalidArgument(f"factor: expected 1 or more, got {named(self.factor)}")
        if self.jitter is not None and not (_is_number(self.jitter) and 0 <= self.jitter <= 1):
            raise InvalidArgument(f"jitter: expected 0 to 1, got {named(self.jitter)}")
        if not (_is_number(self.attempt_timeout) and self.attempt_timeout > 0):
            raise InvalidArgument(f"attempt_timeout: expected more than 0 seconds, got {named(self.attempt_timeout)}")
        if self.unknown_status not in ("wait", "raise"):
            raise InvalidArgument(f"unknown_status: expected 'wait' or 'raise', got {named(self.unknown_status)}")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise InvalidArgument(f"min: expected at most max ({self.max!r}), got {self.min!r}")
        sweeps: Any = self.missing_sweeps
        if sweeps is not None and not (_is_number(sweeps) and isinstance(sweeps, int) and sweeps >= 1):
            raise InvalidArgument(f"missing_sweeps: expected 1 or more, as an int, got {named(sweeps)}")
