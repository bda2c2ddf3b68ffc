"""Markdown as code hosts read it (GFM): the only way in which text of a spec enters a reference page.

Text of a spec may be hostile. The result is always text on one line: never markup, HTML, an automatic link, or a new
cell of a table. Code between backticks stays code.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from taskclients_core.server_text import escape

_CODE: Final = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_MARKUP: Final = re.compile(r"[\\`*\[\]<>|~$]|&(?=#?\w)|(?<![^\W_])_|_(?![^\W_])|(?<=\w)@|:(?=//)|(?i:(?<=www)\.)")
_START: Final = re.compile(r"^(?=[#+=-])|(?<=\d)(?=[.)]$)")
"""Places in the first word of a paragraph at which it may become a heading, a list or a rule."""

_CREDENTIALS: Final = re.compile(r"(?i)(\b[a-z][a-z0-9+.-]*://)[^\s/?#`\"'<>]*@")
_SAFE_IN_URLS: Final = "/:?#@!$&'*+,;=%~"
_PLAIN_IN_MERMAID: Final = re.compile(r"[^A-Za-z0-9 _./-]")


def text(prose: str, *, cell: bool = False) -> str:
    """Return prose on one line.

    Args:
        prose: Text in which code is between backticks.
        cell: The text is in a table, where a `|` ends a cell even in code.
    """
    line = one_line(prose)
    pieces: list[str] = []
    end = 0
    for found in _CODE.finditer(line):
        pieces += [_escaped(line[end : found.start()]), code(found[2].strip(), cell=cell)]
        end = found.end()
    pieces.append(_escaped(line[end:]))
    first, space, rest = "".join(pieces).partition(" ")
    return f"{_START.sub(_backslash, first, count=1) if not first.startswith('`') else first}{space}{rest}"


def one_line(prose: str) -> str:
    """Return text on one line, without unprintable characters and without user names and passwords in URLs."""
    return _CREDENTIALS.sub(r"\1", escape(" ".join(prose.split())))


def code(source: str, *, cell: bool = False) -> str:
    """Return text as code."""
    line = one_line(source)
    if not line:
        return ""
    fence = "`" * (1 + max((len(each) for each in re.findall("`+", line)), default=0))
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line.replace('|', chr(92) + '|') if cell else line}{space}{fence}"


def block(source: str, language: str) -> str:
    """Return lines as a block of code."""
    fence = "`" * max(3, 1 + max((len(each) for each in re.findall("`+", source)), default=0))
    return f"{fence}{language}\n{source.rstrip()}\n{fence}"


def link(label: str, target: str) -> str:
    """Return a link to a URL; words are returned as text."""
    address = one_line(target)
    if not re.match(r"(?i)https?://[^\s/]", address):
        return text(target)
    return f"[{label}]({re.sub('&(?=#?[A-Za-z0-9])', '&amp;', quote(address, safe=_SAFE_IN_URLS))})"


def mermaid(label: str) -> str:
    """Return text as a part of a quoted label of a Mermaid diagram."""
    return _PLAIN_IN_MERMAID.sub(lambda found: f"#{ord(found[0])};", one_line(label))


class Anchors:
    """Anchors of the headings of a page, in its order, as code hosts make them."""

    def __init__(self) -> None:
        self._times: dict[str, int] = {}

    def add(self, heading: str) -> str:
        """Return the anchor of the next heading, given without markup."""
        plain = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        times = self._times[plain] = self._times.get(plain, -1) + 1
        return f"{plain}-{times}" if times else plain


def _escaped(prose: str) -> str:
    return _MARKUP.sub(lambda found: f"\\{found[0]}", prose)


def _backslash(_: re.Match[str]) -> str:
    return "\\"
