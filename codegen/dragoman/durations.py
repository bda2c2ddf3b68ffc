"""Durations as specs write them (ISO 8601: `PT1M30S`, `P2D`), in seconds."""

from __future__ import annotations

import re
from typing import Final

_FORM: Final = re.compile(
    r"P(?=[0-9]|T[0-9])(?:([0-9]+)D)?(?:T(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?"
)


def seconds(text: str) -> float | None:
    """Return the seconds of a duration, None for a text that is none. Months and years have no fixed length."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    days, hours, minutes, rest = (float(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest
