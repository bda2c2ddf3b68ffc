"""Large and deep specs: a comparison that recursed would fail, one that looked at each pair would take minutes."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.diff.parcels import BASE, Data, content, operation, read, ref, response

from dragoman.diff.wire.changes import changes

LENGTH = 1_200


def objects(length: int) -> dict[str, Any]:
    """Return objects that refer to each other in a circle."""
    return {
        f"A{each}": {"type": "object", "properties": {"next": ref(f"A{(each + 1) % length}"), "n": {"type": "integer"}}}
        for each in range(length)
    }


def aliases(length: int) -> dict[str, Any]:
    return {**{f"A{each}": ref(f"A{each + 1}") for each in range(length)}, f"A{length}": {"type": "string"}}


def lists(length: int) -> dict[str, Any]:
    items = {f"A{each}": {"type": "array", "items": ref(f"A{each + 1}")} for each in range(length)}
    return {**items, f"A{length}": {"type": "string"}}


def unions(length: int) -> dict[str, Any]:
    parts = {f"A{each}": {"anyOf": [ref(f"A{each + 1}"), {"type": "array", "items": {}}]} for each in range(length)}
    return {**parts, f"A{length}": {"type": "string"}}


def document(schemas: dict[str, Any]) -> Data:
    data = copy.deepcopy(BASE)
    data["components"]["schemas"] = schemas
    data["paths"] = {
        "/a": {
            "post": operation(
                "send", requestBody={"content": content(ref("A0"))}, responses={"200": response(ref("A0"))}
            )
        }
    }
    return data


@pytest.mark.large
@pytest.mark.parametrize("schemas", [objects, aliases, lists, unions])
def test_long_chains_are_compared_without_recursion(schemas: Callable[[int], dict[str, Any]]) -> None:
    old = document(schemas(LENGTH))
    new = copy.deepcopy(old)
    last = new["components"]["schemas"][f"A{LENGTH - 1 if schemas is objects else LENGTH}"]
    last.get("properties", {"n": last})["n"]["type"] = "boolean"
    (found,) = changes(read(old), read(new))
    assert found.id == "type-changed"
    assert found.operations == ("parcels.send",)


@pytest.mark.parametrize("reverse", [False, True])
def test_enumerations_of_thousands_of_values(*, reverse: bool) -> None:
    old, new = (document({"A0": {"type": "string", "enum": [f"{word}{n}" for n in range(2_000)]}}) for word in "ab")
    found = changes(*((read(new), read(old)) if reverse else (read(old), read(new))))
    assert len(found) == 4_000
