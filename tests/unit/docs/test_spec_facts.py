"""Facts of specs: what they state, where, and what they leave open."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from dragoman.docs.compare import compare
from dragoman.docs.facts import Facts, OperationFacts, Place
from dragoman.docs.spec_facts import EXPRESSIBLE, facts, page_format
from dragoman.spec.reader import assumptions
from dragoman.spec.yaml_document import Document, load, parse

SPECS = sorted((Path(__file__).parents[3] / "specs").glob("*.yaml"))

SPEC = """\
openapi: 3.1.0
info: {title: Parcels, version: '1', x-name: Parcels, x-assumed: No page names it.}
security: [{token: []}]
paths:
  /parcels/{id}:
    parameters: [{$ref: '#/components/parameters/Id'}]
    get:
      operationId: parcels.getParcel
      responses:
        '200':
          description: The parcel.
          content:
            application/json: {schema: {$ref: '#/components/schemas/Parcel'}}
            text/csv: {schema: {$ref: '#/components/schemas/Parcel'}}
        '204': {description: None., content: {application/json: {schema: {type: string}}}}
    post:
      operationId: parcels.sendParcel
      security: []
      x-assumed: The page shows no verb.
      requestBody: {$ref: '#/components/requestBodies/Parcel'}
      responses: {'201': {$ref: '#/components/responses/Sent'}}
  /parcels:
    get:
      security: [{}, {token: []}]
      responses: {}
components:
  parameters:
    Id: {name: id, in: path, required: true, schema: {type: string, format: x-guid-n, maxLength: 32}}
  requestBodies:
    Parcel: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}}
  responses:
    Sent: {description: Sent., content: {application/json: {schema: {type: array, items: {type: string}}}}}
  schemas:
    Thing: {type: object, required: [name], properties: {name: {type: string, deprecated: true}}}
    Parcel:
      allOf:
        - $ref: '#/components/schemas/Thing'
        - type: object
          required: [state]
          properties:
            state: {$ref: '#/components/schemas/State'}
            sender: {anyOf: [{$ref: '#/components/schemas/Thing'}, {type: 'null'}]}
            parts: {type: array, items: {$ref: '#/components/schemas/Parcel'}}
            labels: {type: object, additionalProperties: {type: [integer, 'null']}}
            either: {oneOf: [{$ref: '#/components/schemas/Thing'}, {type: string}]}
    State: {type: string, enum: [new, sent]}
"""


@pytest.fixture(scope="module")
def document() -> Document:
    return parse(SPEC.encode(), Path("parcels.yaml"))


@pytest.fixture(scope="module")
def known(document: Document) -> Facts:
    return facts(document)


def stated(operation: OperationFacts, section: str, *names: str) -> dict[str, Any]:
    part = operation.part(Place(section, names))
    assert part is not None
    return {attribute: each.value for attribute, each in part.stated.items()}


def test_operations_have_method_path_and_authentication(known: Facts) -> None:
    get, post, listed = known.operations
    assert (get.name, post.name, listed.name) == ("parcels.getParcel", "parcels.sendParcel", "GET /parcels")
    assert stated(get, "") == {"method": "GET", "path": "/parcels/{id}", "authentication": True}
    assert stated(post, "")["authentication"] is False
    assert stated(listed, "")["authentication"] is False


def test_parameters_of_the_path_belong_to_each_operation(known: Facts) -> None:
    for operation in known.operations[:2]:
        assert stated(operation, "path", "id") == {
            "required": True,
            "deprecated": False,
            "type": ("string",),
            "nullable": False,
            "format": "x-guid-n",
            "maxLength": 32,
        }


def test_bodies_behind_references_are_read(known: Facts) -> None:
    post = known.operations[1]
    assert stated(post, "request")["required"] is True
    assert stated(post, "201") == {"mediaTypes": ("application/json",), "type": ("array",), "nullable": False}
    assert stated(post, "201", "[]")["type"] == ("string",)


def test_response_without_a_body_has_no_content(known: Facts) -> None:
    assert stated(known.operations[0], "204") == {"mediaTypes": ()}


def test_all_of_null_lists_and_maps_are_resolved(known: Facts) -> None:
    get = known.operations[0]
    assert stated(get, "200", "name") == {
        "required": True,
        "deprecated": True,
        "type": ("string",),
        "nullable": False,
    }
    assert stated(get, "200", "state")["values"] == ("new", "sent")
    assert stated(get, "200", "sender")["nullable"] is True
    assert stated(get, "200", "sender", "name")["required"] is True
    assert stated(get, "200", "labels", "{}") == {"type": ("integer",), "nullable": True}


def test_circles_are_left_open(known: Facts) -> None:
    part = known.operations[0].part(Place("200", ("parts", "[]")))
    assert part is not None
    assert not part.complete
    assert known.operations[0].part(Place("200", ("parts", "[]", "name"))) is None


UNION: Final = """\
openapi: 3.1.0
paths:
  /things:
    get:
      operationId: things.getThing
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}
  /base:
    get:
      operationId: things.getBase
      responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/Base'}}}}}
components:
  schemas:
    Thing:
      anyOf:
        - $ref: '#/components/schemas/Box'
        - $ref: '#/components/schemas/Bag'
        - {type: 'null'}
    Box:
      type: object
      required: [kind, size, own]
      properties:
        kind: {const: box}
        size: {type: integer, format: int32}
        own: {type: string, maxLength: 3}
        inner: {$ref: '#/components/schemas/Thing'}
    Bag:
      type: object
      required: [kind]
      properties:
        kind: {const: bag}
        size: {type: string, format: uuid}
    Base:
      type: object
      required: [kind]
      properties: {kind: {type: string}}
      discriminator: {propertyName: kind}
    Child:
      allOf:
        - $ref: '#/components/schemas/Base'
        - {type: object, properties: {kind: {const: Child}, more: {type: boolean}}}
"""


def test_alternatives_are_parts_of_one_body() -> None:
    thing, base = facts(parse(UNION.encode(), Path("union.yaml"))).operations
    assert stated(thing, "200")["nullable"] is True
    plain = {"deprecated": False, "nullable": False}
    assert stated(thing, "200", "kind") == {"type": ("string",), "values": ("box", "bag"), "required": True, **plain}
    assert stated(thing, "200", "size") == {"type": ("integer", "string"), "required": False, **plain}
    assert stated(thing, "200", "own") == {"type": ("string",), "maxLength": 3, "required": False, **plain}
    inner = thing.part(Place("200", ("inner",)))
    assert inner is not None
    assert not inner.complete
    assert stated(base, "200", "more") == {"type": ("boolean",), "required": False, **plain}
    assert "values" not in stated(base, "200", "kind")


def test_two_orders_of_alternatives_state_the_same() -> None:
    box, bag = "        - $ref: '#/components/schemas/Box'\n", "        - $ref: '#/components/schemas/Bag'\n"
    known, page = (
        facts(parse(text.encode(), Path("union.yaml"))) for text in (UNION, UNION.replace(box + bag, bag + box))
    )
    assert compare(page, page.operations[0], known.operations[0], {}) == ()
    other = UNION.replace("format: uuid", "format: date").replace("own: {type: string", "owner: {type: string")
    page = facts(parse(other.replace("size, own", "size, owner").encode(), Path("union.yaml")))
    found = compare(page, page.operations[0], known.operations[0], {})
    assert [(each.kind, str(each.place)) for each in found if each.kind != "order"] == [
        ("only-on-page", "200 owner"),
        ("only-in-spec", "200 own"),
    ]


def test_parts_have_the_line_and_the_pointer_of_the_spec(known: Facts, document: Document) -> None:
    lines = SPEC.split("\n")
    for operation in known.operations:
        for part in operation.parts:
            assert document.where(part.pointer).line == part.line
            if part.place.names and part.place.section == "200" and part.place.names[-1] not in ("[]", "{}"):
                assert f"{part.place.names[-1]}: " in lines[part.line - 1]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_facts_of_our_specs_are_expressible_and_stated_once(path: Path) -> None:
    known = facts(load(path))
    assert known.operations
    for operation in known.operations:
        assert len({part.place for part in operation.parts}) == len(operation.parts)
        for part in operation.parts:
            assert all(known.can_state(part.place, attribute) for attribute in part.stated), part
    assert known.expressible == EXPRESSIBLE


def test_assumptions_have_their_pointers(document: Document) -> None:
    assert dict(assumptions(document)) == {
        "/info": "No page names it.",
        "/paths/~1parcels~1{id}/post": "The page shows no verb.",
    }


@pytest.mark.parametrize(
    ("name", "printed"), [("x-guid-n", "uuid"), ("x-servicestack-date", "date-time"), ("int32", "int32")]
)
def test_formats_of_the_dialect_are_printed_as_usual_ones(name: str, printed: str) -> None:
    assert page_format(name) == printed
