"""When a call is tried again. What is safe to send twice, and how long to wait, is told in `exchange.again`."""

from __future__ import annotations

from math import isfinite
from typing import Any

from attrs import Attribute, field

from .classes import frozen
from .errors import InvalidArgument


def _count(_: object, attribute: Attribute[Any], value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InvalidArgument(f"{attribute.name}: expected a whole number of at least 1, got {value!r}")


def _number(least: float, value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and isfinite(value) and value >= least


def _seconds(_: object, attribute: Attribute[Any], value: object) -> None:
    if not _number(0, value):
        raise InvalidArgument(f"{attribute.name}: expected a finite number of seconds, not below 0, got {value!r}")


def _budget(_: object, attribute: Attribute[Any], value: object) -> None:
    if value is not None and not _number(1, value):
        raise InvalidArgument(f"{attribute.name}: expected a finite number of at least 1 or None, got {value!r}")


@frozen(kw_only=True)
class Retry:
    """When and how often a call is tried again.

    Only what is safe: whatever failed before a byte of the request may have left; and after that GET, HEAD, OPTIONS,
    PUT, DELETE and operations that are declared idempotent, on 408, 425, 429, on 5xx that may pass, and on answers
    that got lost.

    Raises:
        InvalidArgument: a number cannot be so.
    """

    attempts: int = field(default=3, validator=_count)
    """The most requests for one call, the first included."""

    base: float = field(default=0.5, validator=_seconds)
    """Seconds: before the first retry it waits from 0 to this, at random; before each further one up to twice as long
    as before."""

    cap: float = field(default=30.0, validator=_seconds)
    """The most seconds that it waits of itself."""

    budget: float | None = field(default=10.0, validator=_budget)
    """How many retries a client has in store: a retry takes 1, a call that needs none gives back 0.1. So a server in
    trouble gets at most a tenth more requests for them. All views of a client share it; None: no bound."""

    max_delay: float = field(default=60.0, validator=_seconds)
    """The most seconds that it waits because the server says so (`Retry-After`). Told to wait longer, it gives up."""
