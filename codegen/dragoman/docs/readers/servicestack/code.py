"""Blocks of classes and enumerations in the code of ServiceStack pages, in JavaScript or TypeScript."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import frozen

from ...facts import Attribute
from .types import LIST, UNKNOWN, Type, parse

SAMPLED: Final[frozenset[Attribute]] = frozenset({"format", "values"})
"""Attributes that pages state in samples or in some places only; see `Facts.sampled`. Formats are those of samples."""

_NULLABLE: Final[frozenset[Attribute]] = frozenset({"nullable"})
_REQUIRED: Final[frozenset[Attribute]] = frozenset({"required"})
_NO_FACTS: Final = ("/**", "constructor(", "getTypeName", "createResponse")

METHOD: Final = re.compile(r"(public )?getMethod ?\(\) ?\{ ?return '(?P<verb>\w+)';? ?\}")

_RESPONSE: Final = re.compile(r"(public )?createResponse ?\(\) ?\{ ?(return (?P<value>[^;}]*[^;} ]);? ?)?\}")
_NEW: Final = re.compile(r"new (?P<type>.+)\(.*\)")


def expressible(*, required: bool) -> Mapping[str, frozenset[Attribute]]:
    """Return what classes can state; those of JavaScript do not say whether a member is required."""
    parameter: frozenset[Attribute] = frozenset({"type", "schema", "values"})
    member: frozenset[Attribute] = parameter | SAMPLED | _NULLABLE
    words = _REQUIRED if required else frozenset[Attribute]()
    return {
        "operation": frozenset({"method", "path", "authentication"}),
        "parameter": parameter | words,
        "member": member | words,
        "body": frozenset({"type", "schema"}),
    }


def states_nothing(line: str) -> bool:
    """Return True for a line of a class, without `public`, that states nothing about members."""
    return line in ("", "{", "}") or line.startswith(_NO_FACTS)


@frozen
class Block:
    """Class or enumeration on a page."""

    start: int
    stop: int
    """Line after it."""

    is_closed: bool
    """False if the copy, or the class before the next one, has no end."""


def blocks(lines: Sequence[str], start: re.Pattern[str], other_end: re.Pattern[str] | None = None) -> Iterator[Block]:
    """Yield the blocks of a page; a block ends with a line that is `}` or matches `other_end`."""
    begun = 0
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if start.match(line):
            if begun:
                yield Block(begun, number, is_closed=False)
            begun = number
            if line.endswith("}") or line.startswith("export type "):
                yield Block(number, number + 1, is_closed=True)
                begun = 0
        elif begun and (line == "}" or (other_end and other_end.fullmatch(line))):
            yield Block(begun, number + 1, is_closed=True)
            begun = 0
    if begun:
        yield Block(begun, len(lines) + 1, is_closed=False)


def response_of(line: str) -> Type | None:
    """Return the type of the response that a `createResponse` method makes; None if the line states none."""
    found = _RESPONSE.fullmatch(line)
    if found is None or not found["value"]:
        return None
    new = _NEW.fullmatch(found["value"])
    if new:
        return parse(new["type"])
    return Type(LIST, (UNKNOWN,)) if found["value"] == "[]" else None
