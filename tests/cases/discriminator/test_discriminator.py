"""`discriminator`: one member of an object names its class."""

from __future__ import annotations

from typing import Any

import pytest


def test_an_explicit_mapping(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond([{"petType": each, "name": "Tom"} for each in ("cat", "dog", "puppy")])
    assert client.list_pets() == [
        models.Cat(name="Tom"),
        models.Dog(name="Tom", pet_type="dog"),
        models.Dog(name="Tom", pet_type="puppy"),
    ]


def test_an_implicit_mapping(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond({"kind": "Arrived", "pet": {"petType": "cat", "name": "Tom"}})
    assert client.add_pet(models.Cat(name="Tom")) == models.Arrived(kind="Arrived", pet=models.Cat(name="Tom"))
    assert wire.last.json == {"petType": "cat", "name": "Tom"}

    wire.respond({"kind": "Left", "pet": "is gone"})
    assert client.add_pet(models.Dog(name="Rex", pet_type="puppy")) == models.Left(kind="Left")
    assert wire.last.json == {"petType": "puppy", "name": "Rex"}


@pytest.mark.parametrize("pet", [{"petType": "bird", "name": "Pip"}, {"name": "Tom"}, {"petType": 1, "name": "Tom"}])
def test_what_the_mapping_does_not_know(client: Any, wire: Any, core: Any, pet: Any) -> None:
    wire.respond([{"petType": "cat", "name": "Tom"}, pet])
    with pytest.raises(core.DecodeError) as caught:
        client.list_pets()
    assert caught.value.path.startswith("$[1]")
