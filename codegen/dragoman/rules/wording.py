"""How the rules put things: values as short JSON, lists of words, near misses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Final

from .data import json_type

_LONGEST: Final = 60


def shown(value: Any) -> str:
    """Return a value as short JSON."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def typed(value: Any) -> str:
    """Return the type of a value, and the value where it is plain."""
    kind = json_type(value)
    return kind if kind in ("object", "array", "null") else f"{kind} {shown(value)}"


def listed(words: Iterable[Any]) -> str:
    """Return words as `a, b or c`."""
    *some, last = [str(word) for word in words] or ["nothing"]
    return f"{', '.join(some)} or {last}" if some else last


def nearest(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return a hint: the known word that was probably meant, or else `otherwise`."""
    close = get_close_matches(word, sorted(known), n=1)
    return f"did you mean {close[0]}?" if close else otherwise
