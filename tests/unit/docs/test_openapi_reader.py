"""Facts of OpenAPI documents as JSON and YAML, of OpenAPI 3.0 and 3.1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dragoman.docs import spec_facts
from dragoman.docs.facts import Facts, Place
from dragoman.docs.page import PageError, load, parse
from dragoman.docs.readers import openapi, read
from dragoman.spec import yaml_document
from taskclients_core.json_pointer import unescape

SPECS = sorted((Path(__file__).parents[3] / "specs").glob("*.yaml"))

DOCUMENT = """\
info: {title: Parcels, version: 1.0.0}
openapi: 3.0.3
paths:
  /parcels/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
    put:
      operationId: putParcel
      parameters:
        - $ref: '#/components/parameters/Limit'
        - $ref: '#/paths/~1other/get/parameters/0'
      requestBody:
        required: yes
        content:
          text/csv: {schema: {type: string}}
          application/json: {schema: {$ref: '#/components/schemas/Parcel'}}
      responses:
        200: {description: Done., content: {application/json: {schema: {$ref: '#/components/schemas/Parcel'}}}}
  /other:
    get:
      security: [{token: []}]
      parameters:
        - {name: since, in: query, deprecated: true, schema: {type: string, format: date, maxLength: 10}}
      responses:
        default: {description: Any., content: {application/json: {schema: {$ref: '#/components/schemas/No%20Name'}}}}
components:
  parameters:
    Limit: {name: limit, in: query, schema: {type: integer, nullable: true}}
  schemas:
    Base:
      type: object
      required: [id]
      properties:
        id: {type: string}
    Parcel:
      allOf:
        - $ref: '#/components/schemas/Base'
        - required: [state]
          properties:
            state: {$ref: '#/components/schemas/State'}
            sender:
              nullable: true
              allOf: [{$ref: '#/components/schemas/Base'}]
            parts: {type: array, items: {$ref: '#/components/schemas/Parcel'}}
            same: {$ref: '#/components/schemas/Base/properties/id'}
            elsewhere: {$ref: 'other.yaml#/Thing'}
            labels: {type: object, additionalProperties: {type: boolean}}
    State: {type: string, enum: [new, sent], nullable: true}
    No Name: {type: integer}
"""


def facts_of(text: str, name: str = "api.yaml") -> Facts:
    return read(parse(text.encode(), name))


def stated(facts: Facts, section: str, *names: str) -> dict[str, Any]:
    part = facts.operations[0].part(Place(section, names))
    assert part is not None
    return {attribute: each.value for attribute, each in part.stated.items()}


def test_parameters_of_the_path_and_of_the_operation_are_read() -> None:
    facts = facts_of(DOCUMENT)
    assert stated(facts, "path", "id")["format"] == "uuid"
    assert stated(facts, "query", "limit") == {
        "required": False,
        "deprecated": False,
        "type": ("integer",),
        "nullable": True,
    }
    assert stated(facts, "query", "since")["maxLength"] == 10


def test_json_is_read_among_several_media_types() -> None:
    facts = facts_of(DOCUMENT)
    assert stated(facts, "request")["schema"] == "Parcel"
    assert stated(facts, "request")["mediaTypes"] == ("text/csv", "application/json")


def test_parts_of_all_of_are_one_object() -> None:
    facts = facts_of(DOCUMENT)
    assert stated(facts, "200", "id")["required"] is True
    assert stated(facts, "200", "state") == {
        "required": True,
        "deprecated": False,
        "type": ("string",),
        "nullable": True,
        "schema": "State",
        "values": ("new", "sent"),
    }


def test_nullable_beside_all_of_admits_null() -> None:
    facts = facts_of(DOCUMENT)
    assert stated(facts, "200", "sender")["nullable"] is True
    assert stated(facts, "200", "sender", "id")["required"] is True


def test_maps_and_lists_have_parts_of_their_own() -> None:
    facts = facts_of(DOCUMENT)
    assert stated(facts, "200", "labels", "{}")["type"] == ("boolean",)
    assert stated(facts, "200", "parts", "[]")["schema"] == "Parcel"


def test_references_to_any_part_of_the_document_are_followed() -> None:
    facts = facts_of(DOCUMENT)
    assert stated(facts, "200", "same")["type"] == ("string",)
    assert facts.operations[1].part(Place("default")).stated["type"].value == ("integer",)  # type: ignore[union-attr]


@pytest.mark.parametrize("names", [("parts", "[]"), ("elsewhere",)])
def test_circles_and_other_files_are_not_shown(names: tuple[str, ...]) -> None:
    part = facts_of(DOCUMENT).operations[0].part(Place("200", names))
    assert part is not None
    assert not part.complete


def test_authentication_is_a_fact_only_where_the_document_states_it() -> None:
    facts = facts_of(DOCUMENT)
    assert "authentication" not in facts.operations[0].parts[0].stated
    assert facts.operations[1].parts[0].stated["authentication"].value is True
    assert facts_of(DOCUMENT + "security: []\n").operations[0].parts[0].stated["authentication"].value is False


def test_facts_have_the_lines_of_the_document() -> None:
    facts = facts_of(DOCUMENT)
    part = facts.operations[0].part(Place("200", ("state",)))
    assert part is not None
    assert DOCUMENT.split("\n")[part.line - 1].strip().startswith("state:")
    assert DOCUMENT.split("\n")[facts.operations[0].parts[0].line - 1] == "    put:"


@pytest.mark.parametrize("indent", [None, 2])
def test_json_gives_the_facts_of_yaml(indent: int | None) -> None:
    data = yaml_document.parse(DOCUMENT.encode(), Path("api.yaml"), strict=False).data
    text = json.dumps(data, indent=indent)
    by_json, by_yaml = facts_of(text, "api.json"), facts_of(DOCUMENT)
    for one, other in zip(by_json.operations, by_yaml.operations, strict=True):
        for part, same in zip(one.parts, other.parts, strict=True):
            assert (part.place, part.pointer, part.complete) == (same.place, same.pointer, same.complete)
            assert {k: v.value for k, v in part.stated.items()} == {k: v.value for k, v in same.stated.items()}
            key = unescape(part.pointer.rpartition("/")[2])
            assert key.isdecimal() or f'"{key}"' in text.split("\n")[part.line - 1]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_our_specs_read_as_documents_state_the_same(path: Path) -> None:
    assert openapi.read(load(path)).operations == spec_facts.facts(yaml_document.load(path)).operations


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("swagger: '2.0'\npaths: {}\n", "only OpenAPI 3 can be read: Swagger 2.0"),
        ("openapi: 3.0.0\npaths: {}\n", "the document has no operations"),
        ("openapi: 3.0.0\npaths: {/a: {get: [}\n", "yaml-syntax"),
        ("openapi: 3.0.0\na: &a [*a]\n", "an alias contains itself"),
        ("openapi: 3.0.0\nx: " + "[" * 10_000, "nested deeper than 100 levels"),
        ('{"openapi": "3.0.0", "x": ' + "[" * 10_000, "nested deeper than 100 levels"),
        ('{"openapi": "3.0.0",\n"paths": {', "api:2:1: page-unreadable: the document cannot be read: the text ends"),
    ],
)
def test_what_is_no_such_document_is_one_problem(text: str, message: str) -> None:
    with pytest.raises(PageError) as caught:
        facts_of(text, "api")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "schema",
    ["text", [], {"type": 5, "enum": {}, "required": "a", "properties": [1]}, {"$ref": 1}, {"$ref": "#"}, {"allOf": 1}],
)
def test_documents_of_any_form_are_read(schema: object) -> None:
    parameters: list[object] = [1, {"name": 1, "in": []}, {"name": "a", "in": "body", "schema": schema}]
    operation = {"parameters": parameters, "requestBody": {"content": {"a/b": {"schema": schema}}}, "responses": {}}
    text = json.dumps({"openapi": "3.1.0", "security": 1, "paths": {"/a": {"get": operation}}})
    assert facts_of(text).operations[0].name == "GET /a"


def test_schemas_that_multiply_are_left_open() -> None:
    schemas = {
        f"S{level}": {"properties": {f"m{n}": {"$ref": f"#/components/schemas/S{level + 1}"} for n in range(10)}}
        for level in range(60)
    }
    response = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}}
    paths = {"/a": {"get": {"responses": {"200": response}}}}
    text = json.dumps({"openapi": "3.0.0", "paths": paths, "components": {"schemas": schemas}})
    parts = facts_of(text).operations[0].parts
    assert len(parts) < 2 * spec_facts.MAX_PARTS
    assert not all(each.complete for each in parts)
