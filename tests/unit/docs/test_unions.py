"""Alternatives in saved HTML, and whether every line of it is accounted for."""

from __future__ import annotations

import json
from time import process_time
from typing import Any, Final

import pytest
from tests.unit.docs.writers.unions import page

from dragoman.docs.compare import compare
from dragoman.docs.facts import Attribute, Facts, Place, Value
from dragoman.docs.page import PageError, parse
from dragoman.docs.readers import read

TEXT: Final = {"type": "string"}
CARD: Final[dict[str, Any]] = {
    "title": "Card",
    "type": "object",
    "required": ["kind", "number"],
    "properties": {
        "kind": {"type": "string", "const": "card"},
        "number": TEXT,
        "limit": {"type": "integer", "format": "int32"},
    },
}
BANK: Final[dict[str, Any]] = {
    "title": "Bank",
    "type": "object",
    "required": ["kind"],
    "properties": {
        "kind": {"type": "string", "enum": ["bank", "cash"]},
        "limit": {"type": "number", "format": "double"},
        "branch": {"type": "object", "properties": {"city": TEXT}},
    },
}
NESTED: Final[dict[str, Any]] = {"title": "Other", "oneOf": [CARD, {"type": "object", "properties": {"city": TEXT}}]}


def whole(payment: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": ["payment"], "properties": {"id": TEXT, "payment": payment, "note": TEXT}}


SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "member": whole({"oneOf": [CARD, BANK]}),
    "body": {"anyOf": [CARD, BANK]},
    "scalars": whole({"oneOf": [TEXT, {"type": "integer", "format": "int64"}, CARD]}),
    "items": whole({"type": "array", "items": {"oneOf": [CARD, BANK]}}),
    "lists": whole({"oneOf": [{"type": "array", "items": CARD}, BANK]}),
    "nested": whole({"anyOf": [NESTED, BANK]}),
}


def facts_of(text: str) -> Facts:
    return read(parse(text.encode(), "page.html"))


def document(schema: dict[str, Any]) -> Facts:
    content = {"application/json": {"schema": schema}}
    operation = {"operationId": "getCart", "responses": {"200": {"description": "OK", "content": content}}}
    return read(parse(json.dumps({"openapi": "3.1.0", "paths": {"/carts": {"get": operation}}}).encode(), "api.json"))


def stated(facts: Facts) -> dict[Place, dict[Attribute, Value]]:
    unprinted = ("deprecated", "mediaTypes")
    return {
        part.place: {key: each.value for key, each in part.stated.items() if key not in unprinted}
        for part in facts.operations[0].parts
        if part.place.names
    }


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_page_states_of_alternatives_what_the_document_states(name: str) -> None:
    facts, known = facts_of(page(SCHEMAS[name])), document(SCHEMAS[name])
    assert facts.unread == ()
    own, other = stated(facts), stated(known)
    assert own.keys() == other.keys()
    for place, attributes in own.items():
        expected = {key: each for key, each in other[place].items() if key != "nullable" or place.names[-1] != "[]"}
        assert {key: each for key, each in attributes.items() if key != "schema"} == expected, place
    assert compare(facts, facts.operations[0], known.operations[0], {}) == ()
    assert all(each.complete for each in facts.operations[0].parts)


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ('"number"', '"digits"', ["only-on-page digits", "only-in-spec number"]),
        ('"cash"', '"coins"', ["differs kind"]),
        ('"city"', '"town"', ["only-on-page branch.town", "only-in-spec branch.city"]),
        ('["kind"]', "[]", ["differs kind"]),
    ],
)
def test_a_change_of_an_alternative_is_found(old: str, new: str, kinds: list[str]) -> None:
    text = json.dumps(SCHEMAS["body"])
    assert old in text
    facts = facts_of(page(json.loads(text.replace(old, new))))
    known = document(SCHEMAS["body"]).operations[0]
    found = [f"{each.kind} {'.'.join(each.place.names)}" for each in compare(facts, facts.operations[0], known, {})]
    assert sorted(each for each in found if not each.startswith("order")) == sorted(kinds)


@pytest.mark.parametrize("name", SCHEMAS)
def test_alternatives_that_a_page_does_not_show_are_not_read_and_never_missing(name: str) -> None:
    text = page(SCHEMAS[name], lazy=True)
    facts, known = facts_of(text), document(SCHEMAS[name])
    assert {text.split("\n")[number - 1].count('role="tablist"') for number in facts.unread} == {1}
    assert compare(facts, facts.operations[0], known.operations[0], {}) == ()
    assert stated(facts).keys() < stated(known).keys()


def test_children_of_a_discriminator_are_alternatives() -> None:
    base = {
        "type": "object",
        "properties": {"kind": TEXT, "id": TEXT},
        "discriminator": {
            "propertyName": "kind",
            "mapping": {"a": {"properties": {"size": {"type": "integer"}}}, "b": {"properties": {"name": TEXT}}},
        },
    }
    facts = facts_of(page(whole(base)))
    assert facts.unread == ()
    places = {each.names[1:] for each in stated(facts) if each.names[0] == "payment"}
    assert places == {(), ("kind",), ("id",), ("size",), ("name",)}


def test_alternatives_inside_of_each_other_without_end_are_refused() -> None:
    union = '<span class="badge">oneOf</span><ul role="tablist"><li role="tab">A</li></ul><div role="tabpanel">'
    started = process_time()
    with pytest.raises(PageError, match="page-too-deep"):
        facts_of(page(SCHEMAS["member"], extra=union * 5000))
    assert process_time() - started < 2


def test_alternatives_that_multiply_are_left_open() -> None:
    definitions: dict[str, Any] = {"U0": TEXT}
    for level in range(1, 30):
        ref = {"$ref": f"#/components/schemas/U{level - 1}"}
        several = [{"type": "object", "properties": {f"{name}{level}": ref}} for name in "abcd"]
        definitions[f"U{level}"] = {"anyOf": several}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/U29"}}}
    operation = {"responses": {"200": {"description": "OK", "content": content}}}
    multiplying = {"openapi": "3.1.0", "paths": {"/u": {"get": operation}}, "components": {"schemas": definitions}}
    started = process_time()
    found = read(parse(json.dumps(multiplying).encode(), "api.json"))
    assert process_time() - started < 2
    assert not all(each.complete for each in found.operations[0].parts)


# Lines that are neither facts nor prose in a known place


@pytest.mark.parametrize(
    "extra",
    [
        "<div>string</div>",
        "<p>required</p>",
        '<span class="openapi-schema__unit">grams</span>',
        '<details class="openapi-markdown__details"><summary><strong>Limits</strong></summary></details>',
        "<p>Possible values: [a]</p><p>Possible values: [b]</p>",
    ],
)
def test_a_line_that_may_state_something_is_reported(extra: str) -> None:
    text = page(SCHEMAS["member"], extra=f"\n{extra}\n")
    assert [text.split("\n")[number - 1] for number in facts_of(text).unread] == [extra]


@pytest.mark.parametrize(
    ("extra", "below"),
    [
        ("<p>A description of the last row, with a string.</p>", ""),
        ("<div><strong>Default value: </strong><span><code>1</code></span></div>", ""),
        ("<div><strong>Example: </strong><span><code>string</code></span></div>", ""),
        (
            "<table><tr><th>Enum Value</th><th>Description</th></tr><tr><td>Lost</td><td>It is lost.</td></tr></table>",
            "",
        ),
        ("", "<nav>string</nav><footer>required</footer>"),
        (
            '<details class="openapi-markdown__details"><summary><strong>Response Headers</strong></summary></details>',
            "",
        ),
    ],
)
def test_prose_in_a_known_place_is_no_line_that_was_not_read(extra: str, below: str) -> None:
    assert facts_of(page(SCHEMAS["member"], extra=f"\n{extra}\n", below=below)).unread == ()
