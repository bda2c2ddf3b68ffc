"""A text holds characters that cannot be shown safely.

What stands in a spec ends up in source code, in terminals and in reviews. Control characters drive terminals, and
characters that reverse the direction of writing let code read otherwise than it runs ("trojan source").

Write plain text. Line breaks and tabs may stand in values (descriptions), not in names; a quotation mark or a backslash
not in the name of a member.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from taskclients_core.json_pointer import escape

from ..problem import Problem
from ..source import Document
from .data import is_list, is_object
from .walk import report

ID: Final = "unsafe-text"

_UNSAFE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, line break and tab apart
    "\u2028\u2029"  # line breaks that only some readers see
    "\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c"  # turn the direction of writing
    "\ufeff\ufff9-\uffff\ud800-\udfff]"  # invisible, or no characters at all
)
_BREAKS: Final = re.compile("[\t\n]")
_QUOTES: Final = re.compile(
    r'["\\]'
)  # in the name of a member: JSON writes it with escapes, which the codec does not take


def check(document: Document) -> Iterator[Problem]:
    """Yield a problem for each text, keys included, with an unsafe character in it."""
    for pointer, text, is_name in _texts(document.data, ""):
        found = _UNSAFE.search(text) or (_BREAKS.search(text) if is_name else None)
        if is_name and pointer.removesuffix(f"/{escape(text)}").endswith("/properties"):
            found = found or _QUOTES.search(text)
        if found:
            character = found.group()
            called = unicodedata.name(character, "a control character" if ord(character) < 0xA0 else "no character")
            message = f"holds U+{ord(character):04X}, {called}"
            yield report(document, ID, pointer, message, "write it without that character")


def _texts(value: Any, pointer: str) -> Iterator[tuple[str, str, bool]]:
    """Yield pointer and text of everything written, and whether it is a name."""
    if isinstance(value, str):
        yield pointer, value, False
    elif is_object(value):
        for key, each in value.items():
            member = f"{pointer}/{escape(key)}"
            yield member, key, True
            yield from _texts(each, member)
    elif is_list(value):
        for index, each in enumerate(value):
            yield from _texts(each, f"{pointer}/{index}")
