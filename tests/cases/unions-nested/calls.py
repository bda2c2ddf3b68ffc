"""Calls that strict type checkers accept."""

from __future__ import annotations

from cases.unions_nested import ApiClient, models


def unions(client: ApiClient) -> None:
    lion: models.Feline = models.Lion(mane=True)
    for pet in client.add_pet(lion):
        if isinstance(pet, models.Fish | models.Crow):
            print(pet.type)
    client.add_pet(models.Shark(teeth=3))
    values = client.add_values([1, 2])
    values.any = {"tom": lion}
    values.lists = ["x"]
    values.deep = {"a": [1.5, {"b": True}]}
    if isinstance(values.scalar, str):
        client.add_values(values.scalar)
