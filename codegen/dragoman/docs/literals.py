"""Scanner of JSON, and of JavaScript literals as pages contain them, that keeps the line of every member.

It uses no recursion and no backtracking, because pages are untrusted.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

MAX_DEPTH: Final = 100
MAX_NODES: Final = 300_000

_TOKEN: Final = re.compile(
    r"""[ \t\r\f\ufeff]*+(?:(?P<newline>\n)|(?P<mark>[{}\[\]:,])"""
    r"""|(?P<string>"(?:[^"\\]++|\\.)*+"|'(?:[^'\\]++|\\.)*+')|(?P<word>[^\s{}\[\]:,"'`]+))""",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_WORDS: Final = {"true": True, "false": False, "null": None, "!0": True, "!1": False, "undefined": None}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class LiteralError(ValueError):
    """Text is not a literal."""

    def __init__(self, message: str, offset: int) -> None:
        self.offset = offset
        """Offset of the place in the text."""

        super().__init__(message)


class Members(dict[str, Any]):
    """Object, with the lines of its keys."""

    __slots__ = ("lines",)

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}

    def put(self, key: str, value: Any, line: int) -> None:
        """Add a member."""
        self[key] = value
        self.lines[key] = line


class Items(list[Any]):
    """List, with the lines of its items."""

    __slots__ = ("lines",)

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []

    def put(self, value: Any, line: int) -> None:
        """Add an item."""
        self.append(value)
        self.lines.append(line)


def scan(text: str, start: int = 0, line: int = 1, *, fixed: bool = False) -> tuple[Any, int]:
    """Read the literal that begins at an offset; return it, and the offset behind it.

    Args:
        text: Text that contains the literal.
        start: Offset of the literal, or of white space before it.
        line: Line of the offset.
        fixed: Give all members this line, because the text is not that of the file.

    Raises:
        LiteralError: the text is no literal, ends inside it, or nests too deeply.
    """
    return _Scanner(text, line, 0 if fixed else 1).read(start)


class _Scanner:
    """Scanner of one literal: a stack of open objects and lists, and what must come next."""

    def __init__(self, text: str, line: int, step: int) -> None:
        self.text = text
        self.line = line
        self.step = step
        self.stack: list[Members | Items] = []
        self.key = ""
        self.nodes = 0

    def read(self, offset: int) -> tuple[Any, int]:
        """Read a literal; return it, and the offset behind it."""
        due = "value"
        while True:
            found = _TOKEN.match(self.text, offset)
            if found is None:
                rest = self.text[offset : offset + 20].strip()
                is_cut = not rest or rest[0] in "\"'"
                message = "the text ends inside an object, a list or a string" if is_cut else f"{rest!r} is unexpected"
                raise LiteralError(message, offset)
            offset = found.end()
            kind = str(found.lastgroup)
            lexeme = found[kind]
            if kind == "newline":
                self.line += self.step
                continue
            owner = self.stack[-1] if self.stack else None
            is_end = lexeme == ("]" if isinstance(owner, Items) else "}") and owner is not None
            if is_end and due != "colon" and (due != "value" or isinstance(owner, Items)):
                value: Any = self.stack.pop()
                due = "comma"
            elif due == "key" and kind != "mark":
                self.key, due = _unescaped(lexeme) if kind == "string" else lexeme, "colon"
                continue
            elif due == "colon" and lexeme == ":":
                due = "value"
                continue
            elif due == "comma" and lexeme == ",":
                due = "value" if isinstance(owner, Items) else "key"
                continue
            elif due == "value" and lexeme in ("{", "["):
                value = Members() if lexeme == "{" else Items()
                self._put(value, offset)
                self.stack.append(value)
                due = "key" if lexeme == "{" else "value"
                if len(self.stack) > MAX_DEPTH:
                    raise LiteralError(f"nested deeper than {MAX_DEPTH} levels", offset)
                continue
            elif due == "value" and kind != "mark":
                value = self._scalar(kind, lexeme, offset)
                self._put(value, offset)
                due = "comma"
            else:
                raise LiteralError(f"{lexeme[:20]!r} is unexpected", offset)
            if not self.stack:
                return value, offset

    def _put(self, value: Any, offset: int) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise LiteralError(f"more than {MAX_NODES} values", offset)
        match self.stack[-1:]:
            case [Members() as owner]:
                owner.put(self.key, value, self.line)
            case [Items() as owner]:
                owner.put(value, self.line)

    def _scalar(self, kind: str, lexeme: str, offset: int) -> Any:
        if kind == "string":
            self.line += lexeme.count("\n") * self.step
            return _unescaped(lexeme)
        if lexeme in _WORDS:
            return _WORDS[lexeme]
        try:
            return json.loads(lexeme)
        except ValueError:
            raise LiteralError(f"{lexeme[:20]!r} is unexpected", offset) from None


def _unescaped(lexeme: str) -> str:
    """Return the value of a string literal."""
    plain = lexeme[1:-1]
    if "\\" not in plain:
        return plain
    text = _ESCAPE.sub(_character, plain)
    if _SURROGATE.search(text):  # pairs stand for one character
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _character(escape: re.Match[str]) -> str:
    name = escape[1]
    if len(name) > 1:
        code = int(name.strip("ux{}"), 16)
        return chr(code) if code < 0x110000 else "\ufffd"
    return _ESCAPES.get(name, name)
