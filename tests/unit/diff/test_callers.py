"""Consequences of a changed spec for Python code that was written for the old package."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.diff.parcels import BASE, Data, content, read, ref, response, schema

from dragoman.diff import compare, surface_of
from dragoman.diff.callers import effects as comparison
from dragoman.diff.callers.surface import Surface
from dragoman.diff.change import CallerEffect, Change, Direction, Severity
from dragoman.spec.model import Spec

Edit = Callable[[Data], object]
OLD = read(BASE)


def edited(edit: Edit) -> Spec:
    data = copy.deepcopy(BASE)
    edit(data)
    return read(data)


def effects(edit: Edit) -> list[str]:
    """Return the effects of an edit as sentences, those that fail nowhere in brackets."""
    return list(map(sentence, comparison.effects(surface_of(OLD), surface_of(edited(edit)))))


def sentence(effect: CallerEffect) -> str:
    text = f"{effect.name} {effect.text}"
    return text if effect.type_check or effect.run_time else f"({text})"


def get(data: Data, path: str = "/parcels") -> Data:
    found: Data = data["paths"][path]["get"]
    return found


def member(data: Data, owner: str, name: str) -> Data:
    found: Data = schema(data, owner)["properties"][name]
    return found


def renamed(data: Data, owner: str, old: str, new: str) -> None:
    members = schema(data, owner)["properties"]
    members[new] = members.pop(old)


REPORTED = "mypy reports it"
SILENT = "mypy does not report it"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param(
            lambda data: schema(data, "Parcel")["properties"].pop("weight"),
            [f"Parcel.weight removed: reading it raises AttributeError, {REPORTED}"],
            id="member of responses removed",
        ),
        pytest.param(
            lambda data: schema(data, "NewParcel")["properties"].pop("fragile"),
            [f"NewParcel.fragile removed: passing it raises TypeError, {REPORTED}"],
            id="member of requests removed",
        ),
        pytest.param(
            lambda data: schema(data, "Address")["properties"].pop("street"),
            [f"Address.street removed: reading it raises AttributeError and passing it raises TypeError, {REPORTED}"],
            id="member of both removed",
        ),
        pytest.param(
            lambda data: renamed(data, "Parcel", "weight", "grams"),
            [f"Parcel.weight removed, probably renamed to `grams`: reading it raises AttributeError, {REPORTED}"],
            id="member renamed",
        ),
        pytest.param(
            lambda data: schema(data, "Parcel")["required"].remove("state"),
            [f"Parcel.state type changed from `State` to `State | None`: code that gets `None` fails, {REPORTED}"],
            id="member of responses optional",
        ),
        pytest.param(
            lambda data: schema(data, "Parcel")["required"].append("weight"),
            ["(Parcel.weight type changed from `int | None` to `int`)"],
            id="member of responses required",
        ),
        pytest.param(
            lambda data: schema(data, "NewParcel")["required"].append("state"),
            [
                f"NewParcel(state=) now required: calls without it raise TypeError, {REPORTED}",
                "NewParcel(state=) type changed from `State | None` to `State`: passing `None` raises "
                f"InvalidArgumentError, {REPORTED}",
            ],
            id="member of requests required",
        ),
        pytest.param(
            lambda data: member(data, "NewParcel", "fragile").update(type=["boolean", "null"]),
            [
                "NewParcel(fragile=) default changed from None to UNSET: None, which was left out, is sent as null, "
                f"{SILENT}",
                "(NewParcel(fragile=) type changed from `bool | None` to `bool | Unset | None`)",
            ],
            id="optional member of requests nullable",
        ),
        pytest.param(
            lambda data: member(data, "Parcel", "weight").update(type="string", format=""),
            [f"Parcel.weight type changed from `int | None` to `str | None`: code that gets `str` fails, {REPORTED}"],
            id="member retyped",
        ),
        pytest.param(
            lambda data: schema(data, "NewParcel")["properties"].update(note={"type": "string"}),
            ["(NewParcel(note=) added, optional)"],
            id="optional member of requests added",
        ),
        pytest.param(
            lambda data: schema(data, "State")["enum"].remove("lost"),
            [f"State.LOST removed: reading it raises AttributeError, {REPORTED}"],
            id="value removed",
        ),
        pytest.param(
            lambda data: schema(data, "State")["enum"].append("eaten"),
            ["(State.EATEN added: mypy reports a `match` that ends in `assert_never`)"],
            id="value added",
        ),
        pytest.param(
            lambda data: schema(data, "State").update({"x-enum-varnames": ["SENT", "WAITS", "LOST"]}),
            [f"State.HELD renamed to `WAITS`: reading it raises AttributeError, {REPORTED}"],
            id="value named anew",
        ),
        pytest.param(
            lambda data: schema(data, "State").update(
                {"enum": ["Sent", "held", "lost"], "x-enum-varnames": ["SENT", "HELD", "LOST"]}
            ),
            [f"State.SENT value changed from 'sent' to 'Sent': comparing and sending it means another value, {SILENT}"],
            id="value changed under its name",
        ),
        pytest.param(
            lambda data: member(data, "Parcel", "content").update(oneOf=[ref("Book"), ref("Food"), ref("Address")]),
            [
                "Parcel.content type changed from `Book | Food | None` to `Book | Food | Address | None`: "
                f"code that gets `Address` fails, {REPORTED}"
            ],
            id="alternative added to responses",
        ),
        pytest.param(
            lambda data: get(data)["parameters"].pop(0),
            [f"ParcelsClient.list_(sender=) removed: passing it raises TypeError, {REPORTED}"],
            id="parameter removed",
        ),
        pytest.param(
            lambda data: get(data)["parameters"][0].update(required=True),
            [
                f"ParcelsClient.list_(sender=) now required: calls without it raise TypeError, {REPORTED}",
                "ParcelsClient.list_(sender=) type changed from `str | None` to `str`: passing `None` raises "
                f"InvalidArgumentError, {REPORTED}",
            ],
            id="parameter required",
        ),
        pytest.param(
            lambda data: get(data)["parameters"][1].update(
                schema={"type": "array", "items": {"anyOf": [ref("State"), {"type": "null"}]}}
            ),
            [
                "ParcelsClient.list_(states=) type changed from `list[State] | None` to `list[State | None] | None`: "
                "mypy reports variables of the type `list[State]`, whose values are sent as before"
            ],
            id="items of a parameter nullable",
        ),
        pytest.param(
            lambda data: get(data, "/parcels/{id}").update(operationId="parcels.fetch"),
            [f"ParcelsClient.read removed, probably renamed to `fetch`: calling it raises AttributeError, {REPORTED}"],
            id="operation renamed",
        ),
        pytest.param(
            lambda data: get(data).update(tags=["post"], operationId="post.list"),
            [f"parcels.list_ moved to `post`: importing it raises ImportError, {REPORTED}"],
            id="operation moved to another tag",
        ),
        pytest.param(
            lambda data: get(data)["responses"].update({"200": response(ref("Parcel"))}),
            [
                "ParcelsClient.list_ result changed from `list[Parcel]` to `Parcel`: code that gets `Parcel` fails, "
                f"{REPORTED}"
            ],
            id="result changed",
        ),
        pytest.param(
            lambda data: get(data)["responses"].update({"400": response(ref("Address"))}),
            [
                "ParcelsClient.list_ `error.body` of status 400 is `Address` instead of `Failure`: code that tests "
                f"for its class does not find it, {SILENT}"
            ],
            id="body of an error changed",
        ),
        pytest.param(
            lambda data: data["info"].update({"x-name": "Post"}),
            [f"ParcelsClient renamed to `PostClient`: importing it raises ImportError, {REPORTED}"],
            id="client renamed",
        ),
        pytest.param(
            lambda data: (
                data["servers"][0].update({"x-environment": "test"})
                or data["servers"][1].update({"x-environment": "test"})
            ),
            [f"ParcelsClient(base_url=) now required: clients without it raise InvalidArgumentError, {SILENT}"],
            id="no server for production",
        ),
        pytest.param(
            lambda data: data["components"]["securitySchemes"]["token"].update(scheme="basic"),
            [f"ParcelsClient(auth=) HttpBearer removed: its credentials raise InvalidArgumentError, {SILENT}"],
            id="scheme changed",
        ),
    ],
)
def test_effects_of_one_edit(edit: Edit, expected: list[str]) -> None:
    assert effects(edit) == expected


def test_equal_specs_have_no_effects() -> None:
    assert effects(lambda data: None) == []


def test_arguments_that_change_places_are_passed_as_each_other() -> None:
    def two(data: Data, *names: str) -> None:
        data["paths"]["/parcels/{a}/{b}"] = {
            "get": {
                **get(data, "/parcels/{id}"),
                "operationId": "parcels.two",
                "parameters": [
                    {"name": each, "in": "path", "required": True, "schema": {"type": "string"}} for each in names
                ],
            }
        }

    found = comparison.effects(
        surface_of(edited(lambda data: two(data, "a", "b"))), surface_of(edited(lambda data: two(data, "b", "a")))
    )
    assert list(map(sentence, found)) == [
        f"ParcelsClient.two(a=) moved from position 1 to 2: calls by position pass it as `b`, {SILENT}",
        f"ParcelsClient.two(b=) moved from position 2 to 1: calls by position pass it as `a`, {SILENT}",
    ]


def test_inherited_member_is_reported_at_its_base() -> None:
    def child(data: Data) -> None:
        data["components"]["schemas"]["Crate"] = {
            "allOf": [ref("Parcel"), {"type": "object", "properties": {"nails": {"type": "integer"}}}]
        }
        get(data, "/parcels/{id}")["responses"]["200"]["content"] = content(ref("Crate"))

    def lighter(data: Data) -> None:
        child(data)
        schema(data, "Parcel")["properties"].pop("weight")

    found = comparison.effects(surface_of(edited(child)), surface_of(edited(lighter)))
    assert [each.name for each in found] == ["Parcel.weight"]


def change(edit: Edit) -> Change:
    (found,) = compare(OLD, edited(edit))
    return found


def test_effect_is_part_of_the_change_that_it_follows_from() -> None:
    found = change(lambda data: schema(data, "Parcel")["properties"].pop("weight"))
    assert (found.id, found.severity) == ("member-removed", Severity.BREAKING)
    assert [each.name for each in found.callers] == ["Parcel.weight"]


def test_effect_of_a_part_belongs_to_the_change_of_the_whole() -> None:
    found = change(lambda data: schema(data, "State")["enum"].remove("lost"))
    assert (found.id, [each.name for each in found.callers]) == ("enum-value-removed", ["State.LOST"])


def test_one_change_of_several_operations_has_the_effects_on_all() -> None:
    def limited(data: Data) -> None:
        for each in ("/parcels", "/parcels/{id}"):
            added: dict[str, Any] = {"name": "limit", "in": "query", "required": True, "schema": {"type": "integer"}}
            get(data, each)["parameters"].append(added)

    found = change(limited)
    assert [each.name for each in found.callers] == ["ParcelsClient.list_(limit=)", "ParcelsClient.read(limit=)"]


def test_new_name_of_a_schema_is_a_change_for_callers_only() -> None:
    found = change(lambda data: schema(data, "Address").update({"x-name": "Place"}))
    assert (found.id, found.direction, found.severity) == ("python-changed", Direction.NONE, Severity.BREAKING)
    assert (found.place.words, found.place.pointer, found.place.gone) == (
        "Address",
        "/components/schemas/Address",
        True,
    )
    assert found.summary == f"removed, probably renamed to `Place`: importing it raises ImportError, {REPORTED}"


def test_name_for_a_part_of_a_schema_is_no_change() -> None:
    def name(data: Data) -> None:
        data["components"]["schemas"]["Weight"] = member(data, "Parcel", "weight")
        schema(data, "Parcel")["properties"]["weight"] = ref("Weight")

    assert compare(OLD, edited(name)) == ()


def test_default_that_has_the_new_name_of_its_enumeration_is_the_same() -> None:
    def default(data: Data) -> None:
        get(data)["parameters"].append(
            {"name": "state", "in": "query", "required": True, "schema": {**ref("State"), "default": "sent"}}
        )

    def rename(data: Data) -> None:
        default(data)
        schema(data, "State")["x-name"] = "Condition"

    found = comparison.effects(surface_of(edited(default)), surface_of(edited(rename)))
    assert [each.name for each in found if each.run_time] == ["State"]


def test_module_goes_with_its_last_operation() -> None:
    def other(data: Data) -> None:
        get(data, "/parcels/{id}").update(tags=["post"], operationId="post.read")

    def without(data: Data) -> None:
        del data["paths"]["/parcels/{id}"]

    (found,) = compare(edited(other), edited(without))
    assert [each.name for each in found.callers] == ["post", "ParcelsClient.read"]


def test_function_without_a_result_may_get_one() -> None:
    def empty(data: Data) -> None:
        get(data, "/parcels/{id}")["responses"]["200"] = {"description": "Done."}

    assert not comparison.effects(surface_of(edited(empty)), surface_of(OLD))


def test_media_type_that_callers_choose_is_gone() -> None:
    def types(*found: str) -> Surface:
        return surface_of(edited(lambda data: data.update({"x-media-types": ["application/json", *found]})))

    assert [sentence(each) for each in comparison.effects(types("text/csv"), types())] == [
        f"ParcelsClient(media_type=) text/csv removed: passing it raises InvalidArgumentError, {SILENT}"
    ]
