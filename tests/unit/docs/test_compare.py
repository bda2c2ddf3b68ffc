"""Comparison of the facts of a page with those of a spec."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest
from attrs import evolve
from tests.unit.docs.parcels import SPEC

from dragoman.docs import spec_facts
from dragoman.docs.compare import Finding, LockedPage, compare, merged
from dragoman.docs.facts import (
    Attribute,
    Contradiction,
    Facts,
    OperationFacts,
    Part,
    Place,
    Stated,
    Value,
    kind_of,
)
from dragoman.spec import yaml_document
from dragoman.spec.reader import assumptions

LISTS: Final = frozenset({"path", "query", "header", "cookie", "request", "responses"})
OTHER: Final[dict[Attribute, Value]] = {
    "method": "POST",
    "path": "/other",
    "authentication": False,
    "mediaTypes": ("text/csv",),
    "type": ("boolean",),
    "format": "int64",
    "required": True,
    "nullable": True,
    "values": ("Packed", "Lost"),
    "maxLength": 7,
    "deprecated": True,
}


def parsed(spec: str) -> tuple[Facts, dict[str, str]]:
    document = yaml_document.parse(spec.encode(), Path("parcels.yaml"))
    facts = spec_facts.facts(document)
    return evolve(facts, source="page.txt", lists=LISTS), dict(assumptions(document))


def changed(page: Facts, name: str, parts: Iterable[Part]) -> Facts:
    """Return a page with other parts in one operation."""
    new = tuple(parts)
    return evolve(page, operations=tuple(evolve(op, parts=new) if op.name == name else op for op in page.operations))


def state(part: Part, attribute: Attribute, value: Value | None, line: int = 99) -> Part:
    """Return a part with another value of an attribute; None for not stated."""
    stated = {key: each for key, each in part.stated.items() if key != attribute}
    return evolve(part, stated=stated if value is None else {**stated, attribute: Stated(value, line)})


def operation(page: Facts, name: str = "parcels.listParcels") -> OperationFacts:
    return next(each for each in page.operations if each.name == name)


def findings(page: Facts, spec: Facts, assumed: dict[str, str] | None = None) -> tuple[Finding, ...]:
    """Return the findings about the first operation."""
    return compare(page, operation(page), operation(spec), assumed or {})


def test_equal_facts_give_no_finding() -> None:
    facts, assumed = parsed(SPEC)
    assert findings(facts, facts, assumed) == ()


STATED: Final = [
    (part.place, attribute)
    for part in operation(parsed(SPEC)[0]).parts
    for attribute in part.stated
    if attribute != "schema"
]


@pytest.mark.parametrize(("place", "attribute"), STATED, ids=lambda each: str(each))
def test_each_changed_attribute_is_one_finding_with_its_line(place: Place, attribute: Attribute) -> None:
    facts, _ = parsed(SPEC)
    before = next(each for each in operation(facts).parts if each.place == place).stated[attribute].value
    value = OTHER[attribute] if OTHER[attribute] != before else not before
    parts = [state(each, attribute, value) if each.place == place else each for each in operation(facts).parts]
    (found,) = findings(changed(facts, "parcels.listParcels", parts), facts)
    assert (found.kind, found.place, found.attribute) == ("differs", place, attribute)
    assert found.page == Stated(value, 99)
    assert found.other is not None
    assert found.other.value == before


@pytest.mark.parametrize(
    ("place", "attribute"),
    [(place, each) for place, each in STATED if each in ("format", "values", "maxLength")],
    ids=lambda each: str(each),
)
def test_an_attribute_that_only_one_side_states_is_a_finding(place: Place, attribute: Attribute) -> None:
    facts, _ = parsed(SPEC)
    parts = [state(each, attribute, None) if each.place == place else each for each in operation(facts).parts]
    silent = changed(facts, "parcels.listParcels", parts)
    (found,) = findings(silent, facts)
    assert (found.kind, found.place, found.attribute) == ("only-in-spec", place, attribute)
    (found,) = findings(facts, silent)
    assert (found.kind, found.place, found.attribute) == ("only-on-page", place, attribute)


def test_what_pages_of_a_family_cannot_state_is_no_finding() -> None:
    facts, _ = parsed(SPEC)
    parts = [state(state(each, "values", None), "format", None) for each in operation(facts).parts]
    kinds = {kind: known - {"values"} for kind, known in facts.expressible.items()}
    page = evolve(changed(facts, "parcels.listParcels", parts), expressible=kinds, sampled=frozenset({"format"}))
    assert findings(page, facts) == ()


MEMBERS: Final = [each.place for each in operation(parsed(SPEC)[0]).parts if kind_of(each.place) != "operation"]


@pytest.mark.parametrize("place", [each for each in MEMBERS if each.names[-1:] != ("[]",)], ids=str)
def test_each_part_that_only_one_side_has_is_one_finding(place: Place) -> None:
    facts, _ = parsed(SPEC)

    def inside(each: Place) -> bool:
        return each.section == place.section and each.names[: len(place.names)] == place.names

    without = changed(facts, "parcels.listParcels", [each for each in operation(facts).parts if not inside(each.place)])
    found = findings(without, facts)
    lonely = place == Place("200", ("items",))  # an object of which the page shows no member is collapsed
    assert [(each.kind, each.place) for each in found] == ([] if lonely else [("only-in-spec", place)])
    assert [(each.kind, each.place) for each in findings(facts, without)] == [("only-on-page", place)]


def test_parts_of_a_collapsed_object_are_not_missing() -> None:
    facts, _ = parsed(SPEC)
    items = Place("200", ("items", "[]"))
    parts = [
        evolve(each, complete=False) if each.place == items else each
        for each in operation(facts).parts
        if each.place != items.inside("label")
    ]
    assert findings(changed(facts, "parcels.listParcels", parts), facts) == ()


def test_a_shared_component_is_reported_once_with_its_operations() -> None:
    facts, assumed = parsed(SPEC)
    page = facts
    for name in ("parcels.listParcels", "parcels.getParcel"):
        parts = [
            state(each, "values", ("Packed", "Sent", "Lost")) if "values" in each.stated else each
            for each in operation(facts, name).parts
        ]
        page = changed(page, name, parts)
    found = [
        each
        for one, other in zip(page.operations, facts.operations, strict=True)
        for each in compare(page, one, other, assumed)
    ]
    assert len(found) == 3  # the parameter, and a member in two operations
    (only,) = merged(found)
    assert only.operations == ("parcels.listParcels", "parcels.getParcel")
    assert only.pointer == "/components/schemas/ParcelState"


def test_values_that_another_locked_page_states_are_a_note() -> None:
    facts, _ = parsed(SPEC)
    parts = [state(each, "values", ("Packed",)) if "values" in each.stated else each for each in operation(facts).parts]
    page = changed(facts, "parcels.listParcels", parts)
    other = LockedPage(
        url="https://docs.example.com/get-parcel",
        operation=operation(facts, "parcels.getParcel"),
        known=operation(facts, "parcels.getParcel"),
    )
    found = compare(page, operation(page), operation(facts), {}, elsewhere=[other])
    assert {each.kind for each in found} == {"stated-elsewhere"}
    assert found[0].urls == (other.url,)


def test_another_order_of_members_is_a_note() -> None:
    facts, _ = parsed(SPEC)
    (found,) = findings(changed(facts, "parcels.listParcels", reversed(operation(facts).parts)), facts)
    assert (found.kind, found.place) == ("order", Place("200", ("items", "[]")))
    assert found.page is not None
    assert found.page.value == ("sent_at", "label", "weight", "state", "id")


def contradictory(facts: Facts, twice: Contradiction) -> Facts:
    return evolve(facts, operations=tuple(evolve(each, contradictions=(twice,)) for each in facts.operations[:1]))


def test_a_page_that_contradicts_itself_is_a_finding_with_both_lines() -> None:
    facts, _ = parsed(SPEC)
    one, other = Stated(value=True, line=12), Stated(value=False, line=40)
    twice = Contradiction(place=Place("2XX", ("items",)), attribute="required", first=one, second=other)
    (found,) = findings(contradictory(facts, twice), facts)
    assert (found.kind, found.place) == ("contradicts-itself", Place("200", ("items",)))
    assert (found.other, found.page) == (twice.first, twice.second)


WEIGHT: Final = Place("200", ("items", "[]", "weight"))
COLOUR: Final = Place("200", ("items", "[]", "colour"))


@pytest.mark.parametrize(
    ("place", "attribute", "values", "at", "about"),
    [
        (Place("query", ("note",)), "required", (True, False), Place("query", ("note",)), ""),
        (WEIGHT, "type", (("string",), ("integer",)), WEIGHT, ""),
        (Place(), "method", ("GET", "POST"), Place(), ""),
        (Place("query", ("note",)), None, ("a row", "no row"), Place("query", ("note",)), ""),
        (COLOUR, None, ("a row", "no row"), COLOUR.parent, " about colour"),
    ],
)
def test_a_contradiction_that_the_spec_decides_with_a_reason_is_a_note(
    place: Place, attribute: Attribute | None, values: tuple[Value, Value], at: Place, about: str
) -> None:
    facts, _ = parsed(SPEC)
    first, second = (Stated(each, line) for each, line in zip(values, (12, 40), strict=True))
    page = contradictory(facts, Contradiction(place=place, attribute=attribute, first=first, second=second))
    part = operation(facts).part(at)
    assert part is not None
    decided = {part.pointer: f"The page contradicts itself{about}. Seen on the server."}
    assert [each.kind for each in findings(page, facts, decided)] == ["contradiction-decided"]
    other = {part.pointer: "The page contradicts itself about size." if about else "Seen on the server."}
    for assumed in ({}, other):
        assert [each.kind for each in findings(page, facts, assumed)] == ["contradicts-itself"]


def test_statements_that_contradict_each_other_are_findings_only_if_the_spec_states_a_third_value() -> None:
    facts, _ = parsed(SPEC)
    for stated, second, kinds in (
        (("string",), ("integer",), ["contradicts-itself"]),
        (("string",), ("boolean",), ["contradicts-itself", "differs"]),
    ):
        parts = [state(each, "type", stated) if each.place == WEIGHT else each for each in operation(facts).parts]
        page = changed(facts, "parcels.listParcels", parts)
        twice = Contradiction(place=WEIGHT, attribute="type", first=Stated(stated, 12), second=Stated(second, 40))
        assert [each.kind for each in findings(contradictory(page, twice), facts)] == kinds


def test_a_part_that_a_page_lists_and_does_not_list_is_one_finding() -> None:
    facts, _ = parsed(SPEC)
    twice = Contradiction(place=WEIGHT, attribute=None, first=Stated("a row", 12), second=Stated("no row", 40))
    without = [each for each in operation(facts).parts if each.place != WEIGHT]
    for page, spec in (
        (changed(facts, "parcels.listParcels", without), facts),
        (facts, changed(facts, "parcels.listParcels", without)),
    ):
        assert [each.kind for each in findings(contradictory(page, twice), spec)] == ["contradicts-itself"]


REASONS: Final = [
    ("path", Place(), "/parcels", "      externalDocs", "The page has no path; it is that of the sibling."),
    ("method", Place(), "GET", "      externalDocs", "The page names no verb; GET because it reads."),
    ("authentication", Place(), True, "      externalDocs", "No page says that authentication is required."),
    (
        "required",
        Place("query", ("note",)),
        False,
        "        - {name: note, in: query, ",
        "Optional because its siblings are.",
    ),
    (
        "nullable",
        Place("200", ("items", "[]", "label")),
        False,
        "        label: {",
        "That it is never null follows from a sample.",
    ),
    (
        "values",
        Place("200", ("items", "[]", "state")),
        ("Packed", "Sent"),
        "    ParcelState:\n",
        "The page lists no values; these are of a sample.",
    ),
]


@pytest.mark.parametrize(("attribute", "place", "value", "where", "reason"), REASONS, ids=[each[0] for each in REASONS])
def test_an_assumption_of_each_kind_is_confirmed_or_contradicted(
    attribute: Attribute, place: Place, value: Value, where: str, reason: str
) -> None:
    inside = where.endswith(("{", " ")) and "{" in where
    indent = " " * 6 if "ParcelState" in where or "externalDocs" in where else ""
    if inside:
        written = f"{where}x-assumed: '{reason}', "
    elif "externalDocs" in where:
        written = f"{indent}x-assumed: '{reason}'\n{where}"
    else:
        written = f"{where}{indent}x-assumed: '{reason}'\n"
    spec = SPEC.replace(where, written, 1)
    facts, assumed = parsed(spec)
    assert list(assumed.values()) == [reason]

    def about_place(page: Facts) -> Finding:
        return next(each for each in findings(page, facts, assumed) if each.place == place)

    for other, kind in ((value, "confirms-assumption"), (OTHER[attribute], "contradicts-assumption")):
        parts = [state(each, attribute, other) if each.place == place else each for each in operation(facts).parts]
        found = about_place(changed(facts, "parcels.listParcels", parts))
        assert (found.kind, found.attribute, found.pointer) == (kind, attribute, next(iter(assumed)))


def test_an_assumption_about_a_meaning_is_neither() -> None:
    reason = "The page lists the values without a meaning; the meanings are read from the names."
    spec = SPEC.replace("    ParcelState:\n", f"    ParcelState:\n      x-assumed: {reason}\n")
    facts, assumed = parsed(spec)
    assert findings(facts, facts, assumed) == ()


def test_a_scheme_that_is_assumed_is_confirmed_unless_only_its_kind_is() -> None:
    for reason, kinds in (
        ("No page mentions authentication.", ["confirms-assumption"]),
        ("The pages say that authentication is required, none says how.", []),
    ):
        spec = SPEC.replace("{type: http, scheme: bearer}", f"{{type: http, scheme: bearer, x-assumed: '{reason}'}}")
        facts, assumed = parsed(spec)
        assert [each.kind for each in findings(facts, facts, assumed)] == kinds


def test_an_assumed_name_is_confirmed_or_contradicted() -> None:
    reason = "The saved page has lost the names of the parameters."
    spec = SPEC.replace("{name: note, in: query, ", f"{{name: note, in: query, x-assumed: {reason}, ")
    facts, assumed = parsed(spec)
    note = Place("query", ("note",))
    (found,) = findings(facts, facts, assumed)
    assert (found.kind, found.place, found.attribute) == ("confirms-assumption", note, None)
    parts = [each for each in operation(facts).parts if each.place != note]
    (found,) = findings(changed(facts, "parcels.listParcels", parts), facts, assumed)
    assert (found.kind, found.place) == ("contradicts-assumption", note)


@pytest.mark.parametrize(
    "reason", ["The page lists no status for an unknown id.", "Default of the framework for things not found."]
)
def test_a_response_that_no_page_shows_may_be_assumed(reason: str) -> None:
    answer = "        '200':\n          description: The parcels."
    spec = SPEC.replace(answer, f"        '404': {{description: It is unknown., x-assumed: {reason}}}\n{answer}")
    facts, assumed = parsed(spec)
    page = changed(
        facts, "parcels.listParcels", [each for each in operation(facts).parts if each.place.section != "404"]
    )
    assert findings(page, facts, assumed) == ()
    assert [each.kind for each in findings(page, facts)] == ["only-in-spec"]


def test_a_page_that_lists_what_no_page_did_confirms_the_assumption() -> None:
    answer = "        '200':\n          description: The parcels."
    reason = "The page lists no status for an unknown id."
    spec = SPEC.replace(answer, f"        '404': {{description: It is unknown., x-assumed: {reason}}}\n{answer}")
    facts, assumed = parsed(spec)
    (found,) = findings(facts, facts, assumed)
    assert (found.kind, found.place) == ("confirms-assumption", Place("404"))
