"""Reader of saved HTML of pages of Docusaurus's OpenAPI theme, built since 2023: its classes keep the nesting.

Builds since 2024 render parameters and schemas in the browser only, so the page must be saved from a browser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import evolve

from ..facts import (
    ITEMS,
    PARAMETERS,
    REQUEST,
    VALUES,
    Attribute,
    Collector,
    Facts,
    Part,
    Place,
    Stated,
    Value,
    cut_off,
    merged,
)
from ..nesting import Placed
from ..page import Page, problem
from .docusaurus_bodies import Body, contradictions
from .docusaurus_elements import ElementParser
from .docusaurus_rows import MAP_NAME, expressible, stated
from .docusaurus_tree import Alternative, Row, Section, Union

NAME: Final = "docusaurus_html"
EXPRESSIBLE: Final[Mapping[str, frozenset[Attribute]]] = expressible(nullable=True)

_HIDDEN: Final = re.compile(r"<!--|<(?P<tag>script|style|svg)\b", re.IGNORECASE)
_MARK: Final = re.compile(r"\bopenapi(?:-markdown__details|-schema__|__method-endpoint|-left-panel__|-skeleton)")


def recognise(page: Page) -> str | None:
    """Return the reason why this is such a page; None if it is not."""
    if page.kind != "html":
        return None
    found = _MARK.search(page.text)
    return f"the page has the class '{found[0]}' of Docusaurus's OpenAPI theme" if found else None


def read(page: Page) -> Facts:
    """Return the facts of a page.

    Raises:
        PageError: the copy has neither parameters nor schemas, because it was not saved from a browser; or it is too
            large or too deep.
    """
    reading = ElementParser(page.source)
    reading.feed(_without_hidden(page.text))
    reading.close()
    if not reading.listed:
        message = "the page has no parameters, bodies and responses"
        hint = "open it in a browser, and save it when it has loaded"
        raise problem(page.source, 1, "page-unrendered", message, hint)
    _collect(reading)
    return Facts(
        source=page.source,
        reader=NAME,
        expressible=EXPRESSIBLE,
        operations=(reading.collector.operation(),),
        lists=_lists(reading.listed),
        unread=tuple(sorted(set(reading.unread))),
    )


def _without_hidden(text: str) -> str:
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


def _lists(listed: Sequence[str]) -> frozenset[str]:
    """Return what the page lists in full: everything before its last heading."""
    order = (*PARAMETERS, REQUEST, "responses")
    if "responses" in listed:
        return frozenset(order)
    return frozenset(order[: max(order.index(each) for each in listed)])


def _collect(reading: ElementParser) -> None:
    """State the facts of all sections."""
    collector = reading.collector
    for union in reading.unions:
        if not union.is_whole:
            reading.unread.append(union.line)
            _leave_open(union.owner)
    for section in reading.sections:
        body = section.body
        is_cut = reading.is_cut and section is reading.sections[-1]
        if is_cut:
            collector.leave_open(section.place)
            reading.leave_open()
        parts = _parts(section, collector)
        if is_cut:
            parts = cut_off(parts)
        for part in parts:
            collector.put(part)
        if body is None:
            continue
        if body.is_cut:
            collector.leave_open(body.place)
        elif body.example is not None and not any(row.alternatives for row in section.rows):
            collector.contradictions += contradictions(body, body.example, _against_example(body, parts))


def _parts(section: Section, collector: Collector) -> list[Part]:
    """Return the parts that the rows of a section state."""
    root = section.place
    if section.body is not None and section.rows:
        if section.is_list:
            collector.state(root, "type", ("array",), section.line)
            root = root.inside(ITEMS)
        if section.union is None:
            collector.state(root, "type", ("object",), section.line)
    if section.union is not None and section.union.is_whole:
        collector.state(root, "type", tuple(sorted(section.union.kinds - {"null"})), section.union.line)
    for row in section.rows:
        around = _inner(row.owner) if row.owner is not None else root
        row.place = around.inside(*[ITEMS] * row.lists, VALUES if row.name == MAP_NAME else row.name)
    return _merged(section.rows, 0, is_member=section.body is not None)


def _merged(rows: Sequence[Row], depth: int, *, is_member: bool) -> list[Part]:
    """Return the parts of rows; those of the alternatives of a union, which begin at a depth, as parts of one body."""
    parts: list[Part] = []
    unions: dict[Union, dict[Alternative, list[Row]]] = {}
    for row in rows:
        if len(row.alternatives) == depth:
            if row.lists and not any(each.place == row.place.parent for each in parts):
                parts.append(
                    Part(place=row.place.parent, line=row.line, stated={"type": Stated(("object",), row.line)})
                )
            parts += _row_parts(row, is_member=is_member)
        else:
            inner = row.alternatives[depth]
            bodies = unions.setdefault(inner.union, {each: [] for each in inner.union.alternatives})
            bodies[inner].append(row)
    for union, bodies in unions.items():
        known = {each.place for each in parts}
        several = [_merged(each, depth + 1, is_member=is_member) for each in bodies.values()]
        parts += [each for each in merged(several, is_whole=union.is_whole) if each.place not in known]
    return parts


def _row_parts(row: Row, *, is_member: bool) -> list[Part]:
    """Return what a row states: about its member, about the items of its list, and its possible values."""
    complete = not row.is_open and not (row.has_details and not row.rows)
    words = frozenset(row.flags if is_member else row.flags - {"nullable"})
    parts: list[Part] = []
    for names, said in stated(row.type or "any", words):
        found: dict[Attribute, Value] = dict(said)
        if is_member and not names and row.name != MAP_NAME:
            found.setdefault("nullable", False)
        if row.name == MAP_NAME:
            found.pop("required", None)
        if row.rows and "schema" in found:
            found["type"] = ("object",)  # a schema's name in place of `object`
        attributes: dict[Attribute, Stated] = {key: Stated(each, row.line) for key, each in found.items()}
        parts.append(Part(place=row.place.inside(*names), line=row.line, stated=attributes, complete=complete))
    last = parts[-1]
    known = {**last.stated, **row.details}
    if row.union is not None:  # its printed type is `object`, whatever its alternatives are
        known.pop("type", None)
        kinds = row.union.kinds
        if row.union.is_whole:
            known["type"] = Stated(tuple(sorted(kinds - {"null"})), row.line)
            known |= {"nullable": Stated(value=True, line=row.line)} if "null" in kinds else {}
    return [*parts[:-1], evolve(last, stated=known)]


def _leave_open(owner: Row | Section) -> None:
    """Mark the member or body of a union of which the page does not show all alternatives."""
    if isinstance(owner, Row):
        owner.is_open = True
    elif owner.body is not None:
        owner.body.is_cut = True


def _inner(row: Row) -> Place:
    """Return the place of the rows inside of a row: its items, if it is a list."""
    depth, text = 0, row.type
    while text.endswith("[]"):
        text, depth = text[:-2], depth + 1
    return row.place.inside(*[ITEMS] * depth)


def _against_example(body: Body, parts: Sequence[Part]) -> Placed:
    """Return the parts of a body with those that only its example has, and those that its example lacks."""
    members = body.example.members if body.example is not None else {}
    here = {each.place for each in parts}
    owners = {each.place.parent for each in parts}
    shown = {each.parent for each in members}
    missing = [
        each
        for place, each in members.items()
        if place not in here and place.parent in owners and place.names[-1] != ITEMS
    ]
    unknown = [
        each
        for each in parts
        if each.place not in members and each.place.parent in shown and each.place.names[-1] not in (ITEMS, VALUES)
    ]
    return Placed(tuple(parts), unknown=tuple(unknown), missing=tuple(missing))
