"""Whether a request may be sent again, and when: pure, so that all of it can be tested without a server.

Sent again are, after an answer: 408 (the server gave up waiting for the request), 425, 429 and 5xx. Not among 5xx are
those that say "never" rather than "not now": 501 and 505 (it cannot do that), 506 and 508 (it is misconfigured), 510
(the request lacks something), 511 (a portal wants the user to log in). When no answer came: whatever may be done twice.

A method other than GET, HEAD, OPTIONS, PUT, DELETE or TRACE is repeated only if its operation is declared idempotent,
or if nothing of the request left this machine. A status is an answer, so something did leave.
"""

from __future__ import annotations

import math
import re
import threading
from calendar import timegm
from collections.abc import Callable
from datetime import datetime
from time import gmtime
from typing import Any, Final

from attrs import define, field

from ..config import RetryPolicy
from ..headers import Headers
from ..operation import Operation

IDEMPOTENT_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"})

_PERMANENT: Final = frozenset({501, 505, 506, 508, 510, 511})

_PER_SUCCESS: Final = 0.1


def is_transient(status: int) -> bool:
    """Whether a status tells of trouble that may pass."""
    return status in (408, 425, 429) or (500 <= status <= 599 and status not in _PERMANENT)


def is_idempotent(operation: Operation[Any]) -> bool:
    """Whether the server may act on it twice with the same outcome as once."""
    return operation.idempotent or operation.method in IDEMPOTENT_METHODS


def backoff(retry: RetryPolicy, number: int, random: float) -> float:
    """Seconds to wait before retry `number` (from 1), when nobody says otherwise: full jitter, exponential, capped."""
    return random * min(retry.cap, retry.base * 2.0 ** min(number - 1, 64))


@define(eq=False)
class RetryBudget:
    """How much of its store of retries a client has used. For many threads."""

    _used: float = field(default=0.0, init=False)
    _lock: threading.Lock = field(factory=threading.Lock, init=False, repr=False)

    def acquire(self, retry: RetryPolicy) -> bool:
        """Use one; False when there is none left."""
        with self._lock:
            # The sum of ten tenths is not quite one.
            if retry.budget is not None and self._used + 1 > retry.budget + 1e-6:
                return False
            self._used += 1
            return True

    def release(self) -> None:
        """Put back what a call without trouble earns."""
        if self._used:  # most clients never used any, and need no lock to see it
            with self._lock:
                self._used = max(0.0, self._used - _PER_SUCCESS)


_DAY: Final = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_LONG_DAY: Final = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTH: Final = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_TIME: Final = "[0-9]{2}:[0-9]{2}:[0-9]{2}"
_YEAR: Final = "[1-9][0-9]{3}"  # `email.utils` takes 0050 for 2050
_FORMS: Final = re.compile(
    rf"(?:{_DAY}), [0-9]{{2}} (?:{_MONTH}) {_YEAR} {_TIME} GMT"
    rf"|{_LONG_DAY}, [0-9]{{2}}-(?:{_MONTH})-(?P<short_year>[0-9]{{2}}) {_TIME} GMT"
    rf"|(?:{_DAY}) (?:{_MONTH}) [ 0-9][0-9] {_TIME} {_YEAR}"
)
"""The three forms of RFC 9110, 5.6.7: IMF-fixdate, RFC 850, asctime. `email.utils` accepts far more, and guesses."""


def parse_http_date(text: str, now: float) -> float | None:
    """Parse a date of a header into seconds since 1970; None if it is not one of the three forms.

    A year of two digits is at most 50 years ahead of `now`.
    """
    form = _FORMS.fullmatch(text)
    if form is None:
        return None
    from email.utils import parsedate  # slow to import, and seldom needed

    found = parsedate(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = found[:6]
    leap = second == 60  # which `datetime` does not know
    try:
        if form["short_year"]:
            this = gmtime(now).tm_year
            year = this - this % 100 + int(form["short_year"])
            year -= 100 if year > this + 50 else 0
        date = datetime(year, month, day, hour, minute, second - leap)
    except (ValueError, OverflowError, OSError):
        return None
    return float(timegm(date.timetuple()) + leap)


def retry_after(headers: Headers, now: Callable[[], float]) -> float | None:
    """Seconds that the server asks to be left alone; None when it does not say, or not so that it can be understood.

    Digits or a date, nothing else. A date is taken by the server's own clock (`Date`) if it tells it, else by `now`,
    seconds since 1970. Of several headers the longest wait holds. What has more than ten digits is infinite.
    """
    found = [seconds for text in headers.get_list("Retry-After") if (seconds := _wait(text, headers, now)) is not None]
    return max(found, default=None)


def _wait(text: str, headers: Headers, now: Callable[[], float]) -> float | None:
    text = text.strip(" \t")
    if re.fullmatch("[0-9]+", text):
        return float(text) if len(text.lstrip("0")) <= 10 else math.inf
    here = now()
    at = parse_http_date(text, here)
    if at is None:
        return None
    there = parse_http_date(headers.get("Date", "").strip(" \t"), here)
    return max(0.0, at - (here if there is None else there))
