"""Reader of ServiceStack metadata pages with JavaScript classes (`lang=mjs`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from ...facts import Attribute, Facts, Stated
from ...page import Page
from .classes import ClassText, Field
from .code import METHOD, SAMPLED, Block, blocks, expressible, response_of, states_nothing
from .operation import facts, lines_of, recognised
from .page import surroundings
from .types import Type, parse

NAME: Final = "servicestack_js"
EXPRESSIBLE: Final[Mapping[str, frozenset[Attribute]]] = expressible(required=False)

_CLASS: Final = re.compile(r"export class (?P<name>\w+)( extends (?P<base>[\w.]+))? \{( *\})?")
_ENUM: Final = re.compile(r"export var (?P<name>\w+);")
_ENUM_START: Final = re.compile(r"\(function \(\w+\) \{")
_ENUM_END: Final = re.compile(r"\}\)\(\w+ \|\| \(\w+ = \{\}\)\);")
_ENUM_VALUE: Final = re.compile(r"\w+\[\"[^\"]+\"\] = \"(?P<value>[^\"]*)\"[;,]?")
_ENUM_NUMBER: Final = re.compile(r"\w+\[\w+\[\"[^\"]+\"\] = -?\d+\] = \"[^\"]*\"[;,]?|\w+\[\"[^\"]+\"\] = -?\d+[;,]?")
_TYPEDEF: Final = re.compile(r"/\*\* @typedef .*\*/")
_LISTED: Final = re.compile(r"/\*\* @param \{\{(?P<members>.*)\}\} \[init\] \*/")
_TYPE: Final = re.compile(r"(/\*)?\*+ @type \{(?P<type>.*)\}( \*/)?")
_FIELD: Final = re.compile(r"(?P<name>[\w$]+)( = .*)?;")
_START: Final = re.compile(r"export (class \w+[^{]*\{|var \w+;)")
_MEMBER: Final = re.compile(r"(?P<name>[\w$]+)\??:(?P<type>.+)")


def recognise(page: Page) -> str | None:
    """Return the reason why this is such a page; None if it is not."""
    return recognised(page, _CLASS, "JavaScript")


def read(page: Page) -> Facts:
    """Return the facts of a page."""
    lines = lines_of(page)
    used: set[int] = set()
    found = list(blocks(lines, _START, _ENUM_END))
    classes = [each for block in found if (each := _block(lines, block, used)) is not None]
    start, stop = (found[0].start, found[-1].stop) if found else (len(lines) + 1, len(lines) + 1)
    while start > 1 and _is_between(lines[start - 2]):
        start -= 1
    while stop <= len(lines) and _is_between(lines[stop - 1]):
        stop += 1
    inside = {number for block in found for number in range(block.start, block.stop)}
    used.update(n for n in range(start, stop) if n not in inside and _is_between(lines[n - 1]))
    around = surroundings(lines, range(start, stop))
    return facts(page, NAME, EXPRESSIBLE, SAMPLED, classes, around, frozenset(used))


def _is_between(line: str) -> bool:
    """Return True for a line that may stand between classes and states nothing."""
    return line.strip() in ("", '"use strict";') or _TYPEDEF.fullmatch(line.strip()) is not None


def _block(lines: list[str], block: Block, used: set[int]) -> ClassText | None:
    line = lines[block.start - 1].strip()
    head, enum = _CLASS.fullmatch(line), _ENUM.fullmatch(line)
    if head:
        return _class(lines, block, head, used)
    return _enumeration(lines, block, enum["name"], used) if enum else None


def _enumeration(lines: list[str], block: Block, name: str, used: set[int]) -> ClassText:
    values: list[str] = []
    is_certain = block.is_closed
    for number in range(block.start, block.stop):
        line = lines[number - 1].strip()
        value = _ENUM_VALUE.fullmatch(line)
        if value:
            values.append(value["value"])
        elif line and number > block.start and not _ENUM_START.fullmatch(line) and not _ENUM_END.fullmatch(line):
            is_certain = False  # flags are numbers
            if not _ENUM_NUMBER.fullmatch(line):
                continue
        used.add(number)
    return ClassText(name, block.start, values=tuple(values) if is_certain else ())


def _class(lines: list[str], block: Block, head: re.Match[str], used: set[int]) -> ClassText:
    fields: list[Field] = []
    listed: dict[str, tuple[Type | None, int]] = {}
    kind, kind_line = "", 0
    response: Type | None = None
    method: Stated | None = None
    used.add(block.start)
    in_comment = False
    for number in range(block.start + 1, block.stop):
        line = lines[number - 1].strip()
        members, type_, field = _LISTED.fullmatch(line), _TYPE.fullmatch(line), _FIELD.fullmatch(line)
        if members and not in_comment:
            listed = {name: (parse(text), number) for name, text in _listed(members["members"])}
        elif type_:
            kind, kind_line = type_["type"], number
        elif answer := response_of(line):
            response = answer
        elif verb := METHOD.fullmatch(line):
            method = Stated(verb["verb"], number)
        elif field and not in_comment:
            fields.append(Field(field["name"], parse(kind) if kind else None, number, type_line=kind_line))
            kind, kind_line = "", 0
        elif not in_comment and not states_nothing(line):
            continue
        used.add(number)
        in_comment = (in_comment or line.startswith("/**")) and not line.endswith("*/")
    return ClassText(
        head["name"],
        block.start,
        tuple(fields),
        base=parse(head["base"]) if head["base"] else None,
        listed=listed,
        response=response,
        method=method,
        is_complete=block.is_closed,
    )


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
