"""How a refusal names what was given: it may be a secret that was put in the wrong place, such as a signed URL."""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile("[a-z_]{1,20}", re.ASCII)


def named(value: object) -> str:
    """Numbers, truth values, None and plain words as they are; of anything else no more than its type."""
    if value is None or isinstance(value, int | float) or (isinstance(value, str) and _WORD.fullmatch(value)):
        return f"{value!r:.80}"
    return type(value).__name__
