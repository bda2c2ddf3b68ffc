"""A default of an object is what the decoder makes of the same JSON."""

from __future__ import annotations

from typing import Any


def test_defaults_are_decoded_values(part: Any, core: Any) -> None:
    models = part("models")
    order = core.decode("{}", models.Order)
    assert order == models.Order(
        owner=models.Person(name="ann", additional_properties={"age": 7}),
        sender=models.Person(name="bob"),
        pet=models.Cat(lives=9),
        shape=models.Square(form="square", size=1),
        people={"first": models.Person(name="eve"), "second": None},
        levels=[models.Level.HIGH, None],
        notes=["new"],
        anything={"list": [], "map": {}, "number": 1},
    )
    assert core.decode(core.codec.encode(order), models.Order) == order
