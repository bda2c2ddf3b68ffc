"""Docstrings and literals: the only two ways in which text of a spec enters source code.

Text of a spec may be hostile. The result is always one Python literal and nothing else.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable
from typing import Any

WIDTH = 120
_BULLETS = ("- ", "* ")


def docstring(text: str, indent: int = 4) -> str:
    """Return a docstring literal for `text`, with paragraphs filled; `indent` is the column at which it starts."""
    margin = " " * indent
    lines = list(_filled(_headed(text.strip(), WIDTH - indent - 6), WIDTH - indent))
    if len(lines) <= 1:
        return f'"""{_escaped("".join(lines), closing=True)}"""'
    first, *others = map(_escaped, lines)
    rest = "".join(f"{margin}{line}".rstrip() + "\n" for line in others)
    return f'"""{first}\n{rest}{margin}"""'


def literal(value: Any) -> str:
    """Return Python source for a JSON value.

    Floats are finite (see `yaml_document`); unprintable characters of strings become escapes.
    """
    match value:
        case dict():
            return "{" + ", ".join(f"{literal(key)}: {literal(each)}" for key, each in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(literal, value)) + "]"
        case str() | bool() | int() | float() | None:
            return repr(value)
        case _:
            raise TypeError(f"literal: not a JSON value: {value!r}")


def sentence(text: str) -> str:
    """Return text that ends with a full stop or another end of a sentence."""
    stripped = text.strip()
    return stripped if not stripped or stripped[-1] in ".!?:" else f"{stripped}."


def paragraphs(parts: Iterable[str]) -> str:
    """Join the parts that are not empty, with a blank line between them."""
    return "\n\n".join(part for part in parts if part)


def _headed(text: str, width: int) -> str:
    """End a first paragraph that is too long for one line after its first sentence."""
    head, separator, rest = text.partition("\n\n")
    head = head if "\n" not in head else " ".join(head.split())
    first, stop, more = head.partition(". ")
    if len(head) <= width or not stop or len(first) >= width:
        return f"{head}{separator}{rest}"
    return f"{first}.\n\n{more}{separator}{rest}"


def _filled(text: str, width: int) -> Iterable[str]:
    blocks = [block for block in text.strip().split("\n\n") if block.strip()]
    for number, block in enumerate(blocks):
        if number:
            yield ""
        for line in _logical_lines(block):
            hang = " " * (len(line) - len(line.lstrip()))
            deeper = f"{hang}  " if line.lstrip().startswith(_BULLETS) else f"{hang}    " if hang else ""
            quotes = "" if number else '"""'
            wrapped = textwrap.wrap(
                f"{quotes}{line.strip()}",
                width,
                initial_indent=hang,
                subsequent_indent=deeper,
                break_long_words=False,
                break_on_hyphens=False,
            )
            yield from (part.removeprefix(quotes) for part in wrapped)


def _logical_lines(block: str) -> Iterable[str]:
    """Join the lines of running text; a line that is indented or starts a list item stays a line."""
    running: list[str] = []
    for line in block.splitlines():
        if line.startswith((" ", *_BULLETS)) or (line.endswith(":") and not running):
            if running:
                yield " ".join(running)
                running = []
            yield line
        else:
            running.append(line.strip())
    if running:
        yield " ".join(running)


def _escaped(line: str, *, closing: bool = False) -> str:
    """Escape text so that it cannot end its literal: no two quotes touch, and no quote touches the `closing` quotes."""
    escaped = re.sub(r'"(?="|\Z)' if closing else '"(?=")', r'\\"', line.replace("\\", "\\\\"))
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in escaped)


def call(callee: str, *arguments: str) -> str:
    """Return a call."""
    return f"{callee}({', '.join(arguments)})"


def entries(**values: str) -> tuple[str, ...]:
    """Return keyword arguments as source, without those that are ''."""
    return tuple(f"{name}={value}" for name, value in values.items() if value)


def alternatives(security: Iterable[Iterable[str]]) -> str:
    """Return alternatives of security as source; each is a set of schemes that are used together."""
    return tuple_of(tuple_of(map(literal, each)) or "()" for each in security) or "()"


def tuple_of(items: Iterable[str]) -> str:
    """Return a tuple, '' for an empty one."""
    listed = list(items)
    return f"({', '.join(listed)}{',' if len(listed) == 1 else ''})" if listed else ""


def repeated(sources: Iterable[str]) -> str:
    """Return the source that occurs most often, '' if none occurs twice. A module writes it once, as a constant."""
    (most, times), *_ = Counter(filter(None, sources)).most_common(1) or [("", 0)]
    return most if times > 1 else ""
