"""Reader of text copied from pages of Docusaurus's OpenAPI theme (docusaurus-openapi-docs).

The theme prints members as rows, `name type required nullable`, and a copy loses their nesting: see `nesting`. In a
flat copy all brackets of arrays stand before the rows; in a spaced copy they stand between them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from attrs import define, field

from ..facts import ITEMS, PARAMETERS, REQUEST, VALUES, Attribute, Collector, Facts, Part, Place, Row, Stated, Value
from ..nesting import from_example
from ..page import Page

NAME: Final = "docusaurus_text"

_ROWS: Final[frozenset[Attribute]] = frozenset(
    {"type", "format", "schema", "required", "nullable", "values", "maxLength", "deprecated"}
)
EXPRESSIBLE: Final[Mapping[str, frozenset[Attribute]]] = {
    "operation": frozenset({"method", "path"}),
    "parameter": _ROWS - {"nullable"},
    "member": _ROWS,
    "body": frozenset({"mediaTypes", "type"}),
}

_SECTIONS: Final = {f"{place.title()} Parameters": place for place in ("path", "query", "header", "cookie")}
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_PHRASES: Final = {each.phrase.lower(): str(each.value) for each in HTTPStatus} | {"success": "2XX"}
_FORMATS: Final[Mapping[str, tuple[str, str]]] = {
    **{name: ("integer", name) for name in ("int32", "int64", "uint32", "uint64")},
    **{name: ("number", name) for name in ("float", "double", "decimal")},
    **{name: ("string", name) for name in ("uuid", "date", "date-time", "time", "duration", "byte", "binary", "csv")},
    **{name: ("string", name) for name in ("password", "email", "hostname", "ipv4", "ipv6", "uri", "url", "phone")},
}
_KINDS: Final = frozenset({"string", "integer", "number", "boolean", "object", "array", "any", "null"})
_NAME: Final = r"[A-Za-z_$@][\w$@.-]*"
_TYPE: Final = rf"[A-Za-z][\w.-]*(<[\w-]+>)?(\[\])*( \((?P<kind>{'|'.join(sorted(_KINDS))})(\[\])*\))?"
_ROW: Final = re.compile(rf"(?P<name>{_NAME}) (?P<type>{_TYPE})(?P<flags>( ?(required|nullable|deprecated))*)")
_GLUED: Final = re.compile(r"(?P<type>.*?)(?P<flags>( ?(required|nullable|deprecated))+)")
_ALONE: Final = re.compile(_TYPE)
_MAP: Final = re.compile(rf"property name\* (?P<type>{_TYPE})(?P<flags>( ?nullable)?)")
_STATUS: Final = re.compile(r"[-•*] (?P<status>[1-5](\d\d|XX)|default)", re.IGNORECASE)
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9.+*-]+")
_PATH: Final = re.compile(r"(https?://[^/ ]+)?/[^\s]*")
_COLON: Final = re.compile(r":(\w+)")
_BULLET: Final = re.compile(r"^[-•*]\s+")
_VALUES: Final = "Possible values: "
_MAX: Final = re.compile(r"(non-empty and )?<= (?P<max>\d+) characters")
_SCHEMA: Final = ("Schema", "Example (from schema)", "Schema (optional)")
_FURNITURE: Final = frozenset({"Skip to main content", "Request", "Loading...", "Example", "Copy", "Expand all"})


def recognise(page: Page) -> str | None:
    """Return the reason why this is such a page; None if it is not."""
    if page.kind != "text":
        return None
    lines = [line.strip() for line in page.lines]
    for number, line in enumerate(lines, 1):
        if line in _SECTIONS or line == "Responses":
            rest = lines[number:]
            if "Schema" in rest or any(map(_STATUS.fullmatch, rest)):
                return f"line {number} is the heading '{line}' of Docusaurus's OpenAPI theme"
    return None


def read(page: Page) -> Facts:
    """Return the facts of a page."""
    return _Reading(page).facts()


@define
class _Body:
    """Rows of the body that is being read."""

    place: Place
    line: int
    rows: list[Row] = field(factory=list[Row])
    opened: int = 0
    closed: int = 0
    brackets: int = 0
    between: bool = False
    """True if brackets stand between rows."""

    example: list[str] = field(factory=list[str])
    has_example: bool = False


class _Reading:
    """Reads one page, line by line."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.lines = [_row_text(line.strip()) for line in page.lines]
        self.collector = Collector(1)
        self.unread: list[int] = []
        self.section = ""
        self.statuses: list[str] = []
        self.body: _Body | None = None
        self.last: Place | None = None
        self.last_row: int | None = None
        self.prose = True
        """True where the description of an operation, a section or a row may stand."""

    def facts(self) -> Facts:
        """Return the facts of the page."""
        number = 1
        while number <= len(self.lines):
            number += self._line(number) or 1
        self._finish()
        return Facts(
            source=self.page.source,
            reader=NAME,
            expressible=EXPRESSIBLE,
            operations=(self.collector.operation(),),
            lists=frozenset({*PARAMETERS, REQUEST, "responses"}),
            contradictions=tuple(self.collector.contradictions),
            unread=tuple(self.unread),
        )

    def _line(self, number: int) -> int | None:
        """Read a line; return how many lines belong to it, None for one."""
        line = self.lines[number - 1]
        if not line or line in _FURNITURE:
            return None
        if self.body is not None and self._example(line):
            return None
        if line in _SECTIONS:
            self._finish()
            self.section, self.last, self.prose = _SECTIONS[line], None, False
        elif line == "Responses":
            self._finish()
            self.section = "responses"
        elif line in ("Body", "Request Body", "Body required", "Request Body required", "Bodyrequired"):
            self._finish()
            self.section = REQUEST
            self.collector.add(Place(REQUEST), number, required=line.endswith("required"))
            self.body = _Body(Place(REQUEST), number)
        elif self.section in ("", "parameters") and line in _METHODS:
            return self._method(number)
        elif self.section == "responses" or self.section not in (*_SECTIONS.values(), ""):
            return self._in_body(number, line)
        elif self.section:
            return self._in_parameters(number, line)
        return None

    def _method(self, number: int) -> int:
        self.collector.state(Place(), "method", self.lines[number - 1], number)
        for after in range(number + 1, min(number + 4, len(self.lines)) + 1):
            path = _PATH.fullmatch(self.lines[after - 1])
            if path:
                plain = self.lines[after - 1].removeprefix(path[1] or "")
                self.collector.state(Place(), "path", _COLON.sub(r"{\1}", plain), after)
                return after - number + 1
        return 1

    def _in_parameters(self, number: int, line: str) -> int | None:
        row, taken = self._row(number)
        if row is not None:
            name, stated = row
            self.last = Place(self.section, (name,))
            self._state(self.last, number, stated)
        elif self.last is not None and self._detail(self.last, number, line):
            pass
        elif self.last is None:
            self.unread.append(number)
        return taken

    def _in_body(self, number: int, line: str) -> int | None:
        status = _STATUS.fullmatch(line)
        body = self.body
        if status and self.section == "responses":
            self.statuses.append(status["status"])
        elif self.section == "responses" and self._begins_response(number):
            self._finish()
            known = _PHRASES.get(line.lower(), "")
            place = Place(self.statuses.pop(0) if self.statuses else known or "default")
            self.collector.add(place, number)
            self.body = _Body(place, number)
        elif body is None:
            if self.section != "responses":
                self.unread.append(number)
        elif _MEDIA_TYPE.fullmatch(line):
            self.collector.state(body.place, "mediaTypes", (line,), number)
        elif line in _SCHEMA:
            body.has_example = body.has_example or line.startswith("Example")
        elif _BULLET.sub("", line) in ("Array [", "]") and _BULLET.match(line):
            self._bracket(body, opens=line.endswith("["))
        else:
            return self._member(number, line, body)
        return None

    def _begins_response(self, number: int) -> bool:
        """Return True if the next line that says something is a media type or the word Schema."""
        line = self.lines[number - 1]
        if line in _SCHEMA or _MEDIA_TYPE.fullmatch(line):
            return False
        after = next((each for each in self.lines[number:] if each), "")
        return bool(_MEDIA_TYPE.fullmatch(after)) or (
            after in _SCHEMA and (line.lower() in _PHRASES or bool(self.statuses))
        )

    def _bracket(self, body: _Body, *, opens: bool) -> None:
        body.brackets += 1
        body.between = body.between or bool(body.rows)
        if opens:
            body.opened += 1
        elif body.opened:
            body.opened -= 1  # an empty list
        else:
            body.closed += 1

    def _member(self, number: int, line: str, body: _Body) -> int | None:
        found = _MAP.fullmatch(line)
        if found:
            self._values(number, found, body)
            return None
        row, taken = self._row(number)
        if row is not None:
            name, stated = row
            place = body.place.inside(name)
            attributes = {key: Stated(value, number) for key, value in stated.items()}
            opened, closed = (body.opened, body.closed) if body.between or body.rows else (0, 0)
            part = Part(place=place, line=number, stated=attributes)
            body.rows.append(Row(part, opened, closed))
            body.opened = body.closed = 0
            return taken
        if body.rows and self._row_detail(number, line, body):
            return None
        if not body.rows:
            return None  # the description of the response
        return None

    def _values(self, number: int, found: re.Match[str], body: _Body) -> None:
        """Read the row of the other members of an object."""
        if body.rows:
            last = body.rows[-1]
            inner = Place(last.part.place.section, (*last.part.place.names, VALUES))
            self._state(inner, number, _stated(found["type"], found["flags"]))

    def _row(self, number: int) -> tuple[tuple[str, dict[Attribute, Value]] | None, int | None]:
        """Return a row, which may take up to three lines: name, type, flags."""
        line = self.lines[number - 1]
        whole = _ROW.fullmatch(_unglued(line))
        if whole and _is_type(whole["type"]):
            return (whole["name"], _stated(whole["type"], whole["flags"])), None
        if not re.fullmatch(_NAME, line):
            return None, None
        lines = [(n, self.lines[n - 1]) for n in range(number + 1, min(number + 6, len(self.lines)) + 1)]
        said = [(n, each) for n, each in lines if each][:2]
        if not said or not _ALONE.fullmatch(said[0][1]) or not _is_type(said[0][1]) or said[0][1] in _FURNITURE:
            return None, None
        flags = said[1][1] if len(said) > 1 and re.fullmatch(r"( ?(required|nullable|deprecated))+", said[1][1]) else ""
        end = said[1][0] if flags else said[0][0]
        return (line, _stated(said[0][1], flags)), end - number + 1

    def _state(self, place: Place, line: int, stated: Mapping[Attribute, Value]) -> None:
        self.collector.add(place, line)
        for attribute, value in stated.items():
            if attribute == "type" and value == ("array",) and "items" in stated:
                continue
            self.collector.state(place, attribute, value, line)

    def _detail(self, place: Place, number: int, line: str) -> bool:
        """Read a line below a parameter."""
        found = _details(self.lines, number, line)
        for attribute, value in found.items():
            target = place
            known = self.collector.operation().part(place)
            if attribute == "values" and known and _is_list(known):
                target = place.inside(ITEMS)
            self.collector.state(target, attribute, value, number)
        return True

    def _row_detail(self, number: int, line: str, body: _Body) -> bool:
        found = _details(self.lines, number, line)
        if found:
            last = body.rows[-1]
            stated = {**last.part.stated, **{key: Stated(value, number) for key, value in found.items()}}
            part = Part(place=last.part.place, line=last.part.line, stated=stated)
            body.rows[-1] = Row(part, last.opened, last.closed)
        return True

    def _example(self, line: str) -> bool:
        """Read a line of the example of a body."""
        body = self.body
        if body is None or not (body.example or line[0] in "{["):
            return False
        if body.example and _complete(body.example):
            return False
        if not body.example and not body.has_example and not body.rows:
            return False
        body.example.append(line)
        return True

    def _finish(self) -> None:
        """Place the rows of the body that was read."""
        body, self.body = self.body, None
        if body is None or not body.rows:
            return
        section = body.place.section
        rows = tuple(body.rows)
        example = _json(body.example)
        placed = from_example(rows, section, example) if example is not None else None
        if placed is None:
            self.collector.leave_unplaced(section, rows)
            return
        root = body.place.inside(ITEMS) if isinstance(example, list) else body.place
        self.collector.state(root, "type", ("object",), body.line)
        for part in placed.parts:
            self.collector.add(part.place, part.line)
            for attribute, stated in part.stated.items():
                self.collector.state(part.place, attribute, stated.value, stated.line)
            if not part.complete:
                self.collector.leave_open(part.place)


def _row_text(line: str) -> str:
    """Return a line without the bullet that copies put before the first row in a list."""
    plain = _BULLET.sub("", line)
    return line if plain in ("Array [", "]") or _STATUS.fullmatch(line) else plain


def _is_list(part: Part) -> bool:
    kinds = part.stated.get("type")
    return kinds is not None and kinds.value == ("array",)


def _unglued(line: str) -> str:
    found = _GLUED.fullmatch(line)
    return f"{found['type'].rstrip()} {found['flags'].strip()}" if found and " " in found["type"] else line


def _is_type(text: str) -> bool:
    """Return True for what the theme prints as a type; prose can have the form of a row too."""
    plain = text.partition(" (")[0].partition("<")[0].replace("[]", "")
    return plain in _KINDS or plain in _FORMATS or "(" in text or (plain[0].isupper() and plain.isalnum())


def _stated(text: str, flags: str) -> dict[Attribute, Value]:
    """Return what a row states: its type as printed, and the words behind it."""
    found: dict[Attribute, Value] = {"required": "required" in flags, "nullable": "nullable" in flags}
    if "deprecated" in flags:
        found["deprecated"] = True
    plain, _, kind = text.partition(" (")
    kind = kind.removesuffix(")")
    if "[]" in plain:
        found["type"] = ("array",)
        return found
    base, _, inner = plain.partition("<")
    inner = inner.removesuffix(">")
    if inner:
        found["type"], found["format"] = (base,), inner
    elif base in _FORMATS:
        found["type"], found["format"] = (_FORMATS[base][0],), _FORMATS[base][1]
    elif base in _KINDS:
        if base != "any":
            found["type"] = (base,)
    else:
        found["schema"] = base
        if kind in _KINDS:
            found["type"] = (kind,)
    return found


def _details(lines: list[str], number: int, line: str) -> dict[Attribute, Value]:
    """Return what a line below a row states; an empty mapping for prose."""
    if not line.startswith(_VALUES):
        return {}
    text = line.removeprefix(_VALUES)
    longest = _MAX.search(text)
    if longest:
        return {"maxLength": int(longest["max"])}
    if not text.startswith("["):
        return {}
    while not text.endswith("]") and number < len(lines):
        text += lines[number]
        number += 1
    return {"values": tuple(each.strip() for each in text.strip("[]").split(",") if each.strip())}


def _complete(lines: list[str]) -> bool:
    text = "".join(lines)
    return text.count("{") + text.count("[") == text.count("}") + text.count("]")


def _json(lines: list[str]) -> Any:
    try:
        return json.loads("\n".join(lines))
    except (ValueError, RecursionError):
        return None
