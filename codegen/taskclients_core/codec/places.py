"""Finds one item of a JSON array without holding all the others: there may be millions of them.

What is before it is passed over in runs, and only containers and odd strings token by token.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

_SHORT: Final = 64 * 1024
_OPEN: Final = re.compile(rb"\s*\[\s*")
_RUN: Final = re.compile(rb'(?:[^]["{}:,]*+(?:"[^"\\,]*+"\s*+)?,){1,4096}+')
"""Numbers, words and strings that have no comma, each with the one that follows it."""
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[][{},]', re.DOTALL)


class _First(msgspec.Struct, array_like=True):
    """An array of which only the first item is of interest: msgspec passes over the others."""

    item: msgspec.Raw


_decode_all: Final = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_first: Final = msgspec.json.Decoder(_First).decode


def item_of(text: bytes, index: int) -> bytes:
    """The text of an item. Raises LookupError or msgspec.DecodeError where there is none."""
    if len(text) < _SHORT:
        return bytes(_decode_all(text)[index])
    opened = _OPEN.match(text)
    if opened is None:
        raise LookupError(index)
    at = opened.end()
    while index:
        run = _RUN.match(text, at)
        if run:
            passed = run[0].split(b",", index)
            index -= len(passed) - 1
            at = run.end() - len(passed[-1])
        else:
            at = _after_item(text, at)
            index -= 1
    return bytes(_decode_first(b"[" + text[at:]).item)


def _after_item(text: bytes, at: int) -> int:
    """Where the next item begins."""
    depth = 0
    for token in _TOKEN.finditer(text, at):
        match token[0]:
            case b"," if not depth:
                return token.end()
            case b"[" | b"{":
                depth += 1
            case b"]" | b"}":
                depth -= 1
                if depth < 0:
                    break
            case _:
                pass
    raise LookupError(at)
