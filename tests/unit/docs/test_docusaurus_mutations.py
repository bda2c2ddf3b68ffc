"""Changes of a Docusaurus page: each one, in each rendering, is found at its part and on its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from html import unescape

import pytest
from attrs import evolve, frozen
from tests.unit.docs.docusaurus_page import PAGE
from tests.unit.docs.writers.docusaurus import Member, Operation, Response, flat, html, spaced

from dragoman.docs.facts import VALUES, Attribute, Facts, Place
from dragoman.docs.nesting import from_tree
from dragoman.docs.page import parse
from dragoman.docs.readers import read

RENDERINGS: Mapping[str, Callable[[Operation], str]] = {
    "flat": flat,
    "flat, glued": lambda page: flat(page, glued=True, bulleted=True, a_value_a_line=True),
    "flat, no example": lambda page: flat(page, example=False),
    "spaced": spaced,
    "html": html,
    "html, minified": lambda page: html(page, minified=True),
}

UNPLACED = ("flat, no example", "spaced")
"""Renderings in which the place of a row that nothing else mentions is a guess."""


@frozen
class Mutation:
    """A changed page, with the part and the attribute that differ; no attribute for a part that comes or goes."""

    kind: str
    names: tuple[str, ...]
    attribute: Attribute | None
    page: Operation
    mark: str = ""
    """Text on the line that states the change; '' for what is no longer stated."""


def changed(member: Member) -> Iterator[tuple[str, Attribute, Member, str]]:
    """Yield the changes of the attributes of a member."""
    yield "change", "required", evolve(member, required=not member.required), member.name
    yield "change", "deprecated", evolve(member, deprecated=True), member.name
    if member.members or member.map_of:
        return
    if member.values:
        yield "change", "values", evolve(member, values=(*member.values, "Lost")), "Lost"
        yield "drop", "values", evolve(member, values=()), ""
        return
    other = "boolean" if member.type != "boolean" else "integer"
    if not member.is_list:
        yield "change", "type", evolve(member, type=other, format="", title="", longest=0), member.name
    if member.format:
        yield "drop", "format", evolve(member, format=""), ""
    elif member.type == "string" and not member.title:
        yield "add", "format", evolve(member, format="date-time"), "date-time"
        yield "add", "values", evolve(member, values=("string", "Lost")), "Lost"
    if member.longest:
        yield "change", "maxLength", evolve(member, longest=member.longest + 1), f"<= {member.longest + 1} "
        yield "drop", "maxLength", evolve(member, longest=0), ""


def mutated(members: tuple[Member, ...], *, nullable: bool) -> Iterator[Mutated]:
    """Yield members with one change."""
    for index, member in enumerate(members):
        before, after = members[:index], members[index + 1 :]
        attributes = list(changed(member))
        if nullable:
            attributes.append(("change", "nullable", evolve(member, nullable=not member.nullable), member.name))
        for kind, attribute, new, mark in attributes:
            yield Mutated(kind, (member.name,), attribute, (*before, new, *after), mark)
        yield Mutated("drop", (member.name,), None, (*before, *after), "")
        extra = Member(name=f"added_{index}", type="boolean")
        yield Mutated("add", (extra.name,), None, (*before, extra, member, *after), extra.name)
        for inner in mutated(member.members, nullable=nullable):
            names = (member.name, *inner.names)
            yield evolve(inner, names=names, members=(*before, evolve(member, members=inner.members), *after))


@frozen
class Mutated:
    """Members with one change."""

    kind: str
    names: tuple[str, ...]
    attribute: Attribute | None
    members: tuple[Member, ...]
    mark: str


def mutations() -> Iterator[Mutation]:
    """Yield every page that differs from the first one by one statement."""
    yield Mutation("change", ("",), "method", evolve(PAGE, method="PUT"), "PUT")
    yield Mutation("change", ("",), "path", evolve(PAGE, path="/shops/{shop_id}/boxes"), "/boxes")
    yield Mutation("change", ("request",), "required", evolve(PAGE, request_required=False), "Body")
    for section, members in PAGE.parameters.items():
        for each in mutated(members, nullable=False):
            if len(members) > 1 or each.kind != "drop" or each.attribute:
                page = evolve(PAGE, parameters={**PAGE.parameters, section: each.members})
                yield Mutation(each.kind, (section, *each.names), each.attribute, page, each.mark)
    for each in mutated(PAGE.request, nullable=True):
        page = evolve(PAGE, request=each.members)
        yield Mutation(each.kind, ("request", *each.names), each.attribute, page, each.mark)
    for status, response in PAGE.responses.items():
        for each in mutated(response.members, nullable=True):
            page = _with(status, evolve(response, members=each.members))
            yield Mutation(each.kind, (status, *each.names), each.attribute, page, each.mark)
        media = evolve(response, media=("application/xml",))
        yield Mutation("change", (status,), "mediaTypes", _with(status, media), "application/xml")


def _with(status: str, response: Response) -> Operation:
    return evolve(PAGE, responses={**PAGE.responses, status: response})


def statements(found: Facts, tree: Facts) -> dict[tuple[tuple[str, ...], Attribute | None], tuple[object, int]]:
    """Return what a page states, by names without the marks of lists, with its lines."""
    operation = found.operations[0]
    parts = list(operation.parts)
    for section, rows in operation.rows.items():
        known = {each.place: each for each in tree.operations[0].parts if each.place.section == section}
        parts += from_tree(rows, section, known).parts
    said: dict[tuple[tuple[str, ...], Attribute | None], tuple[object, int]] = {}
    for part in parts:
        names = _names(part.place)
        said.setdefault((names, None), ("named", part.line))
        for attribute, stated in part.stated.items():
            if part.place.names[-1:] not in (("[]",), (VALUES,)) or attribute != "type":
                said[names, attribute] = (stated.value, stated.line)
    return said


def _names(place: Place) -> tuple[str, ...]:
    return (place.section, *(each for each in place.names if each != "[]"))


@pytest.mark.parametrize("rendering", RENDERINGS)
def test_every_change_of_a_page_is_found(rendering: str, record_property: Callable[[str, object], None]) -> None:
    render = RENDERINGS[rendering]
    tree = read(parse(html(PAGE).encode(), "page.html"))
    first_text = render(PAGE)
    first = read(parse(first_text.encode(), "page.txt"))
    before = statements(first, tree)
    found: Counter[str] = Counter()
    for mutation in mutations():
        what = f"{mutation.attribute or 'part'}: {mutation.kind}"
        text = render(mutation.page)
        if text == first_text:
            assert (mutation.attribute, rendering) == ("mediaTypes", "spaced"), (what, mutation.names)
            continue  # the rendering does not express it
        page = read(parse(text.encode(), "page.txt"))
        after = statements(page, tree)
        key = (mutation.names, mutation.attribute)
        lines = text.splitlines()
        assert page.unread == (), (what, mutation.names)
        assert page.contradictions == (), (what, mutation.names)
        if mutation.kind == "add" and mutation.attribute is None and rendering in UNPLACED:
            key = next(
                each for each in after if each[0][-1] == mutation.mark
            )  # where, only the reader of the page knows
        if mutation.kind == "drop":
            assert key in before, (what, mutation.names)
            assert key not in after, (what, mutation.names)
        else:
            assert key in after, (what, mutation.names)
            assert before.get(key, ("", 0))[0] != after[key][0], (what, mutation.names)
            line = after[key][1]
            assert mutation.mark in unescape("".join(lines[line - 1 : line + 4])), (what, mutation.names)
        found[what] += 1
    assert sum(found.values()) > 100
    for what, count in sorted(found.items()):
        record_property(what, count)
    print(f"{rendering}: {dict(sorted(found.items()))}")
