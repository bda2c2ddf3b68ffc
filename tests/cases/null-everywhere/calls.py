"""Calls that strict type checkers accept."""

from __future__ import annotations

from cases.null_everywhere import ApiClient, models

from taskclients_core import UNSET


def nulls(client: ApiClient) -> None:
    step = models.Step(op="replace", path="/x", value=None, state=None, nothing=None, mixed=UNSET)
    step.value = UNSET
    step.anything = [None]
    step.fixed = "x"
    thing = client.patch_thing([step])
    if thing is not None and thing.place is not None and thing.notes is not None:
        city: str = thing.place.city
        step.note = thing.notes[0] or city
    client.put_place()
    client.put_place(None)
    client.put_place(models.Place(city="Ulm"))
    state: models.State | None = client.add_state(None)
    client.add_state(state)
    for place in client.list_things(page=None, state=models.State.ON, filter=None):
        client.put_place(place)
