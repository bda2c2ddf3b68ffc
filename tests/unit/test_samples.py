"""Values for requests: the example of the spec, or the required members, within limits."""

from __future__ import annotations

from typing import Any

import pytest

from dragoman.spec.inheritance import Family
from dragoman.spec.samples import Schemas, request_value

TEXT = {"type": "string"}


def _value(schema: dict[str, Any], /, **components: dict[str, Any]) -> Any:
    return request_value(Schemas({"components": {"schemas": components}}, Family(components)), {"schema": schema})


def _object(*required: str, **members: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(required), "properties": members}


def test_an_object_gets_its_required_members_without_those_that_only_the_server_sets() -> None:
    schema = _object(
        "a", "b", "d", a=TEXT, b={"type": "string", "readOnly": True}, c=TEXT, d={**TEXT, "writeOnly": True}
    )
    assert _value(schema) == {"a": "example", "d": "example"}


def test_a_part_gets_the_members_that_another_part_requires() -> None:
    schema = {"allOf": [_object(a=TEXT, b=TEXT), {"allOf": [{"required": ["b"]}]}]}
    assert _value(schema) == {"b": "example"}


def test_the_example_of_the_spec_comes_first() -> None:
    schemas = Schemas({"components": {"examples": {"Own": {"value": {"c": 1}}}}}, Family({}))
    content = {"schema": _object(), "examples": {"page": {"value": 0}, "x": {"$ref": "#/components/examples/Own"}}}
    assert request_value(schemas, content) == {"c": 1}


@pytest.mark.parametrize(
    "schema",
    [
        pytest.param({"type": "array", "items": TEXT, "minItems": 10**9}, id="items"),
        pytest.param({"type": "string", "minLength": 10**12}, id="length"),
        pytest.param({"$ref": "#/components/schemas/A0"}, id="members"),
    ],
)
def test_a_value_that_would_be_too_large_is_not_made(schema: dict[str, Any]) -> None:
    names = [{"$ref": f"#/components/schemas/A{number}"} for number in range(1, 40)]
    twice = {f"A{number}": _object("a", "b", a=name, b=name) for number, name in enumerate(names)}
    with pytest.raises(OverflowError):
        _value(schema, **twice, A39=TEXT)


def test_a_list_has_an_item_to_show_what_it_contains() -> None:
    assert _value({"type": "array", "items": TEXT}) == ["example"]
    assert _value({"type": "array", "items": TEXT, "minItems": 2}) == ["example", "example"]
