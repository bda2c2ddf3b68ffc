"""Every change of a metadata page of ServiceStack is found, in each rendering."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from attrs import evolve
from tests.unit.docs.mutations import Mutation, Result, findings, mutations, operation, run, table
from tests.unit.docs.writers.servicestack import Writer

from dragoman.docs.facts import ITEMS, Attribute, OperationFacts, Part, Value, kind_of
from dragoman.docs.page import Page, PageError
from dragoman.docs.readers import read

_INT: Mapping[Attribute, Value] = {"type": ("integer",), "format": "int32", "nullable": False, "required": True}
_TEXT: Mapping[Attribute, Value] = {"type": ("string",), "required": False}
_ID: Mapping[Attribute, Value] = {"type": ("string",), "format": "uuid", "required": True}
_TIME: Mapping[Attribute, Value] = {"type": ("string",), "format": "date-time", "nullable": True, "required": False}
_STATE: Mapping[Attribute, Value] = {
    "type": ("string",),
    "schema": "ToyState",
    "values": ("Free", "Sold"),
    "nullable": True,
    "required": False,
}

POST = operation(
    "MoveToys",
    {
        "": {"method": "POST", "path": "/toys/move", "authentication": True},
        "request": {"type": ("object",), "schema": "MoveToys"},
        "request shelf": {"type": ("string",), "required": True},
        "request toyIds": {"type": ("array",), "required": False},
        "request toyIds[]": {"type": ("string",)},
        "request counts": {"type": ("array",), "required": True},
        "request counts[]": {"type": ("integer",), "format": "int32"},
        "request price": {"type": ("number",), "format": "double", "nullable": True, "required": False},
        "request movedAt": _TIME,
        "request state": _STATE,
        "request labels": {"type": ("object",), "required": False},
        "request labels{}": {"type": ("string",)},
        "request parts": {"type": ("array",), "required": False},
        "request parts[]": {"type": ("object",), "schema": "ToyPart"},
        "request parts[].partId": _ID,
        "request parts[].isFragile": {"type": ("boolean",), "nullable": True, "required": False},
        "200": {"type": ("object",), "schema": "MoveToysResponse"},
        "200 moveId": _ID,
        "200 total": {"type": ("integer",), "format": "int64", "nullable": False, "required": True},
    },
)
GET = operation(
    "FindToys",
    {
        "": {"method": "GET", "path": "/shops/{shop}/toys", "authentication": False},
        "path shop": {"type": ("string",), "required": True},
        "query minimum": {"type": ("integer",), "format": "int32", "required": False},
        "query kind": _TEXT,
        "query marks": {"type": ("array",), "required": True},
        "query marks[]": {"type": ("string",)},
        "200": {"type": ("array",), "schema": "FindToysResponse"},
        "200 []": {"type": ("object",), "schema": "Toy"},
        "200 [].toyId": _ID,
        "200 [].count": _INT,
        "200 [].soldAt": _TIME,
    },
)

RENDERINGS: Mapping[str, Writer] = {
    "JavaScript": Writer("js"),
    "JavaScript, JSV": Writer("js", has_jsv=True),
    "JavaScript as Markdown": Writer("js", "markdown"),
    "TypeScript": Writer("ts"),
    "TypeScript as Markdown, JSV": Writer("ts", "markdown", has_jsv=True),
    "glued table": Writer("table"),
    "glued table, JSV": Writer("table", has_jsv=True),
    "table with tabs": Writer("table", "tabs"),
    "table as Markdown": Writer("table", "markdown"),
}


def _known(whole: OperationFacts, writer: Writer) -> OperationFacts:
    """Return what a rendering can express of an operation."""
    return evolve(whole, parts=tuple(_part(each, writer) for each in whole.parts))


def _part(part: Part, writer: Writer) -> Part:
    stated = dict(part.stated)
    is_text = "type" in stated and stated["type"].value == ("string",) and "values" not in stated
    if writer.copy == "markdown":
        stated.pop("authentication", None)
    if writer.language != "table" and is_text:
        stated.pop("nullable", None)  # scripts mark a string as nullable or say nothing
    if writer.language != "table" and (not is_text or writer.has_jsv):
        stated.pop("format", None)  # only samples show formats
    return evolve(part, stated=stated)


def _can_write(mutation: Mutation) -> bool:
    """Return False for what no page of the family can show: bodies are classes, parts of the path are required."""
    place, attribute = mutation.place, mutation.attribute
    is_body = kind_of(place) == "body" or place.names == (ITEMS,)
    return not (is_body and attribute == "type") and not (place.section == "path" and attribute == "required")


@pytest.mark.parametrize("name", RENDERINGS)
def test_every_mutation_of_a_rendering_is_found(name: str) -> None:
    writer = RENDERINGS[name]
    results: list[Result] = [run(_known(each, writer), writer, read, _can_write) for each in (POST, GET)]
    print(table({name: results}))
    assert [missed for each in results for missed in each.missed] == []


@pytest.mark.parametrize("name", RENDERINGS)
def test_copy_that_is_cut_off_anywhere_has_no_finding(name: str) -> None:
    writer = RENDERINGS[name]
    for whole in (POST, GET):
        known = _known(whole, writer)
        lines = writer(known).page.lines
        for count in range(len(lines)):
            try:
                facts = read(Page("page.txt", "text", "\n".join(lines[:count])))
            except PageError:
                continue  # not yet a page of any family
            assert findings(facts, known) == [], (count, lines[count - 1])


@pytest.mark.parametrize("name", [each for each in RENDERINGS if each != "table as Markdown"])
def test_sample_that_differs_from_the_classes_contradicts_the_page(name: str) -> None:
    """In Markdown, tables have no names, so a table that is unlike the sample has no place at all."""
    writer = RENDERINGS[name]
    known = _known(POST, writer)
    facts = read(writer(known).page)
    for each in filter(_can_write, mutations(known, facts)):
        part = known.part(each.place)
        if kind_of(each.place) != "member" or each.attribute not in (None, "type"):
            continue
        if part and (part.stated["type"].value in (("array",), ("object",)) or "values" in part.stated):
            continue  # samples leave these out, too
        written = writer(known, each.operation)
        found = read(written.page).contradictions
        assert [(one.place, one.attribute) for one in found] == [(each.place, each.attribute)]
        sample = next(n for n, line in enumerate(written.page.lines, 1) if line.startswith("POST /toys/move HTTP"))
        assert found[0].first.line != found[0].second.line
        assert max(found[0].first.line, found[0].second.line) > sample


@pytest.mark.parametrize("name", RENDERINGS)
def test_renderings_of_one_operation_have_equal_facts(name: str) -> None:
    for whole in (POST, GET):
        facts = read(RENDERINGS[name](whole).page)
        for other in RENDERINGS.values():
            found = findings(facts, read(other(whole).page).operations[0])
            # A table states formats, which a class does not.
            assert [each for each in found if each.attribute is None or (each.page and each.other)] == []
