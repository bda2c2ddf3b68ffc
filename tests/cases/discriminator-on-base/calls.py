"""Calls that strict type checkers accept."""

from __future__ import annotations

from cases.discriminator_on_base import ApiClient, models


def children(client: ApiClient) -> None:
    leo = models.Lion(name="Leo", mane=True)
    rex = models.Dog(pet_type="puppy", name="Rex", barks=True, friends=[leo])
    for pet in client.add_pet(rex):
        if isinstance(pet, models.Dog):
            print(pet.barks, pet.name)
        elif isinstance(pet, models.Cat):
            print(pet.purrs, pet.pet_type)
    event = client.add_home(models.Home(pet=leo, cat=leo, by_name={"rex": rex}, maybe=None, either="Rex"))
    if isinstance(event, models.Flown):
        print(event.height, event.way, event.kind.is_known)
