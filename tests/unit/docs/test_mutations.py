"""Every change of what a page states is found, in every rendering of every reader."""

from __future__ import annotations

from collections import Counter

import pytest
from attrs import evolve, frozen
from tests.unit.docs.mutations import Mutation, Rendering, Result, findings, mutations, never_tried, run, table
from tests.unit.docs.operations import GET
from tests.unit.docs.renderings import RENDERINGS

from dragoman.docs.facts import Collector, Facts, OperationFacts, kind_of
from dragoman.docs.page import Page, PageError
from dragoman.docs.readers import READERS, Reader, read

LINED = [
    each
    for each in RENDERINGS
    if each.reader.NAME not in ("openapi", "embedded", "mintlify", "postman") and "minified" not in each.name
]
"""Renderings in which a statement ends with its line."""


SCALARS = [("string",), ("integer",), ("number",), ("boolean",)]


@pytest.mark.large
def test_every_mutation_is_found_on_the_right_line() -> None:
    """Some mutations of each kind; `python -m tests.unit.docs.mutation_sweep` tries all of them."""
    results: dict[Reader, list[Result]] = {each: [] for each in READERS}
    for turn, rendering in enumerate(RENDERINGS):
        results[rendering.reader].append(run(rendering, turn))
    print(table(results))
    assert [missed for each in results.values() for result in each for missed in result.missed] == []
    assert never_tried(results) == []


@pytest.mark.parametrize("fault", ["silent", "displaced", "blind"])
def test_fault_of_a_reader_is_noticed(fault: str) -> None:
    """A reader that does not state an attribute, that gives other lines, or that never reads a change."""
    whole = next(each for each in RENDERINGS if each.name == "TypeScript")
    first = whole.reader.read(whole.write(GET).page)

    @frozen
    class Faulty:
        NAME = "faulty"
        EXPRESSIBLE = whole.reader.EXPRESSIBLE
        recognise = whole.reader.recognise

        def read(self, page: Page, /) -> Facts:
            return first if fault == "blind" else _faulty(whole.reader.read(page), fault)

    result = run(evolve(whole, reader=Faulty(), operations=(GET,)), 0)
    assert len(result.missed) > 10
    assert result.found.total() < sum(result.tried.values())


def _faulty(facts: Facts, fault: str) -> Facts:
    collector = Collector(1)
    for part in facts.operations[0].parts:
        for attribute, each in part.stated.items():
            if fault != "silent" or attribute != "required":
                collector.state(part.place, attribute, each.value, each.line + (fault == "displaced"))
    return evolve(facts, operations=(collector.operation(),))


@pytest.mark.parametrize("rendering", LINED, ids=[each.name for each in LINED])
def test_copy_that_is_cut_off_anywhere_has_no_finding(rendering: Rendering) -> None:
    for known in rendering.operations:
        page = rendering.write(known).page
        for count in range(0, len(page.lines), 1 + len(page.lines) // 80):
            try:
                facts = read(evolve(page, text="\n".join(page.lines[:count])))
            except PageError:
                continue  # not yet a page of any family
            assert findings(facts, known) == [], (count, page.lines[count - 1])


@pytest.mark.parametrize("rendering", [each for each in RENDERINGS if each.has_examples], ids=lambda each: each.name)
def test_example_that_differs_from_the_page_contradicts_it(rendering: Rendering) -> None:
    known = rendering.operations[0]
    count: Counter[str] = Counter()
    for each in mutations(known):
        if not _is_shown(each, known) or rendering.refuses(each):
            continue
        written = rendering.write(known, each.operation)
        if written.page == rendering.write(known).page:
            continue  # examples do not show it
        found = rendering.reader.read(written.page).contradictions
        if rendering.reader.NAME == "docusaurus_text":  # the example alone gives the nesting of rows
            assert (each.place.names[-1], each.attribute) in [(one.place.names[-1], one.attribute) for one in found]
        else:
            assert [(one.place, one.attribute) for one in found] == [(each.place, each.attribute)], str(each)
        lines = {found[0].first.line, found[0].second.line}
        assert len(lines) == 2
        assert lines & set(written.lines.values())
        count[each.edit] += 1
    assert min(count.values()) > 1
    assert len(count) == 3


def _is_shown(mutation: Mutation, known: OperationFacts) -> bool:
    """Return True for members, and for scalars of another type: lists and objects are left out of samples, too.

    An example that lacks most of the members is one of something else.
    """
    count = Counter(each.place.section for each in known.parts)[mutation.place.section]
    left = Counter(each.place.section for each in mutation.operation.parts)[mutation.place.section]
    if left * 2 < count or kind_of(mutation.place) != "member" or mutation.attribute not in (None, "type"):
        return False
    part = mutation.operation.part(mutation.place)
    if part is None:
        return True
    is_deprecated = "deprecated" in part.stated and bool(part.stated["deprecated"].value)
    return part.stated["type"].value in SCALARS and not is_deprecated
