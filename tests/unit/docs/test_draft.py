"""Drafts of specs: they pass lint except for their TODOs, and generate once these are answered."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from dragoman import lint
from dragoman.cache import build
from dragoman.docs.draft import draft
from dragoman.docs.facts import REQUEST, Attribute, Collector, Facts, Part, Place, Row, Stated, Value
from dragoman.docs.page import load, parse
from dragoman.docs.readers import read
from dragoman.docs.spec_facts import EXPRESSIBLE, facts
from dragoman.spec import yaml_document

SPECS = sorted((Path(__file__).parents[3] / "specs").glob("*.yaml"))
PAGES = sorted(Path(folder).glob("*.txt")) if (folder := os.environ.get("TASKCLIENTS_PAGES")) else []


def page(collector: Collector, source: str = "parcels-get-label.txt") -> Facts:
    return Facts(source=source, reader="made", expressible=EXPRESSIBLE, operations=(collector.operation(),))


def row(name: str, line: int, *, opened: int = 0, closed: int = 0, **stated: Value) -> Row:
    known: dict[Attribute, Stated] = {key: Stated(value, line) for key, value in stated.items()}  # type: ignore[misc]
    return Row(Part(place=Place("200", (name,)), line=line, stated=known), opened, closed)


def check(text: str) -> list[str]:
    return [each.check_id for each in lint.check(yaml_document.parse(text.encode(), Path("draft.yaml")))]


def answered(text: str) -> str:
    return re.sub(r"'TODO: [^']*'", "Parcel", text)


def generated(text: str, folder: Path) -> None:
    """Check that a draft passes lint but for its TODOs, and generates without them."""
    assert set(check(text)) == {"open-todo"}
    path = folder / "parcels.yaml"
    path.write_text(answered(text), encoding="utf-8")
    assert check(path.read_text(encoding="utf-8")) == []
    assert build(path, fresh=True)


def silent() -> Facts:
    """Return the facts of a page that states hardly anything."""
    collector = Collector(1)
    collector.add(Place("path", ("id",)), 2, type=("string",))
    collector.add(Place("200"), 3)
    collector.add(Place("200", ("count",)), 4, type=("integer", "number"), nullable=True)
    collector.add(Place("200", ("labels",)), 5, type=("array",))
    collector.add(Place("200", ("sender",)), 6, type=("object",))
    collector.add(Place("200", ("note",)), 7, schema="Note")
    return page(collector)


def eloquent() -> Facts:
    """Return the facts of a page that states everything."""
    collector = Collector(1, "SendParcel")
    collector.add(Place(), 1, method="POST", path="/v2/parcels/{brand}/{id}", authentication=True)
    collector.add(Place("path", ("brand",)), 2, type=("string",), required=True)
    collector.add(Place("query", ("state",)), 3, type=("array",), deprecated=True)
    collector.add(Place("query", ("state", "[]")), 3, type=("string",), values=("on", "off", "a, b"))
    collector.add(Place("header", ("X-Count",)), 4, type=("integer",), required=True, nullable=True)
    collector.add(Place(REQUEST), 5, mediaTypes=("application/json", "text/csv"), required=True, schema="Parcel")
    collector.add(Place(REQUEST, ("brand",)), 6, type=("string",), required=True, maxLength=3)
    collector.add(Place(REQUEST, ("weight",)), 7, type=("number",), format="double", nullable=True)
    collector.add(Place(REQUEST, ("sizes", "[]", "height")), 8, type=("integer",), format="int32", required=True)
    collector.add(Place(REQUEST, ("names", "{}")), 9, type=("string",), format="csv")
    collector.add(Place(REQUEST, ("level",)), 10, type=("integer",), values=("1", "2"), nullable=True)
    collector.add(Place(REQUEST, ("content", "{}")), 10, type=("string",))
    collector.leave_open(Place(REQUEST))
    collector.add(Place("2XX"), 11, type=("array",))
    collector.add(Place("2XX", ("[]",)), 12, type=("object",), schema="Parcel")
    collector.add(Place("2XX", ("[]", "id")), 12, type=("string",), format="uuid", required=True)
    collector.add(Place("404"), 13)
    return page(collector, "https://docs.example.com/parcels")


def nested() -> Facts:
    """Return the facts of a page that lost the nesting of its members."""
    collector = Collector(1, "ListParcels")
    collector.add(Place(), 1, method="GET", path="/parcels", authentication=False)
    collector.add(Place("200"), 2)
    collector.add(Place("200", ("data", "{}")), 14, type=("string",))
    rows = (
        row("items", 3, type=("array",)),
        row("sender", 5, type=("object",), opened=1),
        row("name", 6, type=("string",)),
        row("age", 7, type=("integer",)),
        row("steps", 8, type=("array",)),
        row("name", 10, type=("string",), opened=1),
        row("name", 12, type=("string",), closed=1),
        row("data", 13, type=("object",)),
        row("total", 16, type=("integer",), closed=1),
    )
    collector.leave_unplaced("200", rows)
    return page(collector)


@pytest.mark.parametrize("made", [silent(), eloquent(), nested()], ids=["silent", "eloquent", "nested"])
def test_draft_generates_once_its_todos_are_answered(made: Facts, tmp_path: Path) -> None:
    generated(draft(made), tmp_path)


@pytest.mark.large
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_draft_of_what_our_specs_state_generates(path: Path, tmp_path: Path) -> None:
    generated(draft(facts(yaml_document.load(path))), tmp_path)


@pytest.mark.skipif(not PAGES, reason="TASKCLIENTS_PAGES names no folder of saved pages")
def test_drafts_of_saved_pages_generate(tmp_path: Path) -> None:
    by_vendor: dict[str, list[Facts]] = {}
    for path in PAGES:
        by_vendor.setdefault(path.stem.partition("-")[0], []).append(read(load(path)))
    for pages in by_vendor.values():
        generated(draft(*pages), tmp_path)


def test_draft_states_what_the_page_states() -> None:
    """Compare the facts of a draft with those from which it was made."""
    text = answered(draft(eloquent()))
    known = facts(yaml_document.parse(text.encode(), Path("draft.yaml"))).operations[0]
    for part in eloquent().operations[0].parts:
        place = Place(part.place.section.replace("2XX", "200"), part.place.names)
        other = known.part(place)
        assert other is not None, place
        unstated = {"schema"} | ({"nullable"} if place.section == "header" else set())
        for attribute, stated in part.stated.items():
            if attribute not in unstated and stated.value != "csv":
                assert other.stated[attribute].value == stated.value, (place, attribute)


def lines_of(text: str, words: Iterable[str]) -> list[str]:
    return [line.strip() for line in text.split("\n") if any(each in line for each in words)]


def test_what_the_page_does_not_show_is_assumed() -> None:
    text = draft(silent())
    assert lines_of(text, ["x-assumed"]) == [
        "x-assumed: The page does not show the media type.",
        "x-assumed: The page says nothing about authentication.",
        "x-assumed: The page does not tell integer from number.",
        "x-assumed: The page does not show the type of the items.",
        "x-assumed: The page does not show its members.",
        "x-assumed: The page does not show the type.",
    ]
    assert "TODO: correct the method and the path, which the page does not show" in text


def test_ambiguous_nesting_is_a_todo_that_names_the_lines() -> None:
    todo = "TODO: the page does not show how much of lines 6 to 12 belongs to sender (line 5); move the rest"
    assert lines_of(draft(nested()), ["does not show how much"]) == [f"description: '{todo}'"]


def test_member_that_is_listed_twice_is_a_todo() -> None:
    collector = Collector(1)
    collector.leave_unplaced("200", (row("id", 3, type=("string",)), row("id", 9, type=("string",))))
    assert "TODO: the page lists id in line 9 once more; write the object to which it belongs" in draft(page(collector))


def test_operation_of_two_pages_is_drafted_once() -> None:
    assert draft(eloquent(), eloquent()) == draft(eloquent())


def test_operations_of_several_pages_share_classes() -> None:
    text = draft(eloquent(), nested())
    assert "operationId: parcels.sendParcel" in text
    assert "operationId: parcels.listParcels" in text
    assert text.count("- name: parcels\n") == 1


def test_vendors_document_is_drafted(tmp_path: Path) -> None:
    document = """\
openapi: 3.0.0
paths:
  /parcels:
    get:
      operationId: list-parcels
      responses:
        '200':
          description: All.
          content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Parcel'}}}}
components:
  schemas:
    Parcel:
      type: object
      properties:
        next: {$ref: '#/components/schemas/Parcel'}
        state: {type: string, nullable: true, enum: ['new', '1.0']}
"""
    text = draft(read(parse(document.encode(), "parcels.yaml")))
    assert "operationId: parcels.listParcels" in text
    generated(text, tmp_path)


def odd() -> Facts:
    """Return the facts of a page with names that Python lacks, and with parameters that its path lacks."""
    collector = Collector(1, "Получить")
    collector.add(Place(), 1, method="POST", path="/a/{id}/имя")
    for name in ("id", "lost"):
        collector.add(Place("path", (name,)), 2, type=("string",))
    for name in ("fooBar", "foo_bar", "Foo Bar", "class", "body", "self"):
        collector.add(Place("query", (name,)), 3, type=("string",), values=("", "*", "a", "A", "1.0", "имя"))
        collector.add(Place(REQUEST, (name,)), 4, type=("string",), format="binary", schema="имя")
    for status, media_type in (("200", "text/csv"), ("400", "multipart/form-data"), ("4XX", "application/xml")):
        collector.add(Place(status), 5, mediaTypes=(media_type,))
        collector.add(Place(status, ("a.b",)), 6, schema="List<Foo>")
        collector.add(Place(status, ("a-b",)), 7, type=("null",))
    return page(collector)


def test_names_that_python_lacks_are_spelled(tmp_path: Path) -> None:
    text = draft(odd())
    generated(text, tmp_path)
    assert "x-enum-varnames: [NAME_2, NAME_3, A, A_2" in text
    assert "x-name: foo_bar_2" in text
    assert "TODO: put lost into the path, or leave it out" in text


def test_files_are_binary_in_multipart_bodies_only() -> None:
    collector = Collector(1, "SendScan")
    collector.add(Place(REQUEST), 2, mediaTypes=("multipart/form-data",))
    collector.add(Place(REQUEST, ("scan",)), 3, type=("string",), format="binary")
    collector.add(Place("200", ("scan",)), 4, type=("string",), format="binary")
    assert draft(page(collector)).count("format: binary") == 1


def test_functions_of_a_client_have_different_names(tmp_path: Path) -> None:
    pages: list[Facts] = []
    for name, path in (("Response", "/a"), ("List", "/b"), ("list", "/client/c"), ("", "/имя")):
        collector = Collector(1, name)
        collector.add(Place(), 1, method="GET", path=path)
        pages.append(page(collector))
    text = draft(*pages)
    generated(text, tmp_path)
    assert re.findall("operationId: (.*)", text) == [
        "a.response2",
        "b.list",
        "client_operations.list2",
        "operations.get",
    ]


def test_nested_values_in_a_query_are_assumed_to_be_json(tmp_path: Path) -> None:
    collector = Collector(1, "ListParcels")
    collector.add(Place(), 1, method="GET", path="/parcels")
    collector.add(Place("query", ("where", "[]", "state")), 2, type=("string",))
    collector.add(Place("query", ("where",)), 2, type=("array",))
    text = draft(page(collector))
    generated(text, tmp_path)
    assert "x-assumed: The page does not show how nested values are written; JSON is usual." in text
