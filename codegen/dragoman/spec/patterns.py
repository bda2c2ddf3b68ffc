"""Patterns of schemas (ECMA-262) and their matching under a time limit. The only module that imports regex.

Patterns shape no code; they tell whether an example or a request fits. So a pattern that cannot be evaluated here, or
not quickly, is left unchecked: `doubt` returns the reason.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import prod
from typing import Any, Final

_LIMIT: Final = 0.1
"""Seconds for one match. A pattern that exceeds it once is not tried again."""

_MOST_REPEATS: Final = 100_000
"""Product of the counts in a pattern; the time to compile it grows with that, and cannot be limited."""

_COUNTS: Final = re.compile(r"\{(?:\d*,)?(\d{1,9})\}")
_slow: Final[set[str]] = set()


def fits(pattern: str, text: str) -> bool:
    """Return True if a pattern occurs in a text, or if it is not checked."""
    compiled, _ = _compile(pattern)
    if compiled is None or pattern in _slow:
        return True
    try:
        return compiled.search(text, timeout=_LIMIT) is not None
    except TimeoutError:
        _slow.add(pattern)
        return True


def doubt(pattern: str) -> str:
    """Return the reason why a pattern is not checked; '' if it is. A slow pattern is known after it was tried."""
    return "it takes too long" if pattern in _slow else _compile(pattern)[1]


@lru_cache(1000)  # a mock server receives patterns, too
def _compile(pattern: str) -> tuple[Any, str]:
    # Imported here because few specs have patterns.
    import regex  # type: ignore[import-untyped]

    if prod(int(count) or 1 for count in _COUNTS.findall(pattern)) > _MOST_REPEATS:
        return None, "it repeats too much"
    try:
        return regex.compile(pattern), ""
    except (regex.error, ValueError, OverflowError, RecursionError) as error:
        return None, str(error) or "it is nested too deeply"
