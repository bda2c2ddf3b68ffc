"""Rules for retries: transient statuses, idempotency, delays, the retry budget and `Retry-After`. Pure functions.

Retried after a response: 408, 425, 429 and 5xx, except the permanent ones: 501 and 505 (not supported), 506 and 508
(misconfigured server), 510 (the request lacks an extension), 511 (network authentication required). Retried without a
response: every transport error that is transient.

A request with a method other than GET, HEAD, OPTIONS, PUT, DELETE or TRACE is retried only if its operation is declared
idempotent, or if nothing of it left this machine.
"""

from __future__ import annotations

import math
import re
from calendar import timegm
from collections.abc import Callable
from datetime import datetime
from time import gmtime
from typing import Any, Final

from attrs import define, field

from ..config import RetryPolicy
from ..forks import ForkLock
from ..http_messages import Headers
from ..operation import Operation

IDEMPOTENT_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"})

_PERMANENT: Final = frozenset({501, 505, 506, 508, 510, 511})

_PER_SUCCESS: Final = 0.1
"""Retries that a call gives back to the budget."""


def is_transient(status: int) -> bool:
    """Return True if a status means a failure that may pass."""
    return status in (408, 425, 429) or (500 <= status <= 599 and status not in _PERMANENT)


def is_idempotent(operation: Operation[Any]) -> bool:
    """Return True if processing the request twice has the same effect as once."""
    return operation.idempotent or operation.method in IDEMPOTENT_METHODS


def backoff(retry: RetryPolicy, number: int, random: float) -> float:
    """Return the seconds to wait before retry `number` (from 1): exponential with full jitter and a maximum."""
    return random * min(retry.cap, retry.base * 2.0 ** min(number - 1, 64))


@define(eq=False)
class RetryBudget:
    """Retry budget of a client. Thread-safe; see `RetryPolicy.budget`."""

    _used: float = field(default=0.0, init=False)
    _lock: ForkLock = field(factory=ForkLock, init=False, repr=False)

    def acquire(self, retry: RetryPolicy) -> bool:
        """Take one retry from the budget; return False if it is used up."""
        with self._lock:
            # The margin allows for rounding: ten times 0.1 is not exactly 1.
            if retry.budget is not None and self._used + 1 > retry.budget + 1e-6:
                return False
            self._used += 1
            return True

    def release(self) -> None:
        """Give back 0.1 retries, after a call whose last response is no transient failure."""
        if self._used:  # skip the lock if no retry was used
            with self._lock:
                self._used = max(0.0, self._used - _PER_SUCCESS)


_DAY: Final = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_LONG_DAY: Final = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH: Final = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_TIME: Final = "[0-9]{2}:[0-9]{2}:[0-9]{2}"
_YEAR: Final = "[1-9][0-9]{3}"  # `email.utils` reads 0050 as 2050
_FORMS: Final = re.compile(
    rf"(?:{_DAY}), [0-9]{{2}} (?:{_MONTH}) {_YEAR} {_TIME} GMT"
    rf"|{_LONG_DAY}, [0-9]{{2}}-(?:{_MONTH})-(?P<short_year>[0-9]{{2}}) {_TIME} GMT"
    rf"|(?:{_DAY}) (?:{_MONTH}) [ 0-9][0-9] {_TIME} {_YEAR}"
)
"""Forms of RFC 9110, 5.6.7: IMF-fixdate, RFC 850, asctime. `email.utils` accepts more forms, and guesses."""


def parse_http_date(text: str, now: float) -> float | None:
    """Parse a date of a header into seconds since 1970; None if it is not one of the three forms.

    A year of two digits is at most 50 years ahead of `now`.
    """
    form = _FORMS.fullmatch(text)
    if form is None:
        return None
    from email.utils import parsedate  # slow import, seldom needed

    found = parsedate(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = found[:6]
    leap = second == 60  # `datetime` has no leap seconds
    try:
        if form["short_year"]:
            this_year = gmtime(now).tm_year
            year = this_year - this_year % 100 + int(form["short_year"])
            year -= 100 if year > this_year + 50 else 0
        date = datetime(year, month, day, hour, minute, second - leap)
    except (ValueError, OverflowError, OSError):
        return None
    return float(timegm(date.timetuple()) + leap)


def retry_after(headers: Headers, now: Callable[[], float]) -> float | None:
    """Return the seconds of the `Retry-After` header; None if it is absent or invalid.

    It may contain digits or a date. A date is relative to the response's `Date` header, else to `now`, seconds since
    1970. Of several headers the longest delay is used. A number of more than ten digits is infinite.
    """
    delays = [delay for text in headers.get_list("Retry-After") if (delay := _delay(text, headers, now)) is not None]
    return max(delays, default=None)


def _delay(text: str, headers: Headers, now: Callable[[], float]) -> float | None:
    text = text.strip(" \t")
    if re.fullmatch("[0-9]+", text):
        return float(text) if len(text.lstrip("0")) <= 10 else math.inf
    local_time = now()
    at = parse_http_date(text, local_time)
    if at is None:
        return None
    server_time = parse_http_date(headers.get("Date", "").strip(" \t"), local_time)
    return max(0.0, at - (local_time if server_time is None else server_time))
