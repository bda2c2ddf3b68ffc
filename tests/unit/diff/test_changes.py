"""Changes of operations, parameters, members and values, and their consequences on the wire."""

from __future__ import annotations

import copy
from pathlib import Path

from tests.unit.diff.parcels import BASE, Data, changed, content, read, ref, response, schema, words

from dragoman.diff.change import Direction, Severity
from dragoman.diff.wire.changes import changes
from dragoman.spec import reader, yaml_document


def test_equal_specs_have_no_changes() -> None:
    assert changed(lambda data: None) == ()


def test_member_of_a_shared_schema_is_reported_once_with_its_operations() -> None:
    (change,) = changed(lambda data: schema(data, "Address")["properties"].pop("street"))
    assert (change.id, change.place.words, change.direction) == ("member-removed", "Address.street", Direction.BOTH)
    assert change.operations == ("parcels.list", "parcels.add", "parcels.read")
    assert change.wire.refused
    assert not change.wire.misread
    assert change.place.subject == ("member", "Address", "street")
    assert change.place.gone


def test_member_that_responses_only_have_is_read_as_none() -> None:
    found = changed(lambda data: schema(data, "Parcel")["properties"].pop("weight"))
    assert words(found) == ["additive member-removed Parcel.weight"]


def test_new_enum_value_is_read_but_a_removed_one_is_refused() -> None:
    assert words(changed(lambda data: schema(data, "State")["enum"].append("eaten"))) == [
        "additive enum-value-added State"
    ]
    assert words(changed(lambda data: schema(data, "State")["enum"].remove("lost"))) == [
        "breaking enum-value-removed State: refused"
    ]


def test_renamed_schema_is_no_change() -> None:
    def rename(data: Data) -> None:
        schemas = data["components"]["schemas"]
        schemas["Place"] = schemas.pop("Address")
        for owner in ("Parcel", "NewParcel"):
            schemas[owner]["properties"]["address"] = ref("Place")

    assert changed(rename) == ()


def test_member_of_the_same_form_is_a_likely_rename() -> None:
    def rename(data: Data) -> None:
        members = schema(data, "Address")["properties"]
        members["road"] = members.pop("street")

    (change,) = changed(rename)
    assert (change.id, change.renamed_from, change.place.words) == ("member-renamed", "street", "Address.road")
    assert change.wire.refused


def test_two_candidates_are_no_rename() -> None:
    def replace(data: Data) -> None:
        members = schema(data, "Address")["properties"]
        members.pop("street")
        members |= {"road": {"type": "string"}, "lane": {"type": "string"}}

    assert [each.id for each in changed(replace)] == ["member-removed", "member-added", "member-added"]


def test_property_that_refers_to_another_schema_is_one_change() -> None:
    def retype(data: Data) -> None:
        schema(data, "Parcel")["properties"]["address"] = ref("Book")

    (change,) = changed(retype)
    assert (change.id, change.summary) == ("type-changed", "type changed from Address to Book")
    assert change.wire.misread


def test_null_that_a_schema_allows_is_reported_once_at_the_schema() -> None:
    found = changed(lambda data: schema(data, "Address").update(type=["object", "null"]))
    assert words(found) == ["breaking null-added Address: misread"]
    assert found[0].operations == ("parcels.list", "parcels.add", "parcels.read")


def test_null_that_moves_from_members_to_their_schema_is_no_change() -> None:
    base = copy.deepcopy(BASE)
    for owner in ("Parcel", "NewParcel"):
        schema(base, owner)["properties"]["address"] = {"anyOf": [ref("Address"), {"type": "null"}]}

    def move(data: Data) -> None:
        schema(data, "Address")["type"] = ["object", "null"]
        for owner in ("Parcel", "NewParcel"):
            schema(data, owner)["properties"]["address"] = ref("Address")

    assert changed(move, base=base) == ()


def test_read_only_member_is_part_of_responses_only() -> None:
    def send(data: Data) -> None:
        data["paths"]["/parcels"]["post"]["requestBody"]["content"] = content(ref("Parcel"))

    base = copy.deepcopy(BASE)
    send(base)
    (change,) = changed(lambda data: schema(data, "Parcel")["properties"]["id"].update(type="integer"), base=base)
    assert change.direction is Direction.RESPONSE
    assert words((change,)) == ["breaking type-changed Parcel.id: misread"]


def test_pointers_lead_to_parts_of_an_all_of_and_through_references() -> None:
    base = copy.deepcopy(BASE)
    own = {"type": "object", "properties": {"pages": {"type": "integer"}}}
    base["components"]["schemas"]["Book"] = {"allOf": [ref("Address"), own]}
    base["components"]["parameters"] = {"Sender": base["paths"]["/parcels"]["get"]["parameters"][0]}
    base["paths"]["/parcels"]["get"]["parameters"][0] = {"$ref": "#/components/parameters/Sender"}

    def edit(data: Data) -> None:
        schema(data, "Book")["allOf"][1]["properties"]["pages"]["type"] = "string"
        data["components"]["parameters"]["Sender"]["required"] = True
        data["paths"]["/parcels/{id}"]["get"]["parameters"][0]["schema"]["type"] = "integer"

    assert [each.place.pointer for each in changed(edit, base=base)] == [
        "/components/parameters/Sender",
        "/paths/~1parcels~1{id}/get/parameters/0",
        "/components/schemas/Book/allOf/1/properties/pages",
    ]


def test_null_is_left_out_of_a_parameter_in_a_style_and_sent_in_one_as_json() -> None:
    base = copy.deepcopy(BASE)
    parameters = base["paths"]["/parcels"]["get"]["parameters"]
    parameters[0]["schema"]["type"] = ["string", "null"]
    parameters[1] = {"name": "where", "in": "query", "content": content({"type": ["integer", "null"]})}

    def refuse(data: Data) -> None:
        styled, written = data["paths"]["/parcels"]["get"]["parameters"]
        styled["schema"]["type"] = "string"
        written["content"]["application/json"]["schema"]["type"] = "integer"

    assert words(changed(refuse, base=base)) == [
        "additive null-removed GET /parcels, query parameter sender",
        "breaking null-removed GET /parcels, query parameter where: refused",
    ]


def test_equal_changes_of_parameters_are_merged() -> None:
    def add(data: Data) -> None:
        for item in data["paths"].values():
            for each in item.values():
                parameter = {"name": "X-Tenant", "in": "header", "required": True, "schema": {"type": "string"}}
                each.setdefault("parameters", []).append(parameter)

    (change,) = changed(add)
    assert change.place.words == "header parameter X-Tenant of 3 operations"
    assert change.operations == ("parcels.list", "parcels.add", "parcels.read")


def test_operation_with_another_id_and_path_is_a_likely_rename() -> None:
    def move(data: Data) -> None:
        item = data["paths"].pop("/parcels/{id}")
        item["get"]["operationId"] = "parcels.find"
        data["paths"]["/packets/{id}"] = item

    assert words(changed(move)) == ["breaking operation-renamed GET /packets/{id}: refused"]


def test_new_success_is_read_like_the_only_one() -> None:
    def add(data: Data, status: str, body: Data) -> None:
        data["paths"]["/parcels"]["post"]["responses"][status] = body

    assert words(changed(lambda data: add(data, "202", response(ref("Parcel"))))) == [
        "additive status-added POST /parcels, response 202"
    ]
    assert words(changed(lambda data: add(data, "202", {"description": "Later."}))) == [
        "breaking status-added POST /parcels, response 202: misread"
    ]


def test_another_verb_is_refused() -> None:
    def move(data: Data) -> None:
        data["paths"]["/parcels"]["put"] = data["paths"]["/parcels"].pop("post")

    assert words(changed(move)) == ["breaking verb-changed PUT /parcels: refused"]


def test_renamed_variable_of_a_path_is_not_sent() -> None:
    def rename(data: Data) -> None:
        item = data["paths"].pop("/parcels/{id}")
        item["get"]["parameters"][0]["name"] = "number"
        data["paths"]["/parcels/{number}"] = item

    assert words(changed(rename)) == ["additive parameter-name-changed GET /parcels/{number}, path parameter number"]


def test_new_alternative_of_a_union_is_misread_unless_a_known_one_covers_it() -> None:
    def add(data: Data, schema_: Data) -> None:
        schema(data, "Parcel")["properties"]["content"]["oneOf"].append(schema_)

    assert words(changed(lambda data: add(data, {"type": "string"}))) == [
        "breaking alternative-added Parcel.content: misread"
    ]
    base = copy.deepcopy(BASE)
    add(base, {"type": "number"})
    assert words(changed(lambda data: add(data, {"type": "integer"}), base=base)) == [
        "additive alternative-added Parcel.content"
    ]


def test_other_default_server_is_refused_unless_the_old_one_is_still_listed() -> None:
    assert words(changed(lambda data: data["servers"].reverse())) == ["additive default-server-changed default server"]
    assert words(changed(lambda data: data["servers"][0].update(url="https://v2.example.com"))) == [
        "breaking default-server-changed default server: refused"
    ]


def test_descriptions_take_one_line() -> None:
    def describe(data: Data) -> None:
        for name in ("city", "street"):
            schema(data, "Address")["properties"][name]["description"] = "Words."
        data["paths"]["/parcels"]["get"]["summary"] = "Other words."
        data["info"]["description"] = "Words."

    (change,) = changed(describe)
    assert change.severity is Severity.DOCUMENTATION
    assert change.summary == "4 descriptions changed: the API, GET /parcels, Address.city and 1 more"


def test_assumptions_are_added_dropped_and_moved() -> None:
    def assume(data: Data, name: str) -> None:
        schema(data, "Address")["properties"][name]["x-assumed"] = "The page shows none."

    base = copy.deepcopy(BASE)
    assume(base, "city")
    (added,) = changed(lambda data: assume(data, "city"))
    assert (added.id, added.place.words, added.severity) == ("assumption-added", "Address.city", Severity.DOCUMENTATION)

    def move(data: Data) -> None:
        schema(data, "Address")["properties"]["city"].pop("x-assumed")
        assume(data, "street")

    (moved,) = changed(move, base=base)
    assert moved.summary == "assumption moved here from Address.city: The page shows none."
    (dropped,) = changed(lambda data: schema(data, "Address")["properties"]["city"].pop("x-assumed"), base=base)
    assert (dropped.id, dropped.place.gone) == ("assumption-removed", True)


def test_comparison_with_any_other_spec_ends() -> None:
    for path in sorted(Path(__file__).parents[2].glob("cases/[a-e]*/spec.yaml")):
        if not path.parent.name.startswith("bad-"):
            other = reader.read(yaml_document.load(path))
            assert changes(other, read(BASE))
            assert changes(read(BASE), other)
