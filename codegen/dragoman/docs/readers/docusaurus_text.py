"""Reader of text copied from pages of Docusaurus's OpenAPI theme (docusaurus-openapi-docs).

The theme prints members as rows (see `docusaurus_rows`); a copy loses their nesting (see `nesting`). A flat copy has
a row on a line, and all brackets of lists before the rows. A spaced copy has blank lines, name, type and flags of an
object on lines of their own, and the brackets between the rows. A copy may lack names of parameters, or its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import islice
from typing import Final

from attrs import define, field, frozen

from ..facts import ITEMS, PARAMETERS, REQUEST, VALUES, Attribute, Collector, Facts, Place, Value
from ..json_example import parse
from ..page import Page, problem
from .docusaurus_bodies import Body, collect
from .docusaurus_rows import (
    MAP_NAME,
    METHODS,
    PARAMETER_HEADINGS,
    expressible,
    flags,
    is_media_type,
    path_of,
    qualifiers,
    split_flags,
    stated,
    status_of,
    type_of,
)
from .docusaurus_text_rows import has_capitals, is_prose, row_at

NAME: Final = "docusaurus_text"
EXPRESSIBLE: Final[Mapping[str, frozenset[Attribute]]] = expressible(nullable=True)

_MAX_LINES: Final = 10_000
_RESPONSES: Final = "responses"
_CALLBACKS: Final = "callbacks"
_ORDER: Final = (*PARAMETERS, REQUEST, _RESPONSES)
_BODY: Final = re.compile(r"(?:Request )?Body ?(?:array)? ?(?P<required>required)?")
_PHRASES: Final = {each.phrase.lower(): str(each.value) for each in HTTPStatus} | {"success": "2XX"}
_BULLET: Final = re.compile(r"[-•*]\s+")
_GENERATED: Final = "Example (from schema)"
_TABS: Final = frozenset({"Schema", "Schema (optional)", "Example", _GENERATED})
_UNIONS: Final = frozenset({"oneOf", "anyOf"})
_HEADERS: Final = "Response Headers"
_FURNITURE: Final = frozenset({"Skip to main content", "Request", "Loading...", "Copy", "Expand all", "Collapse all"})
_ENDS: Final = ("Loading...", "Previous", "Next", "Edit this page", "Last updated", "Copyright")


@frozen
class _Line:
    """Line that is not blank, without what copies add to it."""

    number: int
    text: str


@define
class _Section:
    """Lines under a heading."""

    name: str
    line: int
    lines: list[_Line] = field(factory=list[_Line])
    is_required: bool = False


def recognise(page: Page) -> str | None:
    """Return the reason why this is such a page; None if it is not."""
    if page.kind != "text":
        return None
    heading: _Line | None = None
    for line in _lines(page):
        if heading is None:
            heading = line if line.text in PARAMETER_HEADINGS or line.text == "Responses" else None
        elif line.text in _TABS or status_of(line.text) or line.text == "Responses":
            return f"line {heading.number} is the heading '{heading.text}' of Docusaurus's OpenAPI theme"
    return None


def read(page: Page) -> Facts:
    """Return the facts of a page. Raises PageError for one that is too long."""
    return _Reading(page).facts()


def _lines(page: Page) -> Iterator[_Line]:
    plain = ((number, _plain(text)) for number, text in enumerate(page.lines, 1))
    return (_Line(number, text) for number, text in plain if text)


def _plain(line: str) -> str:
    """Return a line without indentation, the anchors of headings, the marks of Markdown, and the bullets of rows."""
    text = line.replace("\u200b", "").replace("\u00a0", " ").replace("**", "").replace("`", "").strip()
    if text.startswith("#"):
        text = text.lstrip("#").strip()
    bullet = _BULLET.match(text)
    return text[bullet.end() :] if bullet else text


class _Reading:
    """Reads one page, section by section."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.lines = list(islice(_lines(page), _MAX_LINES + 1))
        if len(self.lines) > _MAX_LINES:
            message, hint = f"the page has more than {_MAX_LINES} lines", "copy the page of one operation"
            raise problem(page.source, self.lines[_MAX_LINES].number, "page-too-large", message, hint)
        self.unread: list[int] = []
        self.bodies: list[Body] = []
        self.nameless: set[str] = set()
        self.has_nullable = False
        self.has_statuses = False
        self.capitals = has_capitals(each.text for each in self.lines)
        self.collector = Collector(self.lines[0].number if self.lines else 1)

    def facts(self) -> Facts:
        """Return the facts of the page."""
        head, sections = self._sections()
        self._head(head)
        for each in sections:
            if each.name in PARAMETERS:
                self._parameters(each)
            elif each.name == REQUEST:
                self._request(each)
            elif each.name == _RESPONSES:
                self._responses(each)
            else:
                self.unread += [line.number for line in each.lines]
        is_cut = self._is_cut(sections)
        lists = self._listed(sections) - self.nameless
        if is_cut and not self.has_statuses:
            lists -= {_RESPONSES}
        if is_cut and sections and sections[-1].name in PARAMETERS:
            self.collector.leave_last_open()
        for body in self.bodies:
            body.is_cut = body.is_cut or (is_cut and body is self.bodies[-1])
            collect(body, self.collector, nullable=self.has_nullable)
        return Facts(
            source=self.page.source,
            reader=NAME,
            expressible=expressible(nullable=self.has_nullable),
            operations=(self.collector.operation(),),
            lists=lists,
            unread=tuple(sorted(set(self.unread))),
        )

    def _sections(self) -> tuple[list[_Line], list[_Section]]:
        """Return the lines before the first heading, and the lines under each heading."""
        head: list[_Line] = []
        sections: list[_Section] = []
        for line in self.lines:
            body = _BODY.fullmatch(line.text)
            at_body = body and (not sections or sections[-1].name in (*PARAMETERS, REQUEST))
            if line.text in PARAMETER_HEADINGS:
                sections.append(_Section(PARAMETER_HEADINGS[line.text], line.number))
            elif line.text == "Responses":
                sections.append(_Section(_RESPONSES, line.number))
            elif line.text == "Callbacks":
                sections.append(_Section(_CALLBACKS, line.number))
            elif body and at_body and sections and sections[-1].name == REQUEST:
                sections[-1].is_required |= bool(body["required"])  # the tab and the heading have one name
            elif body and at_body:
                sections.append(_Section(REQUEST, line.number, is_required=bool(body["required"])))
                before = sections[-2].lines if len(sections) > 1 else head
                while before and is_media_type(before[-1].text):
                    sections[-1].lines.insert(0, before.pop())
            else:
                (sections[-1].lines if sections else head).append(line)
        return head, sections

    def _listed(self, sections: Sequence[_Section]) -> frozenset[str]:
        """Return what the page lists in full: everything that comes before its last heading."""
        if any(each.name == _RESPONSES for each in sections):
            return frozenset(_ORDER)
        last = max((_ORDER.index(each.name) for each in sections if each.name in _ORDER), default=0)
        return frozenset(_ORDER[:last])

    def _is_cut(self, sections: Sequence[_Section]) -> bool:
        """Return True if the page may lack its end."""
        rest = sections[-1].lines if sections else []
        if any(line.text.startswith(_ENDS) for line in rest[-40:]):
            return False
        last = self.bodies[-1] if self.bodies else None
        if last is None or last.example is None or not last.example.complete:
            return True
        return sections[-1].name == _RESPONSES and last.place.section == REQUEST

    def _head(self, lines: Sequence[_Line]) -> None:
        """Read the title, the verb and the path; everything else before the first heading is prose."""
        at = next((i for i, line in enumerate(lines) if self._endpoint(lines, i)), None)
        titles = [line for line in lines[:at] if line.text not in _FURNITURE]
        if titles:
            self.collector.name = titles[-1 if at is not None else 0].text

    def _endpoint(self, lines: Sequence[_Line], at: int) -> int:
        """Read the verb, and the path on the same line or the next; return the number of lines, 0 for other text."""
        verb, _, rest = lines[at].text.partition(" ")
        if verb not in METHODS:
            return 0
        line = lines[at]
        taken = 1
        if not rest and at + 1 < len(lines):
            line, taken = lines[at + 1], 2
            rest = line.text
        path = path_of(rest)
        if path is None:
            return 0
        self.collector.state(Place(), "method", verb, lines[at].number)
        self.collector.state(Place(), "path", path, line.number)
        return taken

    def _parameters(self, section: _Section) -> None:
        lines, last = section.lines, None
        texts = [line.text for line in lines]
        at = 0
        while at < len(lines):
            row = row_at(texts, at, frozenset(), capitals=self.capitals or section.name == "header")
            qualifier = qualifiers(texts, at)
            if row is not None:
                last = Place(section.name, (row.name,))
                for names, said in stated(row.type, row.flags - {"nullable"}):
                    self.collector.add(last.inside(*names), lines[at].number, **said)  # type: ignore[arg-type]
                at += row.taken
                continue
            if qualifier is not None and last is not None and self._qualify(last, lines[at].number, qualifier[0]):
                at += qualifier[1]
                continue
            taken = self._endpoint(lines, at)
            if not taken and (last is None or not is_prose(texts[at])):
                self.unread.append(lines[at].number)
                self.nameless |= set() if last is not None and qualifier is None else {section.name}
            at += taken or (qualifier[1] if qualifier else 1)
        if last is None:
            self.nameless.add(section.name)

    def _qualify(self, place: Place, line: int, said: Mapping[Attribute, Value]) -> bool:
        """State possible values of a parameter; return False if it has some: the name of another is lost."""
        while self.collector.has(place.inside(ITEMS)):
            place = place.inside(ITEMS)
        if any(self.collector.has(place, attribute) for attribute in said):
            return False
        for attribute, value in said.items():
            self.collector.state(place, attribute, value, line)
        return True

    def _request(self, section: _Section) -> None:
        lines = section.lines
        if lines and flags(lines[0].text):
            section.is_required = True
            lines = lines[1:]
        self.collector.add(Place(REQUEST), section.line, required=section.is_required)
        self._body(Place(REQUEST), section.line, lines)

    def _responses(self, section: _Section) -> None:
        """Read the statuses, and then each response under its description."""
        lines = section.lines
        statuses: dict[str, int] = {}
        starts: list[tuple[int, Place]] = []
        depth = _Depth()
        for at, line in enumerate(lines):
            inside = depth.line(line.text)
            status = status_of(line.text)
            if status and not starts and not inside:
                statuses[status] = line.number
            elif not inside and _begins_response(lines, at, statuses):
                known = _PHRASES.get(line.text.lower(), "")
                taken = {place.section for _, place in starts}
                rest = [each for each in statuses if each not in taken]
                name = known if known in rest or not rest else rest[0]
                starts.append((at, Place(name or "default")))
            elif not starts and not inside and not is_prose(line.text):
                self.unread.append(line.number)
        self.has_statuses = bool(statuses and starts)  # otherwise, the list of the statuses may be cut off
        for index, (at, place) in enumerate(starts):
            end = starts[index + 1][0] if index + 1 < len(starts) else len(lines)
            self.collector.add(place, lines[at].number)
            self._body(place, lines[at].number, lines[at + 1 : end])
        shown = {place.section for _, place in starts}
        for status_name, number in statuses.items():
            if status_name not in shown:
                self.collector.add(Place(status_name), number)
                self.collector.leave_open(Place(status_name))

    def _body(self, place: Place, start: int, lines: Sequence[_Line]) -> None:
        """Read media types, rows and example of a request or response."""
        rest, body = self._example(lines, Body(place, start))
        texts = [line.text for line in rest]
        expected = frozenset(each.names[-1] for each in body.example.members) if body.example else frozenset[str]()
        media: list[str] = []
        media_line = start
        at = 0
        while at < len(rest):
            line, text = rest[at], texts[at]
            at += 1
            if is_media_type(text):
                media, media_line = [*media, text], media_line if media else line.number
            elif text in _TABS:
                body.is_generated |= text == _GENERATED
            elif text == _HEADERS:
                while at < len(rest) and texts[at] not in _TABS and not is_media_type(texts[at]):
                    at += 1  # headers of responses are no facts
            elif text in ("Array [", "]"):
                if not body.bracket(opens=text != "]"):
                    self.unread.append(line.number)
            elif text in _UNIONS:
                self.unread += [each.number for each in rest[at - 1 :]]
                body.is_cut = True
                break
            else:
                at += self._member(rest, texts, at - 1, body, expected) - 1
        if media:
            self.collector.state(place, "mediaTypes", tuple(dict.fromkeys(media)), media_line)
        if body.opened or (not body.rows and body.example is not None):
            body.is_cut = True  # the copy ends inside of a list, or has the example only
        self.bodies.append(body)

    def _example(self, lines: Sequence[_Line], body: Body) -> tuple[list[_Line], Body]:
        """Read the first example of a body; return the other lines."""
        rest: list[_Line] = []
        example: list[tuple[int, str]] = []
        depth = _Depth()
        ended = False
        for line in lines:
            if not depth.line(line.text):
                rest.append(line)
            elif not ended:
                example.append((line.number, line.text))
                ended = depth.value == 0
        body.example = parse(example, body.place.section)
        if example and body.example is None:
            self.unread += [number for number, _ in example]
        return rest, body

    def _member(
        self, lines: Sequence[_Line], texts: Sequence[str], at: int, body: Body, expected: frozenset[str]
    ) -> int:
        """Read a row, what stands below it, or prose; return the number of lines."""
        number, text = lines[at].number, texts[at]
        if text.startswith(MAP_NAME):
            rest, words = split_flags(text[len(MAP_NAME) :].strip())
            if type_of(rest) is None:
                self.unread.append(number)
            elif body.rows:
                for names, said in stated(rest, words & {"nullable"}):
                    name = body.rows[-1].part.place.names[0]
                    body.row((name, VALUES, *names), number, {k: v for k, v in said.items() if k != "required"})
            return 1
        row = row_at(texts, at, expected, capitals=self.capitals)
        if row is not None:
            self.has_nullable = self.has_nullable or "nullable" in row.flags
            for names, said in stated(row.type, row.flags):
                body.row((row.name, *names), number, said)
            return row.taken
        qualifier = qualifiers(texts, at)
        if qualifier is not None and body.detail(number, qualifier[0]):
            return qualifier[1]
        kind = type_of(text) if not body.rows else None
        if kind is not None and kind.is_sure:
            for names, said in stated(text, frozenset()):
                self.collector.add(body.place.inside(*names), number, type=said.get("type", ()))
            return 1
        taken = self._endpoint(lines, at)
        if taken:
            return taken
        if text.startswith("Authorization: ") and len(text.split()) == 2:
            self.collector.state(Place(), "authentication", value=True, line=number)
        elif not is_prose(text):
            self.unread.append(number)
            body.is_cut = True
        return qualifier[1] if qualifier else 1


class _Depth:
    """Open brackets of the example that is being read."""

    def __init__(self) -> None:
        self.value = 0

    def line(self, text: str) -> bool:
        """Read a line; return True if it belongs to an example."""
        if not self.value and not (text[0] in "{[" and (len(text) == 1 or text[1] in '"{}[] ')):
            return False
        self.value = max(0, self.value + sum(text.count(each) for each in "{[") - sum(text.count(e) for e in "}]"))
        return True


def _begins_response(lines: Sequence[_Line], at: int, statuses: Mapping[str, int]) -> bool:
    """Return True for the description of a response: a media type or the word Schema comes next."""
    text = lines[at].text
    if text in _TABS or is_media_type(text):
        return False
    phrase = _PHRASES.get(text.lower())
    if phrase in statuses:
        return True
    following = lines[at + 1].text if at + 1 < len(lines) else ""
    if is_media_type(following):
        return True
    return following in ("Schema", _HEADERS) and (phrase is not None or bool(statuses))
