"""`allOf`: the first `$ref` is the base class; members of the others become fields of the class."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

CHIP = "16d1f9cd-4d1b-459b-9b8a-1f8f6e3bee3e"


def test_inheritance(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    wire.respond([{"name": "Rex", "bornOn": "2020-02-29", "barksLoudly": False, "chipId": CHIP, "handler": "Ann"}])
    (dog,) = client.list_dogs()
    assert dog == models.GuideDog(
        name="Rex", born_on=date(2020, 2, 29), barks_loudly=False, chip_id=UUID(CHIP), handler="Ann"
    )
    assert isinstance(dog, models.Dog)
    assert isinstance(dog, models.Animal)
    assert not isinstance(dog, models.Tracked)


def test_what_a_base_requires_is_required(client: Any, wire: Any, core: Any) -> None:
    wire.respond([{"chipId": CHIP, "handler": "Ann"}])
    with pytest.raises(core.DecodeError, match="name"):
        client.list_dogs()


def test_a_narrowed_member(client: Any, wire: Any, part: Any) -> None:
    models = part("models")
    client.report_stray(models.Stray(found_at="harbour"))
    assert wire.last.json == {"name": "unknown", "foundAt": "harbour"}
    assert not issubclass(models.Stray, models.Animal), "a subclass must not change the type of a field"
