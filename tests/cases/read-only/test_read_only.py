"""`readOnly` and `writeOnly`: a member is required only of the side that writes it."""

from __future__ import annotations

from typing import Any


def test_requests_and_responses_have_their_own_members(client: Any, wire: Any, part: Any) -> None:
    user = part("models").User
    wire.respond({"id": 1, "name": "ann"})
    assert client.add_user(user(name="ann", password="s3cret")) == user(id=1, name="ann")
    assert wire.last.json == {"name": "ann", "password": "s3cret"}
