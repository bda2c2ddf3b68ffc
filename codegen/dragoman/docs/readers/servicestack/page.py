"""Surroundings of the classes or tables of a ServiceStack page: heading, routes, and sample request and response."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from attrs import frozen

from ...facts import Stated
from .sample import Sample, SampleReader

VERBS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

_BACK: Final = "<back to all web services"
_ROUTES: Final = "The following routes are available for this service:"
_OVERRIDE: Final = "To override the Content-type in your clients"
_SAMPLE: Final = "The following are sample HTTP requests and responses"
_FOOTER: Final = (_OVERRIDE, "To embed the response in a jsonp callback", _SAMPLE, "HTTP + ", "Powered by ")
_CODE_TITLE: Final = re.compile(r"(JavaScript|TypeScript) (?P<name>\S+) DTOs")
_SECURED: Final = re.compile(r"Require[sd] \S.*")
_REQUEST_LINE: Final = re.compile(rf"(?P<verb>{'|'.join(VERBS)}) (?P<path>/\S*) HTTP/1\.1(?P<rest>.*)")
_STATUS_LINE: Final = re.compile(r"HTTP/1\.1 (?P<status>\d{3})(?P<rest>.*)")
_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z-]{0,40}: ?\S.*")
_PATH_NAME: Final = re.compile(r"\{([^{}/*]+)\*?\}")
_CERTAIN: Final = re.compile(r"(/|(/(\{[^{}/\s]+\}|[a-z0-9._~-]+))+)")
_RULE: Final = re.compile(r"[|\- :]+")


@frozen
class Route:
    """Route of an operation."""

    verb: str
    """'' if the page says all verbs."""

    path: str
    """'' if it is not certain where it ends, because the next cell is glued to it."""

    names: tuple[str, ...]
    """Names of the variables in the path."""

    line: int


@frozen(kw_only=True)
class Surroundings:
    """Lines of a page around its classes."""

    name: str
    """Name of the operation; '' in copies without the heading."""

    name_line: int
    secured: Stated | None
    routes: tuple[Route, ...]
    sample: Route | None
    """Request line of the sample."""

    request: Sample | None
    response: Sample | None
    status: Stated | None
    is_complete: bool
    """False if the copy ends before the text that follows the classes."""

    read: frozenset[int]
    """Lines that are facts, or prose in a known place."""

    @property
    def all_routes(self) -> tuple[Route, ...]:
        """The routes; without any, the route of the sample."""
        return self.routes or ((self.sample,) if self.sample else ())


def cells(line: str) -> list[str]:
    """Return the cells of a row of a table, copied as Markdown or with tabs; one cell if there are no marks."""
    if "\t" in line.strip():
        return [each.strip() for each in line.strip("\n").split("\t")]
    if "|" not in line:
        return [line.strip()]
    return [each.strip() for each in line.strip().removeprefix("|").removesuffix("|").split("|")]


def is_rule(line: str) -> bool:
    """Return True for a blank line, or one that only separates rows of a Markdown table."""
    return not line.strip() or _RULE.fullmatch(line.strip()) is not None


def is_after(line: str) -> bool:
    """Return True for a line that stands after the classes or tables."""
    return line.startswith(_FOOTER) or bool(_CODE_TITLE.fullmatch(line) or _REQUEST_LINE.fullmatch(line))


def surroundings(lines: Sequence[str], classes: range) -> Surroundings:
    """Read the lines before and after the classes or tables of a page, which has line numbers from 1."""
    head = _Head()
    for number in range(1, classes.start):
        head.line(number, lines[number - 1])
    tail = _Tail()
    for number in range(classes.stop, len(lines) + 1):
        tail.line(number, lines[number - 1].strip())
    secured = head.secured
    if secured is None and head.name:
        secured = Stated(value=False, line=head.name_line)
    sample = tail.sample
    return Surroundings(
        name=head.name or tail.name,
        name_line=head.name_line,
        secured=secured,
        routes=tuple(_route(verb, text, is_cell, number, sample) for verb, text, is_cell, number in head.routes),
        sample=sample,
        request=tail.bodies[0].root if tail.bodies[0].is_closed else None,
        response=tail.bodies[1].root if tail.bodies[1].is_closed else None,
        status=tail.status,
        is_complete=tail.is_complete,
        read=frozenset(head.read | tail.read),
    )


class _Head:
    """Lines before the classes: title of the service, name of the operation, description, routes."""

    def __init__(self) -> None:
        self.name = ""
        self.name_line = 1
        self.secured: Stated | None = None
        self.routes: list[tuple[str, str, bool, int]] = []
        """Verb, text of the path, False if more may be glued to the path, and line."""

        self.read: set[int] = set()
        self._in_heading = False
        self._in_routes = False

    def line(self, number: int, raw: str) -> None:
        """Read a line."""
        if self._is_known(number, raw):
            self.read.add(number)

    def _is_known(self, number: int, raw: str) -> bool:
        line = raw.strip()
        row = cells(raw)
        verbs = _verbs(row[0])
        if is_rule(raw):
            return True
        if len(row) > 1 and verbs and row[1].startswith("/"):
            self.routes += [(verb, row[1], True, number) for verb in verbs]
        elif line == _BACK:
            self._in_heading = True
        elif line == _ROUTES:
            self._in_routes = True
        elif self._in_routes:
            return self._is_glued_route(number, line)
        elif self._in_heading and not self.name:
            self.name, self.name_line = line, number
        elif _SECURED.fullmatch(line):
            self.secured = Stated(value=True, line=number)
        else:
            return not self.routes  # the title of the service, or the description of the operation
        return True

    def _is_glued_route(self, number: int, line: str) -> bool:
        head, slash, rest = line.partition("/")
        verbs = _verbs(head)
        self.routes += [(verb, slash + rest, False, number) for verb in verbs if slash]
        return bool(verbs and slash)


class _Tail:
    """Lines after the classes: prose, and the sample."""

    def __init__(self) -> None:
        self.name = ""
        self.sample: Route | None = None
        self.status: Stated | None = None
        self.bodies = (SampleReader(), SampleReader())
        """Of the request and of the response."""

        self.is_complete = False
        self.read: set[int] = set()
        self._in_body = False

    def line(self, number: int, line: str) -> None:
        """Read a line without the space around it."""
        request, status = _REQUEST_LINE.fullmatch(line), _STATUS_LINE.fullmatch(line)
        if request and self.sample is None:
            self.sample = Route(request["verb"], _path(request["path"]), _names(request["path"]), number)
            self._rest(number, request["rest"])
        elif status and self.sample and self.status is None:
            self.status = Stated(status["status"], number)
            self._in_body = False
            self._rest(number, status["rest"])
        elif title := _CODE_TITLE.fullmatch(line):
            self.name = title["name"]
            self.is_complete = True
        elif line.startswith(_FOOTER):
            self.is_complete = True
        elif self._in_body or line.startswith(("{", "[", "<")):
            if not self._body(number, line):
                return
        elif line and not (self.sample and _HEADER.fullmatch(line)):
            return
        self.read.add(number)

    def _rest(self, number: int, rest: str) -> None:
        """Read headers and a body on the line of the request or of the status, as in copies without line breaks."""
        start = min((at for at in (rest.find("{"), rest.find("[")) if at >= 0), default=-1)
        if start >= 0:
            self._body(number, rest[start:])

    def _body(self, number: int, line: str) -> bool:
        """Read a line of a body. Return False if it is none."""
        if self.sample is None:
            return False
        if line.startswith("<"):
            return True  # XML, which has no types
        self._in_body = True
        body = self.bodies[self.status is not None]
        return not line or (not body.is_closed and body.feed(number, line))


def _verbs(text: str) -> list[str]:
    """Return the verbs in a cell; [''] for all verbs, [] if it has something else."""
    if text.strip().lower() in ("all verbs", "any"):
        return [""]
    found = [each for each in re.split(r"[,\s]+", text.strip()) if each]
    return found if all(each in VERBS for each in found) else []


def _route(verb: str, text: str, is_cell: bool, line: int, sample: Route | None) -> Route:
    path = _path(text) if is_cell or _CERTAIN.fullmatch(text) else ""
    if not path and sample and text.startswith(sample.path):
        following = text[len(sample.path) : len(sample.path) + 1]
        if not following or following.isupper() or following.isspace():
            path = sample.path
    return Route(verb, path, _names(text), line)


def _path(text: str) -> str:
    return text.partition("?")[0]


def _names(text: str) -> tuple[str, ...]:
    return tuple(_PATH_NAME.findall(text))
