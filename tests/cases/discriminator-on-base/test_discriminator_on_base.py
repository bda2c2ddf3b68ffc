"""A discriminator on a base class: a value of the base's type is read as the child that one of its members names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dragoman.mock_server import Call, Sandbox


def test_the_member_names_the_child(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    pets = [
        {"petType": "cat", "name": "Tom", "purrs": True},
        {
            "petType": "puppy",
            "name": "Rex",
            "barks": False,
            "friends": [{"petType": "dog", "name": "Ann", "barks": True}],
        },
        {"petType": "Lion", "name": "Leo", "note": "wild", "mane": True, "roars": ["loud"]},
    ]
    found = [
        models.Cat(name="Tom", purrs=True),
        models.Dog(
            pet_type="puppy", name="Rex", barks=False, friends=[models.Dog(pet_type="dog", name="Ann", barks=True)]
        ),
        models.Lion(name="Leo", note="wild", mane=True, additional_properties={"roars": ["loud"]}),
    ]
    wire.respond(pets)
    assert client.add_pet(found[0]) == found
    for pet, sent in zip(found, pets, strict=True):
        wire.respond([])
        client.add_pet(pet)
        assert wire.last.json == sent


@pytest.mark.parametrize("pet", [{"petType": "bird", "name": "Pip", "wings": 2}, {"petType": "", "name": "Pip"}])
def test_an_unknown_value_is_read_as_the_base(client: Any, wire: Any, part: Any, pet: dict[str, Any]) -> None:
    models = part("models")
    wire.respond([pet])
    assert client.add_pet(models.Cat(name="Tom")) == [models.Pet(pet_type=pet["petType"], name="Pip")]


@pytest.mark.parametrize(
    ("pet", "path"),
    [
        ({"name": "Tom"}, "$[1].petType"),
        ({"petType": 1, "name": "Tom"}, "$[1].petType"),
        ({"petType": "dog", "name": "Rex"}, "$[1].barks"),
        ({"petType": "Lion", "name": "Leo", "mane": "long"}, "$[1].mane"),
        ([], "$[1]"),
        (None, "$[1]"),
    ],
)
def test_a_child_is_checked(client: Any, wire: Any, part: Any, core: Any, pet: Any, path: str) -> None:
    wire.respond([{"petType": "cat", "name": "Tom"}, pet])
    with pytest.raises(core.DecodeError) as caught:
        client.add_pet(part("models").Cat(name="Tom"))
    assert caught.value.path == path


def test_children_in_each_place(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    leo, rex = models.Lion(name="Leo"), models.Dog(pet_type="dog", name="Rex", barks=True)
    wire.respond({"kind": "moved", "way": "road"})
    home = models.Home(pet=leo, cat=leo, by_name={"rex": rex}, maybe=None, either=rex)
    assert client.add_home(home) == models.Moved(way="road")
    lion, dog = {"petType": "Lion", "name": "Leo"}, {"petType": "dog", "name": "Rex", "barks": True}
    assert wire.last.json == {"pet": lion, "cat": lion, "byName": {"rex": dog}, "maybe": None, "either": dog}


def test_children_in_each_place_come_back(part: Any, core: Any) -> None:
    models = part("models")
    leo, rex = models.Lion(name="Leo"), models.Dog(pet_type="dog", name="Rex", barks=True)
    for home in (
        models.Home(pet=leo, cat=leo, by_name={"rex": rex}, maybe=rex, either=rex),
        models.Home(pet=models.Pet(pet_type="bird", name="Pip"), cat=models.Cat(name="Tom"), either="Rex"),
    ):
        assert core.decode(core.codec.encode(home), models.Home) == home


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ({"kind": "moved", "way": "road"}, "Moved"),
        ({"kind": "moved", "way": "Flown", "height": 7}, "Flown"),
        ({"kind": "Fed", "food": "fish"}, "Fed"),
        ({"kind": "fed"}, "Event"),
        ({"kind": "left"}, "Event"),
    ],
)
def test_a_child_with_a_discriminator_of_its_own(part: Any, core: Any, event: Any, name: str) -> None:
    models = part("models")
    found = core.decode(core.codec.encode(event), models.Event)
    assert type(found) is getattr(models, name)
    assert core.codec.to_builtins(found, models.Event) == event


def test_a_lenient_client_reports_what_a_child_lacks(part: Any, core: Any) -> None:
    found: list[Any] = []
    read = core.codec.lenient_decoder(part("models").Home)
    home = read(b'{"pet": {"petType": "Lion", "name": null, "mane": "true"}}', found.append)
    assert (home.pet.mane, home.pet.name) == (True, None)
    assert sorted(each.path for each in found) == ["$.pet.mane", "$.pet.name"]


@pytest.mark.parametrize(
    ("pet", "status"),
    [
        ({"petType": "puppy", "name": "Rex", "barks": True}, 200),
        ({"petType": "puppy", "name": "Rex"}, 400),
        ({"petType": "Lion", "name": "Leo", "note": "wild", "mane": "long"}, 400),
        ({"petType": "bird", "name": "Pip"}, 200),
    ],
)
def test_the_mock_server_checks_a_child(pet: dict[str, Any], status: int) -> None:
    body, headers = json.dumps(pet).encode(), {"content-type": "application/json"}
    sandbox = Sandbox([Path(__file__).with_name("spec.yaml")])
    assert sandbox.answer(Call(method="POST", path="/pets", headers=headers, body=body)).status == status


def test_the_mock_server_returns_children(generated: Any, mock_url: str, part: Any) -> None:
    models = part("models")
    with generated.ApiClient(mock_url) as client:
        [pet] = client.add_pet(models.Lion(name="Leo", note="wild"))
        assert pet == models.Cat(name="example", note="example", purrs=True)
        assert client.add_home(models.Home(pet=pet)) == models.Moved(way="road")
