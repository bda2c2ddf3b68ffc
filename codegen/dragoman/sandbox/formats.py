"""What the `format` words of the dialect allow, and an example of each.

Written apart from the clients' codec on purpose: a mistake in one shows up against the other.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final

from jsonschema import FormatChecker

CHECKER: Final = FormatChecker(formats=())

EXAMPLES: Final = {
    "uuid": "00000000-0000-4000-8000-000000000001",
    "x-guid-n": "00000000000040008000000000000001",
    "date": "2024-01-15",
    "date-time": "2024-01-15T09:30:00Z",
    "x-date-time-ms": "2024-01-15T09:30:00.000Z",
    "x-servicestack-date": "/Date(1705311000000-0000)/",
    "byte": "c2FuZGJveA==",
    "decimal": "12.50",
    "password": "<password>",
    "uri": "https://example.com/",
    "email": "someone@example.com",
}
"""A value of each format of a string that is not just any text."""

_OFFSET: Final = r"([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)"
_TIME: Final = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
_PATTERNS: Final = {
    "uuid": r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "x-guid-n": r"[0-9a-fA-F]{32}",
    "date": r"\d{4}-\d\d-\d\d",
    "date-time": rf"\d{{4}}-\d\d-\d\d[Tt]{_TIME}(\.\d+)?{_OFFSET}",
    "x-date-time-ms": rf"\d{{4}}-\d\d-\d\dT{_TIME}\.\d{{3,}}Z",
    "x-servicestack-date": r"/Date\(-?\d{1,15}([+-]\d{4})?\)/",
    "decimal": r"-?\d+(\.\d+)?",
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]*",
    "email": r"[^@\s]+@[^@\s]+",
}
_DATED: Final = frozenset({"date", "date-time", "x-date-time-ms"})


def render(moment: float, wire_format: str) -> str | None:
    """Write a time (seconds since 1970) in a format; None if the format is not one of times."""
    if wire_format == "x-servicestack-date":
        return f"/Date({round(moment * 1000)}-0000)/"
    when = datetime.fromtimestamp(moment, UTC)
    match wire_format:
        case "date":
            return when.date().isoformat()
        case "date-time":
            return when.isoformat(timespec="seconds").replace("+00:00", "Z")
        case "x-date-time-ms":
            return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case _:
            return None


def _text_check(name: str, pattern: re.Pattern[str]) -> Callable[[object], bool]:
    def fits(value: object) -> bool:
        if not isinstance(value, str):
            return True
        if not pattern.fullmatch(value):
            return False
        if name in _DATED:
            try:
                date.fromisoformat(value[:10])
            except ValueError:
                return False
        return True

    return fits


def _integer_check(bits: int) -> Callable[[object], bool]:
    bound = 1 << (bits - 1)

    def fits(value: object) -> bool:
        return not isinstance(value, int) or -bound <= value < bound

    return fits


def _is_base64(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


for _name, _pattern in _PATTERNS.items():
    CHECKER.checks(_name)(_text_check(_name, re.compile(_pattern, re.ASCII)))
CHECKER.checks("int32")(_integer_check(32))
CHECKER.checks("int64")(_integer_check(64))
CHECKER.checks("byte")(_is_base64)
