"""Names that differ only in case stay apart by their `x-name`."""

from __future__ import annotations

from typing import Any


def test_members_and_schemas(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond([{"value": 1, "Value": "one", "inner": {"value": 2}}])
    assert client.list_prices() == [
        models.Price(value=1, formatted_value="one", inner=models.DealerPrice(value=2)),
    ]


def test_parameters_and_values(client: Any, wire: Any, part: Any) -> None:
    order = part("models").Order
    wire.respond([])
    client.list_prices(sort=order.NAME_DOWN, sort_by="x")
    assert wire.last.query == "sort=NAME&SORT=x"
    assert [order("name"), order("NAME"), order("a-b"), order("a_b")] == list(order)
    assert order.NAME_UP != order.NAME_DOWN
