"""The lock of documentation pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve
from tests.unit.docs.parcels import PAGE

from dragoman.diagnostics import SpecError
from dragoman.docs import lock, page, readers
from dragoman.docs.facts import Attribute, Contradiction, OperationFacts, Part, Place, Row, Stated


def entry(operation: OperationFacts | None = None) -> lock.Entry:
    facts = readers.read(page.parse(PAGE.encode(), "page.txt"))
    if operation is not None:
        facts = evolve(facts, operations=(operation,))
    return lock.Entry(
        url="https://docs.example.com/list-parcels",
        spec="parcels",
        operation="parcels.listParcels",
        date="2026-11-27",
        digest="0" * 64,
        facts=facts,
    )


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "docs.lock"
    path.write_text(text, encoding="utf-8")
    return path


def values(operation: OperationFacts) -> list[object]:
    rows = [row for listed in operation.rows.values() for row in listed]
    parts = [*operation.parts, *(row.part for row in rows)]
    stated = [(part.place, part.complete, {key: each.value for key, each in part.stated.items()}) for part in parts]
    return [*stated, *((row.opened, row.closed) for row in rows)]


def test_a_lock_keeps_the_facts_of_a_page(tmp_path: Path) -> None:
    before = entry()
    (after,) = lock.load(written(tmp_path, lock.dump([before])))
    assert values(after.operation_facts) == values(before.operation_facts)
    assert (after.facts.lists, after.facts.sampled) == (before.facts.lists, before.facts.sampled)
    assert after.facts.expressible == before.facts.expressible
    assert lock.dump([after]) == lock.dump([before])


def test_the_line_of_a_fact_is_its_line_in_the_lock(tmp_path: Path) -> None:
    text = lock.dump([entry()])
    (after,) = lock.load(written(tmp_path, text))
    note = after.operation_facts.part(Place("query", ("note",)))
    assert note is not None
    assert text.splitlines()[note.line - 1].strip().startswith("query note:")


def test_a_lock_keeps_contradictions_with_their_lines(tmp_path: Path) -> None:
    twice = (
        Contradiction(
            place=Place("200", ("items", "[]", "a/b: c")),
            attribute="type",
            first=Stated(("string",), 12),
            second=Stated(("integer", "number"), 40),
        ),
        Contradiction(
            place=Place(), attribute="required", first=Stated(value=True, line=3), second=Stated(value=False, line=5)
        ),
        Contradiction(place=Place("200"), attribute=None, first=Stated("a row", 7), second=Stated("no row", 9)),
    )
    text = lock.dump([entry(evolve(entry().operation_facts, contradictions=twice))])
    (after,) = lock.load(written(tmp_path, text))
    found = after.operation_facts.contradictions
    assert tuple(evolve(each, line=0) for each in found) == twice
    lines = [n for n, line in enumerate(text.splitlines(), 1) if "lines: [" in line]
    assert [each.line for each in found] == lines
    assert lock.dump([after]) == text


@pytest.mark.parametrize(
    "name", ["a b", "no", "a/b", "~", "{x}", "[]", "'", '"', "#", "1.0", "null", "ü", "a: b", "\u2028"]
)
def test_any_name_or_value_survives(tmp_path: Path, name: str) -> None:
    stated: dict[Attribute, Stated] = {"values": Stated((name, "x"), 3), "schema": Stated(name, 3)}
    part = Part(place=Place("query", (name,)), line=3, stated=stated, complete=False)
    row = Row(Part(place=Place("200", (name,)), line=4, stated={"required": Stated(value=True, line=4)}), 1, 2)
    operation = OperationFacts(name="x", parts=(Part(place=Place(), line=1, stated={}), part), rows={"200": (row,)})
    (after,) = lock.load(written(tmp_path, lock.dump([entry(operation)])))
    assert values(after.operation_facts) == values(operation)


def test_a_lock_contains_no_sentence() -> None:
    heading = evolve(entry().operation_facts, name="Get all parcels of a customer")
    assert "Get all" not in lock.dump([entry(heading)])


def test_a_missing_lock_has_no_entries(tmp_path: Path) -> None:
    assert lock.load(tmp_path / "docs.lock") == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("pages:", "sheets:", "the file has no list `pages`"),
        ("    spec: parcels\n", "", "the entry has no spec"),
        ("reader: docusaurus_text", "reader: crystal", "there is no reader crystal"),
        ("maxLength: 40", "maxLength: long", "maxLength: 'long' is no fact"),
        ("maxLength: 40", "colour: blue", "colour: 'blue' is no fact"),
        ("    spec: parcels\n", "    spec: parcels\n    contradictions: [{lines: [1]}]\n", "cannot be read"),
    ],
)
def test_an_invalid_lock_is_a_problem_with_its_place(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = written(tmp_path, lock.dump([entry()]).replace(old, new, 1))
    with pytest.raises(SpecError) as caught:
        lock.load(path)
    assert message in str(caught.value)
    assert all(each.check_id == "docs-lock" and each.hint for each in caught.value.problems)
