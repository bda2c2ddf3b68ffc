"""`additionalProperties`: objects whose member names are not in the spec."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest


def test_extra_members_travel_beside_the_known_ones(client: Any, wire: Any, part: Any, core: Any) -> None:
    models = part("models")
    labels = models.Labels(shop_name="Corner", additional_properties={"apples": 3, "shop_name": 4})
    wire.respond({"counts": {}, "shelves": {}})
    client.count_stock(labels)
    assert wire.last.json == {"shop-name": "Corner", "apples": 3, "shop_name": 4}
    assert core.decode(wire.last.body, models.Labels) == labels


def test_extra_members_have_a_type(part: Any, core: Any) -> None:
    with pytest.raises(core.DecodeError) as caught:
        core.decode('{"shop-name": "Corner", "apples": "three"}', part("models").Labels)
    assert str(caught.value) == "expected int, found str 'three' at $[…]"


def test_values_have_a_type(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond(
        {
            "counts": {"apples": 3, "": 0},
            "shelves": {"top": {"width": 1.5}},
            "byDay": {"monday": ["2024-05-06"]},
            "notes": {"any": ["thing", None]},
            "byName": {"Ann": None},
        }
    )
    assert client.count_stock(models.Labels(shop_name="Corner")) == models.Stock(
        counts={"apples": 3, "": 0},
        shelves={"top": models.Shelf(width=1.5)},
        by_day={"monday": [date(2024, 5, 6)]},
        notes={"any": ["thing", None]},
        by_name={"Ann": None},
    )


def test_a_free_map(client: Any, wire: Any) -> None:
    anything = {"a": 1, "b": [{"c": None}], "d": 1.5, "e": {"f": True}}
    wire.respond(anything)
    assert client.read_free() == anything
