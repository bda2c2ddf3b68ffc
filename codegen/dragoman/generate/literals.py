"""Docstrings and literals: the only two ways in which text of a spec enters source code.

Text of a spec may be hostile. The result is always one Python literal and nothing else.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

WIDTH = 120
_ITEM: Final = re.compile(r"(?:[-*+]|\d{1,9}[.)])(?: +|$)")
_FENCE: Final = re.compile(r"`{3,}|~{3,}")
_RULE: Final = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
# Spaces at which no line may end: the next one would become an item of a list, a heading or a quotation.
_GLUED: Final = re.compile(r" (?=(?:[-*+>]|#{1,6}|\d{1,9}[.)])(?: |$))")
_GLUE: Final = "\x01"
_END: Final = re.compile(r"[.!?][\"')\]]*\s+(?=[^\sa-z])")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(])(?:[a-z]|(?:[a-z]\.)+[a-z]|al|approx|art|ca|cf|dept|ed|eg|etc|fig|ie|incl|max|min|no|nos|nr|resp|sec|st|vs)\.$",
    re.IGNORECASE,
)


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
    """Return text that ends with a full stop or another end of a sentence. Tables and code stay as they are."""
    stripped = text.strip()
    if not stripped or stripped[-1] in ".!?:":
        return stripped
    *_, (verbatim, _) = _lines(stripped)
    return stripped if verbatim else f"{stripped}."


def entry(parts: Iterable[str]) -> str:
    """Join texts to an entry of a list or section: running text is one line, lists, tables and code stay lines."""
    texts = [part.strip() for part in parts if part.strip()]
    if not any(map(_is_structured, texts)):
        return " ".join(" ".join(texts).split())
    lines = [line for text in texts for verbatim, line in _lines(text) if verbatim or line]
    first = "" if _is_structured(lines[0]) else lines.pop(0)
    return "\n".join([first, *(f"    {line}".rstrip() for line in lines)])


def paragraphs(parts: Iterable[str]) -> str:
    """Join the parts that are not empty, with a blank line between them."""
    return "\n\n".join(part for part in parts if part)


def _headed(text: str, width: int) -> str:
    """End a first paragraph that is too long for one line after its first sentence."""
    head, separator, rest = text.partition("\n\n")
    if _is_structured(head):
        return text
    head = " ".join(head.split())
    end = next((each for each in _END.finditer(head) if not _ABBREVIATION.search(head[: each.start() + 1])), None)
    if len(head) <= width or end is None or end.start() >= width:
        return f"{head}{separator}{rest}"
    return f"{head[: end.end()].rstrip()}\n\n{head[end.end() :]}{separator}{rest}"


def _filled(text: str, width: int) -> Iterator[str]:
    quotes = '"""'
    for verbatim, line in _lines(text.strip("\n")):
        hang = " " * (len(line) - len(line.lstrip()))
        item = _ITEM.match(line.lstrip())
        deeper = f"{hang}{' ' * len(item[0])}" if item else f"{hang}    " if hang else ""
        if verbatim or not line:
            yield line.rstrip()
        else:
            marked = item[0] if item else ""
            wrapped = textwrap.wrap(
                quotes + marked.replace(" ", _GLUE) + _GLUED.sub(_GLUE, line.lstrip()[len(marked) :]),
                width,
                initial_indent=hang,
                subsequent_indent=deeper,
                break_long_words=False,
                break_on_hyphens=False,
            )
            yield from (part.removeprefix(quotes).replace(_GLUE, " ") for part in wrapped)
        quotes = ""


def _lines(text: str) -> Iterator[tuple[bool, str]]:
    """Yield lines, each with True if it must not be wrapped: those of code and tables. Running text is one line."""
    lines = text.replace(_GLUE, " ").split("\n")
    tables = _tables(lines)
    running: list[str] = []
    fence, blank = "", True
    for number, line in enumerate(lines):
        bare = line.strip()
        fenced = _FENCE.match(bare)
        verbatim = bool(fence or fenced or number in tables)
        starts = line.startswith((" ", "#", ">")) or _ITEM.match(line) or (line.endswith(":") and not running)
        if not verbatim and bare and not starts:
            running.append(bare)
            # Markdown's signs for the end of a line.
            if not line.endswith(("  ", "\\")):
                continue
        if running:
            yield False, " ".join(running)
            blank, running = False, []
        if verbatim or (bare and starts) or not (bare or blank):
            yield verbatim, line.rstrip()
            blank = not bare and not verbatim
        if fence:
            fence = "" if bare.startswith(fence) and not bare.strip(fence[0]) else fence
        elif fenced:
            fence = fenced[0]
    if running:
        yield False, " ".join(running)


def _tables(lines: list[str]) -> set[int]:
    """Return the numbers of the lines of tables: a header, a rule below it, and the rows."""
    found: set[int] = set()
    for number, line in enumerate(lines[1:], start=1):
        header = lines[number - 1]
        if "|" in header and "|" in line and _RULE.fullmatch(line.strip()):
            end = number
            while end + 1 < len(lines) and "|" in lines[end + 1]:
                end += 1
            found |= {*range(number - 1, end + 1)}
    return found


def _is_structured(text: str) -> bool:
    """Return True if text contains lists, tables, code, headings or quotations."""
    return any(
        verbatim or line.startswith((" ", "#", ">")) or _ITEM.match(line) is not None for verbatim, line in _lines(text)
    )


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
