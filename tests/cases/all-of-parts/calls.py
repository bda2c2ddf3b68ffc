"""Calls that strict type checkers accept."""

from __future__ import annotations

from cases.all_of_parts import ApiClient, models


def parts(client: ApiClient) -> None:
    manager = models.Manager(x="1", owner=models.Employee(name="Ann", number=7))
    free = models.Free(a="1", additional_properties={"list": [None]})
    narrowed = models.Narrowed(a="1", b=None, additional_properties={"z": 3})
    base: models.Alias = models.ThroughAlias(x="1", z="2")
    found = client.add_thing(models.Everything(manager=manager, free=free, narrowed=narrowed, owner=base))
    if found.narrowed is not None:
        found.narrowed.additional_properties["z"] += len(found.narrowed.a)
