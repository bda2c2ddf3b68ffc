"""Reader of ServiceStack metadata pages with JavaScript classes (`lang=mjs`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ..facts import Facts
from ..page import Page
from . import servicestack
from .servicestack import EXPRESSIBLE as EXPRESSIBLE
from .servicestack import ClassText, Field

NAME: Final = "servicestack_js"

_CLASS: Final = re.compile(r"export class (?P<name>\w+)( extends (?P<base>\w+))? \{")
_LISTED: Final = re.compile(r"/\*\* @param \{\{(?P<members>.*)\}\} \[init\] \*/")
_TYPE: Final = re.compile(r"(/\*)?\*+ @type \{(?P<type>.*)\}( \*/)?")
_FIELD: Final = re.compile(r"(?P<name>[\w$]+)( = .*)?;")
_RESPONSE: Final = re.compile(r"createResponse ?\(\) ?\{ ?return new (?P<name>\w+)\(.*")
_MEMBER: Final = re.compile(r"(?P<name>[\w$]+)\?:(?P<type>.+)")
_VALUE_TYPES: Final = frozenset({"number", "boolean"})
"""Types that are null only if they are marked. A string may be null either way."""


def recognise(page: Page) -> str | None:
    """Return the reason why this is such a page; None if it is not."""
    return servicestack.recognised(page, _CLASS, "JavaScript")


def read(page: Page) -> Facts:
    """Return the facts of a page."""
    lines = page.lines
    classes: list[ClassText] = []
    used: set[int] = set()
    number = 1
    first, last = len(lines) + 1, 0
    while number <= len(lines):
        head = _CLASS.fullmatch(lines[number - 1].strip())
        if head is None:
            number += 1
            continue
        end = _end(lines, number)
        classes.append(_class(lines, number, end, head, used))
        first, last = min(first, number), end
        number = end + 1
    between = {n for n in range(first, last + 1) if not lines[n - 1].strip() or lines[n - 1].startswith("/** @typedef")}
    around = servicestack.surroundings(page, range(first, last + 1))
    return servicestack.facts(page, NAME, classes, around, frozenset(used | between))


def _end(lines: list[str], start: int) -> int:
    """Return the line that ends a class, or the last line of a copy that is cut off inside it."""
    for number in range(start + 1, len(lines) + 1):
        line = lines[number - 1]
        if line.strip() == "}" and not _is_indented_end(lines, number):
            return number
    return len(lines)


def _is_indented_end(lines: list[str], number: int) -> bool:
    return lines[number - 1].startswith("        ")


def _class(lines: list[str], start: int, end: int, head: re.Match[str], used: set[int]) -> ClassText:
    fields: list[Field] = []
    listed: dict[str, tuple[str, int]] = {}
    kind, response = "", ""
    used.update((start, end))
    in_comment = False
    for number in range(start + 1, end):
        line = lines[number - 1].strip()
        members, type_, field = _LISTED.fullmatch(line), _TYPE.fullmatch(line), _FIELD.fullmatch(line)
        if members:
            listed = {name: (text, number) for name, text in _listed(members["members"])}
        elif type_:
            kind = type_["type"]
        elif answer := _RESPONSE.fullmatch(line):
            response = answer["name"]
        elif field and not in_comment:
            fields.append(_field(field["name"], kind, number))
            kind = ""
        elif not (
            in_comment
            or line.startswith(("/**", "constructor(", "getTypeName", "getMethod", "createResponse"))
            or not line
        ):
            continue
        used.add(number)
        in_comment = (in_comment or line.startswith("/**")) and not line.endswith("*/")
    return ClassText(head["name"], head["base"] or "", start, tuple(fields), listed, response)


def _field(name: str, kind: str, line: int) -> Field:
    plain = kind.removeprefix("?")
    nullable = True if kind != plain else False if plain in _VALUE_TYPES else None
    return Field(name, plain, line, nullable)


def _listed(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and type of the members in a list such as `a?:string,b?:{ [index:string]: string; }`."""
    depth, start = 0, 0
    for index, character in enumerate(f"{text},"):
        depth += (character in "{[<(") - (character in "}]>)")
        if character == "," and depth == 0:
            found = _MEMBER.fullmatch(text[start:index].strip())
            if found:
                yield found["name"], found["type"].strip()
            start = index + 1
