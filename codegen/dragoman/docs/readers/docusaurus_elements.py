"""Elements of saved HTML of Docusaurus's OpenAPI theme: its sections, and rows with the rows around them.

The parser of the standard library reads them one by one: there is no tree and no recursion, so deep pages do no harm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Final

from attrs import define, field

from ..facts import REQUEST, Attribute, Collector, Place, Stated
from ..json_example import parse
from ..page import problem
from .docusaurus_bodies import Body
from .docusaurus_rows import (
    METHODS,
    PARAMETER_HEADINGS,
    POSSIBLE_VALUES,
    Flag,
    is_media_type,
    path_of,
    qualifiers,
    status_of,
)

_MAX_PIECES: Final = 50_000
_MAX_DEPTH: Final = 100
_HIDDEN: Final = re.compile(r"<!--|<(?P<tag>script|style|svg)\b", re.IGNORECASE)
_VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_INLINE: Final = frozenset({"a", "b", "code", "em", "i", "span", "strong", "small", "sub", "sup", "button", "label"})
_DETAILS: Final = "openapi-markdown__details"
_PANEL: Final = "openapi-right-panel__container"
_SECURITY: Final = "openapi-security__summary-container"
_PATH: Final = "openapi__method-endpoint-path"
_PROPERTY: Final = "openapi-schema__property"
_TYPES: Final = frozenset({"openapi-schema__name", "openapi-schema__type"})
_FLAGS: Final[Mapping[str, Flag]] = {
    "openapi-schema__required": "required",
    "openapi-schema__nullable": "nullable",
    "openapi-schema__deprecated": "deprecated",
}
_GENERATED: Final = "Example (from schema)"
_BODY: Final = re.compile(r"(?:Request )?Body ?(?:array)? ?(?:required)?(?: ?Expand.*)?")
_UNIONS: Final = frozenset({"oneOf", "anyOf"})


@define(eq=False)
class Row:
    """Row of a parameter or member."""

    name: str
    line: int
    owner: Row | None
    type: str = ""
    flags: set[Flag] = field(factory=set[Flag])
    details: dict[Attribute, Stated] = field(factory=dict[Attribute, Stated])
    has_details: bool = False
    is_open: bool = False
    rows: int = 0
    """Number of rows inside of it."""

    place: Place = field(factory=Place)


@define(eq=False)
class _Details:
    """Open `details`: a section, a body, or a member with rows inside."""

    section: str = ""
    row: Row | None = None
    in_summary: bool = False
    is_skipped: bool = False


@define(eq=False)
class _Tabs:
    """List of tabs, whose panels follow."""

    labels: list[str] = field(factory=list[str])
    selected: int = 0
    is_union: bool = False
    panels: int = 0

    def label(self, *, hidden: bool) -> str:
        """Return the label of the next panel: the one that is shown belongs to the selected tab."""
        rest = [each for i, each in enumerate(self.labels) if i != self.selected]
        if not hidden:
            return self.labels[self.selected] if self.selected < len(self.labels) else ""
        self.panels += 1
        return rest[self.panels - 1] if self.panels <= len(rest) else ""


@define(eq=False)
class _Element:
    """Open element."""

    tag: str
    role: str = ""
    line: int = 0
    path_line: int = 0
    """Line of the path of an operation, whose element is inside."""
    text: list[str] = field(factory=list[str])


@define(eq=False)
class Section:
    """Parameters of one place, or a body."""

    place: Place
    line: int
    rows: list[Row] = field(factory=list[Row])
    body: Body | None = None
    is_list: bool = False
    is_required: bool = False


class ElementParser(HTMLParser):
    """Reads one page, element by element."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = source
        self.pieces = 0
        """Number of tags and texts that were read."""
        self.collector = Collector(1)
        self.unread: list[int] = []
        self.listed: list[str] = []
        self.sections: list[Section] = []
        self.elements: list[_Element] = []
        self.open_tags: dict[str, int] = {}
        self.details: list[_Details] = []
        self.tabs: dict[int, _Tabs] = {}
        self.panels: list[str] = []
        self.unions: list[int] = []
        """Numbers of panels that were open around the alternatives of a union."""
        self.union_next = False
        self.status = ""
        self.media: tuple[tuple[str, ...], int] | None = None
        self.row: Row | None = None
        self.block: list[str] = []
        self.block_line = 1
        self.muted = 0
        self.articles = 0
        self.has_article = False
        self.ended = False

    # Elements

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        self._count()
        if tag in _VOID:
            if tag == "br":
                self._newline()
            return
        if tag in ("li", "p") and self.elements and self.elements[-1].tag == tag:
            self.handle_endtag(tag)  # minified pages leave the end tag out
        values = {name: value or "" for name, value in attrs}
        classes = frozenset(values.get("class", "").split())
        if tag not in _INLINE:
            self._flush()
        element = _Element(tag, self._role(tag, classes, values), self.getpos()[0])
        self.elements.append(element)
        self.open_tags[tag] = self.open_tags.get(tag, 0) + 1
        self._opened(element, values)

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and those inside of it whose end tags are missing."""
        self.ended = self.ended or tag in ("body", "html")
        if not self.open_tags.get(tag):
            return
        while self.elements:
            element = self.elements.pop()
            self.open_tags[element.tag] -= 1
            if element.tag not in _INLINE:
                self._flush()
            self._closed(element)
            if element.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        """Read text."""
        self._count()
        element = self.elements[-1] if self.elements else None
        for each in reversed(self.elements[-8:]):
            if each.role in ("property", "type", "flag", "tab", "pre", "badge", "title"):
                element = each
                break
        if element is not None and element.role == "pre":
            for index, line in enumerate(data.split("\n")):
                element.text += ["\n"] * bool(index)
                element.text.append(line)
        elif element is not None and element.role:
            element.text.append(data)
        if element is None or element.role in ("", "summary", "panel", "details", "security", "muted", "article"):
            if not self.block:
                self.block_line = self.getpos()[0] + (len(data) - len(data.lstrip()) > 0) * data.count("\n")
            self.block.append(data)

    def _count(self) -> None:
        """Refuse a page that no theme makes, before it takes long."""
        self.pieces += 1
        if self.pieces > _MAX_PIECES:
            message, hint = f"the page has more than {_MAX_PIECES} elements", "save the page of one operation"
            raise problem(self.source, self.getpos()[0], "page-too-large", message, hint)
        if len(self.details) > _MAX_DEPTH:
            message = f"the page has members inside of each other, more than {_MAX_DEPTH} levels deep"
            raise problem(self.source, self.getpos()[0], "page-too-deep", message, "save the page of one operation")

    def _newline(self) -> None:
        for each in reversed(self.elements[-8:]):
            if each.role == "pre":
                each.text.append("\n")
                return
        self.block.append(" ")

    @staticmethod
    def _role(tag: str, classes: frozenset[str], values: Mapping[str, str]) -> str:
        if _PROPERTY in classes:
            return "property"
        if classes & _TYPES:
            return "type"
        if classes & _FLAGS.keys():
            return "flag:" + next(iter(classes & _FLAGS.keys()))
        role = values.get("role", "")
        if role in ("tablist", "tabpanel", "tab"):
            return {"tablist": "tabs", "tabpanel": "panel", "tab": "tab"}[role]
        if _PANEL in classes:
            return "muted"
        if _SECURITY in classes:
            return "security"
        if _PATH in classes:
            return "path"
        if _DETAILS in classes and tag == "details":
            return "details"
        if "badge" in classes:
            return "badge"
        return {"summary": "summary", "pre": "pre", "h1": "title", "article": "article"}.get(tag, "")

    def _opened(self, element: _Element, values: Mapping[str, str]) -> None:
        role = element.role
        if role == "article":
            self.articles += 1
            self.has_article = True
        elif role == "muted":
            self.muted += 1
        elif role == "security":
            self.collector.state(Place(), "authentication", value=True, line=element.line)
        elif role == "path":
            for each in self.elements[-8:]:
                each.path_line = element.line
        elif role == "details":
            self.details.append(_Details())
        elif role == "summary" and self.details:
            self.details[-1].in_summary = True
        elif role == "tabs":
            self.tabs[len(self.panels)] = _Tabs(is_union=self.union_next or "discriminator" in values.get("class", ""))
            self.union_next = False
        elif role == "tab":
            group = self.tabs.get(len(self.panels))
            if group is not None and values.get("aria-selected") == "true":
                group.selected = len(group.labels)
        elif role == "panel":
            self._panel(values, element.line)

    @property
    def is_cut(self) -> bool:
        """True if the page lacks its end."""
        return self.articles > 0 or not (self.has_article or self.ended)

    def leave_open(self) -> None:
        """Mark the members that are open where a copy ends: further rows may follow in them."""
        for each in self.details:
            if each.row is not None:
                each.row.is_open = True

    def _panel(self, values: Mapping[str, str], line: int) -> None:
        group = self.tabs.get(len(self.panels))
        label = group.label(hidden="hidden" in values) if group is not None else ""
        if group is not None and group.is_union:
            self.unions.append(len(self.panels))
            owner = self._owner()
            if owner is not None:
                owner.is_open = True
            elif self.sections and self.sections[-1].body is not None:
                self.sections[-1].body.is_cut = True
        self.panels.append(label)
        status = status_of(label)
        if status is not None and not self.muted:
            self.status = status
            self.media = None
            self.collector.add(Place(status), line)

    def _closed(self, element: _Element) -> None:
        role = element.role
        text = _squeezed("".join(element.text))
        if role == "property" and not self.muted:
            self._begin_row(text, element.line)
        elif role == "type" and self.row is not None:
            self.row.type = text
        elif role.startswith("flag:"):
            flag = _FLAGS[role.removeprefix("flag:")]
            section = self.sections[-1] if self.sections else None
            if self.details and self.details[-1].in_summary and self.details[-1].row is None:
                self.block.append(f" {flag}")
            elif self.row is not None and section is not None:
                self.row.flags.add(flag)
        elif role == "tab":
            self._tab(text)
        elif role == "tabs":
            self._tabs(element.line)
        elif role == "badge":
            self.union_next = self.union_next or text in _UNIONS
            self._text_in_pre(text)
        elif role == "title" and not self.collector.name:
            self.collector.name = text
        elif role == "pre":
            self._pre(element)
        elif role == "summary":
            self._flush()
            if self.details:
                self.details[-1].in_summary = False
        elif role == "details" and self.details:
            self.details.pop()
            self.row = None
        elif role == "panel" and self.panels:
            self.panels.pop()
            if self.unions and self.unions[-1] == len(self.panels):
                self.unions.pop()
        elif role == "muted":
            self.muted -= 1
        elif role == "article":
            self.articles -= 1

    def _text_in_pre(self, text: str) -> None:
        for each in reversed(self.elements[-8:]):
            if each.role == "pre":
                each.text.append(text)

    def _tab(self, text: str) -> None:
        group = self.tabs.get(len(self.panels))
        if group is not None:
            group.labels.append(text)

    def _tabs(self, line: int) -> None:
        """Read the labels of tabs: statuses and media types."""
        group = self.tabs.get(len(self.panels))
        if group is None or self.muted or not group.labels:
            return
        if all(map(status_of, group.labels)):
            self.listed.append("responses")
            for label in group.labels:
                self.collector.add(Place(status_of(label) or label), line)
        elif all(map(is_media_type, group.labels)):
            self.media = (tuple(group.labels), line)
            if self.status:
                self.collector.state(Place(self.status), "mediaTypes", self.media[0], line)

    # Rows

    def _owner(self) -> Row | None:
        return next((each.row for each in reversed(self.details) if each.row is not None), None)

    def _section(self) -> Section | None:
        """Return the section that is open; None outside of all, and where its rows are no facts."""
        if any(each.is_skipped for each in self.details) or not any(each.section for each in self.details):
            return None
        return self.sections[-1]

    def _begin_row(self, name: str, line: int) -> None:
        section = self._section()
        if section is None or self.unions or not name:
            self.row = None
            skipped = any(each.is_skipped for each in self.details)
            if not skipped:
                self.unread.append(line)
            if self.details and self.details[-1].in_summary:
                self.details[-1].is_skipped = True
            return
        owner = self._owner()
        self.row = Row(name, line, owner)
        if owner is not None:
            owner.rows += 1
        if self.details[-1].in_summary and not self.details[-1].section:
            self.details[-1].row = self.row
            self.row.has_details = True
        section.rows.append(self.row)

    def _flush(self) -> None:
        """Read the text of a block, which may be a heading, possible values, or prose."""
        if not self.block:
            return
        text, self.block = _squeezed("".join(self.block)), []
        if not text or self.muted:
            return
        details = self.details[-1] if self.details else None
        if details is not None and details.in_summary and details.row is None and not details.is_skipped:
            self._heading(details, text)
        elif text == "Array [" and self.sections and self._owner() is None and self._section() is not None:
            self.sections[-1].is_list = self.sections[-1].is_list or not self.sections[-1].rows
        elif text.startswith(POSSIBLE_VALUES):
            self._qualify(text)

    def _heading(self, details: _Details, text: str) -> None:
        line = self.block_line
        place = PARAMETER_HEADINGS.get(text)
        if place is not None:
            details.section = place
            self.sections.append(Section(Place(place), line))
            self.listed.append(place)
        elif _BODY.fullmatch(text) and not self.status:
            details.section = REQUEST
            required = "required" in text
            if REQUEST in self.listed:
                details.is_skipped = True  # the body under another media type
                return
            body = Body(Place(REQUEST), line)
            self.sections.append(Section(Place(REQUEST), line, body=body, is_required=required))
            self.listed.append(REQUEST)
            self.collector.add(Place(REQUEST), line, required=required)
            if self.media is not None:
                self.collector.state(Place(REQUEST), "mediaTypes", *self.media)
        elif text.startswith("Schema") and self.status:
            details.section = self.status
            if any(each.place == Place(self.status) for each in self.sections):
                details.is_skipped = True
                return
            self.sections.append(Section(Place(self.status), line, body=Body(Place(self.status), line)))
        elif not details.section:
            details.is_skipped = True

    def _qualify(self, text: str) -> None:
        found = qualifiers([text], 0)
        if self.row is None or found is None or not self.row.details.keys().isdisjoint(found[0]):
            if self._section() is not None:
                self.unread.append(self.block_line)
            return
        self.row.details |= {key: Stated(value, self.block_line) for key, value in found[0].items()}

    def _pre(self, element: _Element) -> None:
        lines = "".join(element.text).split("\n")
        text = _squeezed(" ".join(lines))
        verb, _, rest = text.partition(" ")
        path = path_of(rest.replace(" ", ""))
        if verb in METHODS and path is not None:
            self.collector.state(Place(), "method", verb, element.line)
            self.collector.state(Place(), "path", path, element.path_line or element.line)
            return
        label = self.panels[-1] if self.panels else ""
        section = self.sections[-1] if self.sections else None
        if self.muted or section is None or section.body is None or not label.startswith("Example"):
            return
        inner = section.body
        if inner.example is None:
            broken = element.line != self.getpos()[0]
            numbered = [(element.line + (index if broken else 0), each) for index, each in enumerate(lines)]
            inner.example = parse(numbered, inner.place.section)
            inner.is_generated = label == _GENERATED


def without_hidden(text: str) -> str:
    """Return HTML without comments, scripts, styles and images, and without a tag that is cut off; lines stay."""
    pieces: list[str] = []
    at = 0
    while found := _HIDDEN.search(text, at):
        end = "-->" if not found["tag"] else f"</{found['tag'].lower()}>"
        close = text.find(end, found.end())
        pieces.append(text[at : found.start()])
        if close < 0:
            at = len(text)
            break
        pieces.append("\n" * text.count("\n", found.start(), close))
        at = close + len(end)
    whole = "".join([*pieces, text[at:]])
    return whole[: whole.rfind(">") + 1]


def _squeezed(text: str) -> str:
    return " ".join(text.replace("\u200b", "").split())
