"""`readOnly` and `writeOnly`: a member is required only of the side that writes it."""

from __future__ import annotations

from typing import Any


def test_each_side_says_its_own(client: Any, wire: Any, part: Any) -> None:
    user = part("models").User
    wire.answer({"id": 1, "name": "ann"})
    assert client.add_user(user(name="ann", password="s3cret")) == user(id=1, name="ann")
    assert wire.last.json == {"name": "ann", "password": "s3cret"}
