"""Changes of operations, parameters, members and values, and their consequences on the wire."""

from __future__ import annotations

from tests.unit.diff.parcels import Data, changed, ref, schema, words

from dragoman.diff.change import Direction


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
