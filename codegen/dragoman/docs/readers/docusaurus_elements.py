"""Elements of saved HTML of Docusaurus's OpenAPI theme: its sections, and rows with the rows around them.

The parser of the standard library reads them one by one: there is no tree and no recursion, so deep pages do no harm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Final

from attrs import define, field

from ..facts import REQUEST, Collector, Place, Stated
from ..json_example import parse
from ..page import problem
from .docusaurus_bodies import Body
from .docusaurus_rows import (
    CONSTANT,
    METHODS,
    PARAMETER_HEADINGS,
    POSSIBLE_VALUES,
    Flag,
    is_media_type,
    path_of,
    qualifiers,
    stated,
    status_of,
)
from .docusaurus_text_rows import is_prose
from .docusaurus_tree import Alternative, Row, Section, Tabs, Union

_MAX_PIECES: Final = 50_000
_MAX_DEPTH: Final = 100
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
_NO_FACTS: Final = re.compile(r"Response Headers|Authorization\b.*|Callbacks?")
"""Headings of sections that state nothing that is compared."""

_SCHEMA_CLASS: Final = "openapi-schema__"
_SCHEMA_CLASSES: Final = frozenset(
    {"container", "divider", "list-item", "property", "name", "type", "required", "nullable", "deprecated"}
    | {"strikethrough", "summary"}
)
"""Classes of the theme; the text of an element with another one may be a fact of newer builds."""


@define(eq=False)
class _Details:
    """Open `details`: a section, a body, or a member with rows inside."""

    section: str = ""
    row: Row | None = None
    in_summary: bool = False
    is_skipped: bool = False


@define(eq=False)
class _Element:
    """Open element."""

    tag: str
    role: str = ""
    line: int = 0
    path_line: int = 0
    """Line of the path of an operation, whose element is inside."""
    text: list[str] = field(factory=list[str])


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
        self.tabs: dict[int, Tabs] = {}
        self.panels: list[str] = []
        self.unions: list[Union] = []
        self.alternatives: list[tuple[int, Alternative]] = []
        """Open alternatives of unions, each with the number of panels around it."""
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
        if max(len(self.details), len(self.alternatives)) > _MAX_DEPTH:
            message = f"the page has members or alternatives inside of each other, more than {_MAX_DEPTH} levels deep"
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
        own = {each.removeprefix(_SCHEMA_CLASS) for each in classes if each.startswith(_SCHEMA_CLASS)}
        if not own <= _SCHEMA_CLASSES:
            return "unknown"
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
            self.tabs[len(self.panels)] = Tabs(self._union(element.line, values.get("class", "")))
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

    def _union(self, line: int, classes: str) -> Union | None:
        """Return the union that a list of tabs belongs to, if it does."""
        section = self._section()
        is_child = "discriminator" in classes
        if section is None or self.muted or not (self.union_next or is_child):
            return None
        owner = self._owner() or section
        union = Union(line, owner, is_of_types=not is_child)
        self.unions.append(union)
        alternative = self._alternative
        if not is_child and alternative is not None and not alternative.lists:
            alternative.inner = union
        elif not is_child and alternative is None:
            owner.union = union
        return union

    @property
    def _alternative(self) -> Alternative | None:
        """The alternative that is open in the member or body that is open; None if it is not a union."""
        inner = self.alternatives[-1][1] if self.alternatives else None
        return inner if inner is not None and inner.union.owner is (self._owner() or self._section()) else None

    def _panel(self, values: Mapping[str, str], line: int) -> None:
        group = self.tabs.get(len(self.panels))
        label = group.label(hidden="hidden" in values) if group is not None else ""
        if group is not None and group.union is not None:
            alternative = Alternative(group.union, kinds=set() if group.union.is_of_types else {"object"})
            group.union.alternatives.append(alternative)
            self.alternatives.append((len(self.panels), alternative))
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
            alternative = self._alternative
            if not self.row.name and alternative is not None:
                alternative.kinds |= _kinds(text)
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
        elif role == "unknown" and text and not self.muted:
            self.unread.append(element.line)
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
            if self.alternatives and self.alternatives[-1][0] == len(self.panels):
                self.alternatives.pop()
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
        if group.union is not None:
            group.union.tabs = len(group.labels)
        elif all(map(status_of, group.labels)):
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
        alternative = self._alternative
        if section is not None and alternative is not None and not name:
            self.row = Row("", line, self._owner())
            return
        if section is None or not name:
            self.row = None
            skipped = any(each.is_skipped for each in self.details)
            if not skipped:
                self.unread.append(line)
            if self.details and self.details[-1].in_summary:
                self.details[-1].is_skipped = True
            return
        owner = self._owner()
        self.row = Row(name, line, owner, alternatives=tuple(each for _, each in self.alternatives))
        self.row.lists = alternative.lists if alternative is not None else 0
        if alternative is not None and not alternative.lists:
            alternative.kinds.add("object")
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
        section = self._section()
        alternative = self._alternative
        if details is not None and details.in_summary and details.row is None and not details.is_skipped:
            self._heading(details, text)
        elif text in ("Array [", "]"):
            if alternative is not None and text == "]" and alternative.lists:
                alternative.lists -= 1
            elif alternative is not None and text != "]":
                alternative.lists += 1
                alternative.kinds |= {"array"} if alternative.lists == 1 else set()
            elif section is not None and self._owner() is None and text != "]":
                section.is_list = section.is_list or not section.rows
        elif text.startswith((POSSIBLE_VALUES, CONSTANT)):
            self._qualify(text)
        elif section is not None and not is_prose(text):
            self.unread.append(self.block_line)

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
            if self.articles and not _NO_FACTS.fullmatch(text):
                self.unread.append(line)

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


def _kinds(text: str) -> set[str]:
    """Return the JSON types that a printed type names; 'null' is one of them."""
    names, said = next(iter(stated(text, frozenset())))
    kinds = said.get("type")
    null = {"null"} if text == "null" or said.get("nullable") else set[str]()
    return {*kinds, *null} if isinstance(kinds, tuple) and not names else null


def _squeezed(text: str) -> str:
    return " ".join(text.replace("\u200b", "").split())
