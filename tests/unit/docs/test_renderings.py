"""One operation in all renderings: every page states the same as the others, and as the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import pytest
from attrs import evolve
from tests.unit.docs.mutations import findings
from tests.unit.docs.operations import CRATES, GET, POST
from tests.unit.docs.renderings import RENDERINGS
from tests.unit.docs.writers.openapi import as_json

from dragoman.docs.compare import placed
from dragoman.docs.facts import Attribute, Facts, OperationFacts, Place, Value, agree
from dragoman.docs.readers import read

METADATA = ("servicestack_js", "servicestack_ts", "servicestack_table")


def _values(facts: Facts, known: OperationFacts) -> dict[tuple[Place, Attribute], Value]:
    parts = placed(facts.operations[0], known).parts
    return {(part.place, key): each.value for part in parts for key, each in part.stated.items()}


@pytest.mark.parametrize(
    ("known", "families"), [(POST, 2), (GET, 2), (CRATES, 1)], ids=["body", "parameters", "several responses"]
)
def test_renderings_of_one_operation_state_the_same(known: OperationFacts, families: int) -> None:
    """Text, HTML, a chunk, and classes in three languages agree wherever two of them state an attribute."""
    document = read(as_json(known).page)
    whole = _values(document, known)
    stated: dict[str, Mapping[tuple[Place, Attribute], Value]] = {}
    for each in RENDERINGS:
        if each.reader.NAME == "postman" or (families == 1 and each.reader.NAME in METADATA):
            continue
        facts = read(each.write(known).page)
        assert findings(facts, document.operations[0]) == [], each.name
        stated[each.name] = _values(facts, known)
    for one, other in combinations([*stated, "document"], 2):
        left, right = stated[one], stated.get(other, whole)
        common = left.keys() & right.keys()
        differing = [key for key in common if key[1] != "schema" and not agree(key[1], left[key], right[key])]
        assert differing == [], (one, other)
        assert len(common) > len(known.parts), (one, other)
    print(*(f"{name:28} {len(each):4} facts" for name, each in stated.items()), sep="\n")


def test_document_states_what_was_written() -> None:
    """The document is the measure of the other renderings, so it must lose nothing."""
    for known in (POST, GET, CRATES):
        facts = read(as_json(known).page)
        written = _values(evolve(facts, operations=(known,)), known)
        read_back = _values(facts, known)
        unnamed = {key: value for key, value in written.items() if key not in read_back}
        assert all(key[1] == "schema" for key in unnamed)  # of a schema that may be null
        assert {key: value for key, value in written.items() if key in read_back} == read_back
