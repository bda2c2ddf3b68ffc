"""Unions with a discriminator inside each other, and unions of scalars, lists and maps."""

from __future__ import annotations

from typing import Any

import pytest

PETS = [
    {"type": "feline", "kind": "Cat", "purrs": True},
    {"type": "feline", "kind": "Lion", "mane": False},
    {"type": "dog", "tricks": ["roll"]},
    {"type": "fish", "water": "salt", "teeth": 300},
    {"type": "fish", "water": "sweet"},
    {"type": "crow"},
    {"type": "duck"},
]


def pets(models: Any) -> list[Any]:
    return [
        models.Cat(purrs=True),
        models.Lion(mane=False),
        models.Dog(additional_properties={"tricks": ["roll"]}),
        models.Shark(teeth=300),
        models.Fish(water="sweet"),
        models.Crow(),
        models.Duck(),
    ]


def test_a_union_in_a_union(client: Any, wire: Any, part: Any) -> None:
    for pet, sent in zip(pets(part("models")), PETS, strict=True):
        wire.respond(PETS)
        assert client.add_pet(pet) == pets(part("models"))
        assert wire.last.json == sent


@pytest.mark.parametrize(
    ("pet", "path"),
    [
        ({"type": "feline", "kind": "Dog"}, "$[0].kind"),
        ({"type": "feline"}, "$[0].kind"),
        ({"type": "bird"}, "$[0].type"),
        ({"kind": "Cat"}, "$[0].type"),
        ({"type": "fish", "water": "salt", "teeth": "many"}, "$[0].teeth"),
    ],
)
def test_what_no_union_knows(client: Any, wire: Any, part: Any, core: Any, pet: Any, path: str) -> None:
    wire.respond([pet])
    with pytest.raises(core.DecodeError) as caught:
        client.add_pet(part("models").Crow())
    assert caught.value.path == path


@pytest.mark.parametrize("pet", [1, "Cat", None])
def test_what_is_no_member_is_not_sent(client: Any, core: Any, pet: Any) -> None:
    with pytest.raises(core.InvalidArgumentError):
        client.add_pet(pet)


@pytest.mark.parametrize(
    "values",
    [
        {"scalar": "1", "lists": [1, 2], "maps": {"a": 1}, "any": 1},
        {"scalar": 1, "lists": ["1"], "maps": {"a": ["x"]}, "any": "x"},
        {"scalar": True, "lists": "2024-05-01", "deep": {"a": [1.5, {"b": True}], "c": []}},
        {"scalar": False, "lists": [], "maps": {}, "any": "16d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e"},
        {"any": [PETS[0], PETS[3]]},
        {"any": {"tom": PETS[1], "ann": PETS[5]}},
        {"any": PETS[2]},
        {"any": PETS[4]},
    ],
    ids=str,
)
def test_unions_of_scalars_lists_and_maps(client: Any, wire: Any, part: Any, core: Any, values: Any) -> None:
    wire.respond(values)
    found = client.add_values([1])
    assert wire.last.json == [1]
    assert core.codec.to_builtins(found) == values


@pytest.mark.parametrize(
    "values", [{"scalar": 1.5}, {"lists": [True]}, {"maps": {"a": "x"}}, {"deep": {"a": ["x"]}}], ids=str
)
def test_a_value_of_no_member_is_refused(client: Any, wire: Any, core: Any, values: Any) -> None:
    wire.respond(values)
    with pytest.raises(core.DecodeError, match=next(iter(values))):
        client.add_values("x")
